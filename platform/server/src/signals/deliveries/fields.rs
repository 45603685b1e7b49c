//! Asking for an account's fields to be written.

use chrono::{DateTime, Utc};
use sea_orm::DbErr;
use uuid::Uuid;

use super::model::RecordType;
use super::request::enqueue;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{AccountId, ConnectionId, DeliveryId};

/// Asks for the account's fields to be written, unless that is going to happen anyhow: at most one write of an account
/// is pending, and what it writes is worked out when it is written. What the CRM refused waits for a person, and what a
/// person gave up or stopped is not asked for again on the same day. Answers whether it was asked for.
pub async fn request_fields(
    tx: &TenantTx,
    connection: ConnectionId,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    // Whoever asks for the same account waits here, so two never find none pending.
    let known = Sql::new(
        "SELECT id AS value FROM accounts WHERE tenant_id = $1 AND id = $2 AND crm_id IS NOT NULL FOR NO KEY UPDATE",
    )
    .bind(tx.tenant_id())
    .bind(account)
    .scalar::<Uuid>(tx)
    .await?;
    if known.is_none() {
        return Ok(false);
    }
    let id = DeliveryId::generate();
    let asked = Sql::new(
        "INSERT INTO deliveries (tenant_id, signal_detected_at, id, account_id, connection_id, system, record_type, state, \
            detail, created_at, updated_at)
         SELECT $1, $4, $3, $2, c.id, c.vendor, $6, 'pending', jsonb_build_object('rule', 'field_mapping'), $4, $4 FROM connections AS c
          WHERE c.tenant_id = $1 AND c.id = $5 AND NOT EXISTS (
            SELECT 1 FROM deliveries AS d WHERE d.tenant_id = $1 AND d.account_id = $2 AND d.connection_id = $5
               AND (d.state IN ('pending', 'waiting_for_connection', 'dead_letter')
                    OR ((d.state = 'discarded' OR (d.state = 'undone' AND d.delivered_at IS NULL))
                        AND d.updated_at > $4 - interval '1 day')))",
    )
    .bind(tx.tenant_id())
    .bind(account)
    .bind(id)
    .bind(now)
    .bind(connection)
    .bind(RecordType::AccountFields.as_str())
    .execute(tx)
    .await?;
    if asked == 0 {
        return Ok(false);
    }
    enqueue(tx, id, now, connection, account, now).await?;
    Ok(true)
}
