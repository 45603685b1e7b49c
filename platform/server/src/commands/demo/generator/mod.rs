//! From the scenario to about six thousand messages: deterministic, relative to a moment, as people would have written them.
//!
//! The same seed and moment give the same messages, byte for byte. Nothing in here knows what a signal is: `expected` and `trap` are
//! notes of the scenario's writer that only tests and figures read.

mod calendar;
mod cast;
mod random;
mod text;
mod writer;

#[cfg(test)]
mod detection_tests;
#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};
use momentum_engine::signal::SignalKind;

use super::scenario::Scenario;
pub use cast::{Cast, Person, PersonKind, Room};
pub use random::Random;
use writer::Writer;

/// How far back the history goes, in days.
pub const HISTORY_DAYS: i64 = 180;

/// A made-up company's Slack, complete.
#[derive(Debug, Clone)]
pub struct World {
    /// Where it comes from.
    pub scenario: Scenario,
    /// Who and where.
    pub cast: Cast,
    /// The moment it was made for.
    pub now: DateTime<Utc>,
    /// Every message up to `now`, oldest first; no two of one channel at the same time.
    pub messages: Vec<Post>,
}

/// One message.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    /// Index of the channel in the cast.
    pub room: usize,
    /// Index of the author in the cast.
    pub author: usize,
    /// When it was posted, to the microsecond.
    pub at: DateTime<Utc>,
    /// When the first message of its thread was posted, for answers.
    pub thread: Option<DateTime<Utc>>,
    /// The text in Slack's mark-up.
    pub text: String,
    /// What a good reader would see in it; for tests.
    pub expected: Vec<SignalKind>,
    /// Why it looks like a signal and is none; for tests.
    pub trap: Option<String>,
    /// Whether it was planted by a story.
    pub planted: bool,
}

/// A time as Slack writes it: seconds and six digits, which together with the channel are a message's identity.
pub fn slack_ts(at: DateTime<Utc>) -> String {
    format!("{}.{:06}", at.timestamp(), at.timestamp_subsec_micros())
}

impl World {
    /// Makes the built-in scenario's world as it is at `now`.
    ///
    /// # Errors
    /// When the scenario names somebody or some channel that is not there.
    pub fn new(seed: u64, now: DateTime<Utc>) -> anyhow::Result<Self> {
        let scenario = Scenario::built_in()?;
        let cast = Cast::new(&scenario);
        let mut writer = Writer::new(&scenario, &cast, now);
        writer.write_stories(seed)?;
        for room in 0..cast.rooms.len() {
            writer.write_chatter(seed, room)?;
        }
        let mut messages = writer.into_posts();
        messages.retain(|post| post.at < now);
        messages.sort_by_key(|post| (post.at, post.room));
        Ok(Self {
            scenario,
            cast,
            now,
            messages,
        })
    }

    /// Parts the messages into history and what is sent live: everything since `live_since`.
    pub fn split(&self, live_since: DateTime<Utc>) -> (Vec<&Post>, Vec<&Post>) {
        self.messages.iter().partition(|post| post.at < live_since)
    }

    /// When Slack was first used here: a little before the first message, so that every creation date lies before it.
    pub fn began_at(&self) -> DateTime<Utc> {
        self.now - TimeDelta::days(HISTORY_DAYS + 90)
    }
}
