//! The frame and the extractors through a small application.

use std::time::Duration;

use actix_web::http::{StatusCode, header};
use actix_web::middleware::from_fn;
use actix_web::{App, HttpResponse, test, web};
use chrono::DateTime;
use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::foundation::context::Clock;
use crate::foundation::ids::SignalId;

#[derive(Deserialize, garde::Validate)]
struct Note {
    #[garde(length(chars, min = 1, max = 5))]
    text: String,
    #[garde(dive)]
    tags: Vec<Tag>,
}

#[derive(Deserialize, garde::Validate)]
struct Tag {
    #[garde(range(min = 1))]
    weight: u8,
}

#[derive(Deserialize, garde::Validate)]
struct Search {
    #[garde(skip)]
    kind: Option<String>,
    #[serde(default)]
    #[garde(skip)]
    limit: PageSize,
    #[garde(skip)]
    cursor: Option<String>,
}

async fn write(note: Json<Note>) -> HttpResponse {
    HttpResponse::Ok().body(format!(
        "{} {}",
        note.0.text,
        note.0.tags.iter().map(|tag| tag.weight).sum::<u8>()
    ))
}

async fn search(query: Query<Search>) -> Result<String, Problem> {
    let place = Cursor::<u32>::decode(query.cursor.as_deref())?.unwrap_or_default();
    let rows: Vec<u32> = (place + 1..=120).take(query.limit.fetch() as usize).collect();
    let (rows, next) = query.limit.cut(rows, |row| *row);
    Ok(json!({ "kind": query.kind, "items": rows, "next_cursor": next }).to_string())
}

async fn broken() -> Result<String, Problem> {
    Err(Problem::internal(std::io::Error::other("the disk said hunter2")))
}

async fn by_id(id: Path<SignalId>) -> String {
    id.to_string()
}

/// Sends one request to an application of these routes. The fixed clock never refills the allowance of 1,000.
async fn send(request: test::TestRequest) -> (StatusCode, header::HeaderMap, String) {
    let clock = Clock::fixed(DateTime::from_timestamp(1_800_000_000, 0).unwrap());
    let limits = Limits {
        burst: 1000,
        refill: Duration::from_secs(1),
    };
    let app = test::init_service(
        App::new()
            .app_data(web::Data::new(HttpContext::new(clock, 1, true, limits)))
            .app_data(path_config())
            .wrap(from_fn(frame))
            .route("/api/notes", web::post().to(write))
            .route("/api/search", web::get().to(search))
            .route("/api/broken", web::get().to(broken))
            .route("/api/signals/{id}", web::get().to(by_id))
            .default_service(web::to(web_page)),
    )
    .await;
    let response = test::call_service(&app, request.to_request()).await;
    let (status, headers) = (response.status(), response.headers().clone());
    (
        status,
        headers,
        String::from_utf8(test::read_body(response).await.to_vec()).unwrap(),
    )
}

fn post(content_type: &str, body: impl Into<web::Bytes>) -> test::TestRequest {
    test::TestRequest::post()
        .uri("/api/notes")
        .insert_header((header::CONTENT_TYPE, content_type))
        .set_payload(body)
}

