//! Webhooks: believed when HubSpot signed them, and read whatever order they come in.

use pretty_assertions::assert_eq;
use reqwest::Method;
use secrecy::SecretString;
use serde_json::json;

use crate::{
    hubspot::webhook::{SignedRequest, WebhookChange, WebhookError, parse, sign_v3, verify_v3},
    testing::{World, receiver},
};

#[test]
fn only_what_hubspot_signed_just_now_is_believed() {
    let secret = SecretString::from("yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy");
    let now = "2026-11-22T12:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let stamped = |seconds: i64| (now.timestamp_millis() + seconds * 1000).to_string();
    let at = stamped(0);
    let good = SignedRequest {
        method: "POST",
        uri: "https://momentum.test/hubspot/events?a=%2Fb",
        body: b"[]",
        timestamp: &at,
        signature: "",
    };
    let signature = sign_v3(&secret, good);
    let good = SignedRequest {
        signature: &signature,
        ..good
    };
    // HubSpot signs the address with these escapes decoded, whichever way they are written.
    let decoded = SignedRequest {
        uri: "https://momentum.test/hubspot/events?a=/b",
        ..good
    };
    for request in [good, decoded] {
        assert_eq!(verify_v3(&secret, request, now), Ok(()));
    }
    let other = SecretString::from("another secret");
    assert_eq!(verify_v3(&other, good, now), Err(WebhookError::Mismatch));
    for (changed, expected) in [
        (SignedRequest { body: b"[ ]", ..good }, WebhookError::Mismatch),
        (SignedRequest { method: "PUT", ..good }, WebhookError::Mismatch),
        (
            SignedRequest {
                uri: "http://momentum.test/hubspot/events?a=/b",
                ..good
            },
            WebhookError::Mismatch,
        ),
        (
            SignedRequest {
                signature: "not base64!",
                ..good
            },
            WebhookError::Mismatch,
        ),
        (
            SignedRequest {
                timestamp: "yesterday",
                ..good
            },
            WebhookError::BadTimestamp,
        ),
    ] {
        assert_eq!(verify_v3(&secret, changed, now), Err(expected), "{changed:?}");
    }
    for (seconds, expected) in [
        (-300, Err(WebhookError::Mismatch)),
        (-301, Err(WebhookError::Stale)),
        (301, Err(WebhookError::Stale)),
    ] {
        let timestamp = stamped(seconds);
        let moved = SignedRequest {
            timestamp: &timestamp,
            ..good
        };
        assert_eq!(verify_v3(&secret, moved, now), expected, "{seconds}");
    }
}

#[test]
fn the_signature_is_the_one_another_implementation_makes() {
    // Computed with Python's hmac by the rule in HubSpot's "Validating requests".
    let secret = SecretString::from("yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy");
    let request = SignedRequest {
        method: "POST",
        uri: "https://www.example.com/webhook_uri",
        body: br#"{"example_field":"example_value"}"#,
        timestamp: "1700000000000",
        signature: "",
    };
    assert_eq!(
        sign_v3(&secret, request),
        "rQEKkaNUiu+1qGF//O/pw4BCzstSqO1PyUnGICmf+7o="
    );
}

#[test]
fn events_are_read_in_the_order_they_happened() {
    let body = json!([
        {"eventId": 2, "subscriptionId": 9, "portalId": 62515, "occurredAt": 2000, "subscriptionType": "company.propertyChange",
         "objectId": 5, "propertyName": "name", "propertyValue": "B"},
        {"eventId": 1, "subscriptionId": 9, "portalId": 62515, "occurredAt": 1000, "subscriptionType": "company.creation", "objectId": 5},
        {"eventId": 1, "subscriptionId": 8, "portalId": 62515, "occurredAt": 3000, "subscriptionType": "object.deletion",
         "objectTypeId": "0-3", "objectId": 7},
        {"eventId": 4, "portalId": 62515, "occurredAt": 4000, "subscriptionType": "contact.merge", "objectId": 8, "primaryObjectId": 8,
         "newObjectId": 80, "mergedObjectIds": [9]},
        {"portalId": 62515, "occurredAt": 5000, "subscriptionType": "conversation.newMessage"}
    ]);
    let events = parse(body.to_string().as_bytes()).unwrap();
    let told: Vec<_> = events
        .iter()
        .map(|event| (event.object.as_str(), event.object_id.as_str(), event.change.clone()))
        .collect();
    let name = || WebhookChange::Property { name: "name".into() };
    let merged = || WebhookChange::Merged {
        into: Some("80".into()),
    };
    let other = || WebhookChange::Other("newMessage".into());
    assert_eq!(
        told,
        [
            ("companies", "5", WebhookChange::Created),
            ("companies", "5", name()),
            ("deals", "7", WebhookChange::Deleted),
            ("contacts", "8", merged()),
            ("conversation", "", other()),
        ]
    );
    // One event id is not one event.
    assert_ne!(events[0].key(), events[2].key());
    assert_eq!(parse(b"<html>"), Err(WebhookError::BadBody));
}

#[tokio::test]
async fn what_people_change_in_hubspot_arrives_signed_and_is_tried_again() {
    let world = World::new().await;
    let (address, mut received) = receiver(&[500, 200]).await;
    world
        .control(Method::POST, "hubspot/webhooks-url", json!({"url": address}))
        .await;
    world
        .control(Method::POST, "hubspot/records/companies", json!({"name": "New one"}))
        .await;
    for attempt in 0..2 {
        let (headers, body) = received.recv().await.unwrap();
        let request = SignedRequest {
            method: "POST",
            uri: &address,
            body: &body,
            timestamp: &headers["x-hubspot-request-timestamp"],
            signature: &headers["x-hubspot-signature-v3"],
        };
        let secret = world.fakes.config().hubspot.client_secret.clone().into();
        assert_eq!(verify_v3(&secret, request, world.now()), Ok(()), "attempt {attempt}");
        let events = parse(&body).unwrap();
        assert_eq!(
            (events[0].change.clone(), events[0].portal_id),
            (WebhookChange::Created, 62_515)
        );
    }
}
