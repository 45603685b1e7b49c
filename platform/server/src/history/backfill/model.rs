//! A backfill as people see it, and as the reader keeps it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::foundation::http::{page_of, words};
use crate::foundation::ids::{BackfillId, ChannelId, ConnectionId, MemberId};
use crate::signals::NamedRef;

words! {
    /// How far a backfill is.
    pub enum BackfillState {
        /// Waits for its turn.
        Queued = "queued",
        /// Is being read, a page at a time.
        Running = "running",
        /// Slack asked for a pause, or is disconnected; it goes on by itself.
        Waiting = "waiting",
        /// All of it is history now.
        Done = "done",
        /// Cannot be read; `error` says why.
        Failed = "failed",
        /// Somebody stopped it; what was read stays.
        Cancelled = "cancelled",
    }
}

words! {
    /// Why history is read back.
    pub enum BackfillReason {
        /// Somebody asked for it.
        Requested = "requested",
        /// Slack dropped events, or the connection was down.
        Gap = "gap",
    }
}

words! {
    /// What Slack allows this installation of the app. The numbers are Slack's "Rate limits" page and its announcement of
    /// 29 May 2025: apps that are distributed outside the Marketplace get one request a minute and 15 messages in it.
    pub enum HistoryProfile {
        /// Approved for the Slack Marketplace: tier 3, 50 requests a minute.
        Marketplace = "marketplace",
        /// Distributed and not (yet) approved.
        Throttled = "throttled",
        /// An app that the customer installed for itself: tier 3 as well.
        Internal = "internal",
    }
}

impl HistoryProfile {
    /// The profile of a connection's settings (`history_profile`); the narrowest when nothing or nonsense is said.
    pub fn of(settings: &serde_json::Value) -> Self {
        let named = settings.get("history_profile").and_then(serde_json::Value::as_str);
        named.and_then(|name| name.parse().ok()).unwrap_or(Self::Throttled)
    }

    /// The time between two requests. Where Slack allows 50 a minute, a backfill takes 20 or 40 of them.
    pub fn pace(self) -> TimeDelta {
        match self {
            Self::Marketplace => TimeDelta::milliseconds(3000),
            Self::Throttled => TimeDelta::seconds(60),
            Self::Internal => TimeDelta::milliseconds(1500),
        }
    }

    /// Messages a request.
    pub fn page(self) -> u16 {
        match self {
            Self::Marketplace => 100,
            Self::Throttled => 15,
            Self::Internal => 200,
        }
    }
}

/// Channel history that is read back.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Backfill {
    /// Its id.
    pub id: BackfillId,
    /// The channel; none when it is all channels in which the bot is.
    pub channel: Option<NamedRef<ChannelId>>,
    /// Why.
    pub reason: BackfillReason,
    /// How far it is.
    pub state: BackfillState,
    /// What Slack allows.
    pub profile: HistoryProfile,
    /// Messages that were read, known ones included.
    pub messages: i64,
    /// Channels that could not be read, because the bot is not in them any more.
    pub skipped_channels: i32,
    /// The oldest message so far.
    pub oldest_reached: Option<DateTime<Utc>>,
    /// When Slack is asked for the next page.
    pub next_request_at: Option<DateTime<Utc>>,
    /// How many days back.
    pub requested_days: i32,
    /// Why it failed or waits.
    pub error: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it was done, failed or cancelled.
    pub finished_at: Option<DateTime<Utc>>,
}

page_of! {
    /// One page of backfills, newest first.
    pub struct BackfillPage(Backfill);
}

/// History is to be read back.
#[derive(Clone, Debug, Deserialize, ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub struct CreateBackfill {
    /// The channel; all channels in which the bot is when not given.
    #[garde(skip)]
    #[serde(default)]
    pub channel_id: Option<ChannelId>,
    /// How many days back; 90 when not given.
    #[garde(range(min = 1, max = 365))]
    #[schema(minimum = 1, maximum = 365)]
    #[serde(default = "ninety")]
    pub days: i32,
}

fn ninety() -> i32 {
    90
}

/// What a backfill is made of.
#[derive(Clone, Copy, Debug)]
pub struct NewBackfill {
    /// Through which connection.
    pub connection: ConnectionId,
    /// Which channel; `None` for all.
    pub channel: Option<ChannelId>,
    /// Why.
    pub reason: BackfillReason,
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub until: DateTime<Utc>,
    /// Who asked.
    pub requested_by: Option<MemberId>,
}

/// Where a backfill goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The channel that is being read.
    pub channel: Option<ChannelId>,
    /// Everything of the channel from this ts on is read; `None` at its beginning.
    pub latest: Option<String>,
    /// The channel's own messages are all read; only threads are left.
    pub is_at_start: bool,
    /// Threads whose replies are to be read next, by their first message's ts.
    pub threads: Vec<String>,
    /// Within the last of them: everything up to this ts is read.
    pub thread_read: Option<String>,
}
