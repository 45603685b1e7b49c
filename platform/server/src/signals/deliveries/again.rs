//! Trying again, or giving up. The one way for deliveries, whether they are asked for as such or as dead letters.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};

use super::model::JobKind;
use super::request::{enqueue, revive};
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{AccountId, ConnectionId, DeliveryId, MemberId, SignalId};

/// A delivery that can be tried again or given up, taken until the transaction ends.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Gone {
    /// Which.
    pub id: DeliveryId,
    /// Its partition.
    pub signal_detected_at: DateTime<Utc>,
    /// How far it is.
    pub state: String,
    /// Where to; none when the connection is gone.
    pub connection_id: Option<ConnectionId>,
    /// Whose it is.
    pub signal_id: Option<SignalId>,
    /// The account, when it is known.
    pub account_id: Option<AccountId>,
    /// Whether that account is known in the CRM.
    pub is_mapped: bool,
}

/// Which deliveries shall be tried again.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only this one, whatever its state.
    pub id: Option<DeliveryId>,
    /// Only those in this stored state.
    pub state: Option<&'static str>,
    /// Only those for this CRM.
    pub system: Option<String>,
    /// Only those with this code of the vendor.
    pub error_code: Option<String>,
    /// Only those that changed until then, so that a loop comes to an end.
    pub until: Option<DateTime<Utc>>,
}

/// Up to `most` deliveries that match, the oldest change first, taken until the transaction ends.
pub async fn of_filter(tx: &TenantTx, filter: &Filter, most: i64) -> Result<Vec<Gone>, DbErr> {
    let mut sql = Sql::new(
        "SELECT d.id, d.signal_detected_at, d.state, d.connection_id, d.signal_id, COALESCE(d.account_id, s.account_id) AS account_id, \
            COALESCE(account.crm_id IS NOT NULL AND account.crm_system = d.system, false) AS is_mapped
           FROM deliveries AS d
           LEFT JOIN signals AS s ON s.tenant_id = d.tenant_id AND s.id = d.signal_id
           LEFT JOIN accounts AS account ON account.tenant_id = d.tenant_id AND account.id = COALESCE(d.account_id, s.account_id)
          WHERE d.tenant_id = $1",
    )
    .bind(tx.tenant_id());
    if let Some(id) = filter.id {
        sql = sql.push(" AND d.id = ").push_bind(id);
    }
    if let Some(state) = filter.state {
        sql = sql.push(" AND d.state = ").push_bind(state);
    }
    if let Some(system) = &filter.system {
        sql = sql.push(" AND d.system = ").push_bind(system.clone());
    }
    if let Some(code) = &filter.error_code {
        sql = sql.push(" AND d.error_code = ").push_bind(code.clone());
    }
    if let Some(until) = filter.until {
        sql = sql.push(" AND d.updated_at <= ").push_bind(until);
    }
    sql.push(" ORDER BY d.updated_at, d.id LIMIT ")
        .push_bind(most)
        .push(" FOR UPDATE OF d")
        .all(tx)
        .await
}

/// Tries it again, with a new job: a dead one that there was is forgotten. What waits for its account goes on waiting.
pub async fn retry(tx: &TenantTx, gone: &Gone, by: Option<MemberId>, now: DateTime<Utc>) -> Result<(), DbErr> {
    forget_dead_job(tx, gone.id).await?;
    let target = gone.connection_id.zip(gone.account_id).filter(|_| gone.is_mapped);
    let state = if target.is_some() {
        "pending"
    } else {
        "waiting_for_mapping"
    };
    revive(tx, gone.id, gone.signal_detected_at, state, by, now).await?;
    if let Some((connection, account)) = target {
        enqueue(tx, gone.id, gone.signal_detected_at, connection, account, now).await?;
    }
    Ok(())
}

/// Gives it up, with the reason. Its job finds nothing to do.
pub async fn discard(tx: &TenantTx, gone: &Gone, reason: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    forget_dead_job(tx, gone.id).await?;
    Sql::new(
        "UPDATE deliveries SET state = 'discarded', reason = $4, next_attempt_at = NULL, updated_at = $5
          WHERE tenant_id = $1 AND signal_detected_at = $2 AND id = $3",
    )
    .bind(tx.tenant_id())
    .bind(gone.signal_detected_at)
    .bind(gone.id)
    .bind(reason)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

async fn forget_dead_job(tx: &TenantTx, id: DeliveryId) -> Result<(), DbErr> {
    let keys = [JobKind::Deliver, JobKind::Undo].map(|kind| kind.key(id));
    Sql::new(
        "DELETE FROM jobs WHERE tenant_id = $1 AND queue = 'delivery' AND state = 'dead' AND unique_key = ANY($2)",
    )
    .bind(tx.tenant_id())
    .bind(keys.to_vec())
    .execute(tx)
    .await?;
    Ok(())
}
