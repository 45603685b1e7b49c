//! Changing, checking, reading again and giving up a connection.

use actix_web::http::Method;
use momentum_connectors::fakes::{Fault, FaultKind, Matching, Vendor};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{ALLOW, SALESFORCE, SLACK, admin, audited, connection, count, stage};

#[actix_web::test]
async fn patterns_are_taken_as_people_write_them_and_refused_when_no_channel_can_match() {
    let (app, vendors) = stage().await;
    let tenant = app.tenant("Northwind").await;
    let admin = admin(&tenant).await;
    vendors.install(&admin, SLACK, ALLOW).await;
    vendors.install(&admin, SALESFORCE, ALLOW).await;
    let path = |connection: &Value| format!("/api/v1/connections/{}", connection["id"].as_str().unwrap());
    let slack = path(&connection(&admin, "slack").await);
    let salesforce = path(&connection(&admin, "salesforce").await);
    let good = [
        (
            json!({}),
            json!(["customer-*", "*-customer", "support*", "escalations*"]),
        ),
        (json!({ "auto_join": [] }), json!([])),
        (
            json!({ "auto_join": [" #Ext-* ", "ext-*", "größe_*"] }),
            json!(["ext-*", "größe_*"]),
        ),
        (json!({ "history_profile": "marketplace" }), json!(["ext-*", "größe_*"])),
    ];
    for (body, patterns) in good {
        let changed = admin.patch(&slack, body.clone()).await.expect(200);
        assert_eq!(changed["settings"]["auto_join"], patterns, "{body}");
    }
    let bad = [
        json!({ "auto_join": [""] }),
        json!({ "auto_join": ["a b"] }),
        json!({ "auto_join": ["a/b"] }),
        json!({ "auto_join": ["a".repeat(81)] }),
        json!({ "auto_join": vec!["a"; 51] }),
        json!({ "history_profile": "fast" }),
        json!({ "sandbox": true }),
        json!({ "auto_join": "a" }),
    ];
    for body in bad {
        assert_eq!(admin.patch(&slack, body.clone()).await.status, 422, "{body}");
    }
    assert_eq!(
        admin.patch(&salesforce, json!({ "auto_join": ["a"] })).await.status,
        422
    );
}

#[actix_web::test]
async fn giving_up_takes_the_tokens_back_and_keeps_what_was_written() {
    let (app, vendors) = stage().await;
    let tenant = app.tenant("Northwind").await;
    let admin = admin(&tenant).await;
    for (start, vendor) in [(SLACK, "slack"), (SALESFORCE, "salesforce")] {
        vendors.install(&admin, start, ALLOW).await;
        let id = connection(&admin, vendor).await["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/connections/{id}");
        let known = id.parse().unwrap();
        let credential = app.app.connectors.clone();
        admin.delete(&path).await.expect(204);

        let gone = connection(&admin, vendor).await;
        assert_eq!(gone["id"], id.as_str());
        assert_eq!(
            (gone["status"].as_str(), gone["token"]["state"].as_str()),
            (Some("disconnected"), Some("refused"))
        );
        assert!(
            gone["status_reason"].as_str().unwrap().starts_with("Disconnected by"),
            "{gone}"
        );
        assert_eq!(admin.post(&format!("{path}/sync"), Value::Null).await.status, 409);
        assert!(credential.chat(&tenant.db(), known).auth_test().await.is_err());

        // The vendor is down for the first try; nothing is forgotten before it was told.
        vendors.fakes.add_fault(down(vendor));
        tenant.work().await;
        assert_eq!(count(&tenant, "credentials").await, 1);
        // The credential still works, but whoever disconnected it meant it.
        let id = connection(&admin, vendor).await["id"].as_str().unwrap().to_owned();
        let checked = admin
            .post(&format!("/api/v1/connections/{id}/check"), Value::Null)
            .await;
        assert_eq!(checked.status, 409);
        assert_eq!(connection(&admin, vendor).await["status"], "disconnected");
        app.clock.advance(chrono::TimeDelta::hours(1));
        tenant.work().await;
        assert_eq!(count(&tenant, "credentials").await, 0);
        assert_eq!(count(&tenant, "jobs WHERE queue = 'connection_revoke'").await, 0);
    }
    let taken_back = vendors.fakes.config().salesforce.refresh_token.clone();
    assert!(
        taken_back.is_some(),
        "the seed's own token is another one and still there"
    );
    let directory = "slack_installations WHERE slack_team_id = 'T0ONE' AND NOT is_active";
    assert_eq!(count(&tenant, directory).await, 1);
    let audited = audited(&tenant).await;
    assert_eq!(
        audited
            .iter()
            .filter(|action| *action == "connection.disconnected")
            .count(),
        2
    );

    // Connecting again goes on with the same connection.
    let before = connection(&admin, "slack").await["id"].clone();
    vendors.install(&admin, SLACK, ALLOW).await;
    let after = connection(&admin, "slack").await;
    assert_eq!((&after["id"], after["status"].as_str()), (&before, Some("connected")));
    assert_eq!(
        count(&tenant, "job_pauses WHERE queue = 'workspace_sync'").await,
        1,
        "the CRM's only"
    );
}

