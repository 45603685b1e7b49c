//! Where things are, and the programs every task calls.

use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The checked-out repository.
pub struct Workspace {
    pub root: PathBuf,
    /// Cargo's target directory, wherever CARGO_TARGET_DIR or a configuration puts it.
    pub target: PathBuf,
}

impl Workspace {
    /// The repository this program was built from.
    pub fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
        let mut workspace = Self {
            root,
            target: PathBuf::new(),
        };
        let metadata = workspace.metadata(&["--no-deps"])?;
        let target = metadata["target_directory"]
            .as_str()
            .context("cargo metadata names no target directory")?;
        workspace.target = PathBuf::from(target);
        Ok(workspace)
    }

    /// `cargo metadata`: members, dependencies and licences.
    pub fn metadata(&self, arguments: &[&str]) -> Result<serde_json::Value> {
        let output = self
            .cargo()
            .args(["metadata", "--format-version", "1", "--locked"])
            .args(arguments)
            .output()?;
        ensure!(
            output.status.success(),
            "cargo metadata failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// A cargo command in the root.
    pub fn cargo(&self) -> Command {
        let mut command = Command::new(variable("CARGO").unwrap_or_else(|| "cargo".to_owned()));
        command.current_dir(&self.root);
        command
    }

    /// An npm command in a folder below the root, without npm's advertisements.
    pub fn npm(&self, folder: &str) -> Command {
        let mut command = Command::new("npm");
        command.current_dir(self.root.join(folder));
        command.env("NPM_CONFIG_FUND", "false").env("NPM_CONFIG_AUDIT", "false");
        command.env("NPM_CONFIG_UPDATE_NOTIFIER", "false").env("NO_COLOR", "1");
        command
    }
}

/// A variable of the environment, if it is set and not empty.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place where xtask reads its environment"
)]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The full path of a program on PATH.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = variable("PATH")?;
    std::env::split_paths(&path)
        .map(|directory| directory.join(name))
        .find(|file| file.is_file())
}
