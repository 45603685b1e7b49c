//! A tenant with a Slack workspace, and Slack's side of it.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use chrono::{DateTime, TimeDelta, Utc};
use momentum_connectors::slack::signature;
use serde_json::{Value, json};

use crate::control::connections::{self, Credential, Installed, NewConnection, Vendor};
use crate::foundation::db::{Sql, TenantDb};
use crate::foundation::ids::{AccountId, ChannelId, ConnectionId, TenantId};
use crate::foundation::jobs::{Worker, WorkerOptions};
use crate::testing::{Answer, TestApp, TestClient};

/// The Slack workspace of the tenant under test.
pub const TEAM: &str = "T0NORTHWIND";
/// A customer's channel that is mapped to Acme Corp.
pub const ACME: &str = "C0ACME";
/// A customer whom the workspace knows.
pub const JANE: &str = "U0JANE";
/// A colleague.
pub const SAM: &str = "U0SAM";

/// The application with one tenant that has connected Slack.
pub struct Stage {
    pub app: TestApp,
    pub tenant: TenantId,
    pub account: AccountId,
    pub owner: TestClient,
}

impl Stage {
    /// Northwind with Slack, the account Acme Corp, its channel, Jane of Acme and Sam of Northwind.
    pub async fn new() -> Self {
        let app = TestApp::start().await;
        let northwind = app.tenant("Northwind").await;
        let (tenant, owner) = (northwind.id, northwind.owner().await);
        connect_slack(&app, tenant, TEAM).await;
        let stage = Self {
            account: AccountId::generate(),
            app,
            tenant,
            owner,
        };
        stage.add_account(stage.account, "Acme Corp", None).await;
        stage.add_channel(ACME, "customer-acme", true).await;
        stage
            .add_person(JANE, "Jane Doe", Some("jane@acme.example"), "customer")
            .await;
        stage
            .add_person(SAM, "Sam Seller", Some("sam@northwind.example"), "internal")
            .await;
        stage.app.clock.advance(TimeDelta::seconds(1));
        stage
    }

    pub fn db(&self) -> TenantDb {
        self.app.db.database().tenant(self.tenant)
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.app.clock.now()
    }

    /// A ts so many seconds before now.
    pub fn ts(&self, seconds_ago: i64) -> String {
        format!("{}.000100", self.now().timestamp() - seconds_ago)
    }

    pub async fn add_account(&self, id: AccountId, name: &str, crm_id: Option<&str>) {
        self.run(
            Sql::new(
                "INSERT INTO accounts (tenant_id, id, name, crm_system, crm_id, created_at, updated_at) \
                 VALUES ($1, $2, $3, CASE WHEN $4::text IS NULL THEN NULL ELSE 'salesforce' END, $4, $5, $5)",
            )
            .bind(self.tenant)
            .bind(id)
            .bind(name)
            .bind(crm_id.map(str::to_owned))
            .bind(self.now()),
        )
        .await;
    }

    pub async fn add_channel(&self, slack_id: &str, name: &str, is_external: bool) {
        self.run(
            Sql::new(
                "INSERT INTO channels (tenant_id, id, slack_team_id, slack_channel_id, name, class, is_external, created_at, updated_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
            )
            .bind(self.tenant)
            .bind(ChannelId::generate())
            .bind(TEAM)
            .bind(slack_id)
            .bind(name)
            .bind(momentum_engine::message::ChannelKind::classify(name, is_external).as_str())
            .bind(is_external)
            .bind(self.now()),
        )
        .await;
    }

