//! The Salesforce side: OAuth and the REST API of one org.

mod collections;
mod eval;
mod ids;
mod metadata;
mod oauth;
mod plant;
mod query;
mod records;
mod soql;
mod validate;
mod view;

use serde_json::{Value, json};

use super::{
    Context,
    faults::{Fault, FaultKind, Vendor},
    http::{Answer, FakeRequest, FakeResponse},
};

pub(super) use plant::plant;
pub(super) use query::Locators;
pub(super) use records::raw_put;
pub(super) use view::link;

/// An error as Salesforce sends it.
#[derive(Debug, Clone)]
pub(super) struct ApiError {
    status: u16,
    code: String,
    message: String,
    fields: Vec<String>,
}

impl ApiError {
    fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            message: message.into(),
            fields: Vec::new(),
        }
    }

    fn on(mut self, field: &str) -> Self {
        self.fields.push(field.to_owned());
        self
    }

    fn response(&self) -> FakeResponse {
        let mut error = json!({"message": self.message, "errorCode": self.code});
        if self.status == 400 || !self.fields.is_empty() {
            error["fields"] = self.fields.clone().into();
        }
        FakeResponse::json(self.status, &json!([error]))
    }
}

type ApiResult = Result<FakeResponse, ApiError>;

pub(super) fn handle(cx: &mut Context<'_>, request: &FakeRequest) -> Answer {
    let fault = cx.state.faults.take(Vendor::Salesforce, request);
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
            with_wait(ApiError::new(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.").response())
        }
        FaultKind::LockRow => ApiError::new(
            400,
            "UNABLE_TO_LOCK_ROW",
            "unable to obtain exclusive access to this record or 1 records: 0015g00000AAAAAAA4",
        )
        .response(),
        FaultKind::Status => {
            let code = fault.code.as_deref().unwrap_or("UNKNOWN_EXCEPTION");
            // The sign-in's errors have a shape of their own.
            if request.path.contains("/oauth2/") {
                let body = json!({"error": code, "error_description": fault.message.as_deref().unwrap_or(code)});
                return Some(Answer::Now(with_wait(FakeResponse::json(
                    fault.status.unwrap_or(500),
                    &body,
                ))));
            }
            let mut error = ApiError::new(
                fault.status.unwrap_or(500),
                code,
                fault.message.as_deref().unwrap_or(code),
            );
            error.fields.extend(fault.field.clone());
            with_wait(error.response())
        }
        FaultKind::RevokedToken => {
            if let Some(token) = request.bearer() {
                cx.state.store.remove("sf.token", token);
            }
            no_session().response()
        }
        FaultKind::DuplicateValue => records::lose_the_race(cx, request, fault.commit).response(),
        FaultKind::Twins300 => records::make_twins(cx, request).unwrap_or_else(|error| error.response()),
        FaultKind::Slow | FaultKind::TimeoutAfterCommit | FaultKind::DropAfterCommit | FaultKind::PartialFailure => {
            return None;
        }
    };
    Some(Answer::Now(response))
}

fn no_session() -> ApiError {
    ApiError::new(401, "INVALID_SESSION_ID", "Session expired or invalid")
}

fn run(cx: &mut Context<'_>, request: &FakeRequest) -> ApiResult {
    let segments = request.segments();
    match segments[1..] {
        ["services", "oauth2", endpoint] => return Ok(oauth::handle(cx, request, endpoint)),
        ["id", ..] => return oauth::identity(cx, request),
        ["lightning", "r", sobject, id, "view"] => return Ok(view::record(cx, sobject, id)),
        ["services", "data"] => {
            let label = |version: &str| json!({"label": "Release", "url": format!("/services/data/v{version}"), "version": version});
            return Ok(FakeResponse::json(
                200,
                &json!([label("61.0"), label("62.0"), label("63.0")]),
            ));
        }
        _ => {}
    }
    let ["services", "data", version, ref resource @ ..] = segments[1..] else {
        return Err(ApiError::new(404, "NOT_FOUND", "The requested resource does not exist"));
    };
    authenticated(cx, request)?;
    cx.state.calls += 1;
    let response = match resource {
        [] => Ok(resources(cx, version)),
        ["limits"] => Ok(limits(cx)),
        ["query" | "queryAll", more @ ..] => {
            query::handle(cx, request, version, resource[0] == "queryAll", more.first().copied())
        }
        ["composite", "sobjects", rest @ ..] => collections::handle(cx, request, rest),
        ["sobjects", rest @ ..] => records::handle(cx, request, version, rest),
        _ => Err(ApiError::new(404, "NOT_FOUND", "The requested resource does not exist")),
    };
    let used = format!("api-usage={}/{}", cx.state.calls, cx.config.salesforce.daily_calls);
    let response = response.unwrap_or_else(|error| error.response());
    Ok(response.header("sforce-limit-info", used))
}

fn authenticated(cx: &Context<'_>, request: &FakeRequest) -> Result<(), ApiError> {
    let token = request.bearer().ok_or_else(no_session)?;
    cx.state.store.get("sf.token", token).map(|_| ()).ok_or_else(no_session)
}

fn resources(cx: &Context<'_>, version: &str) -> FakeResponse {
    let at = |name: &str| format!("/services/data/{version}/{name}");
    let user = ids::first_user();
    FakeResponse::json(
        200,
        &json!({
            "sobjects": at("sobjects"), "query": at("query"), "queryAll": at("queryAll"), "limits": at("limits"), "composite": at("composite"),
            "identity": format!("{}/id/{}/{user}", cx.config.salesforce_url(), cx.config.salesforce.org_id),
        }),
    )
}

fn limits(cx: &Context<'_>) -> FakeResponse {
    let most = cx.config.salesforce.daily_calls;
    FakeResponse::json(
        200,
        &json!({"DailyApiRequests": {"Max": most, "Remaining": most.saturating_sub(cx.state.calls)}}),
    )
}

/// The table of an object's records in the store.
fn table(sobject: &str) -> String {
    format!("sf.{sobject}")
}

/// All records of an object, for the control API.
pub(super) fn all(cx: &Context<'_>, sobject: &str) -> Vec<Value> {
    let rows = cx.state.store.rows(&format!("sf.{sobject}"));
    rows.map(|(_, row)| row.clone())
        .filter(|row| row["IsDeleted"] != true)
        .collect()
}
