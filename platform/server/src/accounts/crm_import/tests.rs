//! The import against a CRM that is a list of pages.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use momentum_connectors::crm::{
    AccountFields, CrmAccount, CrmActivity, CrmContact, CrmField, CrmIdentity, CrmOpportunity, CrmRecordRef, CrmSchema,
    CrmSystem, CrmUser, FieldValue, NoteDraft, OpportunityDraft, Quota, RecordKey, RecordState, Removal, TaskDraft,
    Written,
};
use momentum_connectors::{ChangePage, ConnectorError, ConnectorResult, Crm, Cursor, Page};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::handler::read;
use crate::control::access::Role;
use crate::foundation::ids::{AccountId, ConnectionId};
use crate::testing::{Seed, SignalSeed, TestApp, TestTenant};

/// Gives out its pages once, and remembers from where it was asked.
#[derive(Default)]
struct Pages {
    accounts: Mutex<VecDeque<Vec<CrmAccount>>>,
    contacts: Mutex<VecDeque<Vec<CrmContact>>>,
    asked_from: Mutex<Vec<Option<Cursor>>>,
}

impl Pages {
    fn of(accounts: Vec<Vec<CrmAccount>>, contacts: Vec<Vec<CrmContact>>) -> Self {
        Self {
            accounts: Mutex::new(accounts.into()),
            contacts: Mutex::new(contacts.into()),
            ..Self::default()
        }
    }
}

fn page<T>(pages: &Mutex<VecDeque<Vec<T>>>, cursor: Option<&Cursor>) -> ChangePage<T> {
    let mut pages = pages.lock().expect("no panic before");
    let items = pages.pop_front().unwrap_or_default();
    let place = cursor.map_or(0, |cursor| cursor.as_str().parse::<u32>().expect("our cursor")) + 1;
    ChangePage {
        items,
        cursor: Cursor::new(place.to_string()),
        more: !pages.is_empty(),
    }
}

fn not_asked<T>() -> ConnectorResult<T> {
    Err(ConnectorError::rejected("NOT_ASKED", "an import does not ask that"))
}

#[async_trait]
impl Crm for Pages {
    fn system(&self) -> CrmSystem {
        CrmSystem::Salesforce
    }

    async fn accounts_changed_since(&self, cursor: Option<&Cursor>) -> ConnectorResult<ChangePage<CrmAccount>> {
        self.asked_from.lock().expect("no panic before").push(cursor.cloned());
        Ok(page(&self.accounts, cursor))
    }

    async fn contacts_changed_since(&self, cursor: Option<&Cursor>) -> ConnectorResult<ChangePage<CrmContact>> {
        Ok(page(&self.contacts, cursor))
    }

    async fn probe(&self) -> ConnectorResult<CrmIdentity> {
        not_asked()
    }

    async fn describe(&self) -> ConnectorResult<CrmSchema> {
        not_asked()
    }

    async fn users(&self, _: Option<&Cursor>) -> ConnectorResult<Page<CrmUser>> {
        not_asked()
    }

    async fn find_task_by_external_id(&self, _: &RecordKey) -> ConnectorResult<Option<CrmRecordRef>> {
        not_asked()
    }

    async fn upsert_task(&self, _: &TaskDraft) -> ConnectorResult<Written> {
        not_asked()
    }

    async fn find_opportunity_by_external_id(&self, _: &RecordKey) -> ConnectorResult<Option<CrmRecordRef>> {
        not_asked()
    }

    async fn upsert_opportunity(&self, _: &OpportunityDraft) -> ConnectorResult<Written> {
        not_asked()
    }

    async fn find_note_by_external_id(&self, _: &RecordKey) -> ConnectorResult<Option<CrmRecordRef>> {
        not_asked()
    }

    async fn upsert_note(&self, _: &NoteDraft) -> ConnectorResult<Written> {
        not_asked()
    }

    async fn account_fields(&self) -> ConnectorResult<Vec<CrmField>> {
        not_asked()
    }

    async fn update_account(&self, _: &str, _: &BTreeMap<String, FieldValue>) -> ConnectorResult<()> {
        not_asked()
    }

    async fn read_account_fields(&self, _: &str, _: &[String]) -> ConnectorResult<Option<AccountFields>> {
        not_asked()
    }

    async fn open_opportunities(&self, _: &str) -> ConnectorResult<Vec<CrmOpportunity>> {
        not_asked()
    }

