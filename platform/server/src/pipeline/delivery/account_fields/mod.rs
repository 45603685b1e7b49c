//! What we know of an account, written into the fields of the CRM that an admin chose.
//!
//! Invariants:
//! - At most one write of an account is pending, and only when something changed since the last one.
//! - A field that somebody changed in the CRM stays as they left it, unless the admin decided that ours wins.
//! - Every change is kept with what stood there before, and before it is written, so that it can be taken back.

mod health;
mod values;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use momentum_connectors::Crm;
use momentum_connectors::crm::FieldValue;
use sea_orm::{DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

pub(super) use values::{desired, of_accounts};

use super::row::Row;
use super::write::{Desk, WriteError};
use crate::accounts::field_mapping::{self, Mapping, Wins};
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{AccountId, ConnectionId};
use crate::signals::deliveries;

/// Accounts looked at in one transaction.
const PAGE: i64 = 500;

/// What a write changed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Change {
    /// What stood in the fields that were written.
    #[serde(default)]
    pub before: BTreeMap<String, FieldValue>,
    /// What was written.
    #[serde(default)]
    pub after: BTreeMap<String, FieldValue>,
    /// What was left as somebody in the CRM wants it, with what we would have written.
    #[serde(default)]
    pub left: BTreeMap<String, FieldValue>,
    /// What stood there already.
    #[serde(default)]
    pub same: BTreeMap<String, FieldValue>,
}

/// What we last decided about a field of an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Decided {
    value: FieldValue,
    /// Whether the CRM has this value from us.
    is_ours: bool,
}

/// Writes the fields of the account that `row` names; `None` when the CRM has no such account (any more).
pub(super) async fn write(desk: &Desk<'_>, row: &Row, crm_account: &str) -> Result<Option<Change>, WriteError> {
    let (Some(connection), Some(account)) = (row.connection_id, row.account_id) else {
        return Ok(None);
    };
    let tx = desk.db.begin().await?;
    let mapping = field_mapping::written_fields(&tx, connection).await?;
    let known = of_accounts(&tx, &[account], desk.now).await?;
    let last = decided(&tx, connection, &[account]).await?;
    drop(tx);
    let (Some(known), false) = (known.get(&account), mapping.is_empty()) else {
        return Ok(Some(Change::default()));
    };
    let names: Vec<String> = mapping.iter().map(|mapping| mapping.crm_field.clone()).collect();
    let Some(current) = desk.crm.read_account_fields(crm_account, &names).await? else {
        return Ok(None);
    };
    let meant = Change::of(row)?.found_in(&current.values);
    let mut last = last.get(&account).cloned().unwrap_or_default();
    last.extend(meant.after.iter().map(|(name, value)| {
        let value = value.clone();
        (name.clone(), Decided { value, is_ours: true })
    }));
    let change = decide(&mapping, &desired(&mapping, known), &current.values, &last);
    let wanted = change.after.clone();
    let change = change.after_try(meant);
    if !wanted.is_empty() {
        // Before it is written: if the answer is lost, what stood there is lost with it.
        keep(desk, row, &change).await?;
        desk.crm.update_account(crm_account, &wanted).await?;
    }
    Ok(Some(change))
}

/// What an earlier try of `row` wrote without our learning of it.
pub(super) async fn find(crm: &dyn Crm, row: &Row) -> Result<Option<Change>, WriteError> {
    let meant = Change::of(row)?;
    let Some(crm_account) = row.crm_account_id.as_deref().filter(|_| !meant.after.is_empty()) else {
        return Ok(None);
    };
    let names: Vec<String> = meant.after.keys().cloned().collect();
    let current = crm.read_account_fields(crm_account, &names).await?;
    let found = current.map(|current| meant.found_in(&current.values));
    Ok(found.filter(|found| !found.after.is_empty()))
}

impl Change {
    /// What is kept with a delivery: what it wrote, or was about to write.
    pub fn of(row: &Row) -> Result<Self, DbErr> {
        serde_json::from_value(row.detail.clone()).map_err(|error| DbErr::Json(format!("a change of fields: {error}")))
    }

    /// Of what was about to be written, that which stands in the fields.
    fn found_in(mut self, current: &BTreeMap<String, FieldValue>) -> Self {
        self.after
            .retain(|name, value| current.get(name).is_some_and(|there| same(there, value)));
        self.before.retain(|name, _| self.after.contains_key(name));
        self
    }

    /// This change, after a try of the same delivery that wrote `earlier`: what stood there stood there before that.
    fn after_try(mut self, earlier: Self) -> Self {
        for (name, value) in earlier.after {
            if self.same.remove(&name).is_some() {
                self.after.insert(name, value);
            }
        }
        let ours = &self.after;
        let before = earlier.before.into_iter().filter(|(name, _)| ours.contains_key(name));
        self.before.extend(before);
        self
    }
}

