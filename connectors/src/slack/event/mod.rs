//! The events inside an `event_callback`.

mod classify;
mod parse;
mod text;
pub(crate) mod value;

pub use classify::EventClass;
pub(super) use classify::own_message;

use chrono::{DateTime, Utc};

/// What happened in Slack.
#[derive(Debug, Clone, PartialEq)]
pub enum SlackEvent {
    /// Somebody (a person, a bot, perhaps ours) said something: also with files, in a thread, or broadcast from a thread.
    Message(Box<Message>),
    /// A message changed, or only its unfurled links or thread counts: see [`MessageChange::text_changed`].
    MessageChanged(Box<MessageChange>),
    /// A message is gone, or only its text (the first message of a thread leaves a "tombstone").
    MessageDeleted(MessageDeletion),
    /// A line Slack writes itself into a channel: joins, topics, pins, …
    Housekeeping {
        /// The channel.
        channel: String,
        /// What about.
        subtype: String,
    },
    /// Our bot was mentioned. The same message comes as [`SlackEvent::Message`] too: never detect on both.
    AppMention(Box<Message>),
    /// A channel came, went or changed.
    Channel(ChannelChange),
    /// Somebody joined or left a channel.
    Membership {
        /// True for joined.
        joined: bool,
        /// The channel.
        channel: String,
        /// Who, which may be our bot.
        user: String,
        /// Who invited, where told.
        inviter: Option<String>,
        /// The person's Slack workspace, where told.
        team: Option<String>,
    },
    /// A person's profile changed (`user_change`) or is new (`team_join`). The profile is to be read anew by `users.info`.
    Person {
        /// True for `team_join`.
        is_new: bool,
        /// Who.
        user: String,
    },
    /// Our app was removed. Idempotent, and may come before or after [`SlackEvent::TokensRevoked`].
    AppUninstalled,
    /// Tokens were revoked: the bot's when `bots` is not empty.
    TokensRevoked {
        /// Users whose tokens are gone.
        users: Vec<String>,
        /// Bot users whose tokens are gone.
        bots: Vec<String>,
    },
    /// On an Enterprise Grid, our app was given to or taken from some Slack workspaces.
    TeamAccess {
        /// True for given.
        granted: bool,
        /// Which ones.
        team_ids: Vec<String>,
    },
    /// A kind we handle, without a field that it needs.
    Incomplete {
        /// Its type.
        event_type: String,
        /// The field.
        missing: &'static str,
    },
    /// A kind we do not handle.
    Other {
        /// Its type; empty when it has none.
        event_type: String,
    },
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// The channel. Not unique across Slack workspaces.
    pub channel: String,
    /// What sort of conversation it is.
    pub channel_type: ConversationType,
    /// With the channel, the message's identity.
    pub ts: String,
    /// The thread's first message; equal to `ts` in that message itself.
    pub thread_ts: Option<String>,
    /// The author as a user. Bots have one too; messages of "incoming webhooks" have none.
    pub user: Option<String>,
    /// The author as a bot.
    pub bot_id: Option<String>,
    /// The app that posted it.
    pub app_id: Option<String>,
    /// Slack's subtype, such as `thread_broadcast` or `file_share`.
    pub subtype: Option<String>,
    /// The text in Slack's mark-up; what blocks and attachments say when the text is empty.
    pub text: String,
    /// When it was last edited, as a ts.
    pub edited_ts: Option<String>,
    /// The author's Slack workspace, where Slack tells (`user_team`, `source_team`, the profile).
    pub author_team: Option<String>,
    /// Names of attached files.
    pub files: Vec<String>,
}

/// A `message_changed`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageChange {
    /// The message as it is now; its ts is the original's.
    pub message: Message,
    /// Orders changes of one message: the later one wins.
    pub change_ts: String,
    /// What it said before, where told.
    pub previous_text: Option<String>,
    /// False for unfurled links, thread counters and other changes nobody typed: these never detect.
    pub text_changed: bool,
}

/// A `message_deleted`, or the tombstone of a thread's first message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageDeletion {
    /// The channel.
    pub channel: String,
    /// What sort of conversation it is.
    pub channel_type: ConversationType,
    /// The ts of the message that is gone. It may be unknown here still: keep a tombstone.
    pub deleted_ts: String,
    /// When.
    pub change_ts: String,
}

