//! What became of a delivery, stored with everything that follows from it.

use chrono::{DateTime, TimeDelta, Utc};
use momentum_connectors::ConnectorError;
use sea_orm::DbErr;
use serde_json::json;

use super::account_fields;
use super::row::Row;
use super::write::{Record, Wrote};
use crate::control::connections;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{AccountId, ConnectionId, DeliveryId, SignalId};
use crate::foundation::jobs::Failure;
use crate::foundation::stream::{StreamEvent, append};
use crate::signals::alerts;
use crate::signals::deliveries::{self, JobKind};

/// Stores that it is written. Somebody may have undone it while it was: then it is taken back at once.
pub(super) async fn delivered(
    tx: &TenantTx,
    row: &Row,
    wrote: &Wrote,
    attempts: i32,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let (connection, account) = (row.connection_id, row.account_id);
    let record = match wrote {
        Wrote::Record(record) => Some(record),
        Wrote::Fields(change) => {
            account_fields::remember(tx, row, change, now).await?;
            None
        }
        Wrote::NoAccount => return wait_for_account(tx, row, now).await,
        Wrote::Nothing { reason } => return settle(tx, row, "discarded", reason, now).await,
    };
    let was_undone: Option<bool> = Sql::new(
        "UPDATE deliveries AS d SET state = 'delivered', record_object = $4, record_id = $5, record_url = $6, attempts = $7, \
            delivered_at = $8, updated_at = $8, next_attempt_at = NULL, error_code = NULL, error_field = NULL, error_message = NULL, \
            reason = $9, outcome = $10, detail = d.detail || $11, \
            undo_state = CASE WHEN d.state = 'undone' THEN 'requested' ELSE d.undo_state END
           FROM (SELECT state FROM deliveries WHERE tenant_id = $1 AND signal_detected_at = $2 AND id = $3 FOR UPDATE) AS before
          WHERE d.tenant_id = $1 AND d.signal_detected_at = $2 AND d.id = $3 RETURNING before.state = 'undone' AS value",
    )
    .bind(tx.tenant_id())
    .bind(row.signal_detected_at)
    .bind(row.id)
    .bind(record.map(|record| record.object.clone()).filter(|object| !object.is_empty()))
    .bind(record.map(|record| record.id.clone()))
    .bind(record.and_then(|record| record.url.clone()))
    .bind(attempts)
    .bind(now)
    .bind(record.and_then(twins))
    .bind(record.map_or("updated", |record| record.outcome))
    .bind(wrote.detail())
    .scalar(tx)
    .await?;
    if let (Some(true), Some(connection), Some(account)) = (was_undone, connection, account) {
        let detected_at = row.signal_detected_at;
        deliveries::enqueue_kind(tx, JobKind::Undo, row.id, detected_at, connection, account, now).await?;
    }
    if let (Some(comment), Some(signal)) = (record.and_then(|record| record.comment.as_ref()), row.signal_id) {
        deliveries::request_note(tx, signal, "linked", comment, None, now).await?;
    }
    tell_delivery(tx, row, now).await
}

fn twins(record: &Record) -> Option<String> {
    (!record.twins.is_empty()).then(|| {
        format!(
            "the CRM holds other records with the same signal: {}",
            record.twins.join(", ")
        )
    })
}

/// The account left the CRM between the request and now. What is no longer wanted stays so.
async fn wait_for_account(tx: &TenantTx, row: &Row, now: DateTime<Utc>) -> Result<(), DbErr> {
    if row.signal_id.is_none() {
        return settle(tx, row, "discarded", "The account is not in the CRM any more.", now).await;
    }
    settle(
        tx,
        row,
        "waiting_for_mapping",
        "The account is not in the CRM (yet).",
        now,
    )
    .await
}

async fn settle(tx: &TenantTx, row: &Row, state: &str, reason: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE deliveries SET state = $4, reason = $5, updated_at = $6, next_attempt_at = NULL
          WHERE tenant_id = $1 AND signal_detected_at = $2 AND id = $3 AND state = 'pending'",
    )
    .bind(tx.tenant_id())
    .bind(row.signal_detected_at)
    .bind(row.id)
    .bind(state)
    .bind(reason)
    .bind(now)
    .execute(tx)
    .await?;
    tell_delivery(tx, row, now).await
}

