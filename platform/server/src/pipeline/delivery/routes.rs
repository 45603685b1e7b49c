use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::preview::{self, Plan, PreviewDeliveries};
use super::sync_back::{ReconciliationPage, reconciliations};
use super::undo_request::{self, UndoDeliveries, UndoOutcome};
use crate::control::access::{DeliveriesRead, DeliveriesWrite, Granted, Permit};
use crate::control::audit::{self, Entry};
use crate::foundation::http::{Cursor, Json, List, PageQuery, PageSize, Path, Problem, Query, page_of};
use crate::foundation::ids::{AccountId, DeliveryId, SignalId};
use crate::signals::DeliveryState;
use crate::signals::deliveries::{self, AgainFilter, Delivery, DeliveryFilter, RecordType};

/// Deliveries tried again in one transaction.
const BATCH: i64 = 100;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_deliveries)
        .service(preview_deliveries)
        .service(retry_deliveries)
        .service(undo_deliveries)
        .service(retry_delivery)
        .service(discard_delivery)
        .service(list_reconciliations);
}

#[derive(Debug, Deserialize, IntoParams, garde::Validate)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
struct DeliveryQuery {
    /// States, separated by commas or repeated.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    state: List<DeliveryState>,
    /// CRMs, such as `salesforce`.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    system: List<String>,
    /// Kinds of record.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "task,opportunity")]
    record_type: List<RecordType>,
    /// Only this account's.
    account_id: Option<AccountId>,
    /// Only this signal's.
    signal_id: Option<SignalId>,
    /// Only what changed since.
    since: Option<DateTime<Utc>>,
    /// How many deliveries at most, 1 to 100; 50 when not given.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: PageSize,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

page_of! {
    /// One page of deliveries, the latest change first.
    pub struct DeliveryPage(Delivery);
}

/// Which deliveries shall be tried again. What is there, on its way, undone or was suppressed is left alone.
#[derive(Clone, Debug, Default, Deserialize, ToSchema, garde::Validate)]
#[garde(allow_unvalidated)]
struct RetryDeliveries {
    /// `dead_letter` or `discarded`; `dead_letter` when not given.
    #[serde(default)]
    state: Option<DeliveryState>,
    /// Only those for this CRM.
    #[garde(inner(length(chars, max = 50)))]
    #[serde(default)]
    system: Option<String>,
    /// Only those with this code of the vendor.
    #[garde(inner(length(chars, max = 200)))]
    #[serde(default)]
    error_code: Option<String>,
}

/// How many deliveries are being tried again.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
struct RetriedDeliveries {
    /// How many.
    retried: usize,
}

/// Why a delivery is given up.
#[derive(Clone, Debug, Deserialize, ToSchema, garde::Validate)]
#[garde(allow_unvalidated)]
struct DiscardDelivery {
    /// Why, for whoever looks later.
    #[garde(length(chars, min = 1, max = 1000))]
    reason: String,
}

/// What was, is or will be written to other systems, the latest change first.
#[utoipa::path(tag = "deliveries", params(DeliveryQuery), responses((status = 200, body = DeliveryPage)), extensions(("x-permission" = json!(DeliveriesRead::NAME))))]
#[get("/deliveries")]
async fn list_deliveries(
    auth: Granted<DeliveriesRead>,
    query: Query<DeliveryQuery>,
) -> Result<Json<DeliveryPage>, Problem> {
    let after = Cursor::decode(query.cursor.as_deref())?;
    let filter = DeliveryFilter {
        states: query.state.to_vec(),
        systems: query.system.to_vec(),
        record_types: query.record_type.to_vec(),
        account: query.account_id,
        signal: query.signal_id,
        since: query.since,
    };
    let tx = auth.db.begin().await?;
    let (items, next_cursor) = deliveries::page(&tx, auth.visibility, &filter, after, query.limit).await?;
    Ok(Json(DeliveryPage { items, next_cursor }))
}

/// What would be written under other thresholds, by another field mapping, or out of imported history. Nothing is
/// written.
#[utoipa::path(tag = "deliveries", request_body = PreviewDeliveries, responses((status = 200, body = Plan)), extensions(("x-permission" = json!(DeliveriesWrite::NAME))))]
#[post("/deliveries/preview")]
async fn preview_deliveries(
    auth: Granted<DeliveriesWrite>,
    body: Json<PreviewDeliveries>,
) -> Result<Json<Plan>, Problem> {
    let tx = auth.db.begin().await?;
    Ok(Json(preview::plan(&tx, &body.0, auth.now).await?))
}

/// Tries one delivery again that failed for good or was discarded.
#[utoipa::path(tag = "deliveries", params(("id" = DeliveryId, Path)), responses((status = 202)), extensions(("x-permission" = json!(DeliveriesWrite::NAME))))]
#[post("/deliveries/{id}/retry")]
async fn retry_delivery(auth: Granted<DeliveriesWrite>, id: Path<DeliveryId>) -> Result<HttpResponse, Problem> {
    let tx = auth.db.begin().await?;
    let delivery = take(&tx, *id).await?;
    match delivery.state.as_str() {
        "dead_letter" | "discarded" => {}
        "undone" => return Err(Problem::conflict("It was undone, and stays undone.")),
        "delivered" => return Err(Problem::conflict("It is in the CRM already.")),
        _ => return Err(Problem::conflict("It is on its way already.")),
    }
    deliveries::retry(&tx, &delivery, auth.actor.member_id(), auth.now).await?;
    let entry = Entry::new(&auth.actor, "delivery.retried").from(&auth.origin).on(*id);
    audit::append(&tx, auth.now, entry).await?;
    tx.commit().await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Tries everything again that failed for good, or what a filter names.
#[utoipa::path(tag = "deliveries", request_body = RetryDeliveries, responses((status = 202, body = RetriedDeliveries)), extensions(("x-permission" = json!(DeliveriesWrite::NAME))))]
#[post("/deliveries/retry")]
async fn retry_deliveries(
    auth: Granted<DeliveriesWrite>,
    which: Json<RetryDeliveries>,
) -> Result<HttpResponse, Problem> {
    let RetryDeliveries {
        state,
        system,
        error_code,
    } = which.0;
    let state = match state.unwrap_or(DeliveryState::DeadLetter) {
        DeliveryState::DeadLetter => "dead_letter",
        DeliveryState::Discarded => "discarded",
        _ => {
            return Err(Problem::invalid(
                "state",
                "Only `dead_letter` and `discarded` can be tried again.",
            ));
        }
    };
    let filter = AgainFilter {
        state: Some(state),
        system,
        error_code,
        until: Some(auth.now),
        ..AgainFilter::default()
    };
    let mut retried = 0;
    loop {
        let tx = auth.db.begin().await?;
        let some = deliveries::of_filter(&tx, &filter, BATCH).await?;
        if some.is_empty() {
            return Ok(HttpResponse::Accepted().json(RetriedDeliveries { retried }));
        }
        for delivery in &some {
            deliveries::retry(&tx, delivery, auth.actor.member_id(), auth.now).await?;
        }
        let detail = json!({ "count": some.len(), "state": state, "system": filter.system, "code": filter.error_code });
        let entry = Entry::new(&auth.actor, "delivery.retried")
            .from(&auth.origin)
            .with(detail);
        audit::append(&tx, auth.now, entry).await?;
        tx.commit().await?;
        retried += some.len();
    }
}

/// Gives one delivery up that is not in the CRM, with the reason.
#[utoipa::path(tag = "deliveries", params(("id" = DeliveryId, Path)), request_body = DiscardDelivery, responses((status = 204)), extensions(("x-permission" = json!(DeliveriesWrite::NAME))))]
#[post("/deliveries/{id}/discard")]
async fn discard_delivery(
    auth: Granted<DeliveriesWrite>,
    id: Path<DeliveryId>,
    body: Json<DiscardDelivery>,
) -> Result<HttpResponse, Problem> {
    let tx = auth.db.begin().await?;
    let delivery = take(&tx, *id).await?;
    if matches!(delivery.state.as_str(), "delivered" | "undone" | "suppressed") {
        return Err(Problem::conflict(
            "There is nothing to give up. What is in the CRM can be undone instead.",
        ));
    }
    let reason = body.0.reason.trim();
    deliveries::discard(&tx, &delivery, reason, auth.now).await?;
    let entry = Entry::new(&auth.actor, "delivery.discarded")
        .from(&auth.origin)
        .on(*id)
        .with(json!({ "reason": reason }));
    audit::append(&tx, auth.now, entry).await?;
    tx.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes back what we created and nobody touched since: deletes it, or closes it where the CRM does not let us delete.
/// Says what cannot be taken back, and why. With `dry_run` nothing happens.
#[utoipa::path(tag = "deliveries", request_body = UndoDeliveries, responses((status = 200, body = UndoOutcome)), extensions(("x-permission" = json!(DeliveriesWrite::NAME))))]
#[post("/deliveries/undo")]
async fn undo_deliveries(
    auth: Granted<DeliveriesWrite>,
    body: Json<UndoDeliveries>,
) -> Result<Json<UndoOutcome>, Problem> {
    Ok(Json(undo_request::undo(&auth, &body.0).await?))
}

/// What the nightly comparisons of our deliveries with the CRMs came to, the latest first.
#[utoipa::path(tag = "deliveries", params(PageQuery), responses((status = 200, body = ReconciliationPage)), extensions(("x-permission" = json!(DeliveriesRead::NAME))))]
#[get("/reconciliations")]
async fn list_reconciliations(
    auth: Granted<DeliveriesRead>,
    page: Query<PageQuery>,
) -> Result<Json<ReconciliationPage>, Problem> {
    let after = Cursor::decode(page.cursor.as_deref())?;
    let tx = auth.db.begin().await?;
    let (items, next_cursor) = reconciliations(&tx, after, page.limit).await?;
    Ok(Json(ReconciliationPage { items, next_cursor }))
}

async fn take(tx: &crate::foundation::db::TenantTx, id: DeliveryId) -> Result<deliveries::Gone, Problem> {
    let filter = AgainFilter {
        id: Some(id),
        ..AgainFilter::default()
    };
    let found = deliveries::of_filter(tx, &filter, 1).await?.pop();
    found.ok_or_else(Problem::not_found)
}
