//! What people do about signals, and how it is taken back.

use chrono::TimeDelta;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::control::access::{Permission, Role};
use crate::foundation::db::Sql;
use crate::foundation::ids::{AccountId, ChannelId, SignalId};
use crate::testing::{Answer, Seed, SignalSeed, TestApp, TestClient, TestTenant};

struct Scene {
    signal: SignalId,
    channel: ChannelId,
    account: AccountId,
}

/// One open signal of an account that the CRM knows, and a CRM.
async fn scene(app: &TestApp, tenant: &TestTenant<'_>) -> Scene {
    let seed = Seed::begin(tenant, app.clock.now()).await;
    seed.crm().await;
    let account = seed.crm_account("Acme", "001000000000001").await;
    let channel = seed.channel("acme").await;
    let signal = seed
        .signal(
            channel,
            SignalSeed {
                account: Some(account),
                ..SignalSeed::default()
            },
        )
        .await;
    seed.done().await;
    Scene {
        signal,
        channel,
        account,
    }
}

async fn act(client: &TestClient, signal: SignalId, action: Value) -> Answer {
    client.post(&format!("/api/v1/signals/{signal}/actions"), action).await
}

#[actix_web::test]
async fn each_action_does_what_it_says_is_told_and_can_be_undone() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let (rep, _) = tenant.member(Role::Rep).await;
    let owner = tenant.owner().await;
    let rows = [
        (
            json!({ "action": "handle" }),
            "/status",
            json!("handled"),
            "signal.handled",
        ),
        (
            json!({ "action": "snooze", "until": "2027-03-03T09:00:00Z" }),
            "/status",
            json!("snoozed"),
            "signal.snoozed",
        ),
        (
            json!({ "action": "dismiss", "reason": "not_a_signal", "note": "A joke" }),
            "/confirmed",
            json!(false),
            "signal.dismissed",
        ),
        (
            json!({ "action": "confirm" }),
            "/confirmed",
            json!(true),
            "signal.confirmed",
        ),
        (
            json!({ "action": "assign", "member_id": rep }),
            "/owner/id",
            json!(rep),
            "signal.assigned",
        ),
        (
            json!({ "action": "create_task" }),
            "/delivery_state",
            json!("pending"),
            "signal.task_requested",
        ),
    ];
    for (action, pointer, expected, audited) in rows {
        let Scene { signal, .. } = scene_again(&app, &tenant).await;
        let before = owner.get(&format!("/api/v1/signals/{signal}")).await.expect(200);
        let after = act(&owner, signal, action.clone()).await.expect(200);
        assert_eq!(after.pointer(pointer), Some(&expected), "{action}");
        assert_eq!(after["activity"][0]["action"], action["action"], "{action}");
        assert_eq!(after["activity"][0]["actor"], "Owner of Acme", "{action}");

        let undone = act(&owner, signal, json!({ "action": "undo" })).await.expect(200);
        for field in ["status", "owner", "confirmed", "snoozed_until", "parent_id"] {
            assert_eq!(undone[field], before[field], "{field} after undoing {action}");
        }
        assert_ne!(undone["delivery_state"], "pending", "{action}");
        assert_eq!(
            act(&owner, signal, json!({ "action": "undo" })).await.status,
            409,
            "{action} twice"
        );

        let audit = owner
            .get("/api/v1/audit-entries?action=signal&limit=2")
            .await
            .expect(200);
        let actions: Vec<_> = audit["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| &entry["action"])
            .collect();
        assert_eq!(actions, ["signal.undone", audited], "{action}");
    }
}

/// The same scene in a tenant that has its CRM already.
async fn scene_again(app: &TestApp, tenant: &TestTenant<'_>) -> Scene {
    let seed = Seed::begin(tenant, app.clock.now()).await;
    let has_crm = Sql::new("SELECT true AS value FROM connections WHERE tenant_id = $1").bind(tenant.id);
    if has_crm.scalar::<bool>(seed.tx()).await.expect("an answer").is_none() {
        seed.crm().await;
    }
    let account = seed.account("Acme", None).await;
    Sql::new("UPDATE accounts SET crm_system = 'salesforce', crm_id = id::text WHERE tenant_id = $1 AND id = $2")
        .bind(tenant.id)
        .bind(account)
        .execute(seed.tx())
        .await
        .expect("known in the CRM");
    let channel = seed.channel("acme").await;
    let signal = seed
        .signal(
            channel,
            SignalSeed {
                account: Some(account),
                ..SignalSeed::default()
            },
        )
        .await;
    seed.done().await;
    Scene {
        signal,
        channel,
        account,
    }
}

