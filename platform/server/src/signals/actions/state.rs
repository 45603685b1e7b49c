//! What actions change of a signal: one value, so that an action is a step from one to the next and undo a step back.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::control::access::Visibility;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{AccountId, ChannelId, MemberId, SignalId};
use crate::signals::model::SignalStatus;
use crate::signals::store::word;

/// The part of a signal that people change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    pub status: SignalStatus,
    pub owner: Option<MemberId>,
    pub snoozed_until: Option<DateTime<Utc>>,
    pub confirmed: Option<bool>,
    pub dismiss_reason: Option<String>,
    pub parent: Option<SignalId>,
    pub continuation: Option<Value>,
}

/// A signal that nobody else can change until the transaction ends.
#[derive(Debug)]
pub(super) struct Locked {
    pub id: SignalId,
    pub kind: String,
    pub title: String,
    pub account: Option<AccountId>,
    pub channel: ChannelId,
    pub owner_name: Option<String>,
    pub occurrences: i32,
    pub last_occurrence_at: DateTime<Utc>,
    /// As it was stored.
    pub stored: State,
    /// As it is now: a snoozed signal whose time has come is open.
    pub now: State,
}

#[derive(FromQueryResult)]
struct Row {
    id: SignalId,
    kind: String,
    title: String,
    status: String,
    account_id: Option<AccountId>,
    channel_id: ChannelId,
    owner_member_id: Option<MemberId>,
    owner_name: Option<String>,
    snoozed_until: Option<DateTime<Utc>>,
    confirmed: Option<bool>,
    dismiss_reason: Option<String>,
    parent_id: Option<SignalId>,
    continuation: Option<Value>,
    occurrences: i32,
    last_occurrence_at: DateTime<Utc>,
}

/// Takes a signal, if it exists for these eyes.
pub(super) async fn lock(
    tx: &TenantTx,
    visibility: Visibility,
    id: SignalId,
    now: DateTime<Utc>,
) -> Result<Option<Locked>, DbErr> {
    let sql = Sql::new(
        "SELECT s.id, s.kind, s.title, s.status, s.account_id, s.channel_id, s.owner_member_id, owner.name AS owner_name, s.snoozed_until, \
            s.confirmed, s.dismiss_reason, s.parent_id, s.continuation, s.occurrences, s.last_occurrence_at
           FROM signals AS s LEFT JOIN members AS owner ON owner.tenant_id = s.tenant_id AND owner.id = s.owner_member_id
          WHERE s.tenant_id = $1 AND s.id = $2",
    )
    .bind(tx.tenant_id())
    .bind(id);
    let row: Option<Row> = visibility
        .limit_signals(sql, "s")
        .push(" FOR UPDATE OF s")
        .one(tx)
        .await?;
    row.map(|row| row.into_locked(now)).transpose()
}

impl Row {
    fn into_locked(self, now: DateTime<Utc>) -> Result<Locked, DbErr> {
        let stored = State {
            status: word(&self.status)?,
            owner: self.owner_member_id,
            snoozed_until: self.snoozed_until,
            confirmed: self.confirmed,
            dismiss_reason: self.dismiss_reason,
            parent: self.parent_id,
            continuation: self.continuation,
        };
        let is_due = stored.status == SignalStatus::Snoozed && stored.snoozed_until.is_some_and(|until| until <= now);
        let current = if is_due {
            State {
                status: SignalStatus::Open,
                snoozed_until: None,
                ..stored.clone()
            }
        } else {
            stored.clone()
        };
        Ok(Locked {
            id: self.id,
            kind: self.kind,
            title: self.title,
            account: self.account_id,
            channel: self.channel_id,
            owner_name: self.owner_name,
            occurrences: self.occurrences,
            last_occurrence_at: self.last_occurrence_at,
            stored,
            now: current,
        })
    }
}

/// Writes what an action made of a signal.
pub(super) async fn write(tx: &TenantTx, id: SignalId, state: &State, now: DateTime<Utc>) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE signals SET status = $3, owner_member_id = $4, snoozed_until = $5, confirmed = $6, dismiss_reason = $7, \
            parent_id = $8, continuation = $9, updated_at = $10
          WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(state.status.as_str())
    .bind(state.owner)
    .bind(state.snoozed_until)
    .bind(state.confirmed)
    .bind(state.dismiss_reason.clone())
    .bind(state.parent)
    .bind(state.continuation.clone())
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}
