//! What became of records of ours, and taking them back.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::{
    EXTERNAL_ID_FIELD, Salesforce,
    crm::Resources,
    fields::instant,
    soql,
    upsert::{OPPORTUNITY, TASK, marked_id},
};
use crate::{
    ConnectorError, ConnectorResult,
    crm::{CrmRecordRef, CrmSystem, ExternalIdField, RecordState, Removal},
};

/// Ids in one query; well below the 100,000 characters a query may have.
const AT_ONCE: usize = 200;
/// [`EXTERNAL_ID_FIELD`], as it continues a list of fields.
const OUR_ID: &str = ", Momentum_Signal_Id__c";
/// How far our clock and the org's may be apart.
const CLOCK_DIFFERENCE: Duration = Duration::minutes(2);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    id: String,
    #[serde(default)]
    is_deleted: bool,
    #[serde(deserialize_with = "instant")]
    created_date: DateTime<Utc>,
    /// By people and the API; `SystemModstamp` also moves when the platform itself touches a record.
    #[serde(deserialize_with = "instant")]
    last_modified_date: DateTime<Utc>,
    last_modified_by_id: Option<String>,
    #[serde(rename = "Momentum_Signal_Id__c")]
    external_id: Option<String>,
    description: Option<String>,
}

impl Row {
    fn our_id(&self) -> Option<String> {
        let marked = || self.description.as_deref().and_then(marked_id);
        self.external_id.clone().or_else(marked)
    }
}

impl Salesforce {
    pub(super) async fn states_of(&self, refs: &[CrmRecordRef]) -> ConnectorResult<Vec<RecordState>> {
        let own_user = self.own_user().await?;
        let mut found: BTreeMap<(&str, String), Row> = BTreeMap::new();
        let mut twins: BTreeMap<(&str, String), Vec<CrmRecordRef>> = BTreeMap::new();
        for sobject in kinds(refs) {
            let ids: Vec<&str> = refs
                .iter()
                .filter(|record| record.record_type == sobject)
                .map(|record| record.id.as_str())
                .collect();
            let mut keys = Vec::new();
            for row in self.rows_where(sobject, "Id", &ids, true).await? {
                keys.extend(row.our_id());
                found.insert((sobject, short(&row.id)), row);
            }
            if self.id_mode(sobject).await? == ExternalIdField::Missing {
                continue;
            }
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            for row in self.rows_where(sobject, EXTERNAL_ID_FIELD, &keys, false).await? {
                let Some(key) = row.our_id() else { continue };
                twins
                    .entry((sobject, key))
                    .or_default()
                    .push(self.record_ref(sobject, &row.id).await?);
            }
        }
        let state = |record: &CrmRecordRef| {
            let row = found.get(&(record.record_type.as_str(), short(&record.id)));
            let external_id = row.and_then(Row::our_id);
            let same_key = external_id
                .clone()
                .and_then(|key| twins.get(&(record.record_type.as_str(), key)));
            RecordState {
                record: record.clone(),
                exists: row.is_some_and(|row| !row.is_deleted),
                changed_at: row.map(|row| row.last_modified_date),
                changed_by_us: row.is_some_and(|row| row.last_modified_by_id == own_user),
                twins: same_key
                    .into_iter()
                    .flatten()
                    .filter(|twin| short(&twin.id) != short(&record.id))
                    .cloned()
                    .collect(),
                external_id,
            }
        };
        Ok(refs.iter().map(state).collect())
    }

