//! From Salesforce's errors to ours.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use serde_json::Value;

use crate::{ConnectorError, outbound::OutboundResponse};

/// The org's calls of 24 hours are used up. The budget is a moving window, so some come back every few minutes.
const DAILY_LIMIT_PAUSE: Duration = Duration::from_secs(15 * 60);
/// Too many long calls at once, or a 429 without `Retry-After`.
const SHORT_PAUSE: Duration = Duration::from_secs(30);

/// Codes that mean "not now": nothing was written, and the same call may work later.
const PASSING: [&str; 6] = [
    "QUERY_TIMEOUT",
    "REQUEST_RUNNING_TOO_LONG",
    "SERVER_UNAVAILABLE",
    "TOO_MANY_APEX_REQUESTS",
    "TRANSACTION_ROLLED_BACK",
    "UNABLE_TO_LOCK_ROW",
];

/// Reads an answer that is not a success. Salesforce sends `[{message, errorCode, fields}]`, its OAuth endpoints
/// `{error, error_description}`, and load balancers HTML.
pub(super) fn from_response(response: &OutboundResponse, now: DateTime<Utc>) -> ConnectorError {
    let body = response.json_if_any().unwrap_or(Value::Null);
    let first = body.get(0).unwrap_or(&body);
    let text = |key: &str| first.get(key).and_then(Value::as_str).filter(|s| !s.is_empty());
    let status = response.status;
    let code = text("errorCode")
        .or_else(|| text("statusCode"))
        .or_else(|| text("error"))
        .unwrap_or_default();
    let message = text("message").or_else(|| text("error_description")).map_or_else(
        || {
            if code.is_empty() {
                response.excerpt()
            } else {
                code.to_owned()
            }
        },
        str::to_owned,
    );
    let wait = || response.retry_after(now);

    if status == StatusCode::UNAUTHORIZED || code == "INVALID_SESSION_ID" {
        return ConnectorError::Unauthorized { message };
    }
    if code == "REQUEST_LIMIT_EXCEEDED" {
        let pause = if message.contains("Concurrent") {
            SHORT_PAUSE
        } else {
            DAILY_LIMIT_PAUSE
        };
        return ConnectorError::RateLimited {
            retry_after: wait().unwrap_or(pause),
            message,
        };
    }
    if status == StatusCode::TOO_MANY_REQUESTS {
        return ConnectorError::RateLimited {
            retry_after: wait().unwrap_or(SHORT_PAUSE),
            message,
        };
    }
    if PASSING.contains(&code) {
        return ConnectorError::transient(format!("{code}: {message}"));
    }
    if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT || status.is_redirection() {
        let ambiguous = response.was_write() && !status.is_redirection();
        let message = format!("status {}: {message}", status.as_u16());
        return ConnectorError::Transient {
            message,
            ambiguous,
            source: None,
        };
    }
    ConnectorError::Rejected {
        field: first.pointer("/fields/0").and_then(Value::as_str).map(str::to_owned),
        code: if code.is_empty() {
            format!("HTTP_{}", status.as_u16())
        } else {
            code.to_owned()
        },
        message,
    }
}

/// Reads an error answer of the token endpoint, where the meaning is in `error`, not in the status (RFC 6749, 5.2).
pub(super) fn from_token_response(response: &OutboundResponse, now: DateTime<Utc>) -> ConnectorError {
    let body = response.json_if_any().unwrap_or(Value::Null);
    let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default();
    let (code, description) = (text("error"), text("error_description"));
    let message = if description.is_empty() {
        code.to_owned()
    } else {
        format!("{code}: {description}")
    };
    match code {
        // Salesforce throttles logins with this code too.
        "invalid_grant" if description.contains("rate exceeded") => ConnectorError::RateLimited {
            retry_after: response.retry_after(now).unwrap_or(SHORT_PAUSE),
            message,
        },
        "invalid_grant"
        | "invalid_client"
        | "invalid_client_id"
        | "inactive_user"
        | "inactive_org"
        | "access_denied"
        | "unauthorized_client"
        | "app_not_found" => ConnectorError::Unauthorized { message },
        "" | "unknown_error" | "server_error" | "temporarily_unavailable" => from_response(response, now),
        _ => ConnectorError::rejected(code, description),
    }
}
