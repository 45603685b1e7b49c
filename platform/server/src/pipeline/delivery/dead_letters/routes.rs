use actix_web::{HttpResponse, get, post};
use utoipa_actix_web::service_config::ServiceConfig;

use super::change;
use super::model::{DeadLetterPage, Discard, Retried, RetryAll};
use super::store::{self, Dead};
use crate::control::access::{DeadLettersRead, DeadLettersWrite, Granted, Permit};
use crate::foundation::http::{Cursor, Json, PageQuery, Path, Problem, Query};
use crate::foundation::ids::DeadLetterId;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_dead_letters)
        .service(retry_all_dead_letters)
        .service(retry_dead_letter)
        .service(discard_dead_letter);
}

/// What failed for good, the latest first: why, in plain words and in the vendor's, and what to do.
#[utoipa::path(tag = "dead-letters", params(PageQuery), responses((status = 200, body = DeadLetterPage)), extensions(("x-permission" = json!(DeadLettersRead::NAME))))]
#[get("/dead-letters")]
async fn list_dead_letters(
    auth: Granted<DeadLettersRead>,
    page: Query<PageQuery>,
) -> Result<Json<DeadLetterPage>, Problem> {
    let after = Cursor::decode(page.cursor.as_deref())?;
    let tx = auth.db.begin().await?;
    let (rows, next_cursor) = store::page(&tx, after, page.limit).await?;
    let items = rows.into_iter().map(Dead::into_dead_letter).collect();
    Ok(Json(DeadLetterPage { items, next_cursor }))
}

/// Tries everything again that failed for good, or everything for one destination.
#[utoipa::path(tag = "dead-letters", request_body = RetryAll, responses((status = 202, body = Retried)), extensions(("x-permission" = json!(DeadLettersWrite::NAME))))]
#[post("/dead-letters/retry-all")]
async fn retry_all_dead_letters(
    auth: Granted<DeadLettersWrite>,
    which: Json<RetryAll>,
) -> Result<HttpResponse, Problem> {
    let retried = change::retry_all(&auth, which.0.destination.as_deref()).await?;
    Ok(HttpResponse::Accepted().json(Retried { retried }))
}

/// Tries one dead letter again.
#[utoipa::path(tag = "dead-letters", params(("id" = DeadLetterId, Path)), responses((status = 202)), extensions(("x-permission" = json!(DeadLettersWrite::NAME))))]
#[post("/dead-letters/{id}/retry")]
async fn retry_dead_letter(auth: Granted<DeadLettersWrite>, id: Path<DeadLetterId>) -> Result<HttpResponse, Problem> {
    change::retry(&auth, *id).await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Gives one dead letter up, with the reason.
#[utoipa::path(tag = "dead-letters", params(("id" = DeadLetterId, Path)), request_body = Discard, responses((status = 204)), extensions(("x-permission" = json!(DeadLettersWrite::NAME))))]
#[post("/dead-letters/{id}/discard")]
async fn discard_dead_letter(
    auth: Granted<DeadLettersWrite>,
    id: Path<DeadLetterId>,
    body: Json<Discard>,
) -> Result<HttpResponse, Problem> {
    change::discard(&auth, *id, body.0.reason.trim()).await?;
    Ok(HttpResponse::NoContent().finish())
}
