//! Time and randomness as arguments. The one place that reads the machine's clock and entropy.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use rand::RngCore;
use uuid::Uuid;

/// Where the current time comes from. Cheap to clone; every component gets one from its constructor.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    /// Microseconds since the epoch, moved only by [`Clock::advance`].
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock for tests that stands still until it is told to move.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self(Source::Fixed(Arc::new(AtomicI64::new(at.timestamp_micros()))))
    }

    /// The current time, at the microsecond resolution that PostgreSQL keeps.
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Source::System => {
                #[expect(clippy::disallowed_methods, reason = "the one reader of the machine's clock")]
                let now = Utc::now();
                DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
            }
            Source::Fixed(micros) => {
                DateTime::from_timestamp_micros(micros.load(Ordering::SeqCst)).unwrap_or(DateTime::UNIX_EPOCH)
            }
        }
    }

    /// Moves a fixed clock. Does nothing to the machine's clock.
    pub fn advance(&self, by: TimeDelta) {
        if let Source::Fixed(micros) = &self.0 {
            micros.fetch_add(by.num_microseconds().unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.0 {
            Source::System => "Clock::system",
            Source::Fixed(_) => "Clock::fixed",
        })
    }
}

/// `N` bytes from the operating system's entropy, for secrets.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0u8; N];
    #[expect(clippy::disallowed_methods, reason = "the one reader of the machine's entropy")]
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// A number in `0.0..1.0` for jitter; not for secrets.
pub fn random_fraction() -> f64 {
    (u64::from_le_bytes(random_bytes::<8>()) >> 11) as f64 / (1u64 << 53) as f64
}

/// Lets `duration` of the machine's time pass. For waiting on the outside world, never for the product's own logic,
/// which compares against [`Clock::now`].
pub async fn pause(duration: std::time::Duration) {
    #[expect(clippy::disallowed_methods, reason = "the one sleeper")]
    tokio::time::sleep(duration).await;
}

/// A time-ordered id (UUID version 7): rows made together lie together in an index.
pub fn new_uuid() -> Uuid {
    #[expect(clippy::disallowed_methods, reason = "the one maker of ids")]
    Uuid::now_v7()
}
