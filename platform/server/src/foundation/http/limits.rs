//! How often is too often.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::Reference;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use super::Problem;
use crate::foundation::context::Clock;

/// A number of requests at once, and how fast that number comes back.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Requests at once.
    pub burst: u32,
    /// The time after which one more is allowed.
    pub refill: Duration,
}

/// Counts requests by key (an address, an account) within one process.
#[derive(Clone)]
pub struct RateLimit<K: Hash + Eq + Clone>(Arc<Counters<K>>);

struct Counters<K: Hash + Eq + Clone> {
    limiter: RateLimiter<K, DefaultKeyedStateStore<K>, Ticks, NoOpMiddleware<Nanos>>,
    clock: Ticks,
    checks: AtomicU32,
}

/// Our clock in the governor's terms, so that tests move it.
#[derive(Clone)]
struct Ticks(Clock);

impl governor::clock::Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(
            self.0
                .now()
                .timestamp_nanos_opt()
                .and_then(|nanos| u64::try_from(nanos).ok())
                .unwrap_or(0),
        )
    }
}

impl<K: Hash + Eq + Clone> RateLimit<K> {
    /// Nobody has asked yet.
    pub fn new(limits: Limits, clock: Clock) -> Self {
        let burst = NonZeroU32::new(limits.burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(limits.refill)
            .unwrap_or(Quota::per_second(burst))
            .allow_burst(burst);
        let clock = Ticks(clock);
        let limiter = RateLimiter::new(quota, DefaultKeyedStateStore::default(), clock.clone());
        Self(Arc::new(Counters {
            limiter,
            clock,
            checks: AtomicU32::new(0),
        }))
    }

    /// Counts one request.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn check(&self, key: &K) -> Result<(), Problem> {
        // Keys that are back at their full allowance are forgotten now and then, or an attacker fills the memory.
        if self.0.checks.fetch_add(1, Ordering::Relaxed) % 4096 == 4095 {
            self.0.limiter.retain_recent();
        }
        self.0.limiter.check_key(key).map_err(|denied| {
            let now = governor::clock::Clock::now(&self.0.clock);
            Problem::too_many(denied.earliest_possible().duration_since(now).into())
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;
    use crate::foundation::http::Code;

    #[test]
    fn the_allowance_is_each_keys_own_and_comes_back_with_time() {
        let clock = Clock::fixed(DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        let limit = RateLimit::new(
            Limits {
                burst: 2,
                refill: Duration::from_secs(6),
            },
            clock.clone(),
        );
        assert!(limit.check(&"a").is_ok() && limit.check(&"a").is_ok());
        let denied = limit.check(&"a").unwrap_err();
        assert_eq!(denied.code(), Code::TooManyRequests);
        assert_eq!(denied.answer("r").headers().get("retry-after").unwrap(), "6");
        assert!(limit.check(&"b").is_ok());
        clock.advance(TimeDelta::seconds(6));
        assert!(limit.check(&"a").is_ok());
        assert!(limit.check(&"a").is_err());
    }
}
