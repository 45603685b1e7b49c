//! Slack's limits, kept on our side: a bucket for each method of one Slack workspace, and for posting one for each channel.
//!
//! Source of the numbers: Slack's "Rate limits" page (tiers of 1, 20, 50 and 100 calls a minute for each method, Slack workspace and
//! app; `chat.postMessage` about once a second for each channel) and the tier that each method's page names. A call over the budget
//! is not made; it ends in `RateLimited` with the wait. Nothing here sleeps: whoever called decides when to come back.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{Clock, ConnectorError, ConnectorResult};

/// Buckets that are full again are forgotten beyond this many: a workspace has thousands of channels.
const REMEMBERED: usize = 1000;

/// The budget of one connection. Share it among all clients of the connection in a process.
pub struct Limits {
    clock: Clock,
    buckets: Mutex<HashMap<Key, Bucket>>,
}

/// A method, and the channel where each has its own budget.
type Key = (&'static str, Option<String>);

/// A token bucket in the form of the time at which it will be full again.
#[derive(Clone, Copy)]
struct Bucket {
    full_at: DateTime<Utc>,
    /// Slack said `Retry-After`: nothing goes before this.
    closed_until: DateTime<Utc>,
}

/// How fast tokens come, and how many may be spent at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rate {
    every: TimeDelta,
    burst: i32,
}

impl Rate {
    /// At most `calls` in any minute: what is saved up for a burst is taken off the steady flow.
    fn per_minute(calls: i32) -> Self {
        let burst = (calls / 4).max(1);
        let steady = (calls - burst).max(1);
        Self {
            every: TimeDelta::microseconds(60_000_000 / i64::from(steady) + 1),
            burst,
        }
    }

    /// The rate of a method; `None` for those that Slack limits so generously that it names no number.
    fn of(method: &str) -> Option<Self> {
        Some(match method {
            "chat.postMessage" => Self {
                every: TimeDelta::seconds(1),
                burst: 1,
            },
            "auth.test" | "chat.getPermalink" => return None,
            "conversations.list" | "users.list" => Self::per_minute(20),
            "conversations.members"
            | "users.info"
            | "chat.postEphemeral"
            | "views.open"
            | "views.push"
            | "views.publish"
            | "views.update" => Self::per_minute(100),
            _ => Self::per_minute(50),
        })
    }
}

impl Limits {
    /// Full buckets.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            buckets: Mutex::default(),
        }
    }

    /// Takes a token for a call of `method`; `channel` counts where Slack limits each channel by itself.
    ///
    /// # Errors
    /// `RateLimited` with the time until there is a token. Nothing was taken.
    pub(super) fn take(&self, method: &'static str, channel: Option<&str>) -> ConnectorResult<()> {
        let now = (self.clock)();
        let mut buckets = self.lock();
        let key = key(method, channel);
        let known = buckets.get(&key).copied();
        let Some(rate) = Rate::of(method) else {
            let closed = known.map_or(now, |bucket| bucket.closed_until);
            return wait(method, closed - now);
        };
        let bucket = known.unwrap_or(Bucket {
            full_at: now,
            closed_until: now,
        });
        let open_at = (bucket.full_at - rate.every * (rate.burst - 1)).max(bucket.closed_until);
        wait(method, open_at - now)?;
        if buckets.len() >= REMEMBERED {
            buckets.retain(|_, bucket| bucket.full_at > now || bucket.closed_until > now);
        }
        let full_at = bucket.full_at.max(now) + rate.every;
        buckets.insert(key, Bucket { full_at, ..bucket });
        Ok(())
    }

    /// Slack refused a call of `method` and named a pause: no other call of it goes out before its end.
    pub(super) fn close(&self, method: &'static str, channel: Option<&str>, pause: Duration) {
        let now = (self.clock)();
        let until = now + TimeDelta::from_std(pause).unwrap_or(TimeDelta::days(1));
        let mut buckets = self.lock();
        let bucket = buckets.entry(key(method, channel)).or_insert(Bucket {
            full_at: now,
            closed_until: now,
        });
        bucket.closed_until = bucket.closed_until.max(until);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Bucket>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(method: &'static str, channel: Option<&str>) -> Key {
    let by_channel = method == "chat.postMessage";
    (method, channel.filter(|_| by_channel).map(str::to_owned))
}

fn wait(method: &str, left: TimeDelta) -> ConnectorResult<()> {
    match left.to_std() {
        Ok(retry_after) if !retry_after.is_zero() => Err(ConnectorError::RateLimited {
            retry_after,
            message: format!("the budget for {method} is spent"),
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    };

    use proptest::prelude::*;

    use super::*;

    fn limits() -> (Limits, Arc<AtomicI64>) {
        let now = Arc::new(AtomicI64::new(1_800_000_000_000_000));
        let read = now.clone();
        let clock: Clock = Arc::new(move || DateTime::from_timestamp_micros(read.load(Ordering::SeqCst)).unwrap());
        (Limits::new(clock), now)
    }

    fn wait_of(answer: ConnectorResult<()>) -> Option<Duration> {
        match answer {
            Ok(()) => None,
            Err(ConnectorError::RateLimited { retry_after, .. }) => Some(retry_after),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_channel_gets_a_message_a_second_and_channels_do_not_wait_for_each_other() {
        let (limits, now) = limits();
        let post = |channel| wait_of(limits.take("chat.postMessage", Some(channel)));
        assert_eq!(post("C1"), None);
        assert_eq!(post("C1"), Some(Duration::from_secs(1)));
        assert_eq!(post("C2"), None);
        now.fetch_add(400_000, Ordering::SeqCst);
        assert_eq!(post("C1"), Some(Duration::from_millis(600)));
        now.fetch_add(600_000, Ordering::SeqCst);
        assert_eq!(post("C1"), None);
    }

    #[test]
    fn what_slack_says_with_retry_after_closes_that_method_and_no_other() {
        let (limits, now) = limits();
        for method in ["users.info", "auth.test"] {
            limits.close(method, None, Duration::from_secs(30));
            limits.close(method, None, Duration::from_secs(5));
            assert_eq!(
                wait_of(limits.take(method, None)),
                Some(Duration::from_secs(30)),
                "{method}"
            );
        }
        assert_eq!(wait_of(limits.take("conversations.info", None)), None);
        now.fetch_add(30_000_000, Ordering::SeqCst);
        for method in ["users.info", "auth.test"] {
            assert_eq!(wait_of(limits.take(method, None)), None, "{method}");
        }
    }

    proptest! {
        #[test]
        fn no_minute_holds_more_calls_than_slack_allows_and_the_named_wait_suffices(
            steps in prop::collection::vec(0_i64..4_000_000, 1..300),
        ) {
            for (method, most) in [("users.list", 20), ("conversations.join", 50), ("users.info", 100)] {
                let (limits, now) = limits();
                let mut made: Vec<i64> = Vec::new();
                for step in &steps {
                    now.fetch_add(*step, Ordering::SeqCst);
                    if let Some(left) = wait_of(limits.take(method, None)) {
                        now.fetch_add(left.as_micros() as i64, Ordering::SeqCst);
                        prop_assert_eq!(wait_of(limits.take(method, None)), None);
                    }
                    made.push(now.load(Ordering::SeqCst));
                }
                for (index, first) in made.iter().enumerate() {
                    let within = made[index..].iter().take_while(|at| **at - first < 60_000_000).count();
                    prop_assert!(within <= most, "{} calls of {} in a minute", within, method);
                }
            }
        }
    }
}