    async fn opportunities_changed_since(&self, _: Option<&Cursor>) -> ConnectorResult<ChangePage<CrmOpportunity>> {
        not_asked()
    }

    async fn activities_changed_since(&self, _: Option<&Cursor>) -> ConnectorResult<ChangePage<CrmActivity>> {
        not_asked()
    }

    async fn look_up(&self, _: &[CrmRecordRef]) -> ConnectorResult<Vec<RecordState>> {
        not_asked()
    }

    async fn remove(&self, _: &CrmRecordRef, _: DateTime<Utc>) -> ConnectorResult<Removal> {
        not_asked()
    }

    fn quota(&self) -> Option<Quota> {
        None
    }
}

fn account(id: &str, name: &str, owner_email: Option<&str>) -> CrmAccount {
    CrmAccount {
        id: id.to_owned(),
        name: name.to_owned(),
        website: None,
        domain: Some(format!("{}.com", name.to_lowercase().replace(' ', "-"))),
        owner: owner_email.map(|email| CrmUser {
            id: format!("005 {email}"),
            name: "Owner".to_owned(),
            email: Some(email.to_owned()),
            is_active: true,
        }),
        arr_minor: None,
        renewal_date: None,
        is_deleted: false,
        merged_into: None,
        changed_at: chrono::DateTime::UNIX_EPOCH,
    }
}

fn contact(id: &str, account: &str) -> CrmContact {
    CrmContact {
        id: id.to_owned(),
        account_id: Some(account.to_owned()),
        name: "Dana".to_owned(),
        email: Some("dana@acme.com".to_owned()),
        title: Some("COO".to_owned()),
        is_deleted: false,
        merged_into: None,
        changed_at: chrono::DateTime::UNIX_EPOCH,
    }
}

async fn import(app: &TestApp, tenant: &TestTenant<'_>, connection: ConnectionId, crm: &Pages) {
    read(&tenant.db(), connection, crm, &app.clock)
        .await
        .expect("an import");
}

async fn connected(app: &TestApp, tenant: &TestTenant<'_>) -> ConnectionId {
    let seed = Seed::begin(tenant, app.clock.now()).await;
    let connection = seed.crm().await;
    seed.done().await;
    connection
}

/// Name, CRM id and owner of each account.
async fn accounts(tenant: &TestTenant<'_>) -> Vec<(String, Value, Value)> {
    let listed = tenant.owner().await.get("/api/v1/accounts").await.expect(200);
    let items = listed["items"].as_array().expect("items").clone();
    items
        .into_iter()
        .map(|account| {
            (
                account["name"].as_str().unwrap().to_owned(),
                account["crm"]["id"].clone(),
                account["owner"]["id"].clone(),
            )
        })
        .collect()
}

#[actix_web::test]
async fn pages_are_merged_by_the_crms_id_and_go_on_where_they_stopped() {
    let app = TestApp::start().await;
    let (tenant, other) = (app.tenant("Acme").await, app.tenant("Globex").await);
    let connection = connected(&app, &tenant).await;
    let first = Pages::of(
        vec![
            vec![account("1", "One", None), account("2", "Two", None)],
            vec![account("3", "Three", None)],
        ],
        vec![vec![contact("c1", "1"), contact("c2", "unknown")]],
    );
    import(&app, &tenant, connection, &first).await;
    // Read again, with one that came twice on a page and one that changed its name.
    let again = Pages::of(
        vec![vec![
            account("1", "One", None),
            account("2", "Two", None),
            account("2", "Two renamed", None),
        ]],
        vec![],
    );
    import(&app, &tenant, connection, &again).await;
    assert_eq!(again.asked_from.into_inner().unwrap(), [Some(Cursor::new("2"))]);
    let names: Vec<_> = accounts(&tenant)
        .await
        .into_iter()
        .map(|(name, crm, _)| (name, crm))
        .collect();
    let expected = [("One", "1"), ("Three", "3"), ("Two renamed", "2")].map(|(name, id)| (name.to_owned(), json!(id)));
    assert_eq!(names, expected);
    assert_eq!(accounts(&other).await, []);
}

