//! One suite for every CRM: the same tests, run against the simulated Salesforce and the simulated HubSpot.
//!
//! The failures that connectors are known to have, and the tests that show how ours meets them:
//!
//! | # | failure | test |
//! |---|---|---|
//! | 9 | a row is locked by another transaction | `once::a_locked_record_writes_nothing_and_is_tried_again` |
//! | 10 | twins, DUPLICATE_VALUE, DUPLICATES_DETECTED | `once::whatever_breaks_there_is_one_record`, and `salesforce::tests::once` and `errors` |
//! | 11 | the answer to a write that happened is lost | `once::an_answer_lost_after_the_commit_makes_no_second_record` |
//! | 12 | a poll misses rows stamped late | `changes::a_row_stamped_before_the_cursor_is_still_seen` |
//! | 14 | search lags behind and a look-up by search makes duplicates | `once::a_search_that_lags_a_minute_makes_no_duplicate` |
//! | 15 | a token of 30 minutes is never refreshed | `hubspot::tests::session::a_token_of_thirty_minutes_is_replaced_before_it_ends` |

mod account;
mod changes;
mod interleavings;
mod once;
mod undo;

use std::sync::Arc;

use chrono::NaiveDate;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    ConnectorError, ConnectorResult, Crm,
    crm::{CrmSystem, NoteDraft, NoteParent, OpportunityDraft, TaskDraft, Written},
    fakes::SimConfig,
    testing::World,
};

const SYSTEMS: [CrmSystem; 2] = [CrmSystem::Salesforce, CrmSystem::Hubspot];

/// What the suite makes and looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Account,
    Opportunity,
    Task,
    Note,
}

/// One vendor's simulated world, spoken to in words that both vendors have.
struct Org {
    world: World,
    system: CrmSystem,
}

impl Org {
    async fn new(system: CrmSystem) -> Self {
        Self::with(system, |_| {}).await
    }

    async fn with(system: CrmSystem, change: impl FnOnce(&mut SimConfig)) -> Self {
        Self {
            world: World::with(change).await,
            system,
        }
    }

    /// A client as a fresh process makes it: it remembers nothing.
    fn crm(&self) -> Arc<dyn Crm> {
        match self.system {
            CrmSystem::Salesforce => Arc::new(self.world.salesforce()),
            CrmSystem::Hubspot => Arc::new(self.world.hubspot()),
        }
    }

