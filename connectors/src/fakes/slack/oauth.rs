//! Installing the app, token rotation, and revoking.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Caller, MethodResult, users::team};
use crate::{
    fakes::{Context, FakeRequest, FakeResponse, http::escaped},
    slack::oauth::BOT_SCOPES,
};

/// Slack's expiring tokens live 12 hours.
const TOKEN_SECONDS: i64 = 43_200;

/// The page where an admin chooses the Slack workspace and allows. `?team=T…&allow=1` is what its button does.
pub(super) fn authorize(cx: &mut Context<'_>, request: &FakeRequest) -> FakeResponse {
    let param = |name: &str| request.param(name).unwrap_or_default();
    let (redirect, state) = (param("redirect_uri"), param("state"));
    if param("client_id") != cx.config.slack.client_id {
        return FakeResponse::html(400, "<h1>Invalid client_id parameter</h1>".into());
    }
    let Ok(mut back) = reqwest::Url::parse(&redirect) else {
        return FakeResponse::html(400, "<h1>redirect_uri did not match any configured URIs</h1>".into());
    };
    match param("allow").as_str() {
        "1" => {
            let first = || {
                cx.config
                    .slack
                    .workspaces
                    .first()
                    .map(|w| w.team_id.clone())
                    .unwrap_or_default()
            };
            let team = Some(param("team"))
                .filter(|team| !team.is_empty())
                .unwrap_or_else(first);
            let code = secret(cx, "code");
            // An Org Admin of an Enterprise Grid may install on all of it.
            let is_org = param("org") == "1";
            let row = json!({"team_id": team, "redirect_uri": redirect, "is_org": is_org});
            cx.state.store.put("slack.code", &code, row);
            back.query_pairs_mut()
                .append_pair("code", &code)
                .append_pair("state", &state);
            FakeResponse::redirect(back.as_str())
        }
        "0" => {
            back.query_pairs_mut()
                .append_pair("error", "access_denied")
                .append_pair("state", &state);
            FakeResponse::redirect(back.as_str())
        }
        _ => {
            let teams: String = cx
                .config
                .slack
                .workspaces
                .iter()
                .map(|w| {
                    format!(
                        "<option value=\"{}\">{}</option>",
                        escaped(&w.team_id),
                        escaped(&w.name)
                    )
                })
                .collect();
            let hidden: String = ["client_id", "redirect_uri", "state", "scope"]
                .iter()
                .map(|name| {
                    format!(
                        "<input type=\"hidden\" name=\"{name}\" value=\"{}\">",
                        escaped(&param(name))
                    )
                })
                .collect();
            let form = format!(
                "<form>{hidden}<p><label>Slack workspace <select name=\"team\">{teams}</select></label></p>\
                 <p><button name=\"allow\" value=\"1\">Allow</button> <button name=\"allow\" value=\"0\">Cancel</button></p></form>"
            );
            FakeResponse::html(
                200,
                super::super::page::document("Install Momentum", &format!("<h1>Install Momentum in Slack</h1>{form}")),
            )
        }
    }
}

pub(super) fn access(cx: &mut Context<'_>, request: &FakeRequest) -> MethodResult {
    let (id, secret) = client(request);
    if id != cx.config.slack.client_id {
        return Err("invalid_client_id");
    }
    if secret != cx.config.slack.client_secret {
        return Err("bad_client_secret");
    }
    if request.param("grant_type").as_deref() == Some("refresh_token") {
        let token = request.param("refresh_token").unwrap_or_default();
        let row = cx
            .state
            .store
            .get("slack.refresh", &token)
            .cloned()
            .ok_or("invalid_refresh_token")?;
        // It works once, and takes the old access token with it.
        cx.state.store.remove("slack.refresh", &token);
        cx.state
            .store
            .remove("slack.token", row["access_token"].as_str().unwrap_or_default());
        return Ok(installed(cx, &row));
    }
    let code = request.param("code").unwrap_or_default();
    let row = cx.state.store.get("slack.code", &code).cloned().ok_or("invalid_code")?;
    cx.state.store.remove("slack.code", &code);
    if request
        .param("redirect_uri")
        .is_some_and(|uri| row["redirect_uri"] != uri.as_str())
    {
        return Err("bad_redirect_uri");
    }
    Ok(installed(cx, &row))
}

pub(super) fn revoke(cx: &mut Context<'_>, caller: &Caller) -> MethodResult {
    cx.state.store.remove("slack.token", &caller.token);
    Ok(json!({"revoked": true}))
}

/// What an installation answers. `place` says where: the Slack workspace, or the whole Grid that it is in.
fn installed(cx: &mut Context<'_>, place: &Value) -> Value {
    let team_id = place["team_id"].as_str().unwrap_or_default();
    let is_org = place["is_org"] == true;
    let team = team(cx, team_id);
    let rotates = cx.config.slack.token_rotation;
    let access = format!(
        "{}-{}",
        if rotates { "xoxe.xoxb-1" } else { "xoxb" },
        secret(cx, "access")
    );
    let mut token = json!({"team_id": team_id});
    let mut answer = json!({
        "app_id": cx.config.slack.app_id, "authed_user": {"id": installer(cx, team_id)}, "scope": BOT_SCOPES.join(","),
        "token_type": "bot", "access_token": access, "bot_user_id": team["bot_user_id"],
        "team": {"id": team["id"], "name": team["name"]},
        "enterprise": team["enterprise_id"].as_str().map(|id| json!({"id": id, "name": id})),
        "is_enterprise_install": is_org,
    });
    if is_org {
        answer["team"] = Value::Null;
    }
    if rotates {
        let refresh = format!("xoxe-1-{}", secret(cx, "refresh"));
        token["expires_at"] = (cx.now.timestamp() + TOKEN_SECONDS).into();
        answer["expires_in"] = TOKEN_SECONDS.into();
        answer["refresh_token"] = refresh.clone().into();
        cx.state.store.put(
            "slack.refresh",
            &refresh,
            json!({"team_id": team_id, "access_token": access, "is_org": is_org}),
        );
    }
    cx.state.store.put("slack.token", &access, token);
    answer
}

fn installer(cx: &Context<'_>, team_id: &str) -> Option<String> {
    let workspace = cx.config.slack.workspaces.iter().find(|w| w.team_id == team_id)?;
    workspace
        .users
        .iter()
        .find(|user| user.external_team_id.is_none())
        .map(|user| user.id.clone())
}

/// Client id and secret, from the body or from HTTP Basic, which Slack's own clients use.
fn client(request: &FakeRequest) -> (String, String) {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let basic = request
        .header("authorization")
        .and_then(|header| header.strip_prefix("Basic "));
    let decoded = basic.and_then(|raw| String::from_utf8(STANDARD.decode(raw).ok()?).ok());
    match decoded.as_deref().and_then(|pair| pair.split_once(':')) {
        Some((id, secret)) => (id.to_owned(), secret.to_owned()),
        None => (
            request.param("client_id").unwrap_or_default(),
            request.param("client_secret").unwrap_or_default(),
        ),
    }
}

/// A string nobody guesses by accident; the same in every run of a test.
fn secret(cx: &mut Context<'_>, purpose: &str) -> String {
    let number = cx.state.store.next_number();
    hex::encode(&Sha256::digest(format!("slack/{purpose}/{}/{number}", cx.config.seed))[..20])
}
