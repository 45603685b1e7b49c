//! What an org looks like.

use reqwest::Method;
use serde::{Deserialize, de::DeserializeOwned};

use super::{EXTERNAL_ID_FIELD, Salesforce};
use crate::{
    ConnectorError, ConnectorResult,
    crm::{CrmField, CrmSchema, ExternalIdField, FieldKind, OpportunityStage},
};

#[derive(Deserialize)]
pub(super) struct Described {
    fields: Vec<Field>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Field {
    name: String,
    #[serde(default)]
    label: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    external_id: bool,
    #[serde(default)]
    unique: bool,
    #[serde(default = "yes")]
    createable: bool,
    #[serde(default = "yes")]
    updateable: bool,
    #[serde(default)]
    custom: bool,
    #[serde(default = "yes")]
    filterable: bool,
    #[serde(default)]
    picklist_values: Vec<PicklistValue>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
struct PicklistValue {
    value: String,
    #[serde(default = "yes")]
    active: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TaskStatus {
    master_label: String,
    is_closed: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Stage {
    master_label: String,
    is_closed: bool,
    is_won: bool,
}

impl Field {
    fn values(&self) -> Vec<String> {
        let active = self.picklist_values.iter().filter(|value| value.active);
        active.map(|value| value.value.clone()).collect()
    }

    /// What the field holds in our words (Object Reference, "Field Types"); `None` for ids, references, multi-select lists and compounds.
    fn mappable_kind(&self) -> Option<FieldKind> {
        Some(match self.kind.as_str() {
            "string" | "textarea" | "email" | "phone" | "url" | "combobox" => FieldKind::Text,
            "int" | "long" | "double" | "percent" => FieldKind::Number,
            "currency" => FieldKind::Currency,
            "date" => FieldKind::Date,
            "datetime" => FieldKind::DateTime,
            "boolean" => FieldKind::Boolean,
            "picklist" => FieldKind::Picklist,
            _ => return None,
        })
    }
}

impl Described {
    fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))
    }

    fn values(&self, name: &str) -> Vec<String> {
        self.field(name).map(Field::values).unwrap_or_default()
    }

    /// The fields that a field mapping may name.
    pub(super) fn mappable(&self) -> Vec<CrmField> {
        let field = |field: &Field| {
            Some(CrmField {
                kind: field.mappable_kind()?,
                name: field.name.clone(),
                label: if field.label.is_empty() {
                    &field.name
                } else {
                    &field.label
                }
                .clone(),
                options: field.values(),
                is_writable: field.updateable,
                is_custom: field.custom,
            })
        };
        self.fields.iter().filter_map(field).collect()
    }

    /// Never assumed: on many orgs the field is missing, not unique, or not writable for our user (then describe leaves it out).
    fn external_id(&self) -> ExternalIdField {
        match self.field(EXTERNAL_ID_FIELD) {
            Some(field) if field.createable && field.external_id && field.unique => ExternalIdField::Unique,
            Some(field) if field.createable && field.external_id => ExternalIdField::ExternalId,
            Some(field) if field.createable && field.filterable => ExternalIdField::PlainField,
            _ => ExternalIdField::Missing,
        }
    }

    /// Custom fields first: a recurring revenue or renewal date is seldom a standard field.
    fn names_of(&self, kinds: &[&str]) -> Vec<String> {
        let of_kind = self.fields.iter().filter(|field| kinds.contains(&field.kind.as_str()));
        let (custom, standard): (Vec<_>, Vec<_>) = of_kind.partition(|field| field.name.ends_with("__c"));
        custom
            .into_iter()
            .chain(standard)
            .map(|field| field.name.clone())
            .collect()
    }
}

impl Salesforce {
    /// The stored schema, or a fresh one.
    pub(super) async fn known_schema(&self) -> ConnectorResult<CrmSchema> {
        let known = self
            .schema
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone();
        match known {
            Some(schema) => Ok(schema),
            None => self.fresh_schema().await,
        }
    }

    /// Asks the org: three descriptions and two small queries.
    pub(super) async fn fresh_schema(&self) -> ConnectorResult<CrmSchema> {
        let task = self.described("Task").await?;
        let opportunity = self.described("Opportunity").await?;
        let account = self.described("Account").await?;
        let (open_task_status, closed_task_status) = self.task_statuses(&task).await?;
        let stages: Vec<Stage> = self
            .set_up(
                "SELECT MasterLabel, IsClosed, IsWon FROM OpportunityStage WHERE IsActive = true ORDER BY SortOrder",
            )
            .await?
            .unwrap_or_default();
        let schema = CrmSchema {
            task_id_field: task.external_id(),
            opportunity_id_field: opportunity.external_id(),
            open_task_status,
            closed_task_status,
            task_types: task.values("Type"),
            task_priorities: task.values("Priority"),
            opportunity_stages: stages
                .into_iter()
                .map(|stage| OpportunityStage {
                    name: stage.master_label,
                    is_closed: stage.is_closed,
                    is_won: stage.is_won,
                })
                .collect(),
            account_money_fields: account.names_of(&["currency"]),
            account_date_fields: account.names_of(&["date", "datetime"]),
        };
        *self.schema.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(schema.clone());
        Ok(schema)
    }

    /// Describe does not tell which status is closed, so the status table is asked; a user who may not read it gets the picklist's order,
    /// in which "Completed" is Salesforce's own name for done.
    async fn task_statuses(&self, task: &Described) -> ConnectorResult<(String, Option<String>)> {
        let rows: Option<Vec<TaskStatus>> = self
            .set_up("SELECT MasterLabel, IsClosed FROM TaskStatus ORDER BY SortOrder")
            .await?;
        let statuses: Vec<(String, bool)> = match rows {
            Some(rows) if !rows.is_empty() => rows.into_iter().map(|row| (row.master_label, row.is_closed)).collect(),
            _ => task
                .values("Status")
                .into_iter()
                .map(|value| (value.clone(), value == "Completed"))
                .collect(),
        };
        let with = |closed: bool| {
            statuses
                .iter()
                .find(|(_, is)| *is == closed)
                .map(|(name, _)| name.clone())
        };
        let open = with(false).ok_or_else(|| {
            ConnectorError::rejected(
                "no_open_task_status",
                "the org has no task status that is not closed; add one",
            )
        })?;
        Ok((open, with(true)))
    }

    pub(super) async fn described(&self, sobject: &str) -> ConnectorResult<Described> {
        self.call(
            "salesforce.describe",
            Method::GET,
            &["sobjects", sobject, "describe"],
            &[],
            None,
        )
        .await?
        .json()
    }

    /// A query of a set-up table; `None` when our user may not read it.
    async fn set_up<Row: DeserializeOwned>(&self, soql: &str) -> ConnectorResult<Option<Vec<Row>>> {
        match self.query("salesforce.setup", soql, false).await {
            Ok(answer) => Ok(Some(answer.records)),
            Err(ConnectorError::Rejected { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
