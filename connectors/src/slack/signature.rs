//! Slack's request signature, version 0.
//!
//! Source of the rule: Slack's "Verifying requests from Slack", and the vector in `fixtures/slack/signature_vector.json`, which stands in
//! the tests of Slack's own SDKs.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// How far a request's timestamp may be from our clock, in seconds, in either direction.
pub const WINDOW_SECONDS: i64 = 300;

/// Why a request is not believed to come from Slack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// A header is missing or malformed.
    #[error("the signature headers are missing or malformed")]
    Malformed,
    /// The timestamp is more than five minutes away: a replay, or a clock that is wrong.
    #[error("the request's timestamp is more than five minutes from our clock")]
    OutsideWindow,
    /// Signed with another secret, or changed on the way.
    #[error("the signature does not match")]
    Mismatch,
}

/// Checks `X-Slack-Signature` over the raw body bytes, in constant time. `timestamp` is `X-Slack-Request-Timestamp`.
pub fn verify(
    secret: &SecretString,
    timestamp: &str,
    signature: &str,
    body: &[u8],
    now: DateTime<Utc>,
) -> Result<(), SignatureError> {
    let sent: i64 = timestamp.parse().map_err(|_| SignatureError::Malformed)?;
    let given = signature
        .strip_prefix("v0=")
        .and_then(|hex| hex::decode(hex).ok())
        .ok_or(SignatureError::Malformed)?;
    if now.timestamp().abs_diff(sent) > WINDOW_SECONDS as u64 {
        return Err(SignatureError::OutsideWindow);
    }
    mac(secret, timestamp, body)
        .verify_slice(&given)
        .map_err(|_| SignatureError::Mismatch)
}

/// The value of `X-Slack-Signature` for a body: what Slack does, for fakes and tests.
#[must_use]
pub fn sign(secret: &SecretString, timestamp: i64, body: &[u8]) -> String {
    format!(
        "v0={}",
        hex::encode(mac(secret, &timestamp.to_string(), body).finalize().into_bytes())
    )
}

fn mac(secret: &SecretString, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
        .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
    for part in [b"v0:", timestamp.as_bytes(), b":", body] {
        mac.update(part);
    }
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Vector {
        signing_secret: SecretString,
        timestamp: String,
        body: String,
        x_slack_signature: String,
    }

    fn vector() -> (Vector, DateTime<Utc>) {
        let vector: Vector =
            serde_json::from_str(include_str!("../../fixtures/slack/signature_vector.json")).expect("fixture");
        let at = DateTime::from_timestamp(vector.timestamp.parse().expect("fixture"), 0).expect("fixture");
        (vector, at)
    }

    #[test]
    fn slacks_own_vector_is_accepted_and_reproduced() {
        let (v, at) = vector();
        assert_eq!(
            verify(
                &v.signing_secret,
                &v.timestamp,
                &v.x_slack_signature,
                v.body.as_bytes(),
                at
            ),
            Ok(())
        );
        assert_eq!(
            sign(&v.signing_secret, at.timestamp(), v.body.as_bytes()),
            v.x_slack_signature
        );
    }

    #[test]
    fn a_request_counts_within_five_minutes_in_both_directions() {
        let (v, at) = vector();
        for (offset, expected) in [
            (300, Ok(())),
            (-300, Ok(())),
            (301, Err(SignatureError::OutsideWindow)),
            (-301, Err(SignatureError::OutsideWindow)),
        ] {
            let now = at + chrono::Duration::seconds(offset);
            let answer = verify(
                &v.signing_secret,
                &v.timestamp,
                &v.x_slack_signature,
                v.body.as_bytes(),
                now,
            );
            assert_eq!(answer, expected, "{offset}");
        }
    }

    #[test]
    fn whatever_is_altered_the_request_is_refused() {
        let (v, at) = vector();
        let body = v.body.as_bytes();
        let check = |secret: &str, timestamp: &str, signature: &str, body: &[u8]| {
            verify(&SecretString::from(secret), timestamp, signature, body, at)
        };
        let secret = v.signing_secret.expose_secret();
        let later = (at.timestamp() + 1).to_string();
        assert_eq!(
            check("another", &v.timestamp, &v.x_slack_signature, body),
            Err(SignatureError::Mismatch)
        );
        assert_eq!(
            check(secret, &later, &v.x_slack_signature, body),
            Err(SignatureError::Mismatch)
        );
        assert_eq!(
            check(secret, &v.timestamp, &v.x_slack_signature, b"{}"),
            Err(SignatureError::Mismatch)
        );
        assert_eq!(
            check(secret, &v.timestamp, &v.x_slack_signature[..40], body),
            Err(SignatureError::Malformed)
        );
        for signature in ["", "v0=", "v1=00", "v0=zz", &v.x_slack_signature[3..]] {
            assert!(check(secret, &v.timestamp, signature, body).is_err(), "{signature}");
        }
        for timestamp in ["", "now", "99999999999999999999", "-9223372036854775808"] {
            assert!(
                check(secret, timestamp, &v.x_slack_signature, body).is_err(),
                "{timestamp}"
            );
        }
    }
}
