//! What comes back from the CRM.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::crm::{Crm, NEED, TROUBLE};
use crate::foundation::db::Sql;

async fn with_opportunity() -> (Crm, String) {
    let crm = Crm::new().await;
    crm.map_acme().await;
    crm.jane_says(NEED).await;
    crm.deliver().await;
    let id = crm.records("Opportunity").await[0]["Id"]
        .as_str()
        .expect("an id")
        .to_owned();
    (crm, id)
}

#[tokio::test]
async fn a_won_opportunity_converts_its_signal_and_one_that_is_reopened_gives_it_back() {
    let (crm, id) = with_opportunity().await;
    crm.sync().await;
    let signal = crm.signal().await;
    assert_eq!(
        (&signal["status"], &signal["crm_progress"]["stage"]),
        (&json!("open"), &json!("Qualification"))
    );
    // The state of the CRM, and what the signal says then. Each look is taken twice: it changes nothing more.
    let rows = [
        (
            json!({ "StageName": "Negotiation/Review", "Amount": 5000.5 }),
            "open",
            Some(500_050),
        ),
        (
            json!({ "StageName": "Closed Won", "IsClosed": true, "IsWon": true }),
            "converted",
            Some(500_050),
        ),
        (
            json!({ "StageName": "Prospecting", "IsClosed": false, "IsWon": false }),
            "open",
            Some(500_050),
        ),
        (
            json!({ "StageName": "Closed Won", "IsClosed": true, "IsWon": true }),
            "converted",
            Some(500_050),
        ),
        (json!({ "IsDeleted": true }), "open", None),
    ];
    for (change, status, amount) in rows {
        crm.put("Opportunity", &id, change.clone()).await;
        crm.sync().await;
        let activities = crm.stage.count("signal_activities").await;
        crm.sync().await;
        let signal = crm.signal().await;
        assert_eq!(signal["status"], status, "{change}");
        assert_eq!(signal["crm_progress"]["amount_minor"].as_i64(), amount, "{change}");
        assert_eq!(crm.stage.count("signal_activities").await, activities, "{change}");
    }
    assert_eq!(
        crm.stage
            .text("SELECT action AS value FROM signal_activities ORDER BY at, id")
            .await,
        "converted,reopened,converted,reopened"
    );
    assert_eq!(crm.deliveries().await[0]["found"], "missing");
    assert_eq!(crm.records("Opportunity").await.len(), 0, "it is not made again");
}

#[tokio::test]
async fn the_alerts_posted_about_a_signal_follow_what_the_crm_says_of_it() {
    let (crm, id) = with_opportunity().await;
    crm.sync().await;
    let posted = "INSERT INTO slack_alerts (tenant_id, id, signal_id, target, slack_team_id, slack_channel_id, ts, claimed_until, created_at, updated_at)
        SELECT tenant_id, gen_random_uuid(), id, 'channel:C0SALES', 'T0NORTHWIND', 'C0SALES', '1.2', $1, $1, $1 FROM signals";
    crm.stage.run(Sql::new(posted).bind(crm.stage.now())).await;
    let refreshes = "jobs WHERE queue = 'slack_app' AND kind = 'refresh'";
    assert_eq!(crm.stage.count(refreshes).await, 0);
    let won = json!({ "StageName": "Closed Won", "IsClosed": true, "IsWon": true });
    crm.put("Opportunity", &id, won).await;
    crm.sync().await;
    assert_eq!(crm.signal().await["status"], "converted");
    assert!(crm.stage.count(refreshes).await > 0);
}

