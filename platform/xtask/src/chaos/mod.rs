//! `cargo xtask chaos`: the real binary, killed with -9 at random moments under load, and the scenarios in which a
//! record could be written twice. What was acknowledged must be stored, nothing lost, nothing twice.

mod rounds;
mod scenarios;
mod truth;

pub use truth::Store;

use crate::product::{self, Demo, Profile};
use crate::report::Report;
use crate::shell::Count;
use crate::workspace::Workspace;
use crate::{install, test};
use anyhow::Result;
use std::path::PathBuf;

/// What a run does.
#[derive(clap::Args, Clone)]
pub struct Options {
    /// How often the process is killed.
    #[arg(long, default_value_t = 50)]
    rounds: u32,
    /// The seed of all random moments; the same seed kills at the same ones.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A binary that is built already, instead of building one.
    #[arg(long)]
    binary: Option<PathBuf>,
    /// Events per second while the process lives.
    #[arg(long, default_value_t = 300)]
    rate: u32,
}

impl Options {
    /// The few rounds that `cargo xtask test` runs.
    pub fn short() -> Self {
        Self {
            rounds: 5,
            seed: 1,
            rate: 300,
            binary: None,
        }
    }
}

/// A binary with a data directory, started again and again on one port.
pub struct Site {
    binary: PathBuf,
    pub data_dir: PathBuf,
    port: u16,
}

impl Site {
    pub fn start(&self) -> Result<Demo> {
        Demo::start(&self.binary, &self.data_dir, self.port, &[])
    }
}

/// Runs everything and prints the figures.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let mut report = Report::default();
    steps(workspace, options, &mut report)?;
    report.finish()
}

/// The same as one step of a longer run.
pub fn run_within(workspace: &Workspace, options: &Options, count: &mut Count) -> Result<()> {
    let mut report = Report::default();
    steps(workspace, options, &mut report)?;
    *count += report.total();
    report.finish()
}

fn steps(workspace: &Workspace, options: &Options, report: &mut Report) -> Result<()> {
    install::postgres(workspace)?;
    let binary = options
        .binary
        .clone()
        .map_or_else(|| product::build(workspace, Profile::Dev), Ok)?;
    let home = tempfile::tempdir()?;
    let site = Site {
        binary,
        data_dir: home.path().join("data"),
        port: test::free_port()?,
    };
    println!("seed {}, {} rounds", options.seed, options.rounds);
    for scenario in scenarios::ALL {
        report.step(scenario.name, |_| scenarios::run(&site, scenario));
    }
    report.step("killed under load", |_| rounds::run(&site, options));
    Ok(())
}
