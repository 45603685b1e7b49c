//! Where a request came from: what the log, the limits and the audit say about it.

use std::future::{Ready, ready};
use std::net::IpAddr;

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use crate::foundation::context::random_bytes;

/// Where a request came from.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Names the request in logs, errors and audit entries.
    pub request_id: String,
    /// The client's address, as far as it can be believed.
    pub ip: Option<IpAddr>,
    /// What the client calls itself, at most 200 characters.
    pub user_agent: Option<String>,
}

impl Origin {
    /// Of work that no request waits for.
    pub fn of_job() -> Self {
        Self {
            request_id: "job".to_owned(),
            ip: None,
            user_agent: None,
        }
    }

    /// Reads it from a request that came through `trusted_proxies` proxies of ours.
    pub(super) fn of(request: &ServiceRequest, trusted_proxies: usize) -> Self {
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let request_id = match header("x-request-id") {
            Some(given) if is_sane(given) => given.to_owned(),
            _ => hex::encode(random_bytes::<12>()),
        };
        let peer = request.peer_addr().map(|address| address.ip());
        let forwarded = header("x-forwarded-for").map(|list| list.rsplit(','));
        let ip = match (trusted_proxies.checked_sub(1), forwarded) {
            (Some(skip), Some(mut list)) => list.nth(skip).and_then(|ip| ip.trim().parse().ok()).or(peer),
            _ => peer,
        };
        let user_agent = header(header::USER_AGENT.as_str()).map(|agent| agent.chars().take(200).collect());
        Self {
            request_id,
            ip,
            user_agent,
        }
    }
}

/// An id that somebody else made is taken over only when no log or shell could trip over it.
fn is_sane(id: &str) -> bool {
    (8..=64).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

impl FromRequest for Origin {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let origin = request.extensions().get::<Self>().cloned();
        ready(origin.ok_or_else(|| super::Problem::internal("the route is outside of the HTTP frame").into()))
    }
}
