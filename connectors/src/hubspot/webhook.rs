//! Webhooks: whether HubSpot sent them, and what they tell.
//!
//! They are hints. They come several times, out of order and late (up to ten attempts in 24 hours), for all accounts of the app at one
//! address; whoever gets one reads the record anew.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Duration, Utc};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Older requests are refused (HubSpot, "Validating requests").
const OLDEST: Duration = Duration::minutes(5);

/// The escapes that HubSpot decodes in the address before it signs, and no others (HubSpot, "Validating requests", v3).
const DECODED: [(&str, &str); 12] = [
    ("%3A", ":"),
    ("%2F", "/"),
    ("%3F", "?"),
    ("%40", "@"),
    ("%21", "!"),
    ("%24", "$"),
    ("%27", "'"),
    ("%28", "("),
    ("%29", ")"),
    ("%2A", "*"),
    ("%2C", ","),
    ("%3B", ";"),
];

/// Why a request is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// The timestamp header is no number of milliseconds.
    #[error("the timestamp header is missing or malformed")]
    BadTimestamp,
    /// More than five minutes from now, before or after: a replay, or a clock that is wrong.
    #[error("the request is more than 5 minutes old; check this server's clock")]
    Stale,
    /// The signature is not the one our secret makes of this request.
    #[error("the signature does not match; check the app's client secret and the public address of this server")]
    Mismatch,
    /// Signed, and still not a list of events.
    #[error("the body is not a list of events")]
    BadBody,
}

/// A request as HubSpot sent it.
#[derive(Debug, Clone, Copy)]
pub struct SignedRequest<'a> {
    /// `POST`.
    pub method: &'a str,
    /// The whole address as HubSpot saw it, with the public scheme and host: a proxy in front changes both.
    pub uri: &'a str,
    /// The body, byte for byte.
    pub body: &'a [u8],
    /// `X-HubSpot-Request-Timestamp`, in milliseconds.
    pub timestamp: &'a str,
    /// `X-HubSpot-Signature-v3`.
    pub signature: &'a str,
}

/// Checks `X-HubSpot-Signature-v3`: base64 of HMAC-SHA256 by the app's client secret over method, address, body and timestamp. The
/// comparison takes the same time wherever the first difference is.
pub fn verify_v3(secret: &SecretString, request: SignedRequest<'_>, now: DateTime<Utc>) -> Result<(), WebhookError> {
    let at = request
        .timestamp
        .parse()
        .ok()
        .and_then(DateTime::from_timestamp_millis)
        .ok_or(WebhookError::BadTimestamp)?;
    if (now - at).abs() > OLDEST {
        return Err(WebhookError::Stale);
    }
    let given = STANDARD
        .decode(request.signature.trim())
        .map_err(|_| WebhookError::Mismatch)?;
    let expected = signature(secret, request);
    if bool::from(expected.as_slice().ct_eq(given.as_slice())) {
        Ok(())
    } else {
        Err(WebhookError::Mismatch)
    }
}

/// Signs as HubSpot does, for the simulator; `request.signature` is not read.
pub(crate) fn sign_v3(secret: &SecretString, request: SignedRequest<'_>) -> String {
    STANDARD.encode(signature(secret, request))
}

