//! What people do to channels and profiles in the simulated Slack workspace, with the events that Slack sends of it.

use serde_json::{Value, json};

use super::{conversations::is_member, events::dispatch, users::team};
use crate::fakes::{Context, FakeRequest};

type Changed = Result<Vec<String>, &'static str>;

/// A channel is made, or changes: `change` is `create`, `rename`, `archive`, `unarchive`, `share`, `unshare`, `change_id`, `join` or
/// `leave` (the last two for `user`, who may be our bot). Answers the events' ids.
pub(in crate::fakes) fn channel(cx: &mut Context<'_>, team_id: &str, request: &FakeRequest) -> Changed {
    let param = |name: &str| request.param(name).filter(|value| !value.is_empty());
    let id = param("channel").ok_or("channel_not_found")?;
    let key = format!("{team_id}/{id}");
    let name = || param("name").ok_or("invalid_name_required");
    if param("change").as_deref() == Some("create") {
        return create(
            cx,
            team_id,
            &id,
            &name()?,
            request.param("private").as_deref() == Some("true"),
        );
    }
    let mut row = cx
        .state
        .store
        .get("slack.channel", &key)
        .cloned()
        .ok_or("channel_not_found")?;
    let bot = team(cx, team_id)["bot_user_id"].clone();
    let sees = row["is_private"] != true || is_member(&row, bot.as_str().unwrap_or_default());
    let group = |event: &str| match row["is_private"] == true {
        true => event.replace("channel_", "group_"),
        false => event.to_owned(),
    };
    let mut all_see = vec![];
    match param("change").as_deref() {
        Some("rename") => {
            all_see.push(json!({"type": group("channel_rename"), "channel": {"id": id, "name": name()?, "created": 1_700_000_000}}));
            row["name"] = name()?.into();
            row["name_normalized"] = name()?.into();
        }
        Some("archive") => {
            all_see.push(json!({"type": group("channel_archive"), "channel": id, "user": row["creator"]}));
            row["is_archived"] = true.into();
            // Archiving throws bots out.
            remove(&mut row, &bot);
        }
        Some("unarchive") => {
            all_see.push(json!({"type": group("channel_unarchive"), "channel": id, "user": row["creator"]}));
            row["is_archived"] = false.into();
        }
        Some(change @ ("share" | "unshare")) => {
            let other = param("with_team").ok_or("team_not_found")?;
            let shared = change == "share";
            let event = match shared {
                true => json!({"type": "channel_shared", "channel": id, "connected_team_id": other}),
                false => {
                    json!({"type": "channel_unshared", "channel": id, "previously_connected_team_id": other, "is_ext_shared": false})
                }
            };
            all_see.push(event);
            row["is_shared"] = shared.into();
            row["is_ext_shared"] = shared.into();
            row["shared_team_ids"] = if shared {
                json!([team_id, other])
            } else {
                json!([team_id])
            };
        }
        Some("change_id") => {
            let new = param("new_id").ok_or("channel_not_found")?;
            change_id(cx, team_id, &id, &new, row);
            let event = json!({"type": "channel_id_changed", "old_channel_id": id, "new_channel_id": new});
            return Ok(vec![dispatch(cx, team_id, team_id, false, event)]);
        }
        Some(change @ ("join" | "leave")) => {
            let user = Value::from(param("user").ok_or("user_not_found")?);
            return Ok(move_person(cx, team_id, &id, row, &user, change == "join"));
        }
        _ => return Err("unknown_change"),
    }
    cx.state.store.put("slack.channel", &key, row);
    let events = all_see.into_iter().filter(|_| sees);
    Ok(events
        .map(|event| dispatch(cx, team_id, team_id, false, event))
        .collect())
}

fn create(cx: &mut Context<'_>, team_id: &str, id: &str, name: &str, is_private: bool) -> Changed {
    let note = json!({"value": "", "creator": "", "last_set": 0});
    let row = json!({
        "id": id, "name": name, "name_normalized": name, "is_channel": !is_private, "is_group": is_private, "is_im": false,
        "is_mpim": false, "is_private": is_private, "is_archived": false, "is_general": false, "created": cx.now.timestamp(),
        "creator": null, "is_shared": false, "is_ext_shared": false, "is_org_shared": false, "is_pending_ext_shared": false,
        "context_team_id": team_id, "shared_team_ids": [team_id], "topic": note, "purpose": note, "members": [],
    });
    cx.state.store.put("slack.channel", &format!("{team_id}/{id}"), row);
    if is_private {
        return Ok(vec![]);
    }
    let channel = json!({"id": id, "name": name, "created": cx.now.timestamp(), "creator": null});
    let event = json!({"type": "channel_created", "channel": channel});
    Ok(vec![dispatch(cx, team_id, team_id, false, event)])
}

