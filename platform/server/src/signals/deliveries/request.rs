//! Asking for records in the CRM, and having them wait until their account is known there.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};
use serde_json::{Value, json};
use uuid::Uuid;

use super::model::{DeliveryJob, JobKind, NoteDetail, QUEUE, RecordType, Requested};
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{AccountId, ConnectionId, DeliveryId, MemberId, SignalId};
use crate::foundation::jobs::{self, NewJob};

#[derive(FromQueryResult)]
struct Target {
    detected_at: DateTime<Utc>,
    account_id: Option<AccountId>,
    account_crm_system: Option<String>,
    connection_id: Option<ConnectionId>,
    system: Option<String>,
}

#[derive(FromQueryResult)]
struct Existing {
    id: DeliveryId,
    state: String,
}

/// Asks for a record in the CRM. Asking again is harmless; a person may ask again for what was suppressed, discarded or
/// dead.
pub async fn request(
    tx: &TenantTx,
    signal: SignalId,
    record_type: RecordType,
    requested_by: Option<MemberId>,
    now: DateTime<Utc>,
) -> Result<Requested, DbErr> {
    // What no person asked for, a rule did: a threshold is one.
    let rule = match record_type {
        RecordType::Opportunity => "opportunity_threshold",
        _ => "task_threshold",
    };
    let wanted = Wanted {
        signal,
        record_type,
        part: "",
        detail: if requested_by.is_none() {
            json!({ "rule": rule })
        } else {
            json!({})
        },
    };
    ask(tx, wanted, requested_by, now).await
}

/// Asks for a note on the timeline. `part` tells the notes of one signal apart: asking for the same part again is
/// harmless.
pub async fn request_note(
    tx: &TenantTx,
    signal: SignalId,
    part: &str,
    note: &NoteDetail,
    requested_by: Option<MemberId>,
    now: DateTime<Utc>,
) -> Result<Requested, DbErr> {
    let wanted = Wanted {
        signal,
        record_type: RecordType::Note,
        part,
        detail: json!(note),
    };
    ask(tx, wanted, requested_by, now).await
}

struct Wanted<'a> {
    signal: SignalId,
    record_type: RecordType,
    part: &'a str,
    detail: Value,
}

async fn ask(
    tx: &TenantTx,
    wanted: Wanted<'_>,
    requested_by: Option<MemberId>,
    now: DateTime<Utc>,
) -> Result<Requested, DbErr> {
    let Wanted {
        signal,
        record_type,
        part,
        detail,
    } = wanted;
    let Some(target) = target(tx, signal).await? else {
        return Err(DbErr::RecordNotFound(format!("signal {signal}")));
    };
    let (Some(connection_id), Some(system)) = (target.connection_id, target.system.as_deref()) else {
        return Ok(Requested::NoConnection);
    };
    let is_mapped = target.account_crm_system.as_deref() == Some(system);
    let state = if is_mapped { "pending" } else { "waiting_for_mapping" };
    let inserted: Option<Uuid> = Sql::new(
        "INSERT INTO deliveries (tenant_id, signal_detected_at, id, signal_id, connection_id, system, record_type, state, \
            requested_by, created_at, updated_at, part, detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, $12) \
         ON CONFLICT (tenant_id, signal_id, system, record_type, part, signal_detected_at) DO NOTHING RETURNING id AS value",
    )
    .bind(tx.tenant_id())
    .bind(target.detected_at)
    .bind(DeliveryId::generate())
    .bind(signal)
    .bind(connection_id)
    .bind(system)
    .bind(record_type.as_str())
    .bind(state)
    .bind(requested_by)
    .bind(now)
    .bind(part)
    .bind(detail)
    .scalar(tx)
    .await?;
    let id = match inserted {
        Some(id) => DeliveryId(id),
        None => {
            let Some(existing) = existing(tx, signal, system, record_type, part, target.detected_at).await? else {
                return Err(DbErr::Custom("a delivery vanished while it was requested".to_owned()));
            };
            let may_be_revived = matches!(existing.state.as_str(), "suppressed" | "discarded" | "dead_letter");
            if !may_be_revived || requested_by.is_none() {
                return Ok(Requested::AlreadyThere(existing.id));
            }
            revive(tx, existing.id, target.detected_at, state, requested_by, now).await?;
            existing.id
        }
    };
    match target.account_id.filter(|_| is_mapped) {
        Some(account) => {
            enqueue(tx, id, target.detected_at, connection_id, account, now).await?;
            Ok(Requested::Enqueued(id))
        }
        None => Ok(Requested::WaitingForMapping(id)),
    }
}

/// Keeps the fact that a record would have been written, and why it was not.
pub async fn suppress(
    tx: &TenantTx,
    signal: SignalId,
    record_type: RecordType,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "INSERT INTO deliveries (tenant_id, signal_detected_at, id, signal_id, connection_id, system, record_type, state, reason, \
            created_at, updated_at)
         SELECT $1, signal.detected_at, $3, $2, crm.id, crm.vendor, $4, 'suppressed', $5, $6, $6
           FROM signals AS signal, connections AS crm
          WHERE signal.tenant_id = $1 AND signal.id = $2 AND crm.tenant_id = $1 AND crm.vendor IN ('salesforce', 'hubspot')
          ORDER BY crm.status = 'disconnected', crm.created_at LIMIT 1
         ON CONFLICT (tenant_id, signal_id, system, record_type, part, signal_detected_at) DO NOTHING",
    )
    .bind(tx.tenant_id())
    .bind(signal)
    .bind(DeliveryId::generate())
    .bind(record_type.as_str())
    .bind(reason)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// Enqueues what waited for the account to be known in the CRM; answers how many. Call it whenever signals get an
