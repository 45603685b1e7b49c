//! The HubSpot side: OAuth and the CRM API of one account.

mod associations;
mod batch;
mod metadata;
mod oauth;
mod objects;
mod plant;
mod search;
mod store;
mod validate;
mod view;
pub(super) mod webhooks;

use serde_json::{Value, json};

use super::{
    Context,
    faults::{Fault, FaultKind, Vendor},
    http::{Answer, FakeRequest, FakeResponse},
};

pub(super) use plant::plant;
pub(super) use store::{all, merge, put_by_person};

/// An error as HubSpot sends it.
#[derive(Debug, Clone)]
pub(super) struct ApiError {
    status: u16,
    category: String,
    pub message: String,
    more: Value,
}

impl ApiError {
    fn new(status: u16, category: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            category: category.to_owned(),
            message: message.into(),
            more: json!({}),
        }
    }

    fn not_found(what: impl std::fmt::Display) -> Self {
        Self::new(404, "OBJECT_NOT_FOUND", format!("{what} not found."))
    }

    fn body(&self) -> Value {
        let mut body = json!({
            "status": "error", "message": self.message, "correlationId": "a43683b0-5717-4ceb-80b4-104d02915d8c", "category": self.category,
        });
        for (key, value) in self.more.as_object().into_iter().flatten() {
            body[key] = value.clone();
        }
        body
    }

    fn response(&self) -> FakeResponse {
        FakeResponse::json(self.status, &self.body())
    }
}

type ApiResult = Result<FakeResponse, ApiError>;

/// Calls in ten seconds that an OAuth app has in one account.
const BURST: u64 = 110;

