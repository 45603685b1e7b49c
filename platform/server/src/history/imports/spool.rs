//! Where uploaded files wait: a folder of the data directory, one file an import.

use std::path::{Path, PathBuf};

use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use crate::foundation::ids::ImportId;

/// The folder of waiting files.
#[derive(Clone, Debug)]
pub struct Spool {
    folder: PathBuf,
    limit: u64,
}

/// A file that is on disk for good: its bytes and its name in the folder were synced.
#[derive(Debug)]
pub struct SpooledFile {
    /// The import that it is for.
    pub id: ImportId,
    /// Where it is.
    pub path: PathBuf,
}

/// Why a file could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// Larger than the limit.
    #[error("the file is larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The sender went away in the middle.
    #[error("the upload ended early: {0}")]
    CutOff(String),
    /// The disk.
    #[error("the file cannot be kept: {0}")]
    Io(#[from] std::io::Error),
}

impl Spool {
    /// Files of at most `limit` bytes in the folder `imports` of the data directory.
    pub fn new(data_dir: &Path, limit: u64) -> Self {
        Self {
            folder: data_dir.join("imports"),
            limit,
        }
    }

    /// Writes a body to disk as it comes, and answers when it would survive a power cut. A file that is not finished is removed.
    pub async fn keep<E: std::fmt::Display>(
        &self,
        body: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<SpooledFile, SpoolError> {
        tokio::fs::create_dir_all(&self.folder).await?;
        let id = ImportId::generate();
        let (part, path) = (
            self.folder.join(format!("{id}.part")),
            self.folder.join(format!("{id}.zip")),
        );
        if let Err(error) = self.write(&part, body).await {
            // What stays behind is removed with the folder's next cleaning; the error at hand matters more.
            let _ = tokio::fs::remove_file(&part).await;
            return Err(error);
        }
        tokio::fs::rename(&part, &path).await?;
        File::open(&self.folder).await?.sync_all().await?;
        Ok(SpooledFile { id, path })
    }

    async fn write<E: std::fmt::Display>(
        &self,
        part: &Path,
        body: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<(), SpoolError> {
        let mut file = File::create(part).await?;
        let mut written = 0u64;
        let mut body = std::pin::pin!(body);
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|error| SpoolError::CutOff(error.to_string()))?;
            written += chunk.len() as u64;
            if written > self.limit {
                return Err(SpoolError::TooLarge { limit: self.limit });
            }
            file.write_all(&chunk).await?;
        }
        file.sync_all().await?;
        Ok(())
    }
}
