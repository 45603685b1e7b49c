//! Whoever administers is told of a connection that is lost.

use chrono::TimeDelta;
use pretty_assertions::assert_eq;
use serde_json::json;

use super::post::Post;
use crate::control::access::Role;
use crate::control::connections;
use crate::foundation::db::Sql;
use crate::foundation::ids::{ConnectionId, MemberId};
use crate::testing::{Seed, TestApp, TestTenant};

const WORDS: &str = "invalid_grant: expired access/refresh token";

/// A tenant with a CRM, and an admin beside its owner.
async fn scene(app: &TestApp) -> (TestTenant<'_>, ConnectionId, MemberId) {
    let tenant = app.tenant("Northwind").await;
    let (admin, _) = tenant.member(Role::Admin).await;
    for role in [Role::Manager, Role::Rep, Role::Viewer] {
        tenant.member(role).await;
    }
    let seed = Seed::begin(&tenant, app.clock.now()).await;
    let crm = seed.crm().await;
    seed.done().await;
    (tenant, crm, admin)
}

/// The CRM refuses our credential, twice.
async fn lose(tenant: &TestTenant<'_>, crm: ConnectionId) {
    for _ in 0..2 {
        let tx = tenant.begin().await;
        let lost = connections::mark_disconnected(&tx, crm, WORDS, tenant.now()).await;
        lost.expect("marked");
        tx.commit().await.expect("committed");
    }
}

async fn run(tenant: &TestTenant<'_>, sql: Sql) {
    let tx = tenant.begin().await;
    assert!(sql.execute(&tx).await.expect("it runs") > 0);
    tx.commit().await.expect("committed");
}

async fn notices(tenant: &TestTenant<'_>) -> String {
    let sql = "SELECT string_agg(concat_ws(' ', purpose, way, state, reason), ',' ORDER BY state, reason) AS value
                 FROM notifications WHERE tenant_id = $1";
    let all: Option<Option<String>> = Sql::new(sql)
        .bind(tenant.id)
        .scalar(&tenant.begin().await)
        .await
        .expect("an answer");
    all.flatten().unwrap_or_default()
}

#[actix_web::test]
async fn each_of_those_who_administer_is_mailed_once_and_nobody_else() {
    let (app, post) = (TestApp::start().await, Post::open().await);
    let (tenant, crm, _) = scene(&app).await;
    lose(&tenant, crm).await;
    post.work(&app).await;
    post.work(&app).await;
    let mails = post.mails().await;
    let mut to: Vec<_> = mails.iter().map(|mail| mail["to"][0].to_string()).collect();
    to.sort();
    assert_eq!(to.len(), 2, "{to:?}");
    assert!(to[0].contains("Admin") && to[1].contains("owner@northwind"), "{to:?}");
    assert_eq!(mails[0]["subject"], "Salesforce needs to be connected again");
    let text = mails[0]["text"].as_str().expect("a text");
    for part in [
        WORDS,
        "today at 12:00",
        "Nothing is lost",
        "https://momentum.example.com/connectors",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    // It is connected and lost again: that is news.
    let again = "UPDATE connections SET status = 'connected' WHERE tenant_id = $1 AND id = $2";
    run(&tenant, Sql::new(again).bind(tenant.id).bind(crm)).await;
    app.clock.advance(TimeDelta::hours(1));
    lose(&tenant, crm).await;
    post.work(&app).await;
    assert_eq!(post.mails().await.len(), 4);
}

#[actix_web::test]
async fn quiet_hours_hold_the_news_and_who_connects_it_meanwhile_is_spared_it() {
    let (app, post) = (TestApp::start().await, Post::open().await);
    let (tenant, crm, admin) = scene(&app).await;
    let quiet = json!({ "quiet_hours": { "enabled": true, "from": "20:00", "to": "08:00", "weekends": false } });
    let choose = "UPDATE members SET notification_preferences = $2 WHERE tenant_id = $1 AND role IN ('owner', 'admin')";
    run(&tenant, Sql::new(choose).bind(tenant.id).bind(quiet)).await;
    let away = "UPDATE members SET timezone = 'America/New_York' WHERE tenant_id = $1 AND id = $2";
    run(&tenant, Sql::new(away).bind(tenant.id).bind(admin)).await;
    post.until(&app, "2027-03-02T23:00:00Z").await;
    lose(&tenant, crm).await;
    post.work(&app).await;
    assert_eq!(
        notices(&tenant).await,
        "system email held quiet_hours,system email sent",
        "it is six in the evening in New York"
    );
    assert_eq!(post.mails().await.len(), 1);
    let again = "UPDATE connections SET status = 'connected' WHERE tenant_id = $1 AND id = $2";
    run(&tenant, Sql::new(again).bind(tenant.id).bind(crm)).await;
    post.until(&app, "2027-03-03T08:01:00Z").await;
    assert_eq!(post.mails().await.len(), 1);
    assert_eq!(
        notices(&tenant).await,
        "system email sent,system email suppressed dealt_with"
    );
}

#[actix_web::test]
async fn without_a_mail_server_and_slack_the_notice_says_that_there_is_no_way() {
    let app = TestApp::start().await;
    let (tenant, crm, _) = scene(&app).await;
    lose(&tenant, crm).await;
    tenant.work().await;
    let listed = tenant.owner().await.get("/api/v1/notifications").await.expect(200);
    let shown = &listed["items"][0];
    assert_eq!(
        (&shown["purpose"], &shown["state"], &shown["reason"]),
        (&json!("system"), &json!("suppressed"), &json!("no_way"))
    );
}
