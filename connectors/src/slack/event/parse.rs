//! From JSON to [`SlackEvent`].

use serde_json::Value;

use super::{
    ChannelChange, ChannelChangeKind, ConversationType, Message, MessageChange, MessageDeletion, SlackEvent, text,
    value::{flag, id, strings},
};

/// Subtypes of a message that somebody (or some program) said. All others are lines that Slack writes itself.
pub(super) const SAID: [&str; 7] = [
    "bot_message",
    "document_mention",
    "file_comment",
    "file_share",
    "me_message",
    "thread_broadcast",
    "slackbot_response",
];

type Parsed = Result<SlackEvent, &'static str>;

pub(super) fn event(json: &Value) -> SlackEvent {
    let event_type = id(json, "type").unwrap_or_default();
    let parsed = match event_type.as_str() {
        "message" => message_event(json),
        "app_mention" => said(json).map(|m| SlackEvent::AppMention(Box::new(m))),
        "member_joined_channel" | "member_left_channel" => membership(json, event_type == "member_joined_channel"),
        "user_change" | "team_join" => person(json, event_type == "team_join"),
        "app_uninstalled" => Ok(SlackEvent::AppUninstalled),
        "tokens_revoked" => Ok(SlackEvent::TokensRevoked {
            users: strings(json.pointer("/tokens/oauth")),
            bots: strings(json.pointer("/tokens/bot")),
        }),
        "team_access_granted" | "team_access_revoked" => Ok(SlackEvent::TeamAccess {
            granted: event_type == "team_access_granted",
            team_ids: strings(json.get("team_ids")),
        }),
        other => channel_event(json, other),
    };
    parsed.unwrap_or_else(|missing| SlackEvent::Incomplete { event_type, missing })
}

fn message_event(json: &Value) -> Parsed {
    match id(json, "subtype").as_deref() {
        Some("message_changed") => message_changed(json),
        Some("message_deleted") => Ok(SlackEvent::MessageDeleted(MessageDeletion {
            channel: id(json, "channel").ok_or("channel")?,
            channel_type: conversation_type(json),
            deleted_ts: id(json, "deleted_ts")
                .or_else(|| id(json.get("previous_message")?, "ts"))
                .ok_or("deleted_ts")?,
            change_ts: change_ts(json).ok_or("ts")?,
        })),
        // In the Events API these carry no text of their own; the reply comes as a message of its own.
        Some("message_replied") => housekeeping(json, "message_replied"),
        Some(subtype) if !SAID.contains(&subtype) => housekeeping(json, subtype),
        _ => said(json).map(|m| SlackEvent::Message(Box::new(m))),
    }
}

fn housekeeping(json: &Value, subtype: &str) -> Parsed {
    Ok(SlackEvent::Housekeeping {
        channel: id(json, "channel").ok_or("channel")?,
        subtype: subtype.to_owned(),
    })
}

/// Reads a message that somebody said: without an author it is nobody's.
fn said(json: &Value) -> Result<Message, &'static str> {
    let message = message(json, None)?;
    if message.user.is_none() && !message.is_from_bot() {
        Err("user")
    } else {
        Ok(message)
    }
}

/// Reads a message; `outer` is the event around it, which knows the channel, when it is the inside of a change.
fn message(json: &Value, outer: Option<&Value>) -> Result<Message, &'static str> {
    let place = outer.unwrap_or(json);
    let profile = |pointer: &str| json.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    // Some old changes lack the ts inside `message` and tell it in `previous_message`.
    let earlier_ts = || outer.and_then(|o| id(o.get("previous_message")?, "ts"));
    Ok(Message {
        channel: id(place, "channel").ok_or("channel")?,
        channel_type: conversation_type(place),
        ts: id(json, "ts").or_else(earlier_ts).ok_or("ts")?,
        thread_ts: id(json, "thread_ts"),
        user: id(json, "user"),
        bot_id: id(json, "bot_id"),
        app_id: id(json, "app_id").or_else(|| profile("/bot_profile/app_id")),
        subtype: id(json, "subtype"),
        text: text::of(json),
        edited_ts: json.get("edited").and_then(|edited| id(edited, "ts")),
        author_team: id(json, "user_team")
            .or_else(|| id(json, "source_team"))
            .or_else(|| profile("/user_profile/team"))
            // Not `team`: in shared channels it is the receiving workspace as often as the author's.
            .or_else(|| profile("/bot_profile/team_id")),
        files: json
            .get("files")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|file| id(file, "name").or_else(|| id(file, "id")))
            .collect(),
    })
}

