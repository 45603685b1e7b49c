//! Alerts that were posted about a signal follow it. Signals only say that they changed; the Slack app does the rest.

use chrono::{DateTime, Utc};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};

use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::SignalId;
use crate::foundation::jobs::{self, NewJob};

/// The queue of everything that the Slack app does.
pub const SLACK_APP_QUEUE: &str = "slack_app";
/// The kind of the job that brings a signal's posted alerts up to date.
pub const REFRESH: &str = "refresh";

/// Whose alerts are to be brought up to date.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct RefreshJob {
    /// The signal.
    pub signal_id: SignalId,
}

/// Brings the alerts posted about `signal` up to date soon; does nothing where none was posted.
pub async fn refresh(tx: &TenantTx, signal: SignalId, now: DateTime<Utc>) -> Result<(), DbErr> {
    enqueue(tx, signal, format!("signal/{signal}"), now, now).await
}

/// Does the same at a later time, at which the signal changes by itself.
pub(super) async fn refresh_at(
    tx: &TenantTx,
    signal: SignalId,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    // A lane waits for its head, so what lies in the future has one of its own.
    enqueue(tx, signal, format!("wake/{signal}/{}", at.timestamp()), at, now).await
}

async fn enqueue(
    tx: &TenantTx,
    signal: SignalId,
    lane: String,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let is_posted = Sql::new("SELECT true AS value FROM slack_alerts WHERE tenant_id = $1 AND signal_id = $2 LIMIT 1")
        .bind(tx.tenant_id())
        .bind(signal)
        .scalar::<bool>(tx)
        .await?;
    if is_posted.is_none() {
        return Ok(());
    }
    let job = NewJob::now(SLACK_APP_QUEUE, lane, REFRESH, &RefreshJob { signal_id: signal }, now).at(at);
    jobs::enqueue(tx, now, job).await.map(drop)
}
