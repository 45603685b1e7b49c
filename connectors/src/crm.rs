//! What Momentum asks of a CRM. One trait, so that the pipeline does not know which vendor it writes to.

use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{ChangePage, ConnectorResult, Cursor, Page};

/// A customer relationship management system, as one connection sees it.
///
/// **Exactly once in effect.** Every `upsert_*` takes our id and looks for it first: a record that exists already is returned untouched
/// ([`WriteOutcome::AlreadyExisted`]), so that a retry never undoes what a person changed in the CRM meanwhile. Where the org has a unique
/// external-id field for our id (see [`CrmSchema`]), the vendor's own uniqueness closes the gap between looking and writing; where it has
/// none, the caller must serialise writes to one account.
#[async_trait]
pub trait Crm: Send + Sync {
    /// Which vendor this is.
    fn system(&self) -> CrmSystem;

    /// Whether the credential works, and whose it is. The cheapest authenticated call.
    async fn probe(&self) -> ConnectorResult<CrmIdentity>;

    /// What this org looks like, asked anew. Store it with the connection: it is read on every write.
    async fn describe(&self) -> ConnectorResult<CrmSchema>;

    /// Accounts changed since the cursor, oldest change first; all of them when there is none.
    async fn accounts_changed_since(&self, cursor: Option<&Cursor>) -> ConnectorResult<ChangePage<CrmAccount>>;

    /// Contacts changed since the cursor, oldest change first; all of them when there is none.
    async fn contacts_changed_since(&self, cursor: Option<&Cursor>) -> ConnectorResult<ChangePage<CrmContact>>;

    /// The people who can own records.
    async fn users(&self, cursor: Option<&Cursor>) -> ConnectorResult<Page<CrmUser>>;

    /// The task with our id, the oldest one if somebody made twins.
    async fn find_task_by_external_id(&self, key: &RecordKey) -> ConnectorResult<Option<CrmRecordRef>>;

    /// Makes sure that exactly one task with our id exists.
    async fn upsert_task(&self, draft: &TaskDraft) -> ConnectorResult<Written>;

    /// The opportunity with our id, the oldest one if somebody made twins.
    async fn find_opportunity_by_external_id(&self, key: &RecordKey) -> ConnectorResult<Option<CrmRecordRef>>;

    /// Makes sure that exactly one opportunity with our id exists.
    async fn upsert_opportunity(&self, draft: &OpportunityDraft) -> ConnectorResult<Written>;

    /// Makes sure that exactly one note with our id is on the account's or opportunity's timeline.
    async fn upsert_note(&self, draft: &NoteDraft) -> ConnectorResult<Written>;
}

/// The vendors there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CrmSystem {
    /// Salesforce.
    Salesforce,
}

impl fmt::Display for CrmSystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Salesforce => "salesforce",
        })
    }
}

/// Who we are to the CRM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrmIdentity {
    /// The org's id; stable, so it tells whether a reconnect went to the same org.
    pub org_id: String,
    /// The org's name, where the vendor tells.
    pub org_name: Option<String>,
    /// The user whose authorization we act under, where the vendor tells.
    pub user_id: Option<String>,
}

/// What this connector must know of an org before it writes there. Serializable, so that the server can keep it with the connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrmSchema {
    /// How our id travels in tasks (and notes).
    pub task_id_field: ExternalIdField,
    /// How our id travels in opportunities.
    pub opportunity_id_field: ExternalIdField,
    /// The status a new task gets: the org's first one that is not closed. Salesforce has no "Open" by default.
    pub open_task_status: String,
    /// The status of something done, which is what a note is. `None` when the org has no closed status.
    pub closed_task_status: Option<String>,
    /// The task types that exist; empty when the org hides the field.
    pub task_types: Vec<String>,
    /// The task priorities that exist.
    pub task_priorities: Vec<String>,
    /// The opportunity stages, in the org's order.
    pub opportunity_stages: Vec<OpportunityStage>,
    /// Fields of an account that could hold its annual recurring revenue: currency fields, standard ones last.
    pub account_money_fields: Vec<String>,
    /// Fields of an account that could hold its renewal date.
    pub account_date_fields: Vec<String>,
}

/// How our id travels in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExternalIdField {
    /// An external-id field that the vendor keeps unique: writing by it cannot make twins.
    Unique,
    /// An external-id field without uniqueness: two writes at the same moment can make twins. Serialise writes to one account.
    ExternalId,
    /// An ordinary field of that name: it can be searched only. Serialise writes to one account.
    PlainField,
    /// There is no such field: our id stands in a marker line of the description. Serialise writes to one account.
    Missing,
}

/// One step of the org's sales process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpportunityStage {
    /// The name to write.
    pub name: String,
    /// Won or lost: nothing more will happen.
    pub is_closed: bool,
    /// Won.
    pub is_won: bool,
}

/// A customer of the tenant, as its CRM tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrmAccount {
    /// The CRM's id (Salesforce: 18 characters).
    pub id: String,
    /// The name; empty only for deleted ones.
    pub name: String,
    /// The web address as somebody typed it.
    pub website: Option<String>,
    /// The host name of `website`, lower case and without `www.`.
    pub domain: Option<String>,
    /// Who owns it.
    pub owner: Option<CrmUser>,
    /// Annual recurring revenue in hundredths of the org's currency unit, when the connection names the field for it.
    pub arr_minor: Option<i64>,
    /// When the contract ends, when the connection names the field for it.
    pub renewal_date: Option<NaiveDate>,
    /// Gone, or merged into another.
    pub is_deleted: bool,
    /// The account that took over, when this one was merged away.
    pub merged_into: Option<String>,
    /// When the CRM last touched it.
    pub changed_at: DateTime<Utc>,
}

