//! Taking back what we wrote and nobody touched since.

use chrono::{DateTime, Utc};
use momentum_connectors::Crm;
use momentum_connectors::crm::Removal;
use sea_orm::DbErr;
use serde_json::json;

use super::account_fields::{self, Change};
use super::outcome::tell_delivery;
use super::row::Row;
use super::write::WriteError;
use crate::control::access::Actor;
use crate::control::audit::{self, Entry};
use crate::foundation::db::{Sql, TenantDb, TenantTx};
use crate::foundation::ids::{AccountId, ConnectionId, DeliveryId};
use crate::signals::deliveries::{self, JobKind, RecordType};

/// What taking back came to.
#[derive(Debug)]
pub(super) enum Undone {
    /// The record is deleted, or the fields say what they said before.
    Back,
    /// We may not delete there, so it was closed.
    Closed,
    /// It was gone already.
    Gone,
    /// Nothing was done, for this reason.
    Refused(String),
}

/// Has a delivery taken back, in its account's lane.
pub(super) async fn enqueue(
    tx: &TenantTx,
    id: DeliveryId,
    signal_detected_at: DateTime<Utc>,
    connection: ConnectionId,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    deliveries::enqueue_kind(tx, JobKind::Undo, id, signal_detected_at, connection, account, now).await
}

/// Takes back what `row` wrote.
pub(super) async fn take_back(db: &TenantDb, crm: &dyn Crm, row: &Row) -> Result<Undone, WriteError> {
    if row.record_type()? == RecordType::AccountFields {
        let change = Change::of(row)?;
        let Some(account) = row.crm_account_id.as_deref() else {
            return Ok(Undone::Gone);
        };
        let touched = account_fields::restore(crm, account, &change).await?;
        return Ok(match touched {
            Some(field) => Undone::Refused(format!("Somebody changed {field} since.")),
            None => Undone::Back,
        });
    }
    let others = others_linked(db, row).await?;
    if others > 0 {
        let reason = format!("{others} more of your signals are linked to this opportunity.");
        return Ok(Undone::Refused(reason));
    }
    let Some(record) = row.record(crm.system()) else {
        return Ok(Undone::Refused("It is not known which record it is.".to_owned()));
    };
    // A record that was found there may be older than its delivery; whoever changed it since then counts.
    let since = match row.outcome.as_deref() {
        Some("already_there") => row.signal_detected_at,
        _ => row.delivered_at.unwrap_or(row.signal_detected_at),
    };
    Ok(match crm.remove(&record, since).await? {
        Removal::Deleted => Undone::Back,
        Removal::Closed => Undone::Closed,
        Removal::Gone => Undone::Gone,
        Removal::TouchedSince { at } => Undone::Refused(format!(
            "Somebody changed it in the CRM at {} UTC.",
            at.format("%Y-%m-%d %H:%M")
        )),
    })
}

/// How many other signals stand behind the same opportunity.
async fn others_linked(db: &TenantDb, row: &Row) -> Result<i64, DbErr> {
    if row.record_type()? != RecordType::Opportunity {
        return Ok(0);
    }
    let tx = db.begin().await?;
    let others = Sql::new(
        "SELECT count(*) AS value FROM deliveries WHERE tenant_id = $1 AND system = $2 AND record_id = $3 AND id <> $4
            AND record_type = 'opportunity' AND state = 'delivered'",
    );
    let others = others
        .bind(tx.tenant_id())
        .bind(row.system.as_str())
        .bind(row.record_id.clone())
        .bind(row.id);
    Ok(others.scalar(&tx).await?.unwrap_or(0))
}

/// Stores what became of it.
pub(super) async fn record(tx: &TenantTx, row: &Row, undone: &Undone, now: DateTime<Utc>) -> Result<(), DbErr> {
    let (state, reason) = match undone {
        Undone::Back => ("undone", None),
        Undone::Closed => (
            "closed",
            Some("It was closed: the CRM does not let us delete it.".to_owned()),
        ),
        Undone::Gone => ("undone", Some("It was gone from the CRM already.".to_owned())),
        Undone::Refused(reason) => return refuse(tx, row.id, row.signal_detected_at, reason, now).await,
    };
    Sql::new(
        "UPDATE deliveries SET state = 'undone', undo_state = $4, undo_reason = $5, undo_at = $6, updated_at = $6,
            error_code = NULL, error_field = NULL, error_message = NULL
          WHERE tenant_id = $1 AND signal_detected_at = $2 AND id = $3",
    )
    .bind(tx.tenant_id())
    .bind(row.signal_detected_at)
    .bind(row.id)
    .bind(state)
    .bind(reason)
    .bind(now)
    .execute(tx)
    .await?;
    if let (RecordType::AccountFields, Some(connection), Some(account)) =
        (row.record_type()?, row.connection_id, row.account_id)
    {
        leave(tx, connection, account, row).await?;
    }
    let entry = Entry::new(&Actor::System, "delivery.undone")
        .on(row.id)
        .with(json!({ "how": state }));
    audit::append(tx, now, entry).await?;
    tell_delivery(tx, row, now).await
}

/// Fields that were put back are the CRM's again: the next sync must not write them once more.
async fn leave(tx: &TenantTx, connection: ConnectionId, account: AccountId, row: &Row) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE account_fields_written AS w SET fields = w.fields || COALESCE((
            SELECT jsonb_object_agg(name, jsonb_build_object('value', value, 'is_ours', false))
              FROM jsonb_each($4->'after') AS written (name, value)), '{}')
          WHERE w.tenant_id = $1 AND w.connection_id = $2 AND w.account_id = $3",
    )
    .bind(tx.tenant_id())
    .bind(connection)
    .bind(account)
    .bind(row.detail.clone())
    .execute(tx)
    .await?;
    Ok(())
}

/// Stores that it stays as it is, and why.
pub(super) async fn refuse(
    tx: &TenantTx,
    id: DeliveryId,
    signal_detected_at: DateTime<Utc>,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE deliveries SET undo_state = 'refused', undo_reason = $4, undo_at = $5, updated_at = $5
          WHERE tenant_id = $1 AND signal_detected_at = $2 AND id = $3",
    )
    .bind(tx.tenant_id())
    .bind(signal_detected_at)
    .bind(id)
    .bind(reason)
    .bind(now)
    .execute(tx)
    .await?;
    let entry = Entry::new(&Actor::System, "delivery.undo_refused")
        .on(id)
        .with(json!({ "reason": reason }));
    audit::append(tx, now, entry).await?;
    Ok(())
}
