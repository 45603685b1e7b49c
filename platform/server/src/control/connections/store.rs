//! The SQL of connections and their credentials.

use chrono::{DateTime, Utc};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::ConnectionError;
use super::model::{Credential, NewConnection, Vendor};
use super::workspace::sync_workspace;
use crate::foundation::context::Clock;
use crate::foundation::crypto::Sealer;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::ConnectionId;
use crate::foundation::jobs::{self, NewJob};
use crate::foundation::stream::{StreamEvent, append};

/// Makes a connection, or renews the one to the same workspace or org: its queue goes on where it stopped.
pub async fn connect(
    tx: &TenantTx,
    sealer: &Sealer,
    clock: &Clock,
    new: &NewConnection,
) -> Result<ConnectionId, ConnectionError> {
    let now = clock.now();
    let id: Option<Uuid> = Sql::new(
        "INSERT INTO connections (tenant_id, id, vendor, name, external_id, settings, last_success_at, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $7)
         ON CONFLICT (tenant_id, vendor, external_id) DO UPDATE SET name = EXCLUDED.name,
            settings = connections.settings || EXCLUDED.settings, status = 'connected', status_reason = NULL,
            last_success_at = EXCLUDED.last_success_at, updated_at = EXCLUDED.updated_at
         RETURNING id AS value",
    )
    .bind(tx.tenant_id())
    .bind(ConnectionId::generate())
    .bind(new.vendor.as_str())
    .bind(new.name.as_str())
    .bind(new.external_id.as_str())
    .bind(new.settings.clone())
    .bind(now)
    .scalar(tx)
    .await?;
    let id = ConnectionId(id.ok_or_else(|| DbErr::Custom("a connection was not written".to_owned()))?);
    write_credential(tx, sealer, clock, id, &new.credential).await?;
    Sql::new("UPDATE ingest_gaps SET ended_at = $3 WHERE tenant_id = $1 AND connection_id = $2 AND ended_at IS NULL")
        .bind(tx.tenant_id())
        .bind(id)
        .bind(now)
        .execute(tx)
        .await?;
    jobs::resume_lanes(tx, "delivery", &lane_prefix(id)).await?;
    match new.vendor {
        Vendor::Slack => sync_workspace(tx, id, now, now).await?,
        _ => import_accounts(tx, id, now, now).await?,
    }
    tell(tx, id, "connected", now).await?;
    Ok(id)
}

/// The queue in which a CRM's accounts are read, one lane for each connection.
pub const CRM_IMPORT_QUEUE: &str = "crm_import";

/// Which CRM is to be read.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct CrmImportJob {
    /// The connection.
    pub connection_id: ConnectionId,
}

/// Has the accounts and contacts behind a CRM connection read at `at`, unless that is going to happen anyhow.
pub async fn import_accounts(
    tx: &TenantTx,
    id: ConnectionId,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let job = NewJob::now(
        CRM_IMPORT_QUEUE,
        lane_prefix(id),
        "crm_import",
        &CrmImportJob { connection_id: id },
        now,
    )
    .unique(id.to_string())
    .at(at);
    jobs::enqueue(tx, now, job).await.map(drop)
}

/// The lanes of a connection's deliveries begin with this.
pub fn lane_prefix(id: ConnectionId) -> String {
    format!("{}:", id.0)
}

fn purpose(id: ConnectionId) -> String {
    format!("credential of {id}")
}

/// Seals and stores a credential in place of the former one.
pub(super) async fn write_credential(
    tx: &TenantTx,
    sealer: &Sealer,
    clock: &Clock,
    id: ConnectionId,
    credential: &Credential,
) -> Result<(), ConnectionError> {
    let sealed = sealer.seal(tx, clock, &purpose(id), &credential.to_secret()?).await?;
    Sql::new(
        "INSERT INTO credentials (tenant_id, connection_id, sealed, expires_at, updated_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (tenant_id, connection_id) DO UPDATE \
            SET sealed = EXCLUDED.sealed, expires_at = EXCLUDED.expires_at, updated_at = EXCLUDED.updated_at",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(sealed)
    .bind(credential.expires_at)
    .bind(clock.now())
    .execute(tx)
    .await?;
    Ok(())
}

/// Opens a connection's credential. With `lock`, whoever else wants to change it waits until the transaction ends.
pub(super) async fn read_credential(
    tx: &TenantTx,
    sealer: &Sealer,
    id: ConnectionId,
    lock: bool,
) -> Result<Option<Credential>, ConnectionError> {
    let sealed: Option<Vec<u8>> =
        Sql::new("SELECT sealed AS value FROM credentials WHERE tenant_id = $1 AND connection_id = $2")
            .bind(tx.tenant_id())
            .bind(id)
            .push(if lock { " FOR UPDATE" } else { "" })
            .scalar(tx)
            .await?;
    let Some(sealed) = sealed else { return Ok(None) };
    let secret = sealer.open(tx, &purpose(id), &sealed).await?;
    Ok(Some(Credential::from_secret(&secret)?))
}

/// The other side answered.
pub async fn mark_success(tx: &TenantTx, id: ConnectionId, now: DateTime<Utc>) -> Result<(), DbErr> {
    let recovered = Sql::new(
        "UPDATE connections SET last_success_at = $3, \
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
        tell(tx, id, "connected", now).await?;
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
    tell(tx, id, "degraded", now).await
}

/// The other side does not accept our credential any more: its queue waits until somebody connects again.
pub async fn mark_disconnected(
    tx: &TenantTx,
    id: ConnectionId,
    message: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE connections SET status = 'disconnected', status_reason = $4, last_error_at = $3, last_error = $4, updated_at = $3 \
          WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(now)
    .bind(message)
    .execute(tx)
    .await?;
    jobs::pause_lanes(tx, "delivery", &lane_prefix(id), message, now).await?;
    tell(tx, id, "disconnected", now).await
}

async fn tell(tx: &TenantTx, id: ConnectionId, status: &str, at: DateTime<Utc>) -> Result<(), DbErr> {
    let data = json!({ "connection_id": id, "status": status });
    append(
        tx,
        StreamEvent {
            kind: "connection.updated",
            account_id: None,
            data,
            at,
        },
    )
    .await
    .map(drop)
}