pub(super) fn handle(cx: &mut Context<'_>, request: &FakeRequest) -> Answer {
    let fault = cx.state.faults.take(Vendor::Hubspot, request);
    if let Some(answer) = fault.as_ref().and_then(|fault| before(cx, request, fault)) {
        return answer;
    }
    let response = run(cx, request).unwrap_or_else(|error| error.response());
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

/// Faults that strike before, or instead of, what was asked for.
fn before(cx: &mut Context<'_>, request: &FakeRequest, fault: &Fault) -> Option<Answer> {
    let with_wait = |response: FakeResponse| match fault.retry_after {
        Some(seconds) => response.header("retry-after", seconds),
        None => response,
    };
    let response = match fault.kind {
        FaultKind::DropBefore => return Some(Answer::Dropped),
        FaultKind::RateLimit => {
            let mut error = ApiError::new(429, "RATE_LIMITS", "You have reached your ten_secondly_rolling limit.");
            error.more = json!({"errorType": "RATE_LIMIT", "policyName": "TEN_SECONDLY_ROLLING"});
            with_wait(error.response()).header("x-hubspot-ratelimit-interval-milliseconds", 10_000)
        }
        FaultKind::LockRow => {
            ApiError::new(423, "LOCKED", "the resource is locked; wait at least 2 seconds").response()
        }
        FaultKind::Status => {
            let category = fault.code.as_deref().unwrap_or("INTERNAL_ERROR");
            let words = fault.message.as_deref().unwrap_or(category);
            let mut error = ApiError::new(fault.status.unwrap_or(500), category, words);
            if let Some(field) = &fault.field {
                error.more = json!({"errors": [{"message": words, "context": {"propertyName": [field]}}]});
            }
            with_wait(error.response())
        }
        FaultKind::RevokedToken => {
            if let Some(token) = request.bearer() {
                cx.state.store.remove("hs.token", token);
            }
            no_token().response()
        }
        FaultKind::DuplicateValue => batch::lose_the_race(cx, request, fault.commit).response(),
        FaultKind::PartialFailure => batch::nothing_done(cx, fault),
        // A unique property has no twins.
        FaultKind::Twins300 | FaultKind::Slow | FaultKind::TimeoutAfterCommit | FaultKind::DropAfterCommit => {
            return None;
        }
    };
    Some(Answer::Now(response))
}

fn no_token() -> ApiError {
    ApiError::new(401, "INVALID_AUTHENTICATION", "Authentication credentials not found.")
}

fn run(cx: &mut Context<'_>, request: &FakeRequest) -> ApiResult {
    let segments = request.segments();
    let segments = &segments[1..];
    match segments {
        ["oauth", "authorize"] => return Ok(oauth::authorize(cx, request)),
        ["oauth", _version, "token"] => return Ok(oauth::token(cx, request)),
        ["oauth", _version, "access-tokens", token] => return oauth::about(cx, token),
        ["contacts", _portal, "record", kind, id] => return Ok(view::record(cx, kind, id)),
        _ => {}
    }
    authenticated(cx, request)?;
    cx.state.hubspot.count(cx.now);
    let response = match segments {
        ["account-info", _version, "details"] => Ok(FakeResponse::json(200, &account(cx))),
        ["appinstalls", _version, "external-install"] => Ok(oauth::uninstall(cx)),
        // Dated versions stand behind the name, numbered ones before it; both are alive.
        ["crm", "v3" | "v4", api, rest @ ..] => crm(cx, request, api, rest),
        ["crm", api, "2026-03" | "2026-09", rest @ ..] => crm(cx, request, api, rest),
        _ => Err(ApiError::not_found("resource")),
    };
    let response = response.unwrap_or_else(|error| error.response());
    // Search tells nothing of the limits.
    if request.path.ends_with("/search") {
        return Ok(response);
    }
    Ok(response
        .header("x-hubspot-ratelimit-max", BURST)
        .header(
            "x-hubspot-ratelimit-remaining",
            BURST.saturating_sub(cx.state.hubspot.calls_in_window),
        )
        .header("x-hubspot-ratelimit-interval-milliseconds", 10_000))
}

fn crm(cx: &mut Context<'_>, request: &FakeRequest, api: &str, rest: &[&str]) -> ApiResult {
    match api {
        "objects" => objects::handle(cx, request, rest),
        "associations" => associations::handle(cx, request, rest),
        "properties" => metadata::properties(cx, request, rest),
        "pipelines" => metadata::pipelines(rest),
        "owners" => metadata::owners(cx, request, rest),
        _ => Err(ApiError::not_found("resource")),
    }
}

fn authenticated(cx: &Context<'_>, request: &FakeRequest) -> Result<(), ApiError> {
    let token = request.bearer().ok_or_else(no_token)?;
    let row = cx.state.store.get("hs.token", token).ok_or_else(no_token)?;
    let late = row["expires"].as_i64().map(|until| cx.now.timestamp() - until);
    match late {
        Some(seconds) if seconds >= 0 => Err(ApiError::new(
            401,
            "EXPIRED_AUTHENTICATION",
            format!("The OAuth token used to make this call expired {seconds} second(s) ago."),
        )),
        _ => Ok(()),
    }
}

fn account(cx: &Context<'_>) -> Value {
    json!({
        "portalId": cx.config.hubspot.portal_id, "accountType": "STANDARD", "timeZone": "US/Eastern", "companyCurrency": "USD",
        "additionalCurrencies": [], "utcOffset": "-05:00", "utcOffsetMilliseconds": -18_000_000,
        "uiDomain": format!("{}/hubspot", cx.config.public_url), "dataHostingLocation": "na1",
    })
}

/// What changes beside the records.
#[derive(Debug, Default)]
pub(super) struct HubspotState {
    /// API calls so far.
    pub calls: u64,
    calls_in_window: u64,
    window: i64,
    /// Where webhooks are posted.
    pub webhook_url: Option<String>,
    pub webhooks: webhooks::Deliveries,
}

impl HubspotState {
    pub(super) fn posting_to(webhook_url: Option<String>) -> Self {
        Self {
            webhook_url,
            ..Self::default()
        }
    }

    fn count(&mut self, now: chrono::DateTime<chrono::Utc>) {
        self.calls += 1;
        let window = now.timestamp() / 10;
        if window != self.window {
            (self.window, self.calls_in_window) = (window, 0);
        }
        self.calls_in_window += 1;
    }
}
