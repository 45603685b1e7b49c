//! Answers, read up to a limit, and what they say about waiting.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use chrono::{DateTime, Utc};
use reqwest::{StatusCode, header::HeaderMap};
use serde::de::DeserializeOwned;

use crate::{ConnectorError, ConnectorResult};

/// A whole answer.
#[derive(Clone)]
pub struct OutboundResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, already limited.
    pub body: Bytes,
    /// Whether the request may have changed something over there.
    pub(super) was_write: bool,
    pub(super) label: &'static str,
}

impl std::fmt::Debug for OutboundResponse {
    /// Headers and body are left out: they may hold tokens and people's words.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} with {} bytes", self.label, self.status, self.body.len())
    }
}

impl OutboundResponse {
    /// The body as JSON. Unreadable JSON after a write is ambiguous: the vendor answered, and we do not know what.
    pub fn json<T: DeserializeOwned>(&self) -> ConnectorResult<T> {
        serde_json::from_slice(&self.body).map_err(|cause| {
            let ambiguous = self.was_write && (self.status.is_success() || self.status.is_server_error());
            ConnectorError::unreadable(
                &format!("the answer to {} (status {})", self.label, self.status),
                ambiguous,
                cause,
            )
        })
    }

    /// The body as JSON if it is JSON, for error answers, which may be a proxy's HTML instead.
    #[must_use]
    pub fn json_if_any(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// A header as text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// How long the vendor asks us to wait, if it does. `now` is needed for the form that names a date.
    #[must_use]
    pub fn retry_after(&self, now: DateTime<Utc>) -> Option<Duration> {
        parse_retry_after(self.header("retry-after")?, now)
    }

    /// The first 300 characters of the body on one line, for error messages when there is no JSON.
    #[must_use]
    pub fn excerpt(&self) -> String {
        String::from_utf8_lossy(&self.body)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .take(300)
            .collect()
    }

    /// Whether the request may have changed something at the vendor.
    #[must_use]
    pub fn was_write(&self) -> bool {
        self.was_write
    }
}

/// `Retry-After` in either of its forms (RFC 9110, 10.2.3): seconds, or an HTTP date. At most a day; a date gone by means now.
#[must_use]
pub fn parse_retry_after(value: &str, now: DateTime<Utc>) -> Option<Duration> {
    const LONGEST: Duration = Duration::from_secs(24 * 3600);
    let value = value.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        return (seconds.is_finite() && seconds >= 0.0)
            .then(|| Duration::from_secs_f64(seconds.min(LONGEST.as_secs_f64())));
    }
    let at = DateTime::parse_from_rfc2822(value).ok()?;
    Some(at.signed_duration_since(now).to_std().unwrap_or_default().min(LONGEST))
}

/// Reads a body up to `limit` bytes. The outer error is the transport's, the inner one says that the limit was passed.
pub(super) async fn read_limited(mut response: reqwest::Response, limit: usize) -> reqwest::Result<Result<Bytes, ()>> {
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > limit {
            return Ok(Err(()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Ok(body.freeze()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_read_in_both_forms_and_is_never_absurd() {
        let now: DateTime<Utc> = "2026-11-22T12:00:00Z".parse().unwrap();
        for (value, seconds) in [
            ("30", Some(30)),
            (" 0 ", Some(0)),
            ("1.5", Some(1)),
            ("99999999999", Some(86_400)),
            ("-5", None),
            ("soon", None),
            ("NaN", None),
            ("Sun, 22 Nov 2026 12:01:00 GMT", Some(60)),
            ("Sun, 22 Nov 2026 11:00:00 GMT", Some(0)),
        ] {
            assert_eq!(parse_retry_after(value, now).map(|d| d.as_secs()), seconds, "{value}");
        }
    }
}
