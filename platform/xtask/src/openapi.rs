//! The API description and the client types made from it: generated, committed, and checked for drift.

use crate::workspace::Workspace;
use crate::{install, shell};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::process::Command;

/// The server as the code is now.
pub fn built_now(workspace: &Workspace) -> Command {
    let mut server = workspace.cargo();
    server.args(["run", "--quiet", "--package", "momentum-server", "--"]);
    server
}

/// Has the server describe itself and writes both files, or with `check` only compares them.
pub fn run(workspace: &Workspace, mut server: Command, check: bool) -> Result<()> {
    let committed = workspace.root.join("docs/openapi.json");
    let output = server
        .arg("openapi")
        .output()
        .context("cannot run `momentum openapi`")?;
    ensure!(
        output.status.success(),
        "`momentum openapi` failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    if check {
        let same = fs::read(&committed).is_ok_and(|found| found == output.stdout);
        ensure!(
            same,
            "docs/openapi.json is not what the code says: run `cargo xtask openapi` and commit the result"
        );
    } else {
        fs::write(&committed, &output.stdout)?;
        println!("wrote docs/openapi.json");
    }
    let tool = "frontend/tools/openapi";
    install::node_packages(workspace, tool)?;
    shell::run(
        workspace
            .npm(tool)
            .args(["run", if check { "check" } else { "generate" }]),
    )
}
