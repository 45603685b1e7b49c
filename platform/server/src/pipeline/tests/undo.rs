//! Taking back what was written.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::crm::{Crm, NEED, TROUBLE};
use crate::control::access::Role;

async fn with_task() -> (Crm, String) {
    let crm = Crm::new().await;
    crm.map_acme().await;
    crm.jane_says(TROUBLE).await;
    crm.deliver().await;
    let delivery = crm.deliveries().await[0]["id"].as_str().expect("an id").to_owned();
    (crm, delivery)
}

#[tokio::test]
async fn what_nobody_touched_is_deleted_and_stays_undone() {
    let (crm, delivery) = with_task().await;
    let owner = &crm.stage.owner;
    let named = json!({ "delivery_ids": [delivery] });
    let mut rehearsal = named.clone();
    rehearsal["dry_run"] = json!(true);
    let planned = owner.post("/api/v1/deliveries/undo", rehearsal).await.expect(200);
    assert_eq!(planned["undone"][0]["id"], json!(delivery));
    crm.deliver().await;
    assert_eq!(crm.records("Task").await.len(), 1, "a rehearsal changes nothing");

    let asked = owner.post("/api/v1/deliveries/undo", named.clone()).await.expect(200);
    assert_eq!(asked["undone"][0]["undo"]["state"], "requested");
    crm.deliver().await;
    assert_eq!(crm.records("Task").await.len(), 0);
    let undone = crm.deliveries().await.remove(0);
    assert_eq!(
        (&undone["undo"]["state"], &undone["state"], &undone["record"]),
        (&json!("undone"), &json!("discarded"), &Value::Null)
    );
    assert_eq!(crm.signal().await["crm_records"], json!([]));

    // Neither a retry, nor another undo, nor asking for the task again brings it back.
    let path = format!("/api/v1/deliveries/{delivery}/retry");
    assert_eq!(owner.post(&path, Value::Null).await.status, 409);
    let all = owner
        .post("/api/v1/deliveries/retry", json!({ "state": "discarded" }))
        .await
        .expect(202);
    assert_eq!(all["retried"], 0);
    let signal = crm.signal().await["id"].as_str().expect("an id").to_owned();
    let again = json!({ "action": "create_task" });
    assert_eq!(
        owner
            .post(&format!("/api/v1/signals/{signal}/actions"), again)
            .await
            .status,
        409
    );
    owner.post("/api/v1/deliveries/undo", named).await.expect(200);
    crm.deliver().await;
    assert_eq!(crm.records("Task").await.len(), 0);
    let audited = "audit_entries WHERE action IN ('deliveries.undo_requested', 'delivery.undone')";
    assert_eq!(crm.stage.count(audited).await, 3);
}

#[tokio::test]
async fn what_somebody_changed_stays_and_says_since_when() {
    let (crm, delivery) = with_task().await;
    crm.stage.app.clock.advance(TimeDelta::minutes(30));
    let task = crm.tasks().await.remove(0);
    let theirs = json!({ "Description": "Called them.", "LastModifiedById": "005000000000099AAA" });
    crm.put("Task", task["Id"].as_str().expect("an id"), theirs).await;
    let owner = &crm.stage.owner;
    owner
        .post("/api/v1/deliveries/undo", json!({ "delivery_ids": [delivery] }))
        .await
        .expect(200);
    crm.deliver().await;
    assert_eq!(crm.records("Task").await.len(), 1);
    let refused = crm.deliveries().await.remove(0);
    assert_eq!(
        (&refused["undo"]["state"], &refused["state"]),
        (&json!("refused"), &json!("delivered"))
    );
    let reason = refused["undo"]["reason"].as_str().expect("a reason");
    assert!(reason.contains("changed it in the CRM at 2027-03-02 12:30"), "{reason}");
}

#[tokio::test]
async fn what_is_on_its_way_is_stopped() {
    let crm = Crm::new().await;
    crm.map_acme().await;
    crm.jane_says(TROUBLE).await;
    let asked = json!({ "since": crm.stage.now() - TimeDelta::hours(1), "rule": "task_threshold" });
    let stopped = crm.stage.owner.post("/api/v1/deliveries/undo", asked).await.expect(200);
    assert_eq!(stopped["undone"][0]["undo"]["state"], "undone");
    crm.deliver().await;
    assert!(crm.tasks().await.is_empty());
    assert_eq!(crm.stage.count("jobs WHERE queue = 'delivery'").await, 0);
}

