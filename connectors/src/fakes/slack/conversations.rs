//! `conversations.*`.

use chrono::Duration;
use serde_json::{Value, json};

use super::{Caller, MethodResult, changes, page, users::team};
use crate::fakes::{Context, FakeRequest};

pub(super) fn list(cx: &Context<'_>, caller: &Caller, request: &FakeRequest) -> MethodResult {
    let types = request.param("types").unwrap_or_else(|| "public_channel".into());
    let without_archived = request
        .param("exclude_archived")
        .is_some_and(|flag| flag == "true" || flag == "1");
    let bot = bot_user(cx, caller);
    let prefix = format!("{}/", caller.team_id);
    let rows = cx
        .state
        .store
        .rows("slack.channel")
        .filter(|(key, _)| key.starts_with(&prefix));
    let visible = rows.map(|(_, channel)| channel).filter(|channel| {
        let kind = match channel {
            c if c["is_im"] == true => "im",
            c if c["is_private"] == true => "private_channel",
            _ => "public_channel",
        };
        types.split(',').any(|wanted| wanted.trim() == kind)
            && (kind != "private_channel" || is_member(channel, &bot))
            && !(without_archived && channel["is_archived"] == true)
    });
    let (channels, response_metadata) = page(request, visible.map(|channel| shown(channel, &bot)).collect(), 1000)?;
    Ok(json!({"channels": channels, "response_metadata": response_metadata}))
}

pub(super) fn info(cx: &Context<'_>, caller: &Caller, request: &FakeRequest) -> MethodResult {
    let (_, channel) = visible(cx, caller, request)?;
    Ok(json!({"channel": shown(&channel, &bot_user(cx, caller))}))
}

pub(super) fn members(cx: &Context<'_>, caller: &Caller, request: &FakeRequest) -> MethodResult {
    let (_, channel) = visible(cx, caller, request)?;
    let members = channel["members"].as_array().cloned().unwrap_or_default();
    let (members, response_metadata) = page(request, members, 1000)?;
    Ok(json!({"members": members, "response_metadata": response_metadata}))
}

pub(super) fn join(cx: &mut Context<'_>, caller: &Caller, request: &FakeRequest) -> MethodResult {
    let (key, channel) = visible(cx, caller, request)?;
    let bot = bot_user(cx, caller);
    if channel["is_archived"] == true {
        return Err("is_archived");
    }
    // Somebody must invite a bot to a private or a shared channel.
    if channel["is_private"] == true
        || channel["is_im"] == true
        || channel["is_ext_shared"] == true && !is_member(&channel, &bot)
    {
        return Err("method_not_supported_for_channel_type");
    }
    if is_member(&channel, &bot) {
        let channel = shown(&channel, &bot);
        return Ok(json!({"channel": channel, "warning": "already_in_channel"}));
    }
    let (_, id) = key.split_once('/').unwrap_or_default();
    changes::move_person(cx, &caller.team_id, id, channel, &bot.clone().into(), true);
    let channel = cx.state.store.get("slack.channel", &key).cloned().unwrap_or_default();
    Ok(json!({"channel": shown(&channel, &bot)}))
}

pub(super) fn open(cx: &mut Context<'_>, caller: &Caller, request: &FakeRequest) -> MethodResult {
    let user = request.param("users").ok_or("users_list_not_supplied")?;
    let id = open_direct(cx, &caller.team_id, &user)?;
    Ok(json!({"channel": {"id": id}}))
}

