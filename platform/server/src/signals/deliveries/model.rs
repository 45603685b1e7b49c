//! The words of deliveries.

use chrono::{DateTime, Utc};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};

use crate::foundation::db::TenantTx;
use crate::foundation::http::words;
use crate::foundation::ids::{ConnectionId, DeliveryId};
use crate::foundation::jobs::{self, NewJob};

/// The queue in which deliveries are made and undone, one lane for each connection and account.
pub const QUEUE: &str = "delivery";

/// The queue in which we read back from CRMs what became of what we wrote, one lane for each connection.
pub const CRM_SYNC_QUEUE: &str = "crm_sync";

words! {
    /// What is written.
    pub enum RecordType {
        /// Something to do, for the account's owner.
        Task = "task",
        /// A deal.
        Opportunity = "opportunity",
        /// Words on the timeline.
        Note = "note",
        /// Fields of the account itself.
        AccountFields = "account_fields",
    }
}

/// What a job of the delivery queue does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobKind {
    /// Writes.
    Deliver,
    /// Takes back what was written.
    Undo,
}

impl JobKind {
    /// The job's kind in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deliver => "deliver",
            Self::Undo => "undo",
        }
    }

    /// A delivery has one pending job of each kind at most.
    pub(super) fn key(self, delivery: DeliveryId) -> String {
        match self {
            Self::Deliver => delivery.to_string(),
            Self::Undo => format!("undo {delivery}"),
        }
    }
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requested {
    /// It will be written.
    Enqueued(DeliveryId),
    /// It will be written once the signal's account is known in the CRM.
    WaitingForMapping(DeliveryId),
    /// It was requested before, and is on its way, there, or was undone.
    AlreadyThere(DeliveryId),
    /// No CRM is connected.
    NoConnection,
}

/// What the delivery job carries.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct DeliveryJob {
    /// The delivery.
    pub delivery_id: DeliveryId,
    /// Its partition.
    pub signal_detected_at: DateTime<Utc>,
}

/// What a note says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NoteDetail {
    /// One line.
    pub title: String,
    /// The words; lines about the signal follow them.
    pub text: String,
    /// The opportunity of the CRM that it belongs to; the signal's account when there is none.
    #[serde(default)]
    pub opportunity_id: Option<String>,
}

/// Which CRM is to be read back.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct CrmSyncJob {
    /// The connection.
    pub connection_id: ConnectionId,
}

/// Has what changed in a CRM read back at `at`, or earlier where that is going to happen anyhow.
pub async fn request_sync(
    tx: &TenantTx,
    connection: ConnectionId,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let payload = CrmSyncJob {
        connection_id: connection,
    };
    let job = NewJob::now(CRM_SYNC_QUEUE, connection.to_string(), "sync_back", &payload, now)
        .unique(connection.to_string())
        .at(at);
    if jobs::enqueue(tx, now, job).await?.is_none() {
        jobs::hasten(tx, CRM_SYNC_QUEUE, &connection.to_string(), at).await?;
    }
    Ok(())
}