/// Stores the vendor's words, and says what its error means for the job.
pub(super) async fn failed(
    tx: &TenantTx,
    row: &Row,
    connection: ConnectionId,
    error: ConnectorError,
    attempts: i32,
    now: DateTime<Utc>,
) -> Result<Failure, DbErr> {
    let (code, field, message) = match &error {
        ConnectorError::Rejected { field, code, message } => (Some(code.clone()), field.clone(), message.clone()),
        ConnectorError::Unauthorized { message }
        | ConnectorError::RateLimited { message, .. }
        | ConnectorError::Transient { message, .. } => (None, None, message.clone()),
    };
    Sql::new(
        "UPDATE deliveries SET error_code = $4, error_field = $5, error_message = $6, attempts = $7, updated_at = $8
          WHERE tenant_id = $1 AND signal_detected_at = $2 AND id = $3",
    )
    .bind(tx.tenant_id())
    .bind(row.signal_detected_at)
    .bind(row.id)
    .bind(code)
    .bind(field)
    .bind(message.as_str())
    .bind(attempts)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(match error {
        ConnectorError::Unauthorized { message } => {
            connections::mark_disconnected(tx, connection, &message, now).await?;
            Failure::Postpone {
                until: now,
                reason: format!("the CRM refused our credential: {message}"),
            }
        }
        ConnectorError::RateLimited { retry_after, message } => {
            connections::mark_error(tx, connection, &message, now).await?;
            let wait = TimeDelta::from_std(retry_after).unwrap_or(TimeDelta::minutes(1));
            Failure::Postpone {
                until: now + wait,
                reason: format!("the CRM asks us to wait: {message}"),
            }
        }
        ConnectorError::Transient { message, .. } => {
            connections::mark_error(tx, connection, &message, now).await?;
            Failure::Retry {
                after: None,
                reason: message,
            }
        }
        ConnectorError::Rejected { code, message, .. } => {
            tracing::info!(delivery.id = %row.id, code, "the CRM refused a record");
            Failure::DeadLetter { reason: message }
        }
    })
}

/// Stores that a person must look; answers whose it is. A failed undo leaves the delivery as it is: written. Of one that
/// was stopped it is not known whether an earlier try wrote it.
pub(super) async fn dead(
    tx: &TenantTx,
    id: DeliveryId,
    signal_detected_at: DateTime<Utc>,
    reason: &str,
    attempts: i32,
    now: DateTime<Utc>,
) -> Result<Option<SignalId>, DbErr> {
    Sql::new(
        "UPDATE deliveries SET reason = $4, attempts = $5, updated_at = $6, next_attempt_at = NULL,
            state = CASE state WHEN 'pending' THEN 'dead_letter' ELSE state END,
            undo_state = CASE state WHEN 'undone' THEN 'refused' ELSE undo_state END,
            undo_reason = CASE state WHEN 'undone' THEN $4 ELSE undo_reason END
          WHERE tenant_id = $1 AND signal_detected_at = $2 AND id = $3
            AND (state = 'pending' OR (state = 'undone' AND delivered_at IS NULL)) RETURNING signal_id AS value",
    )
    .bind(tx.tenant_id())
    .bind(signal_detected_at)
    .bind(id)
    .bind(reason)
    .bind(attempts)
    .bind(now)
    .scalar::<Option<SignalId>>(tx)
    .await
    .map(Option::flatten)
}

/// Tells open pages that a delivery changed.
pub(super) async fn tell_delivery(tx: &TenantTx, row: &Row, at: DateTime<Utc>) -> Result<(), DbErr> {
    match row.signal_id {
        Some(signal) => tell(tx, "signal.updated", Some(signal), row.account_id, at).await,
        None => Ok(()),
    }
}

/// Tells open pages that something of a signal changed, and has the alerts posted about it follow.
pub(super) async fn tell(
    tx: &TenantTx,
    kind: &'static str,
    signal: Option<SignalId>,
    account: Option<AccountId>,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    if let Some(signal) = signal.filter(|_| kind == "signal.updated") {
        alerts::refresh(tx, signal, at).await?;
    }
    let data = json!({ "signal_id": signal, "account_id": account });
    let event = StreamEvent {
        kind,
        account_id: account,
        data,
        at,
    };
    append(tx, event);
    Ok(())
}
