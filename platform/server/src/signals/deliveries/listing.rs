//! What is, was or will be written to the CRM, as people and programs see it.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::RecordType;
use crate::control::access::Visibility;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::http::{PageSize, words};
use crate::foundation::ids::{AccountId, DeliveryId, SignalId};
use crate::signals::model::{CrmRecord, DeliveryState, NamedRef};
use crate::signals::store::{state_of, word};

/// One write to one destination.
#[derive(Debug, Serialize, ToSchema)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// The signal it is for; null for fields of an account.
    pub signal_id: Option<SignalId>,
    /// That signal by its title.
    pub signal: Option<DeliverySignal>,
    /// The account that it concerns.
    pub account: Option<NamedRef<AccountId>>,
    /// Where to, such as `salesforce`.
    pub system: String,
    /// What is written.
    pub record_type: RecordType,
    /// How far it is.
    pub state: DeliveryState,
    /// How often it was tried in vain.
    pub attempts: i32,
    /// Why the last try failed, or what it waits for.
    pub last_error: Option<String>,
    /// What the vendor said, when it refused.
    pub error: Option<DeliveryErrorInfo>,
    /// The record, once it exists.
    pub record: Option<CrmRecord>,
    /// Whether the record was there already and this signal was only linked to it.
    pub is_linked: bool,
    /// What last night's look at the CRM found; null before the first look.
    pub found: Option<FoundInCrm>,
    /// Whether it can be, is being, or was taken back; null for what was never written.
    pub undo: Option<DeliveryUndo>,
    /// When this last changed.
    pub updated_at: DateTime<Utc>,
    /// When it is tried again.
    pub next_attempt_at: Option<DateTime<Utc>>,
}

/// A signal by its title.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliverySignal {
    /// Its id.
    pub id: SignalId,
    /// Its title.
    pub title: String,
}

/// A refusal in the vendor's words.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryErrorInfo {
    /// The vendor's code, such as `REQUIRED_FIELD_MISSING`; empty when it gave none.
    pub code: String,
    /// The vendor's field, where it names one.
    pub field: Option<String>,
    /// The vendor's words.
    pub message: String,
}

words! {
    /// Whether a delivery can be taken back.
    pub enum UndoPossibility {
        /// Nobody said otherwise yet.
        Possible = "possible",
        /// It is being taken back.
        Requested = "requested",
        /// It was: the record is deleted, or closed where the vendor or our rights allow no deletion.
        Undone = "undone",
        /// It cannot be, for the reason given.
        Refused = "refused",
    }
}

words! {
    /// What a look at the CRM found.
    pub enum FoundInCrm {
        /// The record, as it should be.
        There = "there",
        /// The record, but it no longer carries our id.
        Changed = "changed",
        /// Nothing.
        Missing = "missing",
        /// Further records with our id.
        Twins = "twins",
    }
}

/// Whether a delivery can be taken back.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryUndo {
    /// How that stands.
    pub state: UndoPossibility,
    /// Why not, or what was done instead.
    pub reason: Option<String>,
}

/// Which deliveries to list.
#[derive(Clone, Debug, Default)]
pub struct DeliveryFilter {
    /// In these states; all when empty.
    pub states: Vec<DeliveryState>,
    /// For these CRMs; all when empty.
    pub systems: Vec<String>,
    /// Of these kinds; all when empty.
    pub record_types: Vec<RecordType>,
    /// Only this account's.
    pub account: Option<AccountId>,
    /// Only this signal's.
    pub signal: Option<SignalId>,
    /// Only what changed since.
    pub since: Option<DateTime<Utc>>,
}

#[derive(FromQueryResult)]
struct Row {
    id: DeliveryId,
    signal_id: Option<SignalId>,
    signal_title: Option<String>,
    account_id: Option<AccountId>,
    account_name: Option<String>,
    system: String,
    record_type: String,
    state: String,
    attempts: i32,
    reason: Option<String>,
    error_code: Option<String>,
    error_field: Option<String>,
    error_message: Option<String>,
    record_id: Option<String>,
    record_url: Option<String>,
    outcome: Option<String>,
    found: Option<String>,
    undo_state: Option<String>,
    undo_reason: Option<String>,
    updated_at: DateTime<Utc>,
    next_attempt_at: Option<DateTime<Utc>>,
}

