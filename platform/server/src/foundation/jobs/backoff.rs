//! How long a failed job waits.

use chrono::TimeDelta;

/// Exponential back-off with full jitter in its upper half: `base × 2^(attempt − 1)`, at most `cap`, of which a random
/// half to whole is waited, so that jobs that failed together do not come back together.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// The wait after the first failure, before jitter.
    pub base: TimeDelta,
    /// The longest wait.
    pub cap: TimeDelta,
    /// After this many failed attempts the job is a dead letter.
    pub max_attempts: i32,
}

impl Backoff {
    /// The wait after failed attempt number `attempt` (from 1); `fraction` in `0.0..1.0` is the jitter.
    pub fn delay(&self, attempt: i32, fraction: f64) -> TimeDelta {
        let doublings = attempt.clamp(1, 40) as u32 - 1;
        let whole =
            (self.base.num_milliseconds() as f64 * 2f64.powi(doublings as i32)).min(self.cap.num_milliseconds() as f64);
        TimeDelta::milliseconds((whole * (0.5 + fraction.clamp(0.0, 1.0) / 2.0)) as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_cap_and_jitter_never_leaves_its_half() {
        let backoff = Backoff {
            base: TimeDelta::seconds(2),
            cap: TimeDelta::minutes(10),
            max_attempts: 12,
        };
        for (attempt, seconds) in [
            (1, 2),
            (2, 4),
            (3, 8),
            (8, 256),
            (9, 512),
            (10, 600),
            (40, 600),
            (i32::MAX, 600),
        ] {
            assert_eq!(backoff.delay(attempt, 1.0).num_seconds(), seconds, "attempt {attempt}");
            assert_eq!(
                backoff.delay(attempt, 0.0).num_seconds(),
                seconds / 2,
                "attempt {attempt}"
            );
        }
    }
}
