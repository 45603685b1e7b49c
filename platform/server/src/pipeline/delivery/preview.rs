//! What would be written, shown by the code that writes it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use momentum_connectors::crm::FieldValue;
use momentum_engine::signal::{Confidence, Thresholds};
use sea_orm::{DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::facts::Facts;
use super::{account_fields, called_for, guard, note, opportunity, task};
use crate::accounts::field_mapping::{self, FieldChoice};
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::http::{Problem, words};
use crate::foundation::ids::{AccountId, ConnectionId, SignalId};
use crate::signals::NamedRef;
use crate::signals::deliveries::{DeliverySignal, RecordType};

/// Planned writes of one answer.
const MOST: i64 = 200;

words! {
    /// What changes.
    pub enum PreviewKind {
        /// The tenant's thresholds.
        Threshold = "threshold",
        /// Which fields of the CRM's accounts stand for ours.
        FieldMapping = "field_mapping",
        /// Signals of imported history are written too.
        Import = "import",
    }
}

/// What to look at.
#[derive(Clone, Debug, Deserialize, ToSchema, garde::Validate)]
#[garde(allow_unvalidated)]
pub(super) struct PreviewDeliveries {
    /// What changes.
    pub kind: PreviewKind,
    /// `threshold`: from which confidence on what happens; what is not given stays.
    #[garde(dive)]
    #[serde(default)]
    pub thresholds: Option<PreviewThresholds>,
    /// `field_mapping`: which CRM; the first one when not given.
    #[serde(default)]
    pub connection_id: Option<ConnectionId>,
    /// `field_mapping`: the choices; what is not named stays.
    #[garde(length(max = 50), dive)]
    #[serde(default)]
    pub fields: Vec<FieldChoice>,
    /// `threshold` and `import`: how many days back, 1 to 90; 14 when not given.
    #[garde(inner(range(min = 1, max = 90)))]
    #[serde(default)]
    pub days: Option<i64>,
}

/// Thresholds to try, 0 to 100.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema, garde::Validate)]
#[garde(allow_unvalidated)]
pub(super) struct PreviewThresholds {
    /// From here a task is made.
    #[garde(inner(range(max = 100)))]
    #[serde(default)]
    pub task: Option<u8>,
    /// From here an expansion becomes an opportunity.
    #[garde(inner(range(max = 100)))]
    #[serde(default)]
    pub opportunity: Option<u8>,
}

words! {
    /// What would happen.
    pub enum PlannedAction {
        /// A record would be made.
        Create = "create",
        /// Fields would be changed.
        Update = "update",
        /// The signal would be linked to an opportunity, with a note there.
        Comment = "comment",
        /// Nothing, for the reason given.
        Skip = "skip",
    }
}

/// What would be written.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Plan {
    /// The latest first, at most 200.
    pub would_write: Vec<PlannedWrite>,
    /// How many there are of each.
    pub counts: PlanCounts,
    /// There is more than is shown and counted.
    pub has_more: bool,
}

/// How many writes of each kind there would be.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub(super) struct PlanCounts {
    pub create: usize,
    pub update: usize,
    pub comment: usize,
    pub skip: usize,
}

/// One write that would happen, or would not.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PlannedWrite {
    /// Where to.
    pub system: String,
    /// What.
    pub record_type: RecordType,
    /// What would happen.
    pub action: PlannedAction,
    /// The account that it concerns.
    pub account: Option<NamedRef<AccountId>>,
    /// The signal; null for fields, and for what was too unsure to be one.
    pub signal: Option<DeliverySignal>,
    /// What would stand where.
    pub fields: Vec<PlannedField>,
    /// Why it would happen, or why not.
    pub reason: Option<String>,
}

/// What would stand in a field.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PlannedField {
    /// The field.
    pub name: String,
    /// The name that people see.
    pub label: String,
    /// What we believe stands there.
    pub before: Option<String>,
    /// What would stand there.
    pub after: Option<String>,
}

#[derive(FromQueryResult)]
struct CrmRow {
    id: ConnectionId,
    vendor: String,
}

/// What would be written.
///
/// # Errors
/// 409 when no CRM is connected, 404 when that connection is not there.
pub(super) async fn plan(tx: &TenantTx, wanted: &PreviewDeliveries, now: DateTime<Utc>) -> Result<Plan, Problem> {
    let crm = crm(tx, wanted.connection_id).await?;
    let crm = crm.ok_or_else(|| match wanted.connection_id {
        Some(_) => Problem::not_found(),
        None => Problem::conflict("No CRM is connected. Connect one under Connections, then try again."),
    })?;
    let (mut writes, has_more) = match wanted.kind {
        PreviewKind::FieldMapping => of_mapping(tx, &crm, &wanted.fields, now).await?,
        PreviewKind::Threshold | PreviewKind::Import => of_detections(tx, &crm, wanted, now).await?,
    };
    writes.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    let count = |action| writes.iter().filter(|write| write.action == action).count();
    let counts = PlanCounts {
        create: count(PlannedAction::Create),
        update: count(PlannedAction::Update),
        comment: count(PlannedAction::Comment),
        skip: count(PlannedAction::Skip),
    };
    Ok(Plan {
        would_write: writes,
        counts,
        has_more,
    })
}

