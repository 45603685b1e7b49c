//! Which field of the CRM's accounts stands for which of ours.

use momentum_connectors::crm::{CrmField, FieldKind, FieldValue};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::foundation::http::words;
use crate::foundation::ids::ConnectionId;

words! {
    /// What we know of an account that a field of the CRM can stand for.
    pub enum MomentumField {
        /// Annual recurring revenue.
        Arr = "arr",
        /// When the contract ends.
        RenewalOn = "renewal_on",
        /// 0 to 100: how well the account is doing, from its open signals.
        HealthScore = "health_score",
        /// When its latest signal was said.
        LastSignalAt = "last_signal_at",
        /// Risk and churn signals that wait for somebody.
        OpenRiskSignals = "open_risk_signals",
        /// Expansion and buying signals that wait for somebody.
        OpenExpansionSignals = "open_expansion_signals",
        /// 0 to 100: on how many days of the last four weeks the customer wrote.
        AdoptionScore = "adoption_score",
    }
}

words! {
    /// Which way a field goes.
    pub enum Direction {
        /// From the CRM to us.
        Read = "read",
        /// From us to the CRM.
        Write = "write",
    }
}

words! {
    /// Who wins when a field was changed in the CRM since we wrote it.
    pub enum Wins {
        /// The CRM: what somebody entered there stays.
        Crm = "crm",
        /// Momentum: our value is written again.
        Momentum = "momentum",
    }
}

words! {
    /// What a field holds.
    pub enum ValueKind {
        /// Words.
        Text = "text",
        /// A number.
        Number = "number",
        /// Money.
        Currency = "currency",
        /// A day.
        Date = "date",
        /// An instant.
        DateTime = "date_time",
        /// Yes or no.
        Boolean = "boolean",
        /// One of a list.
        Picklist = "picklist",
    }
}

impl From<FieldKind> for ValueKind {
    fn from(kind: FieldKind) -> Self {
        match kind {
            FieldKind::Text => Self::Text,
            FieldKind::Number => Self::Number,
            FieldKind::Currency => Self::Currency,
            FieldKind::Date => Self::Date,
            FieldKind::DateTime => Self::DateTime,
            FieldKind::Boolean => Self::Boolean,
            FieldKind::Picklist => Self::Picklist,
        }
    }
}

impl MomentumField {
    /// The name that people see.
    pub fn label(self) -> &'static str {
        match self {
            Self::Arr => "Annual recurring revenue",
            Self::RenewalOn => "Renewal date",
            Self::HealthScore => "Health score",
            Self::LastSignalAt => "Last signal",
            Self::OpenRiskSignals => "Open risk signals",
            Self::OpenExpansionSignals => "Open expansion signals",
            Self::AdoptionScore => "Adoption score",
        }
    }

    /// Which way it goes.
    pub fn direction(self) -> Direction {
        match self {
            Self::Arr | Self::RenewalOn => Direction::Read,
            _ => Direction::Write,
        }
    }

    /// What it holds.
    pub fn kind(self) -> ValueKind {
        match self {
            Self::Arr => ValueKind::Currency,
            Self::RenewalOn => ValueKind::Date,
            Self::LastSignalAt => ValueKind::DateTime,
            _ => ValueKind::Number,
        }
    }

    /// The kinds of field that can stand for it, the best first. Whatever is written can be written as text.
    fn takes(self) -> &'static [ValueKind] {
        match self {
            Self::Arr => &[ValueKind::Currency, ValueKind::Number],
            Self::RenewalOn => &[ValueKind::Date],
            Self::LastSignalAt => &[ValueKind::DateTime, ValueKind::Date, ValueKind::Text],
            _ => &[ValueKind::Number, ValueKind::Text],
        }
    }

    /// Why `field` cannot stand for this, in words for an admin.
    pub fn objection(self, field: &CrmField) -> Option<String> {
        let kind = ValueKind::from(field.kind);
        if !self.takes().contains(&kind) {
            let takes: Vec<&str> = self.takes().iter().map(|kind| kind.as_str()).collect();
            let (label, takes) = (&field.label, takes.join(" or "));
            return Some(format!(
                "“{label}” holds {}; this needs {takes}.",
                kind.as_str().replace('_', " ")
            ));
        }
        (self.direction() == Direction::Write && !field.is_writable)
            .then(|| format!("“{}” cannot be written by Momentum's user in the CRM.", field.label))
    }
}

