//! Dead letters and connections through HTTP.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::control::access::Role;
use crate::foundation::db::Sql;
use crate::foundation::ids::{ConnectionId, SignalId};
use crate::foundation::jobs::{self, NewJob};
use crate::testing::{Seed, SignalSeed, TestApp, TestTenant};

struct Scene {
    connection: ConnectionId,
    signals: Vec<SignalId>,
}

/// Deliveries that Salesforce refused for good, one for each code.
async fn refused(app: &TestApp, tenant: &TestTenant<'_>, codes: &[&str]) -> Scene {
    let seed = Seed::begin(tenant, app.clock.now()).await;
    let connection = seed.crm().await;
    let account = seed.crm_account("Acme", "001000000000001").await;
    let channel = seed.channel("acme").await;
    let mut signals = Vec::new();
    for code in codes {
        let signal = SignalSeed {
            account: Some(account),
            title: format!("About {code}"),
            ..SignalSeed::default()
        };
        signals.push(seed.signal(channel, signal).await);
    }
    seed.done().await;
    let owner = tenant.owner().await;
    for (signal, code) in signals.iter().zip(codes) {
        owner
            .post(
                &format!("/api/v1/signals/{signal}/actions"),
                json!({ "action": "create_task" }),
            )
            .await
            .expect(200);
        let tx = tenant.begin().await;
        Sql::new(
            "UPDATE deliveries SET state = 'dead_letter', error_code = $3, error_field = 'Subject', error_message = 'Their words', \
                reason = 'Their words' WHERE tenant_id = $1 AND signal_id = $2",
        )
        .bind(tenant.id)
        .bind(*signal)
        .bind(*code)
        .execute(&tx)
        .await
        .expect("a refusal");
        Sql::new(
            "UPDATE jobs SET state = 'dead', attempts = 3, last_error = 'Their words', failed_at = $2 \
              WHERE tenant_id = $1 AND queue = 'delivery' AND state = 'pending'",
        )
        .bind(tenant.id)
        .bind(app.clock.now())
        .execute(&tx)
        .await
        .expect("a dead job");
        tx.commit().await.expect("committed");
    }
    Scene { connection, signals }
}

async fn pending(tenant: &TestTenant<'_>) -> i64 {
    let tx = tenant.begin().await;
    let sql = Sql::new(
        "SELECT count(*) AS value FROM jobs WHERE tenant_id = $1 AND queue <> 'crm_import' AND state = 'pending'",
    );
    sql.bind(tenant.id)
        .scalar(&tx)
        .await
        .expect("an answer")
        .expect("a count")
}

#[actix_web::test]
async fn dead_letters_of_another_tenant_are_not_there() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.tenant("Acme").await, app.tenant("Globex").await);
    refused(&app, &theirs, &["REQUIRED_FIELD_MISSING"]).await;
    let listed = theirs.owner().await.get("/api/v1/dead-letters").await.expect(200);
    let id = listed["items"][0]["id"].as_str().expect("a dead letter").to_owned();
    let owner = ours.owner().await;
    assert_eq!(owner.get("/api/v1/dead-letters").await.expect(200)["items"], json!([]));
    assert_eq!(
        owner
            .post(&format!("/api/v1/dead-letters/{id}/retry"), Value::Null)
            .await
            .status,
        404
    );
    let discard = owner
        .post(&format!("/api/v1/dead-letters/{id}/discard"), json!({ "reason": "x" }))
        .await;
    assert_eq!(discard.status, 404);
    assert_eq!(
        owner
            .post("/api/v1/dead-letters/retry-all", json!({}))
            .await
            .expect(202),
        json!({ "retried": 0 })
    );
    assert_eq!(
        owner.get("/api/v1/connections").await.expect(200),
        json!({ "items": [] })
    );
}

#[actix_web::test]
async fn a_refusal_is_told_in_plain_words_and_in_the_vendors() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let Scene { connection, signals } = refused(&app, &tenant, &["FIELD_CUSTOM_VALIDATION_EXCEPTION"]).await;
    let owner = tenant.owner().await;
    let letter = owner.get("/api/v1/dead-letters").await.expect(200)["items"][0].clone();
    let title = "About FIELD_CUSTOM_VALIDATION_EXCEPTION";
    assert_eq!(letter["title"], format!("Task for “{title}”"));
    assert_eq!(letter["signal"], json!({ "id": signals[0], "title": title }));
    assert_eq!(
        (&letter["kind"], &letter["destination"]),
        (&json!("delivery"), &json!("salesforce"))
    );
    assert_eq!(letter["vendor_code"], "FIELD_CUSTOM_VALIDATION_EXCEPTION");
    assert_eq!(
        (&letter["vendor_message"], &letter["attempts"]),
        (&json!("Their words"), &json!(3))
    );
    assert_eq!(
        letter["reason"],
        "A validation rule of your Salesforce refused the record (field Subject)."
    );
    assert!(letter["what_to_do"].as_str().unwrap().contains("administrator"));
    let listed = owner.get("/api/v1/connections").await.expect(200);
    let shown = &listed["items"][0];
    assert_eq!(
        (&shown["id"], &shown["dead_letters"], &shown["queue_depth"]),
        (&json!(connection), &json!(1), &json!(0))
    );
    assert_eq!(
        tenant.client(Role::Rep).await.get("/api/v1/dead-letters").await.status,
        403
    );
}

