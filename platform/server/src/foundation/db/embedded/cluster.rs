//! What is inside the cluster: how it is created, who may connect and how, and which settings it runs with.

use super::account::{Account, own_name, run_as};
use super::binaries::Binaries;
use super::error::{EmbeddedError, io};
use super::home::Home;
use crate::foundation::context::random_bytes;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr};
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

/// The role initdb creates; it makes databases and roles and nothing else connects as it.
pub(super) const SUPERUSER: &str = "postgres";
/// Owns the database and its tables; migrations connect as it.
pub(super) const OWNER: &str = "momentum_owner";
/// What the product connects as: neither owner nor superuser, so row-level security always applies.
pub(super) const APP: &str = "momentum_app";
/// Owns the few functions that look across tenants (which tenant has work?); nobody connects as it.
const DISPATCH: &str = "momentum_dispatch";
/// The database.
pub(super) const DATABASE: &str = "momentum";

/// Linux allows 108 bytes for a socket's path with its final NUL, macOS 104.
const LONGEST_SOCKET: usize = if cfg!(target_os = "linux") { 107 } else { 103 };
const SOCKET: &str = ".s.PGSQL.5432";

/// The passwords of the roles that can log in, random and never shown.
#[derive(Serialize, Deserialize)]
pub(super) struct Passwords {
    pub superuser: String,
    pub owner: String,
    pub app: String,
}

impl Passwords {
    /// Reads those of an existing cluster or makes new ones.
    pub fn load_or_create(home: &Home) -> Result<Self, EmbeddedError> {
        let path = home.root.join("passwords.json");
        if home.is_complete() {
            let text = io(std::fs::read_to_string(&path), "read", &path)?;
            let parsed = serde_json::from_str(&text).map_err(std::io::Error::from);
            return io(parsed, "understand", path);
        }
        let passwords = Self {
            superuser: random(),
            owner: random(),
            app: random(),
        };
        let text = serde_json::to_string(&passwords).map_err(std::io::Error::from);
        home.write("passwords.json", &io(text, "write", path)?, 0o600)?;
        Ok(passwords)
    }
}

fn random() -> String {
    hex::encode(random_bytes::<24>())
}

/// Where the server listens.
#[derive(Debug, Clone)]
pub(super) enum Endpoint {
    /// The socket in `run/`: nothing outside this machine, and no other user on it, can even try to connect.
    Socket(String),
    /// A free port on 127.0.0.1, where the data directory's path is too long for a socket.
    Loopback(u16),
}

impl Endpoint {
    pub fn choose(home: &Home) -> Result<Self, EmbeddedError> {
        match home.run.to_str() {
            Some(directory) if directory.len() + 1 + SOCKET.len() <= LONGEST_SOCKET && !directory.contains('"') => {
                Ok(Self::Socket(directory.to_owned()))
            }
            _ => {
                let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
                Ok(Self::Loopback(io(free, "find a free port for", &home.root)?.port()))
            }
        }
    }

    /// Where a server that already runs listens: the fourth line of its pid file is the port, the fifth the socket's
    /// directory.
    pub fn of_running(home: &Home) -> Option<Self> {
        let file = std::fs::read_to_string(home.cluster.join("postmaster.pid")).ok()?;
        let (port, directory) = (file.lines().nth(3)?.trim(), file.lines().nth(4)?.trim());
        if directory.is_empty() {
            port.parse().ok().map(Self::Loopback)
        } else {
            Some(Self::Socket(directory.to_owned()))
        }
    }

    /// The address of `database` for `role`.
    pub fn url(&self, role: &str, password: &str, database: &str) -> String {
        match self {
            Self::Socket(directory) => {
                let host: String = directory.bytes().map(percent_encoded).collect();
                format!("postgres://{role}:{password}@localhost/{database}?host={host}&sslmode=disable")
            }
            Self::Loopback(port) => {
                format!("postgres://{role}:{password}@127.0.0.1:{port}/{database}?sslmode=disable")
            }
        }
    }
}

fn percent_encoded(byte: u8) -> String {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    }
}

/// Creates the cluster: UTF-8, the C locale (the same order on every machine), checksums on every page.
pub(super) fn create(
    home: &Home,
    binaries: &Binaries,
    account: Option<&Account>,
    passwords: &Passwords,
    durable: bool,
) -> Result<(), EmbeddedError> {
    if home.cluster.exists() {
        // A first start that did not reach its end: nothing can have been stored in it.
        io(std::fs::remove_dir_all(&home.cluster), "remove", &home.cluster)?;
    }
    home.server_directory(&home.cluster, account)?;
    // Syncing once at the end is three times as fast as initdb's own way of creating and syncing file by file.
    let password = home.write("initdb-password", &passwords.superuser, 0o600)?;
    account.map_or(Ok(()), |account| account.own(&password))?;
    let password_file = format!("--pwfile={}", password.display());
    let form = ["--no-sync", "--encoding=UTF8", "--locale=C", "--data-checksums"];
    let access = ["--auth=scram-sha-256", "--username", SUPERUSER, &password_file];
    initdb(home, binaries, account, &[&form[..], &access[..]].concat())?;
    io(std::fs::remove_file(&password), "remove", &password)?;
    if durable {
        initdb(home, binaries, account, &["--sync-only"])
    } else {
        Ok(())
    }
}

fn initdb(
    home: &Home,
    binaries: &Binaries,
    account: Option<&Account>,
    arguments: &[&str],
) -> Result<(), EmbeddedError> {
    let mut command = binaries.command("initdb");
    run_as(&mut command, account);
    command.arg("-D").arg(&home.cluster).args(arguments);
    let output = io(command.output(), "run", binaries.directory.join("initdb"))?;
    if output.status.success() {
        return Ok(());
    }
    let output = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(EmbeddedError::InitDb {
        cluster: home.cluster.clone(),
        output,
    })
}

