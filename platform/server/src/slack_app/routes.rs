//! `POST /slack/interactions` and `POST /slack/commands`.

use actix_web::web::{self, Bytes, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use momentum_connectors::slack::SlackRequest;
use serde_json::json;

use super::door::SlackApp;
use super::{commands, interactions};
use crate::foundation::context::Clock;
use crate::foundation::http::{Code, Origin, Problem};
use crate::pipeline::ingest::Proof;

/// More than Slack ever sends: an interaction carries the message whose button was pressed.
const LARGEST_BODY: usize = 1024 * 1024;

/// The routes of this slice.
pub fn configure(config: &mut ServiceConfig) {
    for path in ["/slack/interactions", "/slack/commands"] {
        config.service(
            web::resource(path)
                .app_data(web::PayloadConfig::new(LARGEST_BODY))
                .route(web::post().to(take)),
        );
    }
}

/// Takes what somebody did in Slack. What it changes is committed before the answer; what Slack is to show comes from jobs.
async fn take(
    request: HttpRequest,
    body: Bytes,
    app: web::Data<SlackApp>,
    clock: web::Data<Clock>,
    origin: Origin,
) -> Result<HttpResponse, Problem> {
    let header = |name: &str| {
        let value = request.headers().get(name);
        value.and_then(|value| value.to_str().ok()).unwrap_or_default()
    };
    let proof = Proof {
        timestamp: header("x-slack-request-timestamp"),
        signature: header("x-slack-signature"),
    };
    let now = clock.now();
    match app.open(&body, header("content-type"), proof, now)? {
        SlackRequest::Interaction(interaction) => interactions::take(&app, &interaction, origin, now).await,
        SlackRequest::Command(command) => {
            let answer = commands::answer(&app, &command, origin, now).await?;
            Ok(HttpResponse::Ok().json(answer))
        }
        SlackRequest::SslCheck => Ok(HttpResponse::Ok().finish()),
        SlackRequest::UrlVerification { challenge } => Ok(HttpResponse::Ok().json(json!({ "challenge": challenge }))),
        SlackRequest::EventCallback(_) | SlackRequest::AppRateLimited { .. } => {
            Err(Problem::new(Code::MalformedRequest).with_detail("Events go to /slack/events."))
        }
    }
}
