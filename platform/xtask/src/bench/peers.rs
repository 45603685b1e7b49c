//! The peers: what the machine can do at most at either end of the work. One only verifies signatures over the same
//! HTTP server, the other only commits the same bodies to the same database.

use super::load::Figures;
use crate::chaos::Store;
use crate::product::{self, Ready};
use crate::slack::{self, Sender, Voice};
use crate::test;
use anyhow::{Context, Result, ensure};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A process that verifies each event's signature and answers, and does nothing else. Ended when dropped.
pub struct Verifier {
    pub ready: Ready,
    child: Child,
}

impl Verifier {
    pub fn start(binary: &Path, demo: &Ready) -> Result<Self> {
        let port = test::free_port()?;
        let mut command = Command::new(binary);
        command.args(["bench-peer", "--port", &port.to_string()]);
        command.env("MOMENTUM_SLACK_SIGNING_SECRET", &demo.slack_signing_secret);
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .context("cannot start the peer")?;
        let base_url = format!("http://127.0.0.1:{port}");
        let verifier = Self {
            ready: Ready {
                base_url,
                ..demo.clone()
            },
            child,
        };
        let began = Instant::now();
        let agent = product::client(Duration::from_secs(1));
        while agent
            .get(format!("{}/healthz", verifier.ready.base_url))
            .call()
            .is_err()
        {
            ensure!(began.elapsed() < Duration::from_secs(10), "the peer does not answer");
            crate::chaos::pause(Duration::from_millis(20));
        }
        Ok(verifier)
    }
}

impl Drop for Verifier {
    fn drop(&mut self) {
        // Both fail only when the process has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
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