#[actix_web::test]
async fn handling_makes_one_task_and_names_who_handles() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let Scene { signal, .. } = scene(&app, &tenant).await;
    let owner = tenant.owner().await;
    let handled = act(&owner, signal, json!({ "action": "handle" })).await.expect(200);
    assert_eq!(handled["owner"]["id"], json!(tenant.owner_id));
    assert_eq!(handled["deliveries"].as_array().unwrap().len(), 1);
    assert_eq!(handled["deliveries"][0]["record_type"], "task");
    // Again is no harm and no second entry; a second task is refused.
    let again = act(&owner, signal, json!({ "action": "handle" })).await.expect(200);
    assert_eq!(again["activity"].as_array().unwrap().len(), 1);
    assert_eq!(
        act(&owner, signal, json!({ "action": "create_task" })).await.status,
        409
    );

    let other = tenant.client(Role::Manager).await;
    let refused = act(&other, signal, json!({ "action": "handle" })).await;
    assert_eq!(refused.status, 409);
    assert!(
        refused.body["detail"].as_str().unwrap().starts_with("Owner of Acme"),
        "{}",
        refused.body
    );
    let listed = owner
        .get(&format!("/api/v1/deliveries?signal_id={signal}&state=pending"))
        .await
        .expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn what_the_state_does_not_allow_is_a_conflict() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let owner = tenant.owner().await;
    let dismissed = json!({ "action": "dismiss", "reason": "duplicate" });
    let rows = [
        (vec![], json!({ "action": "reopen" })),
        (vec![], json!({ "action": "undo" })),
        (vec![], json!({ "action": "continuation", "answer": "new" })),
        (vec![dismissed.clone()], json!({ "action": "handle" })),
        (
            vec![dismissed.clone()],
            json!({ "action": "snooze", "until": "2027-03-03T09:00:00Z" }),
        ),
        (vec![dismissed.clone()], json!({ "action": "confirm" })),
        (vec![dismissed.clone()], dismissed.clone()),
        (
            vec![json!({ "action": "handle" })],
            json!({ "action": "snooze", "until": "2027-03-03T09:00:00Z" }),
        ),
        (
            vec![json!({ "action": "note", "text": "Called them" })],
            json!({ "action": "undo" }),
        ),
    ];
    for (first, then) in rows {
        let Scene { signal, .. } = scene_again(&app, &tenant).await;
        for action in &first {
            act(&owner, signal, action.clone()).await.expect(200);
        }
        let answer = act(&owner, signal, then.clone()).await;
        assert_eq!(
            (answer.status, answer.code()),
            (409, "conflict"),
            "{then} after {first:?}"
        );
        assert!(
            answer.body["detail"]
                .as_str()
                .is_some_and(|detail| detail.ends_with('.')),
            "{}",
            answer.body
        );
    }
}

#[actix_web::test]
async fn what_an_action_needs_is_asked_for_by_name() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let Scene { signal, .. } = scene(&app, &tenant).await;
    let owner = tenant.owner().await;
    let (_, outsider) = (app.tenant("Globex").await, crate::foundation::ids::MemberId::generate());
    for (action, field) in [
        (json!({ "action": "snooze" }), "until"),
        (json!({ "action": "snooze", "until": "2027-03-02T11:59:59Z" }), "until"),
        (json!({ "action": "snooze", "until": "2029-03-02T11:59:59Z" }), "until"),
        (json!({ "action": "dismiss" }), "reason"),
        (json!({ "action": "dismiss", "reason": "boring" }), "reason"),
        (json!({ "action": "assign" }), "member_id"),
        (json!({ "action": "assign", "member_id": outsider }), "member_id"),
        (json!({ "action": "note", "text": "  " }), "text"),
        (json!({ "action": "map_account" }), "account_id"),
        (
            json!({ "action": "map_account", "account_id": AccountId::generate() }),
            "account_id",
        ),
        (json!({ "action": "continuation" }), "answer"),
        (json!({ "action": "shred" }), "action"),
        (json!({}), "action"),
    ] {
        let answer = act(&owner, signal, action.clone()).await;
        assert_eq!(
            (answer.status, answer.body["errors"][0]["field"].as_str()),
            (422, Some(field)),
            "{action}"
        );
    }
}

#[actix_web::test]
async fn nobody_undoes_what_somebody_else_did_since() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let Scene { signal, .. } = scene(&app, &tenant).await;
    let (owner, manager) = (tenant.owner().await, tenant.client(Role::Manager).await);
    act(&owner, signal, json!({ "action": "confirm" })).await.expect(200);
    app.clock.advance(TimeDelta::seconds(5));
    act(&manager, signal, json!({ "action": "note", "text": "Me too" }))
        .await
        .expect(200);
    assert_eq!(act(&owner, signal, json!({ "action": "undo" })).await.status, 409);
}

