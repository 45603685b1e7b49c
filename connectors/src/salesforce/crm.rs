//! [`Crm`] for Salesforce.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Salesforce,
    fields::{AccountRow, ContactRow, DESCRIPTION_LENGTH, OPPORTUNITY_NAME_LENGTH, SUBJECT_LENGTH, UserRow, cut},
    soql,
    upsert::{OPPORTUNITY, TASK},
};
use crate::{
    ChangePage, ConnectorError, ConnectorResult, Crm, Cursor, Page,
    crm::{
        AccountFields, CrmAccount, CrmActivity, CrmContact, CrmField, CrmIdentity, CrmOpportunity, CrmRecordRef,
        CrmSchema, CrmSystem, CrmUser, FieldValue, NoteDraft, OpportunityDraft, Quota, RecordKey, RecordState, Removal,
        TaskDraft, Written,
    },
};

const ACCOUNT_FIELDS: &str =
    "Id, Name, Website, IsDeleted, MasterRecordId, SystemModstamp, Owner.Id, Owner.Name, Owner.Email, Owner.IsActive";
const CONTACT_FIELDS: &str = "Id, AccountId, Name, Email, Title, IsDeleted, MasterRecordId, SystemModstamp";

#[derive(Deserialize)]
pub(super) struct Resources {
    identity: Option<String>,
}

