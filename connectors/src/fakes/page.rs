//! The simulator's own page, and the plain pages that links lead to. Nothing on them comes from another origin.

use super::{FakeRequest, FakeResponse, http::escaped};

const PAGE: &str = include_str!("web/sim.html");
const SCRIPT: &str = include_str!("web/sim.js");
const SLACK_SCRIPT: &str = include_str!("web/slack.js");
const STYLE: &str = include_str!("web/sim.css");

pub(super) fn handle(request: &FakeRequest) -> FakeResponse {
    let response = match (request.method.as_str(), request.path.as_str()) {
        ("GET" | "HEAD", "/") => FakeResponse::html(200, PAGE.to_owned()),
        ("GET" | "HEAD", "/sim.js") => FakeResponse::with("text/javascript; charset=utf-8", 200, SCRIPT),
        ("GET" | "HEAD", "/slack.js") => FakeResponse::with("text/javascript; charset=utf-8", 200, SLACK_SCRIPT),
        ("GET" | "HEAD", "/sim.css") => FakeResponse::with("text/css; charset=utf-8", 200, STYLE),
        ("GET" | "HEAD", "/favicon.ico") => FakeResponse::empty(204),
        _ => FakeResponse::html(
            404,
            document(
                "Not found",
                "<h1>Not found</h1><p><a href=\"/\">To the simulator</a></p>",
            ),
        ),
    };
    guarded(response)
}

/// A page of ours shows nothing from another origin and in no other page.
pub(super) fn guarded(page: FakeResponse) -> FakeResponse {
    page.header("content-security-policy", "default-src 'self'; frame-ancestors 'none'")
        .header("cache-control", "no-cache")
}

/// A plain page around `body`, which is HTML already; `title` is not.
pub(super) fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{} - Momentum simulator</title><link rel=\"stylesheet\" href=\"/sim.css\"></head><body><main class=\"page\">{body}</main>\
         </body></html>",
        escaped(title)
    )
}
