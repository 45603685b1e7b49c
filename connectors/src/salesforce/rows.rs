//! Opportunities and tasks, as the org tells what became of them.

use chrono::{DateTime, NaiveDate, Utc};
use reqwest::Url;
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    EXTERNAL_ID_FIELD, Salesforce,
    api::record_url,
    fields::instant,
    soql,
    upsert::{OPPORTUNITY, TASK, Target, marked_id},
};
use crate::{
    ChangePage, ConnectorResult, Cursor,
    crm::{CrmActivity, CrmOpportunity, ExternalIdField},
};

const OPPORTUNITY_FIELDS: &str = "Id, AccountId, Name, StageName, IsClosed, IsWon, Amount, CloseDate, OwnerId, CreatedDate, IsDeleted, SystemModstamp";
const TASK_FIELDS: &str = "Id, AccountId, Subject, OwnerId, IsClosed, IsDeleted, SystemModstamp";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OpportunityRow {
    id: String,
    account_id: Option<String>,
    name: Option<String>,
    stage_name: Option<String>,
    #[serde(default)]
    is_closed: bool,
    #[serde(default)]
    is_won: bool,
    amount: Option<f64>,
    close_date: Option<NaiveDate>,
    owner_id: Option<String>,
    #[serde(deserialize_with = "instant")]
    created_date: DateTime<Utc>,
    #[serde(default)]
    is_deleted: bool,
    #[serde(deserialize_with = "instant")]
    system_modstamp: DateTime<Utc>,
    #[serde(rename = "Momentum_Signal_Id__c")]
    external_id: Option<String>,
    description: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TaskRow {
    id: String,
    account_id: Option<String>,
    subject: Option<String>,
    owner_id: Option<String>,
    #[serde(default)]
    is_closed: bool,
    #[serde(default)]
    is_deleted: bool,
    #[serde(deserialize_with = "instant")]
    system_modstamp: DateTime<Utc>,
    #[serde(rename = "Momentum_Signal_Id__c")]
    external_id: Option<String>,
    description: Option<String>,
}

impl OpportunityRow {
    fn into_opportunity(self, instance: &Url) -> CrmOpportunity {
        CrmOpportunity {
            url: record_url(instance, OPPORTUNITY.sobject, &self.id),
            id: self.id,
            account_id: self.account_id,
            name: self.name.unwrap_or_default(),
            stage: self.stage_name.unwrap_or_default(),
            is_closed: self.is_closed,
            is_won: self.is_won,
            amount_minor: self.amount.map(|amount| (amount * 100.0).round() as i64),
            close_date: self.close_date,
            owner_id: self.owner_id,
            external_id: self
                .external_id
                .or_else(|| self.description.as_deref().and_then(marked_id)),
            created_at: self.created_date,
            changed_at: self.system_modstamp,
            is_deleted: self.is_deleted,
            merged_into: None,
        }
    }
}

impl TaskRow {
    fn into_activity(self, instance: &Url) -> CrmActivity {
        CrmActivity {
            url: record_url(instance, TASK.sobject, &self.id),
            id: self.id,
            account_id: self.account_id,
            subject: self.subject.unwrap_or_default(),
            owner_id: self.owner_id,
            is_closed: self.is_closed,
            external_id: self
                .external_id
                .or_else(|| self.description.as_deref().and_then(marked_id)),
            changed_at: self.system_modstamp,
            is_deleted: self.is_deleted,
        }
    }
}

impl Salesforce {
    /// A query answers out of the database itself, so what was written a moment ago is found.
    pub(super) async fn opportunities_of(&self, account_id: &str) -> ConnectorResult<Vec<CrmOpportunity>> {
        let instance = self.instance().await?;
        let soql = format!(
            "SELECT {} FROM Opportunity WHERE AccountId = {} AND IsClosed = false ORDER BY CreatedDate, Id",
            self.with_our_id(OPPORTUNITY, OPPORTUNITY_FIELDS).await?,
            soql::quoted(account_id)
        );
        let mut answer = self
            .query::<OpportunityRow>("salesforce.opportunities", &soql, false)
            .await?;
        let mut found = Vec::new();
        loop {
            found.extend(answer.records.into_iter().map(|row| row.into_opportunity(&instance)));
            match answer.next {
                Some(next) => answer = self.query_more("salesforce.opportunities", &next).await?,
                None => return Ok(found),
            }
        }
    }

    pub(super) async fn changed_opportunities(
        &self,
        cursor: Option<&Cursor>,
    ) -> ConnectorResult<ChangePage<CrmOpportunity>> {
        let instance = self.instance().await?;
        let stamp = |row: &OpportunityRow| row.system_modstamp;
        let page = self
            .changed_of(
                "salesforce.opportunities",
                OPPORTUNITY,
                OPPORTUNITY_FIELDS,
                cursor,
                stamp,
            )
            .await?;
        Ok(page.map(|row| row.into_opportunity(&instance)))
    }

    pub(super) async fn changed_tasks(&self, cursor: Option<&Cursor>) -> ConnectorResult<ChangePage<CrmActivity>> {
        let instance = self.instance().await?;
        let stamp = |row: &TaskRow| row.system_modstamp;
        let page = self
            .changed_of("salesforce.tasks", TASK, TASK_FIELDS, cursor, stamp)
            .await?;
        Ok(page.map(|row| row.into_activity(&instance)))
    }

    async fn changed_of<Row: DeserializeOwned>(
        &self,
        label: &'static str,
        target: Target,
        fields: &str,
        cursor: Option<&Cursor>,
        stamp: impl Fn(&Row) -> DateTime<Utc>,
    ) -> ConnectorResult<ChangePage<Row>> {
        let selected = self.with_our_id(target, fields).await?;
        match self
            .changed_since(label, target.sobject, &selected, cursor, &stamp)
            .await
        {
            // The admin removed our field since we last asked.
            Err(error) if error.has_code("INVALID_FIELD") => {
                self.fresh_schema().await?;
                let anew = self.with_our_id(target, fields).await?;
                if anew == selected {
                    return Err(error);
                }
                self.changed_since(label, target.sobject, &anew, cursor, &stamp).await
            }
            done => done,
        }
    }

    /// The fields to select so that our id is among them: its own field, or the description whose marker line holds it.
    async fn with_our_id(&self, target: Target, fields: &str) -> ConnectorResult<String> {
        let schema = self.known_schema().await?;
        Ok(match (target.id_field)(&schema) {
            ExternalIdField::Missing => format!("{fields}, Description"),
            _ => format!("{fields}, {EXTERNAL_ID_FIELD}"),
        })
    }
}
