use serde_json::{Value, json};

use crate::foundation::db::Sql;

use super::stage::{ACME, JANE, SAM, Stage, TEAM, connect_slack, envelope, envelope_for, message};

const PAYLOADS: &str = include_str!("../../../../../connectors/fixtures/slack/payloads_dev.json");
const NEED: &str = "We're running out of capacity and need more seats for the new team.";

#[tokio::test]
async fn eleven_copies_under_eleven_event_ids_and_three_retries_are_one_message_and_one_signal() {
    let stage = Stage::new().await;
    let event = message(ACME, JANE, NEED, &stage.ts(5));
    for copy in 0..11 {
        stage
            .post(&envelope_for(TEAM, &format!("Ev{copy:04}"), &event))
            .await
            .expect(200);
    }
    for retry in ["1", "2", "3"] {
        let headers = [("x-slack-retry-num", retry), ("x-slack-retry-reason", "http_timeout")];
        stage
            .post_as(&envelope(&event), "application/json", &headers)
            .await
            .expect(200);
    }
    stage.work().await;
    assert_eq!(stage.count("messages").await, 1);
    assert_eq!(stage.count("signals WHERE kind = 'expansion'").await, 1);
    assert_eq!(
        stage
            .text("SELECT occurrences::text AS value FROM signals WHERE kind = 'expansion'")
            .await,
        "1"
    );
}

#[tokio::test]
async fn the_tenant_comes_from_the_authorization_and_never_from_the_outer_team() {
    let stage = Stage::new().await;
    let other = stage.app.tenant("Contoso").await.id;
    connect_slack(&stage.app, other, "T0SOMEBODYELSE").await;
    stage.jane_says(NEED, &stage.ts(5)).await;
    let tx = stage
        .app
        .db
        .database()
        .tenant(other)
        .begin()
        .await
        .expect("a transaction");
    let theirs = crate::foundation::db::Sql::new("SELECT count(*) AS value FROM messages")
        .scalar::<i64>(&tx)
        .await;
    assert_eq!(theirs.expect("an answer"), Some(0));
    assert_eq!(stage.count("messages").await, 1);
}

