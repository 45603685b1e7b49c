//! What HubSpot says, and what we make of it.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::write;
use crate::{ConnectorError, Crm, testing::World};

async fn error_of(world: &World, mut fault: Value) -> ConnectorError {
    let crm = world.hubspot();
    crm.describe().await.unwrap();
    fault["vendor"] = "hubspot".into();
    fault["match"] = json!({"path": "/tasks/batch/upsert"});
    world.fault(fault).await;
    write(world, &crm, "sig_1").await.unwrap_err()
}

fn kind(error: &ConnectorError) -> String {
    match error {
        ConnectorError::Unauthorized { .. } => "unauthorized".to_owned(),
        ConnectorError::RateLimited { retry_after, .. } => format!("wait {}", retry_after.as_secs()),
        ConnectorError::Transient { ambiguous, .. } => format!("transient, ambiguous: {ambiguous}"),
        ConnectorError::Rejected { field, code, .. } => {
            format!("rejected {code} {}", field.as_deref().unwrap_or("-"))
        }
    }
}

#[tokio::test]
async fn a_refusal_is_told_apart_by_status_and_category() {
    let world = World::new().await;
    for (fault, expected) in [
        (json!({"kind": "rate_limit"}), "wait 10"),
        (json!({"kind": "rate_limit", "retry_after": 3}), "wait 3"),
        (
            json!({"kind": "status", "status": 477, "retry_after": 3600}),
            "wait 3600",
        ),
        (json!({"kind": "lock_row"}), "transient, ambiguous: false"),
        (json!({"kind": "status", "status": 500}), "transient, ambiguous: true"),
        (json!({"kind": "status", "status": 504}), "transient, ambiguous: true"),
        (
            json!({"kind": "status", "status": 400, "code": "VALIDATION_ERROR", "field": "dealname"}),
            "rejected VALIDATION_ERROR dealname",
        ),
        (
            json!({"kind": "status", "status": 403, "code": "MISSING_SCOPES"}),
            "rejected MISSING_SCOPES -",
        ),
        (
            json!({"kind": "partial_failure", "field": "hs_task_type"}),
            "rejected VALIDATION_ERROR hs_task_type",
        ),
        (json!({"kind": "partial_failure", "code": "RATE_LIMITS"}), "wait 10"),
        // A conflict with a record that cannot be found is not ours to solve.
        (
            json!({"kind": "duplicate_value", "commit": false}),
            "rejected CONFLICT -",
        ),
    ] {
        assert_eq!(kind(&error_of(&world, fault.clone()).await), expected, "{fault}");
    }
    assert_eq!(super::records(&world, "tasks").await.len(), 0);
}

#[tokio::test]
async fn what_is_wrong_with_a_property_is_read_out_of_the_message() {
    let world = World::new().await;
    let crm = world.hubspot();
    let fields = [("segment".to_owned(), crate::crm::FieldValue::Text("Gigantic".into()))].into();
    let company = super::records(&world, "companies").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    match crm.update_account(&company, &fields).await.unwrap_err() {
        ConnectorError::Rejected { field, code, message } => {
            assert_eq!((field.as_deref(), code.as_str()), (Some("segment"), "VALIDATION_ERROR"));
            assert!(
                message.starts_with("Gigantic was not one of the allowed options"),
                "{message}"
            );
        }
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn the_windows_calls_are_read_from_the_headers() {
    let world = World::new().await;
    let crm = world.hubspot();
    assert_eq!(crm.quota(), None);
    crm.probe().await.unwrap();
    crm.users(None).await.unwrap();
    let quota = crm.quota().unwrap();
    assert_eq!((quota.used, quota.limit, quota.window_seconds), (2, 110, 10));
    assert!(!quota.is_above(0.8));
}