async fn crm(tx: &TenantTx, id: Option<ConnectionId>) -> Result<Option<CrmRow>, DbErr> {
    let mut sql =
        Sql::new("SELECT id, vendor FROM connections WHERE tenant_id = $1 AND vendor <> 'slack'").bind(tx.tenant_id());
    if let Some(id) = id {
        sql = sql.push(" AND id = ").push_bind(id);
    }
    sql.push(" ORDER BY created_at LIMIT 1").one(tx).await
}

async fn of_detections(
    tx: &TenantTx,
    crm: &CrmRow,
    wanted: &PreviewDeliveries,
    now: DateTime<Utc>,
) -> Result<(Vec<PlannedWrite>, bool), DbErr> {
    let thresholds = thresholds(tx, wanted.thresholds).await?;
    let since = now - TimeDelta::days(wanted.days.unwrap_or(14));
    let is_import = wanted.kind == PreviewKind::Import;
    let mut found = Facts::of_detections(tx, &crm.vendor, since, is_import, MOST + 1).await?;
    let has_more = found.len() as i64 > MOST;
    found.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    let there = there(tx, crm, since).await?;
    // An account's first opportunity of the plan stands for its later ones, as it would when they came one by one.
    let mut given: BTreeMap<AccountId, DateTime<Utc>> = BTreeMap::new();
    let mut writes = Vec::new();
    for facts in found.iter().rev() {
        let confidence = Confidence::new(u8::try_from(facts.confidence).unwrap_or(0));
        let Some(record) = called_for(facts.signal_kind(), confidence, &thresholds) else {
            continue;
        };
        let is_there = facts
            .signal_id
            .is_some_and(|signal| there.contains(&(signal, record.as_str().to_owned())));
        let standing = match facts.account_id {
            Some(account) if record == RecordType::Opportunity => {
                let planned = given
                    .get(&account)
                    .is_some_and(|at| facts.detected_at - *at < guard::WINDOW);
                planned || guard::latest(&guard::ours(tx, &crm.vendor, facts, now).await?).is_some()
            }
            _ => false,
        };
        if let (RecordType::Opportunity, Some(account), false) = (record, facts.account_id, standing) {
            given.insert(account, facts.detected_at);
        }
        writes.push(planned(crm, facts, record, is_there, standing, now));
    }
    writes.reverse();
    Ok((writes, has_more))
}

fn planned(
    crm: &CrmRow,
    facts: &Facts,
    record: RecordType,
    is_there: bool,
    standing: bool,
    now: DateTime<Utc>,
) -> PlannedWrite {
    let because = format!("{} at {} %.", facts.signal_kind().label(), facts.confidence);
    let (action, reason) = if is_there {
        (PlannedAction::Skip, "It is there already, or on its way.".to_owned())
    } else if facts.crm_account_id.is_none() {
        let reason = "It would wait until the account is known in the CRM.";
        (PlannedAction::Skip, reason.to_owned())
    } else if standing {
        let reason = format!("{because} The account was given an opportunity within 14 days.");
        (PlannedAction::Comment, reason)
    } else {
        (PlannedAction::Create, because)
    };
    PlannedWrite {
        system: crm.vendor.clone(),
        record_type: record,
        action,
        account: facts
            .account_id
            .zip(facts.account.clone())
            .map(|(id, name)| NamedRef { id, name }),
        signal: facts.signal_id.map(|id| DeliverySignal {
            id,
            title: facts.title.clone(),
        }),
        fields: match action {
            PlannedAction::Skip => Vec::new(),
            PlannedAction::Comment => comment_fields(facts),
            _ => fields(facts, record, now),
        },
        reason: Some(reason),
    }
}

/// The drafts as they would be written; the links in them are left out of a preview's field list.
fn fields(facts: &Facts, record: RecordType, now: DateTime<Utc>) -> Vec<PlannedField> {
    let rows = match record {
        RecordType::Opportunity => {
            let Some(draft) = opportunity::draft(facts, None, "", now) else {
                return Vec::new();
            };
            vec![
                ("name", "Name", Some(draft.name)),
                ("amount", "Amount", draft.amount_minor.map(money)),
                ("close_date", "Close date", Some(draft.close_date.to_string())),
                ("owner_id", "Owner", draft.owner_id),
            ]
        }
        _ => {
            let draft = task::draft(facts, "", now);
            vec![
                ("subject", "Subject", Some(draft.subject)),
                ("due_date", "Due date", Some(draft.due_date.to_string())),
                ("priority", "Priority", draft.priority),
                ("owner_id", "Owner", draft.owner_id),
            ]
        }
    };
    rows.into_iter().map(new_field).collect()
}

