//! The steps of a run, how long each took, and what came of it.

use crate::shell::Count;
use anyhow::{Result, bail};
use std::time::{Duration, Instant};

/// Collects the outcome of each step, so that one failure does not hide the next.
#[derive(Default)]
pub struct Report {
    rows: Vec<Row>,
}

struct Row {
    name: String,
    took: Duration,
    count: Count,
    error: Option<String>,
}

impl Report {
    /// Runs one step. A step in which no runner reports tests counts as one test itself.
    pub fn step(&mut self, name: &str, work: impl FnOnce(&mut Count) -> Result<()>) {
        println!("\n=== {name}");
        let began = Instant::now();
        let mut count = Count::default();
        let result = work(&mut count);
        let error = result.err().map(|error| format!("{error:#}"));
        match (&error, count) {
            (None, Count { passed: 0, .. }) => count.passed = 1,
            (Some(_), Count { failed: 0, .. }) => count.failed = 1,
            _ => {}
        }
        let took = began.elapsed();
        match &error {
            None => println!("=== {name}: ok in {:.1} s", took.as_secs_f64()),
            Some(error) => println!("=== {name}: FAILED after {:.1} s: {error}", took.as_secs_f64()),
        }
        self.rows.push(Row {
            name: name.to_owned(),
            took,
            count,
            error,
        });
    }

    /// What all steps so far add up to.
    pub fn total(&self) -> Count {
        let mut total = Count::default();
        for row in &self.rows {
            total += row.count;
        }
        total
    }

    /// Prints the table and the totals; an error if anything failed.
    pub fn finish(self) -> Result<()> {
        println!("\n{:<32} {:>9} {:>8} {:>8}", "step", "seconds", "passed", "failed");
        let total = self.total();
        let mut took = Duration::ZERO;
        for row in &self.rows {
            let Count { passed, failed } = row.count;
            println!(
                "{:<32} {:>9.1} {passed:>8} {failed:>8}",
                row.name,
                row.took.as_secs_f64()
            );
            took += row.took;
        }
        for row in &self.rows {
            if let Some(error) = &row.error {
                println!("{}: {error}", row.name);
            }
        }
        println!("\n{:.1} minutes", took.as_secs_f64() / 60.0);
        println!("{} passed, {} failed", total.passed, total.failed);
        if self.rows.iter().any(|row| row.error.is_some()) {
            bail!("not everything passed");
        }
        Ok(())
    }
}