/// The direct conversation of our bot with a person, made when there is none.
pub(super) fn open_direct(cx: &mut Context<'_>, team_id: &str, user: &str) -> Result<String, &'static str> {
    let found = cx
        .state
        .store
        .get("slack.user", &format!("{team_id}/{user}"))
        .ok_or("user_not_found")?;
    if found["is_bot"] == true {
        return Err("cannot_dm_bot");
    }
    let id = format!("D{}", user.trim_start_matches(['U', 'W']));
    let key = format!("{team_id}/{id}");
    if cx.state.store.get("slack.channel", &key).is_none() {
        let bot = team(cx, team_id)["bot_user_id"].clone();
        let channel = json!({"id": id, "is_im": true, "is_private": true, "user": user, "members": [bot, user], "is_archived": false});
        cx.state.store.put("slack.channel", &key, channel);
    }
    Ok(id)
}

pub(super) fn history(cx: &mut Context<'_>, caller: &Caller, request: &FakeRequest) -> MethodResult {
    read(cx, caller, request, "conversations.history", None)
}

pub(super) fn replies(cx: &mut Context<'_>, caller: &Caller, request: &FakeRequest) -> MethodResult {
    let thread = request.param("ts").ok_or("thread_not_found")?;
    read(cx, caller, request, "conversations.replies", Some(&thread))
}

fn read(
    cx: &mut Context<'_>,
    caller: &Caller,
    request: &FakeRequest,
    method: &str,
    thread: Option<&str>,
) -> MethodResult {
    throttle(cx, caller, method)?;
    let (key, channel) = visible(cx, caller, request)?;
    if !is_member(&channel, &bot_user(cx, caller)) {
        return Err("not_in_channel");
    }
    let bound = |name: &str| request.param(name).filter(|bound| !bound.is_empty());
    let (oldest, latest) = (bound("oldest"), bound("latest"));
    let inclusive = request
        .param("inclusive")
        .is_some_and(|flag| flag == "true" || flag == "1");
    let inside = |ts: &str| {
        oldest
            .as_deref()
            .is_none_or(|oldest| ts > oldest || (inclusive && ts == oldest))
            && latest
                .as_deref()
                .is_none_or(|latest| ts < latest || (inclusive && ts == latest))
    };
    let prefix = format!("{key}/");
    let messages = cx
        .state
        .store
        .rows("slack.message")
        .filter(|(key, _)| key.starts_with(&prefix))
        .map(|(_, message)| message);
    let mut chosen: Vec<Value> = messages
        .filter(|message| {
            let in_thread = message["thread_ts"].as_str();
            let ts = message["ts"].as_str().unwrap_or_default();
            let wanted = match thread {
                Some(thread) => in_thread == Some(thread) || ts == thread,
                // The channel itself shows no replies, unless they were sent to it too.
                None => in_thread.is_none_or(|thread| thread == ts) || message["subtype"] == "thread_broadcast",
            };
            wanted && inside(ts)
        })
        .cloned()
        .collect();
    for message in &mut chosen {
        count_replies(cx, &prefix, message);
    }
    match thread {
        Some(_) if chosen.is_empty() => return Err("thread_not_found"),
        Some(_) => {}
        None => chosen.reverse(),
    }
    let most = if cx.config.slack.throttle_history { 15 } else { 999 };
    let (messages, response_metadata) = page(request, chosen, most)?;
    let has_more = response_metadata["next_cursor"] != "";
    Ok(json!({"messages": messages, "has_more": has_more, "pin_count": 0, "response_metadata": response_metadata}))
}

/// The first message of a thread tells how many replies it has.
fn count_replies(cx: &Context<'_>, prefix: &str, message: &mut Value) {
    let ts = message["ts"].clone();
    let replies: Vec<&Value> = (cx.state.store.rows("slack.message"))
        .filter(|(key, reply)| key.starts_with(prefix) && reply["thread_ts"] == ts && reply["ts"] != ts)
        .map(|(_, reply)| &reply["ts"])
        .collect();
    if let Some(latest) = replies.last() {
        message["latest_reply"] = (*latest).clone();
        message["reply_count"] = replies.len().into();
        message["thread_ts"] = ts;
    }
}

/// Once a minute for distributed apps outside the Marketplace, since 2025-05-29.
fn throttle(cx: &mut Context<'_>, caller: &Caller, method: &str) -> Result<(), &'static str> {
    if !cx.config.slack.throttle_history {
        return Ok(());
    }
    let key = format!("{}/{method}", caller.team_id);
    if cx
        .state
        .last_calls
        .get(&key)
        .is_some_and(|last| cx.now - *last < Duration::seconds(60))
    {
        return Err("ratelimited");
    }
    cx.state.last_calls.insert(key, cx.now);
    Ok(())
}

/// The channel a request names, if our bot may know of it, with its key in the store.
pub(super) fn visible(
    cx: &Context<'_>,
    caller: &Caller,
    request: &FakeRequest,
) -> Result<(String, Value), &'static str> {
    let id = request.param("channel").ok_or("channel_not_found")?;
    let key = format!("{}/{id}", caller.team_id);
    let channel = cx.state.store.get("slack.channel", &key).ok_or("channel_not_found")?;
    if channel["is_private"] == true && !is_member(channel, &bot_user(cx, caller)) {
        return Err("channel_not_found");
    }
    Ok((key, channel.clone()))
}

pub(super) fn bot_user(cx: &Context<'_>, caller: &Caller) -> String {
    team(cx, &caller.team_id)["bot_user_id"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

pub(super) fn is_member(channel: &Value, user: &str) -> bool {
    channel["members"]
        .as_array()
        .is_some_and(|members| members.iter().any(|member| member == user))
}

/// A channel as the API shows it: members are counted, not listed.
fn shown(channel: &Value, bot: &str) -> Value {
    let mut shown = channel.clone();
    shown["is_member"] = is_member(channel, bot).into();
    shown["num_members"] = channel["members"].as_array().map_or(0, Vec::len).into();
    if let Some(fields) = shown.as_object_mut() {
        fields.remove("members");
    }
    shown
}
