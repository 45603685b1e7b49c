//! The work that waits for a connection: one lane each, paused and resumed together.

use chrono::{DateTime, Utc};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};

use super::workspace::WORKSPACE_SYNC_QUEUE;
use crate::foundation::db::TenantTx;
use crate::foundation::ids::ConnectionId;
use crate::foundation::jobs::{self, NewJob};

/// The queue in which a CRM's accounts are read, one lane for each connection.
pub const CRM_IMPORT_QUEUE: &str = "crm_import";
/// The queue in which tokens are taken back at the vendor, one lane for each connection.
pub const REVOKE_QUEUE: &str = "connection_revoke";

/// The queue of what people are told. Connections only say that one was lost; the notices do the rest.
pub const NOTICES_QUEUE: &str = "notifications";
/// The kind of the job that has admins told of a lost connection.
pub const CONNECTION_LOST: &str = "connection_lost";

/// The queues whose lanes wait while a connection is refused: each lane begins with [`lane_prefix`].
const WAITING: [&str; 4] = ["delivery", CRM_IMPORT_QUEUE, "history_backfill", WORKSPACE_SYNC_QUEUE];

/// The queue that reads a CRM back; its lanes begin with the connection's id as the API writes it.
const SYNC_BACK: &str = "crm_sync";

/// Which CRM is to be read.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct CrmImportJob {
    /// The connection.
    pub connection_id: ConnectionId,
}

/// Whose tokens are to be taken back.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct RevokeJob {
    pub connection_id: ConnectionId,
}

/// Which connection was lost.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ConnectionLostJob {
    /// The connection.
    pub connection_id: ConnectionId,
    /// When the vendor refused its credential.
    pub lost_at: DateTime<Utc>,
}

/// The lanes of a connection begin with this.
pub fn lane_prefix(id: ConnectionId) -> String {
    format!("{}:", id.0)
}

/// Has the accounts and contacts behind a CRM connection read at `at`, or earlier where that is going to happen anyhow.
pub async fn import_accounts(
    tx: &TenantTx,
    id: ConnectionId,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let job = CrmImportJob { connection_id: id };
    enqueue_one(tx, CRM_IMPORT_QUEUE, id, &job, at, now).await
}

/// Has the tokens of a connection taken back at the vendor.
pub(super) async fn revoke(tx: &TenantTx, id: ConnectionId, now: DateTime<Utc>) -> Result<(), DbErr> {
    enqueue_one(tx, REVOKE_QUEUE, id, &RevokeJob { connection_id: id }, now, now).await
}

/// Has whoever administers told that the vendor refuses a connection.
pub(super) async fn tell_of_loss(tx: &TenantTx, id: ConnectionId, now: DateTime<Utc>) -> Result<(), DbErr> {
    let lost = ConnectionLostJob {
        connection_id: id,
        lost_at: now,
    };
    let job = NewJob::now(NOTICES_QUEUE, id.to_string(), CONNECTION_LOST, &lost, now);
    jobs::enqueue(tx, now, job).await.map(drop)
}

async fn enqueue_one(
    tx: &TenantTx,
    queue: &'static str,
    id: ConnectionId,
    payload: &impl Serialize,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let job = NewJob::now(queue, lane_prefix(id), queue, payload, now)
        .unique(id.to_string())
        .at(at);
    if jobs::enqueue(tx, now, job).await?.is_none() {
        jobs::hasten(tx, queue, &id.to_string(), at).await?;
    }
    Ok(())
}

/// Lets nothing of this connection run until [`resume`].
pub(super) async fn pause(tx: &TenantTx, id: ConnectionId, reason: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    for queue in WAITING {
        jobs::pause_lanes(tx, queue, &lane_prefix(id), reason, now).await?;
    }
    jobs::pause_lanes(tx, SYNC_BACK, &id.to_string(), reason, now).await
}

/// Lets what waited run again.
pub(super) async fn resume(tx: &TenantTx, id: ConnectionId) -> Result<(), DbErr> {
    for queue in WAITING {
        jobs::resume_lanes(tx, queue, &lane_prefix(id)).await?;
    }
    jobs::resume_lanes(tx, SYNC_BACK, &id.to_string()).await
}
