//! Building and sending requests.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use reqwest::{Method, Url, header::HeaderMap, redirect::Policy};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::{
    guard::{PublicOnly, check_literal},
    response::{OutboundResponse, read_limited},
};
use crate::{ConnectorError, ConnectorResult};

/// Limits of the client, with defaults that suit JSON APIs.
#[derive(Debug, Clone)]
pub struct OutboundOptions {
    /// For the connection alone.
    pub connect_timeout: Duration,
    /// For a whole call, answer included.
    pub timeout: Duration,
    /// Longest answer that is read, in bytes.
    pub max_response_bytes: usize,
    /// Base addresses out of the configuration. Only these may be on a private network (a mock, a proxy); their origin is what counts.
    pub trusted: Vec<Url>,
}

impl Default for OutboundOptions {
    /// 5 s to connect and 20 s in all, because Salesforce holds a request up to 10 s while it waits for a row lock; 16 MiB, which is more
    /// than any page we ask for.
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(20),
            max_response_bytes: 16 * 1024 * 1024,
            trusted: Vec::new(),
        }
    }
}

/// The client could not be built.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be built; is the system's certificate store (package ca-certificates) there?")]
pub struct BuildError(#[source] reqwest::Error);

/// The client. Cheap to clone; make one and share it, it holds the connection pool.
#[derive(Clone)]
pub struct Outbound {
    trusted_client: reqwest::Client,
    guarded_client: reqwest::Client,
    options: Arc<OutboundOptions>,
}

impl std::fmt::Debug for Outbound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outbound")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Outbound {
    /// Installs the process-wide TLS provider if nobody has, and builds the clients. Redirects are never followed: an API has no business
    /// redirecting a write, and a redirect is the classic way around an address guard.
    pub fn new(options: OutboundOptions) -> Result<Self, BuildError> {
        // Fails only when a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            reqwest::Client::builder()
                .user_agent(concat!("Momentum/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(options.connect_timeout)
                .timeout(options.timeout)
                .redirect(Policy::none())
        };
        // Through a proxy it would be the proxy that resolves the name, so the guard would see nothing.
        let guarded_client = builder()
            .no_proxy()
            .dns_resolver(PublicOnly)
            .build()
            .map_err(BuildError)?;
        let trusted_client = builder().build().map_err(BuildError)?;
        Ok(Self {
            trusted_client,
            guarded_client,
            options: Arc::new(options),
        })
    }

    /// Begins a call. `label` names it in logs and errors, such as `salesforce.query`; it holds no ids.
    pub fn request(&self, label: &'static str, method: Method, url: Url) -> OutboundRequest {
        let was_write = !matches!(method, Method::GET | Method::HEAD | Method::OPTIONS);
        OutboundRequest {
            outbound: self.clone(),
            label,
            method,
            url,
            was_write,
            headers: HeaderMap::new(),
            bearer: None,
            body: Body::Empty,
            timeout: None,
        }
    }

    fn client_for(&self, url: &Url) -> ConnectorResult<&reqwest::Client> {
        if self.options.trusted.iter().any(|base| base.origin() == url.origin()) {
            return Ok(&self.trusted_client);
        }
        check_literal(url).map_err(|refused| ConnectorError::rejected("address_refused", refused))?;
        Ok(&self.guarded_client)
    }
}

enum Body {
    Empty,
    Bytes(Vec<u8>),
    Failed(serde_json::Error),
}

/// A call being put together.
#[must_use = "a request does nothing until it is sent"]
pub struct OutboundRequest {
    outbound: Outbound,
    label: &'static str,
    method: Method,
    url: Url,
    was_write: bool,
    headers: HeaderMap,
    bearer: Option<SecretString>,
    body: Body,
    timeout: Option<Duration>,
}

impl std::fmt::Debug for OutboundRequest {
    /// Only the label, the method and the host: query, headers and body may hold tokens and people's words.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}: {} {}",
            self.label,
            self.method,
            self.url.host_str().unwrap_or_default()
        )
    }
}

impl OutboundRequest {
    /// Adds `Authorization: Bearer …`.
    pub fn bearer(mut self, token: &SecretString) -> Self {
        self.bearer = Some(token.clone());
        self
    }

    /// Adds query parameters.
    pub fn query(mut self, pairs: &[(&str, &str)]) -> Self {
        self.url.query_pairs_mut().extend_pairs(pairs);
        self
    }

