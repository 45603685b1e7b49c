//! Exactly once in effect: the one way records are written.
//!
//! 1. Look for our id. A record that is there is left as it is: a person may have worked on it.
//! 2. Write by our id where the org has an external-id field, else insert.
//! 3. Whatever leaves it open whether the write happened (a lost answer, a 300 with twins, DUPLICATE_VALUE) is settled by looking again.

use chrono::{DateTime, Duration, Utc};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    EXTERNAL_ID_FIELD, Salesforce,
    fields::{DESCRIPTION_LENGTH, cut},
    soql,
};
use crate::{
    ConnectorError, ConnectorResult,
    crm::{CrmSchema, ExternalIdField, RecordKey, WriteOutcome, Written},
    outbound::OutboundResponse,
};

/// What a marker line begins with.
const MARKER: &str = "Momentum signal ";

/// Which object is written, and which of its fields says to whom it belongs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    pub sobject: &'static str,
    pub parent_field: &'static str,
    pub id_field: fn(&CrmSchema) -> ExternalIdField,
}

pub(super) const TASK: Target = Target {
    sobject: "Task",
    parent_field: "WhatId",
    id_field: |schema| schema.task_id_field,
};

pub(super) const OPPORTUNITY: Target = Target {
    sobject: "Opportunity",
    parent_field: "AccountId",
    id_field: |schema| schema.opportunity_id_field,
};

/// A record as found by our id.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Found {
    id: String,
    #[serde(default)]
    description: Option<String>,
}

#[derive(Deserialize)]
struct Saved {
    id: String,
    /// Upserts tell it from version 46 on; inserts do not.
    #[serde(default = "yes")]
    created: bool,
}

fn yes() -> bool {
    true
}

impl Salesforce {
    /// Makes sure that exactly one record with `key`'s id exists. `fields` builds it from what is known of the org.
    pub(super) async fn write_once(
        &self,
        target: Target,
        key: &RecordKey,
        fields: &(dyn Fn(&CrmSchema) -> ConnectorResult<Map<String, Value>> + Sync),
    ) -> ConnectorResult<Written> {
        let schema = self.known_schema().await?;
        match self.write_with(target, key, &schema, fields(&schema)?).await {
            // The admin added or removed our field, or changed a picklist, since we last asked.
            Err(error) if speaks_of_the_schema(&error) => {
                let fresh = self.fresh_schema().await?;
                if fresh == schema {
                    return Err(error);
                }
                self.write_with(target, key, &fresh, fields(&fresh)?).await
            }
            done => done,
        }
    }

    async fn write_with(
        &self,
        target: Target,
        key: &RecordKey,
        schema: &CrmSchema,
        mut fields: Map<String, Value>,
    ) -> ConnectorResult<Written> {
        let mode = (target.id_field)(schema);
        if let Some(written) = self.find(target, mode, key).await? {
            return Ok(written);
        }
        if mode == ExternalIdField::Missing {
            let said = fields.get("Description").and_then(Value::as_str).unwrap_or_default();
            fields.insert("Description".to_owned(), marked(said, &key.external_id).into());
        }
        let fields = Value::Object(fields);
        let refused = match self.write(target, mode, key, &fields).await {
            Ok(response) if response.status != StatusCode::MULTIPLE_CHOICES => {
                return self.written(target, mode, key, &response).await;
            }
            // Several records with our id, nothing written: the oldest one is ours, the others are for an admin.
            Ok(_) => ConnectorError::rejected(
                "MULTIPLE_CHOICES",
                "several records hold this id, none of them visible to us",
            ),
            Err(error) if error.is_ambiguous() || error.has_code("DUPLICATE_VALUE") => error,
            Err(error) => return Err(error),
        };
        match self.find(target, mode, key).await {
            Ok(Some(written)) => Ok(written),
            // Somebody else's transaction held the value when we wrote, and is undone now.
            Ok(None) if refused.has_code("DUPLICATE_VALUE") => {
                let response = self.write(target, mode, key, &fields).await?;
                self.written(target, mode, key, &response).await
            }
            // Not there (yet): the caller tries again later, and looks first.
            _ => Err(refused),
        }
    }

    async fn write(
        &self,
        target: Target,
        mode: ExternalIdField,
        key: &RecordKey,
        fields: &Value,
    ) -> ConnectorResult<OutboundResponse> {
        let id = key.external_id.as_str();
        match mode {
            ExternalIdField::Unique | ExternalIdField::ExternalId => {
                let path = ["sobjects", target.sobject, EXTERNAL_ID_FIELD, id];
                self.call("salesforce.upsert", Method::PATCH, &path, &[], Some(fields))
                    .await
            }
            ExternalIdField::PlainField | ExternalIdField::Missing => {
                let mut fields = fields.clone();
                if let (ExternalIdField::PlainField, Some(fields)) = (mode, fields.as_object_mut()) {
                    fields.insert(EXTERNAL_ID_FIELD.to_owned(), id.into());
                }
                self.call(
                    "salesforce.insert",
                    Method::POST,
                    &["sobjects", target.sobject],
                    &[],
                    Some(&fields),
                )
                .await
            }
        }
    }

