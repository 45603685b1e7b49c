//! What is, was or will be written to the CRM.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::control::access::Visibility;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::http::PageSize;
use crate::foundation::ids::{DeliveryId, SignalId};
use crate::signals::model::{CrmRecord, DeliveryState};
use crate::signals::store::state_of;

/// One write to one destination for one signal.
#[derive(Debug, Serialize, ToSchema)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// Whose it is.
    pub signal_id: SignalId,
    /// Where to, such as `salesforce`.
    pub system: String,
    /// What is written, such as `task`.
    pub record_type: String,
    /// How far it is.
    pub state: DeliveryState,
    /// How often it was tried in vain.
    pub attempts: i32,
    /// Why the last try failed, or what it waits for.
    pub last_error: Option<String>,
    /// The record, once it exists.
    pub record: Option<CrmRecord>,
    /// When this last changed.
    pub updated_at: DateTime<Utc>,
    /// When it is tried again.
    pub next_attempt_at: Option<DateTime<Utc>>,
}

#[derive(FromQueryResult)]
struct Row {
    id: DeliveryId,
    signal_id: SignalId,
    system: String,
    record_type: String,
    state: String,
    attempts: i32,
    reason: Option<String>,
    error_message: Option<String>,
    record_id: Option<String>,
    record_url: Option<String>,
    updated_at: DateTime<Utc>,
    next_attempt_at: Option<DateTime<Utc>>,
}

/// The last delivery of a page.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Place {
    at: DateTime<Utc>,
    id: Uuid,
}

const SELECT: &str = "\
    SELECT d.id, d.signal_id, d.system, d.record_type, d.state, d.attempts, d.reason, d.error_message, d.record_id, d.record_url, \
           d.updated_at, d.next_attempt_at FROM deliveries AS d";

/// A signal's deliveries, the oldest first. What was suppressed is kept for back-tests, not for people.
pub(super) async fn of_signal(tx: &TenantTx, signal: SignalId) -> Result<Vec<Delivery>, DbErr> {
    let rows: Vec<Row> = Sql::new(format!(
        "{SELECT} WHERE d.tenant_id = $1 AND d.signal_id = $2 AND d.state <> 'suppressed' ORDER BY d.created_at"
    ))
    .bind(tx.tenant_id())
    .bind(signal)
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(Row::into_delivery).collect())
}

/// One page of deliveries, the latest change first, and where the next one begins.
pub(crate) async fn page(
    tx: &TenantTx,
    visibility: Visibility,
    states: &[DeliveryState],
    signal: Option<SignalId>,
    after: Option<Place>,
    limit: PageSize,
) -> Result<(Vec<Delivery>, Option<String>), DbErr> {
    let sql = Sql::new(format!(
        "{SELECT} JOIN signals AS s ON s.tenant_id = d.tenant_id AND s.id = d.signal_id
          WHERE d.tenant_id = $1 AND d.state <> 'suppressed'"
    ))
    .bind(tx.tenant_id());
    let mut sql = visibility.limit_signals(sql, "s");
    if !states.is_empty() {
        let stored = states.iter().flat_map(|state| match state {
            DeliveryState::Pending => vec!["pending", "waiting_for_connection"],
            other => vec![other.as_str()],
        });
        let stored: Vec<String> = stored.map(str::to_owned).collect();
        sql = sql.push(" AND d.state = ANY(").push_bind(stored).push(")");
    }
    if let Some(signal) = signal {
        sql = sql.push(" AND d.signal_id = ").push_bind(signal);
    }
    if let Some(Place { at, id }) = after {
        sql = sql
            .push(" AND (d.updated_at, d.id) < (")
            .push_bind(at)
            .push(", ")
            .push_bind(id)
            .push(")");
    }
    let rows: Vec<Row> = sql
        .push(" ORDER BY d.updated_at DESC, d.id DESC LIMIT ")
        .push_bind(limit.fetch())
        .all(tx)
        .await?;
    let (rows, next) = limit.cut(rows, |row| Place {
        at: row.updated_at,
        id: row.id.0,
    });
    Ok((rows.into_iter().map(Row::into_delivery).collect(), next))
}

impl Row {
    fn into_delivery(self) -> Delivery {
        let record = self.record_id.map(|id| CrmRecord {
            system: self.system.clone(),
            record_type: self.record_type.clone(),
            id,
            url: self.record_url,
        });
        Delivery {
            id: self.id,
            signal_id: self.signal_id,
            system: self.system,
            record_type: self.record_type,
            state: state_of(&self.state),
            attempts: self.attempts,
            last_error: self.error_message.or(self.reason),
            record,
            updated_at: self.updated_at,
            next_attempt_at: self.next_attempt_at,
        }
    }
}
