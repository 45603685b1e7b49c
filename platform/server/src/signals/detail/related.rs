//! What else is known about the same account: the chain that a signal belongs to, recent signals, CRM records.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{DbErr, FromQueryResult};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::control::access::Visibility;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::http::words;
use crate::foundation::ids::SignalId;
use crate::signals::filter::status_now;
use crate::signals::model::{Kind, Signal};
use crate::signals::store::word;

/// Older signals are the account's history, not this signal's surroundings.
const RECENT: TimeDelta = TimeDelta::days(90);
const MOST: i64 = 10;

words! {
    /// What a related record is.
    pub enum RelatedType {
        /// A signal of ours.
        Signal = "signal",
        /// A task in the CRM.
        Task = "task",
        /// An opportunity in the CRM.
        Opportunity = "opportunity",
    }
}

/// Something that belongs to the same account.
#[derive(Debug, Serialize, ToSchema)]
pub struct RelatedRecord {
    /// What it is.
    #[serde(rename = "type")]
    pub record_type: RelatedType,
    /// The signal's id, or the CRM's.
    pub id: String,
    /// A short title.
    pub title: String,
    /// A signal's kind.
    pub kind: Option<Kind>,
    /// A signal's state.
    pub status: Option<String>,
    /// When it was said, or written.
    pub at: DateTime<Utc>,
    /// Where a person can look at it.
    pub url: Option<String>,
}

#[derive(FromQueryResult)]
struct SignalRow {
    id: SignalId,
    title: String,
    kind: String,
    status: String,
    posted_at: DateTime<Utc>,
}

#[derive(FromQueryResult)]
struct RecordRow {
    record_type: String,
    record_id: String,
    record_url: Option<String>,
    title: String,
    delivered_at: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
}

pub(super) async fn load(
    tx: &TenantTx,
    signal: &Signal,
    visibility: Visibility,
    now: DateTime<Utc>,
) -> Result<Vec<RelatedRecord>, DbErr> {
    let signals = signals(tx, signal, visibility, now).await?;
    let ids: Vec<Uuid> = signals.iter().map(|row| row.id.0).collect();
    let records: Vec<RecordRow> = Sql::new(
        "SELECT d.record_type, d.record_id, d.record_url, s.title, d.delivered_at, d.updated_at
           FROM deliveries AS d JOIN signals AS s ON s.tenant_id = d.tenant_id AND s.id = d.signal_id
          WHERE d.tenant_id = $1 AND d.signal_id = ANY($2) AND d.record_id IS NOT NULL AND d.state <> 'undone'
            AND d.record_type IN ('task', 'opportunity')
          ORDER BY d.updated_at DESC",
    )
    .bind(tx.tenant_id())
    .bind(ids)
    .all(tx)
    .await?;
    let signals = signals.into_iter().map(|row| {
        Ok(RelatedRecord {
            record_type: RelatedType::Signal,
            id: row.id.to_string(),
            title: row.title,
            kind: Some(word(&row.kind)?),
            status: Some(row.status),
            at: row.posted_at,
            url: None,
        })
    });
    let records = records.into_iter().map(|row| {
        Ok(RelatedRecord {
            record_type: word(&row.record_type)?,
            id: row.record_id,
            title: row.title,
            kind: None,
            status: None,
            at: row.delivered_at.unwrap_or(row.updated_at),
            url: row.record_url,
        })
    });
    signals.chain(records).collect()
}

/// The signal it continues, those that continue it, and the account's recent ones; the chain first.
async fn signals(
    tx: &TenantTx,
    signal: &Signal,
    visibility: Visibility,
    now: DateTime<Utc>,
) -> Result<Vec<SignalRow>, DbErr> {
    let sql = Sql::new(format!(
        "SELECT s.id, s.title, s.kind, {} AS status, s.posted_at FROM signals AS s
          WHERE s.tenant_id = $1 AND s.id <> $2
            AND (s.id = $3 OR s.parent_id = $2 OR (s.account_id = $4 AND s.posted_at >= $5))",
        status_now(now)
    ))
    .bind(tx.tenant_id())
    .bind(signal.id)
    .bind(signal.parent_id)
    .bind(signal.account.as_ref().map(|account| account.id))
    .bind(signal.posted_at - RECENT);
    visibility
        .limit_signals(sql, "s")
        .push(&format!(
            " ORDER BY (s.id IS NOT DISTINCT FROM $3 OR s.parent_id IS NOT DISTINCT FROM $2) DESC, s.posted_at DESC LIMIT {MOST}"
        ))
        .all(tx)
        .await
}