    /// Reads a write's answer: 201 with the id; 200 with it and `created: false`; 204 without a body in older versions.
    async fn written(
        &self,
        target: Target,
        mode: ExternalIdField,
        key: &RecordKey,
        response: &OutboundResponse,
    ) -> ConnectorResult<Written> {
        if response.status == StatusCode::NO_CONTENT {
            let found = self.find(target, mode, key).await?;
            let found =
                found.ok_or_else(|| ConnectorError::ambiguous("the record that was written cannot be found yet"))?;
            return Ok(Written {
                outcome: WriteOutcome::Updated,
                ..found
            });
        }
        let saved: Saved = response.json()?;
        let outcome = if saved.created || response.status == StatusCode::CREATED {
            WriteOutcome::Created
        } else {
            WriteOutcome::Updated
        };
        Ok(Written {
            record: self.record_ref(target.sobject, &saved.id).await?,
            outcome,
            twins: Vec::new(),
        })
    }

    /// Looks for our id: by its field, or else by the marker line in the records of the account. The oldest one counts, others are twins.
    pub(super) async fn find(
        &self,
        target: Target,
        mode: ExternalIdField,
        key: &RecordKey,
    ) -> ConnectorResult<Option<Written>> {
        let found = if mode == ExternalIdField::Missing {
            self.find_by_marker(target, key).await?
        } else {
            let soql = format!(
                "SELECT Id FROM {} WHERE {EXTERNAL_ID_FIELD} = {} ORDER BY CreatedDate, Id LIMIT 20",
                target.sobject,
                soql::quoted(&key.external_id)
            );
            self.query::<Found>("salesforce.find", &soql, false).await?.records
        };
        let mut ids = found.into_iter().map(|record| record.id);
        let Some(oldest) = ids.next() else { return Ok(None) };
        let mut twins = Vec::new();
        for id in ids {
            twins.push(self.record_ref(target.sobject, &id).await?);
        }
        let record = self.record_ref(target.sobject, &oldest).await?;
        Ok(Some(Written {
            record,
            outcome: WriteOutcome::AlreadyExisted,
            twins,
        }))
    }

    /// Description is a long text and cannot stand in a WHERE, so the account's records are read and looked through.
    async fn find_by_marker(&self, target: Target, key: &RecordKey) -> ConnectorResult<Vec<Found>> {
        let parent = key.account_id.as_deref().map_or("null".to_owned(), soql::quoted);
        let not_before: Option<DateTime<Utc>> = key.not_before.map(|at| at - Duration::days(1));
        let soql = format!(
            "SELECT Id, Description FROM {} WHERE {} = {parent}{} ORDER BY CreatedDate, Id",
            target.sobject,
            target.parent_field,
            not_before
                .map(|at| format!(" AND CreatedDate >= {}", soql::instant(at)))
                .unwrap_or_default(),
        );
        let wanted = marker(&key.external_id);
        let is_ours = |record: &Found| {
            record
                .description
                .iter()
                .flat_map(|text| text.lines())
                .any(|line| line.trim() == wanted)
        };
        let mut answer = self.query::<Found>("salesforce.find", &soql, false).await?;
        let mut found = Vec::new();
        loop {
            found.extend(answer.records.into_iter().filter(is_ours));
            match answer.next {
                Some(next) => answer = self.query_more("salesforce.find", &next).await?,
                None => return Ok(found),
            }
        }
    }
}

/// Whether a refusal may come from what we believe of the org being old.
fn speaks_of_the_schema(error: &ConnectorError) -> bool {
    const CODES: [&str; 5] = [
        "INVALID_FIELD",
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "NOT_FOUND",
        "INVALID_TYPE",
    ];
    CODES.iter().any(|code| error.has_code(code))
}

fn marker(external_id: &str) -> String {
    format!("{MARKER}{external_id}")
}

fn marked(description: &str, external_id: &str) -> String {
    let marker = marker(external_id);
    let room = DESCRIPTION_LENGTH - marker.encode_utf16().count() - 2;
    format!("{}\n\n{marker}", cut(description, room))
}

/// The id in a description's marker line.
pub(super) fn marked_id(description: &str) -> Option<String> {
    let ids = description.lines().filter_map(|line| line.trim().strip_prefix(MARKER));
    ids.map(str::to_owned).next_back()
}