fn signature(secret: &SecretString, request: SignedRequest<'_>) -> Vec<u8> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).expect("HMAC takes keys of every length");
    mac.update(request.method.as_bytes());
    mac.update(decoded(request.uri).as_bytes());
    mac.update(request.body);
    mac.update(request.timestamp.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn decoded(uri: &str) -> String {
    let mut decoded = uri.to_owned();
    for (escape, plain) in DECODED {
        for written in [escape.to_owned(), escape.to_lowercase()] {
            decoded = decoded.replace(&written, plain);
        }
    }
    decoded
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookEvent {
    /// Not unique by itself: see [`WebhookEvent::key`].
    pub event_id: u64,
    /// Which of the app's subscriptions it is for.
    pub subscription_id: u64,
    /// The HubSpot account.
    pub portal_id: u64,
    /// The record.
    pub object_id: String,
    /// The kind of record, as in its API: `companies`, `contacts`, `deals`; the vendor's word for others.
    pub object: String,
    /// What happened.
    pub change: WebhookChange,
    /// When.
    pub occurred_at: DateTime<Utc>,
}

/// What happened to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookChange {
    /// It was made.
    Created,
    /// A property has another value.
    Property {
        /// The property.
        name: String,
    },
    /// It is in the recycle bin, or erased for privacy.
    Deleted,
    /// It was taken out of the recycle bin.
    Restored,
    /// Others were merged into it, or it into another.
    Merged {
        /// The record that is left.
        into: Option<String>,
    },
    /// It was linked or unlinked.
    Association,
    /// Something this version does not know; the vendor's word.
    Other(String),
}

impl WebhookEvent {
    /// What makes an event the same event: HubSpot's event ids repeat across subscriptions.
    #[must_use]
    pub fn key(&self) -> String {
        format!(
            "{}/{}/{}/{}/{}",
            self.portal_id,
            self.subscription_id,
            self.object_id,
            self.occurred_at.timestamp_millis(),
            self.event_id
        )
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    #[serde(default)]
    event_id: u64,
    #[serde(default)]
    subscription_id: u64,
    portal_id: u64,
    #[serde(default)]
    object_id: Value,
    #[serde(default)]
    object_type_id: String,
    #[serde(default)]
    subscription_type: String,
    #[serde(default)]
    property_name: String,
    #[serde(default)]
    occurred_at: i64,
    #[serde(default)]
    primary_object_id: Value,
    #[serde(default)]
    new_object_id: Value,
    #[serde(default)]
    from_object_id: Value,
}

/// Reads a body: a list of up to 100 events, or a single one. The answer is ordered by when they happened, which the list is not.
pub fn parse(body: &[u8]) -> Result<Vec<WebhookEvent>, WebhookError> {
    let raw: Value = serde_json::from_slice(body).map_err(|_| WebhookError::BadBody)?;
    let raw = if raw.is_array() { raw } else { Value::Array(vec![raw]) };
    let raw: Vec<Raw> = serde_json::from_value(raw).map_err(|_| WebhookError::BadBody)?;
    let mut events: Vec<WebhookEvent> = raw.into_iter().map(event).collect();
    events.sort_by_key(|event| event.occurred_at);
    Ok(events)
}

fn event(raw: Raw) -> WebhookEvent {
    // `company.propertyChange`, or `object.propertyChange` with the kind in `objectTypeId`.
    let (kind, what) = raw
        .subscription_type
        .split_once('.')
        .unwrap_or(("", &raw.subscription_type));
    let object = match (kind, raw.object_type_id.as_str()) {
        ("company", _) | ("object", "0-2") => "companies",
        ("contact", _) | ("object", "0-1") => "contacts",
        ("deal", _) | ("object", "0-3") => "deals",
        ("object", "0-27") => "tasks",
        (other, _) => other,
    };
    let change = match what {
        "creation" => WebhookChange::Created,
        "deletion" | "privacyDeletion" => WebhookChange::Deleted,
        "restore" => WebhookChange::Restored,
        "propertyChange" => WebhookChange::Property {
            name: raw.property_name,
        },
        "merge" => WebhookChange::Merged {
            // Since 2025 a merge can make a record of its own.
            into: id(&raw.new_object_id).or_else(|| id(&raw.primary_object_id)),
        },
        "associationChange" => WebhookChange::Association,
        other => WebhookChange::Other(other.to_owned()),
    };
    WebhookEvent {
        event_id: raw.event_id,
        subscription_id: raw.subscription_id,
        portal_id: raw.portal_id,
        object_id: id(&raw.object_id)
            .or_else(|| id(&raw.from_object_id))
            .or_else(|| id(&raw.primary_object_id))
            .unwrap_or_default(),
        object: object.to_owned(),
        change,
        occurred_at: DateTime::from_timestamp_millis(raw.occurred_at).unwrap_or_default(),
    }
}

fn id(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        _ => None,
    }
}
