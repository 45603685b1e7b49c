//! `chat.*`.

use serde_json::{Value, json};

use super::{
    Caller, MethodResult, blocks,
    conversations::{bot_user, is_member, open_direct, visible},
    events,
    users::team,
};
use crate::fakes::{Context, FakeRequest};

/// Slack refuses more.
const LONGEST_TEXT: usize = 40_000;

pub(super) fn post(cx: &mut Context<'_>, caller: &Caller, request: &FakeRequest) -> MethodResult {
    let target = request.param("channel").ok_or("channel_not_found")?;
    let text = said(request)?;
    let key = match target.chars().next() {
        // Posting to a person posts to the direct conversation with them.
        Some('U' | 'W') => format!("{}/{}", caller.team_id, open_direct(cx, &caller.team_id, &target)?),
        _ => writable(cx, caller, request)?,
    };
    let team = team(cx, &caller.team_id);
    let ts = events::next_ts(cx);
    let mut message = json!({
        "type": "message", "user": team["bot_user_id"], "bot_id": team["bot_id"], "app_id": cx.config.slack.app_id, "text": text,
        "team": caller.team_id, "ts": ts,
        "bot_profile": {"id": team["bot_id"], "app_id": cx.config.slack.app_id, "name": "Momentum", "team_id": caller.team_id, "deleted": false},
    });
    copy_parts(request, &mut message);
    if let Some(thread) = request.param("thread_ts") {
        message["thread_ts"] = thread.into();
    }
    events::store_and_announce(cx, &key, message.clone(), 1);
    let channel = key.rsplit('/').next().unwrap_or_default().to_owned();
    Ok(json!({"channel": channel, "ts": ts, "message": message}))
}

pub(super) fn post_ephemeral(cx: &mut Context<'_>, caller: &Caller, request: &FakeRequest) -> MethodResult {
    let text = said(request)?;
    let key = writable(cx, caller, request)?;
    let user = request.param("user").ok_or("user_not_in_channel")?;
    let channel = cx.state.store.get("slack.channel", &key).cloned().unwrap_or_default();
    if !is_member(&channel, &user) {
        return Err("user_not_in_channel");
    }
    let ts = events::next_ts(cx);
    let mut shown = json!({"user": user, "text": text, "ts": ts, "thread_ts": request.param("thread_ts")});
    copy_parts(request, &mut shown);
    cx.state.store.put("slack.ephemeral", &format!("{key}/{ts}"), shown);
    Ok(json!({"message_ts": ts}))
}

pub(super) fn update(cx: &mut Context<'_>, caller: &Caller, request: &FakeRequest) -> MethodResult {
    let text = said(request)?;
    let (key, mut message) = own_message(cx, caller, request, "cant_update_message")?;
    let (_, ts) = key.rsplit_once('/').unwrap_or_default();
    let ts = ts.to_owned();
    message["text"] = text.clone().into();
    copy_parts(request, &mut message);
    events::change(cx, &key, message)?;
    Ok(json!({"channel": request.param("channel"), "ts": ts, "text": text}))
}

pub(super) fn delete(cx: &mut Context<'_>, caller: &Caller, request: &FakeRequest) -> MethodResult {
    let (key, _) = own_message(cx, caller, request, "cant_delete_message")?;
    events::delete(cx, &key)?;
    Ok(json!({"channel": request.param("channel"), "ts": request.param("ts")}))
}

pub(super) fn permalink(cx: &Context<'_>, caller: &Caller, request: &FakeRequest) -> MethodResult {
    let (key, _) = visible(cx, caller, request)?;
    let ts = request.param("message_ts").ok_or("message_not_found")?;
    let message = cx
        .state
        .store
        .get("slack.message", &format!("{key}/{ts}"))
        .ok_or("message_not_found")?;
    let channel = request.param("channel").unwrap_or_default();
    let mut link = format!(
        "{}/slack/archives/{channel}/p{}",
        cx.config.public_url,
        ts.replace('.', "")
    );
    if let Some(thread) = message["thread_ts"].as_str().filter(|thread| *thread != ts) {
        link.push_str(&format!("?thread_ts={thread}&cid={channel}"));
    }
    Ok(json!({"channel": channel, "permalink": link}))
}

fn said(request: &FakeRequest) -> Result<String, &'static str> {
    let text = request.param("text").unwrap_or_default();
    if text.len() > LONGEST_TEXT {
        return Err("msg_too_long");
    }
    if let Some(blocks) = request.param("blocks") {
        let parsed: Result<Value, _> = serde_json::from_str(&blocks);
        if !parsed.is_ok_and(|blocks| blocks::are_valid(&blocks, blocks::IN_A_MESSAGE)) {
            return Err("invalid_blocks");
        }
    } else if text.is_empty() && request.param("attachments").is_none() {
        return Err("no_text");
    }
    Ok(text)
}

fn copy_parts(request: &FakeRequest, message: &mut Value) {
    for name in ["blocks", "attachments"] {
        if let Some(parts) = request
            .param(name)
            .and_then(|raw| serde_json::from_str::<Value>(&raw).ok())
        {
            message[name] = parts;
        }
    }
}

fn writable(cx: &Context<'_>, caller: &Caller, request: &FakeRequest) -> Result<String, &'static str> {
    let (key, channel) = visible(cx, caller, request)?;
    if channel["is_archived"] == true {
        return Err("is_archived");
    }
    if !is_member(&channel, &bot_user(cx, caller)) {
        return Err("not_in_channel");
    }
    Ok(key)
}

fn own_message(
    cx: &Context<'_>,
    caller: &Caller,
    request: &FakeRequest,
    not_ours: &'static str,
) -> Result<(String, Value), &'static str> {
    let (key, _) = visible(cx, caller, request)?;
    let key = format!("{key}/{}", request.param("ts").ok_or("message_not_found")?);
    let message = cx.state.store.get("slack.message", &key).ok_or("message_not_found")?;
    if message["user"] != bot_user(cx, caller).as_str() {
        return Err(not_ours);
    }
    Ok((key, message.clone()))
}
