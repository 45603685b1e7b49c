//! The peers: what the machine can do at most at either end of the work. One only verifies signatures over the same
//! HTTP server, the other only commits the same bodies to the same database.

use super::figures::Figures;
use crate::chaos::Store;
use crate::process::Process;
use crate::product::Ready;
use crate::slack::{self, Sender, Voice};
use crate::test;
use anyhow::Result;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A process that verifies each event's signature and answers, and does nothing else.
pub struct Verifier {
    pub ready: Ready,
    _process: Process,
}

impl Verifier {
    pub fn start(binary: &Path, demo: &Ready) -> Result<Self> {
        let port = test::free_port()?;
        let mut command = Command::new(binary);
        command.args(["bench-peer", "--port", &port.to_string()]);
        command.env("MOMENTUM_SLACK_SIGNING_SECRET", &demo.slack_signing_secret);
        let mut process = Process::spawn(command.stdout(Stdio::null()))?;
        let base_url = format!("http://127.0.0.1:{port}");
        process.await_answer(&format!("{base_url}/healthz"), Duration::from_secs(10))?;
        Ok(Self {
            ready: Ready {
                base_url,
                ..demo.clone()
            },
            _process: process,
        })
    }
}

/// Bodies like those the product was sent.
pub fn bodies(sender: &Sender, voices: &[Voice]) -> Vec<String> {
    let body = |number: usize| {
        let message = voices[number % voices.len()].says(format!("The export of job {number} finished, thanks"));
        sender.event(&message, &slack::next_event_id())
    };
    (0..1_000).map(body).collect()
}

/// Inserts the bodies into a table without indexes, so many rows a durable commit, over one connection.
pub fn group_insert(store: &mut Store, bodies: &[String], rows: usize, lasts: Duration) -> Result<Figures> {
    store.execute("CREATE TABLE bench_peer (body text NOT NULL)", &[])?;
    let (mut latencies, mut inserted) = (Vec::new(), 0);
    let began = Instant::now();
    for number in 0.. {
        if began.elapsed() >= lasts {
            break;
        }
        let group: Vec<&str> = (0..rows)
            .map(|row| &*bodies[(number * rows + row) % bodies.len()])
            .collect();
        let commit = Instant::now();
        store.execute("INSERT INTO bench_peer SELECT unnest($1::text[])", &[&group])?;
        latencies.push(commit.elapsed());
        inserted += rows;
    }
    let took = began.elapsed();
    store.execute("DROP TABLE bench_peer", &[])?;
    Ok(Figures::new(latencies, inserted, 0, took))
}
