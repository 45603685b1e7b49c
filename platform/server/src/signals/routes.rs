use actix_web::{get, post};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions::{self, SignalAction};
use super::counts::{self, SignalCounts};
use super::detail::{self, SignalDetail};
use super::filter::SignalFilter;
use super::model::SignalPage;
use super::store::{self, Sort};
use super::views;
use crate::control::access::{Granted, Permit, SignalsAct, SignalsRead, Visibility};
use crate::foundation::http::{Cursor, Json, PageSize, Path, Problem, Query};
use crate::foundation::ids::SignalId;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_signals)
        .service(count_signals)
        .service(get_signal)
        .service(act_on_signal)
        .service(super::live::open_stream);
}

#[derive(Debug, Deserialize, IntoParams, garde::Validate)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
struct FeedQuery {
    /// The order; `newest` when not given.
    #[serde(default = "newest")]
    #[param(value_type = Option<Sort>, inline)]
    sort: Sort,
    /// How many signals at most, 1 to 100; 50 when not given.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: PageSize,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

fn newest() -> Sort {
    Sort::Newest
}

/// The feed: signals under a filter, in pages.
#[utoipa::path(tag = "signals", params(SignalFilter, FeedQuery), responses((status = 200, body = SignalPage)), extensions(("x-permission" = json!(SignalsRead::NAME))))]
#[get("/signals")]
async fn list_signals(
    auth: Granted<SignalsRead>,
    filter: Query<SignalFilter>,
    page: Query<FeedQuery>,
) -> Result<Json<SignalPage>, Problem> {
    let after = Cursor::decode(page.cursor.as_deref())?;
    let tx = auth.db.begin().await?;
    let (items, next_cursor) =
        store::page(&tx, &filter, auth.visibility, page.sort, after, page.limit, auth.now).await?;
    Ok(Json(SignalPage { items, next_cursor }))
}

/// How many signals there are under a filter, by kind, state, account, member and channel. Each of these lists ignores
/// its own filter.
#[utoipa::path(tag = "signals", params(SignalFilter), responses((status = 200, body = SignalCounts)), extensions(("x-permission" = json!(SignalsRead::NAME))))]
#[get("/signals/counts")]
async fn count_signals(auth: Granted<SignalsRead>, filter: Query<SignalFilter>) -> Result<Json<SignalCounts>, Problem> {
    let tx = auth.db.begin().await?;
    Ok(Json(counts::count(&tx, &filter, auth.visibility, auth.now).await?))
}

/// One signal with its message, context, related records, deliveries and history. That it was looked at is audited.
#[utoipa::path(tag = "signals", params(("id" = SignalId, Path)), responses((status = 200, body = SignalDetail)), extensions(("x-permission" = json!(SignalsRead::NAME))))]
#[get("/signals/{id}")]
async fn get_signal(auth: Granted<SignalsRead>, id: Path<SignalId>) -> Result<Json<SignalDetail>, Problem> {
    let tx = auth.db.begin().await?;
    let detail = detail::load(&tx, auth.visibility, *id, auth.now)
        .await?
        .ok_or_else(Problem::not_found)?;
    views::record(&tx, &auth.actor, &auth.origin, *id, auth.now).await?;
    tx.commit().await?;
    Ok(Json(detail))
}

/// Does something about a signal, and answers what it is then.
#[utoipa::path(tag = "signals", params(("id" = SignalId, Path)), request_body = SignalAction, responses((status = 200, body = SignalDetail)), extensions(("x-permission" = json!(SignalsAct::NAME))))]
#[post("/signals/{id}/actions")]
async fn act_on_signal(
    auth: Granted<SignalsAct>,
    id: Path<SignalId>,
    action: Json<SignalAction>,
) -> Result<Json<SignalDetail>, Problem> {
    let tx = auth.db.begin().await?;
    actions::act(&tx, &auth, *id, action.0).await?;
    // Whoever gives a signal away still gets to see what they did.
    let detail = detail::load(&tx, Visibility::All, *id, auth.now)
        .await?
        .ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    Ok(Json(detail))
}
