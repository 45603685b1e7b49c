//! Taking back what we wrote, unless somebody worked on it.

use chrono::TimeDelta;
use pretty_assertions::assert_eq;
use serde_json::json;

use super::{Kind, Org, SYSTEMS};
use crate::crm::{CrmSystem, Removal};

#[tokio::test]
async fn what_nobody_touched_is_deleted_and_the_second_time_it_is_gone() {
    for (system, hours) in SYSTEMS.into_iter().flat_map(|system| [(system, 0), (system, 20)]) {
        for kind in [Kind::Task, Kind::Opportunity, Kind::Note] {
            let org = Org::new(system).await;
            let crm = org.crm();
            let written = org.write(&*crm, kind, "sig_1").await.unwrap();
            // What was asked for long before it was written is ours all the same.
            let at = org.world.now() - TimeDelta::hours(hours);
            org.world.pass(1800);
            let removal = crm.remove(&written.record, at).await.unwrap();
            assert_eq!(removal, Removal::Deleted, "{system} {kind:?}");
            assert_eq!(org.ours(kind, "sig_1").await.len(), 0, "{system} {kind:?}");
            let again = crm.remove(&written.record, at).await.unwrap();
            assert_eq!(again, Removal::Gone, "{system} {kind:?}");
        }
    }
}

#[tokio::test]
async fn what_a_person_worked_on_stays_as_it_is() {
    for system in SYSTEMS {
        for seconds in [90, 1800] {
            let org = Org::new(system).await;
            let crm = org.crm();
            let written = org.write(&*crm, Kind::Task, "sig_1").await.unwrap();
            let at = org.world.now();
            org.world.pass(seconds);
            let edit = [("hs_task_subject", json!("I have called them"))];
            org.person_writes(Kind::Task, Some(&written.record.id), &edit).await;
            let touched_at = org.world.now();
            org.world.pass(600);
            let removal = crm.remove(&written.record, at).await.unwrap();
            assert_eq!(
                removal,
                Removal::TouchedSince { at: touched_at },
                "{system} after {seconds} s"
            );
            let left = org.ours(Kind::Task, "sig_1").await;
            assert_eq!(
                *org.value(&left[0], "hs_task_subject"),
                "I have called them",
                "{system}"
            );
        }
    }
}

#[tokio::test]
async fn where_we_may_not_delete_a_task_is_completed_and_an_opportunity_is_lost() {
    for system in SYSTEMS {
        for kind in [Kind::Task, Kind::Opportunity] {
            let org = Org::new(system).await;
            let crm = org.crm();
            let written = org.write(&*crm, kind, "sig_1").await.unwrap();
            let code = match system {
                CrmSystem::Salesforce => "INSUFFICIENT_ACCESS_OR_READONLY",
                CrmSystem::Hubspot => "MISSING_SCOPES",
            };
            let refusal = json!({"kind": "status", "status": 403, "code": code});
            org.fault("DELETE", &written.record.id, refusal).await;
            let removal = crm.remove(&written.record, org.world.now()).await.unwrap();
            assert_eq!(removal, Removal::Closed, "{system} {kind:?}");
            let account = org.account().await;
            assert_eq!(crm.open_opportunities(&account).await.unwrap(), [], "{system}");
            if kind == Kind::Task {
                let tasks = crm.activities_changed_since(None).await.unwrap().items;
                assert!(tasks[0].is_closed, "{system}");
            }
        }
    }
}

#[tokio::test]
async fn a_deletion_whose_answer_is_lost_is_known_to_have_happened() {
    for system in SYSTEMS {
        let org = Org::new(system).await;
        let crm = org.crm();
        let written = org.write(&*crm, Kind::Task, "sig_1").await.unwrap();
        org.fault("DELETE", &written.record.id, json!({"kind": "drop_after_commit"}))
            .await;
        let removal = crm.remove(&written.record, org.world.now()).await.unwrap();
        assert_eq!(removal, Removal::Deleted, "{system}");
    }
}

#[tokio::test]
async fn reconciliation_learns_what_became_of_each_record() {
    for system in SYSTEMS {
        let org = Org::new(system).await;
        let crm = org.crm();
        let mut records = Vec::new();
        for (kind, external_id) in [
            (Kind::Task, "sig_untouched"),
            (Kind::Task, "sig_touched"),
            (Kind::Opportunity, "sig_deleted"),
        ] {
            records.push(org.write(&*crm, kind, external_id).await.unwrap().record);
        }
        let written_at = org.world.now();
        org.world.pass(600);
        let edit = [("hs_task_subject", json!("Mine now"))];
        org.person_writes(Kind::Task, Some(&records[1].id), &edit).await;
        org.person_deletes(Kind::Opportunity, &records[2].id).await;

        let states = crm.look_up(&records).await.unwrap();
        assert_eq!(
            states.iter().map(|state| &state.record).collect::<Vec<_>>(),
            records.iter().collect::<Vec<_>>()
        );
        let told: Vec<_> = states
            .iter()
            .map(|state| (state.exists, state.exists.then_some(state.changed_by_us)))
            .collect();
        assert_eq!(
            told,
            [(true, Some(true)), (true, Some(false)), (false, None)],
            "{system}"
        );
        assert_eq!(
            (
                states[0].external_id.as_deref(),
                states[0].changed_at,
                states[1].changed_at
            ),
            (Some("sig_untouched"), Some(written_at), Some(org.world.now())),
            "{system}"
        );
        assert!(states.iter().all(|state| state.twins.is_empty()), "{system}");
        assert_eq!(crm.look_up(&[]).await.unwrap(), [], "{system}");
    }
}
