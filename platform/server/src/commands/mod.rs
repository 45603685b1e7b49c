//! The command line: one file per command.

mod bench_peer;
mod database;
pub mod demo;
mod detect;
mod doctor;
mod import;
mod keys;
mod match_accounts;
mod migrate;
mod openapi;
mod serve;
mod sim;

use std::path::PathBuf;

use anyhow::Context;
use clap::{Parser, Subcommand};

use crate::foundation::config::{Environment, Settings};
use crate::foundation::telemetry::{self, Telemetry};

pub use database::{OpenDatabase, open_database};
pub use serve::{ProcessRole, Running, start};

/// Momentum reads your customer channels and finds the messages that matter.
#[derive(Debug, Parser)]
#[command(name = "momentum", version, about)]
pub struct Cli {
    /// A TOML file with settings; MOMENTUM_* variables win over it.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the whole product with a made-up company, and simulated vendors.
    Demo(demo::DemoArgs),
    /// A server that only verifies signatures, to measure beside the product.
    #[command(hide = true)]
    BenchPeer(bench_peer::BenchPeerArgs),
    /// Says what messages mean: JSON lines of id, text, channel_kind and sender_kind in, what was found out.
    Detect(detect::DetectArgs),
    /// Checks the environment and says what to do.
    Doctor(doctor::DoctorArgs),
    /// Says which account is meant: JSON lines of id and query in, candidates out.
    Match(match_accounts::MatchArgs),
    /// Brings history in from a file.
    #[command(subcommand)]
    Import(import::ImportCommand),
    /// The keys that seal stored credentials.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Brings the database's schema up to date, as the owner of the database.
    Migrate,
    /// Prints the description of the API.
    Openapi,
    /// Runs the product.
    Serve(serve::ServeArgs),
    /// Runs the simulated vendors alone: Slack, Salesforce, HubSpot and a mail server.
    Sim(sim::SimArgs),
}

impl Cli {
    /// Runs the command to its end.
    ///
    /// # Errors
    /// What went wrong, for the person at the console.
    pub fn run(self, environment: &Environment) -> anyhow::Result<()> {
        let settings = || Settings::load(self.config.as_deref(), environment);
        match self.command {
            Command::BenchPeer(args) => block_on(bench_peer::run(settings()?, args))?,
            Command::Detect(args) => detect::run(&args),
            Command::Demo(args) => block_on(demo::run(args, environment))?,
            Command::Doctor(args) => block_on(doctor::run(&args, settings()))?,
            Command::Match(args) => match_accounts::run(&args),
            Command::Migrate => block_on(migrate::run(settings()?))?,
            Command::Import(what) => block_on(import::run(settings()?, what))?,
            Command::Keys(what) => block_on(keys::run(settings()?, what))?,
            Command::Openapi => openapi::run(),
            Command::Serve(args) => {
                let settings = settings()?;
                let _telemetry: Telemetry = telemetry::start(&settings)?;
                block_on(serve::run(settings, args))?
            }
            Command::Sim(args) => block_on(sim::run(args))?,
        }
    }
}

fn block_on<T>(work: impl Future<Output = T>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    Ok(runtime
        .context("the asynchronous runtime could not be started")?
        .block_on(work))
}