#[actix_web::test]
async fn one_is_tried_again_and_leaves_the_list() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let Scene { signals, .. } = refused(&app, &tenant, &["REQUIRED_FIELD_MISSING", "ENTITY_IS_LOCKED"]).await;
    let owner = tenant.owner().await;
    let listed = owner.get("/api/v1/dead-letters").await.expect(200);
    let (first, second) = (&listed["items"][0], &listed["items"][1]);
    let path = format!("/api/v1/dead-letters/{}/retry", first["id"].as_str().unwrap());
    owner.post(&path, Value::Null).await.expect(202);
    assert_eq!(owner.post(&path, Value::Null).await.status, 404);
    assert_eq!(pending(&tenant).await, 1);
    let left = owner.get("/api/v1/dead-letters").await.expect(200);
    assert_eq!(
        (left["items"].as_array().unwrap().len(), &left["items"][0]["id"]),
        (1, &second["id"])
    );
    let retried = first["signal"]["id"].as_str().unwrap();
    assert!(signals.iter().any(|signal| signal.to_string() == retried));
    let signal = owner.get(&format!("/api/v1/signals/{retried}")).await.expect(200);
    assert_eq!(signal["delivery_state"], "pending");
}

#[actix_web::test]
async fn a_delivery_that_was_asked_for_again_is_no_dead_letter_any_more() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let Scene { signals, .. } = refused(&app, &tenant, &["REQUIRED_FIELD_MISSING"]).await;
    let owner = tenant.owner().await;
    owner
        .post(
            &format!("/api/v1/signals/{}/actions", signals[0]),
            json!({ "action": "create_task" }),
        )
        .await
        .expect(200);
    assert_eq!(owner.get("/api/v1/dead-letters").await.expect(200)["items"], json!([]));
    assert_eq!(
        owner
            .post("/api/v1/dead-letters/retry-all", json!({}))
            .await
            .expect(202),
        json!({ "retried": 0 })
    );
    assert_eq!(pending(&tenant).await, 1);
}

#[actix_web::test]
async fn all_are_tried_again_or_those_of_one_destination() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    refused(&app, &tenant, &["A", "B", "C"]).await;
    let tx = tenant.begin().await;
    let now = app.clock.now();
    jobs::enqueue(&tx, now, NewJob::now("ingest", "T1:C1", "event", &json!({}), now))
        .await
        .unwrap();
    Sql::new("UPDATE jobs SET state = 'dead', last_error = 'It cannot be read.', failed_at = $2 WHERE tenant_id = $1 AND queue = 'ingest'")
        .bind(tenant.id)
        .bind(now)
        .execute(&tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let owner = tenant.owner().await;
    let page = owner.get("/api/v1/dead-letters?limit=3").await.expect(200);
    let next = page["next_cursor"].as_str().expect("a second page");
    let rest = owner
        .get(&format!("/api/v1/dead-letters?limit=3&cursor={next}"))
        .await
        .expect(200);
    let kinds: Vec<_> = [&page, &rest]
        .iter()
        .flat_map(|page| page["items"].as_array().unwrap())
        .map(|item| item["kind"].clone())
        .collect();
    assert_eq!(
        (kinds.len(), kinds.iter().filter(|kind| *kind == "message").count()),
        (4, 1)
    );

    let salesforce = owner
        .post("/api/v1/dead-letters/retry-all", json!({ "destination": "salesforce" }))
        .await;
    assert_eq!(salesforce.expect(202), json!({ "retried": 3 }));
    assert_eq!(
        owner
            .post("/api/v1/dead-letters/retry-all", json!({}))
            .await
            .expect(202),
        json!({ "retried": 1 })
    );
    assert_eq!(pending(&tenant).await, 4);
    let audit = owner
        .get("/api/v1/audit-entries?action=dead_letter.retried")
        .await
        .expect(200);
    let counts: Vec<_> = audit["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["detail"]["count"])
        .collect();
    assert_eq!(counts, [&json!(1), &json!(3)]);
}

#[actix_web::test]
async fn one_is_given_up_with_a_reason_that_the_signal_shows() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let Scene { signals, .. } = refused(&app, &tenant, &["ENTITY_IS_DELETED"]).await;
    let owner = tenant.owner().await;
    let listed = owner.get("/api/v1/dead-letters").await.expect(200);
    let path = format!(
        "/api/v1/dead-letters/{}/discard",
        listed["items"][0]["id"].as_str().unwrap()
    );
    assert_eq!(owner.post(&path, json!({ "reason": "" })).await.status, 422);
    owner
        .post(&path, json!({ "reason": "The account is gone" }))
        .await
        .expect(204);
    assert_eq!(owner.get("/api/v1/dead-letters").await.expect(200)["items"], json!([]));
    let signal = owner.get(&format!("/api/v1/signals/{}", signals[0])).await.expect(200);
    assert_eq!(signal["delivery_state"], "discarded");
    assert_eq!(signal["deliveries"][0]["state"], "discarded");
    assert_eq!(pending(&tenant).await, 0);
}
