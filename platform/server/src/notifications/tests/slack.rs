//! From a signal to Slack, against a simulated workspace.

use chrono::TimeDelta;
use momentum_connectors::fakes::{UserSeed, WorkspaceSeed};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::post::Post;
use crate::control::access::Role;
use crate::control::connections::{self, Credential, NewConnection, Vendor};
use crate::foundation::db::Sql;
use crate::foundation::ids::{AccountId, ChannelId, ConnectionId, MemberId, SignalId};
use crate::notifications::request::request;
use crate::testing::{Seed, SignalSeed, TestApp, TestTenant, TestVendors};

const TEAM: &str = "T0NORTHWIND";
const SAM: &str = "U0SAM";

/// Sam, whose account Acme is, in Slack and in Momentum.
struct Scene<'a> {
    tenant: TestTenant<'a>,
    vendors: &'a TestVendors,
    slack: ConnectionId,
    sam: MemberId,
    account: AccountId,
    channel: ChannelId,
}

async fn start() -> (TestApp, TestVendors) {
    TestApp::start_with_vendors(|config| {
        config.slack.workspaces = vec![WorkspaceSeed {
            team_id: TEAM.to_owned(),
            name: "Northwind".to_owned(),
            enterprise_id: None,
            bot_token: Some("xoxb-northwind".to_owned()),
            bot_user_id: "U0BOT".to_owned(),
            bot_id: "B0BOT".to_owned(),
            users: vec![UserSeed {
                id: SAM.to_owned(),
                name: "Sam Seller".to_owned(),
                email: "sam@northwind.example".to_owned(),
                ..UserSeed::default()
            }],
            channels: vec![],
        }];
    })
    .await
}

async fn scene<'a>(app: &'a TestApp, vendors: &'a TestVendors) -> Scene<'a> {
    let tenant = app.tenant("Northwind").await;
    let (sam, _) = tenant.member(Role::Rep).await;
    let seed = Seed::begin(&tenant, app.clock.now()).await;
    let new = NewConnection {
        vendor: Vendor::Slack,
        name: "Northwind".to_owned(),
        external_id: TEAM.to_owned(),
        settings: json!({}),
        credential: Credential {
            access_token: "xoxb-northwind".into(),
            refresh_token: None,
            api_base: None,
            expires_at: None,
        },
    };
    let slack = connections::connect(seed.tx(), &app.app.core.sealer, &app.clock, &new).await;
    let rows = [
        Sql::new("UPDATE members SET slack_user_id = $3 WHERE tenant_id = $1 AND id = $2")
            .bind(tenant.id)
            .bind(sam)
            .bind(SAM),
        Sql::new(
            "INSERT INTO slack_users (tenant_id, slack_team_id, slack_user_id, name, kind, updated_at)
             VALUES ($1, $2, $3, 'Sam Seller', 'internal', $4)",
        )
        .bind(tenant.id)
        .bind(TEAM)
        .bind(SAM)
        .bind(app.clock.now()),
    ];
    for row in rows {
        row.execute(seed.tx()).await.expect("a row");
    }
    let (account, channel) = (seed.account("Acme Corp", Some(sam)).await, seed.channel("acme").await);
    seed.done().await;
    Scene {
        tenant,
        vendors,
        slack: slack.expect("a connection"),
        sam,
        account,
        channel,
    }
}