/// The settings of one start. They go on the command line, so that an upgrade of momentum changes them and nothing in
/// the data directory can disagree.
pub(super) fn settings(
    home: &Home,
    endpoint: &Endpoint,
    durable: bool,
    max_connections: u32,
) -> Result<Vec<(&'static str, String)>, EmbeddedError> {
    let path = |path: &Path| path.to_string_lossy().into_owned();
    let (hba, ident) = access(home, endpoint)?;
    let on_off = |on: bool| if on { "on" } else { "off" }.to_owned();
    let mut settings = vec![
        ("hba_file", path(&hba)),
        ("ident_file", path(&ident)),
        ("max_connections", max_connections.to_string()),
        ("fsync", on_off(durable)),
        ("synchronous_commit", on_off(durable)),
        ("full_page_writes", on_off(durable)),
        ("shared_buffers", "128MB".to_owned()),
        ("work_mem", "8MB".to_owned()),
        ("maintenance_work_mem", "64MB".to_owned()),
        // Tables are partitioned by month: one statement may lock many.
        ("max_locks_per_transaction", "256".to_owned()),
        // Compiling a query pays only for reports that run for seconds; here it makes short ones slow.
        ("jit", "off".to_owned()),
        ("timezone", "UTC".to_owned()),
        ("log_timezone", "UTC".to_owned()),
        ("log_line_prefix", "%m [%p] %u@%d ".to_owned()),
        ("log_checkpoints", "off".to_owned()),
        ("cluster_name", "momentum".to_owned()),
        ("logging_collector", "off".to_owned()),
    ];
    settings.extend(match endpoint {
        Endpoint::Socket(directory) => [
            ("listen_addresses", String::new()),
            ("port", "5432".to_owned()),
            ("unix_socket_directories", format!("\"{directory}\"")),
        ],
        Endpoint::Loopback(port) => [
            ("listen_addresses", "127.0.0.1".to_owned()),
            ("port", port.to_string()),
            ("unix_socket_directories", String::new()),
        ],
    });
    Ok(settings)
}

/// On the socket the operating system says who connects (`peer`): our own user, as any of our roles. Passwords decide
/// on the loopback, and where our user has no name.
fn access(home: &Home, endpoint: &Endpoint) -> Result<(PathBuf, PathBuf), EmbeddedError> {
    let own_name = own_name().filter(|name| !name.contains(['"', '\n']));
    let hba = match (endpoint, &own_name) {
        (Endpoint::Socket(_), Some(_)) => "local all all peer map=momentum\n",
        (Endpoint::Socket(_), None) => "local all all scram-sha-256\n",
        (Endpoint::Loopback(_), _) => "host all all 127.0.0.1/32 scram-sha-256\n",
    };
    let name = own_name.unwrap_or_default();
    let line = |role: &&str| format!("momentum \"{name}\" {role}\n");
    let ident: String = [SUPERUSER, OWNER, APP]
        .iter()
        .filter(|_| !name.is_empty())
        .map(line)
        .collect();
    Ok((
        home.write("pg_hba.conf", hba, 0o644)?,
        home.write("pg_ident.conf", &ident, 0o644)?,
    ))
}

/// Creates the roles and the database of a new cluster.
pub(super) async fn bootstrap(endpoint: &Endpoint, passwords: &Passwords) -> Result<(), EmbeddedError> {
    let plain = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS";
    let roles = [
        format!("CREATE ROLE {OWNER} LOGIN {plain} PASSWORD '{}'", passwords.owner),
        format!("CREATE ROLE {APP} LOGIN {plain} PASSWORD '{}'", passwords.app),
        format!("CREATE ROLE {DISPATCH} NOLOGIN {plain}"),
        // Only a member of a role may hand a function over to it.
        format!("GRANT {DISPATCH} TO {OWNER}"),
    ];
    run(endpoint, passwords, SUPERUSER, &roles).await?;
    create_database(endpoint, passwords, DATABASE).await
}

/// Creates a database that belongs to the owner and that the application may use.
pub(super) async fn create_database(
    endpoint: &Endpoint,
    passwords: &Passwords,
    name: &str,
) -> Result<(), EmbeddedError> {
    let database = [
        format!("CREATE DATABASE {name} OWNER {OWNER}"),
        format!("REVOKE ALL ON DATABASE {name} FROM PUBLIC"),
        format!("GRANT CONNECT ON DATABASE {name} TO {APP}"),
    ];
    run(endpoint, passwords, SUPERUSER, &database).await?;
    let schema = [
        format!("ALTER SCHEMA public OWNER TO {OWNER}"),
        "REVOKE ALL ON SCHEMA public FROM PUBLIC".to_owned(),
        format!("GRANT USAGE ON SCHEMA public TO {APP}, {DISPATCH}"),
    ];
    run(endpoint, passwords, name, &schema).await
}

/// Runs statements one by one as the superuser.
async fn run(
    endpoint: &Endpoint,
    passwords: &Passwords,
    database: &str,
    statements: &[String],
) -> Result<(), EmbeddedError> {
    let connected = connect(&endpoint.url(SUPERUSER, &passwords.superuser, database)).await;
    let connection = connected.map_err(EmbeddedError::Bootstrap)?;
    for statement in statements {
        connection
            .execute_unprepared(statement)
            .await
            .map_err(EmbeddedError::Bootstrap)?;
    }
    connection.close().await.map_err(EmbeddedError::Bootstrap)
}

async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await
}