/// What sort of conversation a channel is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ConversationType {
    /// Public.
    Channel,
    /// Private.
    Group,
    /// Direct message with our bot.
    Direct,
    /// Several people's direct message.
    GroupDirect,
    /// Slack did not say.
    #[default]
    Unknown,
}

/// What became of a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelChange {
    /// The channel, by its id before the change.
    pub channel: String,
    /// What happened.
    pub kind: ChannelChangeKind,
}

/// See [`ChannelChange`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelChangeKind {
    /// New.
    Created {
        /// Its name, without `#`.
        name: Option<String>,
    },
    /// Has another name; the id stays.
    Renamed {
        /// The new name.
        name: Option<String>,
    },
    /// Read-only, and our bot is out.
    Archived,
    /// Alive again; our bot must join anew.
    Unarchived,
    /// Gone.
    Deleted,
    /// Shared with the Slack workspace named.
    Shared {
        /// The other side.
        with_team: Option<String>,
    },
    /// No longer shared with the Slack workspace named.
    Unshared {
        /// The other side.
        with_team: Option<String>,
        /// Still shared with others.
        still_shared: bool,
    },
    /// Has another id (Slack Connect does this): move the mapping.
    IdChanged {
        /// The new id.
        new_id: String,
    },
    /// Our bot was thrown out.
    BotRemoved,
}

impl SlackEvent {
    /// Reads an inner event. Never fails: what is not understood is [`SlackEvent::Other`] or [`SlackEvent::Incomplete`].
    #[must_use]
    pub fn parse(event: &serde_json::Value) -> Self {
        parse::event(event)
    }

    /// What the event is to us. Whether our own bot wrote it only the envelope knows: prefer `EventEnvelope::classify`.
    #[must_use]
    pub fn classify(&self) -> EventClass {
        classify::classify(self)
    }

    /// The message this is about, where it is about one that still exists.
    #[must_use]
    pub fn message(&self) -> Option<&Message> {
        match self {
            Self::Message(message) | Self::AppMention(message) => Some(message),
            Self::MessageChanged(change) => Some(&change.message),
            _ => None,
        }
    }

    /// The channel it happened in: with the installation, what events are ordered by.
    #[must_use]
    pub fn channel(&self) -> Option<&str> {
        match self {
            Self::MessageDeleted(deletion) => Some(&deletion.channel),
            Self::Housekeeping { channel, .. } | Self::Membership { channel, .. } => Some(channel),
            Self::Channel(change) => Some(&change.channel),
            _ => self.message().map(|message| message.channel.as_str()),
        }
    }

    /// Whether it happened in a direct message, with our bot or among several people.
    #[must_use]
    pub fn is_direct(&self) -> bool {
        let conversation = match self {
            Self::MessageDeleted(deletion) => deletion.channel_type,
            _ => self.message().map(|message| message.channel_type).unwrap_or_default(),
        };
        matches!(conversation, ConversationType::Direct | ConversationType::GroupDirect)
    }
}

impl Message {
    /// Whether it answers in a thread.
    #[must_use]
    pub fn is_reply(&self) -> bool {
        self.thread_ts.as_ref().is_some_and(|thread| *thread != self.ts)
    }

    /// Whether a program wrote it.
    #[must_use]
    pub fn is_from_bot(&self) -> bool {
        self.bot_id.is_some()
            || self.subtype.as_deref() == Some("bot_message")
            || self.user.as_deref() == Some("USLACKBOT")
    }

    /// When it was posted, if its ts is a time.
    #[must_use]
    pub fn posted_at(&self) -> Option<DateTime<Utc>> {
        ts_to_time(&self.ts)
    }
}

/// What a message says, as an event or a history holds it.
pub(in crate::slack) fn text_of(message: &serde_json::Value) -> String {
    text::of(message)
}

/// Whether somebody (or some program) said a message of this subtype; all others are lines that Slack writes itself.
pub(in crate::slack) fn is_said(subtype: Option<&str>) -> bool {
    subtype.is_none_or(|subtype| parse::SAID.contains(&subtype))
}

/// Slack's ts, `seconds.microseconds`, as a time.
#[must_use]
pub fn ts_to_time(ts: &str) -> Option<DateTime<Utc>> {
    let (seconds, fraction) = ts.split_once('.').unwrap_or((ts, "0"));
    let digits: String = fraction.chars().chain("000000".chars()).take(6).collect();
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    DateTime::from_timestamp(seconds.parse().ok()?, digits.parse::<u32>().ok()? * 1000)
}
