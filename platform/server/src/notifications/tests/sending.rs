//! From a signal to a mail.

use momentum_engine::signal::SignalKind;
use pretty_assertions::assert_eq;
use serde_json::json;

use super::post::Post;
use crate::control::access::Role;
use crate::foundation::db::Sql;
use crate::foundation::ids::{AccountId, ChannelId, MemberId, MessageId, SignalId};
use crate::notifications::request::request;
use crate::testing::{Seed, SignalSeed, TestApp, TestTenant};

/// An account of a rep, in a tenant whose people live in Berlin.
struct Scene<'a> {
    tenant: TestTenant<'a>,
    rep: MemberId,
    account: AccountId,
    channel: ChannelId,
}

async fn scene(app: &TestApp) -> Scene<'_> {
    let tenant = app.tenant("Northwind").await;
    let (rep, _) = tenant.member(Role::Rep).await;
    let seed = Seed::begin(&tenant, app.clock.now()).await;
    let sql = Sql::new("UPDATE tenants SET timezone = 'Europe/Berlin' WHERE tenant_id = $1");
    sql.bind(tenant.id).execute(seed.tx()).await.expect("a zone");
    let (account, channel) = (seed.account("Acme Corp", Some(rep)).await, seed.channel("acme").await);
    seed.done().await;
    Scene {
        tenant,
        rep,
        account,
        channel,
    }
}

impl Scene<'_> {
    /// A signal is found now, and whoever it concerns is to be told.
    async fn found(&self, title: &str, confidence: u8) -> SignalId {
        self.found_where(true, title, confidence).await
    }

    /// The same where mails can be sent or not.
    async fn found_where(&self, can_mail: bool, title: &str, confidence: u8) -> SignalId {
        let seed = Seed::begin(&self.tenant, self.tenant.now()).await;
        let signal = SignalSeed {
            kind: SignalKind::Expansion,
            confidence,
            account: Some(self.account),
            title: title.to_owned(),
            ..SignalSeed::default()
        };
        let id = seed.signal(self.channel, signal).await;
        request(seed.tx(), &[id], can_mail, self.tenant.now())
            .await
            .expect("asked for");
        request(seed.tx(), &[id], can_mail, self.tenant.now())
            .await
            .expect("asked for again");
        seed.done().await;
        id
    }

    async fn choose(&self, preferences: serde_json::Value) {
        self.run(
            "UPDATE members SET notification_preferences = $3 WHERE tenant_id = $1 AND id = $2",
            preferences,
        )
        .await;
    }

    async fn run(&self, sql: &str, value: serde_json::Value) {
        let tx = self.tenant.begin().await;
        let sql = Sql::new(sql).bind(self.tenant.id).bind(self.rep).bind(value);
        assert_eq!(sql.execute(&tx).await.expect("it runs"), 1);
        tx.commit().await.expect("committed");
    }

    /// The rep's notices as `state reason`, oldest first.
    async fn notices(&self) -> Vec<String> {
        let tx = self.tenant.begin().await;
        let all: Option<Option<String>> = Sql::new(
            "SELECT string_agg(concat_ws(' ', purpose, way, state, reason), ',' ORDER BY created_at, id) AS value
               FROM notifications WHERE tenant_id = $1 AND member_id = $2",
        )
        .bind(self.tenant.id)
        .bind(self.rep)
        .scalar(&tx)
        .await
        .expect("an answer");
        all.flatten()
            .unwrap_or_default()
            .split(',')
            .map(str::to_owned)
            .collect()
    }
}

#[actix_web::test]
async fn a_mail_says_the_account_and_the_quote_once() {
    let (app, post) = (TestApp::start().await, Post::open().await);
    let scene = scene(&app).await;
    let words = "We need more capacity";
    let title = format!("Acme Corp: \"{words}\"");
    scene.found(&title, 92).await;
    let tx = scene.tenant.begin().await;
    Sql::new("UPDATE signals SET quote = $2 WHERE tenant_id = $1")
        .bind(scene.tenant.id)
        .bind("We need more\ncapacity.")
        .execute(&tx)
        .await
        .expect("a quote");
    tx.commit().await.expect("committed");
    post.work(&app).await;
    let mails = post.mails().await;
    assert_eq!(mails[0]["subject"], title);
    let text = mails[0]["text"].as_str().expect("a text");
    assert_eq!(text.matches("capacity").count(), 1, "{text}");
}

