//! From HubSpot's errors to ours.
//!
//! `{status, message, correlationId, category, subCategory, errors: [{message, code, in, context}], policyName}`: every field is optional, the
//! same shape stands in the `errors` of a 207, and gateways answer HTML.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use serde_json::Value;

use crate::{ConnectorError, outbound::OutboundResponse};

/// The account's calls of the day are used up. They begin anew at midnight in the account's time zone, which the answer does not tell.
const DAILY_LIMIT_PAUSE: Duration = Duration::from_secs(15 * 60);
/// The window of the burst limit: 110 calls in 10 seconds for an OAuth app.
const BURST_PAUSE: Duration = Duration::from_secs(10);
/// Search has a limit of its own: five calls a second.
const SECOND_PAUSE: Duration = Duration::from_secs(1);
/// HubSpot's words for 423: "wait at least 2 seconds".
const LOCKED: u16 = 423;
/// HubSpot's own status while it moves an account to another data centre; comes with `Retry-After`, up to 24 hours.
const MIGRATING: u16 = 477;

/// Reads an answer that is not a success.
pub(super) fn from_response(response: &OutboundResponse, now: DateTime<Utc>) -> ConnectorError {
    let body = response.json_if_any().unwrap_or(Value::Null);
    let status = response.status;
    let message = message_of(&body).unwrap_or_else(|| response.excerpt());
    if status == StatusCode::UNAUTHORIZED {
        return ConnectorError::Unauthorized { message };
    }
    if status == StatusCode::TOO_MANY_REQUESTS || status.as_u16() == MIGRATING {
        return ConnectorError::RateLimited {
            retry_after: response.retry_after(now).unwrap_or_else(|| pause(response, &body)),
            message,
        };
    }
    if status.as_u16() == LOCKED {
        return ConnectorError::transient(format!("locked: {message}"));
    }
    if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT || status.is_redirection() {
        return ConnectorError::Transient {
            message: format!("status {}: {message}", status.as_u16()),
            ambiguous: response.was_write() && !status.is_redirection(),
            source: None,
        };
    }
    rejected(&body, status.as_u16(), message)
}

/// Reads one entry of the `errors` of a 207.
pub(super) fn from_item(item: &Value) -> ConnectorError {
    let message = message_of(item).unwrap_or_else(|| "no reason was given".to_owned());
    match item.get("category").and_then(Value::as_str) {
        Some("RATE_LIMITS") => ConnectorError::RateLimited {
            retry_after: BURST_PAUSE,
            message,
        },
        _ => rejected(item, 400, message),
    }
}

/// Reads an error answer of the token endpoint. Old and new forms differ: `{status: "BAD_REFRESH_TOKEN", message}` and RFC 6749's
/// `{error, error_description}`.
pub(super) fn from_token_response(response: &OutboundResponse, now: DateTime<Utc>) -> ConnectorError {
    let body = response.json_if_any().unwrap_or(Value::Null);
    let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default();
    let codes = [text("status"), text("error"), text("category")];
    // The app was uninstalled, the code was used, or our own credentials are wrong: no retry cures it.
    const OVER: [&str; 8] = [
        "BAD_REFRESH_TOKEN",
        "BAD_AUTH_CODE",
        "BAD_CLIENT_ID",
        "BAD_CLIENT_SECRET",
        "BAD_REDIRECT_URI",
        "invalid_grant",
        "invalid_client",
        "unauthorized_client",
    ];
    if let Some(code) = codes.iter().find(|code| OVER.contains(code)) {
        let words = [text("message"), text("error_description")];
        let words = words
            .iter()
            .find(|words| !words.is_empty())
            .copied()
            .unwrap_or_default();
        return ConnectorError::unauthorized(format!("{code}: {words}"));
    }
    from_response(response, now)
}

/// The id in "Contact already exists. Existing ID: 6001" and "... already has that value" texts: HubSpot tells it nowhere else.
pub(super) fn existing_id(error: &ConnectorError) -> Option<&str> {
    let ConnectorError::Rejected { code, message, .. } = error else {
        return None;
    };
    let after = (code == "CONFLICT")
        .then(|| message.split("Existing ID:").nth(1))??
        .trim_start();
    let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
    (end > 0).then(|| &after[..end])
}

fn message_of(body: &Value) -> Option<String> {
    ["message", "error_description"]
        .iter()
        .find_map(|key| body.get(key).and_then(Value::as_str))
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

/// How long to wait when there is no `Retry-After`: `policyName` tells which limit it was, and a header how long its window is.
fn pause(response: &OutboundResponse, body: &Value) -> Duration {
    let policy = body.get("policyName").and_then(Value::as_str).unwrap_or_default();
    if policy.contains("DAILY") {
        return DAILY_LIMIT_PAUSE;
    }
    if policy == "SECONDLY" {
        return SECOND_PAUSE;
    }
    response
        .header("x-hubspot-ratelimit-interval-milliseconds")
        .and_then(|millis| millis.parse().ok())
        .map_or(BURST_PAUSE, Duration::from_millis)
}

fn rejected(body: &Value, status: u16, message: String) -> ConnectorError {
    let code = body.get("category").and_then(Value::as_str).map_or_else(
        || match status {
            404 => "OBJECT_NOT_FOUND".to_owned(),
            409 => "CONFLICT".to_owned(),
            _ => format!("HTTP_{status}"),
        },
        str::to_owned,
    );
    let named = body.pointer("/errors/0/context/propertyName/0");
    let named = named.or_else(|| body.pointer("/errors/0/in")).and_then(Value::as_str);
    match invalid_property(&message) {
        Some((property, reason)) => ConnectorError::Rejected {
            field: Some(property),
            code,
            message: reason,
        },
        None => ConnectorError::Rejected {
            field: named.filter(|name| *name != "body").map(str::to_owned),
            code,
            message,
        },
    }
}

/// `Property values were not valid: [{"isValid":false,"message":"…","error":"INVALID_OPTION","name":"hs_task_priority"}]`: the property and the
/// reason are JSON inside the text.
fn invalid_property(message: &str) -> Option<(String, String)> {
    let list: Value = serde_json::from_str(&message[message.find("[{")?..]).ok()?;
    let first = list.get(0)?;
    let text = |key: &str| first.get(key).and_then(Value::as_str).map(str::to_owned);
    Some((
        text("name")?,
        text("localizedErrorMessage").or_else(|| text("message"))?,
    ))
}