#[tokio::test]
async fn url_verification_is_answered_with_its_challenge() {
    let stage = Stage::new().await;
    let body = json!({ "type": "url_verification", "token": "t", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P" });
    let answer = stage.post(body.to_string().as_bytes()).await.expect(200);
    assert_eq!(answer["challenge"], body["challenge"]);
}

#[tokio::test]
async fn what_is_not_from_slack_or_not_readable_gets_a_4xx_and_changes_nothing() {
    let stage = Stage::new().await;
    let good = envelope(&message(ACME, JANE, NEED, &stage.ts(5)));
    let signed: [(&str, Vec<u8>, &str, u16); 7] = [
        ("truncated", good[..good.len() / 2].to_vec(), "application/json", 400),
        (
            "not UTF-8",
            b"{\"type\":\"event_callback\",\"event\":{\"text\":\"\xff\xfe\"}}".to_vec(),
            "application/json",
            400,
        ),
        ("no JSON", b"hello".to_vec(), "application/json", 400),
        ("no object", b"[1,2]".to_vec(), "application/json", 400),
        (
            "unknown type",
            b"{\"type\":\"surprise\"}".to_vec(),
            "application/json",
            400,
        ),
        ("empty", Vec::new(), "application/json", 400),
        ("huge", vec![b' '; 1024 * 1024 + 1], "application/json", 413),
    ];
    for (what, body, content_type, status) in signed {
        assert_eq!(stage.post_as(&body, content_type, &[]).await.status, status, "{what}");
    }
    let at = stage.now().timestamp();
    let secret = stage
        .app
        .app
        .core
        .settings
        .slack
        .signing_secret
        .clone()
        .expect("a secret");
    let sign = |at: i64| momentum_connectors::slack::signature::sign(&secret, at, &good);
    let proofs = [
        ("no signature", None, None),
        ("another's signature", Some(at), Some(format!("v0={}", "0".repeat(64)))),
        ("six minutes old", Some(at - 360), Some(sign(at - 360))),
        ("from the future", Some(at + 360), Some(sign(at + 360))),
        ("a timestamp that was changed", Some(at - 1), Some(sign(at))),
    ];
    for (what, timestamp, signature) in proofs {
        let mut request = actix_web::test::TestRequest::post()
            .uri("/slack/events")
            .set_payload(good.clone());
        if let Some(timestamp) = timestamp {
            request = request.insert_header(("x-slack-request-timestamp", timestamp.to_string()));
        }
        if let Some(signature) = signature {
            request = request.insert_header(("x-slack-signature", signature));
        }
        let answer = stage.app.anonymous().send(request).await;
        assert_eq!(answer.status, 401, "{what}");
    }
    let taken_in = stage.count("jobs WHERE queue = 'ingest'").await;
    assert_eq!(taken_in + stage.count("messages").await, 0);
}

#[tokio::test]
async fn every_real_payload_is_answered_without_a_5xx_and_the_work_that_follows_ends_well() {
    let stage = Stage::new().await;
    let payloads: Vec<Value> = serde_json::from_str(PAYLOADS).expect("the payloads");
    assert_eq!(payloads.len(), 143);
    for (at, payload) in payloads.iter().enumerate() {
        let mut body = payload["payload"].clone();
        for ours in [false, true] {
            if ours && body.is_object() {
                // The same payload once more, as if it were for our installation.
                body["authorizations"] = json!([{ "team_id": TEAM, "user_id": "U0BOT", "is_bot": true }]);
            }
            let status = stage.post(body.to_string().as_bytes()).await.status;
            assert!(
                status == 200 || (400..500).contains(&status),
                "payload {at} was answered with {status}"
            );
        }
    }
    stage.work().await;
    // What asks Slack itself waits for it, for it is not there on this stage.
    let left = stage.count("jobs WHERE queue = 'ingest' OR state = 'dead'").await;
    assert_eq!(left, 0, "nothing is left over and nothing is dead");
}

#[tokio::test]
async fn a_workspace_that_nobody_has_connected_is_answered_and_forgotten() {
    let stage = Stage::new().await;
    let event = message(ACME, SAM, "hello", &stage.ts(5));
    stage.post(&envelope_for("T0UNKNOWN", "Ev1", &event)).await.expect(200);
    assert_eq!(stage.count("jobs WHERE queue = 'ingest'").await, 0);
}

/// Failure 2: Slack sends again because the first request's work is slow.
#[tokio::test]
async fn a_retry_that_comes_while_the_first_is_still_worked_changes_nothing() {
    let stage = Stage::new().await;
    let body = envelope(&message(
        ACME,
        JANE,
        "We're running out of capacity and need more seats.",
        &stage.ts(3),
    ));
    stage.post(&body).await.expect(200);
    // Whoever works the channel now waits for this row.
    let held = stage.db().begin().await.expect("a transaction");
    let lock = Sql::new("SELECT id AS value FROM channels WHERE slack_channel_id = 'C0ACME' FOR UPDATE");
    lock.scalar::<uuid::Uuid>(&held).await.expect("a lock");
    let retry = async {
        let headers = [("x-slack-retry-num", "1"), ("x-slack-retry-reason", "http_timeout")];
        stage.post_as(&body, "application/json", &headers).await.expect(200);
        // Another worker finds the lane taken and leaves it alone.
        drop(held);
    };
    let (_, ()) = tokio::join!(stage.work(), retry);
    stage.work().await;
    assert_eq!(stage.count("messages").await, 1);
    assert_eq!(stage.count("signals WHERE kind = 'expansion'").await, 1);
    assert_eq!(stage.count("jobs WHERE queue = 'ingest'").await, 0);
}
