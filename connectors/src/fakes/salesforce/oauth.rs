//! Sign-in with PKCE, tokens, revoking, and who the token belongs to.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{ApiResult, authenticated, ids};
use crate::fakes::{Context, FakeRequest, FakeResponse, http::escaped, page::document};

pub(super) fn handle(cx: &mut Context<'_>, request: &FakeRequest, endpoint: &str) -> FakeResponse {
    match endpoint {
        "authorize" => authorize(cx, request),
        "token" => token(cx, request),
        "revoke" => revoke(cx, request),
        "userinfo" => identity(cx, request).unwrap_or_else(|error| error.response()),
        _ => FakeResponse::empty(404),
    }
}

/// The page where an admin allows access. `&allow=1` is what its button does.
fn authorize(cx: &mut Context<'_>, request: &FakeRequest) -> FakeResponse {
    let param = |name: &str| request.param(name).unwrap_or_default();
    if param("client_id") != cx.config.salesforce.client_id {
        return FakeResponse::html(400, document("Error", "<h1>error=invalid_client_id</h1>"));
    }
    let Ok(mut back) = reqwest::Url::parse(&param("redirect_uri")) else {
        return FakeResponse::html(400, document("Error", "<h1>error=redirect_uri_mismatch</h1>"));
    };
    match param("allow").as_str() {
        "1" => {
            let code = secret(cx, "code");
            let row = json!({"challenge": request.param("code_challenge"), "redirect_uri": param("redirect_uri")});
            cx.state.store.put("sf.code", &code, row);
            back.query_pairs_mut()
                .append_pair("code", &code)
                .append_pair("state", &param("state"));
            FakeResponse::redirect(back.as_str())
        }
        "0" => {
            back.query_pairs_mut()
                .append_pair("error", "access_denied")
                .append_pair("error_description", "end-user denied authorization")
                .append_pair("state", &param("state"));
            FakeResponse::redirect(back.as_str())
        }
        _ => {
            let names = [
                "response_type",
                "client_id",
                "redirect_uri",
                "state",
                "scope",
                "code_challenge",
                "code_challenge_method",
            ];
            let hidden: String = names
                .iter()
                .map(|name| {
                    format!(
                        "<input type=\"hidden\" name=\"{name}\" value=\"{}\">",
                        escaped(&param(name))
                    )
                })
                .collect();
            let org = escaped(&cx.config.salesforce.org_name);
            let body = format!(
                "<h1>Allow access to {org}?</h1><p>Momentum asks to access data by the API ({}).</p><form>{hidden}\
                 <p><button name=\"allow\" value=\"1\">Allow</button> <button name=\"allow\" value=\"0\">Deny</button></p></form>",
                escaped(&param("scope"))
            );
            FakeResponse::html(200, document("Allow access", &body))
        }
    }
}

fn token(cx: &mut Context<'_>, request: &FakeRequest) -> FakeResponse {
    let param = |name: &str| request.param(name).unwrap_or_default();
    let seed = &cx.config.salesforce;
    if param("client_id") != seed.client_id {
        return refused("invalid_client_id", "client identifier invalid");
    }
    if param("client_secret") != seed.client_secret {
        return refused("invalid_client", "invalid client credentials");
    }
    match param("grant_type").as_str() {
        "authorization_code" => {
            let code = param("code");
            let Some(row) = cx.state.store.get("sf.code", &code).cloned() else {
                return refused("invalid_grant", "expired authorization code");
            };
            cx.state.store.remove("sf.code", &code);
            if row["redirect_uri"] != param("redirect_uri").as_str() {
                return refused("redirect_uri_mismatch", "redirect_uri must match configuration");
            }
            let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(param("code_verifier")));
            if row["challenge"].as_str().is_some_and(|expected| expected != challenge) {
                return refused("invalid_grant", "invalid code verifier");
            }
            let refresh = secret(cx, "refresh");
            cx.state.store.put("sf.refresh", &refresh, json!({}));
            granted(cx, Some(refresh))
        }
        "refresh_token" => {
            let old = param("refresh_token");
            if cx.state.store.get("sf.refresh", &old).is_none() {
                return refused("invalid_grant", "expired access/refresh token");
            }
            let next = seed.rotate_refresh_tokens.then(|| {
                let next = secret(cx, "refresh");
                cx.state.store.remove("sf.refresh", &old);
                cx.state.store.put("sf.refresh", &next, json!({}));
                next
            });
            granted(cx, next)
        }
        _ => refused("unsupported_grant_type", "grant type not supported"),
    }
}

fn granted(cx: &mut Context<'_>, refresh: Option<String>) -> FakeResponse {
    let access = format!("{}!{}", &cx.config.salesforce.org_id[..15], secret(cx, "access"));
    cx.state.store.put("sf.token", &access, json!({}));
    let instance = cx.config.salesforce_url();
    let mut answer = json!({
        "access_token": access, "instance_url": instance, "id": format!("{instance}/id/{}/{}", cx.config.salesforce.org_id, ids::first_user()),
        "token_type": "Bearer", "issued_at": cx.now.timestamp_millis().to_string(), "scope": "refresh_token api", "signature": "",
    });
    if let Some(refresh) = refresh {
        answer["refresh_token"] = refresh.into();
    }
    FakeResponse::json(200, &answer)
}

/// Revoking a refresh token ends all its sessions; this org has one connection, so all of them.
fn revoke(cx: &mut Context<'_>, request: &FakeRequest) -> FakeResponse {
    let token = request.param("token").unwrap_or_default();
    if cx.state.store.get("sf.token", &token).is_some() {
        cx.state.store.remove("sf.token", &token);
        return FakeResponse::empty(200);
    }
    if cx.state.store.get("sf.refresh", &token).is_none() {
        return refused("invalid_token", "the token is not valid");
    }
    cx.state.store.remove("sf.refresh", &token);
    let sessions: Vec<String> = cx
        .state
        .store
        .rows("sf.token")
        .map(|(token, _)| token.to_owned())
        .collect();
    for session in sessions {
        cx.state.store.remove("sf.token", &session);
    }
    FakeResponse::empty(200)
}

pub(super) fn identity(cx: &Context<'_>, request: &FakeRequest) -> ApiResult {
    authenticated(cx, request)?;
    let id = ids::first_user();
    let user = cx.state.store.get("sf.User", &id).cloned().unwrap_or_default();
    Ok(FakeResponse::json(
        200,
        &json!({
            "id": format!("{}/id/{}/{id}", cx.config.salesforce_url(), cx.config.salesforce.org_id), "user_id": id,
            "organization_id": cx.config.salesforce.org_id, "username": user["Username"], "display_name": user["Name"],
            "email": user["Email"], "active": true,
        }),
    ))
}

fn refused(error: &str, description: &str) -> FakeResponse {
    FakeResponse::json(400, &json!({"error": error, "error_description": description}))
}

/// A string nobody guesses by accident; the same in every run of a test.
fn secret(cx: &mut Context<'_>, purpose: &str) -> String {
    let number = cx.state.store.next_number();
    hex::encode(&Sha256::digest(format!("salesforce/{purpose}/{}/{number}", cx.config.seed))[..24])
}
