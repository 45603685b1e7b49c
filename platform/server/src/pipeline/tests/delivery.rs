//! Writing to the CRM: once, whatever goes wrong.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::crm::{Crm, TROUBLE};
use crate::foundation::db::Sql;

#[tokio::test]
async fn a_signal_becomes_one_task_in_the_words_of_the_specification() {
    let crm = Crm::new().await;
    crm.map_acme().await;
    crm.jane_says(TROUBLE).await;
    crm.deliver().await;
    crm.deliver().await;
    let tasks = crm.tasks().await;
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    let task = &tasks[0];
    let subject = task["Subject"].as_str().expect("a subject");
    assert!(
        subject.starts_with("[SIGNAL] Acme Corp: ") && subject.contains("outage is unacceptable"),
        "{subject}"
    );
    let description = task["Description"].as_str().expect("a description");
    for line in [
        "[Risk Signal]",
        "Channel: #customer-acme",
        "Posted by: Jane Doe (jane@acme.example)",
        "Link: https://northwind.slack.com/archives/",
    ] {
        assert!(description.contains(line), "{line} is missing in {description}");
    }
    assert_eq!(
        (
            task["Type"].as_str(),
            task["Priority"].as_str(),
            task["Status"].as_str()
        ),
        (Some("Call"), Some("High"), Some("Not Started"))
    );
    assert_eq!(
        task["ActivityDate"].as_str(),
        Some(crm.stage.now().format("%Y-%m-%d").to_string().as_str())
    );
    assert!(task["OwnerId"].is_string() && task["WhatId"].is_string());
    let stored = crm
        .stage
        .text("SELECT state || ' ' || record_id AS value FROM deliveries")
        .await;
    assert_eq!(stored, format!("delivered {}", task["Id"].as_str().expect("an id")));
}

#[tokio::test]
async fn a_message_of_two_kinds_is_two_signals_and_one_task() {
    let crm = Crm::new().await;
    crm.map_acme().await;
    crm.jane_says("How much to add 50 users?").await;
    crm.deliver().await;
    assert_eq!(crm.stage.count("signals").await, 2);
    assert_eq!(crm.tasks().await.len() + crm.records("Opportunity").await.len(), 1);
    let states = "SELECT state || ' ' || COALESCE(reason, '') AS value FROM deliveries ORDER BY state";
    assert_eq!(crm.stage.text(states).await, "delivered ,suppressed same_message");
}

#[tokio::test]
async fn whatever_goes_wrong_on_the_way_there_is_one_task_in_the_end() {
    // The write itself, not the questions before it.
    let task = json!({ "path": "/sobjects/Task/Momentum_Signal_Id__c", "method": "PATCH" });
    let faults = [
        json!({ "kind": "drop_after_commit" }),
        json!({ "kind": "timeout_after_commit" }),
        json!({ "kind": "drop_before", "times": 2 }),
        json!({ "kind": "status", "status": 503, "times": 3 }),
        json!({ "kind": "rate_limit", "retry_after": 7 }),
        json!({ "kind": "lock_row", "times": 2 }),
        json!({ "kind": "duplicate_value" }),
    ];
    for mut fault in faults {
        let crm = Crm::new().await;
        crm.map_acme().await;
        fault["vendor"] = json!("salesforce");
        fault["match"] = task.clone();
        crm.fault(fault.clone()).await;
        crm.jane_says(TROUBLE).await;
        for _ in 0..8 {
            crm.deliver().await;
            crm.stage.app.clock.advance(TimeDelta::minutes(30));
        }
        assert_eq!(crm.tasks().await.len(), 1, "{fault}");
        assert_eq!(
            crm.stage.text("SELECT state AS value FROM deliveries").await,
            "delivered",
            "{fault}"
        );
        assert_eq!(crm.stage.count("jobs WHERE queue = 'delivery'").await, 0, "{fault}");
    }
}

#[tokio::test]
async fn what_the_crm_rejects_is_a_dead_letter_in_its_own_words() {
    let crm = Crm::new().await;
    crm.map_acme().await;
    let words = "Every task needs a region (enforced by RevOps).";
    crm.fault(json!({
        "vendor": "salesforce", "match": { "path": "/sobjects/Task", "method": "PATCH" }, "kind": "status", "status": 400, "times": 9,
        "code": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": words,
    }))
    .await;
    crm.fault(json!({
        "vendor": "salesforce", "match": { "path": "/sobjects/Task", "method": "POST" }, "kind": "status", "status": 400, "times": 9,
        "code": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": words,
    }))
    .await;
    crm.jane_says(TROUBLE).await;
    crm.deliver().await;
    let dead = crm
        .stage
        .text("SELECT concat_ws(' | ', state, error_code, error_message) AS value FROM deliveries")
        .await;
    assert_eq!(
        dead,
        format!("dead_letter | FIELD_CUSTOM_VALIDATION_EXCEPTION | {words}")
    );
    assert_eq!(crm.stage.count("jobs WHERE state = 'dead'").await, 1);
}

#[tokio::test]
async fn a_refused_credential_pauses_the_queue_and_connecting_again_lets_it_go_on() {
    let crm = Crm::new().await;
    crm.map_acme().await;
    crm.fault(json!({ "vendor": "salesforce", "kind": "revoked_token" }))
        .await;
    crm.jane_says(TROUBLE).await;
    crm.deliver().await;
    assert_eq!(
        crm.stage
            .text("SELECT status AS value FROM connections WHERE vendor = 'salesforce'")
            .await,
        "disconnected"
    );
    let calls = crm.control("GET", "/control/state", Value::Null).await["salesforce"]["calls"].clone();
    crm.stage.app.clock.advance(TimeDelta::hours(5));
    crm.deliver().await;
    assert_eq!(
        crm.control("GET", "/control/state", Value::Null).await["salesforce"]["calls"],
        calls,
        "no retry storm"
    );
    assert_eq!(crm.stage.text("SELECT state AS value FROM deliveries").await, "pending");
}

#[tokio::test]
async fn a_signal_of_an_unmapped_channel_waits_and_is_written_once_it_is_mapped() {
    let crm = Crm::new().await;
    crm.stage
        .run(Sql::new("UPDATE channels SET name = 'customer-zzz'"))
        .await;
    crm.jane_says(TROUBLE).await;
    crm.deliver().await;
    assert_eq!(
        crm.stage.text("SELECT state AS value FROM deliveries").await,
        "waiting_for_mapping"
    );
    assert!(crm.tasks().await.is_empty());

    crm.map_acme().await;
    let tx = crm.stage.db().begin().await.expect("a transaction");
    let channel = Sql::new("SELECT id AS value FROM channels")
        .scalar(&tx)
        .await
        .expect("an answer")
        .expect("a channel");
    let mapping = crate::accounts::channels::map_by_matcher(&tx, channel, crm.stage.account, 99, crm.stage.now());
    mapping.await.expect("mapped");
    crate::signals::deliveries::release_waiting(&tx, crm.stage.account, crm.stage.now())
        .await
        .expect("released");
    tx.commit().await.expect("committed");
    crm.deliver().await;
    assert_eq!(crm.tasks().await.len(), 1);
}