impl Resources {
    /// Out of `https://login.salesforce.com/id/<org>/<user>`.
    pub(super) fn user_id(&self) -> Option<String> {
        self.identity.as_ref()?.rsplit('/').next().map(str::to_owned)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Organization {
    id: String,
    name: Option<String>,
}

#[async_trait]
impl Crm for Salesforce {
    fn system(&self) -> CrmSystem {
        CrmSystem::Salesforce
    }

    async fn probe(&self) -> ConnectorResult<CrmIdentity> {
        let resources: Resources = self
            .call("salesforce.probe", Method::GET, &[], &[], None)
            .await?
            .json()?;
        let organization = self
            .query::<Organization>("salesforce.probe", "SELECT Id, Name FROM Organization", false)
            .await?;
        let organization = organization
            .records
            .into_iter()
            .next()
            .ok_or_else(|| ConnectorError::rejected("no_organization", "the org does not tell its own id"))?;
        Ok(CrmIdentity {
            org_id: organization.id,
            org_name: organization.name,
            user_id: resources.user_id(),
        })
    }

    async fn describe(&self) -> ConnectorResult<CrmSchema> {
        self.fresh_schema().await
    }

    async fn accounts_changed_since(&self, cursor: Option<&Cursor>) -> ConnectorResult<ChangePage<CrmAccount>> {
        let (arr, renewal) = (
            self.config.account_arr_field.as_deref(),
            self.config.account_renewal_field.as_deref(),
        );
        let mut fields = ACCOUNT_FIELDS.to_owned();
        for name in [arr, renewal]
            .into_iter()
            .flatten()
            .filter(|name| soql::is_field_name(name))
        {
            fields.push_str(&format!(", {name}"));
        }
        let stamp = |row: &AccountRow| row.system_modstamp;
        let page = self
            .changed_since("salesforce.accounts", "Account", &fields, cursor, stamp)
            .await?;
        Ok(page.map(|row| row.into_account(arr, renewal)))
    }

    async fn account_url(&self, account_id: &str) -> ConnectorResult<Option<String>> {
        Ok(Some(self.record_ref("Account", account_id).await?.url))
    }

    async fn contacts_changed_since(&self, cursor: Option<&Cursor>) -> ConnectorResult<ChangePage<CrmContact>> {
        let stamp = |row: &ContactRow| row.system_modstamp;
        let page = self
            .changed_since("salesforce.contacts", "Contact", CONTACT_FIELDS, cursor, stamp)
            .await?;
        Ok(page.map(CrmContact::from))
    }

    async fn users(&self, cursor: Option<&Cursor>) -> ConnectorResult<Page<CrmUser>> {
        let label = "salesforce.users";
        let answer = match cursor {
            Some(next) => self.query_more::<UserRow>(label, next.as_str()).await?,
            None => {
                let soql = "SELECT Id, Name, Email, IsActive FROM User WHERE UserType = 'Standard' ORDER BY Id";
                self.query(label, soql, false).await?
            }
        };
        let items = answer.records.into_iter().filter_map(UserRow::into_user).collect();
        Ok(Page {
            items,
            next: answer.next.map(Cursor::new),
        })
    }

    async fn find_task_by_external_id(&self, key: &RecordKey) -> ConnectorResult<Option<CrmRecordRef>> {
        let mode = self.known_schema().await?.task_id_field;
        Ok(self.find(TASK, mode, key).await?.map(|found| found.record))
    }

    async fn upsert_task(&self, draft: &TaskDraft) -> ConnectorResult<Written> {
        let fields = |schema: &CrmSchema| {
            let known =
                |wanted: &Option<String>, values: &[String]| wanted.clone().filter(|wanted| values.contains(wanted));
            Ok(record([
                ("Subject", Some(cut(&draft.subject, SUBJECT_LENGTH))),
                ("Description", Some(cut(&draft.description, DESCRIPTION_LENGTH))),
                ("WhatId", draft.account_id.clone()),
                ("WhoId", draft.contact_id.clone()),
                ("OwnerId", draft.owner_id.clone()),
                ("Status", Some(schema.open_task_status.clone())),
                ("Type", known(&draft.kind, &schema.task_types)),
                ("Priority", known(&draft.priority, &schema.task_priorities)),
                ("ActivityDate", Some(draft.due_date.to_string())),
            ]))
        };
        self.write_once(TASK, &draft.key(), &fields).await
    }

    async fn find_opportunity_by_external_id(&self, key: &RecordKey) -> ConnectorResult<Option<CrmRecordRef>> {
        let mode = self.known_schema().await?.opportunity_id_field;
        Ok(self.find(OPPORTUNITY, mode, key).await?.map(|found| found.record))
    }

    async fn upsert_opportunity(&self, draft: &OpportunityDraft) -> ConnectorResult<Written> {
        let fields = |schema: &CrmSchema| {
            let first_open = || {
                schema
                    .opportunity_stages
                    .iter()
                    .find(|stage| !stage.is_closed)
                    .map(|stage| stage.name.clone())
            };
            let stage = draft.stage.clone().or_else(first_open).ok_or_else(|| {
                ConnectorError::rejected(
                    "no_open_stage",
                    "the org has no open opportunity stage that we may see; choose one",
                )
            })?;
            let mut fields = record([
                ("Name", Some(cut(&draft.name, OPPORTUNITY_NAME_LENGTH))),
                ("Description", Some(cut(&draft.description, DESCRIPTION_LENGTH))),
                ("AccountId", Some(draft.account_id.clone())),
                ("OwnerId", draft.owner_id.clone()),
                ("StageName", Some(stage)),
                ("CloseDate", Some(draft.close_date.to_string())),
            ]);
            if let Some(amount) = draft.amount_minor {
                fields.insert("Amount".to_owned(), json!(amount as f64 / 100.0));
            }
            Ok(fields)
        };
        self.write_once(OPPORTUNITY, &draft.key(), &fields).await
    }

    async fn find_note_by_external_id(&self, key: &RecordKey) -> ConnectorResult<Option<CrmRecordRef>> {
        self.find_task_by_external_id(key).await
    }

    /// A completed task: that is how Salesforce shows what happened on a record's timeline, and unlike its note objects it can carry our id.
    async fn upsert_note(&self, draft: &NoteDraft) -> ConnectorResult<Written> {
        let fields = |schema: &CrmSchema| {
            let done = schema.closed_task_status.clone().ok_or_else(|| {
                ConnectorError::rejected(
                    "no_closed_task_status",
                    "the org has no closed task status, which a note needs; add one",
                )
            })?;
            Ok(record([
                ("Subject", Some(cut(&draft.title, SUBJECT_LENGTH))),
                ("Description", Some(cut(&draft.body, DESCRIPTION_LENGTH))),
                ("WhatId", Some(draft.parent.id().to_owned())),
                ("OwnerId", draft.owner_id.clone()),
                ("Status", Some(done)),
                ("ActivityDate", Some(draft.date.to_string())),
            ]))
        };
        self.write_once(TASK, &draft.key(), &fields).await
    }

    async fn account_fields(&self) -> ConnectorResult<Vec<CrmField>> {
        self.fresh_account_fields().await
    }

    async fn update_account(&self, account_id: &str, fields: &BTreeMap<String, FieldValue>) -> ConnectorResult<()> {
        self.write_account(account_id, fields).await
    }

    async fn read_account_fields(&self, account_id: &str, names: &[String]) -> ConnectorResult<Option<AccountFields>> {
        self.read_account(account_id, names).await
    }

    async fn open_opportunities(&self, account_id: &str) -> ConnectorResult<Vec<CrmOpportunity>> {
        self.opportunities_of(account_id).await
    }

    async fn opportunities_changed_since(
        &self,
        cursor: Option<&Cursor>,
    ) -> ConnectorResult<ChangePage<CrmOpportunity>> {
        self.changed_opportunities(cursor).await
    }

    async fn activities_changed_since(&self, cursor: Option<&Cursor>) -> ConnectorResult<ChangePage<CrmActivity>> {
        self.changed_tasks(cursor).await
    }

    async fn look_up(&self, refs: &[CrmRecordRef]) -> ConnectorResult<Vec<RecordState>> {
        self.states_of(refs).await
    }

    async fn remove(&self, record: &CrmRecordRef, untouched_since: DateTime<Utc>) -> ConnectorResult<Removal> {
        self.take_back(record, untouched_since).await
    }

    fn quota(&self) -> Option<Quota> {
        *self.usage.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// A record of the fields that have a value.
fn record<const N: usize>(fields: [(&str, Option<String>); N]) -> Map<String, Value> {
    fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), Value::String(value?))))
        .collect()
}
