//! Where events wait while the database is away: append-only files in the data directory, on disk before Slack is
//! answered, bounded, and brought into the inbox as soon as that works again.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::fs::{self, File, OpenOptions};
use tokio::io::AsyncWriteExt;
use tokio::sync::Mutex;

use crate::foundation::context::new_uuid;

/// How much may wait, and how often the way back is tried.
#[derive(Clone, Debug)]
pub struct SpoolOptions {
    /// The folder; made if it is not there.
    pub folder: PathBuf,
    /// Bytes that may wait. When they are used up, Slack is told to come again.
    pub capacity: u64,
    /// The time between two tries to empty the spool.
    pub retry: Duration,
}

impl SpoolOptions {
    /// 256 MiB, which is an hour of the most that Slack sends for one workspace, tried every second.
    pub fn in_folder(folder: PathBuf) -> Self {
        Self {
            folder,
            capacity: 256 * 1024 * 1024,
            retry: Duration::from_secs(1),
        }
    }
}

/// One request that waits: its verified body and when it came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spooled {
    /// The body as Slack sent it.
    pub body: String,
    /// When it came in.
    pub received_at: DateTime<Utc>,
}

/// Why an event cannot wait here.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// Everything that may wait is waiting.
    #[error("the spool is full ({0} bytes)")]
    Full(u64),
    /// The disk refused.
    #[error("the spool cannot be written")]
    Io(#[from] io::Error),
}

/// The spool. Cheap to clone.
#[derive(Clone)]
pub struct Spool(Arc<Inner>);

struct Inner {
    options: SpoolOptions,
    waiting: AtomicU64,
    /// The file that is appended to; a new one is begun after each emptying.
    current: Mutex<Option<(PathBuf, File)>>,
}

impl Spool {
    /// Opens the folder and counts what an earlier process left.
    pub async fn open(options: SpoolOptions) -> io::Result<Self> {
        fs::create_dir_all(&options.folder).await?;
        let mut waiting = 0;
        for file in files(&options.folder).await? {
            waiting += fs::metadata(&file).await?.len();
        }
        Ok(Self(Arc::new(Inner {
            options,
            waiting: AtomicU64::new(waiting),
            current: Mutex::new(None),
        })))
    }

    /// Bytes that wait.
    pub fn waiting(&self) -> u64 {
        self.0.waiting.load(Ordering::SeqCst)
    }

    /// Returns once the event is on disk.
    pub async fn append(&self, event: &Spooled) -> Result<(), SpoolError> {
        let line = serde_json::to_string(event).map_err(io::Error::other)?;
        let size = line.len() as u64 + 1;
        let mut current = self.0.current.lock().await;
        if self.waiting() + size > self.0.options.capacity {
            return Err(SpoolError::Full(self.0.options.capacity));
        }
        let (_, file) = match current.take() {
            Some(open) => current.insert(open),
            None => {
                let path = self.0.options.folder.join(format!("{}.jsonl", new_uuid()));
                let file = OpenOptions::new().create_new(true).append(true).open(&path).await?;
                sync_folder(&self.0.options.folder).await?;
                current.insert((path, file))
            }
        };
        file.write_all(format!("{line}\n").as_bytes()).await?;
        file.sync_data().await?;
        self.0.waiting.fetch_add(size, Ordering::SeqCst);
        metrics::gauge!("momentum_spool_bytes").set(self.waiting() as f64);
        Ok(())
    }

    /// What waits, a file at a time, oldest first. Whoever has taken all of a file's events removes it with
    /// [`Spool::remove`]; until then they come again, which the log of messages makes harmless.
    pub async fn waiting_files(&self) -> io::Result<Vec<PathBuf>> {
        // What is appended from now on goes into a new file, which is not in this list.
        let mut current = self.0.current.lock().await;
        current.take();
        files(&self.0.options.folder).await
    }

    /// The events of a file. The last line of a process that was killed may be cut off: it was never answered with 200.
    pub async fn read(&self, file: &Path) -> io::Result<Vec<Spooled>> {
        let text = fs::read_to_string(file).await?;
        Ok(text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect())
    }

    /// Forgets a file whose events are all in the inbox.
    pub async fn remove(&self, file: &Path) -> io::Result<()> {
        let size = fs::metadata(file).await?.len();
        fs::remove_file(file).await?;
        self.0.waiting.fetch_sub(size.min(self.waiting()), Ordering::SeqCst);
        metrics::gauge!("momentum_spool_bytes").set(self.waiting() as f64);
        Ok(())
    }

    /// The time between two tries to empty the spool.
    pub fn retry(&self) -> Duration {
        self.0.options.retry
    }
}

async fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(folder).await?;
    let mut files = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        if entry.path().extension().is_some_and(|extension| extension == "jsonl") {
            files.push(entry.path());
        }
    }
    // The names are time-ordered ids.
    files.sort();
    Ok(files)
}

/// Makes a new file's name durable, not only its bytes.
async fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder).await?.sync_all().await
}
