//! The binary `momentum`.

use std::process::ExitCode;

use clap::Parser;
use momentum_server::commands::Cli;
use momentum_server::foundation::config::Environment;

fn main() -> ExitCode {
    match Cli::parse().run(&Environment::of_process()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("momentum: {error:#}");
            ExitCode::FAILURE
        }
    }
}
