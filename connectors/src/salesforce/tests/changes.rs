//! Polling for what changed.

use pretty_assertions::assert_eq;
use reqwest::Method;
use serde_json::json;

use crate::{
    Crm, Cursor,
    crm::{CrmAccount, ExternalIdField},
    salesforce::{Salesforce, SalesforceConfig},
    testing::World,
};

fn with_fields(world: &World) -> Salesforce {
    world.salesforce_with(SalesforceConfig {
        account_arr_field: Some("ARR__c".into()),
        account_renewal_field: Some("Renewal_Date__c".into()),
        schema: None,
    })
}

/// Reads until there is no more.
async fn all(crm: &Salesforce, cursor: Option<Cursor>) -> (Vec<CrmAccount>, Cursor, usize) {
    let (mut cursor, mut accounts, mut pages) = (cursor, Vec::new(), 0);
    loop {
        let page = crm.accounts_changed_since(cursor.as_ref()).await.unwrap();
        accounts.extend(page.items);
        pages += 1;
        if !page.more {
            return (accounts, page.cursor, pages);
        }
        cursor = Some(page.cursor);
    }
}

async fn add_account(world: &World, name: &str) -> String {
    let answer = world
        .control(Method::POST, "salesforce/records/Account", json!({"Name": name}))
        .await;
    answer["id"].as_str().unwrap().to_owned()
}

fn names(accounts: &[CrmAccount]) -> Vec<&str> {
    let mut names: Vec<&str> = accounts.iter().map(|account| account.name.as_str()).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn an_account_comes_with_its_domain_owner_revenue_and_renewal() {
    let world = World::new().await;
    let (accounts, ..) = all(&with_fields(&world), None).await;
    let techflow = accounts.iter().find(|account| account.name == "TechFlow").unwrap();
    assert_eq!(techflow.domain.as_deref(), Some("techflow.com"));
    assert_eq!(techflow.arr_minor, Some(12_000_000));
    assert_eq!(techflow.renewal_date.unwrap().to_string(), "2027-03-31");
    let owner = techflow.owner.as_ref().unwrap();
    assert_eq!(
        (owner.name.as_str(), owner.email.as_deref()),
        ("Olga Owner", Some("olga@example.com"))
    );
    let initech = accounts.iter().find(|account| account.name == "Initech").unwrap();
    assert_eq!((initech.domain.as_deref(), initech.arr_minor), (None, None));

    let contacts = world.salesforce().contacts_changed_since(None).await.unwrap();
    assert_eq!(contacts.items[0].email.as_deref(), Some("john@techflow.com"));
    assert_eq!(contacts.items[0].account_id.as_deref(), Some(techflow.id.as_str()));
    let users = world.salesforce().users(None).await.unwrap();
    assert_eq!(users.items.len(), 2);
}

#[tokio::test]
async fn pages_are_read_to_the_end_and_a_lost_place_costs_nothing() {
    let world = World::with(|config| config.salesforce.query_page = 2).await;
    for number in 0..5 {
        world.pass(3600);
        add_account(&world, &format!("More {number}")).await;
    }
    let crm = world.salesforce();
    let (accounts, _, pages) = all(&crm, None).await;
    assert_eq!((accounts.len(), pages), (7, 4));

    // Salesforce forgets a place after two days: the poll goes on by the latest stamp it saw.
    let first = crm.accounts_changed_since(None).await.unwrap();
    let lost = first.cursor.as_str().replace("01g5g", "01gxx");
    let (rest, ..) = all(&crm, Some(Cursor::new(lost))).await;
    let mut seen = first.items;
    seen.extend(rest);
    let mut names = names(&seen);
    names.dedup();
    assert_eq!(names.len(), 7);
}

#[tokio::test]
async fn the_next_poll_brings_what_changed_also_what_was_committed_late_or_deleted() {
    let world = World::new().await;
    let crm = world.salesforce();
    let (_, cursor, _) = all(&crm, None).await;

    world.pass(3600);
    let late = add_account(&world, "Late").await;
    let (changed, cursor, _) = all(&crm, Some(cursor)).await;
    assert!(names(&changed).contains(&"Late"));

    // Stamped five minutes before what we have seen already (airbyte#27146): the overlap finds it.
    let backdated = (world.now() - chrono::Duration::minutes(5)).to_rfc3339();
    let fields = json!({"Name": "Backdated", "SystemModstamp": backdated});
    world.control(Method::POST, "salesforce/records/Account", fields).await;
    let (changed, cursor, _) = all(&crm, Some(cursor)).await;
    assert!(names(&changed).contains(&"Backdated"), "{changed:?}");

    world.pass(3600);
    let master = world.id_of("Account", "TechFlow").await;
    let merged = json!({"IsDeleted": true, "MasterRecordId": master});
    world
        .control(Method::POST, &format!("salesforce/records/Account/{late}"), merged)
        .await;
    let (changed, cursor, _) = all(&crm, Some(cursor)).await;
    let gone = changed.iter().find(|account| account.id == late).unwrap();
    assert_eq!(
        (gone.is_deleted, gone.merged_into.as_deref()),
        (true, Some(master.as_str()))
    );

    world.pass(3600);
    let (changed, ..) = all(&crm, Some(cursor)).await;
    assert_eq!(changed.len(), 1, "only the overlap comes again");
}

#[tokio::test]
async fn the_org_is_described_as_it_is() {
    for mode in [
        ExternalIdField::Unique,
        ExternalIdField::ExternalId,
        ExternalIdField::PlainField,
        ExternalIdField::Missing,
    ] {
        let world = World::with(|config| config.salesforce.external_id_field = mode).await;
        let schema = world.salesforce().describe().await.unwrap();
        assert_eq!((schema.task_id_field, schema.opportunity_id_field), (mode, mode));
        assert_eq!(schema.open_task_status, "Not Started");
        assert_eq!(schema.closed_task_status.as_deref(), Some("Completed"));
        assert!(schema.task_types.contains(&"Call".to_owned()) && schema.task_priorities.contains(&"High".to_owned()));
        assert_eq!(
            schema.opportunity_stages.iter().filter(|stage| stage.is_closed).count(),
            2
        );
        assert_eq!(schema.account_money_fields, ["ARR__c", "AnnualRevenue"]);
        assert_eq!(schema.account_date_fields[0], "Renewal_Date__c");
        let kept: crate::crm::CrmSchema = serde_json::from_str(&serde_json::to_string(&schema).unwrap()).unwrap();
        assert_eq!(kept, schema);
    }
}

#[tokio::test]
async fn a_user_who_may_not_read_the_set_up_tables_gets_the_picklists_first_open_status() {
    let world = World::new().await;
    let refusal = json!({
        "vendor": "salesforce", "match": {"path": "/query"}, "kind": "status", "status": 400, "code": "INVALID_TYPE", "times": 2,
    });
    world.fault(refusal).await;
    let schema = world.salesforce().describe().await.unwrap();
    assert_eq!(
        (schema.open_task_status.as_str(), schema.opportunity_stages.len()),
        ("Not Started", 0)
    );
}