#[actix_web::test]
async fn a_body_that_cannot_be_taken_says_why() {
    let long = format!(r#"{{"text":"{}"}}"#, "a".repeat(300_000));
    let cases: &[(&str, &str, u16, &str, &[&str])] = &[
        (
            "application/json",
            r#"{"text":"ok","tags":[{"weight":2}]}"#,
            200,
            "",
            &[],
        ),
        (
            "application/json; charset=utf-8",
            r#"{"text":"ok","tags":[]}"#,
            200,
            "",
            &[],
        ),
        (
            "text/plain",
            r#"{"text":"ok","tags":[]}"#,
            415,
            "unsupported_media_type",
            &[],
        ),
        ("application/json", r#"{"text":"#, 400, "malformed_request", &[]),
        ("application/json", "", 400, "malformed_request", &[]),
        (
            "application/json",
            r#"{"text":"ok","tags":[]} {}"#,
            400,
            "malformed_request",
            &[],
        ),
        ("application/json", &long, 413, "payload_too_large", &[]),
        (
            "application/json",
            r#"{"tags":[]}"#,
            422,
            "validation_failed",
            &["text missing"],
        ),
        (
            "application/json",
            r#"{"text":"ok","tags":[{}]}"#,
            422,
            "validation_failed",
            &["tags[0].weight missing"],
        ),
        (
            "application/json",
            r#"{"text":"ok","tags":[{"weight":"x"}]}"#,
            422,
            "validation_failed",
            &["tags[0].weight invalid"],
        ),
        (
            "application/json",
            r#"{"text":"too long","tags":[{"weight":0}]}"#,
            422,
            "validation_failed",
            &["tags[0].weight invalid", "text invalid"],
        ),
    ];
    for (content_type, body, status, code, fields) in cases {
        let (got, headers, answer) = send(post(content_type, (*body).to_owned())).await;
        assert_eq!(got, *status, "{body:.60} {answer}");
        if *status == 200 {
            continue;
        }
        let problem: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(headers.get("content-type").unwrap(), "application/problem+json");
        assert_eq!(problem["code"], *code, "{body:.60}");
        assert_eq!(problem["status"], *status);
        assert_eq!(
            problem["request_id"].as_str(),
            headers.get("x-request-id").unwrap().to_str().ok()
        );
        let errors = problem["errors"].as_array().unwrap().iter();
        let errors: Vec<_> = errors
            .map(|e| format!("{} {}", e["field"], e["code"]).replace('"', ""))
            .collect();
        assert_eq!(errors, *fields, "{body:.60} {answer}");
    }
}

#[actix_web::test]
async fn a_list_goes_on_where_its_page_ended() {
    let (_, _, first) = send(test::TestRequest::get().uri("/api/search?kind=risk&kind=churn&q=&limit=100")).await;
    let first: Value = serde_json::from_str(&first).unwrap();
    assert_eq!(first["kind"], "risk,churn");
    assert_eq!(first["items"].as_array().unwrap().len(), 100);
    let uri = format!(
        "/api/search?limit=100&cursor={}",
        first["next_cursor"].as_str().unwrap()
    );
    let (_, _, second) = send(test::TestRequest::get().uri(&uri)).await;
    let second: Value = serde_json::from_str(&second).unwrap();
    assert_eq!(
        (second["items"][0].as_u64(), second["next_cursor"].is_null()),
        (Some(101), true)
    );

    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("cursor=%21", "cursor"),
    ] {
        let (status, _, answer) = send(test::TestRequest::get().uri(&format!("/api/search?{query}"))).await;
        assert_eq!(status, 422, "{query}: {answer}");
        assert!(answer.contains(field), "{query}: {answer}");
    }
}

#[actix_web::test]
async fn our_own_fault_is_told_without_its_cause() {
    let given = test::TestRequest::get()
        .uri("/api/broken")
        .insert_header(("x-request-id", "from-the-proxy-1"));
    let (status, headers, answer) = send(given).await;
    assert_eq!(status, 500);
    assert!(!answer.contains("hunter2"), "{answer}");
    assert!(answer.contains("from-the-proxy-1"), "{answer}");
    assert_eq!(headers.get("x-request-id").unwrap(), "from-the-proxy-1");
    let (_, headers, _) = send(
        test::TestRequest::get()
            .uri("/")
            .insert_header(("x-request-id", "a\" b")),
    )
    .await;
    assert_eq!(headers.get("x-request-id").unwrap().len(), 24);
}

#[actix_web::test]
async fn what_is_not_there_is_json_under_api_and_the_page_elsewhere() {
    let html = ("accept", "text/html,application/xhtml+xml;q=0.9");
    let cases = [
        ("/api/v1/nothing", 404, "application/problem+json"),
        ("/api/signals/sig_1", 404, "application/problem+json"),
        ("/assets/old-1234.js", 404, "application/problem+json"),
        ("/signals/sig_1", 200, "text/html; charset=utf-8"),
        ("/", 200, "text/html; charset=utf-8"),
    ];
    for (uri, status, content_type) in cases {
        let (got, headers, _) = send(test::TestRequest::get().uri(uri).insert_header(html)).await;
        assert_eq!(got, status, "{uri}");
        assert_eq!(headers.get("content-type").unwrap(), content_type, "{uri}");
    }
    let (status, _, _) = send(test::TestRequest::get().uri("/signals")).await;
    assert_eq!(status, 404);
    let (status, _, _) = send(test::TestRequest::post().uri("/signals").insert_header(html)).await;
    assert_eq!(status, 404);
}

#[actix_web::test]
async fn every_page_has_a_nonce_of_its_own_and_every_answer_its_headers() {
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let (_, headers, html) = send(test::TestRequest::get().uri("/")).await;
        let policy = headers.get("content-security-policy").unwrap().to_str().unwrap();
        let nonce = policy
            .split("'nonce-")
            .nth(1)
            .unwrap()
            .split('\'')
            .next()
            .unwrap()
            .to_owned();
        assert!(html.contains(&format!("nonce=\"{nonce}\"")) && !html.contains("__CSP_NONCE__"));
        assert_eq!(headers.get("cache-control").unwrap(), "no-store");
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
    let (_, headers, _) = send(test::TestRequest::get().uri("/api/search")).await;
    for name in [
        "strict-transport-security",
        "x-content-type-options",
        "referrer-policy",
        "cross-origin-opener-policy",
    ] {
        assert!(headers.contains_key(name), "{name}");
    }
    assert_eq!(
        headers.get("content-security-policy").unwrap(),
        "default-src 'none'; frame-ancestors 'none'"
    );
    assert_eq!(headers.get("cache-control").unwrap(), "no-store");
}
