//! The four ways a vendor call fails, which are the four things a caller can do about it.

use std::{fmt, time::Duration};

/// A connector's answer.
pub type ConnectorResult<T> = Result<T, ConnectorError>;

/// What a caller must decide on. The vendor's own words are kept in `message`; credentials never are.
#[derive(Debug, thiserror::Error)]
pub enum ConnectorError {
    /// The credential is missing, expired beyond refreshing, or revoked. Mark the connection, tell an admin, pause its queue.
    #[error("the vendor refused our credentials: {message}")]
    Unauthorized {
        /// The vendor's words.
        message: String,
    },
    /// The vendor asks us to wait. Nothing was written.
    #[error("the vendor asks us to wait {} s: {message}", retry_after.as_secs())]
    RateLimited {
        /// How long: the vendor's `Retry-After` where it sent one, else this connector's default for that limit.
        retry_after: Duration,
        /// The vendor's words.
        message: String,
    },
    /// It may work later: network, time-out, 5xx, a row lock. Retry with back-off.
    #[error("the vendor could not answer: {message}{}", if *ambiguous { " (the write may have happened)" } else { "" })]
    Transient {
        /// What happened.
        message: String,
        /// True when the vendor may have committed the write before the answer was lost. Such a write is resolved by looking for our id,
        /// never by writing again blindly; the `upsert_*` methods look first, so calling them again is safe.
        ambiguous: bool,
        /// The cause, where there is one.
        #[source]
        source: Option<Cause>,
    },
    /// The vendor understood and said no. Retrying cannot help: dead letter at once, and show the words to an admin.
    #[error("the vendor rejected it: {code}: {message}{}", field.as_deref().map(|f| format!(" (field {f})")).unwrap_or_default())]
    Rejected {
        /// The vendor's field, where it names one.
        field: Option<String>,
        /// The vendor's error code, such as `FIELD_CUSTOM_VALIDATION_EXCEPTION` or `channel_not_found`.
        code: String,
        /// The vendor's words.
        message: String,
    },
}

/// A boxed cause.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

impl ConnectorError {
    /// An `Unauthorized` in these words.
    pub fn unauthorized(message: impl fmt::Display) -> Self {
        Self::Unauthorized {
            message: message.to_string(),
        }
    }

    /// A `Transient` without a cause that certainly wrote nothing.
    pub fn transient(message: impl fmt::Display) -> Self {
        Self::Transient {
            message: message.to_string(),
            ambiguous: false,
            source: None,
        }
    }

    /// A `Transient` whose write may have happened.
    pub fn ambiguous(message: impl fmt::Display) -> Self {
        Self::Transient {
            message: message.to_string(),
            ambiguous: true,
            source: None,
        }
    }

    /// A `Rejected` without a field.
    pub fn rejected(code: impl Into<String>, message: impl fmt::Display) -> Self {
        Self::Rejected {
            field: None,
            code: code.into(),
            message: message.to_string(),
        }
    }

    /// The vendor answered something this connector cannot read. It may be a proxy's error page, so it is worth a retry.
    pub fn unreadable(what: &str, ambiguous: bool, cause: impl Into<Cause>) -> Self {
        Self::Transient {
            message: format!("{what} could not be read"),
            ambiguous,
            source: Some(cause.into()),
        }
    }

    /// True when the write may have happened.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        matches!(self, Self::Transient { ambiguous: true, .. })
    }

    /// True when the vendor's error code is `wanted`.
    #[must_use]
    pub fn has_code(&self, wanted: &str) -> bool {
        matches!(self, Self::Rejected { code, .. } if code == wanted)
    }
}