/// The last delivery of a page.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Place {
    at: DateTime<Utc>,
    id: Uuid,
}

const SELECT: &str = "\
    SELECT d.id, d.signal_id, s.title AS signal_title, account.id AS account_id, account.name AS account_name, d.system, \
           d.record_type, d.state, d.attempts, d.reason, d.error_code, d.error_field, d.error_message, d.record_id, d.record_url, \
           d.outcome, d.found, d.undo_state, d.undo_reason, d.updated_at, d.next_attempt_at \
      FROM deliveries AS d \
      LEFT JOIN signals AS s ON s.tenant_id = d.tenant_id AND s.id = d.signal_id \
      LEFT JOIN accounts AS account ON account.tenant_id = d.tenant_id AND account.id = COALESCE(d.account_id, s.account_id)";

/// A signal's deliveries, the oldest first. What was suppressed is kept for back-tests, not for people.
pub async fn of_signal(tx: &TenantTx, signal: SignalId) -> Result<Vec<Delivery>, DbErr> {
    let rows: Vec<Row> = Sql::new(format!(
        "{SELECT} WHERE d.tenant_id = $1 AND d.signal_id = $2 AND d.state <> 'suppressed' ORDER BY d.created_at, d.id"
    ))
    .bind(tx.tenant_id())
    .bind(signal)
    .all(tx)
    .await?;
    rows.into_iter().map(Row::into_delivery).collect()
}

/// These deliveries, the latest change first.
pub async fn of_ids(tx: &TenantTx, ids: &[DeliveryId]) -> Result<Vec<Delivery>, DbErr> {
    let rows: Vec<Row> = Sql::new(format!(
        "{SELECT} WHERE d.tenant_id = $1 AND d.id = ANY($2) ORDER BY d.updated_at DESC, d.id DESC"
    ))
    .bind(tx.tenant_id())
    .bind(ids.iter().map(|id| id.0).collect::<Vec<Uuid>>())
    .all(tx)
    .await?;
    rows.into_iter().map(Row::into_delivery).collect()
}

/// One page of deliveries, the latest change first, and where the next one begins. Who does not see all accounts sees
/// the deliveries of the signals and accounts that are theirs.
pub async fn page(
    tx: &TenantTx,
    visibility: Visibility,
    filter: &DeliveryFilter,
    after: Option<Place>,
    limit: PageSize,
) -> Result<(Vec<Delivery>, Option<String>), DbErr> {
    let rows: Vec<Row> = page_sql(tx, visibility, filter, after, limit).all(tx).await?;
    let (rows, next) = limit.cut(rows, |row| Place {
        at: row.updated_at,
        id: row.id.0,
    });
    let items: Result<Vec<_>, _> = rows.into_iter().map(Row::into_delivery).collect();
    Ok((items?, next))
}