/// A person at an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrmContact {
    /// The CRM's id.
    pub id: String,
    /// The account, if the contact belongs to one.
    pub account_id: Option<String>,
    /// Full name.
    pub name: String,
    /// E-mail address, as typed.
    pub email: Option<String>,
    /// Job title.
    pub title: Option<String>,
    /// Gone, or merged into another.
    pub is_deleted: bool,
    /// The contact that took over, when this one was merged away.
    pub merged_into: Option<String>,
    /// When the CRM last touched it.
    pub changed_at: DateTime<Utc>,
}

/// A user of the CRM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrmUser {
    /// The CRM's id.
    pub id: String,
    /// Full name.
    pub name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Whether the user may still own records.
    pub is_active: bool,
}

/// A pointer to a record in the CRM.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CrmRecordRef {
    /// The vendor.
    pub system: CrmSystem,
    /// The vendor's name for the kind of record, such as `Task`.
    #[serde(rename = "type")]
    pub record_type: String,
    /// The CRM's id.
    pub id: String,
    /// Where a person can look at it.
    pub url: String,
}

/// How to find a record of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordKey {
    /// Our id, such as `sig_…`.
    pub external_id: String,
    /// The account the record hangs on: without an id field in the org, only its records are searched.
    pub account_id: Option<String>,
    /// No record of ours is older than this; keeps the search small in orgs without an id field. A day of clock difference is allowed for.
    pub not_before: Option<DateTime<Utc>>,
}

/// A task to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskDraft {
    /// Our id, such as `sig_…`: makes it exist once.
    pub external_id: String,
    /// Cut at the vendor's limit (Salesforce: 255 characters).
    pub subject: String,
    /// Plain text. In orgs without an id field, a marker line with our id is added at the end.
    pub description: String,
    /// The account (Salesforce `WhatId`).
    pub account_id: Option<String>,
    /// The person at the account (Salesforce `WhoId`, which takes a contact or lead only).
    pub contact_id: Option<String>,
    /// Who shall do it (Salesforce `OwnerId`); the connection's own user when `None`.
    pub owner_id: Option<String>,
    /// The type, such as `Call`; left out when the org does not have it.
    pub kind: Option<String>,
    /// The due day.
    pub due_date: NaiveDate,
    /// The priority, such as `High`; left out when the org does not have it.
    pub priority: Option<String>,
    /// As [`RecordKey::not_before`]: when the signal was made.
    pub not_before: Option<DateTime<Utc>>,
}

impl TaskDraft {
    /// How to find the task this draft makes.
    #[must_use]
    pub fn key(&self) -> RecordKey {
        RecordKey {
            external_id: self.external_id.clone(),
            account_id: self.account_id.clone(),
            not_before: self.not_before,
        }
    }
}

/// An opportunity to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpportunityDraft {
    /// Our id: makes it exist once.
    pub external_id: String,
    /// Cut at the vendor's limit (Salesforce: 120 characters).
    pub name: String,
    /// Plain text.
    pub description: String,
    /// The account.
    pub account_id: String,
    /// The owner; the connection's own user when `None`.
    pub owner_id: Option<String>,
    /// The stage; the org's first open one when `None`.
    pub stage: Option<String>,
    /// The expected amount in hundredths of the org's currency unit.
    pub amount_minor: Option<i64>,
    /// When it is expected to close.
    pub close_date: NaiveDate,
    /// As [`RecordKey::not_before`].
    pub not_before: Option<DateTime<Utc>>,
}

impl OpportunityDraft {
    /// How to find the opportunity this draft makes.
    #[must_use]
    pub fn key(&self) -> RecordKey {
        RecordKey {
            external_id: self.external_id.clone(),
            account_id: Some(self.account_id.clone()),
            not_before: self.not_before,
        }
    }
}

/// Something said about an account or opportunity, for its timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteDraft {
    /// Our id, different from the id of any task.
    pub external_id: String,
    /// One line.
    pub title: String,
    /// Plain text.
    pub body: String,
    /// The account or opportunity it belongs to.
    pub parent_id: String,
    /// Who it is attributed to; the connection's own user when `None`.
    pub owner_id: Option<String>,
    /// The day it happened.
    pub date: NaiveDate,
    /// As [`RecordKey::not_before`].
    pub not_before: Option<DateTime<Utc>>,
}

/// What a write came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The one record that holds our id.
    pub record: CrmRecordRef,
    /// Whether we made it.
    pub outcome: WriteOutcome,
    /// Other records that hold the same id: somebody copied ours, or the org has no unique field. Show them to an admin.
    pub twins: Vec<CrmRecordRef>,
}

/// Whether a write made the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WriteOutcome {
    /// The record is new.
    Created,
    /// The record was there; nothing was written.
    AlreadyExisted,
    /// The record appeared between looking and writing, and the vendor merged our values into it.
    Updated,
}
