//! Exactly once in effect.

use pretty_assertions::assert_eq;
use serde_json::json;

use super::{Kind, Org, SYSTEMS};
use crate::{ConnectorError, crm::WriteOutcome};

const MADE: [Kind; 3] = [Kind::Task, Kind::Opportunity, Kind::Note];

#[tokio::test]
async fn whatever_breaks_there_is_one_record() {
    // Each fault strikes the write once; the number is how many attempts a job then needs.
    let faults = [
        (json!(null), 1),
        (json!({"kind": "drop_after_commit"}), 1),
        (json!({"kind": "drop_before"}), 2),
        (json!({"kind": "rate_limit", "retry_after": 7}), 2),
        (json!({"kind": "status", "status": 503}), 2),
        (json!({"kind": "status", "status": 502}), 2),
        // Another writer was faster: no second record, and no error either.
        (json!({"kind": "duplicate_value"}), 1),
    ];
    for system in SYSTEMS {
        for kind in MADE {
            let org = Org::new(system).await;
            for (number, (fault, attempts)) in faults.iter().enumerate() {
                let external_id = format!("sig_{number}");
                if !fault.is_null() {
                    org.fault_at_write(kind, fault.clone()).await;
                }
                let (written, needed) = org.like_a_job(kind, &external_id).await;
                assert_eq!(needed, *attempts, "{system} {kind:?} {fault}");

                // The job crashed before it noted the success, and does it all again.
                let again = org.write(&*org.crm(), kind, &external_id).await.unwrap();
                assert_eq!(
                    (again.outcome, &again.record),
                    (WriteOutcome::AlreadyExisted, &written.record),
                    "{system} {kind:?} {fault}"
                );
                let ours = org.ours(kind, &external_id).await;
                assert_eq!(ours.len(), 1, "{system} {kind:?} {fault}");
                assert_eq!(org.id(&ours[0]), written.record.id);
                org.no_more_faults().await;
            }
            let page = org
                .world
                .page(&org.write(&*org.crm(), kind, "sig_0").await.unwrap().record.url)
                .await;
            assert!(!page.contains("no such record"), "{system} {kind:?}: {page}");
        }
    }
}

/// Failure 9.
#[tokio::test]
async fn a_locked_record_writes_nothing_and_is_tried_again() {
    for system in SYSTEMS {
        let org = Org::new(system).await;
        org.fault_at_write(Kind::Task, json!({"kind": "lock_row"})).await;
        let error = org.write(&*org.crm(), Kind::Task, "sig_1").await.unwrap_err();
        assert!(
            matches!(error, ConnectorError::Transient { ambiguous: false, .. }),
            "{system}: {error}"
        );
        assert_eq!(org.ours(Kind::Task, "sig_1").await.len(), 0);
        org.like_a_job(Kind::Task, "sig_1").await;
        assert_eq!(org.ours(Kind::Task, "sig_1").await.len(), 1, "{system}");
    }
}

/// Failure 11.
#[tokio::test]
async fn an_answer_lost_after_the_commit_makes_no_second_record() {
    for system in SYSTEMS {
        let org = Org::new(system).await;
        org.fault_at_write(Kind::Task, json!({"kind": "timeout_after_commit"}))
            .await;
        let (written, attempts) = org.like_a_job(Kind::Task, "sig_1").await;
        assert_eq!(attempts, 1, "{system}: it looks again instead of writing again");
        let ours = org.ours(Kind::Task, "sig_1").await;
        assert_eq!((ours.len(), org.id(&ours[0])), (1, written.record.id), "{system}");
    }
}

/// Failure 14.
#[tokio::test]
async fn a_search_that_lags_a_minute_makes_no_duplicate() {
    for system in SYSTEMS {
        let org = Org::with(system, |config| config.hubspot.search_lag_seconds = 60).await;
        for kind in MADE {
            for seconds in [0, 1, 30, 61] {
                org.world.pass(seconds);
                org.like_a_job(kind, "sig_lag").await;
                assert_eq!(
                    org.ours(kind, "sig_lag").await.len(),
                    1,
                    "{system} {kind:?} after {seconds} s"
                );
            }
        }
        // The guard against a second opportunity asks at once too.
        let open = org.crm().open_opportunities(&org.account().await).await.unwrap();
        assert_eq!(open.len(), 1, "{system}");
    }
}

#[tokio::test]
async fn eight_writers_at_once_make_one_record() {
    for system in SYSTEMS {
        for kind in MADE {
            let org = std::sync::Arc::new(Org::new(system).await);
            // What is known of the org is the same for all: only the writes race.
            org.crm().describe().await.unwrap();
            let writers: Vec<_> = (0..8)
                .map(|_| {
                    let org = org.clone();
                    tokio::spawn(async move { org.like_a_job(kind, "sig_race").await.0.record })
                })
                .collect();
            let mut records = Vec::new();
            for writer in writers {
                records.push(writer.await.unwrap());
            }
            records.dedup();
            assert_eq!(records.len(), 1, "{system} {kind:?}");
            assert_eq!(org.ours(kind, "sig_race").await.len(), 1, "{system} {kind:?}");
        }
    }
}

#[tokio::test]
async fn a_refusal_comes_at_once_in_the_vendors_words_and_names_the_field() {
    for system in SYSTEMS {
        let org = Org::new(system).await;
        let words = "Deals above 10k need a \"reason\" {first}";
        let fault = json!({
            "kind": "status", "status": 400, "code": "VALIDATION_ERROR", "message": words, "field": org.field("hs_task_subject"),
        });
        org.fault_at_write(Kind::Task, fault).await;
        match org.write(&*org.crm(), Kind::Task, "sig_1").await.unwrap_err() {
            ConnectorError::Rejected { field, code, message } => {
                assert_eq!(
                    (field.as_deref(), code.as_str(), message.as_str()),
                    (Some(org.field("hs_task_subject")), "VALIDATION_ERROR", words)
                );
            }
            other => panic!("{system}: {other}"),
        }
        assert_eq!(org.records(Kind::Task).await.len(), 0, "{system}");
    }
}
