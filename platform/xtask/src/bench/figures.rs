//! What a measurement says, and the table that shows it.

use std::time::Duration;

/// What came of a measurement.
pub struct Figures {
    pub answered: usize,
    pub refused: usize,
    took: Duration,
    /// Sorted.
    latencies: Vec<Duration>,
}

impl Figures {
    pub fn new(mut latencies: Vec<Duration>, answered: usize, refused: usize, took: Duration) -> Self {
        latencies.sort_unstable();
        Self {
            answered,
            refused,
            took,
            latencies,
        }
    }

    /// The figures of these times, which were measured for so long.
    pub fn of_all(times: &[Vec<Duration>], took: Duration) -> Self {
        let all = times.concat();
        let answered = all.len();
        Self::new(all, answered, 0, took)
    }

    pub fn per_second(&self) -> f64 {
        self.answered as f64 / self.took.as_secs_f64()
    }

    /// The time within which this share of the answers came.
    pub fn percentile(&self, share: f64) -> Duration {
        let last = self.latencies.len().saturating_sub(1);
        self.latencies
            .get((last as f64 * share).round() as usize)
            .copied()
            .unwrap_or_default()
    }
}

/// The table's first line; the first column counts these a second.
pub fn heading(counted: &str) {
    let titles = [counted, "p50 ms", "p99 ms", "max ms", "refused"];
    println!("{:<34}{}", "", titles.map(|title| format!("{title:>11}")).concat());
}

/// One measurement's line.
pub fn row(name: &str, figures: &Figures) {
    let at = |share| figures.percentile(share).as_secs_f64() * 1_000.0;
    let (rate, refused) = (figures.per_second(), figures.refused);
    println!(
        "{name:<34}{rate:>11.0}{:>11.2}{:>11.2}{:>11.2}{refused:>11}",
        at(0.5),
        at(0.99),
        at(1.0)
    );
}
