//! `cargo xtask bench …`: the real binary, measured beside something else in the same run, so that a figure means
//! something on another machine too.

mod companies;
mod delivery;
mod figures;
mod ingest;
mod load;
mod peers;

use crate::install;
use crate::product::{self, Profile};
use crate::workspace::Workspace;
use anyhow::Result;
use std::path::PathBuf;

/// What is measured.
#[derive(clap::Subcommand, Clone)]
pub enum Subject {
    /// `POST /slack/events`, beside peers that do less.
    Ingest(ingest::Options),
    /// The way from a message to the task in the CRM, of some companies alone and beside a noisy one.
    Delivery(delivery::Options),
}

/// Measures and prints the table.
pub fn run(workspace: &Workspace, subject: &Subject) -> Result<()> {
    match subject {
        Subject::Ingest(options) => ingest::run(workspace, options),
        Subject::Delivery(options) => delivery::run(workspace, options),
    }
}

/// What is measured: the binary that was given, or else the release build. PostgreSQL is there afterwards.
fn binary(workspace: &Workspace, given: Option<PathBuf>) -> Result<PathBuf> {
    install::postgres(workspace)?;
    given.map_or_else(|| product::build(workspace, Profile::Release), Ok)
}