/// A field of ours and what stands for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// Ours.
    pub momentum_field: MomentumField,
    /// The CRM's name of its own.
    pub crm_field: String,
    /// What that holds.
    pub kind: ValueKind,
    /// Who wins.
    pub wins: Wins,
}

/// A value of ours, in the form that a field of this kind takes.
pub fn fitted(value: FieldValue, kind: ValueKind) -> FieldValue {
    match (value, kind) {
        (FieldValue::Number(number), ValueKind::Text) => FieldValue::Text(format!("{number}")),
        (FieldValue::DateTime(at), ValueKind::Date) => FieldValue::Date(at.date_naive()),
        (FieldValue::DateTime(at), ValueKind::Text) => FieldValue::Text(at.format("%Y-%m-%d %H:%M UTC").to_string()),
        (value, _) => value,
    }
}

/// The mappings of all CRM connections.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldMappings {
    /// One for each connected CRM.
    pub connections: Vec<ConnectionMapping>,
}

/// The mapping of one CRM.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConnectionMapping {
    /// The connection.
    pub connection_id: ConnectionId,
    /// Its CRM, such as `salesforce`.
    pub system: String,
    /// Every field of ours, mapped or not.
    pub fields: Vec<MappedField>,
    /// What the CRM's accounts have; empty until it was asked, which happens with the first sync.
    pub crm_fields: Vec<MappableField>,
}

/// A field of ours and what stands for it.
#[derive(Debug, Serialize, ToSchema)]
pub struct MappedField {
    /// Ours.
    pub momentum_field: MomentumField,
    /// The name that people see.
    pub label: String,
    /// What it holds.
    pub kind: ValueKind,
    /// Which way it goes.
    pub direction: Direction,
    /// The CRM's field; null when none stands for it.
    pub crm_field: Option<String>,
    /// Who wins when both changed.
    pub wins: Wins,
    /// What is wrong with the choice.
    pub warning: Option<String>,
}

/// A field of the CRM's accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct MappableField {
    /// The name the CRM's API takes.
    pub name: String,
    /// The name that people see.
    pub label: String,
    /// What it holds.
    pub kind: ValueKind,
    /// The values of a picklist.
    pub options: Vec<String>,
    /// Whether Momentum's user may write it.
    pub is_writable: bool,
    /// Whether the company made it itself.
    pub is_custom: bool,
}

impl From<CrmField> for MappableField {
    fn from(field: CrmField) -> Self {
        Self {
            name: field.name,
            label: field.label,
            kind: field.kind.into(),
            options: field.options,
            is_writable: field.is_writable,
            is_custom: field.is_custom,
        }
    }
}

/// What to map. A field that is not named stays as it is.
#[derive(Clone, Debug, Deserialize, ToSchema, garde::Validate)]
#[garde(allow_unvalidated)]
pub struct PutFieldMapping {
    /// The choices.
    #[garde(length(max = 50), dive)]
    pub fields: Vec<FieldChoice>,
}

/// What shall stand for a field of ours.
#[derive(Clone, Debug, Deserialize, ToSchema, garde::Validate)]
#[garde(allow_unvalidated)]
pub struct FieldChoice {
    /// Ours.
    pub momentum_field: MomentumField,
    /// The CRM's; null for none.
    #[garde(inner(length(chars, min = 1, max = 255)))]
    #[serde(default)]
    pub crm_field: Option<String>,
    /// Who wins; the CRM when not given.
    #[serde(default = "crm")]
    pub wins: Wins,
}

fn crm() -> Wins {
    Wins::Crm
}

/// What the company decides about what is written to its CRM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, garde::Validate)]
#[garde(allow_unvalidated)]
pub struct CrmSettings {
    /// The month in which the fiscal year begins, 1 to 12: opportunities close at the end of a fiscal quarter.
    #[garde(range(min = 1, max = 12))]
    pub fiscal_year_start_month: i16,
    /// An expansion is expected to add so many percent of the account's recurring revenue; null leaves amounts blank.
    #[garde(inner(range(min = 1, max = 500)))]
    pub expansion_percent: Option<i16>,
    /// Whether notes on signals also go to the CRM's timeline.
    pub notes_to_crm: bool,
}
