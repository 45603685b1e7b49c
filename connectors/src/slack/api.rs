//! One call to the Web API: token, address, errors.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use reqwest::{Method, StatusCode, Url};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Limits;
use crate::{Clock, ConnectorError, ConnectorResult, Outbound, TokenSource, outbound::OutboundResponse};

/// Where the Web API lives, unless the configuration says otherwise.
pub const DEFAULT_API_URL: &str = "https://slack.com/api/";

/// Slack asks for a pause without saying how long. Its tiers are per minute.
const DEFAULT_PAUSE: Duration = Duration::from_secs(60);

/// Errors that mean: this token will never work again (VENDORS: an app was removed, a token revoked, an account closed).
const DISCONNECTED: [&str; 9] = [
    "account_inactive",
    "app_access_revoked",
    "invalid_auth",
    "not_authed",
    "org_login_required",
    "team_access_not_granted",
    "token_expired",
    "token_revoked",
    "two_factor_setup_required",
];

/// Errors that mean: not now.
const PASSING: [&str; 6] = [
    "fatal_error",
    "internal_error",
    "request_timeout",
    "service_unavailable",
    "team_added_to_org",
    "temporarily_unavailable",
];

/// One installation of our app on one Slack workspace.
pub struct Slack {
    http: Outbound,
    api_url: Url,
    tokens: Arc<dyn TokenSource>,
    clock: Clock,
    limits: Arc<Limits>,
}

/// Whether a call changes something, which decides what a lost answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Reads,
    Writes,
}

impl Slack {
    /// An installation. `api_url` ends where the method's name begins, such as [`DEFAULT_API_URL`].
    #[must_use]
    pub fn new(http: Outbound, api_url: Url, tokens: Arc<dyn TokenSource>, clock: Clock) -> Self {
        let limits = Arc::new(Limits::new(clock.clone()));
        Self {
            http,
            api_url,
            tokens,
            clock,
            limits,
        }
    }

    /// The same with a budget that it shares with other clients of the same installation.
    #[must_use]
    pub fn with_limits(self, limits: Arc<Limits>) -> Self {
        Self { limits, ..self }
    }

    /// Calls a method with a form, which every method understands, if the budget allows it now.
    pub(super) async fn call<T: DeserializeOwned>(
        &self,
        method: &'static str,
        effect: Effect,
        fields: &[(&str, &str)],
    ) -> ConnectorResult<T> {
        let channel = fields
            .iter()
            .find(|(name, _)| *name == "channel")
            .map(|(_, channel)| *channel);
        self.limits.take(method, channel)?;
        let answer = self.call_within_budget(method, effect, fields).await;
        if let Err(ConnectorError::RateLimited { retry_after, .. }) = &answer {
            self.limits.close(method, channel, *retry_after);
        }
        answer
    }

    async fn call_within_budget<T: DeserializeOwned>(
        &self,
        method: &'static str,
        effect: Effect,
        fields: &[(&str, &str)],
    ) -> ConnectorResult<T> {
        let mut token = self.tokens.access_token().await?;
        // With token rotation a token lives 12 h; the refusal says that nothing was done. One fresh token, one more try.
        for is_last in [false, true] {
            let url = method_url(&self.api_url, method)?;
            let mut request = self
                .http
                .request(method, Method::POST, url)
                .bearer(&token.secret)
                .form(fields);
            if effect == Effect::Reads {
                request = request.reads_only();
            }
            let response = request.send().await?;
            match checked(&response, (self.clock)()) {
                Ok(()) => return response.json(),
                Err(ConnectorError::Unauthorized { message }) if !is_last => {
                    self.tokens.invalidate(&token, &message).await?;
                    token = self.tokens.access_token().await?;
                }
                Err(error) => return Err(error),
            }
        }
        unreachable!("the second try returns")
    }
}

/// The address of a method below the API's base address.
pub(super) fn method_url(api_url: &Url, method: &str) -> ConnectorResult<Url> {
    let mut url = api_url.clone();
    url.path_segments_mut()
        .map_err(|()| ConnectorError::rejected("bad_api_url", "Slack's API address cannot hold a path"))?
        .pop_if_empty()
        .push(method);
    Ok(url)
}

/// Slack answers 200 with `{"ok":false,"error":"…"}` for nearly everything that is wrong.
pub(super) fn checked(response: &OutboundResponse, now: DateTime<Utc>) -> ConnectorResult<()> {
    let pause = || response.retry_after(now).unwrap_or(DEFAULT_PAUSE);
    if response.status == StatusCode::TOO_MANY_REQUESTS {
        return Err(ConnectorError::RateLimited {
            retry_after: pause(),
            message: "ratelimited".to_owned(),
        });
    }
    let body = response.json_if_any().unwrap_or(Value::Null);
    let code = body.get("error").and_then(Value::as_str).unwrap_or_default();
    let status = response.status.as_u16();
    match body.get("ok").and_then(Value::as_bool) {
        Some(true) => Ok(()),
        Some(false) if DISCONNECTED.contains(&code) => Err(ConnectorError::unauthorized(code)),
        Some(false) if matches!(code, "ratelimited" | "rate_limited") => Err(ConnectorError::RateLimited {
            retry_after: pause(),
            message: code.to_owned(),
        }),
        // Slack's words for these: the server could not say whether it got through.
        Some(false) if PASSING.contains(&code) => Err(ConnectorError::Transient {
            message: code.to_owned(),
            ambiguous: response.was_write() && matches!(code, "fatal_error" | "internal_error"),
            source: None,
        }),
        Some(false) => Err(rejected(&body, code)),
        None if response.status.is_client_error() => {
            Err(ConnectorError::rejected(format!("HTTP_{status}"), response.excerpt()))
        }
        None => Err(ConnectorError::Transient {
            message: format!("status {status}: {}", response.excerpt()),
            ambiguous: response.was_write(),
            source: None,
        }),
    }
}

fn rejected(body: &Value, code: &str) -> ConnectorError {
    let text = |key: &str| body.get(key).and_then(Value::as_str);
    let detail = body.pointer("/response_metadata/messages/0").and_then(Value::as_str);
    let message = match (text("needed"), text("provided")) {
        (Some(needed), Some(provided)) => format!("{code}: needs the scope {needed}, has {provided}"),
        _ => detail.unwrap_or(code).to_owned(),
    };
    ConnectorError::Rejected {
        field: text("arg").map(str::to_owned),
        code: code.to_owned(),
        message,
    }
}