#[tokio::test]
async fn an_opportunity_goes_and_one_that_was_only_linked_stays() {
    let crm = Crm::new().await;
    crm.map_acme().await;
    let theirs = json!({
        "Name": "Theirs", "StageName": "Prospecting", "AccountId": crm.acme().await["Id"], "CloseDate": "2027-06-30",
        "IsClosed": false, "IsWon": false,
    });
    crm.put("Opportunity", "", theirs).await;
    crm.jane_says(NEED).await;
    crm.deliver().await;
    let since = json!({ "since": crm.stage.now() - TimeDelta::hours(1) });
    let outcome = crm.stage.owner.post("/api/v1/deliveries/undo", since).await.expect(200);
    assert_eq!(outcome["refused"][0]["delivery"]["record_type"], "opportunity");
    assert_eq!(outcome["undone"][0]["record_type"], "note");
    crm.deliver().await;
    assert_eq!(
        (crm.records("Opportunity").await.len(), crm.records("Task").await.len()),
        (1, 0)
    );
}

#[tokio::test]
async fn an_answer_lost_while_undoing_ends_the_same() {
    for kind in ["drop_after_commit", "drop_before", "lock_row"] {
        let (crm, delivery) = with_task().await;
        crm.fault(json!({ "vendor": "salesforce", "match": { "method": "DELETE" }, "kind": kind }))
            .await;
        let named = json!({ "delivery_ids": [delivery] });
        crm.stage.owner.post("/api/v1/deliveries/undo", named).await.expect(200);
        for _ in 0..3 {
            crm.deliver().await;
            crm.stage.app.clock.advance(TimeDelta::minutes(5));
        }
        assert_eq!(crm.records("Task").await.len(), 0, "{kind}");
        assert_eq!(crm.deliveries().await[0]["undo"]["state"], "undone", "{kind}");
    }
}

#[tokio::test]
async fn fields_are_put_back_and_not_written_again() {
    let crm = Crm::new().await;
    crm.map_acme().await;
    crm.sync().await;
    let path = format!("/api/v1/field-mappings/{}", crm.connection);
    let chosen = json!({ "fields": [{ "momentum_field": "health_score", "crm_field": "Health_Score__c" }] });
    crm.stage.owner.put(&path, chosen).await.expect(200);
    crm.sync().await;
    assert_eq!(crm.acme().await["Health_Score__c"].as_f64(), Some(100.0));
    let rule = json!({ "since": crm.stage.now() - TimeDelta::hours(1), "rule": "field_mapping" });
    let asked = crm.stage.owner.post("/api/v1/deliveries/undo", rule).await.expect(200);
    assert_eq!(asked["undone"].as_array().map(Vec::len), Some(1));
    crm.deliver().await;
    assert_eq!(crm.acme().await["Health_Score__c"], Value::Null);
    crm.sync().await;
    assert_eq!(crm.acme().await["Health_Score__c"], Value::Null);
}

