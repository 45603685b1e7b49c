//! What Momentum asks of a CRM. One trait, so that the pipeline does not know which vendor it writes to.

mod drafts;
mod records;
mod schema;

use std::{collections::BTreeMap, fmt};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{ChangePage, ConnectorResult, Cursor, Page};

pub use drafts::{NoteDraft, NoteParent, OpportunityDraft, RecordKey, TaskDraft, WriteOutcome, Written};
pub(crate) use records::domain;
pub use records::{CrmAccount, CrmActivity, CrmContact, CrmOpportunity, CrmRecordRef, CrmUser, RecordState, Removal};
pub use schema::{AccountFields, CrmField, CrmSchema, ExternalIdField, FieldKind, FieldValue, OpportunityStage};

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

    /// Where a person can look at the account with this id; `None` where the vendor's links cannot be told.
    async fn account_url(&self, account_id: &str) -> ConnectorResult<Option<String>> {
        let _ = account_id;
        Ok(None)
    }

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

    /// The note with our id, the oldest one if somebody made twins.
    async fn find_note_by_external_id(&self, key: &RecordKey) -> ConnectorResult<Option<CrmRecordRef>>;

    /// Makes sure that exactly one note with our id is on the account's or opportunity's timeline.
    async fn upsert_note(&self, draft: &NoteDraft) -> ConnectorResult<Written>;

    /// The fields of an account that a field mapping may name, asked anew.
    async fn account_fields(&self) -> ConnectorResult<Vec<CrmField>>;

    /// Writes these fields of an account, and no others. Writing the same again changes nothing, so it may be repeated.
    async fn update_account(&self, account_id: &str, fields: &BTreeMap<String, FieldValue>) -> ConnectorResult<()>;

    /// What stands in these fields of an account; `None` when the account is gone.
    async fn read_account_fields(&self, account_id: &str, names: &[String]) -> ConnectorResult<Option<AccountFields>>;

    /// The account's opportunities that are neither won nor lost, oldest first. Never answered out of a lagging index.
    async fn open_opportunities(&self, account_id: &str) -> ConnectorResult<Vec<CrmOpportunity>>;

    /// Opportunities changed since the cursor, oldest change first; all of them when there is none.
    async fn opportunities_changed_since(&self, cursor: Option<&Cursor>)
    -> ConnectorResult<ChangePage<CrmOpportunity>>;

    /// Tasks changed since the cursor, oldest change first; all of them when there is none.
    async fn activities_changed_since(&self, cursor: Option<&Cursor>) -> ConnectorResult<ChangePage<CrmActivity>>;

    /// What became of these records, in the order asked for.
    async fn look_up(&self, refs: &[CrmRecordRef]) -> ConnectorResult<Vec<RecordState>>;

    /// Takes a record of ours back, unless somebody changed it after `untouched_since`, the moment of our last write to it by our own
    /// clock. Safe to repeat: what is gone is [`Removal::Gone`].
    async fn remove(&self, record: &CrmRecordRef, untouched_since: DateTime<Utc>) -> ConnectorResult<Removal>;

    /// What the vendor's headers last said of our share; `None` before the first call.
    fn quota(&self) -> Option<Quota>;
}

/// The vendors there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CrmSystem {
    /// Salesforce.
    Salesforce,
    /// HubSpot.
    Hubspot,
}

impl fmt::Display for CrmSystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Salesforce => "salesforce",
            Self::Hubspot => "hubspot",
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

/// How many calls a vendor allows, and how many of them are used, as its headers told with the latest answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// Calls used in the window, by all of the customer's tools where the vendor counts them together (Salesforce does).
    pub used: u64,
    /// Calls allowed in the window.
    pub limit: u64,
    /// How long the window is.
    pub window_seconds: u64,
    /// When the count begins anew; `None` where the window moves along (Salesforce) or the vendor does not tell.
    pub resets_at: Option<DateTime<Utc>>,
}

impl Quota {
    /// Whether at least this share is gone; stop background work at 0.8, because the rest is the customer's.
    #[must_use]
    pub fn is_above(self, share: f64) -> bool {
        self.used as f64 >= self.limit as f64 * share
    }
}
