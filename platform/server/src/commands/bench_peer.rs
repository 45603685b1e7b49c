//! `momentum bench-peer`: verifies the signature of each event and answers, and does nothing else. `cargo xtask bench`
//! measures it beside the product, so that the product's figure is not a figure of the machine or of the HTTP server.

use actix_web::web::{Bytes, Data, PayloadConfig};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, get, post};
use anyhow::Context;
use clap::Args;
use momentum_connectors::slack::signature::verify;
use secrecy::SecretString;

use crate::foundation::config::Settings;
use crate::foundation::context::Clock;

/// Options of `bench-peer`.
#[derive(Debug, Args)]
pub struct BenchPeerArgs {
    /// Where it listens, on the loopback.
    #[arg(long)]
    port: u16,
}

/// Serves until the process is told to stop.
pub async fn run(settings: Settings, args: BenchPeerArgs) -> anyhow::Result<()> {
    let secret = settings
        .slack
        .signing_secret
        .context("MOMENTUM_SLACK_SIGNING_SECRET is not set")?;
    let (secret, clock) = (Data::new(secret), Data::new(Clock::system()));
    let app = move || {
        App::new()
            .app_data(PayloadConfig::new(1 << 20))
            .app_data(secret.clone())
            .app_data(clock.clone())
            .service(events)
            .service(health)
    };
    HttpServer::new(app)
        .bind(("127.0.0.1", args.port))?
        .run()
        .await
        .context("the HTTP server broke")
}

#[post("/slack/events")]
async fn events(request: HttpRequest, body: Bytes, secret: Data<SecretString>, clock: Data<Clock>) -> HttpResponse {
    let header = |name: &str| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let (timestamp, signature) = (header("x-slack-request-timestamp"), header("x-slack-signature"));
    match verify(&secret, timestamp, signature, &body, clock.now()) {
        Ok(()) => HttpResponse::Ok().finish(),
        Err(_) => HttpResponse::Unauthorized().finish(),
    }
}

#[get("/healthz")]
async fn health() -> HttpResponse {
    HttpResponse::Ok().finish()
}