    /// Looks, then deletes. Salesforce takes no conditional DELETE (REST API Developer Guide, "Conditional Request Headers"), so a change
    /// within the second in between is lost to the recycle bin, which keeps it 15 days.
    pub(super) async fn take_back(
        &self,
        record: &CrmRecordRef,
        untouched_since: DateTime<Utc>,
    ) -> ConnectorResult<Removal> {
        let Some(row) = self.live_row(record).await? else {
            return Ok(Removal::Gone);
        };
        let at = row.last_modified_date;
        // The org stamps with its own clock. What we wrote ourselves may be stamped later than our clock says; what another wrote, earlier.
        // That we made it is no change of it, however late that was.
        let touched = if row.last_modified_by_id == self.own_user().await? {
            at > untouched_since.max(row.created_date) + CLOCK_DIFFERENCE
        } else {
            at > untouched_since - CLOCK_DIFFERENCE
        };
        if touched {
            return Ok(Removal::TouchedSince { at });
        }
        let path = ["sobjects", record.record_type.as_str(), record.id.as_str()];
        match self.call("salesforce.delete", Method::DELETE, &path, &[], None).await {
            Ok(_) => Ok(Removal::Deleted),
            Err(error) if error.has_code("ENTITY_IS_DELETED") || error.has_code("NOT_FOUND") => Ok(Removal::Gone),
            Err(error) if may_not_delete(&error) => self.close(record, error).await,
            // The answer is lost: whether it is gone now tells what became of it.
            Err(error) if error.is_ambiguous() => match self.live_row(record).await {
                Ok(None) => Ok(Removal::Deleted),
                _ => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// Where our user may not delete, a task is completed and an opportunity is lost; nothing else can be closed.
    async fn close(&self, record: &CrmRecordRef, refused: ConnectorError) -> ConnectorResult<Removal> {
        let schema = self.known_schema().await?;
        let body = if record.record_type == TASK.sobject {
            schema.closed_task_status.map(|status| json!({"Status": status}))
        } else if record.record_type == OPPORTUNITY.sobject {
            let lost = schema
                .opportunity_stages
                .into_iter()
                .find(|stage| stage.is_closed && !stage.is_won);
            lost.map(|stage| json!({"StageName": stage.name}))
        } else {
            None
        };
        let Some(body) = body else { return Err(refused) };
        let path = ["sobjects", record.record_type.as_str(), record.id.as_str()];
        self.call("salesforce.close", Method::PATCH, &path, &[], Some(&body))
            .await?;
        Ok(Removal::Closed)
    }

    async fn live_row(&self, record: &CrmRecordRef) -> ConnectorResult<Option<Row>> {
        let ids = [record.id.as_str()];
        let rows = self.rows_where(&record.record_type, "Id", &ids, true).await?;
        Ok(rows.into_iter().find(|row| !row.is_deleted))
    }

    async fn rows_where(
        &self,
        sobject: &str,
        field: &str,
        values: &[&str],
        with_deleted: bool,
    ) -> ConnectorResult<Vec<Row>> {
        if !soql::is_field_name(sobject) {
            return Err(ConnectorError::rejected(
                "INVALID_TYPE",
                format!("\"{sobject}\" is no name of an object"),
            ));
        }
        let our_id = match self.id_mode(sobject).await? {
            ExternalIdField::Missing if [TASK.sobject, OPPORTUNITY.sobject].contains(&sobject) => ", Description",
            ExternalIdField::Missing => "",
            _ => OUR_ID,
        };
        let mut rows = Vec::new();
        for some in values.chunks(AT_ONCE) {
            let list: Vec<String> = some.iter().map(|value| soql::quoted(value)).collect();
            let soql = format!(
                "SELECT Id, IsDeleted, CreatedDate, LastModifiedDate, LastModifiedById{our_id} FROM {sobject} WHERE {field} IN ({}) \
                 ORDER BY CreatedDate, Id",
                list.join(", ")
            );
            let mut answer = self.query::<Row>("salesforce.lookup", &soql, with_deleted).await?;
            loop {
                rows.extend(answer.records);
                let Some(next) = answer.next else { break };
                answer = self.query_more("salesforce.lookup", &next).await?;
            }
        }
        Ok(rows)
    }

    async fn id_mode(&self, sobject: &str) -> ConnectorResult<ExternalIdField> {
        let schema = self.known_schema().await?;
        Ok([TASK, OPPORTUNITY]
            .iter()
            .find(|target| target.sobject == sobject)
            .map_or(ExternalIdField::Missing, |target| (target.id_field)(&schema)))
    }

    /// The user we act as, asked once.
    async fn own_user(&self) -> ConnectorResult<Option<String>> {
        let known = self
            .own_user
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone();
        if known.is_some() {
            return Ok(known);
        }
        let resources: Resources = self
            .call("salesforce.identity", Method::GET, &[], &[], None)
            .await?
            .json()?;
        let user = resources.user_id();
        *self.own_user.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = user.clone();
        Ok(user)
    }
}

fn may_not_delete(error: &ConnectorError) -> bool {
    [
        "INSUFFICIENT_ACCESS_OR_READONLY",
        "INSUFFICIENT_ACCESS",
        "DELETE_FAILED",
    ]
    .iter()
    .any(|code| error.has_code(code))
}

/// The kinds of record asked for, each once.
fn kinds(refs: &[CrmRecordRef]) -> Vec<&str> {
    let mut kinds: Vec<&str> = refs
        .iter()
        .filter(|record| record.system == CrmSystem::Salesforce)
        .map(|record| record.record_type.as_str())
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// The first 15 characters tell a record; the last three only repeat which letters are capitals.
fn short(id: &str) -> String {
    id.chars().take(15).collect()
}
