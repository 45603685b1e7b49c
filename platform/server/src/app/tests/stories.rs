//! Whole stories: vendors connected by OAuth, customers who write, tasks in the CRM.

mod revocation;
mod secrecy;

use std::sync::Arc;

use actix_web::test::TestRequest;
use momentum_connectors::fakes::{
    Answer as Answered, CrmAccountSeed, CrmUserSeed, FakeRequest, Fault, FaultKind, Matching, Vendor, WorkspaceSeed,
};
use momentum_connectors::slack::signature;
use serde_json::{Value, json};

use crate::foundation::db::Sql;
use crate::foundation::ids::{ChannelId, TenantId};
use crate::foundation::jobs::{Handler, Worker, WorkerOptions};
use crate::testing::{TestApp, TestClient, TestVendors};

const TEAM: &str = "T0NORTHWIND";
const ACCOUNTS: [&str; 4] = ["Acme Corp", "Globex", "Initech", "Umbrella"];
const JANE: &str = "U0JANE";
const TROUBLE: &str = "This outage is unacceptable, our whole team has been blocked since yesterday.";

/// A tenant that has connected Slack and Salesforce, with four customers' channels.
struct Story {
    app: TestApp,
    vendors: TestVendors,
    tenant: TenantId,
    owner: TestClient,
    owner_email: String,
}

impl Story {
    async fn begin() -> Self {
        let (app, vendors) = TestApp::start_with_vendors(|config| {
            config.slack.workspaces = vec![WorkspaceSeed {
                team_id: TEAM.to_owned(),
                name: "Northwind".to_owned(),
                enterprise_id: None,
                bot_token: None,
                bot_user_id: "U0BOT".to_owned(),
                bot_id: "B0BOT".to_owned(),
                users: vec![],
                channels: vec![],
            }];
            config.salesforce.users = vec![CrmUserSeed {
                name: "Rita Rep".to_owned(),
                email: "rita@northwind.example".to_owned(),
            }];
            let account = |name: &str| CrmAccountSeed {
                name: name.to_owned(),
                website: None,
                owner_email: Some("rita@northwind.example".to_owned()),
                arr: None,
                renewal_date: None,
                contacts: vec![],
            };
            config.salesforce.accounts = ACCOUNTS.map(account).into();
        })
        .await;
        let tenant = app.tenant("Northwind").await;
        let (id, owner, owner_email) = (tenant.id, tenant.owner().await, tenant.owner_email.clone());
        let story = Self {
            app,
            vendors,
            tenant: id,
            owner,
            owner_email,
        };
        story.connect("/slack/oauth/start").await;
        story.connect("/oauth/salesforce/start").await;
        story.work().await;
        story.customers().await;
        story
    }

    /// Goes the whole way of an installation.
    async fn connect(&self, start: &str) {
        let end = self.vendors.install(&self.owner, start, "allow=1").await;
        assert!(end.starts_with("/connectors?connected="), "{end}");
    }

    async fn work(&self) {
        self.work_on(|_| true).await;
    }

    async fn work_on(&self, wanted: impl Fn(&str) -> bool) {
        let core = &self.app.app.core;
        let handlers: Vec<Arc<dyn Handler>> = self.app.app.handlers();
        let handlers = handlers
            .into_iter()
            .filter(|handler| wanted(handler.queue().name))
            .collect();
        let worker = Worker::new(core.db.clone(), core.clock.clone(), WorkerOptions::default(), handlers);
        worker.drain().await.expect("the work is done");
    }

    async fn customers(&self) {
        let now = self.app.clock.now();
        for name in ACCOUNTS {
            let slug = name.to_lowercase().replace(' ', "-");
            self.run(
                Sql::new(
                    "INSERT INTO channels (tenant_id, id, slack_team_id, slack_channel_id, name, class, is_external, created_at, updated_at) \
                     VALUES ($1, $2, $3, $4, $5, 'customer', true, $6, $6)",
                )
                .bind(self.tenant)
                .bind(ChannelId::generate())
                .bind(TEAM)
                .bind(channel(name))
                .bind(format!("customer-{slug}"))
                .bind(now),
            )
            .await;
        }
        self.run(
            Sql::new(
                "INSERT INTO slack_users (tenant_id, slack_team_id, slack_user_id, name, email, kind, updated_at) \
                 VALUES ($1, $2, $3, 'Jane Doe', $5, 'customer', $4)",
            )
            .bind(self.tenant)
            .bind(TEAM)
            .bind(JANE)
            .bind(now)
            .bind("jane@acme.example"),
        )
        .await;
    }