#[actix_web::test]
async fn a_sure_signal_is_mailed_to_the_accounts_owner_once() {
    let (app, post) = (TestApp::start().await, Post::open().await);
    let scene = scene(&app).await;
    let signal = scene.found("Needs more seats", 92).await;
    scene.found("Asks about a plan", 60).await;
    post.work(&app).await;
    post.work(&app).await;
    let mails = post.mails().await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0]["subject"], "Acme Corp: Needs more seats");
    let text = mails[0]["text"].as_str().expect("a text");
    assert!(
        text.contains(&format!("https://momentum.example.com/signals/{signal}")),
        "{text}"
    );
    assert_eq!(
        scene.notices().await,
        ["alert email sent", "alert email held less_sure"]
    );
}

#[actix_web::test]
async fn where_no_mail_server_is_set_nothing_waits_for_a_mail_and_the_notice_says_so() {
    let app = TestApp::start().await;
    let scene = scene(&app).await;
    scene.found_where(false, "Needs more seats", 92).await;
    assert_eq!(scene.notices().await, ["alert slack_dm suppressed no_way"]);
    let tx = scene.tenant.begin().await;
    let jobs: Option<i64> = Sql::new("SELECT count(*) AS value FROM jobs WHERE tenant_id = $1")
        .bind(scene.tenant.id)
        .scalar(&tx)
        .await
        .expect("a count");
    assert_eq!(jobs, Some(0));
}

#[actix_web::test]
async fn after_a_lost_answer_the_mail_goes_out_again_under_the_same_id() {
    let (app, post) = (TestApp::start().await, Post::open().await);
    let scene = scene(&app).await;
    post.fault(json!({ "match": { "method": "DATA" }, "kind": "drop_after_commit" }))
        .await;
    scene.found("Needs more seats", 92).await;
    post.work(&app).await;
    assert_eq!(scene.notices().await, ["alert email pending"]);
    post.until(&app, "2027-03-02T12:05:00Z").await;
    let ids: Vec<_> = post
        .mails()
        .await
        .iter()
        .map(|mail| mail["message_id"].clone())
        .collect();
    assert_eq!((ids.len(), &ids[0]), (2, &ids[1]));
    assert_eq!(scene.notices().await, ["alert email sent"]);
}

#[actix_web::test]
async fn a_mail_server_that_is_away_delays_and_an_address_that_is_gone_is_not_tried_again() {
    let (app, post) = (TestApp::start().await, Post::open().await);
    let scene = scene(&app).await;
    post.fault(json!({ "match": { "method": "MAIL" }, "kind": "status", "status": 451, "times": 1 }))
        .await;
    scene.found("Needs more seats", 92).await;
    post.work(&app).await;
    post.until(&app, "2027-03-02T12:05:00Z").await;
    assert_eq!(post.mails().await.len(), 1);
    post.fault(json!({ "match": { "method": "RCPT" }, "kind": "status", "status": 550, "message": "5.1.1 gone" }))
        .await;
    for title in ["Wants a quote", "Wants a call"] {
        scene.found(title, 95).await;
        post.work(&app).await;
    }
    assert_eq!(post.mails().await.len(), 1);
    let expected = [
        "alert email sent",
        "alert email failed address_failing",
        "alert email suppressed address_failing",
    ];
    assert_eq!(scene.notices().await, expected);
}

#[actix_web::test]
async fn the_daily_digest_comes_at_nine_in_berlin_and_says_what_is_true_then() {
    let (app, post) = (TestApp::start().await, Post::open().await);
    let scene = scene(&app).await;
    let digests = json!({ "delivery": { "slack": false, "email": true }, "daily_budget": 0 });
    scene.choose(digests).await;
    post.until(&app, "2027-03-02T12:01:00Z").await;
    scene.found("Needs more seats", 92).await;
    let handled = scene.found("Wants a quote", 85).await;
    scene.found("Asks about a plan", 60).await;
    let tx = scene.tenant.begin().await;
    let sql = Sql::new("UPDATE signals SET status = 'handled' WHERE tenant_id = $1 AND id = $2");
    sql.bind(scene.tenant.id)
        .bind(handled)
        .execute(&tx)
        .await
        .expect("handled");
    tx.commit().await.expect("committed");
    post.until(&app, "2027-03-03T07:59:00Z").await;
    assert_eq!(post.mails().await.len(), 0, "it is not nine in Berlin");
    post.until(&app, "2027-03-03T08:06:00Z").await;
    post.until(&app, "2027-03-03T08:07:00Z").await;
    let mails = post.mails().await;
    assert_eq!(
        mails
            .iter()
            .filter(|mail| mail["subject"] == "You have 1 high-confidence signal")
            .count(),
        1,
        "{mails:?}"
    );
    let text = mails[0]["text"].as_str().expect("a text");
    assert!(
        text.contains("Needs more seats") && !text.contains("Wants a quote"),
        "{text}"
    );
    assert!(text.contains("1 less certain signal"), "{text}");
    // The next day there is nothing new, and no mail; on Monday the week is told either way.
    let before = post.mails().await.len();
    post.until(&app, "2027-03-04T08:06:00Z").await;
    assert_eq!(post.mails().await.len(), before);
    post.until(&app, "2027-03-08T08:06:00Z").await;
    let mails = post.mails().await;
    assert!(mails.iter().any(|mail| {
        mail["subject"]
            .as_str()
            .is_some_and(|subject| subject.starts_with("Your week: "))
    }));
}

