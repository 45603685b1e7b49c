//! The files of one private PostgreSQL: where they lie, who owns them, and who may use them now.

use super::account::Account;
use super::error::{EmbeddedError, io};
use std::fs::{File, Permissions, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Where clusters live whose data directory the unprivileged user cannot reach (root's home, mostly).
const REACHABLE_PARENT: &str = "/var/lib/momentum";

/// `<data_dir>/postgres` and what is in it:
///
/// | file | owner | holds |
/// |---|---|---|
/// | `lock` | us | the id of the process that uses the directory, locked as long as it does |
/// | `passwords.json` | us, 0600 | the random passwords of the roles |
/// | `postgres.log` | us | what the server said |
/// | `pg_hba.conf`, `pg_ident.conf` | us | who may connect, written at each start |
/// | `complete` | us | exists once the roles and the database were created and everything is on disk |
/// | `cluster/` | server | PGDATA |
/// | `run/` | server, 0700 | the socket |
#[derive(Clone, Debug)]
pub(super) struct Home {
    pub root: PathBuf,
    pub cluster: PathBuf,
    pub run: PathBuf,
    pub log: PathBuf,
}

impl Home {
    /// The home below `data_dir`, which is created if missing.
    pub fn open(data_dir: &Path) -> Result<(Home, Option<Account>), EmbeddedError> {
        let fresh = !data_dir.exists();
        io(std::fs::create_dir_all(data_dir), "create", data_dir)?;
        let data_dir = io(data_dir.canonicalize(), "resolve", data_dir)?;
        let account = Account::choose(&data_dir.join("postgres/cluster"))?;
        if fresh && account.is_some() {
            // Whatever the umask says, the server must be able to pass (not to list) the directory.
            set_mode(&data_dir, 0o711)?;
        }
        let reachable = account.as_ref().is_none_or(|account| account.can_reach(&data_dir));
        let root = if reachable {
            data_dir.join("postgres")
        } else {
            reachable_home(&data_dir)
        };
        io(std::fs::create_dir_all(&root), "create", &root)?;
        let root = io(root.canonicalize(), "resolve", &root)?;
        // Now that the place is known: a cluster that exists keeps its owner.
        let account = Account::choose(&root.join("cluster"))?;
        let home = Home {
            cluster: root.join("cluster"),
            run: root.join("run"),
            log: root.join("postgres.log"),
            root,
        };
        if let Some(account) = &account {
            set_mode(&home.root, 0o711)?;
            if !account.can_reach(&home.root) {
                return Err(account.unreachable(&home.root));
            }
        }
        Ok((home, account))
    }

    /// Takes the directory for this process. The lock goes with the process, however it ends.
    pub fn lock(&self) -> Result<File, EmbeddedError> {
        let path = self.root.join("lock");
        let mut file = self.open_lock()?;
        match file.try_lock() {
            Ok(()) => {
                let id = std::process::id().to_string();
                io(
                    file.set_len(0)
                        .and_then(|()| file.rewind())
                        .and_then(|()| file.write_all(id.as_bytes())),
                    "write",
                    path,
                )?;
                Ok(file)
            }
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                io(file.read_to_string(&mut holder), "read", path)?;
                Err(EmbeddedError::InUse {
                    data_dir: self.root.clone(),
                    holder,
                })
            }
            Err(TryLockError::Error(source)) => Err(EmbeddedError::Io {
                doing: "lock",
                path,
                source,
            }),
        }
    }

    /// Waits until no other process holds the directory, and takes it.
    pub fn wait_for_lock(&self) -> Result<File, EmbeddedError> {
        let file = self.open_lock()?;
        io(file.lock(), "lock", &self.root)?;
        Ok(file)
    }

    fn open_lock(&self) -> Result<File, EmbeddedError> {
        let path = self.root.join("lock");
        io(
            File::options()
                .create(true)
                .read(true)
                .write(true)
                .truncate(false)
                .open(&path),
            "open",
            path,
        )
    }

    /// Whether a first start went through to its end.
    pub fn is_complete(&self) -> bool {
        self.root.join("complete").exists()
    }

    /// Records that the first start went through, durably: from now on the cluster is never created anew.
    pub fn set_complete(&self) -> Result<(), EmbeddedError> {
        let path = self.root.join("complete");
        let written = File::create(&path).and_then(|file| file.sync_all());
        io(written.and_then(|()| File::open(&self.root)?.sync_all()), "write", path)
    }

    /// Makes the next start create the cluster anew.
    pub fn set_incomplete(&self) -> Result<(), EmbeddedError> {
        let path = self.root.join("complete");
        if path.exists() {
            io(std::fs::remove_file(&path), "remove", path)
        } else {
            Ok(())
        }
    }

    /// The major version that wrote the cluster, if there is one.
    pub fn cluster_major(&self) -> Option<u32> {
        std::fs::read_to_string(self.cluster.join("PG_VERSION"))
            .ok()?
            .trim()
            .parse()
            .ok()
    }

    /// Creates a directory that only the server's user may enter.
    pub fn server_directory(&self, path: &Path, account: Option<&Account>) -> Result<(), EmbeddedError> {
        io(std::fs::create_dir_all(path), "create", path)?;
        set_mode(path, 0o700)?;
        account.map_or(Ok(()), |account| account.own(path))
    }

    /// Opens the log for appending; one that grew beyond 16 MB becomes `postgres.log.1`.
    pub fn open_log(&self) -> Result<File, EmbeddedError> {
        const LARGE: u64 = 16 << 20;
        if std::fs::metadata(&self.log).is_ok_and(|log| log.len() > LARGE) {
            io(
                std::fs::rename(&self.log, self.log.with_extension("log.1")),
                "rename",
                &self.log,
            )?;
        }
        io(
            File::options().create(true).append(true).open(&self.log),
            "open",
            &self.log,
        )
    }

    /// What the server said after `position`, at most its last twelve lines.
    pub fn log_tail(&self, position: u64) -> String {
        let mut text = String::new();
        let read = File::open(&self.log).and_then(|mut log| {
            log.seek(std::io::SeekFrom::Start(position))?;
            log.read_to_string(&mut text)
        });
        match read {
            Ok(_) => {
                let lines: Vec<&str> = text.lines().collect();
                lines[lines.len().saturating_sub(12)..].join("\n")
            }
            Err(error) => error.to_string(),
        }
    }

    /// Writes a file of ours with exactly this mode, replacing it at once.
    pub fn write(&self, name: &str, content: &str, mode: u32) -> Result<PathBuf, EmbeddedError> {
        let path = self.root.join(name);
        let fresh = self.root.join(format!("{name}.new"));
        let written = std::fs::remove_file(&fresh).or_else(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        });
        io(written, "replace", &fresh)?;
        let file = File::options().create_new(true).write(true).open(&fresh);
        let mut file = io(file, "create", &fresh)?;
        set_mode(&fresh, mode)?;
        io(
            file.write_all(content.as_bytes()).and_then(|()| file.sync_all()),
            "write",
            &fresh,
        )?;
        io(std::fs::rename(&fresh, &path), "replace", &path)?;
        Ok(path)
    }
}

fn set_mode(path: &Path, mode: u32) -> Result<(), EmbeddedError> {
    io(
        std::fs::set_permissions(path, Permissions::from_mode(mode)),
        "set the permissions of",
        path,
    )
}

/// One directory for each data directory, the same at every start.
fn reachable_home(data_dir: &Path) -> PathBuf {
    // The hasher of std has fixed keys when made by `new`; the name need only differ between data directories.
    let mut hasher = DefaultHasher::new();
    data_dir.hash(&mut hasher);
    let leaf = data_dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Path::new(REACHABLE_PARENT).join(format!("{leaf}-{:016x}", hasher.finish()))
}