async fn keep(desk: &Desk<'_>, row: &Row, change: &Change) -> Result<(), DbErr> {
    let tx = desk.db.begin().await?;
    Sql::new(
        "UPDATE deliveries SET detail = detail || $4 WHERE tenant_id = $1 AND signal_detected_at = $2 AND id = $3",
    )
    .bind(tx.tenant_id())
    .bind(row.signal_detected_at)
    .bind(row.id)
    .bind(json!(change))
    .execute(&tx)
    .await?;
    tx.commit().await
}

/// What to do with each field: write it, leave it to whoever changed it in the CRM, or nothing.
fn decide(
    mapping: &[Mapping],
    desired: &BTreeMap<String, FieldValue>,
    current: &BTreeMap<String, FieldValue>,
    last: &BTreeMap<String, Decided>,
) -> Change {
    let mut change = Change::default();
    for field in mapping {
        let name = &field.crm_field;
        let Some(value) = desired.get(name) else { continue };
        let there = current.get(name).unwrap_or(&FieldValue::Null);
        let last = last.get(name);
        let is_from_us = last.is_some_and(|last| last.is_ours && same(&last.value, there));
        // What was taken back, or left as somebody wanted it, stays so when it is empty, too.
        let is_free = *there == FieldValue::Null && last.is_none_or(|last| last.is_ours);
        if same(there, value) {
            change.same.insert(name.clone(), value.clone());
        } else if field.wins == Wins::Momentum || is_from_us || is_free {
            change.before.insert(name.clone(), there.clone());
            change.after.insert(name.clone(), value.clone());
        } else {
            change.left.insert(name.clone(), value.clone());
        }
    }
    change
}

/// CRMs keep instants to the second and numbers as they please.
fn same(one: &FieldValue, other: &FieldValue) -> bool {
    match (one, other) {
        (FieldValue::Number(one), FieldValue::Number(other)) => (one - other).abs() < 0.005,
        (FieldValue::DateTime(one), FieldValue::DateTime(other)) => one.timestamp() == other.timestamp(),
        (one, other) => one == other,
    }
}