fn message_changed(json: &Value) -> Parsed {
    let now = json.get("message").filter(|m| m.is_object()).ok_or("message")?;
    let message = message(now, Some(json))?;
    let change_ts = change_ts(json).ok_or("ts")?;
    // Deleting the first message of a thread does not send message_deleted: its text is replaced, and this subtype put on it.
    if message.subtype.as_deref() == Some("tombstone") {
        return Ok(SlackEvent::MessageDeleted(MessageDeletion {
            channel: message.channel,
            channel_type: message.channel_type,
            deleted_ts: message.ts,
            change_ts,
        }));
    }
    let previous = json.get("previous_message").filter(|m| m.is_object());
    let previous_text = previous.map(text::of);
    // Without the earlier message, only a person's edit leaves an `edited` mark; unfurls and thread counters do not.
    let text_changed = previous_text
        .as_ref()
        .map_or(message.edited_ts.is_some(), |before| *before != message.text);
    Ok(SlackEvent::MessageChanged(Box::new(MessageChange {
        message,
        change_ts,
        previous_text,
        text_changed,
    })))
}

fn change_ts(json: &Value) -> Option<String> {
    id(json, "event_ts").or_else(|| id(json, "ts"))
}

fn conversation_type(json: &Value) -> ConversationType {
    match id(json, "channel_type").as_deref() {
        Some("channel" | "C") => ConversationType::Channel,
        Some("group" | "G") => ConversationType::Group,
        Some("im" | "D") => ConversationType::Direct,
        Some("mpim") => ConversationType::GroupDirect,
        // Ids of direct messages alone begin with D.
        _ if id(json, "channel").is_some_and(|channel| channel.starts_with('D')) => ConversationType::Direct,
        _ => ConversationType::Unknown,
    }
}

fn membership(json: &Value, joined: bool) -> Parsed {
    Ok(SlackEvent::Membership {
        joined,
        channel: id(json, "channel").ok_or("channel")?,
        user: id(json, "user").ok_or("user")?,
        inviter: id(json, "inviter"),
        team: id(json, "team"),
    })
}

fn person(json: &Value, is_new: bool) -> Parsed {
    let user = json
        .get("user")
        .and_then(|user| id(user, "id"))
        .or_else(|| id(json, "user"))
        .ok_or("user")?;
    Ok(SlackEvent::Person { is_new, user })
}

fn channel_event(json: &Value, event_type: &str) -> Parsed {
    // Created and renamed carry an object, the others an id.
    let object = json.get("channel").filter(|c| c.is_object());
    let name = || object.and_then(|c| id(c, "name"));
    let kind = match event_type {
        "channel_created" => ChannelChangeKind::Created { name: name() },
        "channel_rename" | "group_rename" => ChannelChangeKind::Renamed { name: name() },
        "channel_archive" | "group_archive" => ChannelChangeKind::Archived,
        "channel_unarchive" | "group_unarchive" => ChannelChangeKind::Unarchived,
        "channel_deleted" | "group_deleted" => ChannelChangeKind::Deleted,
        "channel_left" | "group_left" => ChannelChangeKind::BotRemoved,
        "channel_shared" => ChannelChangeKind::Shared {
            with_team: id(json, "connected_team_id"),
        },
        "channel_unshared" => ChannelChangeKind::Unshared {
            with_team: id(json, "previously_connected_team_id"),
            still_shared: flag(json, "is_ext_shared"),
        },
        "channel_id_changed" => ChannelChangeKind::IdChanged {
            new_id: id(json, "new_channel_id").ok_or("new_channel_id")?,
        },
        other => {
            return Ok(SlackEvent::Other {
                event_type: other.to_owned(),
            });
        }
    };
    let channel = match kind {
        ChannelChangeKind::IdChanged { .. } => id(json, "old_channel_id"),
        _ => object.and_then(|c| id(c, "id")).or_else(|| id(json, "channel")),
    };
    Ok(SlackEvent::Channel(ChannelChange {
        channel: channel.ok_or("channel")?,
        kind,
    }))
}
