use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{Backfill, BackfillPage, BackfillReason, BackfillState, CreateBackfill, NewBackfill};
use super::store;
use crate::control::access::{Granted, ImportsRead, ImportsWrite, Permit};
use crate::control::audit::{self, Entry};
use crate::foundation::http::{Cursor, Json, PageQuery, Path, Problem, Query};
use crate::foundation::ids::BackfillId;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_backfills)
        .service(create_backfill)
        .service(get_backfill)
        .service(cancel_backfill);
}

/// Channel history that was, is or will be read back, newest first.
#[utoipa::path(tag = "imports", params(PageQuery), responses((status = 200, body = BackfillPage)), extensions(("x-permission" = json!(ImportsRead::NAME))))]
#[get("/backfills")]
async fn list_backfills(auth: Granted<ImportsRead>, query: Query<PageQuery>) -> Result<Json<BackfillPage>, Problem> {
    let before: Option<(DateTime<Utc>, BackfillId)> = Cursor::decode(query.cursor.as_deref())?;
    let tx = auth.db.begin().await?;
    let rows = store::list(&tx, before, query.limit.fetch()).await?;
    let (items, next_cursor) = query.limit.cut(rows, |last| (last.created_at, last.id));
    Ok(Json(BackfillPage { items, next_cursor }))
}

/// Has the history of one channel, or of all channels in which the bot is, read back at the pace that Slack allows.
#[utoipa::path(tag = "imports", request_body = CreateBackfill, responses((status = 202, body = Backfill)), extensions(("x-permission" = json!(ImportsWrite::NAME))))]
#[post("/backfills")]
async fn create_backfill(auth: Granted<ImportsWrite>, body: Json<CreateBackfill>) -> Result<HttpResponse, Problem> {
    let CreateBackfill { channel_id, days } = body.0;
    let tx = auth.db.begin().await?;
    let connection = store::connection_for(&tx, channel_id).await?;
    let connection = connection.ok_or_else(|| match channel_id {
        Some(_) => Problem::invalid("channel_id", "Choose a channel of a connected Slack workspace."),
        None => Problem::conflict("Connect Slack first."),
    })?;
    let new = NewBackfill {
        connection,
        channel: channel_id,
        reason: BackfillReason::Requested,
        from: auth.now - TimeDelta::days(i64::from(days)),
        until: auth.now,
        requested_by: auth.actor.member_id(),
    };
    let id = store::request(&tx, new, auth.now).await?;
    let detail = json!({ "days": days, "channel_id": channel_id.map(|id| id.to_string()) });
    let entry = Entry::new(&auth.actor, "backfill.requested").from(&auth.origin).on(id);
    audit::append(&tx, auth.now, entry.with(detail)).await?;
    let backfill = store::find(&tx, id).await?.ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    Ok(HttpResponse::Accepted().json(backfill))
}

/// One backfill and how far it is.
#[utoipa::path(tag = "imports", params(("id" = BackfillId, Path)), responses((status = 200, body = Backfill)), extensions(("x-permission" = json!(ImportsRead::NAME))))]
#[get("/backfills/{id}")]
async fn get_backfill(auth: Granted<ImportsRead>, id: Path<BackfillId>) -> Result<Json<Backfill>, Problem> {
    let tx = auth.db.begin().await?;
    store::find(&tx, *id).await?.map(Json).ok_or_else(Problem::not_found)
}

/// Stops a backfill; what was read stays.
#[utoipa::path(tag = "imports", params(("id" = BackfillId, Path)), responses((status = 200, body = Backfill)), extensions(("x-permission" = json!(ImportsWrite::NAME))))]
#[post("/backfills/{id}/cancel")]
async fn cancel_backfill(auth: Granted<ImportsWrite>, id: Path<BackfillId>) -> Result<Json<Backfill>, Problem> {
    let tx = auth.db.begin().await?;
    store::find(&tx, *id).await?.ok_or_else(Problem::not_found)?;
    if !store::end(&tx, *id, BackfillState::Cancelled, None, auth.now).await? {
        return Err(Problem::conflict("It is over already."));
    }
    let entry = Entry::new(&auth.actor, "backfill.cancelled").from(&auth.origin).on(*id);
    audit::append(&tx, auth.now, entry).await?;
    let backfill = store::find(&tx, *id).await?.ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    Ok(Json(backfill))
}