/// account, or an account its CRM id.
pub async fn release_waiting(tx: &TenantTx, account: AccountId, now: DateTime<Utc>) -> Result<usize, DbErr> {
    #[derive(FromQueryResult)]
    struct Released {
        id: DeliveryId,
        signal_detected_at: DateTime<Utc>,
        connection_id: ConnectionId,
    }
    let released: Vec<Released> = Sql::new(
        "UPDATE deliveries SET state = 'pending', updated_at = $3
           FROM signals AS signal JOIN accounts AS account ON account.tenant_id = $1 AND account.id = signal.account_id
          WHERE deliveries.tenant_id = $1 AND deliveries.state = 'waiting_for_mapping' AND signal.tenant_id = $1
            AND signal.id = deliveries.signal_id AND signal.detected_at = deliveries.signal_detected_at
            AND signal.account_id = $2 AND account.crm_id IS NOT NULL AND account.crm_system = deliveries.system
            AND deliveries.connection_id IS NOT NULL
         RETURNING deliveries.id, deliveries.signal_detected_at, deliveries.connection_id",
    )
    .bind(tx.tenant_id())
    .bind(account)
    .bind(now)
    .all(tx)
    .await?;
    for delivery in &released {
        enqueue(
            tx,
            delivery.id,
            delivery.signal_detected_at,
            delivery.connection_id,
            account,
            now,
        )
        .await?;
    }
    Ok(released.len())
}

/// Makes a dead or discarded delivery pending again.
pub async fn revive(
    tx: &TenantTx,
    id: DeliveryId,
    detected_at: DateTime<Utc>,
    state: &str,
    requested_by: Option<MemberId>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE deliveries SET state = $4, reason = NULL, error_code = NULL, error_field = NULL, error_message = NULL, \
            requested_by = COALESCE($5, requested_by), updated_at = $6 \
          WHERE tenant_id = $1 AND signal_detected_at = $2 AND id = $3",
    )
    .bind(tx.tenant_id())
    .bind(detected_at)
    .bind(id)
    .bind(state)
    .bind(requested_by)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// Enqueues the writing of a delivery in the lane of its connection and account.
pub async fn enqueue(
    tx: &TenantTx,
    id: DeliveryId,
    detected_at: DateTime<Utc>,
    connection: ConnectionId,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    enqueue_kind(tx, JobKind::Deliver, id, detected_at, connection, account, now).await
}

/// Enqueues the writing or undoing of a delivery. Both go through one lane, so neither overtakes the other.
pub async fn enqueue_kind(
    tx: &TenantTx,
    kind: JobKind,
    id: DeliveryId,
    detected_at: DateTime<Utc>,
    connection: ConnectionId,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let lane = format!("{}:{}", connection.0, account.0);
    let payload = DeliveryJob {
        delivery_id: id,
        signal_detected_at: detected_at,
    };
    let job = NewJob::now(QUEUE, lane, kind.as_str(), &payload, now).unique(kind.key(id));
    jobs::enqueue(tx, now, job).await.map(drop)
}

async fn target(tx: &TenantTx, signal: SignalId) -> Result<Option<Target>, DbErr> {
    Sql::new(
        "SELECT signal.detected_at, signal.account_id, CASE WHEN account.crm_id IS NOT NULL THEN account.crm_system END AS account_crm_system, \
            crm.id AS connection_id, crm.vendor AS system
           FROM signals AS signal
           LEFT JOIN accounts AS account ON account.tenant_id = signal.tenant_id AND account.id = signal.account_id
           LEFT JOIN LATERAL (
                SELECT id, vendor FROM connections
                 WHERE tenant_id = $1 AND vendor IN ('salesforce', 'hubspot')
                 ORDER BY status = 'disconnected', created_at LIMIT 1) AS crm ON true
          WHERE signal.tenant_id = $1 AND signal.id = $2",
    )
    .bind(tx.tenant_id())
    .bind(signal)
    .one(tx)
    .await
}

async fn existing(
    tx: &TenantTx,
    signal: SignalId,
    system: &str,
    record_type: RecordType,
    part: &str,
    detected_at: DateTime<Utc>,
) -> Result<Option<Existing>, DbErr> {
    Sql::new(
        "SELECT id, state FROM deliveries WHERE tenant_id = $1 AND signal_id = $2 AND system = $3 AND record_type = $4 \
            AND signal_detected_at = $5 AND part = $6",
    )
    .bind(tx.tenant_id())
    .bind(signal)
    .bind(system)
    .bind(record_type.as_str())
    .bind(detected_at)
    .bind(part)
    .one(tx)
    .await
}