    /// Adds a header with a value fit for headers; others are left out.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = value.parse() {
            self.headers.insert(name, value);
        }
        self
    }

    /// A JSON body.
    pub fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        self.body = serde_json::to_vec(value).map_or_else(Body::Failed, Body::Bytes);
        self.header("content-type", "application/json; charset=utf-8")
    }

    /// A form body (`application/x-www-form-urlencoded`).
    pub fn form(mut self, pairs: &[(&str, &str)]) -> Self {
        let encoded = reqwest::Url::parse_with_params("http://form/", pairs)
            .map(|url| url.query().unwrap_or_default().to_owned())
            .unwrap_or_default();
        self.body = Body::Bytes(encoded.into_bytes());
        self.header("content-type", "application/x-www-form-urlencoded")
    }

    /// Bytes as they are.
    pub fn bytes(mut self, content_type: &str, body: Vec<u8>) -> Self {
        self.body = Body::Bytes(body);
        self.header("content-type", content_type)
    }

    /// A shorter or longer time-out than the client's.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// This call only reads, though its method is POST (most of Slack's Web API): a lost answer is then not ambiguous.
    pub fn reads_only(mut self) -> Self {
        self.was_write = false;
        self
    }

    /// Sends it once. Any status is an answer; errors are the transport's (`Transient`) or the guard's (`Rejected`, `address_refused`).
    pub async fn send(self) -> ConnectorResult<OutboundResponse> {
        let body = match self.body {
            Body::Empty => None,
            Body::Bytes(bytes) => Some(bytes),
            Body::Failed(cause) => return Err(ConnectorError::rejected("unwritable_json", cause)),
        };
        let mut request = self
            .outbound
            .client_for(&self.url)?
            .request(self.method, self.url)
            .headers(self.headers);
        if let Some(token) = &self.bearer {
            request = request.bearer_auth(token.expose_secret());
        }
        if let Some(bytes) = body {
            request = request.body(bytes);
        }
        if let Some(timeout) = self.timeout {
            request = request.timeout(timeout);
        }
        let (label, was_write) = (self.label, self.was_write);
        let started = Instant::now();
        let response = request
            .send()
            .await
            .map_err(|cause| transport_error(label, was_write, cause))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = read_limited(response, self.outbound.options.max_response_bytes)
            .await
            .map_err(|cause| transport_error(label, was_write, cause))?
            .map_err(|()| {
                ConnectorError::rejected(
                    "answer_too_long",
                    format!("{label} answered with more bytes than are read"),
                )
            })?;
        tracing::debug!(
            http.call = label,
            http.status = status.as_u16(),
            http.millis = started.elapsed().as_millis() as u64,
            "Called a vendor."
        );
        Ok(OutboundResponse {
            status,
            headers,
            body,
            was_write,
            label,
        })
    }
}

fn transport_error(label: &'static str, was_write: bool, cause: reqwest::Error) -> ConnectorError {
    if let Some(refused) = refused_address(&cause) {
        return ConnectorError::rejected("address_refused", refused);
    }
    let what = if cause.is_connect() {
        "no connection"
    } else if cause.is_timeout() {
        "no answer in time"
    } else {
        "the connection broke"
    };
    ConnectorError::Transient {
        message: format!("{label}: {what}"),
        // Without a connection nothing was sent. After that, nobody can tell whether the vendor got it.
        ambiguous: was_write && !cause.is_connect() && !cause.is_builder(),
        // The address may hold a token in its query.
        source: Some(Box::new(cause.without_url())),
    }
}

fn refused_address(error: &reqwest::Error) -> Option<String> {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if let Some(refused) = cause.downcast_ref::<super::AddressError>() {
            return Some(refused.to_string());
        }
        source = cause.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_on_our_own_network_is_refused_unless_the_configuration_names_it() {
        let url = Url::parse("http://127.0.0.1:9/x").unwrap();
        let guarded = Outbound::new(OutboundOptions::default()).unwrap();
        let error = guarded
            .request("test", Method::POST, url.clone())
            .send()
            .await
            .unwrap_err();
        assert!(error.has_code("address_refused"), "{error}");

        let by_name = Url::parse("http://localhost:9/x").unwrap();
        let error = guarded.request("test", Method::POST, by_name).send().await.unwrap_err();
        assert!(error.has_code("address_refused"), "{error}");

        let options = OutboundOptions {
            trusted: vec![Url::parse("http://127.0.0.1:9/api").unwrap()],
            ..Default::default()
        };
        let error = Outbound::new(options)
            .unwrap()
            .request("test", Method::POST, url)
            .send()
            .await
            .unwrap_err();
        assert!(
            matches!(error, ConnectorError::Transient { ambiguous: false, .. }),
            "{error}"
        );
    }

    #[test]
    fn a_request_in_a_log_shows_neither_token_nor_query() {
        let outbound = Outbound::new(OutboundOptions::default()).unwrap();
        let url = Url::parse("https://slack.com/api/x?token=xoxb-secret").unwrap();
        let request = outbound
            .request("slack.x", Method::GET, url)
            .bearer(&SecretString::from("xoxb-secret"));
        assert_eq!(format!("{request:?}"), "slack.x: GET slack.com");
    }
}
