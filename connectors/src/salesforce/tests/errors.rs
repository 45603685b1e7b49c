//! What Salesforce says, and what we make of it.

use std::time::Duration;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::draft;
use crate::{
    ConnectorError, Crm,
    crm::TaskDraft,
    testing::{World, task_fault},
};

async fn error_of(world: &World, fault: Value) -> ConnectorError {
    let draft = draft(world).await;
    let crm = world.salesforce();
    crm.describe().await.unwrap();
    world.fault(fault).await;
    crm.upsert_task(&draft).await.unwrap_err()
}

/// Errors that no retry cures, each with words such as an org sends.
#[tokio::test]
async fn what_the_org_forbids_is_rejected_in_the_orgs_own_words() {
    let world = World::new().await;
    for code in [
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "REQUIRED_FIELD_MISSING",
        "STRING_TOO_LONG",
        "INACTIVE_OWNER_OR_USER",
        "INSUFFICIENT_ACCESS_OR_READONLY",
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        "ENTITY_IS_DELETED",
        "STORAGE_LIMIT_EXCEEDED",
        "DUPLICATES_DETECTED",
        "FIELD_INTEGRITY_EXCEPTION",
        "INVALID_CROSS_REFERENCE_KEY",
        "INVALID_EMAIL_ADDRESS",
        "INVALID_STATUS",
        "MALFORMED_ID",
        "NUMBER_OUTSIDE_VALID_RANGE",
        "OP_WITH_INVALID_USER_TYPE_EXCEPTION",
        "TRANSFER_REQUIRES_READ",
        "JSON_PARSER_ERROR",
    ] {
        let words = format!("The org says: {code} is \"not\" allowed here.");
        let mut fault = task_fault("status");
        fault["status"] = 400.into();
        fault["code"] = code.into();
        fault["message"] = words.clone().into();
        fault["field"] = "Subject".into();
        match error_of(&world, fault).await {
            ConnectorError::Rejected {
                field,
                code: said,
                message,
            } => {
                assert_eq!(
                    (field.as_deref(), said.as_str(), message),
                    (Some("Subject"), code, words)
                );
            }
            other => panic!("{code}: {other}"),
        }
    }
    assert_eq!(world.records("Task").await.len(), 0);
}

#[tokio::test]
async fn a_refusal_is_told_apart_by_code_not_only_by_status() {
    let world = World::new().await;
    let kind = |error: &ConnectorError| match error {
        ConnectorError::Unauthorized { .. } => "unauthorized".to_owned(),
        ConnectorError::RateLimited { retry_after, .. } => format!("wait {}", retry_after.as_secs()),
        ConnectorError::Transient { ambiguous, .. } => format!("transient, ambiguous: {ambiguous}"),
        ConnectorError::Rejected { code, .. } => format!("rejected {code}"),
    };
    for (status, code, message, retry_after, expected) in [
        (
            403,
            "REQUEST_LIMIT_EXCEEDED",
            "TotalRequests Limit exceeded.",
            None,
            "wait 900",
        ),
        (
            403,
            "REQUEST_LIMIT_EXCEEDED",
            "ConcurrentRequests (Concurrent API Requests) Limit exceeded.",
            None,
            "wait 30",
        ),
        (
            403,
            "REQUEST_LIMIT_EXCEEDED",
            "TotalRequests Limit exceeded.",
            Some(7),
            "wait 7",
        ),
        (
            403,
            "INSUFFICIENT_ACCESS",
            "insufficient access rights",
            None,
            "rejected INSUFFICIENT_ACCESS",
        ),
        (
            403,
            "API_DISABLED_FOR_ORG",
            "API is not enabled",
            None,
            "rejected API_DISABLED_FOR_ORG",
        ),
        (
            401,
            "INVALID_SESSION_ID",
            "Session expired or invalid",
            None,
            "unauthorized",
        ),
        (429, "TOO_MANY", "slow down", Some(12), "wait 12"),
        (
            400,
            "UNABLE_TO_LOCK_ROW",
            "unable to obtain exclusive access",
            None,
            "transient, ambiguous: false",
        ),
        (
            500,
            "UNKNOWN_EXCEPTION",
            "An unexpected error occurred",
            None,
            "transient, ambiguous: true",
        ),
        (
            503,
            "SERVER_UNAVAILABLE",
            "Server is busy",
            None,
            "transient, ambiguous: false",
        ),
        (
            404,
            "NOT_FOUND",
            "The requested resource does not exist",
            None,
            "rejected NOT_FOUND",
        ),
    ] {
        let mut fault = task_fault("status");
        for (key, value) in [
            ("status", json!(status)),
            ("code", json!(code)),
            ("message", json!(message)),
            ("times", json!(1)),
        ] {
            fault[key] = value;
        }
        fault["retry_after"] = json!(retry_after);
        // A token that cannot be refreshed says so itself; the vendor's words stand for the others.
        assert_eq!(kind(&error_of(&world, fault).await), expected, "{status} {code}");
    }
}

#[tokio::test]
async fn what_the_draft_gets_wrong_is_named_by_field() {
    let world = World::new().await;
    let good = draft(&world).await;
    let owner = world.id_of("User", "Olga Owner").await;
    // F13: WhoId takes contacts and leads only; an account's owner belongs into OwnerId.
    let wrong = TaskDraft {
        contact_id: Some(owner),
        ..good.clone()
    };
    match world.salesforce().upsert_task(&wrong).await.unwrap_err() {
        ConnectorError::Rejected { field, message, .. } => {
            assert_eq!(field.as_deref(), Some("WhoId"));
            assert!(message.contains("id value of incorrect type"), "{message}");
        }
        other => panic!("{other}"),
    }
    // What the org does not know is left out instead of failing; what is too long is cut.
    let odd = TaskDraft {
        kind: Some("Smoke signal".into()),
        priority: Some("Urgent".into()),
        subject: "é".repeat(400),
        ..good
    };
    world.salesforce().upsert_task(&odd).await.unwrap();
    let task = &world.records("Task").await[0];
    assert_eq!((&task["Type"], &task["Priority"]), (&Value::Null, &json!("Normal")));
    assert_eq!(task["Subject"].as_str().unwrap().chars().count(), 255);
}

#[tokio::test]
async fn the_orgs_api_budget_is_read_from_every_answer() {
    let world = World::with(|config| config.salesforce.daily_calls = 10).await;
    let crm = world.salesforce();
    assert_eq!(crm.quota(), None);
    crm.describe().await.unwrap();
    let usage = crm.quota().unwrap();
    assert_eq!((usage.used, usage.limit), (5, 10));
    assert!(usage.is_above(0.5) && !usage.is_above(0.8));
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_transient_and_a_read_never_ambiguous() {
    let world = World::new().await;
    world
        .fault(json!({"vendor": "salesforce", "kind": "timeout_after_commit"}))
        .await;
    let error = world.salesforce().probe().await.unwrap_err();
    assert!(
        matches!(error, ConnectorError::Transient { ambiguous: false, .. }),
        "{error}"
    );
    assert!(std::error::Error::source(&error).is_some());
    assert!(world.fakes.config().retry_pauses.iter().all(Duration::is_zero));
}
