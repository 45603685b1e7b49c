//! A private PostgreSQL that the binary owns: started from the server programs of the machine (or of an npm package) in
//! the data directory, reached through a socket nobody else can open, and gone when the process is.
//!
//! What holds:
//! - One process uses a data directory at a time; a second one is told which process has it.
//! - Whatever was committed is there after any kill -9, of us or of the server: settings are durable, and the next start
//!   ends a server that was left over before it starts its own.
//! - The server ends with us. In order on [`EmbeddedPostgres::stop`]; by itself within seconds if we are killed.
//! - PostgreSQL never runs as root. If we do, it runs as `postgres` or `nobody` and owns its part of the data directory.
//! - Three roles: `momentum_owner` (owns the database `momentum`; migrations), `momentum_app` (the product; row-level
//!   security always applies to it), `momentum_dispatch` (nobody logs in; owns functions that look across tenants).

mod account;
mod binaries;
mod cluster;
mod error;
mod home;
mod server;
#[cfg(test)]
mod tests;

pub use binaries::BinarySearch;
pub use error::EmbeddedError;

use account::Account;
use binaries::Binaries;
use cluster::{APP, DATABASE, Endpoint, OWNER, Passwords, SUPERUSER};
use error::io;
use home::Home;
use server::{Keeper, Start};
use std::fs::File;
use std::path::{Path, PathBuf};

/// The oldest major version that serves: 15 has `security_invoker` views, `MERGE`, and unique constraints that treat
/// nulls as equal.
pub const MINIMUM_MAJOR: u32 = 15;

/// How to run the private PostgreSQL.
#[derive(Clone, Debug)]
pub struct EmbeddedOptions {
    /// The data directory; the server lives in its subdirectory `postgres`.
    pub data_dir: PathBuf,
    /// Where the server programs are looked for.
    pub search: BinarySearch,
    /// Whether a commit survives a power cut. Off only where the data may be lost: in tests.
    pub durable: bool,
    /// The most connections at once, for all pools together.
    pub max_connections: u32,
}

impl EmbeddedOptions {
    /// Durable, 100 connections.
    pub fn new(data_dir: impl Into<PathBuf>, search: BinarySearch) -> Self {
        Self {
            data_dir: data_dir.into(),
            search,
            durable: true,
            max_connections: 100,
        }
    }
}

/// Whom a connection logs in as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `momentum_app`, the product.
    App,
    /// `momentum_owner`, migrations.
    Owner,
    /// `postgres`, which may do everything; only tests need it.
    Superuser,
}

/// A running private PostgreSQL. Dropping it stops the server as well; `stop` is better, because it does not hold up other
/// tasks and can fail.
pub struct EmbeddedPostgres {
    endpoint: Endpoint,
    passwords: Passwords,
    major: u32,
    home: Home,
    /// `None` when the server is shared and nobody's in particular.
    keeper: Option<Keeper>,
    // Freed last, when the server is gone.
    _lock: Option<File>,
}

impl EmbeddedPostgres {
    /// Starts the server, creating the cluster, the roles and the empty database at the first start (about 2 s; later
    /// starts take about 0.1 s). It ends with this process.
    pub async fn start(options: &EmbeddedOptions) -> Result<Self, EmbeddedError> {
        let options = options.clone();
        let started = blocking(move || {
            let (home, account) = Home::open(&options.data_dir)?;
            let lock = home.lock()?;
            let mut postgres = Self::start_server(home, account, &options, None)?;
            postgres._lock = Some(lock);
            Ok(postgres)
        });
        started.await?.completed().await
    }

    /// Joins the server that runs in this data directory, or starts it; it ends ten minutes after the last call. So
    /// many short processes, such as tests, can use one server that none of them owns. Where durability is off, a
    /// cluster is not used again once its server ended: after a crash it could be damaged without anybody noticing.
    pub async fn share(options: &EmbeddedOptions) -> Result<Self, EmbeddedError> {
        let options = options.clone();
        let joined = blocking(move || {
            let (home, account) = Home::open(&options.data_dir)?;
            let lock = home.wait_for_lock()?;
            let touched = home.write("touched", "", 0o644)?;
            let mut postgres = match Endpoint::of_running(&home) {
                Some(endpoint) if home.is_complete() && server::running(&home.cluster).is_some() => {
                    let passwords = Passwords::load_or_create(&home)?;
                    let major = home.cluster_major().unwrap_or(MINIMUM_MAJOR);
                    Self {
                        endpoint,
                        passwords,
                        major,
                        home,
                        keeper: None,
                        _lock: None,
                    }
                }
                _ => {
                    if !options.durable {
                        home.set_incomplete()?;
                    }
                    Self::start_server(home, account, &options, Some(touched))?
                }
            };
            postgres._lock = Some(lock);
            Ok(postgres)
        });
        let mut postgres = joined.await?.completed().await?;
        postgres._lock = None;
        Ok(postgres)
    }