#[tokio::test]
async fn a_row_that_the_crm_stamps_minutes_back_is_seen() {
    let (crm, id) = with_opportunity().await;
    crm.sync().await;
    crm.sync().await;
    let late = crm.stage.now() - TimeDelta::minutes(8);
    let late = late.format("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string();
    let won = json!({ "StageName": "Closed Won", "IsClosed": true, "IsWon": true, "SystemModstamp": late });
    crm.put("Opportunity", &id, won).await;
    crm.sync().await;
    assert_eq!(crm.signal().await["status"], "converted");
}

#[tokio::test]
async fn the_owners_open_activity_says_that_somebody_is_at_it_and_ours_does_not() {
    let crm = Crm::new().await;
    crm.map_acme().await;
    crm.jane_says(TROUBLE).await;
    crm.deliver().await;
    crm.sync().await;
    assert_eq!(crm.tasks().await.len(), 1);
    assert_eq!(
        crm.signal().await["following_up"],
        Value::Null,
        "our own task is nobody's follow-up"
    );

    let acme = crm.acme().await;
    let call = |owner: &Value, closed: bool| {
        json!({
            "Subject": "Call Acme", "WhatId": acme["Id"], "AccountId": acme["Id"], "OwnerId": owner,
            "Status": if closed { "Completed" } else { "Not Started" }, "IsClosed": closed,
        })
    };
    let id = crm.put("Task", "", call(&acme["OwnerId"], false)).await;
    crm.sync().await;
    let following_up = crm.signal().await["following_up"].clone();
    assert!(
        following_up["url"].as_str().is_some_and(|url| url.contains(&id)),
        "{following_up}"
    );
    crm.put("Task", &id, call(&acme["OwnerId"], true)).await;
    crm.sync().await;
    assert_eq!(crm.signal().await["following_up"], Value::Null);
    crm.put("Task", &id, call(&json!("005000000000099AAA"), false)).await;
    crm.sync().await;
    assert_eq!(
        crm.signal().await["following_up"],
        Value::Null,
        "somebody else's activity"
    );
}

#[tokio::test]
async fn the_night_counts_what_is_missing_and_makes_nothing_again() {
    let (crm, opportunity) = with_opportunity().await;
    crm.stage.app.clock.advance(TimeDelta::minutes(1));
    crm.jane_says(TROUBLE).await;
    crm.deliver().await;
    crm.sync().await;
    let task = crm.tasks().await.remove(0);
    crm.put(
        "Task",
        task["Id"].as_str().expect("an id"),
        json!({ "IsDeleted": true }),
    )
    .await;
    crm.put(
        "Opportunity",
        &opportunity,
        json!({ "Momentum_Signal_Id__c": "another" }),
    )
    .await;
    crm.stage.app.clock.advance(TimeDelta::hours(24));
    crm.sync().await;
    let figures = crm.stage.owner.get("/api/v1/reconciliations").await.expect(200)["items"].clone();
    let first = &figures[0];
    assert_eq!(
        (
            &first["checked"],
            &first["missing"],
            &first["changed"],
            &first["twins"],
            &first["sync_accuracy"]
        ),
        (&json!(2), &json!(1), &json!(1), &json!(0), &json!(0.5))
    );
    assert_eq!(first["connection"]["name"], "Northwind");
    let mut found: Vec<String> = crm
        .deliveries()
        .await
        .iter()
        .map(|one| one["found"].to_string())
        .collect();
    found.sort();
    assert_eq!(found, ["\"changed\"", "\"missing\""]);
    crm.deliver().await;
    assert_eq!(
        crm.tasks()
            .await
            .iter()
            .filter(|task| task["IsDeleted"] != true)
            .count(),
        0
    );
    let other = crm.stage.app.tenant("Globex").await.owner().await;
    assert_eq!(
        other.get("/api/v1/reconciliations").await.expect(200)["items"],
        json!([])
    );
}

#[tokio::test]
async fn the_fields_of_an_account_are_written_when_they_change_and_left_when_somebody_else_did() {
    let crm = Crm::new().await;
    crm.map_acme().await;
    crm.sync().await;
    let owner = &crm.stage.owner;
    let path = format!("/api/v1/field-mappings/{}", crm.connection);
    let chosen = json!({ "fields": [
        { "momentum_field": "health_score", "crm_field": "Health_Score__c" },
        { "momentum_field": "open_risk_signals", "crm_field": "Open_Risk_Signals__c", "wins": "momentum" },
    ] });
    let mappings = owner.put(&path, chosen).await.expect(200);
    assert!(
        mappings["connections"][0]["crm_fields"]
            .as_array()
            .expect("fields")
            .len()
            > 5
    );
    crm.jane_says(TROUBLE).await;
    crm.sync().await;
    let acme = crm.acme().await;
    let health = acme["Health_Score__c"].as_f64().expect("a score");
    assert!((70.0..100.0).contains(&health), "{health}");
    assert_eq!(acme["Open_Risk_Signals__c"].as_f64(), Some(1.0));
    let written = crm.stage.count("deliveries WHERE record_type = 'account_fields'").await;
    crm.sync().await;
    assert_eq!(
        crm.stage.count("deliveries WHERE record_type = 'account_fields'").await,
        written,
        "nothing changed, nothing is written"
    );

    // A person has another opinion of the one, and something else overwrote the other.
    let id = acme["Id"].as_str().expect("an id").to_owned();
    crm.put(
        "Account",
        &id,
        json!({ "Health_Score__c": 12, "Open_Risk_Signals__c": 9 }),
    )
    .await;
    let signal = crm.signal().await["id"].as_str().expect("an id").to_owned();
    let dismiss = json!({ "action": "dismiss", "reason": "resolved" });
    owner
        .post(&format!("/api/v1/signals/{signal}/actions"), dismiss)
        .await
        .expect(200);
    crm.sync().await;
    let acme = crm.acme().await;
    assert_eq!(
        (acme["Health_Score__c"].as_f64(), acme["Open_Risk_Signals__c"].as_f64()),
        (Some(12.0), Some(0.0))
    );
}
