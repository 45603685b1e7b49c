//! What happens in the simulated Slack workspace, and the events it makes.

use serde_json::{Value, json};

use super::{
    conversations::is_member,
    delivery::{Door, OutgoingEvent},
    users::team,
};
use crate::fakes::Context;

/// A ts that no other message has, also when the clock stands still.
pub(super) fn next_ts(cx: &mut Context<'_>) -> String {
    let number = cx.state.store.next_number();
    format!("{}.{:06}", cx.now.timestamp(), number % 1_000_000)
}

/// A person says something: stored, and announced `copies` times under different event ids (node-slack-sdk#2141).
pub(in crate::fakes) fn say(
    cx: &mut Context<'_>,
    team_id: &str,
    channel: &str,
    user: &str,
    text: &str,
    thread_ts: Option<&str>,
    copies: u32,
) -> Result<(String, Vec<String>), &'static str> {
    let key = format!("{team_id}/{channel}");
    let found = cx.state.store.get("slack.channel", &key).ok_or("channel_not_found")?;
    if found["is_archived"] == true {
        return Err("is_archived");
    }
    let author = cx
        .state
        .store
        .get("slack.user", &format!("{team_id}/{user}"))
        .ok_or("user_not_found")?;
    let author_team = author["team_id"].clone();
    let ts = next_ts(cx);
    let mut message = json!({
        "type": "message", "user": user, "text": text, "team": author_team, "ts": ts,
        "client_msg_id": format!("00000000-0000-4000-8000-{:012}", cx.state.store.next_number()),
    });
    if author_team != team_id {
        message["user_team"] = author_team.clone();
        message["source_team"] = author_team;
    }
    if let Some(thread) = thread_ts {
        message["thread_ts"] = thread.into();
    }
    Ok((ts, store_and_announce(cx, &key, message, copies)))
}

/// Stores a message and announces it; returns the events' ids.
pub(super) fn store_and_announce(cx: &mut Context<'_>, channel_key: &str, message: Value, copies: u32) -> Vec<String> {
    let ts = message["ts"].as_str().unwrap_or_default().to_owned();
    cx.state
        .store
        .put("slack.message", &format!("{channel_key}/{ts}"), message.clone());
    let mut event_ids: Vec<String> = (0..copies)
        .filter_map(|_| announce(cx, channel_key, message.clone(), &ts))
        .collect();
    if let Some(mention) = as_mention(cx, channel_key, &message) {
        event_ids.extend(announce(cx, channel_key, mention, &ts));
    }
    event_ids
}

/// Slack tells a mention of our bot a second time as such, except in direct messages.
fn as_mention(cx: &Context<'_>, channel_key: &str, message: &Value) -> Option<Value> {
    let team = team(cx, channel_key.split('/').next()?);
    let bot = team["bot_user_id"].as_str()?;
    let is_direct = cx.state.store.get("slack.channel", channel_key)?["is_im"] == true;
    let is_one = message["text"].as_str()?.contains(&format!("<@{bot}"));
    if is_direct || !is_one || message["user"] == bot {
        return None;
    }
    let mut mention = message.clone();
    mention["type"] = "app_mention".into();
    Some(mention)
}

/// Replaces a message's text and announces the change.
pub(in crate::fakes) fn change(
    cx: &mut Context<'_>,
    key: &str,
    mut message: Value,
) -> Result<Vec<String>, &'static str> {
    let editor = message["user"].clone();
    let change_ts = next_ts(cx);
    message["edited"] = json!({"user": editor, "ts": change_ts});
    replace(cx, key, message, &change_ts)
}

