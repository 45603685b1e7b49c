//! What an event is to us.

use serde::{Deserialize, Serialize};

use super::{ChannelChangeKind, Message, SlackEvent};

/// The name of what an event is; `fixtures/slack/payloads_dev.classification.json` shows one by one which real payload is which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventClass {
    /// A person said something. The only class that detects by itself.
    Message,
    /// A person said something in a thread and to the channel. Detects like a message; a `message_changed` may follow.
    ThreadBroadcast,
    /// A person changed what a message says.
    Edit,
    /// A message changed, but not what it says: unfurled links, thread counters.
    Unfurl,
    /// A message is gone.
    Delete,
    /// Another program said or changed something.
    BotMessage,
    /// We said or changed something.
    OwnMessage,
    /// Slack's own line about joins, topics, pins, …
    Housekeeping,
    /// Our bot was mentioned; the same message comes as a message too.
    AppMention,
    /// A channel is new.
    ChannelCreated,
    /// A channel has another name.
    ChannelRenamed,
    /// A channel is archived.
    ChannelArchived,
    /// A channel is back from the archive.
    ChannelUnarchived,
    /// A channel is gone.
    ChannelDeleted,
    /// A channel is shared with another company.
    ChannelShared,
    /// A channel is no longer shared.
    ChannelUnshared,
    /// A channel has another id.
    ChannelIdChanged,
    /// Our bot was thrown out of a channel.
    BotRemoved,
    /// Somebody joined a channel.
    MemberJoined,
    /// Somebody left a channel.
    MemberLeft,
    /// A profile changed.
    UserChanged,
    /// Somebody is new in the Slack workspace.
    TeamJoined,
    /// Our app was removed.
    AppUninstalled,
    /// Tokens were revoked.
    TokensRevoked,
    /// Our app was given to or taken from Slack workspaces of an Enterprise Grid.
    TeamAccess,
    /// A kind we handle that lacks what it needs.
    Incomplete,
    /// A kind we do not handle.
    Other,
}

pub(super) fn classify(event: &SlackEvent) -> EventClass {
    match event {
        SlackEvent::Message(message) if message.is_from_bot() => EventClass::BotMessage,
        SlackEvent::Message(message) if message.subtype.as_deref() == Some("thread_broadcast") => {
            EventClass::ThreadBroadcast
        }
        SlackEvent::Message(_) => EventClass::Message,
        SlackEvent::MessageChanged(change) if !change.text_changed => EventClass::Unfurl,
        SlackEvent::MessageChanged(change) if change.message.is_from_bot() => EventClass::BotMessage,
        SlackEvent::MessageChanged(_) => EventClass::Edit,
        SlackEvent::MessageDeleted(_) => EventClass::Delete,
        SlackEvent::Housekeeping { .. } => EventClass::Housekeeping,
        SlackEvent::AppMention(_) => EventClass::AppMention,
        SlackEvent::Channel(change) => match change.kind {
            ChannelChangeKind::Created { .. } => EventClass::ChannelCreated,
            ChannelChangeKind::Renamed { .. } => EventClass::ChannelRenamed,
            ChannelChangeKind::Archived => EventClass::ChannelArchived,
            ChannelChangeKind::Unarchived => EventClass::ChannelUnarchived,
            ChannelChangeKind::Deleted => EventClass::ChannelDeleted,
            ChannelChangeKind::Shared { .. } => EventClass::ChannelShared,
            ChannelChangeKind::Unshared { .. } => EventClass::ChannelUnshared,
            ChannelChangeKind::IdChanged { .. } => EventClass::ChannelIdChanged,
            ChannelChangeKind::BotRemoved => EventClass::BotRemoved,
        },
        SlackEvent::Membership { joined: true, .. } => EventClass::MemberJoined,
        SlackEvent::Membership { joined: false, .. } => EventClass::MemberLeft,
        SlackEvent::Person { is_new: true, .. } => EventClass::TeamJoined,
        SlackEvent::Person { is_new: false, .. } => EventClass::UserChanged,
        SlackEvent::AppUninstalled => EventClass::AppUninstalled,
        SlackEvent::TokensRevoked { .. } => EventClass::TokensRevoked,
        SlackEvent::TeamAccess { .. } => EventClass::TeamAccess,
        SlackEvent::Incomplete { .. } => EventClass::Incomplete,
        SlackEvent::Other { .. } => EventClass::Other,
    }
}

/// Whether our own app wrote it: by the app's id where both are told, else by our bot's user id. A person is never us, whatever the ids.
pub(in crate::slack) fn own_message(message: &Message, app_id: Option<&str>, bot_user: Option<&str>) -> bool {
    match (app_id, message.app_id.as_deref()) {
        (Some(ours), Some(theirs)) => ours == theirs,
        _ => message.is_from_bot() && bot_user.is_some() && bot_user == message.user.as_deref(),
    }
}
