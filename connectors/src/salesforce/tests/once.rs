//! Exactly once in effect, whatever goes wrong in between.

use pretty_assertions::assert_eq;
use reqwest::Method;
use serde_json::{Value, json};

use super::draft;
use crate::{
    ConnectorError, Crm,
    crm::{ExternalIdField, NoteDraft, NoteParent, OpportunityDraft, TaskDraft, WriteOutcome, Written},
    salesforce::{Salesforce, SalesforceConfig},
    testing::{World, task_fault},
};

const MODES: [ExternalIdField; 4] = [
    ExternalIdField::Unique,
    ExternalIdField::ExternalId,
    ExternalIdField::PlainField,
    ExternalIdField::Missing,
];

async fn org(mode: ExternalIdField) -> World {
    World::with(|config| config.salesforce.external_id_field = mode).await
}

/// Does what a job does: tries again after what may pass, and after nothing else.
async fn like_a_job(crm: &Salesforce, draft: &TaskDraft) -> (Written, usize) {
    for attempt in 1..=4 {
        match crm.upsert_task(draft).await {
            Ok(written) => return (written, attempt),
            Err(ConnectorError::Transient { .. } | ConnectorError::RateLimited { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
    panic!("four attempts were not enough");
}

#[tokio::test]
async fn a_task_carries_what_the_draft_says_in_the_orgs_own_words() {
    let world = World::new().await;
    let draft = draft(&world).await;
    let written = world.salesforce().upsert_task(&draft).await.unwrap();
    assert_eq!(written.outcome, WriteOutcome::Created);
    assert_eq!(
        written.record.url,
        format!("{}/lightning/r/Task/{}/view", world.salesforce_url(), written.record.id)
    );

    let task = &world.records("Task").await[0];
    for (field, value) in [
        ("Id", written.record.id.as_str()),
        ("Subject", "[SIGNAL] TechFlow: Need more capacity"),
        ("WhatId", draft.account_id.as_deref().unwrap()),
        ("WhoId", draft.contact_id.as_deref().unwrap()),
        ("OwnerId", draft.owner_id.as_deref().unwrap()),
        ("Type", "Call"),
        ("Status", "Not Started"),
        ("Priority", "High"),
        ("ActivityDate", "2026-11-22"),
        ("Momentum_Signal_Id__c", "sig_0192f0c1"),
    ] {
        assert_eq!(task[field], value, "{field}");
    }
    let page = world.page(&written.record.url).await;
    assert!(page.contains("Need more capacity"), "the link opens the task: {page}");
}

#[tokio::test]
async fn however_the_org_keeps_our_id_and_whatever_breaks_there_is_one_task() {
    // Each fault strikes the write once; the number is how many attempts a job then needs.
    let faults: [(Option<Value>, usize); 8] = [
        (None, 1),
        (Some(task_fault("drop_after_commit")), 1),
        (Some(task_fault("timeout_after_commit")), 1),
        (Some(task_fault("drop_before")), 2),
        (Some(task_fault("lock_row")), 2),
        (Some(task_fault("rate_limit")), 2),
        (
            Some(json!({"vendor": "salesforce", "match": {"path": "/sobjects/Task"}, "kind": "status", "status": 503})),
            2,
        ),
        (Some(task_fault("duplicate_value")), 1),
    ];
    for mode in MODES {
        for (fault, attempts) in &faults {
            let world = org(mode).await;
            let draft = draft(&world).await;
            let crm = world.salesforce();
            crm.describe().await.unwrap();
            if let Some(fault) = fault {
                // Without a unique field nobody answers DUPLICATE_VALUE.
                if fault["kind"] == "duplicate_value" && mode != ExternalIdField::Unique {
                    continue;
                }
                world.fault(fault.clone()).await;
            }
            let (written, needed) = like_a_job(&crm, &draft).await;
            let tasks = world.records("Task").await;
            assert_eq!(tasks.len(), 1, "{mode:?} {fault:?}");
            assert_eq!(tasks[0]["Id"], written.record.id.as_str(), "{mode:?} {fault:?}");
            assert_eq!(needed, *attempts, "{mode:?} {fault:?}");
            assert_eq!(written.twins, []);

            // The job crashed before it noted the success: a fresh client does it all again.
            let again = world.salesforce().upsert_task(&draft).await.unwrap();
            assert_eq!(
                (again.outcome, &again.record),
                (WriteOutcome::AlreadyExisted, &written.record)
            );
            assert_eq!(world.records("Task").await.len(), 1, "{mode:?} {fault:?}");
            let found = crm.find_task_by_external_id(&draft.key()).await.unwrap();
            assert_eq!(found.as_ref(), Some(&written.record), "{mode:?}");
        }
    }
}

#[tokio::test]
async fn an_ambiguous_write_that_cannot_be_looked_up_is_reported_as_ambiguous_and_not_repeated() {
    let world = World::new().await;
    let draft = draft(&world).await;
    let crm = world.salesforce();
    crm.describe().await.unwrap();
    // The look-up before the write works; the write's answer and the look-up after it are lost.
    world.fault(task_fault("drop_after_commit")).await;
    let look_up = json!({"vendor": "salesforce", "match": {"path": "/query"}, "kind": "slow", "delay_ms": 0});
    world.fault(look_up).await;
    world
        .fault(json!({"vendor": "salesforce", "match": {"path": "/query"}, "kind": "drop_before", "times": 3}))
        .await;
    let error = crm.upsert_task(&draft).await.unwrap_err();
    assert!(error.is_ambiguous(), "{error}");
    assert_eq!(world.records("Task").await.len(), 1);
}

#[tokio::test]
async fn when_another_transaction_held_our_id_and_was_undone_the_write_is_run_once_more() {
    let world = World::new().await;
    let draft = draft(&world).await;
    let mut fault = task_fault("duplicate_value");
    fault["commit"] = false.into();
    world.salesforce().describe().await.unwrap();
    world
        .fault(json!({"vendor": "salesforce", "match": {"path": "/sobjects/Task/describe"}, "kind": "slow"}))
        .await;
    world.fault(fault).await;
    let written = world.salesforce().upsert_task(&draft).await.unwrap();
    assert_eq!(written.outcome, WriteOutcome::Created);
    assert_eq!(world.records("Task").await.len(), 1);
}

#[tokio::test]
async fn of_twins_the_oldest_is_ours_and_the_other_is_reported() {
    let world = org(ExternalIdField::ExternalId).await;
    let draft = draft(&world).await;
    let crm = world.salesforce();
    crm.describe().await.unwrap();
    world.fault(task_fault("twins_300")).await;
    let written = crm.upsert_task(&draft).await.unwrap();
    let tasks = world.records("Task").await;
    let ids: Vec<&str> = tasks.iter().filter_map(|task| task["Id"].as_str()).collect();
    assert_eq!(ids.len(), 2, "the twins come from outside; nothing was added to them");
    assert_eq!(written.record.id, ids[0]);
    assert_eq!(
        written.twins.iter().map(|twin| twin.id.as_str()).collect::<Vec<_>>(),
        [ids[1]]
    );
    // And so it stays, for ever.
    let again = crm.upsert_task(&draft).await.unwrap();
    assert_eq!((again.record, again.twins.len()), (written.record, 1));
    assert_eq!(world.records("Task").await.len(), 2);
}

#[tokio::test]
async fn a_retry_leaves_what_people_changed_alone() {
    let world = World::new().await;
    let draft = draft(&world).await;
    let written = world.salesforce().upsert_task(&draft).await.unwrap();
    let path = format!("salesforce/records/Task/{}", written.record.id);
    world
        .control(
            Method::POST,
            &path,
            json!({"Status": "In Progress", "Subject": "Called, waiting"}),
        )
        .await;
    world.salesforce().upsert_task(&draft).await.unwrap();
    let task = &world.records("Task").await[0];
    assert_eq!(
        (&task["Status"], &task["Subject"]),
        (&json!("In Progress"), &json!("Called, waiting"))
    );
}

#[tokio::test]
async fn two_signals_of_one_account_are_two_tasks_also_without_an_id_field() {
    for mode in MODES {
        let world = org(mode).await;
        let first = draft(&world).await;
        // One id is the beginning of the other.
        let second = TaskDraft {
            external_id: format!("{}a", first.external_id),
            ..first.clone()
        };
        let crm = world.salesforce();
        let (a, b) = (
            crm.upsert_task(&first).await.unwrap(),
            crm.upsert_task(&second).await.unwrap(),
        );
        assert_ne!(a.record.id, b.record.id, "{mode:?}");
        assert_eq!(crm.upsert_task(&first).await.unwrap().record, a.record, "{mode:?}");
    }
}

#[tokio::test]
async fn what_we_believed_of_the_org_is_asked_anew_when_it_turns_out_old() {
    let before = org(ExternalIdField::Unique)
        .await
        .salesforce()
        .describe()
        .await
        .unwrap();
    let world = org(ExternalIdField::Missing).await;
    let crm = world.salesforce_with(SalesforceConfig {
        schema: Some(before),
        ..Default::default()
    });
    let draft = draft(&world).await;
    assert_eq!(crm.upsert_task(&draft).await.unwrap().outcome, WriteOutcome::Created);
    assert_eq!(
        crm.upsert_task(&draft).await.unwrap().outcome,
        WriteOutcome::AlreadyExisted
    );
    assert_eq!(world.records("Task").await.len(), 1);
}

#[tokio::test]
async fn a_killed_simulator_still_has_the_task_it_confirmed() {
    let dir = tempfile::tempdir().unwrap();
    let keep = |config: &mut crate::fakes::SimConfig| config.state_dir = Some(dir.path().to_owned());
    let world = World::with(keep).await;
    let draft = draft(&world).await;
    let crm = world.salesforce();
    crm.describe().await.unwrap();
    world.fault(task_fault("drop_after_commit")).await;
    let first = crm.upsert_task(&draft).await;
    drop(world);

    let world = World::with(keep).await;
    let again = world.salesforce().upsert_task(&draft).await.unwrap();
    assert_eq!(again.outcome, WriteOutcome::AlreadyExisted, "{first:?}");
    assert_eq!(world.records("Task").await.len(), 1);
}

#[tokio::test]
async fn opportunities_and_notes_are_made_once_too() {
    for mode in MODES {
        let world = org(mode).await;
        let crm = world.salesforce();
        let account_id = world.id_of("Account", "TechFlow").await;
        let opportunity = OpportunityDraft {
            external_id: "sig_1".into(),
            name: "TechFlow: more seats".into(),
            description: "From a signal".into(),
            account_id: account_id.clone(),
            owner_id: None,
            stage: None,
            amount_minor: Some(1_234_550),
            close_date: "2027-01-31".parse().unwrap(),
            not_before: None,
        };
        let note = NoteDraft {
            external_id: "note_1".into(),
            title: "Mentioned again".into(),
            body: "They asked a second time".into(),
            parent: NoteParent::Account(account_id),
            owner_id: None,
            date: "2026-11-22".parse().unwrap(),
            not_before: None,
        };
        let made = [
            crm.upsert_opportunity(&opportunity).await.unwrap(),
            crm.upsert_note(&note).await.unwrap(),
        ];
        let again = [
            crm.upsert_opportunity(&opportunity).await.unwrap(),
            crm.upsert_note(&note).await.unwrap(),
        ];
        for (made, again) in made.iter().zip(&again) {
            assert_eq!(
                (made.outcome, again.outcome),
                (WriteOutcome::Created, WriteOutcome::AlreadyExisted),
                "{mode:?}"
            );
            assert_eq!(made.record, again.record);
        }
        let opportunities = world.records("Opportunity").await;
        assert_eq!(opportunities.len(), 1);
        assert_eq!(
            (&opportunities[0]["StageName"], &opportunities[0]["Amount"]),
            (&json!("Prospecting"), &json!(12_345.5))
        );
        let notes = world.records("Task").await;
        assert_eq!((notes.len(), &notes[0]["Status"]), (1, &json!("Completed")));
        let found = crm.find_opportunity_by_external_id(&opportunity.key()).await.unwrap();
        assert_eq!(found, Some(made[0].record.clone()));
    }
}
