//! Accounts and channels through HTTP.

use chrono::TimeDelta;
use momentum_engine::signal::SignalKind;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::control::access::Role;
use crate::foundation::db::Sql;
use crate::foundation::ids::{AccountId, ChannelId, MemberId};
use crate::testing::{Seed, SignalSeed, TestApp, TestClient};

async fn names(client: &TestClient, query: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = client
            .get(&format!("/api/v1/accounts?limit=2{query}{cursor}"))
            .await
            .expect(200);
        let items = page["items"].as_array().expect("items");
        names.extend(
            items
                .iter()
                .map(|account| account["name"].as_str().expect("a name").to_owned()),
        );
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return names,
        }
    }
}

async fn heard_of(seed: &Seed, account: AccountId, at: chrono::DateTime<chrono::Utc>) {
    Sql::new("UPDATE accounts SET last_message_at = $3 WHERE tenant_id = $1 AND id = $2")
        .bind(seed.tx().tenant_id())
        .bind(account)
        .bind(at)
        .execute(seed.tx())
        .await
        .expect("heard of");
}

#[actix_web::test]
async fn accounts_and_channels_of_another_tenant_are_not_there() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.tenant("Acme").await, app.tenant("Globex").await);
    let seed = Seed::begin(&theirs, app.clock.now()).await;
    let (account, channel) = (seed.account("Initech", None).await, seed.channel("initech").await);
    seed.done().await;
    let seed = Seed::begin(&ours, app.clock.now()).await;
    let our_channel = seed.channel("ours").await;
    seed.done().await;
    let owner = ours.owner().await;
    let (one, map) = (format!("/api/v1/accounts/{account}"), json!({ "account_id": account }));
    assert_eq!(owner.get(&one).await.status, 404);
    assert_eq!(owner.patch(&one, json!({ "owner_member_id": null })).await.status, 404);
    assert_eq!(
        owner
            .patch(&format!("/api/v1/channels/{channel}"), json!({ "monitored": false }))
            .await
            .status,
        404
    );
    assert_eq!(
        owner
            .put(&format!("/api/v1/channel-mappings/{channel}"), map.clone())
            .await
            .status,
        404
    );
    assert_eq!(
        owner
            .delete(&format!("/api/v1/channel-mappings/{channel}"))
            .await
            .status,
        404
    );
    assert_eq!(
        owner
            .put(&format!("/api/v1/channel-mappings/{our_channel}"), map)
            .await
            .status,
        422
    );
    assert_eq!(names(&owner, "").await, Vec::<String>::new());
    let channels = owner.get("/api/v1/channels").await.expect(200);
    assert_eq!(channels["items"].as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn accounts_are_found_sorted_and_counted() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let now = app.clock.now();
    let seed = Seed::begin(&tenant, now).await;
    let channel = seed.channel("x").await;
    let quiet = seed.account("beta Quiet", None).await;
    let active = seed.account("Alpha Active", Some(tenant.owner_id)).await;
    let at_risk = seed.account("Gamma Risk", None).await;
    heard_of(&seed, quiet, now - TimeDelta::days(12)).await;
    heard_of(&seed, active, now - TimeDelta::hours(1)).await;
    heard_of(&seed, at_risk, now - TimeDelta::hours(1)).await;
    let of = |account, kind, days| SignalSeed {
        account: Some(account),
        kind,
        age: TimeDelta::days(days),
        ..SignalSeed::default()
    };
    seed.signal(channel, of(at_risk, SignalKind::Churn, 3)).await;
    seed.signal(channel, of(active, SignalKind::Expansion, 1)).await;
    seed.signal(channel, of(active, SignalKind::Usage, 2)).await;
    seed.signal(channel, of(active, SignalKind::Usage, 9)).await;
    seed.done().await;
    let owner = tenant.owner().await;
    let rows: [(&str, &[&str]); 10] = [
        ("", &["Alpha Active", "beta Quiet", "Gamma Risk"]),
        ("&sort=last_signal", &["Alpha Active", "Gamma Risk", "beta Quiet"]),
        ("&sort=signals_7d", &["Alpha Active", "Gamma Risk", "beta Quiet"]),
        ("&status=quiet", &["beta Quiet"]),
        ("&status=at_risk,active", &["Alpha Active", "Gamma Risk"]),
        ("&status=at_risk&sort=last_signal", &["Gamma Risk"]),
        ("&q=RISK", &["Gamma Risk"]),
        ("&q=100%25", &[]),
        ("&member_id=none", &["beta Quiet", "Gamma Risk"]),
        (&format!("&member_id={}", tenant.owner_id), &["Alpha Active"]),
    ];
    for (query, expected) in rows {
        assert_eq!(names(&owner, query).await, expected, "{query}");
    }
    let account = owner.get(&format!("/api/v1/accounts/{active}")).await.expect(200);
    assert_eq!(
        (&account["signals_7d"], &account["open_signals"]),
        (&json!(2), &json!(3))
    );
    assert_eq!(account["owner"]["id"], json!(tenant.owner_id));
    let account = owner.get(&format!("/api/v1/accounts/{at_risk}")).await.expect(200);
    assert_eq!(
        (&account["status"], &account["status_reason"]),
        (&json!("at_risk"), &json!("1 churn signal open."))
    );
}

