//! How a connection is doing: what its calls came to, told to open pages and kept for the next look.

use chrono::{DateTime, Utc};
use momentum_connectors::crm;
use sea_orm::DbErr;
use serde_json::json;

use super::{Quota, queues};
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::ConnectionId;
use crate::foundation::stream::{StreamEvent, append};

/// The other side answered.
pub async fn mark_success(tx: &TenantTx, id: ConnectionId, now: DateTime<Utc>) -> Result<(), DbErr> {
    let recovered = Sql::new(
        "UPDATE connections SET last_success_at = $3, circuit_open_until = NULL, \
            status = CASE WHEN status = 'degraded' THEN 'connected' ELSE status END, \
            status_reason = CASE WHEN status = 'degraded' THEN NULL ELSE status_reason END \
          WHERE tenant_id = $1 AND id = $2 AND (last_success_at IS NULL OR last_success_at < $3 - interval '5 seconds' OR status = 'degraded')",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(now)
    .execute(tx)
    .await?;
    if recovered > 0 {
        tell(tx, id, "connected", now);
    }
    Ok(())
}

/// The other side could not answer, in its words.
pub async fn mark_error(tx: &TenantTx, id: ConnectionId, message: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE connections SET last_error_at = $3, last_error = $4, updated_at = $3, \
            status = CASE WHEN status = 'connected' THEN 'degraded' ELSE status END, \
            status_reason = CASE WHEN status = 'connected' THEN $4 ELSE status_reason END \
          WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(now)
    .bind(message)
    .execute(tx)
    .await?;
    tell(tx, id, "degraded", now);
    Ok(())
}

/// The other side is left alone until `until`, because it failed too often in a row.
pub async fn mark_circuit_open(tx: &TenantTx, id: ConnectionId, until: DateTime<Utc>) -> Result<(), DbErr> {
    let set = "UPDATE connections SET circuit_open_until = $3 WHERE tenant_id = $1 AND id = $2";
    let set = Sql::new(set).bind(tx.tenant_id()).bind(id).bind(until);
    set.execute(tx).await.map(drop)
}

/// Keeps what the vendor last said of the budget of calls, for whichever process is asked next.
pub async fn keep_quota(tx: &TenantTx, id: ConnectionId, quota: Option<crm::Quota>) -> Result<(), DbErr> {
    let Some(quota) = quota else { return Ok(()) };
    let set = "UPDATE connections SET quota = $3 WHERE tenant_id = $1 AND id = $2";
    let set = Sql::new(set)
        .bind(tx.tenant_id())
        .bind(id)
        .bind(json!(Quota::from(quota)));
    set.execute(tx).await.map(drop)
}

/// The other side does not accept our credential any more: its queues wait until somebody connects again. Told once,
/// to open pages and to whoever administers, however many calls find it out.
pub async fn mark_disconnected(
    tx: &TenantTx,
    id: ConnectionId,
    message: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let changed = Sql::new(
        "UPDATE connections SET status = 'disconnected', status_reason = $4, last_error_at = $3, last_error = $4, updated_at = $3 \
          WHERE tenant_id = $1 AND id = $2 AND status <> 'disconnected'",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(now)
    .bind(message)
    .execute(tx)
    .await?;
    queues::pause(tx, id, message, now).await?;
    if changed == 0 {
        return Ok(());
    }
    queues::tell_of_loss(tx, id, now).await?;
    tell(tx, id, "disconnected", now);
    Ok(())
}

/// A person gave the connection up: not the vendor's error, and said whatever it was before.
pub(super) async fn mark_given_up(
    tx: &TenantTx,
    id: ConnectionId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE connections SET status = 'disconnected', status_reason = $4, given_up_at = $3, updated_at = $3 WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(now)
    .bind(reason)
    .execute(tx)
    .await?;
    queues::pause(tx, id, reason, now).await?;
    tell(tx, id, "disconnected", now);
    Ok(())
}

/// The credential is good (again): what waited goes on where it stopped.
pub(super) async fn mark_connected(tx: &TenantTx, id: ConnectionId, now: DateTime<Utc>) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE connections SET status = 'connected', status_reason = NULL, circuit_open_until = NULL, last_success_at = $3, \
            updated_at = $3 WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(now)
    .execute(tx)
    .await?;
    Sql::new("UPDATE ingest_gaps SET ended_at = $3 WHERE tenant_id = $1 AND connection_id = $2 AND ended_at IS NULL")
        .bind(tx.tenant_id())
        .bind(id)
        .bind(now)
        .execute(tx)
        .await?;
    queues::resume(tx, id).await?;
    tell(tx, id, "connected", now);
    Ok(())
}

fn tell(tx: &TenantTx, id: ConnectionId, status: &str, at: DateTime<Utc>) {
    let data = json!({ "connection_id": id, "status": status });
    append(
        tx,
        StreamEvent {
            kind: "connection.updated",
            account_id: None,
            data,
            at,
        },
    );
}