#[actix_web::test]
async fn a_digest_lists_a_message_that_is_two_kinds_once_with_both_of_them() {
    let (app, post) = (TestApp::start().await, Post::open().await);
    let scene = scene(&app).await;
    let digests = json!({ "delivery": { "slack": false, "email": true }, "daily_budget": 0 });
    scene.choose(digests).await;
    post.until(&app, "2027-03-02T12:01:00Z").await;
    let seed = Seed::begin(&scene.tenant, scene.tenant.now()).await;
    let message = MessageId::generate();
    let found = [
        (SignalKind::Risk, 84, "Seats block the roll-out"),
        (SignalKind::Expansion, 92, "Needs more seats"),
        (SignalKind::Usage, 60, "Looks at the dashboard"),
    ];
    for (kind, confidence, title) in found {
        let signal = SignalSeed {
            kind,
            confidence,
            account: Some(scene.account),
            title: title.to_owned(),
            ..SignalSeed::default()
        };
        seed.signal_of(scene.channel, message, signal).await;
    }
    seed.done().await;
    post.until(&app, "2027-03-03T08:06:00Z").await;
    let mails = post.mails().await;
    let of_the_rep = |mail: &&serde_json::Value| mail["subject"] == "You have 2 high-confidence signals";
    let mail = mails.iter().find(of_the_rep).expect("the rep's digest");
    let text = mail["text"].as_str().expect("a text");
    assert!(text.contains("Expansion + Risk, Acme Corp in #acme"), "{text}");
    assert!(!text.contains("Seats block"), "{text}");
    assert!(text.contains("There is also 1 less certain signal."), "{text}");
}

#[actix_web::test]
async fn quiet_hours_hold_until_the_morning_and_the_budget_sends_the_rest_into_the_digest() {
    let (app, post) = (TestApp::start().await, Post::open().await);
    let scene = scene(&app).await;
    post.until(&app, "2027-03-02T22:00:00Z").await;
    let quiet = json!({
        "delivery": { "slack": false, "email": true }, "daily_budget": 2,
        "quiet_hours": { "enabled": true, "from": "20:00", "to": "08:00", "weekends": true },
    });
    scene.choose(quiet).await;
    for title in ["One", "Two", "Three"] {
        scene.found(title, 95).await;
    }
    post.until(&app, "2027-03-03T06:59:00Z").await;
    assert_eq!(post.mails().await.len(), 0);
    post.until(&app, "2027-03-03T07:00:30Z").await;
    assert_eq!(post.mails().await.len(), 2);
    let notices = scene.notices().await;
    assert_eq!(
        notices
            .iter()
            .filter(|notice| **notice == "alert email sent quiet_hours")
            .count(),
        2
    );
    assert_eq!(
        notices
            .iter()
            .filter(|notice| **notice == "alert email held budget")
            .count(),
        1
    );
}

#[actix_web::test]
async fn a_reassigned_account_tells_the_new_owner() {
    let (app, post) = (TestApp::start().await, Post::open().await);
    let scene = scene(&app).await;
    scene.found("Needs more seats", 92).await;
    let (other, _) = scene.tenant.member(Role::Csm).await;
    let tx = scene.tenant.begin().await;
    let sql = Sql::new("UPDATE accounts SET owner_member_id = $3 WHERE tenant_id = $1 AND id = $2");
    sql.bind(scene.tenant.id)
        .bind(scene.account)
        .bind(other)
        .execute(&tx)
        .await
        .expect("moved");
    tx.commit().await.expect("committed");
    post.work(&app).await;
    let mails = post.mails().await;
    assert_eq!(mails.len(), 1);
    assert!(
        mails[0]["to"][0]
            .as_str()
            .is_some_and(|to| to.starts_with("Customer.success")),
        "{}",
        mails[0]["to"]
    );
    assert_eq!(scene.notices().await, ["alert email suppressed reassigned"]);
}
