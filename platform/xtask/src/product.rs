//! The built product: its frontend, its binary, and a running demo of it.

use crate::process::Process;
use crate::workspace::Workspace;
use crate::{install, shell};
use anyhow::{Result, bail};
use serde::Deserialize;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

/// Builds the frontend if its sources are newer than its result.
pub fn build_frontend(workspace: &Workspace) -> Result<()> {
    let frontend = workspace.root.join("frontend");
    let built = fs::metadata(frontend.join("dist/index.html"))
        .and_then(|file| file.modified())
        .ok();
    let sources = [
        "src",
        "scripts",
        "index.html",
        "package-lock.json",
        "vite.config.ts",
        "tsconfig.json",
    ];
    let newest = sources.iter().filter_map(|name| newest(&frontend.join(name))).max();
    if built.is_some() && built >= newest {
        return Ok(());
    }
    install::node_packages(workspace, "frontend")?;
    shell::run(workspace.npm("frontend").args(["run", "build"]))
}

/// When the newest file at or below this path was changed.
fn newest(path: &Path) -> Option<SystemTime> {
    if path.is_dir() {
        let entries = fs::read_dir(path).ok()?;
        return entries.flatten().filter_map(|entry| newest(&entry.path())).max();
    }
    fs::metadata(path).and_then(|file| file.modified()).ok()
}

/// How the binary is optimised.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build; for people and checks.
    Dev,
    /// Slow to build; for figures.
    Release,
}

/// Builds the binary with the frontend inside it, and returns its path.
pub fn build(workspace: &Workspace, profile: Profile) -> Result<PathBuf> {
    build_frontend(workspace)?;
    let mut command = workspace.cargo();
    command.args(["build", "--package", "momentum-server", "--features", "embed-frontend"]);
    let folder = match profile {
        Profile::Dev => "debug",
        Profile::Release => {
            command.arg("--release");
            "release"
        }
    };
    shell::run(&mut command)?;
    Ok(workspace.target.join(folder).join("momentum"))
}

/// The line that `momentum demo --json` prints when it is ready.
#[derive(Clone, Debug, Deserialize)]
pub struct Ready {
    pub base_url: String,
    pub sim_url: String,
    pub slack_team_id: String,
    pub slack_signing_secret: String,
}

/// A demo in a process of its own.
pub struct Demo {
    pub ready: Ready,
    /// The line itself, for programs that read all of it.
    pub line: String,
    process: Process,
}

impl Demo {
    /// Starts the binary on these data and waits for the line. What it logs goes to `<data_dir>.log`.
    pub fn start(binary: &Path, data_dir: &Path, port: u16, environment: &[(&str, &str)]) -> Result<Self> {
        let log_path = data_dir.with_extension("log");
        let log = fs::File::options().create(true).append(true).open(&log_path)?;
        let mut command = Command::new(binary);
        command
            .args(["demo", "--json", "--port", &port.to_string(), "--data-dir"])
            .arg(data_dir);
        command.envs(environment.iter().copied());
        let mut process = Process::spawn(command.stdout(Stdio::piped()).stderr(log))?;
        let mut lines = BufReader::new(process.output()?).lines();
        for line in lines.by_ref() {
            let line = line?;
            if let Ok(ready) = serde_json::from_str::<Ready>(&line) {
                // Somebody must keep reading, or the demo would stop at a full pipe.
                std::thread::spawn(move || lines.for_each(drop));
                return Ok(Self { ready, line, process });
            }
        }
        let log = fs::read_to_string(&log_path).unwrap_or_default();
        let tail: Vec<&str> = log.lines().rev().take(15).collect();
        bail!(
            "the demo ended before it was ready:\n{}",
            tail.into_iter().rev().collect::<Vec<_>>().join("\n")
        )
    }

    /// Kills the process at once, as a power cut would.
    pub fn kill(self) -> Result<()> {
        self.process.kill()
    }

    /// Sends what Ctrl-C sends and waits for the end.
    pub fn interrupt(self) -> Result<()> {
        self.process.interrupt()
    }
}

/// An HTTP client that gives up after this time.
pub fn client(limit: Duration) -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_global(Some(limit))
        .http_status_as_error(false)
        .build()
        .new_agent()
}
