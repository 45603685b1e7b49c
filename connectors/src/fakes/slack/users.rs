//! `auth.test`, `team.info`, `users.*`.

use serde_json::{Value, json};

use super::{Caller, MethodResult, page};
use crate::fakes::{Context, FakeRequest};

pub(super) fn team(cx: &Context<'_>, team_id: &str) -> Value {
    cx.state
        .store
        .get("slack.team", team_id)
        .cloned()
        .unwrap_or(Value::Null)
}

pub(super) fn auth_test(cx: &Context<'_>, caller: &Caller) -> MethodResult {
    let team = team(cx, &caller.team_id);
    let mut answer = json!({
        "url": format!("{}/slack/", cx.config.public_url), "team": team["name"], "team_id": team["id"], "user": "momentum",
        "user_id": team["bot_user_id"], "bot_id": team["bot_id"], "is_enterprise_install": false,
    });
    if !team["enterprise_id"].is_null() {
        answer["enterprise_id"] = team["enterprise_id"].clone();
    }
    Ok(answer)
}

pub(super) fn team_info(cx: &Context<'_>, caller: &Caller) -> MethodResult {
    let team = team(cx, &caller.team_id);
    let domain = team["name"]
        .as_str()
        .unwrap_or_default()
        .to_lowercase()
        .replace(' ', "-");
    Ok(json!({"team": {"id": team["id"], "name": team["name"], "domain": domain, "email_domain": "", "icon": {}}}))
}

/// The people of the workspace; strangers are not listed, only found by id.
pub(super) fn list(cx: &Context<'_>, caller: &Caller, request: &FakeRequest) -> MethodResult {
    let members = own_users(cx, caller)
        .filter(|user| user["is_stranger"] != true)
        .cloned()
        .collect();
    let (members, response_metadata) = page(request, members, 1000)?;
    Ok(json!({"members": members, "cache_ts": cx.now.timestamp(), "response_metadata": response_metadata}))
}

pub(super) fn info(cx: &Context<'_>, caller: &Caller, request: &FakeRequest) -> MethodResult {
    let id = request.param("user").ok_or("user_not_found")?;
    let user = cx
        .state
        .store
        .get("slack.user", &format!("{}/{id}", caller.team_id))
        .ok_or("user_not_found")?;
    Ok(json!({"user": user}))
}

pub(super) fn by_email(cx: &Context<'_>, caller: &Caller, request: &FakeRequest) -> MethodResult {
    let email = request.param("email").unwrap_or_default();
    let user = own_users(cx, caller)
        .find(|user| user["profile"]["email"] == email.as_str())
        .ok_or("users_not_found")?;
    Ok(json!({"user": user}))
}

fn own_users<'a>(cx: &'a Context<'_>, caller: &Caller) -> impl Iterator<Item = &'a Value> {
    let prefix = format!("{}/", caller.team_id);
    cx.state
        .store
        .rows("slack.user")
        .filter(move |(key, _)| key.starts_with(&prefix))
        .map(|(_, user)| user)
}