impl Scene<'_> {
    async fn found(&self, title: &str, confidence: u8) -> SignalId {
        let seed = Seed::begin(&self.tenant, self.tenant.now()).await;
        let signal = SignalSeed {
            confidence,
            account: Some(self.account),
            title: title.to_owned(),
            ..SignalSeed::default()
        };
        let id = seed.signal(self.channel, signal).await;
        request(seed.tx(), &[id], true, self.tenant.now())
            .await
            .expect("asked for");
        seed.done().await;
        id
    }

    /// What our bot has said, the oldest first.
    async fn said(&self) -> Vec<Value> {
        let state = self.vendors.control("GET", "/control/state", Value::Null).await;
        let messages = state["slack"]["messages"].as_array().cloned().unwrap_or_default();
        let ours = |message: &Value| message["bot_id"] == "B0BOT";
        messages.into_iter().filter(ours).collect()
    }

    /// Slack takes the next message, and nobody hears of it.
    async fn lose_an_answer(&self) {
        let fault = json!({ "vendor": "slack", "kind": "drop_after_commit", "match": { "path": "chat.postMessage" } });
        self.vendors.control("POST", "/control/faults", fault).await;
    }

    async fn run(&self, sql: &str, id: uuid::Uuid) {
        let tx = self.tenant.begin().await;
        let sql = Sql::new(sql).bind(self.tenant.id).bind(id);
        assert!(sql.execute(&tx).await.expect("it runs") > 0);
        tx.commit().await.expect("committed");
    }

    async fn notices(&self) -> Vec<String> {
        let tx = self.tenant.begin().await;
        let all: Option<Option<String>> = Sql::new(
            "SELECT string_agg(concat_ws(' ', purpose, way, state, reason), ',' ORDER BY created_at, way DESC, id) AS value
               FROM notifications WHERE tenant_id = $1 AND member_id = $2",
        )
        .bind(self.tenant.id)
        .bind(self.sam)
        .scalar(&tx)
        .await
        .expect("an answer");
        let all = all.flatten().unwrap_or_default();
        all.split(',').map(str::to_owned).collect()
    }
}

#[actix_web::test]
async fn an_alert_reaches_the_owner_in_slack_once_also_when_slacks_answer_is_lost() {
    let ((app, vendors), post) = (start().await, Post::open().await);
    let scene = scene(&app, &vendors).await;
    scene.lose_an_answer().await;
    let signal = scene.found("Needs more seats", 92).await;
    post.work(&app).await;
    assert_eq!(scene.notices().await, ["alert slack_dm pending"]);
    post.until(&app, "2027-03-02T12:05:00Z").await;
    let said = scene.said().await;
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].to_string().contains(&signal.to_string()), "{said:?}");
    assert_eq!(scene.notices().await, ["alert slack_dm sent"]);
    assert_eq!(post.mails().await.len(), 0, "Slack reached the owner");
}

#[actix_web::test]
async fn a_digest_whose_answer_was_lost_is_found_again_although_the_news_changed() {
    let ((app, vendors), post) = (start().await, Post::open().await);
    let scene = scene(&app, &vendors).await;
    post.until(&app, "2027-03-02T12:01:00Z").await;
    scene.found("Asks about a plan", 60).await;
    let second = scene.found("Wants a quote", 70).await;
    scene.lose_an_answer().await;
    post.until(&app, "2027-03-03T09:06:00Z").await;
    let before = scene.said().await;
    assert_eq!(before.len(), 1, "{before:?}");
    assert!(
        before[0]["text"]
            .as_str()
            .is_some_and(|text| text.starts_with("You have 2 new signals"))
    );
    scene
        .run(
            "UPDATE signals SET status = 'handled' WHERE tenant_id = $1 AND id = $2",
            second.0,
        )
        .await;
    app.clock.advance(TimeDelta::minutes(5));
    post.work(&app).await;
    assert_eq!(scene.said().await.len(), 1);
    let notices = scene.notices().await;
    assert!(
        notices.contains(&"daily_digest slack_dm sent".to_owned()),
        "{notices:?}"
    );
    let told = |notice: &&String| notice.starts_with("alert slack_dm sent");
    assert_eq!(notices.iter().filter(told).count(), 2, "{notices:?}");
}

#[actix_web::test]
async fn where_slack_is_gone_or_refuses_the_alert_comes_by_mail() {
    let ((app, vendors), post) = (start().await, Post::open().await);
    let scene = scene(&app, &vendors).await;
    scene.found("Needs more seats", 92).await;
    scene
        .run(
            "UPDATE connections SET status = 'disconnected' WHERE tenant_id = $1 AND id = $2",
            scene.slack.0,
        )
        .await;
    post.work(&app).await;
    assert_eq!(scene.said().await.len(), 0);
    assert_eq!(post.mails().await.len(), 1);
    assert_eq!(
        scene.notices().await,
        ["alert slack_dm suppressed no_way", "alert email sent"]
    );
}
