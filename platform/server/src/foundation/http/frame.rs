//! What is around every route: a request id, a log line, limits, security headers, and one shape of errors.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};
use tracing::Instrument;

use super::limits::RateLimit;
use super::{Code, Limits, Origin, Problem};
use crate::foundation::context::Clock;

/// The Prometheus counter of answered requests.
const REQUESTS: &str = "momentum_http_requests_total";
/// The Prometheus histogram of the time to an answer's first byte, in seconds.
const SECONDS: &str = "momentum_http_request_seconds";

/// What the frame needs to know.
pub struct HttpContext {
    clock: Clock,
    trusted_proxies: usize,
    is_tls: bool,
    api: RateLimit<std::net::IpAddr>,
}

impl HttpContext {
    /// `is_tls`: whether people reach us over TLS; `api`: what one address may ask of the API.
    pub fn new(clock: Clock, trusted_proxies: usize, is_tls: bool, api: Limits) -> Self {
        Self {
            api: RateLimit::new(api, clock.clone()),
            clock,
            trusted_proxies,
            is_tls,
        }
    }
}

/// The middleware: `App::new().app_data(web::Data<HttpContext>).wrap(from_fn(frame))`.
pub async fn frame(
    context: web::Data<HttpContext>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let began = context.clock.now();
    let origin = Origin::of(&request, context.trusted_proxies);
    let method = request.method().clone();
    let is_api = request.path().starts_with("/api/");
    let span = tracing::info_span!("http", request.id = origin.request_id, http.method = %method);
    request.extensions_mut().insert(origin.clone());

    let response = async {
        let denied = origin.ip.filter(|_| is_api).and_then(|ip| context.api.check(&ip).err());
        let response = match denied {
            Some(problem) => request.error_response(problem),
            None => next.call(request).await?.map_into_boxed_body(),
        };
        let mut response = tell_problem(response, &origin.request_id, is_api);
        secure(response.headers_mut(), &origin.request_id, is_api, context.is_tls);

        let route = response
            .request()
            .match_pattern()
            .unwrap_or_else(|| "unmatched".to_owned());
        let elapsed = context.clock.now() - began;
        let status = response.status();
        let labels = [
            ("method", method.to_string()),
            ("route", route.clone()),
            ("status", status.as_str().to_owned()),
        ];
        metrics::counter!(REQUESTS, &labels).increment(1);
        metrics::histogram!(SECONDS, "route" => route.clone()).record(elapsed.as_seconds_f64());
        if route == "/healthz" || route == "/readyz" || route == "/metrics" {
            tracing::debug!(http.route = route, http.status = status.as_u16(), "Answered a probe.");
        } else {
            let millis = elapsed.num_milliseconds();
            tracing::info!(
                http.route = route,
                http.status = status.as_u16(),
                http.millis = millis,
                "Answered a request."
            );
        }
        Ok(response)
    };
    response.instrument(span).await
}

/// Gives every error the one shape, whoever made it.
fn tell_problem(response: ServiceResponse<BoxBody>, request_id: &str, is_api: bool) -> ServiceResponse<BoxBody> {
    let status = response.status();
    let answer = match response.response().error() {
        Some(error) => match error.as_error::<Problem>() {
            Some(problem) => problem.answer(request_id),
            None => from_status(status, error).answer(request_id),
        },
        None if is_api && is_bare_error(&response) => from_status(status, &"no route").answer(request_id),
        None => return response,
    };
    response.into_response(answer)
}

/// An error without a body of ours: the router's own 404 and 405.
fn is_bare_error(response: &ServiceResponse<BoxBody>) -> bool {
    let status = response.status();
    (status.is_client_error() || status.is_server_error()) && !response.headers().contains_key(header::CONTENT_TYPE)
}

fn from_status(status: StatusCode, cause: &dyn std::fmt::Display) -> Problem {
    match status {
        StatusCode::NOT_FOUND => Problem::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => Problem::new(Code::MethodNotAllowed),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Code::PayloadTooLarge),
        status if status.is_client_error() => Problem::new(Code::MalformedRequest).with_detail(cause.to_string()),
        _ => Problem::internal(cause.to_string()),
    }
}

/// Headers of FRONTEND's "Serving": what a route set itself stays.
fn secure(headers: &mut HeaderMap, request_id: &str, is_api: bool, is_tls: bool) {
    let mut set = |name: HeaderName, value: &str| {
        if !headers.contains_key(&name)
            && let Ok(value) = HeaderValue::from_str(value)
        {
            headers.insert(name, value);
        }
    };
    set(HeaderName::from_static("x-request-id"), request_id);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    );
    set(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    );
    if is_api {
        set(header::CACHE_CONTROL, "no-store");
    }
    if is_tls {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
}