fn down(vendor: &str) -> Fault {
    Fault {
        vendor: if vendor == "slack" {
            Vendor::Slack
        } else {
            Vendor::Salesforce
        },
        matching: Matching {
            method: None,
            path: Some("revoke".to_owned()),
        },
        kind: FaultKind::Status,
        times: 1,
        retry_after: None,
        status: Some(503),
        code: Some("temporarily_unavailable".to_owned()),
        message: None,
        field: None,
        delay_ms: 0,
        commit: true,
    }
}

#[actix_web::test]
async fn a_check_asks_the_vendor_now_and_says_what_it_says() {
    let (app, vendors) = stage().await;
    let tenant = app.tenant("Northwind").await;
    let admin = admin(&tenant).await;
    vendors.install(&admin, SALESFORCE, ALLOW).await;
    let id = connection(&admin, "salesforce").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let check = format!("/api/v1/connections/{id}/check");
    let checked = admin.post(&check, Value::Null).await.expect(200);
    assert_eq!(checked["status"], "connected");
    assert_eq!(checked["quota"]["limit"], 100_000);

    vendors.fakes.add_fault(Fault {
        matching: Matching::default(),
        message: Some("Salesforce is being maintained".to_owned()),
        ..down("salesforce")
    });
    let checked = admin.post(&check, Value::Null).await.expect(200);
    assert_eq!(checked["status"], "degraded");
    assert!(
        checked["last_error"]["message"]
            .as_str()
            .unwrap()
            .contains("being maintained"),
        "{checked}"
    );
    assert_eq!(admin.post(&check, Value::Null).await.expect(200)["status"], "connected");
}

#[actix_web::test]
async fn reading_again_brings_the_waiting_job_forward_instead_of_adding_one() {
    let (app, vendors) = stage().await;
    let tenant = app.tenant("Northwind").await;
    let admin = admin(&tenant).await;
    vendors.install(&admin, SALESFORCE, ALLOW).await;
    tenant.work().await;
    let waiting = "jobs WHERE queue = 'crm_import' AND run_at > '2027-03-02T12:02:00Z'";
    assert_eq!(count(&tenant, waiting).await, 1, "the next look is in a while");
    let id = connection(&admin, "salesforce").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let sync = format!("/api/v1/connections/{id}/sync");
    app.clock.advance(chrono::TimeDelta::minutes(1));
    admin.call(Method::POST, &sync, &Value::Null).await.expect(202);
    assert_eq!(count(&tenant, waiting).await, 0);
    assert_eq!(count(&tenant, "jobs WHERE queue = 'crm_import'").await, 1);
    tenant.work().await;
    let next = "jobs WHERE kind = 'sync_back' AND run_at > '2027-03-02T12:05:30Z'";
    assert_eq!(
        count(&tenant, next).await,
        1,
        "what became of our records was read as well"
    );
}
