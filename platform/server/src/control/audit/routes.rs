use actix_web::get;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{AuditEntryPage, AuditVerification};
use super::store::{self, Filter};
use crate::control::access::{AuditRead, Granted, Permit};
use crate::foundation::http::{Cursor, Json, PageSize, Problem, Query};
use crate::foundation::ids::{ApiKeyId, MemberId};

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_audit_entries).service(verify_audit_entries);
}

#[derive(Debug, Deserialize, IntoParams, garde::Validate)]
#[into_params(parameter_in = Query)]
struct AuditQuery {
    /// Only what this member (`mem_…`) or key (`key_…`) did.
    #[garde(skip)]
    actor: Option<String>,
    /// Only this action (`signal.viewed`), or all on one kind of object (`signal`).
    #[garde(length(max = 100))]
    action: Option<String>,
    /// How many entries at most, 1 to 100; 50 when not given.
    #[serde(default)]
    #[garde(skip)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: PageSize,
    /// `next_cursor` of the page before.
    #[garde(skip)]
    cursor: Option<String>,
}

/// Who did and saw what, newest first.
#[utoipa::path(tag = "audit", params(AuditQuery), responses((status = 200, body = AuditEntryPage)), extensions(("x-permission" = json!(AuditRead::NAME))))]
#[get("/audit-entries")]
async fn list_audit_entries(
    auth: Granted<AuditRead>,
    query: Query<AuditQuery>,
) -> Result<Json<AuditEntryPage>, Problem> {
    let filter = Filter {
        actor_id: query.actor.as_deref().map(actor_id).transpose()?,
        action: query.action.clone(),
        before: Cursor::decode(query.cursor.as_deref())?,
    };
    let tx = auth.db.begin().await?;
    let rows = store::list(&tx, &filter, query.limit.fetch()).await?;
    let (rows, next_cursor) = query.limit.cut(rows, |(seq, _)| *seq);
    Ok(Json(AuditEntryPage {
        items: rows.into_iter().map(|(_, entry)| entry).collect(),
        next_cursor,
    }))
}

/// Recomputes the chain of all entries and says whether one was changed or is missing.
#[utoipa::path(tag = "audit", responses((status = 200, body = AuditVerification)), extensions(("x-permission" = json!(AuditRead::NAME))))]
#[get("/audit-entries/verification")]
async fn verify_audit_entries(auth: Granted<AuditRead>) -> Result<Json<AuditVerification>, Problem> {
    let tx = auth.db.begin().await?;
    Ok(Json(store::verify(&tx).await?))
}

fn actor_id(text: &str) -> Result<uuid::Uuid, Problem> {
    let member = text.parse::<MemberId>().map(|id| id.0);
    let id = member.or_else(|_| text.parse::<ApiKeyId>().map(|id| id.0));
    id.map_err(|_| Problem::invalid("actor", "Expected an id that begins with `mem_` or `key_`."))
}
