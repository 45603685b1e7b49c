//! Errors as people and programs see them: `application/problem+json` (RFC 9457).

use std::error::Error;
use std::fmt;
use std::time::Duration;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use sea_orm::{DbErr, RuntimeErr, sqlx};
use serde::Serialize;
use utoipa::ToSchema;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $status:literal $code:literal $title:literal;)*) => {
        /// What went wrong, for programs. The one place from a code to its status.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// The word on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The HTTP status.
            pub fn status(self) -> StatusCode {
                StatusCode::from_u16(match self { $(Self::$name => $status,)* }).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }

            fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

codes! {
    /// The request cannot be read at all.
    MalformedRequest = 400 "malformed_request" "The request cannot be read.";
    /// No session and no key.
    NotAuthenticated = 401 "not_authenticated" "Sign in first.";
    /// E-mail and password do not belong together; which of them is wrong is nobody's business.
    BadCredentials = 401 "bad_credentials" "E-mail or password is wrong.";
    /// A write by cookie without the session's CSRF token.
    CsrfMismatch = 403 "csrf_mismatch" "The page is out of date. Reload it and try again.";
    /// The role does not have the permission, or the key not the scope.
    PermissionMissing = 403 "permission_missing" "Your role does not allow this.";
    /// Not there, another tenant's, or not for these eyes.
    NotFound = 404 "not_found" "There is nothing here.";
    /// The address exists and takes other methods.
    MethodNotAllowed = 405 "method_not_allowed" "This address does not take that method.";
    /// The state does not allow it.
    Conflict = 409 "conflict" "That is not possible in the present state.";
    /// Our bot cannot join the channel by itself; the detail says what to post in Slack.
    NeedsInvite = 409 "needs_invite" "The bot must be invited to this channel.";
    /// More bytes than are taken.
    PayloadTooLarge = 413 "payload_too_large" "The request is too large.";
    /// Another kind of body is expected.
    UnsupportedMediaType = 415 "unsupported_media_type" "The kind of the request's body is not accepted.";
    /// Fields are missing or out of bounds; `errors` names them.
    ValidationFailed = 422 "validation_failed" "Some fields need another value.";
    /// Too often; `Retry-After` says when.
    TooManyRequests = 429 "too_many_requests" "Too many requests. Wait a little and try again.";
    /// Our fault. Logged with its cause, told without it.
    Internal = 500 "internal" "Something went wrong on our side.";
    /// Something that we need is down.
    Unavailable = 503 "unavailable" "A part of the service is down. Try again soon.";
}

/// One field that needs another value.
#[derive(Clone, Debug, Serialize, ToSchema, PartialEq, Eq)]
pub struct FieldError {
    /// Which field, as a path (`filters[0].kind`).
    pub field: String,
    /// What is wrong, for programs: `missing` or `invalid`, or what the route documents.
    pub code: String,
    /// What is wrong and what would be right, for people.
    pub message: String,
}

/// An error on its way to the client. Handlers answer `Result<_, Problem>`.
#[derive(Debug)]
pub struct Problem {
    code: Code,
    detail: Option<String>,
    errors: Vec<FieldError>,
    retry_after: Option<Duration>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// An error answer (`application/problem+json`, RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// A name for this type of problem: `urn:momentum:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// What happened, in one sentence.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened, for programs.
    pub code: String,
    /// What happened this time, and what to do.
    pub detail: Option<String>,
    /// Names this request in our logs.
    pub request_id: String,
    /// The fields at fault.
    pub errors: Vec<FieldError>,
}

impl Problem {
    /// A problem without detail.
    pub fn new(code: Code) -> Self {
        Self {
            code,
            detail: None,
            errors: Vec::new(),
            retry_after: None,
            source: None,
        }
    }

    /// Not there, another tenant's, or not for these eyes: all three look the same.
    pub fn not_found() -> Self {
        Self::new(Code::NotFound)
    }

    /// The state does not allow it; says why and what to do.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(Code::Conflict).with_detail(detail)
    }

    /// One field needs another value.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        let error = FieldError {
            field: field.to_owned(),
            code: "invalid".to_owned(),
            message: message.into(),
        };
        Self::fields(vec![error])
    }

    /// Several fields need other values.
    pub fn fields(errors: Vec<FieldError>) -> Self {
        Self {
            errors,
            ..Self::new(Code::ValidationFailed)
        }
    }

    /// Too often.
    pub fn too_many(retry_after: Duration) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::new(Code::TooManyRequests)
        }
    }

    /// Our fault; the cause goes to the log and to nobody else.
    pub fn internal(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            source: Some(source.into()),
            ..Self::new(Code::Internal)
        }
    }

    /// A dependency is down.
    pub fn unavailable(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            source: Some(source.into()),
            retry_after: Some(Duration::from_secs(5)),
            ..Self::new(Code::Unavailable)
        }
    }

    /// Says what happened this time and what to do.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Which problem it is.
    pub fn code(&self) -> Code {
        self.code
    }

    /// The answer, naming the request. Logs what is our fault: this is the one place that does.
    pub(super) fn answer(&self, request_id: &str) -> HttpResponse {
        if self.code.status().is_server_error() {
            tracing::error!(error.code = self.code.as_str(), error.causes = %self.causes(), "A request failed.");
        }
        let body = ProblemBody {
            kind: format!("urn:momentum:problem:{}", self.code.as_str()),
            title: self.code.title().to_owned(),
            status: self.code.status().as_u16(),
            code: self.code.as_str().to_owned(),
            detail: self.detail.clone(),
            request_id: request_id.to_owned(),
            errors: self.errors.clone(),
        };
        let mut response = HttpResponse::build(self.code.status());
        if let Some(after) = self.retry_after {
            response.insert_header((header::RETRY_AFTER, after.as_secs_f64().ceil().max(1.0).to_string()));
        }
        if self.code == Code::NotAuthenticated {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        response
            .insert_header((header::CONTENT_TYPE, "application/problem+json"))
            .json(body)
    }

    /// The causes from the outermost to the first.
    fn causes(&self) -> String {
        let first = self.source.as_deref().map(|source| source as &(dyn Error + 'static));
        let chain = std::iter::successors(first, |error: &&(dyn Error + 'static)| (*error).source());
        chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
    }
}

impl Problem {
    /// What happened and what to do, in words for a person who sees no page: the first field's, the detail, or the title.
    pub fn words(&self) -> String {
        let field = self.errors.first().map(|error| error.message.clone());
        field
            .or_else(|| self.detail.clone())
            .unwrap_or_else(|| self.code.title().to_owned())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.title())?;
        self.detail.iter().try_for_each(|detail| write!(f, " {detail}"))
    }
}

impl Error for Problem {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    /// Only the status: the frame around every route writes the body, because it knows the request.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.code.status())
    }
}

impl From<DbErr> for Problem {
    fn from(error: DbErr) -> Self {
        use sqlx::Error as Sqlx;
        let is_down = match &error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
            DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
                matches!(
                    **cause,
                    Sqlx::Io(_) | Sqlx::PoolTimedOut | Sqlx::PoolClosed | Sqlx::WorkerCrashed
                )
            }
            _ => false,
        };
        if is_down {
            Self::unavailable(error)
        } else {
            Self::internal(error)
        }
    }
}

impl From<crate::foundation::crypto::SealedStoreError> for Problem {
    fn from(error: crate::foundation::crypto::SealedStoreError) -> Self {
        Self::internal(error)
    }
}