    /// The vendor's word for a kind of record.
    fn word(&self, kind: Kind) -> &'static str {
        match (self.system, kind) {
            (CrmSystem::Salesforce, Kind::Account) => "Account",
            (CrmSystem::Salesforce, Kind::Opportunity) => "Opportunity",
            (CrmSystem::Salesforce, Kind::Task | Kind::Note) => "Task",
            (CrmSystem::Hubspot, Kind::Account) => "companies",
            (CrmSystem::Hubspot, Kind::Opportunity) => "deals",
            (CrmSystem::Hubspot, Kind::Task) => "tasks",
            (CrmSystem::Hubspot, Kind::Note) => "notes",
        }
    }

    /// The vendor's name for a field that both have.
    fn field(&self, name: &'static str) -> &'static str {
        if self.system == CrmSystem::Hubspot {
            return name;
        }
        match name {
            "name" => "Name",
            "dealname" => "Name",
            "dealstage" => "StageName",
            "amount" => "Amount",
            "closedate" => "CloseDate",
            "hs_task_subject" => "Subject",
            "company" => "AccountId",
            "hs_lastmodifieddate" => "SystemModstamp",
            "segment" => "Segment__c",
            "health_score" => "Health_Score__c",
            "arr" => "ARR__c",
            "renewal_date" => "Renewal_Date__c",
            "last_signal_at" => "Last_Signal_At__c",
            "has_open_risk" => "Has_Open_Risk__c",
            "momentum_signal_id" => "Momentum_Signal_Id__c",
            other => panic!("the suite has no Salesforce name for {other}"),
        }
    }

    /// A field's value in a record as the control API shows it.
    fn value<'a>(&self, record: &'a Value, name: &'static str) -> &'a Value {
        match self.system {
            CrmSystem::Salesforce => &record[self.field(name)],
            CrmSystem::Hubspot => &record["properties"][name],
        }
    }

    /// All live records of a kind.
    async fn records(&self, kind: Kind) -> Vec<Value> {
        let vendor = self.system.to_string();
        let state = self.world.state().await;
        let found = state[vendor]["records"][self.word(kind)].as_array().cloned();
        found.unwrap_or_default()
    }

    /// The live records that hold our id.
    async fn ours(&self, kind: Kind, external_id: &str) -> Vec<Value> {
        let mut records = self.records(kind).await;
        records.retain(|record| *self.value(record, "momentum_signal_id") == external_id);
        records
    }

    fn id(&self, record: &Value) -> String {
        let name = match self.system {
            CrmSystem::Salesforce => "Id",
            CrmSystem::Hubspot => "id",
        };
        record[name].as_str().unwrap().to_owned()
    }

    /// The account TechFlow of the seed.
    async fn account(&self) -> String {
        let records = self.records(Kind::Account).await;
        let found = records.iter().find(|record| *self.value(record, "name") == "TechFlow");
        self.id(found.unwrap())
    }

    /// A person makes or changes a record in the browser.
    async fn person_writes(&self, kind: Kind, id: Option<&str>, fields: &[(&'static str, Value)]) -> String {
        let mut body = json!({});
        for (name, value) in fields {
            body[self.field(name)] = value.clone();
        }
        if self.system == CrmSystem::Salesforce {
            // By another user than the one whose authorization we have.
            body["LastModifiedById"] = "0055g000000000PERS".into();
        }
        let path = format!("{}/records/{}", self.system, self.word(kind));
        let path = id.map_or(path.clone(), |id| format!("{path}/{id}"));
        let answer = self.world.control(Method::POST, &path, body).await;
        answer["id"]
            .as_str()
            .unwrap_or_else(|| panic!("{path}: {answer}"))
            .to_owned()
    }

    async fn person_deletes(&self, kind: Kind, id: &str) {
        let body = match self.system {
            CrmSystem::Salesforce => json!({"IsDeleted": true}),
            CrmSystem::Hubspot => json!({"archived": true}),
        };
        let path = format!("{}/records/{}/{id}", self.system, self.word(kind));
        self.world.control(Method::POST, &path, body).await;
    }

    async fn person_merges_accounts(&self, winner: &str, loser: &str) {
        match self.system {
            CrmSystem::Salesforce => {
                let body = json!({"IsDeleted": true, "MasterRecordId": winner});
                let path = format!("salesforce/records/Account/{loser}");
                self.world.control(Method::POST, &path, body).await;
            }
            CrmSystem::Hubspot => {
                let body = json!({"winner": winner, "loser": loser});
                self.world.control(Method::POST, "hubspot/merge/companies", body).await;
            }
        }
    }

    /// Something goes wrong with the next write of this kind.
    async fn fault_at_write(&self, kind: Kind, fault: Value) {
        let (method, path) = match self.system {
            CrmSystem::Salesforce => ("PATCH", format!("/sobjects/{}", self.word(kind))),
            CrmSystem::Hubspot => ("POST", format!("/{}/batch/upsert", self.word(kind))),
        };
        self.fault(method, &path, fault).await;
    }

    async fn fault(&self, method: &str, path: &str, mut fault: Value) {
        fault["vendor"] = self.system.to_string().into();
        fault["match"] = json!({"method": method, "path": path});
        let answer = self.world.control(Method::POST, "faults", fault).await;
        assert!(answer["faults"].is_array(), "{answer}");
    }

    async fn no_more_faults(&self) {
        self.world.control(Method::DELETE, "faults", Value::Null).await;
    }

    /// Writes what a delivery writes: a task, an opportunity, or a note on the account.
    async fn write(&self, crm: &dyn Crm, kind: Kind, external_id: &str) -> ConnectorResult<Written> {
        let account_id = self.account().await;
        let (external_id, not_before) = (external_id.to_owned(), Some(self.world.now()));
        match kind {
            Kind::Task => {
                let draft = TaskDraft {
                    external_id,
                    subject: "[SIGNAL] TechFlow: Need more capacity".into(),
                    description: "They asked for <more> & soon".into(),
                    account_id: Some(account_id),
                    contact_id: None,
                    owner_id: None,
                    kind: Some("Call".into()),
                    due_date: day(22),
                    priority: Some("High".into()),
                    not_before,
                };
                crm.upsert_task(&draft).await
            }
            Kind::Opportunity => {
                let draft = OpportunityDraft {
                    external_id,
                    name: "TechFlow: more seats".into(),
                    description: "From a signal".into(),
                    account_id,
                    owner_id: None,
                    stage: None,
                    amount_minor: Some(1_234_550),
                    close_date: day(30),
                    not_before,
                };
                crm.upsert_opportunity(&draft).await
            }
            _ => {
                let draft = NoteDraft {
                    external_id,
                    title: "Mentioned again".into(),
                    body: "They asked a second time".into(),
                    parent: NoteParent::Account(account_id),
                    owner_id: None,
                    date: day(22),
                    not_before,
                };
                crm.upsert_note(&draft).await
            }
        }
    }

    /// Does what a job does: tries again after what may pass, and after nothing else. Each attempt is a fresh process.
    async fn like_a_job(&self, kind: Kind, external_id: &str) -> (Written, usize) {
        for attempt in 1..=5 {
            match self.write(&*self.crm(), kind, external_id).await {
                Ok(written) => return (written, attempt),
                Err(ConnectorError::Transient { .. } | ConnectorError::RateLimited { .. }) => {}
                Err(error) => panic!("{} {kind:?}: {error}", self.system),
            }
        }
        panic!("{} {kind:?}: five attempts were not enough", self.system);
    }
}

fn day(of_november: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, of_november).unwrap()
}
