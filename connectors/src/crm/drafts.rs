//! Records to be made, and what became of them.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::CrmRecordRef;

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
    /// What it belongs to.
    pub parent: NoteParent,
    /// Who it is attributed to; the connection's own user when `None`.
    pub owner_id: Option<String>,
    /// The day it happened.
    pub date: NaiveDate,
    /// As [`RecordKey::not_before`].
    pub not_before: Option<DateTime<Utc>>,
}

impl NoteDraft {
    /// How to find the note this draft makes.
    #[must_use]
    pub fn key(&self) -> RecordKey {
        RecordKey {
            external_id: self.external_id.clone(),
            account_id: Some(self.parent.id().to_owned()),
            not_before: self.not_before,
        }
    }
}

/// What a note hangs on. HubSpot's ids do not tell what they are ids of, so the kind is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum NoteParent {
    /// An account, by the CRM's id.
    Account(String),
    /// An opportunity, by the CRM's id.
    Opportunity(String),
}

impl NoteParent {
    /// The CRM's id.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Account(id) | Self::Opportunity(id) => id,
        }
    }
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
