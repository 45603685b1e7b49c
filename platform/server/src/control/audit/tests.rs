use pretty_assertions::assert_eq;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::*;
use crate::control::access::{Actor, Role};
use crate::testing::{TestApp, TestTenant};

async fn write(app: &TestApp, tenant: &TestTenant<'_>, entries: usize) {
    for number in 0..entries {
        let tx = tenant.begin().await;
        let entry = Entry::new(&Actor::System, "signal.viewed")
            .on(number)
            .with(json!({ "zeta": 1, "alpha": [true, "ü"] }));
        append(&tx, app.clock.now(), entry).await.unwrap();
        tx.commit().await.unwrap();
    }
}

fn actions(page: &Value) -> Vec<&str> {
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect()
}

#[actix_web::test]
async fn another_tenants_entries_are_not_there() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.tenant("Acme").await, app.tenant("Globex").await);
    write(&app, &theirs, 3).await;
    let page = ours.owner().await.get("/api/v1/audit-entries").await.expect(200);
    assert_eq!(actions(&page), ["tenant.signed_up"]);
    assert_eq!(
        ours.client(Role::Rep).await.get("/api/v1/audit-entries").await.status,
        403
    );
}

#[actix_web::test]
async fn what_people_do_is_written_with_who_when_and_from_where() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let owner = tenant.owner().await;
    let made = owner
        .post(
            "/api/v1/members",
            json!({ "email": "x@acme.com", "name": "X", "role": "rep" }),
        )
        .await
        .expect(201);
    let id = made["member"]["id"].as_str().unwrap();
    owner
        .patch(&format!("/api/v1/members/{id}"), json!({ "role": "csm" }))
        .await
        .expect(200);
    owner
        .post("/api/v1/api-keys", json!({ "name": "k", "scopes": ["signals:read"] }))
        .await
        .expect(201);

    let page = owner.get("/api/v1/audit-entries").await.expect(200);
    assert_eq!(
        actions(&page),
        [
            "api_key.created",
            "member.changed",
            "member.invited",
            "tenant.signed_up"
        ]
    );
    let changed = &page["items"][1];
    assert_eq!(
        changed["actor"],
        json!({ "kind": "member", "id": tenant.owner_id, "name": "Owner of Acme" })
    );
    assert_eq!(changed["object"], json!({ "type": "member", "id": id }));
    assert_eq!(changed["detail"]["after"]["role"], "csm");

    let cases = [
        ("action=member".to_owned(), vec!["member.changed", "member.invited"]),
        ("action=member.invited".to_owned(), vec!["member.invited"]),
        (
            format!("actor={}", tenant.owner_id),
            vec![
                "api_key.created",
                "member.changed",
                "member.invited",
                "tenant.signed_up",
            ],
        ),
        ("actor=mem_00000000000000000000000000000000".to_owned(), vec![]),
    ];
    for (query, expected) in cases {
        let page = owner.get(&format!("/api/v1/audit-entries?{query}")).await.expect(200);
        assert_eq!(actions(&page), expected, "{query}");
    }
    assert_eq!(owner.get("/api/v1/audit-entries?actor=somebody").await.status, 422);
}

#[actix_web::test]
async fn entries_come_in_pages_without_gaps_or_repeats() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    write(&app, &tenant, 6).await;
    let owner = tenant.owner().await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = owner
            .get(&format!("/api/v1/audit-entries?limit=3&cursor={cursor}"))
            .await
            .expect(200);
        seen.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|entry| entry["object"]["id"].clone()),
        );
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    let tenant_id = tenant.id.to_string();
    assert_eq!(seen, ["5", "4", "3", "2", "1", "0", tenant_id.as_str()]);
}

#[actix_web::test]
async fn a_change_behind_the_applications_back_is_found() {
    let tampering = [
        (
            "UPDATE audit_entries SET detail = '{\"zeta\": 2}' WHERE seq = 3",
            Some(3),
        ),
        (
            "UPDATE audit_entries SET actor_name = 'Somebody' WHERE seq = 1",
            Some(1),
        ),
        (
            "UPDATE audit_entries SET at = at + interval '1 second' WHERE seq = 4",
            Some(4),
        ),
        ("DELETE FROM audit_entries WHERE seq = 2", Some(2)),
        ("DELETE FROM audit_entries WHERE seq >= 5", Some(5)),
        ("UPDATE audit_entries SET seq = 9 WHERE seq = 6", Some(6)),
        ("SELECT 1", None),
    ];
    let app = TestApp::start().await;
    let superuser = app.db.superuser().await;
    for (number, (sql, broken_at)) in tampering.into_iter().enumerate() {
        let tenant = app.tenant(&format!("Acme{number}")).await;
        write(&app, &tenant, 5).await;
        let only_here = if sql == "SELECT 1" {
            sql.to_owned()
        } else {
            format!("{sql} AND tenant_id = '{}'", tenant.id.0)
        };
        superuser.execute_unprepared(&only_here).await.unwrap();
        let found = tenant
            .owner()
            .await
            .get("/api/v1/audit-entries/verification")
            .await
            .expect(200);
        assert_eq!(
            (&found["broken_at"], &found["is_intact"]),
            (&json!(broken_at), &json!(broken_at.is_none())),
            "{sql}"
        );
    }
}

#[actix_web::test]
async fn two_at_once_make_one_chain() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    futures_util::future::join_all((0..8).map(|_| write(&app, &tenant, 3))).await;
    let found = verify(&tenant.begin().await).await.unwrap();
    assert_eq!((found.entries, found.is_intact), (25, true));
}

#[actix_web::test]
async fn what_is_rolled_back_was_never_written() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let tx = tenant.begin().await;
    append(&tx, app.clock.now(), Entry::new(&Actor::System, "signal.viewed"))
        .await
        .unwrap();
    drop(tx);
    let found = verify(&tenant.begin().await).await.unwrap();
    assert_eq!((found.entries, found.is_intact), (1, true));
}
