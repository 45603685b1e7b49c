//! `cargo xtask bench ingest`: how many signed events a second the real binary takes in durably and how long Slack waits
//! for the answer, beside two peers that do less, on the same machine in the same run.

use super::figures::{heading, row};
use super::load::{Load, Pace};
use super::peers;
use crate::chaos::Store;
use crate::product::{Demo, Ready};
use crate::slack::{self, Sender};
use crate::test;
use crate::workspace::Workspace;
use anyhow::{Result, ensure};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How it is measured.
#[derive(clap::Args, Clone)]
pub struct Options {
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 15)]
    seconds: u64,
    /// Connections of the closed loop, and the most that the open loop may use.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// A binary that is built already, instead of the release build.
    #[arg(long)]
    binary: Option<PathBuf>,
}

/// Measures and prints the table.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let Options {
        seconds,
        connections,
        binary,
    } = options.clone();
    let binary = super::binary(workspace, binary)?;
    let home = tempfile::tempdir()?;
    let data_dir = home.path().join("data");
    let demo = Demo::start(&binary, &data_dir, test::free_port()?, &[])?;
    let mut store = Store::open(&data_dir)?;
    store.drained()?;
    let voices = slack::customer_voices(&demo.ready)?;
    let load = |ready: &Ready, pace| {
        Load {
            sender: Sender::new(ready),
            voices: voices.clone(),
            connections,
            lasts: Duration::from_secs(seconds),
            pace,
        }
        .run()
    };

    println!("each measurement takes {seconds} s; commits are durable, detection runs\n");
    heading("accepted/s");
    let slow = load(&demo.ready, Pace::PerSecond(500))?;
    row("momentum, 500/s", &slow);
    let fast = load(&demo.ready, Pace::PerSecond(2_000))?;
    row("momentum, 2,000/s", &fast);
    // What the open loops left behind would else slow the closed one down.
    store.drained()?;
    let before = store.number("SELECT count(*) FROM messages WHERE source = 'live'")?;
    let closed = load(&demo.ready, Pace::AsFastAsAnswered)?;
    row("momentum, closed loop", &closed);
    let began = Instant::now();
    store.drained()?;
    let worked_off = store.number("SELECT count(*) FROM messages WHERE source = 'live'")? - before;
    let behind = began.elapsed();

    let verifier = peers::Verifier::start(&binary, &demo.ready)?;
    let verified = load(&verifier.ready, Pace::AsFastAsAnswered)?;
    row("HMAC only, closed loop", &verified);
    drop(verifier);
    let bodies = peers::bodies(&Sender::new(&demo.ready), &voices);
    let inserted = peers::group_insert(&mut store, &bodies, connections, Duration::from_secs(seconds))?;
    row(&format!("bare insert, {connections} rows a commit"), &inserted);

    println!();
    println!(
        "closed loop against HMAC only    {:>8.2}",
        closed.per_second() / verified.per_second()
    );
    println!(
        "closed loop against bare insert  {:>8.2}",
        closed.per_second() / inserted.per_second()
    );
    let all = Duration::from_secs(seconds) + behind;
    println!(
        "detected, per second             {:>8.0}  ({worked_off} messages)",
        worked_off as f64 / all.as_secs_f64()
    );
    println!(
        "worked off after the closed loop {:>8.1}  seconds",
        behind.as_secs_f64()
    );
    ensure!(
        worked_off == closed.answered as i64,
        "{} were acknowledged, {worked_off} are stored",
        closed.answered
    );
    demo.interrupt()
}