/// What was written without our learning of it is known by nobody but the CRM: whoever stops it wants it gone.
#[tokio::test]
async fn what_a_crash_left_in_the_crm_is_taken_back_when_it_is_stopped() {
    for (said, object) in [(TROUBLE, "Task"), (NEED, "Opportunity")] {
        for is_written in [true, false] {
            let crm = Crm::new().await;
            crm.map_acme().await;
            if !is_written {
                let lost = json!({ "vendor": "salesforce", "match": { "path": format!("/sobjects/{object}") }, "kind": "drop_before" });
                crm.fault(lost).await;
            }
            crm.jane_says(said).await;
            crm.deliver().await;
            if is_written {
                crm.forget_last_write().await;
            }
            assert_eq!(crm.records(object).await.len(), usize::from(is_written), "{object}");
            let since = json!({ "since": crm.stage.now() - TimeDelta::hours(1) });
            let undo = async || {
                crm.stage
                    .owner
                    .post("/api/v1/deliveries/undo", since.clone())
                    .await
                    .expect(200)
            };
            let stopped = undo().await;
            assert_eq!(stopped["undone"][0]["undo"]["state"], "undone", "{object}");
            if is_written {
                // Where the CRM does not let us look, that is said, and it is looked for again when asked again.
                crm.stage.app.clock.advance(TimeDelta::minutes(5));
                crm.fault(
                    json!({ "vendor": "salesforce", "match": { "path": "/query" }, "kind": "status", "status": 400,
                    "code": "MALFORMED_QUERY", "message": "no access" }),
                )
                .await;
                crm.deliver().await;
                let refused = crm.deliveries().await.remove(0)["undo"].clone();
                assert_eq!(refused["state"], "refused", "{object} {refused}");
                assert!(
                    refused["reason"]
                        .as_str()
                        .is_some_and(|reason| reason.contains("no access")),
                    "{refused}"
                );
                assert_eq!(undo().await["undone"][0]["undo"]["state"], "undone", "{object}");
            }
            for _ in 0..3 {
                crm.stage.app.clock.advance(TimeDelta::minutes(5));
                crm.deliver().await;
            }
            assert_eq!(crm.records(object).await.len(), 0, "{object} {is_written}");
            assert_eq!(
                crm.deliveries().await[0]["undo"]["state"],
                "undone",
                "{object} {is_written}"
            );
            assert_eq!(
                crm.stage
                    .count("jobs WHERE queue = 'delivery' AND state = 'pending'")
                    .await,
                0
            );
        }
    }
}

#[tokio::test]
async fn fields_whose_answer_was_lost_are_put_back_whenever_that_is_asked_for() {
    for is_tried_again in [false, true] {
        let crm = Crm::new().await;
        crm.map_acme().await;
        crm.sync().await;
        let acme = crm.acme().await["Id"].as_str().expect("an id").to_owned();
        crm.put("Account", &acme, json!({ "Health_Score__c": 55.0 })).await;
        let path = format!("/api/v1/field-mappings/{}", crm.connection);
        let chosen = json!({ "fields": [{ "momentum_field": "health_score", "crm_field": "Health_Score__c", "wins": "momentum" }] });
        crm.stage.owner.put(&path, chosen).await.expect(200);
        crm.fault(json!({ "vendor": "salesforce", "match": { "method": "PATCH", "path": "/sobjects/Account" }, "kind": "drop_after_commit" }))
            .await;
        crm.sync().await;
        assert_eq!(crm.acme().await["Health_Score__c"].as_f64(), Some(100.0));
        if is_tried_again {
            crm.stage.app.clock.advance(TimeDelta::minutes(5));
            crm.deliver().await;
        }
        let rule = json!({ "since": crm.stage.now() - TimeDelta::hours(1), "rule": "field_mapping" });
        crm.stage.owner.post("/api/v1/deliveries/undo", rule).await.expect(200);
        crm.stage.app.clock.advance(TimeDelta::minutes(5));
        crm.deliver().await;
        assert_eq!(
            crm.acme().await["Health_Score__c"].as_f64(),
            Some(55.0),
            "{is_tried_again}"
        );
    }
}

#[tokio::test]
async fn another_company_and_a_rep_take_nothing_back() {
    let (crm, delivery) = with_task().await;
    let globex = crm.stage.app.tenant("Globex").await;
    let named = json!({ "delivery_ids": [delivery] });
    let stranger = globex.owner().await;
    assert_eq!(
        stranger.post("/api/v1/deliveries/undo", named.clone()).await.status,
        404
    );
    for path in ["retry", "discard"] {
        let path = format!("/api/v1/deliveries/{delivery}/{path}");
        assert_eq!(stranger.post(&path, json!({ "reason": "x" })).await.status, 404);
    }
    assert_eq!(stranger.get("/api/v1/deliveries").await.expect(200)["items"], json!([]));
    let rep = globex.client(Role::Rep).await;
    assert_eq!(rep.post("/api/v1/deliveries/undo", named).await.status, 403);

    let owner = &crm.stage.owner;
    let hostile = [
        json!({}),
        json!({ "since": "2020-01-01T00:00:00Z" }),
        json!({ "delivery_ids": ["dlv_x"] }),
        json!({ "delivery_ids": vec![delivery; 501] }),
    ];
    for body in hostile {
        assert_eq!(
            owner.post("/api/v1/deliveries/undo", body.clone()).await.status,
            422,
            "{body}"
        );
    }
}
