//! `cargo xtask …`: everything a developer does with this repository, each command installing what it needs.

mod bench;
mod certify;
mod chaos;
mod install;
mod openapi;
mod process;
mod product;
mod report;
mod shell;
mod simulator;
mod slack;
mod test;
mod tidy;
mod workspace;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use workspace::Workspace;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "The developer surface of Momentum",
    disable_help_subcommand = true
)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build everything and run `momentum demo`, passing the arguments on.
    Demo {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Run every check and test.
    Test {
        /// Without browser, and crash rounds: a few minutes when the target folder is warm.
        #[arg(long)]
        quick: bool,
    },
    /// Format Rust and TypeScript.
    Fmt,
    /// Print precision and recall of detection per kind, and how often idle talk is flagged.
    Eval {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Run the browser stories against the built product.
    E2e(test::Stories),
    /// Measure the real binary beside peers that do less, in one run.
    #[command(subcommand)]
    Bench(bench::Subject),
    /// Kill the real binary with -9 under load, and try every way to make it write a record twice.
    Chaos(chaos::Options),
    /// Run the vendors' own clients against the simulated vendors.
    Certify {
        /// A binary that is built already, instead of building one.
        #[arg(long)]
        binary: Option<PathBuf>,
    },
    /// Check what the compiler does not: layers, dependencies, file sizes, permission tests, links.
    Tidy,
    /// Write docs/openapi.json and the frontend's types from the code.
    Openapi {
        /// Change nothing; fail if the committed files differ.
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    let workspace = Workspace::find()?;
    match task {
        Task::Demo { arguments } => demo(&workspace, &arguments),
        Task::Test { quick } => test::run(&workspace, quick),
        Task::Fmt => {
            shell::run(workspace.cargo().args(["fmt", "--all"]))?;
            install::node_packages(&workspace, "frontend")?;
            shell::run(workspace.npm("frontend").args(["run", "format"]))
        }
        Task::Eval { arguments } => shell::run(test::eval(&workspace).args(arguments)),
        Task::E2e(stories) => test::end_to_end(&workspace, &stories).map(drop),
        Task::Bench(subject) => bench::run(&workspace, &subject),
        Task::Chaos(options) => chaos::run(&workspace, &options),
        Task::Certify { binary } => certify::run(&workspace, binary),
        Task::Tidy => tidy::run(&workspace),
        Task::Openapi { check } => openapi::run(&workspace, openapi::built_now(&workspace), check),
    }
}

/// Replaces this process by the demo, so that Ctrl-C reaches it and nothing else.
fn demo(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    install::postgres(workspace)?;
    let binary = product::build(workspace, product::Profile::Dev)?;
    Err(Command::new(binary).arg("demo").args(arguments).exec().into())
}
