//! `POST /slack/events`.

use actix_web::web::{self, Bytes, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, post};
use serde_json::json;

use super::intake::{Accepted, Intake, Proof, Refusal};
use crate::foundation::context::Clock;
use crate::foundation::http::{Code, Problem};

/// More than Slack ever sends: its longest message is 40,000 characters.
const LARGEST_BODY: usize = 1024 * 1024;

/// The routes of this slice.
pub fn configure(config: &mut ServiceConfig) {
    config.service(
        web::scope("/slack")
            .app_data(web::PayloadConfig::new(LARGEST_BODY))
            .service(events),
    );
}

/// Takes an event of Slack's. Answered with 200 once it is on disk.
#[utoipa::path(
    post, path = "/slack/events", tag = "slack",
    request_body(content = String, content_type = "application/json", description = "What Slack's Events API sends, signed."),
    responses(
        (status = 200, description = "The event is on disk, or there was nothing to keep."),
        (status = 400, description = "The body is not one of the Events API's.", body = crate::foundation::http::ProblemBody),
        (status = 401, description = "The signature is missing, wrong or too old.", body = crate::foundation::http::ProblemBody),
        (status = 503, description = "Neither the database nor the spool can take it; send it again.", body = crate::foundation::http::ProblemBody),
    )
)]
#[post("/events")]
async fn events(
    request: HttpRequest,
    body: Bytes,
    intake: web::Data<Intake>,
    clock: web::Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let header = |name: &str| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let proof = Proof {
        timestamp: header("x-slack-request-timestamp"),
        signature: header("x-slack-signature"),
    };
    let accepted = intake.accept(body, header("content-type"), proof, clock.now()).await;
    let outcome = match &accepted {
        Ok(Accepted::Durable) => "durable",
        Ok(_) => "nothing_to_keep",
        Err(_) => "refused",
    };
    metrics::counter!("momentum_events_accepted_total", "outcome" => outcome).increment(1);
    match accepted {
        Ok(Accepted::Challenge(challenge)) => Ok(HttpResponse::Ok().json(json!({ "challenge": challenge }))),
        Ok(Accepted::Durable | Accepted::Ignored) => Ok(HttpResponse::Ok().finish()),
        Err(refusal) => Err(problem(refusal)),
    }
}

fn problem(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Unverified(error) => Problem::new(Code::NotAuthenticated).with_detail(error.to_string()),
        Refusal::Unreadable(error) => Problem::new(Code::MalformedRequest).with_detail(error.to_string()),
        Refusal::NoSecret | Refusal::NoRoom(_) => Problem::unavailable(refusal),
    }
}