    /// Jane says something in the channel of each customer.
    async fn everybody_says(&self, text: &str) {
        for (at, name) in ACCOUNTS.into_iter().enumerate() {
            let ts = format!("{}.00010{at}", self.app.clock.now().timestamp());
            let event = json!({
                "type": "message", "channel": channel(name), "channel_type": "channel", "user": JANE, "text": text,
                "ts": ts, "event_ts": ts,
            });
            self.happens(&format!("Ev{ts}{at}"), event).await;
        }
    }

    /// Something happens in Slack, and Slack tells it.
    async fn happens(&self, event_id: &str, event: Value) {
        let body = json!({
            "type": "event_callback", "token": "t", "team_id": TEAM, "api_app_id": "A0MOMENTUM", "event": event,
            "event_id": event_id, "event_time": 1,
            "authorizations": [{ "enterprise_id": null, "team_id": TEAM, "user_id": "U0BOT", "is_bot": true, "is_enterprise_install": false }],
        });
        let body = body.to_string().into_bytes();
        let secret = self
            .app
            .app
            .core
            .settings
            .slack
            .signing_secret
            .clone()
            .expect("a secret");
        let at = self.app.clock.now().timestamp();
        let request = TestRequest::post()
            .uri("/slack/events")
            .insert_header(("content-type", "application/json"))
            .insert_header(("x-slack-request-timestamp", at.to_string()))
            .insert_header(("x-slack-signature", signature::sign(&secret, at, &body)))
            .set_payload(body);
        self.app.anonymous().send(request).await.expect(200);
    }

    async fn run(&self, sql: Sql) {
        let tx = self
            .app
            .db
            .database()
            .tenant(self.tenant)
            .begin()
            .await
            .expect("a transaction");
        sql.execute(&tx).await.expect("a statement that works");
        tx.commit().await.expect("committed");
    }

    async fn count(&self, from: &str) -> i64 {
        let tx = self
            .app
            .db
            .database()
            .tenant(self.tenant)
            .begin()
            .await
            .expect("a transaction");
        let count = Sql::new(format!("SELECT count(*) AS value FROM {from}"));
        count
            .scalar(&tx)
            .await
            .expect("the database answers")
            .expect("a number")
    }

    /// The connection to this vendor, as the API shows it.
    async fn connection(&self, vendor: &str) -> Value {
        let list = self.owner.get("/api/v1/connections").await.expect(200);
        let mut items = list["items"].as_array().expect("a list").iter();
        items
            .find(|connection| connection["vendor"] == vendor)
            .expect("a connection")
            .clone()
    }

    /// What the simulated vendors are told or asked.
    async fn control(&self, method: &str, path: &str) -> Value {
        let request = FakeRequest {
            method: method.to_owned(),
            path: path.to_owned(),
            ..FakeRequest::default()
        };
        match self.vendors.fakes.handle(request).await {
            Answered::Now(answer) => serde_json::from_slice(&answer.body).expect("JSON"),
            other => panic!("{other:?}"),
        }
    }

    async fn tasks(&self) -> usize {
        self.control("GET", "/control/salesforce/tasks").await["items"]
            .as_array()
            .map_or(0, Vec::len)
    }

    /// Salesforce API calls so far.
    async fn calls(&self) -> u64 {
        self.control("GET", "/control/state").await["salesforce"]["calls"]
            .as_u64()
            .expect("a number")
    }
}

fn channel(account: &str) -> String {
    format!("C0{}", account.split(' ').next().unwrap_or_default().to_uppercase())
}

fn fault(kind: FaultKind, path: &str, times: u32) -> Fault {
    Fault {
        vendor: Vendor::Salesforce,
        matching: Matching {
            method: None,
            path: Some(path.to_owned()),
        },
        kind,
        times,
        retry_after: None,
        status: Some(400),
        code: Some("invalid_grant".to_owned()),
        message: None,
        field: None,
        delay_ms: 0,
        commit: true,
    }
}