fn comment_fields(facts: &Facts) -> Vec<PlannedField> {
    let comment = note::comment(facts, "");
    vec![new_field(("title", "Note", Some(comment.title)))]
}

fn new_field((name, label, after): (&str, &str, Option<String>)) -> PlannedField {
    PlannedField {
        name: name.to_owned(),
        label: label.to_owned(),
        before: None,
        after,
    }
}

fn money(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

/// Records that are there, on their way, or were taken back and stay so.
async fn there(tx: &TenantTx, crm: &CrmRow, since: DateTime<Utc>) -> Result<BTreeSet<(SignalId, String)>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        signal_id: SignalId,
        record_type: String,
    }
    let rows: Vec<Row> = Sql::new(
        "SELECT signal_id, record_type FROM deliveries
          WHERE tenant_id = $1 AND system = $2 AND signal_detected_at >= $3 AND signal_id IS NOT NULL
            AND state NOT IN ('suppressed', 'discarded', 'dead_letter')",
    )
    .bind(tx.tenant_id())
    .bind(crm.vendor.as_str())
    .bind(since)
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.signal_id, row.record_type)).collect())
}

/// The tenant's thresholds with those of the request in their place.
async fn thresholds(tx: &TenantTx, tried: Option<PreviewThresholds>) -> Result<Thresholds, DbErr> {
    let stored: Option<Option<Value>> = Sql::new(
        "SELECT config->'thresholds' AS value FROM detection_configs WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1",
    )
    .bind(tx.tenant_id())
    .scalar(tx)
    .await?;
    let mut thresholds: Thresholds = stored
        .flatten()
        .and_then(|stored| serde_json::from_value(stored).ok())
        .unwrap_or_default();
    if let Some(task) = tried.and_then(|tried| tried.task) {
        thresholds.task = Confidence::new(task);
    }
    if let Some(opportunity) = tried.and_then(|tried| tried.opportunity) {
        thresholds.opportunity = Confidence::new(opportunity);
    }
    Ok(thresholds)
}

async fn of_mapping(
    tx: &TenantTx,
    crm: &CrmRow,
    choices: &[FieldChoice],
    now: DateTime<Utc>,
) -> Result<(Vec<PlannedWrite>, bool), DbErr> {
    let known_fields = field_mapping::known_fields(tx, crm.id).await?;
    let mut mapping = field_mapping::usable(choices, &known_fields);
    let is_chosen = |field| choices.iter().any(|choice| choice.momentum_field == field);
    let kept = field_mapping::written_fields(tx, crm.id).await?;
    mapping.extend(kept.into_iter().filter(|kept| !is_chosen(kept.momentum_field)));
    let accounts = accounts(tx, &crm.vendor).await?;
    let has_more = accounts.len() as i64 > MOST;
    let ids: Vec<AccountId> = accounts.iter().map(|account| account.id).collect();
    let known = account_fields::of_accounts(tx, &ids, now).await?;
    let last = account_fields::last_written(tx, crm.id, &ids).await?;
    let mut writes = Vec::new();
    for account in accounts {
        let Some(known) = known.get(&account.id) else { continue };
        let before = last.get(&account.id);
        let desired = account_fields::desired(&mapping, known);
        let fields: Vec<PlannedField> = mapping
            .iter()
            .filter_map(|mapped| {
                let after = desired.get(&mapped.crm_field)?;
                let before = before.and_then(|before| before.get(&mapped.crm_field));
                (before != Some(after)).then(|| PlannedField {
                    name: mapped.crm_field.clone(),
                    label: mapped.momentum_field.label().to_owned(),
                    before: before.and_then(said),
                    after: said(after),
                })
            })
            .collect();
        if !fields.is_empty() {
            writes.push(PlannedWrite {
                system: crm.vendor.clone(),
                record_type: RecordType::AccountFields,
                action: PlannedAction::Update,
                account: Some(account),
                signal: None,
                fields,
                reason: None,
            });
        }
    }
    Ok((writes, has_more))
}

async fn accounts(tx: &TenantTx, system: &str) -> Result<Vec<NamedRef<AccountId>>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        id: AccountId,
        name: String,
    }
    let rows: Vec<Row> = Sql::new(
        "SELECT id, name FROM accounts WHERE tenant_id = $1 AND crm_system = $2 AND crm_id IS NOT NULL
          ORDER BY last_signal_at DESC NULLS LAST, id LIMIT $3",
    )
    .bind(tx.tenant_id())
    .bind(system)
    .bind(MOST + 1)
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|Row { id, name }| NamedRef { id, name }).collect())
}

/// A value as people read it.
fn said(value: &FieldValue) -> Option<String> {
    match value {
        FieldValue::Text(text) => Some(text.clone()),
        FieldValue::Number(number) => Some(number.to_string()),
        FieldValue::Date(day) => Some(day.to_string()),
        FieldValue::DateTime(at) => Some(at.format("%Y-%m-%d %H:%M UTC").to_string()),
        FieldValue::Boolean(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        FieldValue::Null => None,
    }
}
