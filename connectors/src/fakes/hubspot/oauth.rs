//! Installing the app, tokens of 30 minutes, and uninstalling.

use serde_json::json;
use sha2::{Digest, Sha256};

use super::{ApiError, ApiResult};
use crate::fakes::{Context, FakeRequest, FakeResponse, http::escaped, page::document};

/// How long an access token lives, in seconds.
pub(super) const LIFETIME: i64 = 1800;

/// The page where an admin chooses an account. `&allow=1` is what its button does.
pub(super) fn authorize(cx: &mut Context<'_>, request: &FakeRequest) -> FakeResponse {
    let param = |name: &str| request.param(name).unwrap_or_default();
    let refused = |words: &str| FakeResponse::html(400, document("Error", &format!("<h1>{words}</h1>")));
    if param("client_id") != cx.config.hubspot.client_id {
        return refused("Authorization failed because the app does not exist");
    }
    let Ok(mut back) = reqwest::Url::parse(&param("redirect_uri")) else {
        return refused("Authorization failed because the redirect URL does not match");
    };
    match param("allow").as_str() {
        "1" => {
            let code = secret(cx, "code");
            cx.state.store.put(
                "hs.code",
                &code,
                json!({"redirect_uri": param("redirect_uri"), "scope": param("scope")}),
            );
            back.query_pairs_mut()
                .append_pair("code", &code)
                .append_pair("state", &param("state"));
            FakeResponse::redirect(back.as_str())
        }
        "0" => {
            back.query_pairs_mut()
                .append_pair("error", "access_denied")
                .append_pair("error_description", "The user denied access")
                .append_pair("state", &param("state"));
            FakeResponse::redirect(back.as_str())
        }
        _ => {
            let hidden: String = ["client_id", "redirect_uri", "state", "scope"]
                .iter()
                .map(|name| {
                    format!(
                        "<input type=\"hidden\" name=\"{name}\" value=\"{}\">",
                        escaped(&param(name))
                    )
                })
                .collect();
            let body = format!(
                "<h1>Connect Momentum to {}?</h1><p>It asks for: {}</p><form>{hidden}<p><button name=\"allow\" value=\"1\">Connect app</button> \
                 <button name=\"allow\" value=\"0\">Cancel</button></p></form>",
                escaped(&cx.config.hubspot.account_name),
                escaped(&param("scope"))
            );
            FakeResponse::html(200, document("Connect app", &body))
        }
    }
}

pub(super) fn token(cx: &mut Context<'_>, request: &FakeRequest) -> FakeResponse {
    let param = |name: &str| request.param(name).unwrap_or_default();
    let seed = &cx.config.hubspot;
    if param("client_id") != seed.client_id {
        return refused("BAD_CLIENT_ID", "missing or invalid client id");
    }
    if param("client_secret") != seed.client_secret {
        return refused("BAD_CLIENT_SECRET", "missing or invalid client secret");
    }
    match param("grant_type").as_str() {
        "authorization_code" => {
            let code = param("code");
            let Some(row) = cx.state.store.get("hs.code", &code).cloned() else {
                return refused("BAD_AUTH_CODE", "missing or unknown auth code");
            };
            cx.state.store.remove("hs.code", &code);
            if row["redirect_uri"] != param("redirect_uri").as_str() {
                return refused("BAD_REDIRECT_URI", "missing or invalid redirect uri");
            }
            let refresh = secret(cx, "refresh");
            cx.state
                .store
                .put("hs.refresh", &refresh, json!({"scope": row["scope"]}));
            granted(cx, &refresh)
        }
        "refresh_token" => {
            let refresh = param("refresh_token");
            if cx.state.store.get("hs.refresh", &refresh).is_none() {
                return refused("BAD_REFRESH_TOKEN", "missing or invalid refresh token");
            }
            granted(cx, &refresh)
        }
        _ => refused("BAD_GRANT_TYPE", "missing or unknown grant type"),
    }
}

fn granted(cx: &mut Context<'_>, refresh: &str) -> FakeResponse {
    let access = secret(cx, "access");
    let until = cx.now.timestamp() + LIFETIME;
    cx.state
        .store
        .put("hs.token", &access, json!({"expires": until, "refresh": refresh}));
    let scope = cx
        .state
        .store
        .get("hs.refresh", refresh)
        .map(|row| row["scope"].clone());
    let scopes: Vec<String> = scope
        .as_ref()
        .and_then(|scope| scope.as_str())
        .unwrap_or_default()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    FakeResponse::json(
        200,
        &json!({
            "token_type": "bearer", "access_token": access, "refresh_token": refresh, "expires_in": LIFETIME,
            "token_use": "access_token", "hub_id": cx.config.hubspot.portal_id, "scopes": scopes,
        }),
    )
}

/// What a token is for.
pub(super) fn about(cx: &Context<'_>, token: &str) -> ApiResult {
    let row = cx
        .state
        .store
        .get("hs.token", token)
        .ok_or_else(|| ApiError::not_found("access token"))?;
    let left = row["expires"].as_i64().map(|until| until - cx.now.timestamp());
    Ok(FakeResponse::json(
        200,
        &json!({
            "token": token, "hub_id": cx.config.hubspot.portal_id, "hub_domain": cx.config.hubspot.account_name, "user": "admin@example.com",
            "expires_in": left, "token_type": "access", "app_id": 1_234_567,
        }),
    ))
}

/// Takes the app out of the account: all its tokens end.
pub(super) fn uninstall(cx: &mut Context<'_>) -> FakeResponse {
    for table in ["hs.token", "hs.refresh"] {
        let keys: Vec<String> = cx.state.store.rows(table).map(|(key, _)| key.to_owned()).collect();
        for key in keys {
            cx.state.store.remove(table, &key);
        }
    }
    FakeResponse::empty(204)
}

fn refused(status: &str, message: &str) -> FakeResponse {
    FakeResponse::json(
        400,
        &json!({"status": status, "message": message, "correlationId": "b1d6ae1a-0c5e-4b8b-9d2b-5d7d3a1f1c55"}),
    )
}

/// A string nobody guesses by accident; the same in every run of a test.
fn secret(cx: &mut Context<'_>, purpose: &str) -> String {
    let number = cx.state.store.next_number();
    hex::encode(&Sha256::digest(format!("hubspot/{purpose}/{}/{number}", cx.config.seed))[..24])
}