/// Keeps what was decided, in the transaction that stores the delivery as done.
pub(super) async fn remember(tx: &TenantTx, row: &Row, change: &Change, now: DateTime<Utc>) -> Result<(), DbErr> {
    let (Some(connection), Some(account)) = (row.connection_id, row.account_id) else {
        return Ok(());
    };
    let ours = change.after.iter().chain(&change.same).map(|field| (field, true));
    let decisions: BTreeMap<&String, Decided> = ours
        .chain(change.left.iter().map(|field| (field, false)))
        .map(|((name, value), is_ours)| {
            let value = value.clone();
            (name, Decided { value, is_ours })
        })
        .collect();
    Sql::new(
        "INSERT INTO account_fields_written (tenant_id, connection_id, account_id, fields, written_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (tenant_id, connection_id, account_id) DO UPDATE
            SET fields = account_fields_written.fields || EXCLUDED.fields, written_at = EXCLUDED.written_at",
    )
    .bind(tx.tenant_id())
    .bind(connection)
    .bind(account)
    .bind(json!(decisions))
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// Asks for a write of every account of this CRM whose values are not what we last decided on; answers how many.
/// `only` restricts it to some accounts.
pub(super) async fn request_changed(
    tx: &TenantTx,
    connection: ConnectionId,
    only: Option<&[AccountId]>,
    now: DateTime<Utc>,
) -> Result<usize, DbErr> {
    let mapping = field_mapping::written_fields(tx, connection).await?;
    if mapping.is_empty() {
        return Ok(0);
    }
    let (mut asked, mut after) = (0, AccountId(Uuid::nil()));
    loop {
        let accounts = page(tx, connection, only, after).await?;
        let Some(last) = accounts.last() else { return Ok(asked) };
        after = *last;
        let known = of_accounts(tx, &accounts, now).await?;
        let decided = decided(tx, connection, &accounts).await?;
        for account in &accounts {
            let Some(known) = known.get(account) else { continue };
            let nothing = BTreeMap::new();
            let before = decided.get(account).unwrap_or(&nothing);
            let is_news = |(name, value): (&String, &FieldValue)| {
                before.get(name).is_none_or(|decided| !same(&decided.value, value))
            };
            if desired(&mapping, known).iter().any(is_news)
                && deliveries::request_fields(tx, connection, *account, now).await?
            {
                asked += 1;
            }
        }
    }
}

async fn page(
    tx: &TenantTx,
    connection: ConnectionId,
    only: Option<&[AccountId]>,
    after: AccountId,
) -> Result<Vec<AccountId>, DbErr> {
    #[derive(FromQueryResult)]
    struct Found {
        id: AccountId,
    }
    let mut sql = Sql::new(
        "SELECT account.id FROM accounts AS account JOIN connections AS c ON c.tenant_id = $1 AND c.id = $2
          WHERE account.tenant_id = $1 AND account.crm_system = c.vendor AND account.crm_id IS NOT NULL AND account.id > $3",
    )
    .bind(tx.tenant_id())
    .bind(connection)
    .bind(after);
    if let Some(only) = only {
        let ids: Vec<Uuid> = only.iter().map(|id| id.0).collect();
        sql = sql.push(" AND account.id = ANY(").push_bind(ids).push(")");
    }
    let found: Vec<Found> = sql.push(" ORDER BY account.id LIMIT ").push_bind(PAGE).all(tx).await?;
    Ok(found.into_iter().map(|found| found.id).collect())
}

/// What we last decided about the fields of each account.
async fn decided(
    tx: &TenantTx,
    connection: ConnectionId,
    accounts: &[AccountId],
) -> Result<BTreeMap<AccountId, BTreeMap<String, Decided>>, DbErr> {
    #[derive(FromQueryResult)]
    struct Written {
        account_id: AccountId,
        fields: Value,
    }
    let rows: Vec<Written> = Sql::new(
        "SELECT account_id, fields FROM account_fields_written
          WHERE tenant_id = $1 AND connection_id = $2 AND account_id = ANY($3)",
    )
    .bind(tx.tenant_id())
    .bind(connection)
    .bind(accounts.iter().map(|id| id.0).collect::<Vec<Uuid>>())
    .all(tx)
    .await?;
    let read = |row: Written| (row.account_id, serde_json::from_value(row.fields).unwrap_or_default());
    Ok(rows.into_iter().map(read).collect())
}

/// What we last wrote into the fields of each account, for people who ask what would change.
pub(super) async fn last_written(
    tx: &TenantTx,
    connection: ConnectionId,
    accounts: &[AccountId],
) -> Result<BTreeMap<AccountId, BTreeMap<String, FieldValue>>, DbErr> {
    let decided = decided(tx, connection, accounts).await?;
    let values = |fields: BTreeMap<String, Decided>| {
        let ours = fields.into_iter().filter(|(_, decided)| decided.is_ours);
        ours.map(|(name, decided)| (name, decided.value)).collect()
    };
    Ok(decided
        .into_iter()
        .map(|(account, fields)| (account, values(fields)))
        .collect())
}

/// Puts back what stood in the fields, unless somebody changed one of them since: then nothing is put back, and the
/// name of that field is answered.
pub(super) async fn restore(crm: &dyn Crm, crm_account: &str, change: &Change) -> Result<Option<String>, WriteError> {
    if change.after.is_empty() {
        return Ok(None);
    }
    let names: Vec<String> = change.after.keys().cloned().collect();
    let Some(current) = crm.read_account_fields(crm_account, &names).await? else {
        return Ok(None);
    };
    // A retry after a lost answer finds what it put back.
    let is_touched = |(name, written): (&String, &FieldValue)| {
        let there = current.values.get(name).unwrap_or(&FieldValue::Null);
        let before = change.before.get(name).unwrap_or(&FieldValue::Null);
        (!same(there, written) && !same(there, before)).then(|| name.clone())
    };
    if let Some(touched) = change.after.iter().find_map(is_touched) {
        return Ok(Some(touched));
    }
    crm.update_account(crm_account, &change.before).await?;
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::field_mapping::{MomentumField, ValueKind};

    fn mapping(wins: Wins) -> Vec<Mapping> {
        vec![Mapping {
            momentum_field: MomentumField::HealthScore,
            crm_field: "Health__c".to_owned(),
            kind: ValueKind::Number,
            wins,
        }]
    }

    #[test]
    fn the_crm_wins_what_somebody_changed_there_unless_the_admin_decided_otherwise() {
        let number = |value| FieldValue::Number(value);
        let field = |value: FieldValue| BTreeMap::from([("Health__c".to_owned(), value)]);
        let ours = |value| Some((value, true));
        // What the CRM has, what we decided last, who wins, what happens.
        let rows = [
            (FieldValue::Null, None, Wins::Crm, "after"),
            (number(80.0), None, Wins::Crm, "same"),
            (number(70.0), ours(70.0), Wins::Crm, "after"),
            (number(55.0), ours(70.0), Wins::Crm, "left"),
            (number(55.0), None, Wins::Crm, "left"),
            (number(55.0), ours(70.0), Wins::Momentum, "after"),
            (FieldValue::Null, ours(70.0), Wins::Crm, "after"),
            (FieldValue::Null, Some((70.0, false)), Wins::Crm, "left"),
            (number(70.0), Some((70.0, false)), Wins::Crm, "left"),
        ];
        for (there, last, wins, expected) in rows {
            let last = last
                .map(|(value, is_ours)| {
                    let value = number(value);
                    BTreeMap::from([("Health__c".to_owned(), Decided { value, is_ours })])
                })
                .unwrap_or_default();
            let change = decide(&mapping(wins), &field(number(80.0)), &field(there.clone()), &last);
            let said = [("after", change.after), ("left", change.left), ("same", change.same)];
            let happened: Vec<&str> = said
                .into_iter()
                .filter(|(_, fields)| !fields.is_empty())
                .map(|(name, _)| name)
                .collect();
            assert_eq!(happened, [expected], "{there:?}, {last:?}, {wins:?}");
        }
    }
}