    pub async fn add_person(&self, slack_id: &str, name: &str, email: Option<&str>, kind: &str) {
        self.run(
            Sql::new(
                "INSERT INTO slack_users (tenant_id, slack_team_id, slack_user_id, name, email, kind, updated_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(self.tenant)
            .bind(TEAM)
            .bind(slack_id)
            .bind(name)
            .bind(email.map(str::to_owned))
            .bind(kind)
            .bind(self.now()),
        )
        .await;
    }

    pub async fn run(&self, sql: Sql) {
        let tx = self.db().begin().await.expect("a transaction");
        sql.execute(&tx).await.expect("a statement that works");
        tx.commit().await.expect("committed");
    }

    /// One number out of the tenant's rows.
    pub async fn count(&self, from: &str) -> i64 {
        let tx = self.db().begin().await.expect("a transaction");
        let count = Sql::new(format!("SELECT count(*) AS value FROM {from}"));
        count
            .scalar(&tx)
            .await
            .expect("the database answers")
            .expect("a number")
    }

    /// One text out of the tenant's rows, several joined by commas.
    pub async fn text(&self, select: &str) -> String {
        let tx = self.db().begin().await.expect("a transaction");
        let text: Option<Option<String>> = Sql::new(format!(
            "SELECT string_agg(value, ',') AS value FROM ({select}) AS rows"
        ))
        .scalar(&tx)
        .await
        .expect("the database answers");
        text.flatten().unwrap_or_default()
    }

    /// What the message with this ts says.
    pub async fn text_of(&self, ts: &str) -> String {
        self.text(&format!("SELECT text AS value FROM messages WHERE ts = '{ts}'"))
            .await
    }

    /// Does all background work that is due.
    pub async fn work(&self) {
        let database = self.app.db.database().clone();
        let worker = Worker::new(
            database,
            self.app.clock.clone(),
            WorkerOptions::default(),
            self.app.app.handlers(),
        );
        worker.drain().await.expect("the work is done");
    }

    /// Posts a body as Slack does.
    pub async fn post(&self, body: &[u8]) -> Answer {
        self.post_as(body, "application/json", &[]).await
    }

    pub async fn post_as(&self, body: &[u8], content_type: &str, headers: &[(&'static str, &'static str)]) -> Answer {
        let secret = self
            .app
            .app
            .core
            .settings
            .slack
            .signing_secret
            .clone()
            .expect("a secret");
        let at = self.now().timestamp();
        let mut request = TestRequest::default()
            .method(Method::POST)
            .uri("/slack/events")
            .insert_header(("content-type", content_type))
            .insert_header(("x-slack-request-timestamp", at.to_string()))
            .insert_header(("x-slack-signature", signature::sign(&secret, at, body)))
            .set_payload(body.to_vec());
        for header in headers {
            request = request.insert_header(*header);
        }
        self.app.anonymous().send(request).await
    }

    /// Posts an inner event for our installation and does the work that follows.
    pub async fn happen(&self, event: Value) {
        self.post(&envelope(&event)).await.expect(200);
        self.work().await;
    }

    /// Jane writes in Acme's channel.
    pub async fn jane_says(&self, text: &str, ts: &str) {
        self.happen(message(ACME, JANE, text, ts)).await;
    }
}

/// Connects a Slack workspace to a tenant.
pub async fn connect_slack(app: &TestApp, tenant: TenantId, team: &str) -> ConnectionId {
    let db = app.db.database().tenant(tenant);
    let tx = db.begin().await.expect("a transaction");
    let new = NewConnection {
        vendor: Vendor::Slack,
        name: "Northwind".to_owned(),
        external_id: team.to_owned(),
        settings: json!({ "url": "https://northwind.slack.com/" }),
        credential: Credential {
            access_token: "xoxb-secret-of-the-test".into(),
            refresh_token: None,
            api_base: None,
            expires_at: None,
        },
    };
    let id = connections::connect(&tx, &app.app.core.sealer, &app.clock, &new)
        .await
        .expect("a connection");
    let installed = Installed {
        slack_team_id: team.to_owned(),
        tenant_id: tenant,
        connection_id: id,
        app_id: Some("A0MOMENTUM".to_owned()),
        bot_user_id: Some("U0BOT".to_owned()),
        bot_id: Some("B0BOT".to_owned()),
    };
    connections::register_installation(&tx, &installed, None, app.clock.now())
        .await
        .expect("an installation");
    tx.commit().await.expect("committed");
    id
}

/// A message event.
pub fn message(channel: &str, user: &str, text: &str, ts: &str) -> Value {
    json!({ "type": "message", "channel": channel, "channel_type": "channel", "user": user, "text": text, "ts": ts, "event_ts": ts })
}

/// A change of a message's text.
pub fn edit(channel: &str, user: &str, ts: &str, before: &str, after: &str, change_ts: &str) -> Value {
    json!({
        "type": "message", "subtype": "message_changed", "channel": channel, "ts": change_ts, "event_ts": change_ts, "hidden": true,
        "message": { "type": "message", "user": user, "text": after, "ts": ts, "edited": { "user": user, "ts": change_ts } },
        "previous_message": { "type": "message", "user": user, "text": before, "ts": ts },
    })
}

/// A deletion.
pub fn deletion(channel: &str, ts: &str, change_ts: &str) -> Value {
    json!({
        "type": "message", "subtype": "message_deleted", "channel": channel, "ts": change_ts, "event_ts": change_ts,
        "deleted_ts": ts, "hidden": true,
    })
}

/// The outer event for the tenant's installation; the outer team is somebody else's, as in shared channels.
pub fn envelope(event: &Value) -> Vec<u8> {
    envelope_for(TEAM, "Ev0001", event)
}

pub fn envelope_for(team: &str, event_id: &str, event: &Value) -> Vec<u8> {
    json!({
        "type": "event_callback", "token": "t", "team_id": "T0SOMEBODYELSE", "api_app_id": "A0MOMENTUM", "event": event,
        "event_id": event_id, "event_time": 1, "is_ext_shared_channel": true,
        "authorizations": [{ "enterprise_id": null, "team_id": team, "user_id": "U0BOT", "is_bot": true, "is_enterprise_install": false }],
    })
    .to_string()
    .into_bytes()
}