/// Everything of the channel moves to its new id, as Slack Connect does it.
fn change_id(cx: &mut Context<'_>, team_id: &str, old: &str, new: &str, mut row: Value) {
    row["id"] = new.into();
    cx.state.store.remove("slack.channel", &format!("{team_id}/{old}"));
    cx.state.store.put("slack.channel", &format!("{team_id}/{new}"), row);
    let prefix = format!("{team_id}/{old}/");
    let messages: Vec<(String, Value)> = (cx.state.store.rows("slack.message"))
        .filter_map(|(key, message)| Some((key.strip_prefix(&prefix)?.to_owned(), message.clone())))
        .collect();
    for (ts, message) in messages {
        cx.state.store.remove("slack.message", &format!("{prefix}{ts}"));
        cx.state
            .store
            .put("slack.message", &format!("{team_id}/{new}/{ts}"), message);
    }
}

/// Somebody comes or goes. Our bot hears of its own going too, by `channel_left`.
pub(super) fn move_person(
    cx: &mut Context<'_>,
    team_id: &str,
    id: &str,
    mut row: Value,
    user: &Value,
    joins: bool,
) -> Vec<String> {
    let bot = team(cx, team_id)["bot_user_id"].clone();
    remove(&mut row, user);
    let (kind, left) = match row["is_private"] == true {
        true => ("G", "group_left"),
        false => ("C", "channel_left"),
    };
    let event = if joins {
        if let Some(members) = row["members"].as_array_mut() {
            members.push(user.clone());
        }
        json!({"type": "member_joined_channel", "user": user, "channel": id, "channel_type": kind, "team": team_id})
    } else if *user == bot {
        json!({"type": left, "channel": id})
    } else {
        json!({"type": "member_left_channel", "user": user, "channel": id, "channel_type": kind, "team": team_id})
    };
    let shared = row["is_ext_shared"] == true;
    let hears = *user == bot || is_member(&row, bot.as_str().unwrap_or_default());
    cx.state.store.put("slack.channel", &format!("{team_id}/{id}"), row);
    hears
        .then(|| dispatch(cx, team_id, team_id, shared, event))
        .into_iter()
        .collect()
}

fn remove(row: &mut Value, user: &Value) {
    if let Some(members) = row["members"].as_array_mut() {
        members.retain(|member| member != user);
    }
}

/// Somebody is new or has another profile: `name`, `email`, `title`, `tz`, `guest` and `deleted` where given.
pub(in crate::fakes) fn person(cx: &mut Context<'_>, team_id: &str, request: &FakeRequest) -> Changed {
    let param = |name: &str| request.param(name).filter(|value| !value.is_empty());
    let id = param("user").ok_or("user_not_found")?;
    let key = format!("{team_id}/{id}");
    let known = cx.state.store.get("slack.user", &key).cloned();
    let is_new = known.is_none();
    let mut row = known.unwrap_or_else(|| {
        json!({
            "id": id, "team_id": team_id, "name": id.to_lowercase(), "deleted": false, "is_bot": false, "is_restricted": false,
            "is_ultra_restricted": false, "tz": "Etc/UTC", "profile": {"team": team_id},
        })
    });
    if let Some(name) = param("name") {
        row["real_name"] = name.clone().into();
        row["profile"]["real_name"] = name.clone().into();
        row["profile"]["display_name"] = name.into();
    }
    for field in ["email", "title"] {
        if let Some(value) = param(field) {
            row["profile"][field] = value.into();
        }
    }
    if let Some(tz) = param("tz") {
        row["tz"] = tz.into();
    }
    for (field, flag) in [("is_restricted", "guest"), ("deleted", "deleted")] {
        if let Some(value) = param(flag) {
            row[field] = (value == "true").into();
        }
    }
    cx.state.store.put("slack.user", &key, row.clone());
    let event = json!({"type": if is_new { "team_join" } else { "user_change" }, "user": row});
    Ok(vec![dispatch(cx, team_id, team_id, false, event)])
}