    fn start_server(
        home: Home,
        account: Option<Account>,
        options: &EmbeddedOptions,
        touched: Option<PathBuf>,
    ) -> Result<Self, EmbeddedError> {
        let existing = home.is_complete().then(|| home.cluster_major()).flatten();
        let binaries = Binaries::find(&options.search, &home.cluster, existing)?;
        let binaries = binaries.reachable_by(account.as_ref(), &home.root.join("server"))?;
        server::end_leftover(&home.cluster)?;
        let passwords = Passwords::load_or_create(&home)?;
        if !home.is_complete() {
            cluster::create(&home, &binaries, account.as_ref(), &passwords, options.durable)?;
        }
        home.server_directory(&home.run, account.as_ref())?;
        let endpoint = Endpoint::choose(&home)?;
        let settings = cluster::settings(&home, &endpoint, options.durable, options.max_connections)?;
        let (major, is_shared) = (binaries.major, touched.is_some());
        let start = Start {
            home: home.clone(),
            binaries,
            account,
            settings,
            touched,
        };
        let server = start.server()?;
        let keeper = (!is_shared).then(|| Keeper::new(start, server));
        Ok(Self {
            endpoint,
            passwords,
            major,
            home,
            keeper,
            _lock: None,
        })
    }

    /// Creates the roles and the database unless an earlier start did.
    async fn completed(self) -> Result<Self, EmbeddedError> {
        if !self.home.is_complete() {
            cluster::bootstrap(&self.endpoint, &self.passwords).await?;
            self.home.set_complete()?;
        }
        Ok(self)
    }

    /// Where the product connects: role `momentum_app`.
    pub fn app_url(&self) -> String {
        self.url(Role::App, DATABASE)
    }

    /// Where migrations connect: role `momentum_owner`.
    pub fn owner_url(&self) -> String {
        self.url(Role::Owner, DATABASE)
    }

    /// Where the tests create and drop databases: role `postgres`, database `postgres`.
    pub fn superuser_url(&self) -> String {
        self.url(Role::Superuser, SUPERUSER)
    }

    /// Creates a further database like `momentum`: owned by `momentum_owner`, open to `momentum_app`.
    pub async fn create_database(&self, name: &str) -> Result<(), EmbeddedError> {
        cluster::create_database(&self.endpoint, &self.passwords, name).await
    }

    /// Where to connect as the given role to a database of this server.
    pub fn url(&self, role: Role, database: &str) -> String {
        match role {
            Role::App => self.endpoint.url(APP, &self.passwords.app, database),
            Role::Owner => self.endpoint.url(OWNER, &self.passwords.owner, database),
            Role::Superuser => self.endpoint.url(SUPERUSER, &self.passwords.superuser, database),
        }
    }

    /// The major version that runs.
    pub fn major_version(&self) -> u32 {
        self.major
    }

    /// Ends the server in order (open transactions are rolled back) and waits until its processes are gone. An error
    /// means that a process is left.
    pub async fn stop(mut self) -> Result<(), EmbeddedError> {
        match self.keeper.take() {
            Some(mut keeper) => blocking(move || keeper.stop()).await,
            None => Ok(()),
        }
    }

    /// Deletes the private PostgreSQL of this data directory with all data, ending a server that was left running. The
    /// rest of the directory stays. Fails if another process uses it.
    pub fn remove(data_dir: &Path) -> Result<(), EmbeddedError> {
        if !data_dir.exists() {
            return Ok(());
        }
        let (home, _) = Home::open(data_dir)?;
        let _lock = home.lock()?;
        server::end_leftover(&home.cluster)?;
        io(std::fs::remove_dir_all(&home.root), "remove", &home.root)
    }
}

/// Runs work that waits for files and processes where it does not hold up other tasks.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, EmbeddedError> + Send + 'static,
) -> Result<T, EmbeddedError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(failed) => std::panic::resume_unwind(failed.into_panic()),
    }
}

impl std::fmt::Debug for EmbeddedPostgres {
    /// Without the passwords.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("EmbeddedPostgres")
            .field("home", &self.home)
            .field("major", &self.major)
            .finish()
    }
}
