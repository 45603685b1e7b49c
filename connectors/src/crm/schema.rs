//! What an org looks like: ids, stages, and the fields of its accounts.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

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

/// A field of an account that a field mapping may name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrmField {
    /// The name the API takes, such as `ARR__c`.
    pub name: String,
    /// The name people see.
    pub label: String,
    /// What it holds.
    pub kind: FieldKind,
    /// The values it may have, for a picklist; empty for others.
    pub options: Vec<String>,
    /// Whether our user may write it.
    pub is_writable: bool,
    /// Whether an admin of the org made it, rather than the vendor.
    pub is_custom: bool,
}

/// What a field holds. Fields of other kinds (references, files, formulas without a type) cannot be mapped and are not listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// Text of any length, addresses of all kinds included.
    Text,
    /// A number or a percentage.
    Number,
    /// An amount of money, in whole units of the org's currency.
    Currency,
    /// A day.
    Date,
    /// An instant.
    DateTime,
    /// Yes or no.
    Boolean,
    /// One of a list of values.
    Picklist,
}

/// What stands in a field, or shall stand there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum FieldValue {
    /// Text, also a picklist's value.
    Text(String),
    /// A number, also money in whole currency units.
    Number(f64),
    /// A day.
    Date(NaiveDate),
    /// An instant.
    DateTime(DateTime<Utc>),
    /// Yes or no.
    Boolean(bool),
    /// Nothing: writing it empties the field.
    Null,
}

/// Some fields of one account.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountFields {
    /// The CRM's id of the account.
    pub id: String,
    /// The values that were asked for, by the field's name. [`FieldValue::Null`] when the field is empty.
    pub values: BTreeMap<String, FieldValue>,
    /// When the CRM last touched the account.
    pub changed_at: DateTime<Utc>,
}
