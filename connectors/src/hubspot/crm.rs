//! [`Crm`] for HubSpot, in which accounts are companies and opportunities are deals.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat, TimeZone, Utc};
use serde_json::{Map, Value};

use super::{
    Hubspot,
    describe::Portal,
    rows::{COMPANY, CONTACT, Change, DEAL, TASK},
    upsert::{cut, html},
};
use crate::{
    ChangePage, ConnectorResult, Crm, Cursor, Page,
    crm::{
        AccountFields, CrmAccount, CrmActivity, CrmContact, CrmField, CrmIdentity, CrmOpportunity, CrmRecordRef,
        CrmSchema, CrmSystem, CrmUser, FieldValue, NoteDraft, NoteParent, OpportunityDraft, Quota, RecordKey,
        RecordState, Removal, TaskDraft, Written,
    },
};

#[async_trait]
impl Crm for Hubspot {
    fn system(&self) -> CrmSystem {
        CrmSystem::Hubspot
    }

    async fn probe(&self) -> ConnectorResult<CrmIdentity> {
        Ok(CrmIdentity {
            org_id: self.fresh_portal().await?.id,
            org_name: None,
            user_id: None,
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
        let properties: Vec<&str> = COMPANY.iter().copied().chain(arr).chain(renewal).collect();
        let page = self
            .changed_since("companies", &properties, "hs_lastmodifieddate", cursor)
            .await?;
        let owners = page
            .items
            .iter()
            .filter_map(|change| change.object.text("hubspot_owner_id"));
        let owners = self.owners_with(&owners.collect::<Vec<_>>()).await?;
        Ok(page.map(|change| change.into_account(&owners, arr, renewal)))
    }

    async fn account_url(&self, account_id: &str) -> ConnectorResult<Option<String>> {
        Ok(Some(self.portal().await?.record_ref("companies", account_id).url))
    }

    async fn contacts_changed_since(&self, cursor: Option<&Cursor>) -> ConnectorResult<ChangePage<CrmContact>> {
        // Contacts are the one kind whose stamp has no prefix.
        let page = self
            .changed_since("contacts", CONTACT, "lastmodifieddate", cursor)
            .await?;
        Ok(page.map(Change::into_contact))
    }

    async fn users(&self, cursor: Option<&Cursor>) -> ConnectorResult<Page<CrmUser>> {
        self.owners(cursor).await
    }

    async fn find_task_by_external_id(&self, key: &RecordKey) -> ConnectorResult<Option<CrmRecordRef>> {
        self.find_ref("tasks", &key.external_id).await
    }

    async fn upsert_task(&self, draft: &TaskDraft) -> ConnectorResult<Written> {
        let schema = self.known_schema().await?;
        // "Call" and "High" are `CALL` and `HIGH` here.
        let known = |wanted: &Option<String>, values: &[String]| {
            let wanted = wanted.as_deref()?;
            values.iter().find(|value| value.eq_ignore_ascii_case(wanted)).cloned()
        };
        let properties = record([
            ("hs_task_subject", Some(cut(&draft.subject))),
            ("hs_task_body", Some(html(&draft.description))),
            ("hs_task_status", Some(schema.open_task_status.clone())),
            ("hs_task_type", known(&draft.kind, &schema.task_types)),
            ("hs_task_priority", known(&draft.priority, &schema.task_priorities)),
            ("hs_timestamp", Some(due(&self.portal().await?, draft.due_date))),
            ("hubspot_owner_id", draft.owner_id.clone()),
        ]);
        let company = draft.account_id.as_deref().map(|id| ("companies", id));
        let contact = draft.contact_id.as_deref().map(|id| ("contacts", id));
        let links: Vec<_> = company.into_iter().chain(contact).collect();
        self.write_once("tasks", &draft.external_id, properties, &links).await
    }

    async fn find_opportunity_by_external_id(&self, key: &RecordKey) -> ConnectorResult<Option<CrmRecordRef>> {
        self.find_ref("deals", &key.external_id).await
    }

    async fn upsert_opportunity(&self, draft: &OpportunityDraft) -> ConnectorResult<Written> {
        let stage = self.stage_named(draft.stage.as_deref()).await?;
        let properties = record([
            ("dealname", Some(cut(&draft.name))),
            ("description", Some(cut(&draft.description))),
            ("pipeline", Some(stage.pipeline)),
            ("dealstage", Some(stage.id)),
            ("closedate", Some(due(&self.portal().await?, draft.close_date))),
            (
                "amount",
                draft.amount_minor.map(|amount| (amount as f64 / 100.0).to_string()),
            ),
            ("hubspot_owner_id", draft.owner_id.clone()),
        ]);
        let links = [("companies", draft.account_id.as_str())];
        self.write_once("deals", &draft.external_id, properties, &links).await
    }

    async fn find_note_by_external_id(&self, key: &RecordKey) -> ConnectorResult<Option<CrmRecordRef>> {
        self.find_ref("notes", &key.external_id).await
    }

    async fn upsert_note(&self, draft: &NoteDraft) -> ConnectorResult<Written> {
        // A note has no title of its own.
        let body = format!("{}\n\n{}", draft.title, draft.body);
        let properties = record([
            ("hs_note_body", Some(html(&body))),
            ("hs_timestamp", Some(due(&self.portal().await?, draft.date))),
            ("hubspot_owner_id", draft.owner_id.clone()),
        ]);
        let link = match &draft.parent {
            NoteParent::Account(id) => ("companies", id.as_str()),
            NoteParent::Opportunity(id) => ("deals", id.as_str()),
        };
        self.write_once("notes", &draft.external_id, properties, &[link]).await
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
        let links = self.linked("companies", &[account_id.to_owned()], "deals").await?;
        let ids: Vec<String> = links.into_values().flatten().collect();
        let deals = self.read_batch("deals", &ids, None, DEAL, &[]).await?;
        let changes: Vec<Change> = deals
            .into_iter()
            .map(|object| Change {
                changed_at: object.updated_at.unwrap_or_else(|| (self.clock)()),
                object,
                is_deleted: false,
                merged_into: None,
            })
            .collect();
        let mut open = self.opportunities(changes).await?;
        open.retain(|deal| !deal.is_closed);
        for deal in &mut open {
            // Linked to this company it is, whichever is its primary one.
            deal.account_id = Some(account_id.to_owned());
        }
        open.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        Ok(open)
    }

    async fn opportunities_changed_since(
        &self,
        cursor: Option<&Cursor>,
    ) -> ConnectorResult<ChangePage<CrmOpportunity>> {
        self.known_schema().await?;
        let page = self.changed_since("deals", DEAL, "hs_lastmodifieddate", cursor).await?;
        Ok(ChangePage {
            items: self.opportunities(page.items).await?,
            cursor: page.cursor,
            more: page.more,
        })
    }

    async fn activities_changed_since(&self, cursor: Option<&Cursor>) -> ConnectorResult<ChangePage<CrmActivity>> {
        self.known_schema().await?;
        let page = self.changed_since("tasks", TASK, "hs_lastmodifieddate", cursor).await?;
        let companies = self.companies_of("tasks", &page.items).await?;
        let portal = self.portal().await?;
        Ok(page.map(|change| {
            let company = companies.get(&change.object.id).cloned();
            change.into_activity(&portal, company)
        }))
    }

    async fn look_up(&self, refs: &[CrmRecordRef]) -> ConnectorResult<Vec<RecordState>> {
        self.known_schema().await?;
        self.states_of(refs).await
    }

    async fn remove(&self, record: &CrmRecordRef, untouched_since: DateTime<Utc>) -> ConnectorResult<Removal> {
        self.take_back(record, untouched_since).await
    }

    fn quota(&self) -> Option<Quota> {
        self.known().quota
    }
}

impl Hubspot {
    async fn opportunities(&self, changes: Vec<Change>) -> ConnectorResult<Vec<CrmOpportunity>> {
        let companies = self.companies_of("deals", &changes).await?;
        let stages: Vec<&str> = changes
            .iter()
            .filter_map(|change| change.object.text("dealstage"))
            .collect();
        let stages = self.stages_with(&stages).await?;
        let portal = self.portal().await?;
        Ok(changes
            .into_iter()
            .map(|change| {
                let company = companies.get(&change.object.id).cloned();
                change.into_opportunity(&portal, &stages, company)
            })
            .collect())
    }

    /// The company each live record hangs on, the primary one first.
    async fn companies_of(&self, object: &str, changes: &[Change]) -> ConnectorResult<BTreeMap<String, String>> {
        let live = changes.iter().filter(|change| !change.is_deleted);
        let ids: Vec<String> = live.map(|change| change.object.id.clone()).collect();
        let links = self.linked(object, &ids, "companies").await?;
        let first = links
            .into_iter()
            .filter_map(|(id, companies)| Some((id, companies.into_iter().next()?)));
        Ok(first.collect())
    }
}

/// Five in the afternoon of the account's own day: midnight would be the day before or after for half of the world, and a task that is due
/// today would be late when it is made.
fn due(portal: &Portal, day: NaiveDate) -> String {
    let five = NaiveTime::from_hms_opt(17, 0, 0).unwrap_or_default();
    let at = portal
        .offset
        .from_local_datetime(&day.and_time(five))
        .single()
        .map(|at| at.with_timezone(&Utc));
    at.unwrap_or_else(|| day.and_time(five).and_utc())
        .to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The properties that have a value.
fn record<const N: usize>(properties: [(&str, Option<String>); N]) -> Map<String, Value> {
    properties
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), Value::String(value?))))
        .collect()
}