#[actix_web::test]
async fn a_rep_sees_the_accounts_they_own() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let (rep_id, rep) = tenant.member(Role::Rep).await;
    let seed = Seed::begin(&tenant, app.clock.now()).await;
    let (mine, other) = (
        seed.account("Mine", Some(rep_id)).await,
        seed.account("Other", None).await,
    );
    seed.done().await;
    assert_eq!(names(&rep, "").await, ["Mine"]);
    assert_eq!(rep.get(&format!("/api/v1/accounts/{mine}")).await.status, 200);
    assert_eq!(rep.get(&format!("/api/v1/accounts/{other}")).await.status, 404);
}

#[actix_web::test]
async fn an_account_is_made_once_and_given_to_somebody() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let owner = tenant.owner().await;
    let (rep, _) = tenant.member(Role::Rep).await;
    let made = owner
        .post(
            "/api/v1/accounts",
            json!({ "name": " Initech ", "domain": "https://www.initech.com/" }),
        )
        .await
        .expect(201);
    assert_eq!(
        (&made["name"], &made["domain"], &made["status"]),
        (&json!("Initech"), &json!("initech.com"), &json!("quiet"))
    );
    assert_eq!(
        owner
            .post("/api/v1/accounts", json!({ "name": "INITECH" }))
            .await
            .status,
        409
    );
    for (body, field) in [
        (json!({ "name": "" }), "name"),
        (json!({ "name": "X", "domain": "x" }), "domain"),
        (json!({}), "name"),
    ] {
        let answer = owner.post("/api/v1/accounts", body.clone()).await;
        assert_eq!(
            (answer.status, answer.body["errors"][0]["field"].as_str()),
            (422, Some(field)),
            "{body}"
        );
    }
    let path = format!("/api/v1/accounts/{}", made["id"].as_str().unwrap());
    let given = owner.patch(&path, json!({ "owner_member_id": rep })).await.expect(200);
    assert_eq!(given["owner"]["id"], json!(rep));
    assert_eq!(
        owner.patch(&path, json!({})).await.expect(200)["owner"]["id"],
        json!(rep)
    );
    assert_eq!(
        owner
            .patch(&path, json!({ "owner_member_id": MemberId::generate() }))
            .await
            .status,
        422
    );
    assert_eq!(
        owner.patch(&path, json!({ "owner_member_id": null })).await.expect(200)["owner"],
        Value::Null
    );
    let audit = owner.get("/api/v1/audit-entries?action=account").await.expect(200);
    let actions: Vec<_> = audit["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["action"])
        .collect();
    assert_eq!(actions, ["account.assigned", "account.assigned", "account.created"]);
}

#[actix_web::test]
async fn mapping_a_channel_assigns_what_waited_and_remapping_moves_what_nobody_settled() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let seed = Seed::begin(&tenant, app.clock.now()).await;
    let (first, second) = (seed.account("First", None).await, seed.account("Second", None).await);
    let channel: ChannelId = seed.channel("customer-second").await;
    let (open, settled) = (
        seed.signal(channel, SignalSeed::default()).await,
        seed.signal(channel, SignalSeed::default()).await,
    );
    seed.done().await;
    let owner = tenant.owner().await;
    let path = format!("/api/v1/channel-mappings/{channel}");
    let listed = owner.get("/api/v1/channels?mapped=false").await.expect(200);
    assert_eq!(listed["items"][0]["suggestion"]["account"]["name"], "Second");
    let account_of =
        async |signal| owner.get(&format!("/api/v1/signals/{signal}")).await.expect(200)["account"]["name"].clone();

    let mapped = owner.put(&path, json!({ "account_id": first })).await.expect(200);
    assert_eq!(
        (&mapped["account"]["name"], &mapped["suggestion"]),
        (&json!("First"), &Value::Null)
    );
    assert_eq!(
        (account_of(open).await, account_of(settled).await),
        (json!("First"), json!("First"))
    );
    let handle = owner
        .post(
            &format!("/api/v1/signals/{settled}/actions"),
            json!({ "action": "handle" }),
        )
        .await;
    handle.expect(200);

    owner.put(&path, json!({ "account_id": second })).await.expect(200);
    assert_eq!(
        (account_of(open).await, account_of(settled).await),
        (json!("Second"), json!("First"))
    );
    let mappings = owner.get("/api/v1/channel-mappings").await.expect(200);
    assert_eq!(
        (&mappings["items"][0]["source"], &mappings["items"][0]["confidence"]),
        (&json!("manual"), &json!(100))
    );
    owner.delete(&path).await.expect(204);
    assert_eq!(owner.delete(&path).await.status, 404);
    assert_eq!(account_of(open).await, "Second");
}

#[actix_web::test]
async fn a_channel_is_watched_or_not_and_of_a_known_class() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let seed = Seed::begin(&tenant, app.clock.now()).await;
    let channel = seed.channel("acme").await;
    seed.done().await;
    let owner = tenant.owner().await;
    let path = format!("/api/v1/channels/{channel}");
    let changed = owner
        .patch(&path, json!({ "monitored": false, "class": "support" }))
        .await
        .expect(200);
    assert_eq!(
        (&changed["monitored"], &changed["class"]),
        (&json!(false), &json!("support"))
    );
    let kept = owner.patch(&path, json!({ "monitored": true })).await.expect(200);
    assert_eq!((&kept["monitored"], &kept["class"]), (&json!(true), &json!("support")));
    assert_eq!(owner.patch(&path, json!({ "class": "gossip" })).await.status, 422);
}
