//! The Slack side: Web API, installation, and events.

mod blocks;
pub(super) mod changes;
mod chat;
mod conversations;
pub(super) mod delivery;
pub(super) mod events;
pub(super) mod interactions;
mod oauth;
mod plant;
mod users;
mod view;
mod views;

use serde_json::{Value, json};

use super::{
    Context,
    faults::{Fault, FaultKind, Vendor},
    http::{Answer, FakeRequest, FakeResponse},
};

pub(super) use plant::plant;

/// What a method answers: the fields beside `ok`, or the error's name.
pub(super) type MethodResult = Result<Value, &'static str>;

/// Who calls.
pub(super) struct Caller {
    pub team_id: String,
    pub token: String,
}

pub(super) fn handle(cx: &mut Context<'_>, request: &FakeRequest) -> Answer {
    match request.segments()[1..] {
        ["api", method] => api(cx, request, method),
        ["oauth", "v2", "authorize"] => Answer::Now(oauth::authorize(cx, request)),
        ["archives", channel, permalink] => Answer::Now(view::message(cx, channel, permalink)),
        _ => Answer::Now(FakeResponse::html(404, "<h1>404</h1>".into())),
    }
}

fn api(cx: &mut Context<'_>, request: &FakeRequest, method: &str) -> Answer {
    let fault = cx.state.faults.take(Vendor::Slack, request);
    if let Some(answer) = fault.as_ref().and_then(|fault| before(cx, request, fault)) {
        return answer;
    }
    let response = match run(cx, request, method) {
        Ok(mut fields) => {
            fields["ok"] = true.into();
            FakeResponse::json(200, &fields)
        }
        Err("ratelimited") => rate_limited(60),
        Err(error) => FakeResponse::json(200, &json!({"ok": false, "error": error})),
    };
    match fault {
        Some(Fault {
            kind: FaultKind::TimeoutAfterCommit,
            ..
        }) => Answer::Silence,
        Some(Fault {
            kind: FaultKind::DropAfterCommit,
            ..
        }) => Answer::Dropped,
        Some(fault) if fault.kind == FaultKind::Slow => Answer::Later(fault.delay(), response),
        _ => Answer::Now(response),
    }
}

/// Faults that strike before anything is done.
fn before(cx: &mut Context<'_>, request: &FakeRequest, fault: &Fault) -> Option<Answer> {
    let response = match fault.kind {
        FaultKind::DropBefore => return Some(Answer::Dropped),
        FaultKind::RateLimit => rate_limited(fault.retry_after.unwrap_or(30)),
        FaultKind::Status => {
            let code = fault.code.as_deref().unwrap_or("internal_error");
            let response = FakeResponse::json(fault.status.unwrap_or(500), &json!({"ok": false, "error": code}));
            match fault.retry_after {
                Some(seconds) => response.header("retry-after", seconds),
                None => response,
            }
        }
        FaultKind::RevokedToken => {
            if let Some(token) = token_of(request) {
                cx.state.store.remove("slack.token", &token);
            }
            FakeResponse::json(200, &json!({"ok": false, "error": "token_revoked"}))
        }
        _ => return None,
    };
    Some(Answer::Now(response))
}

fn rate_limited(seconds: u64) -> FakeResponse {
    FakeResponse::json(429, &json!({"ok": false, "error": "ratelimited"})).header("retry-after", seconds)
}

fn run(cx: &mut Context<'_>, request: &FakeRequest, method: &str) -> MethodResult {
    match method {
        "api.test" => return Ok(json!({"args": {}})),
        "oauth.v2.access" => return oauth::access(cx, request),
        _ => {}
    }
    let caller = authenticated(cx, request)?;
    match method {
        "auth.test" => users::auth_test(cx, &caller),
        "auth.revoke" => oauth::revoke(cx, &caller),
        "team.info" => users::team_info(cx, &caller),
        "users.list" => users::list(cx, &caller, request),
        "users.info" => users::info(cx, &caller, request),
        "users.lookupByEmail" => users::by_email(cx, &caller, request),
        "conversations.list" => conversations::list(cx, &caller, request),
        "conversations.info" => conversations::info(cx, &caller, request),
        "conversations.members" => conversations::members(cx, &caller, request),
        "conversations.join" => conversations::join(cx, &caller, request),
        "conversations.open" => conversations::open(cx, &caller, request),
        "conversations.history" => conversations::history(cx, &caller, request),
        "conversations.replies" => conversations::replies(cx, &caller, request),
        "chat.postMessage" => chat::post(cx, &caller, request),
        "chat.postEphemeral" => chat::post_ephemeral(cx, &caller, request),
        "chat.update" => chat::update(cx, &caller, request),
        "chat.delete" => chat::delete(cx, &caller, request),
        "chat.getPermalink" => chat::permalink(cx, &caller, request),
        "views.publish" => views::publish(cx, &caller, request),
        _ => Err("unknown_method"),
    }
}

fn token_of(request: &FakeRequest) -> Option<String> {
    request.bearer().map(str::to_owned).or_else(|| request.param("token"))
}

fn authenticated(cx: &Context<'_>, request: &FakeRequest) -> Result<Caller, &'static str> {
    let token = token_of(request).ok_or("not_authed")?;
    let row = cx.state.store.get("slack.token", &token).ok_or("invalid_auth")?;
    if row["expires_at"].as_i64().is_some_and(|at| at <= cx.now.timestamp()) {
        return Err("token_expired");
    }
    Ok(Caller {
        team_id: row["team_id"].as_str().unwrap_or_default().to_owned(),
        token,
    })
}

/// A page of `rows` by `limit` and `cursor`, as Slack cuts them: the cursor is opaque, base64, and empty at the end.
pub(super) fn page(request: &FakeRequest, rows: Vec<Value>, most: usize) -> Result<(Vec<Value>, Value), &'static str> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let limit = match request.param("limit").map(|limit| limit.parse::<usize>()) {
        None => most.min(100),
        Some(Ok(0)) => most.min(100),
        Some(Ok(limit)) if limit <= 1000 => limit.min(most),
        Some(_) => return Err("invalid_limit"),
    };
    let start = match request.param("cursor").filter(|cursor| !cursor.is_empty()) {
        None => 0,
        Some(cursor) => STANDARD
            .decode(cursor)
            .ok()
            .and_then(|raw| {
                String::from_utf8(raw)
                    .ok()?
                    .strip_prefix("next:")?
                    .parse::<usize>()
                    .ok()
            })
            .ok_or("invalid_cursor")?,
    };
    let more = rows.len() > start + limit;
    let next = if more {
        STANDARD.encode(format!("next:{}", start + limit))
    } else {
        String::new()
    };
    let page = rows.into_iter().skip(start).take(limit).collect();
    Ok((page, json!({"next_cursor": next})))
}