#[actix_web::test]
async fn a_program_acts_and_undoes_under_its_own_name() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let Scene { signal, .. } = scene(&app, &tenant).await;
    let program = tenant.api_client(Permission::ALL).await;
    let handled = act(&program, signal, json!({ "action": "handle" })).await.expect(200);
    assert_eq!(
        (&handled["status"], &handled["owner"]),
        (&json!("handled"), &Value::Null)
    );
    assert_eq!(handled["activity"][0]["actor"], "API key “A program”");
    let undone = act(&program, signal, json!({ "action": "undo" })).await.expect(200);
    assert_eq!(undone["status"], "open");
}

#[actix_web::test]
async fn undoing_leaves_a_task_that_is_in_the_crm_and_says_so() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let Scene { signal, .. } = scene(&app, &tenant).await;
    let owner = tenant.owner().await;
    act(&owner, signal, json!({ "action": "handle" })).await.expect(200);
    let tx = tenant.begin().await;
    Sql::new("UPDATE deliveries SET state = 'delivered', record_id = '00T1', record_url = 'https://crm/00T1' WHERE tenant_id = $1")
        .bind(tenant.id)
        .execute(&tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let undone = act(&owner, signal, json!({ "action": "undo" })).await.expect(200);
    assert_eq!(
        undone["crm_records"][0],
        json!({ "system": "salesforce", "type": "task", "id": "00T1", "url": "https://crm/00T1" })
    );
    assert!(
        undone["activity"][0]["detail"]
            .as_str()
            .unwrap()
            .contains("stays there"),
        "{}",
        undone["activity"][0]
    );
}

#[actix_web::test]
async fn mapping_a_signals_channel_gives_the_account_all_that_waited_and_undo_gives_it_back() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let Scene { account, .. } = scene(&app, &tenant).await;
    let seed = Seed::begin(&tenant, app.clock.now()).await;
    let channel = seed.channel("mystery").await;
    let (one, two) = (
        seed.signal(channel, SignalSeed::default()).await,
        seed.signal(channel, SignalSeed::default()).await,
    );
    seed.done().await;
    let owner = tenant.owner().await;
    let waiting = act(&owner, two, json!({ "action": "create_task" })).await.expect(200);
    assert_eq!(waiting["delivery_state"], "waiting_for_mapping");

    let rep = tenant.client(Role::Manager).await;
    let map = json!({ "action": "map_account", "account_id": account });
    assert_eq!(act(&rep, one, map.clone()).await.status, 403);
    let mapped = act(&owner, one, map).await.expect(200);
    assert_eq!(mapped["account"]["id"], json!(account));
    let other = owner.get(&format!("/api/v1/signals/{two}")).await.expect(200);
    assert_eq!(
        (&other["account"]["name"], &other["delivery_state"]),
        (&json!("Acme"), &json!("pending"))
    );

    let undone = act(&owner, one, json!({ "action": "undo" })).await.expect(200);
    assert_eq!(undone["account"], Value::Null);
    let other = owner.get(&format!("/api/v1/signals/{two}")).await.expect(200);
    assert_eq!(
        (&other["account"], &other["delivery_state"]),
        (&Value::Null, &json!("waiting_for_mapping"))
    );
    assert_eq!(
        owner.get("/api/v1/channel-mappings").await.expect(200)["items"],
        json!([])
    );
}

#[actix_web::test]
async fn the_answer_to_new_or_continuation_is_kept_and_counts_the_mentions() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let Scene {
        signal: parent,
        channel,
        ..
    } = scene(&app, &tenant).await;
    let seed = Seed::begin(&tenant, app.clock.now()).await;
    let asking = SignalSeed {
        may_continue: Some(parent),
        ..SignalSeed::default()
    };
    let (one, two) = (
        seed.signal(channel, asking.clone()).await,
        seed.signal(channel, asking).await,
    );
    seed.done().await;
    let owner = tenant.owner().await;
    let asked = owner.get(&format!("/api/v1/signals/{one}")).await.expect(200);
    assert_eq!(asked["continuation_question"]["parent_id"], json!(parent));
    let mentions = async || owner.get(&format!("/api/v1/signals/{parent}")).await.expect(200)["occurrences"].clone();

    let new = act(&owner, one, json!({ "action": "continuation", "answer": "new" }))
        .await
        .expect(200);
    assert_eq!(
        (&new["continuation_question"], &new["parent_id"]),
        (&Value::Null, &Value::Null)
    );
    let continued = act(
        &owner,
        two,
        json!({ "action": "continuation", "answer": "continuation" }),
    )
    .await
    .expect(200);
    assert_eq!(continued["parent_id"], json!(parent));
    assert_eq!(mentions().await, 2);
    let undone = act(&owner, two, json!({ "action": "undo" })).await.expect(200);
    assert_eq!(undone["continuation_question"]["parent_id"], json!(parent));
    assert_eq!(mentions().await, 1);
}
