//! Setting up an account, and what a task looks like in it.

use pretty_assertions::assert_eq;
use reqwest::Method;
use serde_json::json;

use super::{records, write};
use crate::{Crm, crm::CrmSchema, hubspot::EXTERNAL_ID_PROPERTY, testing::World};

#[tokio::test]
async fn the_property_that_carries_our_id_is_made_unique_on_everything_we_make() {
    let world = World::new().await;
    let crm = world.hubspot();
    // A second time finds it made.
    for _ in 0..2 {
        crm.describe().await.unwrap();
    }
    for kind in ["tasks", "deals", "notes"] {
        let url = format!(
            "{}/crm/properties/2026-03/{kind}/{EXTERNAL_ID_PROPERTY}",
            world.hubspot_url()
        );
        let answer = world
            .http
            .request("property", Method::GET, url.parse().unwrap())
            .bearer(&crate::testing::HS_TOKEN.to_owned().into())
            .send()
            .await
            .unwrap();
        let property: serde_json::Value = answer.json().unwrap();
        assert_eq!(property["hasUniqueValue"], true, "{kind}: {property}");
    }
}

#[tokio::test]
async fn a_property_of_that_name_without_unique_values_is_refused_with_what_to_do() {
    let world = World::new().await;
    let url = format!("{}/crm/properties/2026-03/tasks", world.hubspot_url());
    let property = json!({
        "name": EXTERNAL_ID_PROPERTY, "label": "x", "type": "string", "fieldType": "text", "groupName": "task",
    });
    world
        .http
        .request("property", Method::POST, url.parse().unwrap())
        .bearer(&crate::testing::HS_TOKEN.to_owned().into())
        .json(&property)
        .send()
        .await
        .unwrap();
    let error = world.hubspot().describe().await.unwrap_err();
    assert!(error.has_code("property_not_unique"), "{error}");
    assert!(error.to_string().contains("delete it in HubSpot"), "{error}");
}

#[tokio::test]
async fn the_account_is_described_as_it_is() {
    let world = World::new().await;
    let schema = world.hubspot().describe().await.unwrap();
    assert_eq!(schema.open_task_status, "NOT_STARTED");
    assert_eq!(schema.closed_task_status.as_deref(), Some("COMPLETED"));
    assert_eq!(schema.task_types, ["EMAIL", "CALL", "TODO"]);
    let closed: Vec<_> = schema
        .opportunity_stages
        .iter()
        .filter(|stage| stage.is_closed)
        .map(|stage| (stage.name.as_str(), stage.is_won))
        .collect();
    assert_eq!(closed, [("Closed Won", true), ("Closed Lost", false)]);
    assert_eq!(
        (
            schema.account_money_fields[0].as_str(),
            schema.account_date_fields[0].as_str()
        ),
        ("arr", "renewal_date")
    );
    let kept: CrmSchema = serde_json::from_str(&serde_json::to_string(&schema).unwrap()).unwrap();
    assert_eq!(kept, schema);
}

#[tokio::test]
async fn a_task_says_in_hubspots_words_what_the_draft_says() {
    let world = World::new().await;
    let crm = world.hubspot();
    let written = write(&world, &crm, "sig_1").await.unwrap();
    let task = &records(&world, "tasks").await[0];
    for (name, value) in [
        ("hs_task_subject", "Need more capacity"),
        ("hs_task_body", "a &lt;b&gt; &amp; c<br>d"),
        ("hs_task_status", "NOT_STARTED"),
        ("hs_task_type", "CALL"),
        ("hs_task_priority", "HIGH"),
        // Five in the afternoon in the account's own time, five hours behind.
        ("hs_timestamp", "2026-11-22T22:00:00.000Z"),
        (EXTERNAL_ID_PROPERTY, "sig_1"),
    ] {
        assert_eq!(task["properties"][name], value, "{name}");
    }
    let page = world.page(&written.record.url).await;
    assert!(page.contains("Need more capacity"), "the link opens the task: {page}");
}
