//! `cargo xtask test`: every check, cheapest first, all of them even if one fails.

use crate::product::{self, Demo, Profile};
use crate::report::Report;
use crate::shell::{self, Count};
use crate::workspace::{Workspace, program};
use crate::{certify, chaos, install, openapi, tidy};
use anyhow::{Result, ensure};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// Runs the steps and prints the table.
pub fn run(workspace: &Workspace, quick: bool) -> Result<()> {
    let mut report = Report::default();
    report.step("format", |_| {
        shell::run(workspace.cargo().args(["fmt", "--all", "--check"]))
    });
    report.step("tidy", |_| tidy::run(workspace));
    match program("typos") {
        Some(typos) => report.step("spelling", |_| {
            shell::run(Command::new(typos).current_dir(&workspace.root))
        }),
        None => println!("\ntypos is not installed: spelling is not checked (cargo install typos-cli)"),
    }
    report.step("clippy", |_| {
        let arguments = [
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "--deny",
            "warnings",
        ];
        shell::run(workspace.cargo().args(arguments))
    });
    report.step("postgres", |_| install::postgres(workspace));
    report.step("rust tests", |count| {
        rust_tests(workspace, count, &["--workspace"], &[])
    });
    if quick {
        return report.finish();
    }
    report.step("detection gates", |_| shell::run(eval(workspace).arg("--check")));
    report.step("frontend packages", |_| install::node_packages(workspace, "frontend"));
    report.step("frontend check", |_| {
        shell::run(workspace.npm("frontend").args(["run", "check"]))
    });
    report.step("frontend tests", |count| {
        shell::run_counted(workspace.npm("frontend").args(["run", "test"]), count)
    });
    report.step("product build", |_| product::build(workspace, Profile::Dev).map(drop));
    report.step("api description", |_| {
        let server = product::build(workspace, Profile::Dev)?;
        openapi::run(workspace, Command::new(server), true)
    });
    report.step("vendors' clients", |count| certify::certify(workspace, None, count));
    report.step("browser stories", |count| {
        *count += end_to_end(workspace, &Stories::default())?;
        Ok(())
    });
    report.step("crash rounds", |count| {
        chaos::run_within(workspace, &chaos::Options::short(), count)
    });
    report.step("npm's postgres", |count| {
        install::npm_postgres(workspace)?;
        let hidden = [("MOMENTUM_PG_IGNORE_SYSTEM", "1")];
        rust_tests(
            workspace,
            count,
            // Of the whole workspace, or the test binary would be built anew.
            &["--workspace", "embedded"],
            &hidden,
        )?;
        demo_starts_and_ends(workspace, &hidden)
    });
    report.finish()
}

/// The example that prints precision and recall; with `--check` it fails below the bounds.
pub fn eval(workspace: &Workspace) -> Command {
    let mut command = workspace.cargo();
    command.args([
        "run",
        "--quiet",
        "--package",
        "momentum-engine",
        "--example",
        "eval",
        "--",
    ]);
    command
}

/// nextest where it is installed, because it runs each test in a process of its own and shows what hangs; else cargo's
/// own runner.
fn rust_tests(
    workspace: &Workspace,
    count: &mut Count,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> Result<()> {
    let mut command = workspace.cargo();
    if program("cargo-nextest").is_some() {
        command.args(["nextest", "run", "--locked", "--no-fail-fast", "--hide-progress-bar"]);
    } else {
        command.args(["test", "--locked", "--no-fail-fast"]);
    }
    command.args(arguments).envs(environment.iter().copied());
    shell::run_counted(&mut command, count)
}

/// Which browser stories, and on how much.
#[derive(clap::Args, Default)]
pub struct Stories {
    /// Only stories whose name holds this.
    only: Option<String>,
    /// Import a Slack export first, until the company has at least this many open signals.
    #[arg(long)]
    signals: Option<u32>,
    /// A folder for pictures of every page.
    #[arg(long)]
    screenshots: Option<PathBuf>,
    /// A binary that is built already, instead of the dev build. Budgets of time then fail the run.
    #[arg(long)]
    binary: Option<PathBuf>,
}

/// The browser stories against the real binary. The runner starts nothing itself: it gets the address and the
/// people from the line that the demo prints.
pub fn end_to_end(workspace: &Workspace, stories: &Stories) -> Result<Count> {
    install::postgres(workspace)?;
    let chromium = install::chromium()?;
    let binary = match &stories.binary {
        Some(binary) => binary.clone(),
        None => product::build(workspace, Profile::Dev)?,
    };
    install::node_packages(workspace, "frontend")?;
    let home = tempfile::tempdir()?;
    let demo = Demo::start(&binary, &home.path().join("data"), free_port()?, &[])?;
    let mut command = workspace.npm("frontend");
    command
        .args(["run", "e2e"])
        .env("MOMENTUM_DEMO", &demo.line)
        .env("CHROMIUM_PATH", chromium);
    if let Some(only) = &stories.only {
        command.args(["--", only]);
    }
    if let Some(signals) = stories.signals {
        command.env("SIGNALS", signals.to_string());
    }
    if let Some(folder) = &stories.screenshots {
        command.env("SCREENSHOTS", std::path::absolute(folder)?);
    }
    if stories.binary.is_some() {
        command.env("STRICT_TIMES", "1");
    }
    let mut count = Count::default();
    shell::run_counted(&mut command, &mut count)?;
    demo.interrupt()?;
    Ok(count)
}

/// The demo on an empty directory: it becomes ready, answers, and ends in order on Ctrl-C with no process left.
fn demo_starts_and_ends(workspace: &Workspace, environment: &[(&str, &str)]) -> Result<()> {
    let binary = product::build(workspace, Profile::Dev)?;
    let home = tempfile::tempdir()?;
    let data_dir = home.path().join("data");
    let demo = Demo::start(&binary, &data_dir, free_port()?, environment)?;
    let answer = product::client(Duration::from_secs(5))
        .get(format!("{}/readyz", demo.ready.base_url))
        .call()?;
    ensure!(answer.status() == 200, "/readyz answered {}", answer.status());
    demo.interrupt()?;
    let left = processes_naming(&data_dir.to_string_lossy())?;
    ensure!(left.is_empty(), "Ctrl-C left processes behind: {}", left.join("; "));
    Ok(())
}

/// A port nobody uses now.
pub fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// The command lines of processes that name this text.
fn processes_naming(text: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let command = String::from_utf8_lossy(&command).replace('\0', " ");
        if command.contains(text) {
            found.push(command);
        }
    }
    Ok(found)
}
