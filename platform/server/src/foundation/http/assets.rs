//! The web page: built files out of the binary, with a fresh nonce in every page.
//!
//! With the cargo feature `embed-frontend` it is the dashboard's build; without, a stand-in page that says so.

use actix_web::http::Method;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rust_embed::{EmbeddedFile, RustEmbed};

use super::Problem;
use crate::foundation::context::random_bytes;

#[cfg(feature = "embed-frontend")]
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../frontend/dist"]
struct Files;

#[cfg(not(feature = "embed-frontend"))]
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/src/foundation/http/stand_in"]
struct Files;

/// Where the page's build leaves room for the nonce.
const NONCE_MARK: &str = "__CSP_NONCE__";

/// Serves whatever no route took: a built file, else the page to those who accept HTML, else 404.
pub async fn web_page(request: HttpRequest) -> Result<HttpResponse, Problem> {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return Err(Problem::not_found());
    }
    let path = request.path().trim_start_matches('/');
    if path.starts_with("api/") || path == "api" {
        return Err(Problem::not_found());
    }
    let is_page = path.is_empty() || path == "index.html";
    if !is_page && let Some(response) = file(&request, path) {
        return Ok(response);
    }
    let accepts_html = accepts(&request, header::ACCEPT.as_str(), "text/html");
    if path.starts_with("assets/") || !(is_page || accepts_html) {
        return Err(Problem::not_found());
    }
    page()
}

/// A file, in the best precompressed form that the client takes. What the build names by content never changes.
fn file(request: &HttpRequest, path: &str) -> Option<HttpResponse> {
    if path.ends_with(".br") || path.ends_with(".gz") {
        return None;
    }
    let plain = Files::get(path)?;
    let packed = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .find_map(|(encoding, ending)| {
            let is_accepted = accepts(request, header::ACCEPT_ENCODING.as_str(), encoding);
            let file = is_accepted.then(|| Files::get(&format!("{path}{ending}")))??;
            Some((encoding, file))
        });
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_TYPE, content_type(path)));
    response.insert_header((header::VARY, "Accept-Encoding"));
    let lifetime = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    response.insert_header((header::CACHE_CONTROL, lifetime));
    Some(match packed {
        Some((encoding, file)) => {
            response.insert_header((header::CONTENT_ENCODING, encoding));
            response.body(bytes(file))
        }
        None => {
            // Or the compressing middleware would pack it again on every request.
            response.insert_header((header::CONTENT_ENCODING, "identity"));
            response.body(bytes(plain))
        }
    })
}

fn page() -> Result<HttpResponse, Problem> {
    let html = Files::get("index.html").ok_or_else(|| Problem::internal("the binary holds no index.html"))?;
    let html = String::from_utf8_lossy(&html.data);
    let nonce = STANDARD.encode(random_bytes::<16>());
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    );
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .content_type("text/html; charset=utf-8")
        .body(html.replace(NONCE_MARK, &nonce)))
}

fn bytes(file: EmbeddedFile) -> actix_web::web::Bytes {
    match file.data {
        std::borrow::Cow::Borrowed(data) => actix_web::web::Bytes::from_static(data),
        std::borrow::Cow::Owned(data) => data.into(),
    }
}

fn content_type(path: &str) -> String {
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    let is_text = guess.type_() == "text" || guess.subtype() == "javascript" || guess.subtype() == "json";
    if is_text {
        format!("{guess}; charset=utf-8")
    } else {
        guess.to_string()
    }
}

/// Whether a header's list names a value that is not refused with `q=0`.
fn accepts(request: &HttpRequest, header: &str, wanted: &str) -> bool {
    let list = request
        .headers()
        .get(header)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    list.split(',').any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let is_named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(wanted));
        is_named && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}
