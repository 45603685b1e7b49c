//! What would be written, and that it is what is written then.

use serde_json::{Value, json};

use super::crm::{Crm, NEED, TROUBLE};

#[tokio::test]
async fn other_thresholds_show_what_they_would_write_and_write_nothing() {
    let crm = Crm::new().await;
    crm.map_acme().await;
    crm.jane_says(TROUBLE).await;
    let owner = &crm.stage.owner;
    let preview = async |thresholds: Value| {
        let body = json!({ "kind": "threshold", "thresholds": thresholds, "days": 7 });
        owner.post("/api/v1/deliveries/preview", body).await.expect(200)
    };
    let as_it_is = preview(json!({})).await;
    assert_eq!(
        (&as_it_is["counts"]["skip"], &as_it_is["counts"]["create"]),
        (&json!(1), &json!(0))
    );
    let higher = preview(json!({ "task": 100 })).await;
    assert_eq!(higher["would_write"], json!([]));

    crm.stage.app.clock.advance(chrono::TimeDelta::minutes(1));
    crm.jane_says(NEED).await;
    let stricter = preview(json!({ "opportunity": 100 })).await;
    let planned = stricter["would_write"].as_array().expect("a plan");
    let task = planned
        .iter()
        .find(|write| write["action"] == "create")
        .expect("the expansion as a task");
    assert_eq!(task["record_type"], "task");
    let subject = task["fields"]
        .as_array()
        .expect("fields")
        .iter()
        .find(|field| field["name"] == "subject");
    let subject = subject.expect("a subject")["after"].as_str().expect("words").to_owned();
    assert!(
        subject.starts_with("[SIGNAL] Acme Corp: We're running out"),
        "{subject}"
    );
    assert!(crm.tasks().await.is_empty() && crm.records("Opportunity").await.is_empty());
    assert_eq!(crm.stage.count("deliveries").await, 2, "a preview asks for nothing");

    let other = crm.stage.app.tenant("Globex").await.owner().await;
    let body = json!({ "kind": "field_mapping", "connection_id": crm.connection, "fields": [] });
    assert_eq!(other.post("/api/v1/deliveries/preview", body).await.status, 404);
    assert_eq!(
        other
            .post("/api/v1/deliveries/preview", json!({ "kind": "threshold" }))
            .await
            .status,
        409
    );
    for hostile in [
        json!({ "kind": "all" }),
        json!({ "kind": "threshold", "days": 9000 }),
        json!({ "kind": "threshold", "thresholds": { "task": 101 } }),
    ] {
        assert_eq!(
            owner.post("/api/v1/deliveries/preview", hostile.clone()).await.status,
            422,
            "{hostile}"
        );
    }
}

#[tokio::test]
async fn a_mapping_shows_what_it_would_write_and_that_is_what_it_writes() {
    let crm = Crm::new().await;
    crm.map_acme().await;
    crm.sync().await;
    crm.jane_says(TROUBLE).await;
    let fields = json!([
        { "momentum_field": "health_score", "crm_field": "Health_Score__c" },
        { "momentum_field": "last_signal_at", "crm_field": "Last_Signal_At__c" },
    ]);
    let owner = &crm.stage.owner;
    let body = json!({ "kind": "field_mapping", "connection_id": crm.connection, "fields": fields });
    let plan = owner.post("/api/v1/deliveries/preview", body).await.expect(200);
    let write = &plan["would_write"][0];
    assert_eq!(
        (&write["record_type"], &write["action"]),
        (&json!("account_fields"), &json!("update"))
    );
    let promised = write["fields"][0]["after"].as_str().expect("a value").to_owned();
    assert_eq!(write["fields"][0]["before"], Value::Null);

    let path = format!("/api/v1/field-mappings/{}", crm.connection);
    owner.put(&path, json!({ "fields": fields })).await.expect(200);
    crm.sync().await;
    let written = crm.acme().await["Health_Score__c"].as_f64().expect("a score");
    assert_eq!(written.to_string(), promised);
}