#[actix_web::test]
async fn the_crms_owner_owns_it_here_until_somebody_here_decides_and_again_when_the_crm_does() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let connection = connected(&app, &tenant).await;
    let (rep, _) = tenant.member(Role::Rep).await;
    let owner = tenant.owner().await;
    let members = owner.get("/api/v1/members").await.expect(200);
    let email = members["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|member| member["id"] == json!(rep))
        .unwrap()["email"]
        .clone();
    let (rep_email, owner_email) = (email.as_str().unwrap().to_uppercase(), tenant.owner_email.clone());
    let one = |email: &str| Pages::of(vec![vec![account("1", "One", Some(email))]], vec![]);
    let owner_now = async || accounts(&tenant).await[0].2.clone();

    import(&app, &tenant, connection, &one("stranger@elsewhere.com")).await;
    assert_eq!(owner_now().await, Value::Null);
    import(&app, &tenant, connection, &one(&rep_email)).await;
    assert_eq!(owner_now().await, json!(rep));

    let id = owner.get("/api/v1/accounts").await.expect(200)["items"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let chosen = json!({ "owner_member_id": tenant.owner_id });
    owner.patch(&format!("/api/v1/accounts/{id}"), chosen).await.expect(200);
    import(&app, &tenant, connection, &one(&rep_email)).await;
    assert_eq!(owner_now().await, json!(tenant.owner_id));
    import(&app, &tenant, connection, &one(&owner_email)).await;
    import(&app, &tenant, connection, &one(&rep_email)).await;
    assert_eq!(owner_now().await, json!(rep));
}

#[actix_web::test]
async fn an_account_made_by_hand_is_found_again_and_what_waited_for_the_crm_is_written() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let connection = connected(&app, &tenant).await;
    let seed = Seed::begin(&tenant, app.clock.now()).await;
    let by_hand: AccountId = seed.account("one", None).await;
    let channel = seed.channel("one").await;
    let signal = seed
        .signal(
            channel,
            SignalSeed {
                account: Some(by_hand),
                ..SignalSeed::default()
            },
        )
        .await;
    seed.done().await;
    let owner = tenant.owner().await;
    let asked = owner
        .post(
            &format!("/api/v1/signals/{signal}/actions"),
            json!({ "action": "create_task" }),
        )
        .await
        .expect(200);
    assert_eq!(asked["delivery_state"], "waiting_for_mapping");

    import(
        &app,
        &tenant,
        connection,
        &Pages::of(vec![vec![account("1", "One", None)]], vec![]),
    )
    .await;
    assert_eq!(accounts(&tenant).await.len(), 1);
    let signal = owner.get(&format!("/api/v1/signals/{signal}")).await.expect(200);
    assert_eq!(
        (&signal["account"]["id"], &signal["delivery_state"]),
        (&json!(by_hand), &json!("pending"))
    );
}

#[actix_web::test]
async fn a_merged_account_hands_over_what_is_ours_of_it_and_a_deleted_one_stays_without_the_crm() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let connection = connected(&app, &tenant).await;
    let all = vec![
        account("1", "One", None),
        account("2", "Two", None),
        account("3", "Three", None),
    ];
    import(
        &app,
        &tenant,
        connection,
        &Pages::of(vec![all], vec![vec![contact("c1", "2")]]),
    )
    .await;
    let owner = tenant.owner().await;
    let listed = owner.get("/api/v1/accounts?q=two").await.expect(200);
    let two: AccountId = listed["items"][0]["id"].as_str().unwrap().parse().unwrap();
    let seed = Seed::begin(&tenant, app.clock.now()).await;
    let channel = seed.channel("two").await;
    let signal = seed
        .signal(
            channel,
            SignalSeed {
                account: Some(two),
                ..SignalSeed::default()
            },
        )
        .await;
    seed.done().await;
    owner
        .put(
            &format!("/api/v1/channel-mappings/{channel}"),
            json!({ "account_id": two }),
        )
        .await
        .expect(200);

    let merged = CrmAccount {
        is_deleted: true,
        merged_into: Some("1".to_owned()),
        ..account("2", "", None)
    };
    let deleted = CrmAccount {
        is_deleted: true,
        ..account("3", "", None)
    };
    import(
        &app,
        &tenant,
        connection,
        &Pages::of(vec![vec![merged, deleted]], vec![]),
    )
    .await;
    let left: Vec<_> = accounts(&tenant)
        .await
        .into_iter()
        .map(|(name, crm, _)| (name, crm))
        .collect();
    assert_eq!(
        left,
        [("One".to_owned(), json!("1")), ("Three".to_owned(), Value::Null)]
    );
    let signal = owner.get(&format!("/api/v1/signals/{signal}")).await.expect(200);
    assert_eq!(signal["account"]["name"], "One");
    let mappings = owner.get("/api/v1/channel-mappings").await.expect(200);
    assert_eq!(mappings["items"][0]["account"]["name"], "One");
}