/// Slack unfolds a link: the message changes, its text does not.
pub(in crate::fakes) fn unfurl(cx: &mut Context<'_>, key: &str) -> Result<Vec<String>, &'static str> {
    let mut message = cx
        .state
        .store
        .get("slack.message", key)
        .cloned()
        .ok_or("message_not_found")?;
    message["attachments"] =
        json!([{"id": 1, "title": "A page", "from_url": "https://example.com/", "fallback": "A page"}]);
    let change_ts = next_ts(cx);
    replace(cx, key, message, &change_ts)
}

fn replace(cx: &mut Context<'_>, key: &str, message: Value, change_ts: &str) -> Result<Vec<String>, &'static str> {
    let previous = cx
        .state
        .store
        .get("slack.message", key)
        .cloned()
        .ok_or("message_not_found")?;
    cx.state.store.put("slack.message", key, message.clone());
    let event = json!({
        "type": "message", "subtype": "message_changed", "hidden": true, "ts": change_ts, "message": message, "previous_message": previous,
    });
    Ok(announce(cx, channel_of(key), event, change_ts).into_iter().collect())
}

/// Deletes a message. The first one of a thread leaves a tombstone, which is announced as a change.
pub(in crate::fakes) fn delete(cx: &mut Context<'_>, key: &str) -> Result<Vec<String>, &'static str> {
    let message = cx
        .state
        .store
        .get("slack.message", key)
        .cloned()
        .ok_or("message_not_found")?;
    let ts = message["ts"].as_str().unwrap_or_default().to_owned();
    let channel_key = channel_of(key);
    let prefix = format!("{channel_key}/");
    let has_replies = cx
        .state
        .store
        .rows("slack.message")
        .any(|(other, m)| other.starts_with(&prefix) && m["thread_ts"] == ts.as_str() && m["ts"] != ts.as_str());
    let change_ts = next_ts(cx);
    if has_replies {
        let tombstone = json!({
            "type": "message", "subtype": "tombstone", "hidden": true, "user": "USLACKBOT", "text": "This message was deleted.",
            "ts": ts, "thread_ts": ts,
        });
        return replace(cx, key, tombstone, &change_ts);
    }
    cx.state.store.remove("slack.message", key);
    let event = json!({
        "type": "message", "subtype": "message_deleted", "hidden": true, "ts": change_ts, "deleted_ts": ts, "previous_message": message,
    });
    Ok(announce(cx, channel_key, event, &change_ts).into_iter().collect())
}

/// Announces what happened in a channel, if our bot is in it. The outer ids are those of the author's workspace, as Slack Connect does it.
fn announce(cx: &mut Context<'_>, channel_key: &str, mut event: Value, event_ts: &str) -> Option<String> {
    let (team_id, channel_id) = channel_key.split_once('/')?;
    let channel = cx.state.store.get("slack.channel", channel_key)?;
    if !is_member(channel, team(cx, team_id)["bot_user_id"].as_str()?) {
        return None;
    }
    let kind = match channel {
        c if c["is_im"] == true => "im",
        c if c["is_private"] == true => "group",
        _ => "channel",
    };
    let shared = channel["is_ext_shared"] == true;
    let author_team = event["user_team"]
        .as_str()
        .or_else(|| event["message"]["user_team"].as_str());
    let outer = if shared {
        author_team.unwrap_or(team_id)
    } else {
        team_id
    }
    .to_owned();
    event["channel"] = channel_id.into();
    event["channel_type"] = kind.into();
    event["event_ts"] = event_ts.into();
    Some(dispatch(cx, team_id, &outer, shared, event))
}

/// Puts an event on its way to the installation on `team_id`.
pub(in crate::fakes) fn dispatch(
    cx: &mut Context<'_>,
    team_id: &str,
    outer_team: &str,
    shared: bool,
    event: Value,
) -> String {
    // The time is part of it, so that a simulator that forgot everything does not give out ids the product has seen.
    let event_id = format!(
        "Ev{:011X}{:05}",
        cx.now.timestamp_millis(),
        cx.state.store.next_number()
    );
    let team = team(cx, team_id);
    let kind = event["type"].as_str().unwrap_or_default();
    let body = json!({
        "token": "verification-token", "type": "event_callback", "event_id": event_id, "event_time": cx.now.timestamp(),
        "api_app_id": cx.config.slack.app_id, "team_id": outer_team, "context_team_id": outer_team, "context_enterprise_id": null,
        "authorizations": [{
            "enterprise_id": team["enterprise_id"], "team_id": team_id, "user_id": team["bot_user_id"], "is_bot": true,
            "is_enterprise_install": false,
        }],
        "is_ext_shared_channel": shared, "event_context": format!("4-{kind}-{event_id}"), "event": event,
    });
    let said = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    cx.state.outbox.push(OutgoingEvent {
        event_id: event_id.clone(),
        channel: said("/event/channel"),
        ts: said("/event/message/ts").or_else(|| said("/event/ts")),
        body: body.to_string(),
        door: Door::Events,
    });
    event_id
}

fn channel_of(message_key: &str) -> &str {
    message_key.rsplit_once('/').map_or(message_key, |(channel, _)| channel)
}
