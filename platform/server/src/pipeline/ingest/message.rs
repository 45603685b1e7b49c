//! One message on its way in, the same whether it comes live or from a history import.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use momentum_connectors::slack::event::{Message, MessageChange, ts_to_time};
use uuid::Uuid;

use crate::foundation::ids::{MessageId, TenantId};

/// Where a message came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// Slack sent it as it happened.
    Live,
    /// A history import brought it. It never leads to a write in the CRM by itself.
    Import,
}

impl Source {
    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Import => "import",
        }
    }
}

/// The author as the message tells it, before we look up who that is to the tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IncomingAuthor {
    /// The author as a Slack user.
    pub slack_user_id: Option<String>,
    /// A name that came with the message.
    pub name: Option<String>,
    /// The author's Slack workspace, where told.
    pub team_id: Option<String>,
    /// A program wrote it, ours or another.
    pub is_bot: bool,
}

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub struct IncomingMessage {
    /// The Slack workspace of our installation, not the author's.
    pub slack_team_id: String,
    /// The channel; unique only together with the Slack workspace.
    pub slack_channel_id: String,
    /// With workspace and channel, the message's identity.
    pub ts: String,
    /// `ts` as a time.
    pub posted_at: DateTime<Utc>,
    /// The thread's first message, when this is a reply.
    pub thread_ts: Option<String>,
    /// Who wrote it.
    pub author: IncomingAuthor,
    /// The text in Slack's mark-up.
    pub text: String,
    /// A reply that was also posted to the channel.
    pub is_broadcast: bool,
    /// Slack says that people of another company are in the channel.
    pub is_external_channel: bool,
    /// For the text after an edit: Slack's ts of the change.
    pub change_ts: Option<String>,
    /// Where it came from.
    pub source: Source,
}

/// Messages from before Slack existed or from the future have no place in the log.
const OLDEST: DateTime<Utc> = DateTime::from_timestamp(1_262_304_000, 0).expect("2010 is a time");
/// How far a vendor's clock may be ahead of ours.
const CLOCK_DIFFERENCE: TimeDelta = TimeDelta::days(1);

impl IncomingMessage {
    /// A live message; `None` when its ts is not a usable time.
    pub fn live(slack_team_id: &str, message: &Message, is_external_channel: bool, now: DateTime<Utc>) -> Option<Self> {
        let posted_at = posted_at(&message.ts, now)?;
        Some(Self {
            slack_team_id: slack_team_id.to_owned(),
            slack_channel_id: message.channel.clone(),
            ts: message.ts.clone(),
            posted_at,
            thread_ts: message.thread_ts.clone().filter(|thread| *thread != message.ts),
            author: IncomingAuthor {
                slack_user_id: message.user.clone(),
                name: None,
                team_id: message.author_team.clone(),
                is_bot: message.is_from_bot(),
            },
            text: without_nul(&message.text),
            is_broadcast: message.subtype.as_deref() == Some("thread_broadcast"),
            is_external_channel,
            change_ts: None,
            source: Source::Live,
        })
    }

    /// The message as it is after an edit.
    pub fn edited(
        slack_team_id: &str,
        change: &MessageChange,
        is_external_channel: bool,
        now: DateTime<Utc>,
    ) -> Option<Self> {
        let message = Self::live(slack_team_id, &change.message, is_external_channel, now)?;
        Some(Self {
            change_ts: Some(change.change_ts.clone()),
            ..message
        })
    }

    /// The same for every copy of the message, however it came.
    pub fn id(&self, tenant_id: TenantId) -> MessageId {
        message_id(tenant_id, &self.slack_team_id, &self.slack_channel_id, &self.ts)
    }
}

/// A message's id follows from its identity, so a copy can never get another one.
pub fn message_id(tenant_id: TenantId, slack_team_id: &str, slack_channel_id: &str, ts: &str) -> MessageId {
    MessageId(Uuid::new_v5(
        &tenant_id.0,
        format!("{slack_team_id}/{slack_channel_id}/{ts}").as_bytes(),
    ))
}

/// A ts as a time, if it lies between the year 2010 and tomorrow.
pub fn posted_at(ts: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    ts_to_time(ts).filter(|at| *at >= OLDEST && *at <= now + CLOCK_DIFFERENCE)
}

/// PostgreSQL's text cannot hold U+0000; Slack's JSON can.
pub fn without_nul(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// Keeps the newest state of each message, in the order of posting. A batch may hold a message and its edits.
pub fn newest_of_each(messages: Vec<IncomingMessage>) -> Vec<IncomingMessage> {
    let mut newest: HashMap<(String, String, String), IncomingMessage> = HashMap::with_capacity(messages.len());
    for message in messages {
        let identity = (
            message.slack_team_id.clone(),
            message.slack_channel_id.clone(),
            message.ts.clone(),
        );
        match newest.get_mut(&identity) {
            Some(known) if known.change_ts >= message.change_ts => {}
            Some(known) => *known = message,
            None => {
                newest.insert(identity, message);
            }
        }
    }
    let mut messages: Vec<_> = newest.into_values().collect();
    messages.sort_by(|a, b| (a.posted_at, &a.slack_channel_id, &a.ts).cmp(&(b.posted_at, &b.slack_channel_id, &b.ts)));
    messages
}
