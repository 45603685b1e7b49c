//! Requests and answers without a transport, so that the fakes are plain state machines.

use std::time::Duration;

use serde_json::Value;

use crate::slack::event::value::form;

/// A request to a fake.
#[derive(Debug, Clone, Default)]
pub struct FakeRequest {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path, percent-decoded, beginning with a slash.
    pub path: String,
    /// The query string, raw.
    pub query: String,
    /// Headers; names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// An answer of a fake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FakeResponse {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What happens on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The answer goes out.
    Now(FakeResponse),
    /// The answer goes out after a while.
    Later(Duration, FakeResponse),
    /// The connection is closed without an answer.
    Dropped,
    /// No answer ever comes.
    Silence,
}

impl FakeRequest {
    /// A header's value; `name` in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The token of `Authorization: Bearer …` (Salesforce's clients may write `OAuth …`).
    pub(super) fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.header("authorization")?.split_once(' ')?;
        ["bearer", "oauth"]
            .contains(&scheme.to_lowercase().as_str())
            .then(|| token.trim())
    }

    /// The body as JSON, or null.
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// A parameter by name: from the query, a form body, or a flat JSON body. Nested JSON comes as its text.
    pub(super) fn param(&self, name: &str) -> Option<String> {
        let in_form = |raw: &str| {
            form(raw)
                .into_iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value)
        };
        if let Some(found) = in_form(&self.query) {
            return Some(found);
        }
        if self
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("application/json"))
        {
            return match self.json().get(name)? {
                Value::Null => None,
                Value::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            };
        }
        in_form(std::str::from_utf8(&self.body).ok()?)
    }

    /// The path's segments.
    pub(super) fn segments(&self) -> Vec<&str> {
        self.path.split('/').filter(|segment| !segment.is_empty()).collect()
    }
}

impl FakeResponse {
    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self::with("application/json;charset=UTF-8", status, body.to_string())
    }

    pub(super) fn html(status: u16, body: String) -> Self {
        Self::with("text/html; charset=utf-8", status, body)
    }

    pub(super) fn with(content_type: &str, status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("content-type".into(), content_type.into())],
            body: body.into(),
        }
    }

    pub(super) fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub(super) fn redirect(to: &str) -> Self {
        Self::empty(302).header("location", to)
    }

    pub(super) fn header(mut self, name: &str, value: impl ToString) -> Self {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }
}

/// Text made safe for HTML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