fn page_sql(
    tx: &TenantTx,
    visibility: Visibility,
    filter: &DeliveryFilter,
    after: Option<Place>,
    limit: PageSize,
) -> Sql {
    let mut sql = Sql::new(format!("{SELECT} WHERE d.tenant_id = $1 AND d.state <> 'suppressed'")).bind(tx.tenant_id());
    if let Visibility::AssignedTo(member) = visibility {
        sql = sql
            .push(" AND (s.owner_member_id = ")
            .push_bind(member)
            .push(" OR account.owner_member_id = ")
            .push_bind(member)
            .push(")");
    }
    if !filter.states.is_empty() {
        let stored = filter.states.iter().flat_map(|state| match state {
            DeliveryState::Pending => vec!["pending", "waiting_for_connection"],
            DeliveryState::Discarded => vec!["discarded", "undone"],
            other => vec![other.as_str()],
        });
        let stored: Vec<String> = stored.map(str::to_owned).collect();
        sql = sql.push(" AND d.state = ANY(").push_bind(stored).push(")");
    }
    if !filter.systems.is_empty() {
        sql = sql
            .push(" AND d.system = ANY(")
            .push_bind(filter.systems.clone())
            .push(")");
    }
    if !filter.record_types.is_empty() {
        let types: Vec<String> = filter
            .record_types
            .iter()
            .map(|record| record.as_str().to_owned())
            .collect();
        sql = sql.push(" AND d.record_type = ANY(").push_bind(types).push(")");
    }
    if let Some(account) = filter.account {
        sql = sql
            .push(" AND COALESCE(d.account_id, s.account_id) = ")
            .push_bind(account);
    }
    if let Some(signal) = filter.signal {
        sql = sql.push(" AND d.signal_id = ").push_bind(signal);
    }
    if let Some(since) = filter.since {
        sql = sql.push(" AND d.updated_at >= ").push_bind(since);
    }
    if let Some(Place { at, id }) = after {
        sql = sql
            .push(" AND (d.updated_at, d.id) < (")
            .push_bind(at)
            .push(", ")
            .push_bind(id)
            .push(")");
    }
    sql.push(" ORDER BY d.updated_at DESC, d.id DESC LIMIT ")
        .push_bind(limit.fetch())
}

impl Row {
    fn into_delivery(self) -> Result<Delivery, DbErr> {
        let record_type: RecordType = word(&self.record_type)?;
        let is_linked = self.outcome.as_deref() == Some("linked");
        let undo = self.undo(record_type, is_linked);
        let found = self.found.as_deref().map(word).transpose()?;
        let refusal = self.error_message.clone().filter(|_| self.state != "delivered");
        let record = self.record_id.filter(|_| self.state != "undone").map(|id| CrmRecord {
            system: self.system.clone(),
            record_type: self.record_type,
            id,
            url: self.record_url,
        });
        Ok(Delivery {
            id: self.id,
            signal_id: self.signal_id,
            signal: self
                .signal_id
                .zip(self.signal_title)
                .map(|(id, title)| DeliverySignal { id, title }),
            account: self
                .account_id
                .zip(self.account_name)
                .map(|(id, name)| NamedRef { id, name }),
            system: self.system,
            record_type,
            state: state_of(&self.state),
            attempts: self.attempts,
            last_error: self.error_message.or(self.reason),
            error: refusal.map(|message| DeliveryErrorInfo {
                code: self.error_code.unwrap_or_default(),
                field: self.error_field,
                message,
            }),
            record,
            is_linked,
            found,
            undo,
            updated_at: self.updated_at,
            next_attempt_at: self.next_attempt_at,
        })
    }

    fn undo(&self, record_type: RecordType, is_linked: bool) -> Option<DeliveryUndo> {
        let reason = self.undo_reason.clone();
        let state = match (self.undo_state.as_deref(), self.state.as_str()) {
            (Some("undone" | "closed"), _) => UndoPossibility::Undone,
            (Some("refused"), _) => UndoPossibility::Refused,
            (Some(_), _) => UndoPossibility::Requested,
            (None, "delivered") => {
                return Some(match not_ours(record_type, is_linked) {
                    Some(reason) => DeliveryUndo {
                        state: UndoPossibility::Refused,
                        reason: Some(reason.to_owned()),
                    },
                    None => DeliveryUndo {
                        state: UndoPossibility::Possible,
                        reason: None,
                    },
                });
            }
            (None, _) => return None,
        };
        Some(DeliveryUndo { state, reason })
    }
}

/// Why a delivered record is not ours to take back, whatever its state.
fn not_ours(record_type: RecordType, is_linked: bool) -> Option<&'static str> {
    (record_type == RecordType::Opportunity && is_linked)
        .then_some("The opportunity was there before; this signal is only linked to it.")
}
