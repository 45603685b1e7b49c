//! A tenant whose Slack workspace is simulated.

use std::sync::Arc;

use actix_web::test::TestRequest;
use chrono::TimeDelta;
use momentum_connectors::fakes::{ChannelSeed, Fakes, SimConfig, SlackSeed, UserSeed, WorkspaceSeed, serve};
use momentum_connectors::slack::signature;
use momentum_connectors::{Outbound, OutboundOptions};
use serde_json::{Value, json};

use crate::control::access::Role;
use crate::control::connections::{self, Apps, Connectors, Credential, Installed, NewConnection, Vendor};
use crate::foundation::db::{Sql, TenantDb};
use crate::foundation::ids::{AccountId, ChannelId, ConnectionId, MemberId, SignalId, TenantId};
use crate::foundation::jobs::{Worker, WorkerOptions};
use crate::slack_app::SlackAppHandler;
use crate::slack_app::alerts::{self, Alert, AlertError, AlertTarget, SentAlert};
use crate::testing::{Answer, Seed, SignalSeed, TestApp, TestClient, TestTenant};

pub const TEAM: &str = "T0NORTHWIND";
/// A colleague with an account of his own.
pub const SAM: &str = "U0SAM";
/// A colleague who sees everything.
pub const MIA: &str = "U0MIA";
/// A colleague whom Momentum does not know.
pub const NED: &str = "U0NED";
/// A customer.
pub const JANE: &str = "U0JANE";
/// A team's own channel.
pub const SALES: &str = "C0SALES";
/// A channel shared with the customer.
pub const ACME: &str = "C0ACME";
/// A channel of our own that is kept for a customer.
pub const ACME_INTERNAL: &str = "C0ACMEINT";
pub const BASE_URL: &str = "https://momentum.example.com";
const TOKEN: &str = "xoxb-northwind";
/// The signing secret of the application under test.
const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";

/// Northwind, with Sam (a rep, who owns Acme), Mia (a manager) and one signal of Acme's.
pub struct Stage {
    pub app: TestApp,
    pub tenant: TenantId,
    pub owner: TestClient,
    pub sam: MemberId,
    pub mia: MemberId,
    pub account: AccountId,
    pub channel: ChannelId,
    pub signal: SignalId,
    pub connectors: Connectors,
    url: String,
}

impl Stage {
    pub async fn new() -> Self {
        let app = TestApp::start().await;
        let (fakes, url) = simulate(&app).await;
        let http = Outbound::new(OutboundOptions {
            trusted: vec![url.parse().expect("an address")],
            timeout: std::time::Duration::from_millis(1_500),
            ..OutboundOptions::default()
        })
        .expect("a client");
        let core = &app.app.core;
        let slack = fakes.config().slack_api_url().parse().expect("an address");
        let apps = Apps {
            slack_api: slack,
            ..Apps::from_settings(&core.settings)
        };
        let connectors = Connectors::new(core.clock.clone(), core.sealer.clone(), http, apps);
        let tenant = app.tenant("Northwind").await;
        let (sam, mia) = (tenant.member(Role::Rep).await.0, tenant.member(Role::Manager).await.0);
        let seed = Seed::begin(&tenant, app.clock.now()).await;
        let account = seed.account("Acme Corp", Some(sam)).await;
        let channel = seed.channel("customer-acme").await;
        let signal = SignalSeed {
            account: Some(account),
            ..SignalSeed::default()
        };
        let signal = seed.signal(channel, signal).await;
        seed.done().await;
        let (id, owner) = (tenant.id, tenant.owner().await);
        connect(&tenant, &connectors, app.clock.clone()).await;
        let stage = Self {
            app,
            tenant: id,
            owner,
            sam,
            mia,
            account,
            channel,
            signal,

            connectors,
            url,
        };
        stage.people().await;
        stage
    }

    async fn people(&self) {
        let set = "UPDATE channels SET slack_team_id = $2, slack_channel_id = $3 WHERE id = $1";
        self.run(Sql::new(set).bind(self.channel).bind(TEAM).bind(ACME)).await;
        for (member, name, email) in [
            (self.sam, "Sam Seller", "sam@northwind.example"),
            (self.mia, "Mia Manager", "mia@northwind.example"),
        ] {
            let set = "UPDATE members SET name = $2, email = $3 WHERE id = $1";
            self.run(Sql::new(set).bind(member).bind(name).bind(email)).await;
        }
        for (user, name, email, kind) in [
            (SAM, "Sam Seller", Some("Sam@Northwind.example"), "internal"),
            (MIA, "Mia Manager", Some("mia@northwind.example"), "internal"),
            (NED, "Ned New", Some("ned@northwind.example"), "internal"),
            (JANE, "Jane Doe", None, "customer"),
        ] {
            let row = "INSERT INTO slack_users (tenant_id, slack_team_id, slack_user_id, name, email, kind, updated_at)
                       VALUES ($1, $2, $3, $4, $5, $6, $7)";
            let row = Sql::new(row).bind(self.tenant).bind(TEAM).bind(user).bind(name);
            let row = row.bind(email.map(str::to_owned)).bind(kind).bind(self.app.clock.now());
            self.run(row).await;
        }
    }

    pub fn db(&self) -> TenantDb {
        self.app.db.database().tenant(self.tenant)
    }

    pub async fn run(&self, sql: Sql) {
        let tx = self.db().begin().await.expect("a transaction");
        sql.execute(&tx).await.expect("a statement that works");
        tx.commit().await.expect("committed");
    }

    /// One text out of the tenant's rows.
    pub async fn text(&self, select: &str) -> String {
        let tx = self.db().begin().await.expect("a transaction");
        let text: Option<Option<String>> =
            Sql::new(format!("SELECT string_agg(value, ',') AS value FROM ({select}) AS r"))
                .scalar(&tx)
                .await
                .expect("the database answers");
        text.flatten().unwrap_or_default()
    }

    pub async fn alert(&self, to: AlertTarget) -> Result<SentAlert, AlertError> {
        let alert = Alert {
            signal_id: self.signal,
            to,
        };
        alerts::send(&self.connectors, &self.db(), &alert, BASE_URL, self.app.clock.now()).await
    }

    /// Does what waits in the Slack app's queue, a second later: Slack takes one message a second in a channel.
    pub async fn work(&self) {
        self.later(TimeDelta::seconds(1));
        let core = &self.app.app.core;
        let handler = SlackAppHandler::new(
            core.clock.clone(),
            self.connectors.clone(),
            self.app.app.policy.clone(),
            BASE_URL.to_owned(),
        );
        let worker = Worker::new(
            core.db.clone(),
            core.clock.clone(),
            WorkerOptions::default(),
            vec![Arc::new(handler)],
        );
        worker.drain().await.expect("the queue is worked");
    }

    pub async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let http = Outbound::new(OutboundOptions {
            trusted: vec![self.url.parse().expect("an address")],
            ..OutboundOptions::default()
        })
        .expect("a client");
        let url = format!("{}{path}", self.url).parse().expect("an address");
        let request = http.request("test.control", method.parse().expect("a method"), url);
        let request = if body.is_null() { request } else { request.json(&body) };
        request.send().await.expect("an answer").json().expect("JSON")
    }

    pub async fn fault(&self, fault: Value) {
        self.control("POST", "/control/faults", fault).await;
    }

    /// What our bot has said in a channel, the oldest first.
    pub async fn said(&self, channel: &str) -> Vec<Value> {
        let state = self.control("GET", "/control/state", Value::Null).await;
        let messages = state["slack"]["messages"].as_array().cloned().unwrap_or_default();
        let ours = |message: &Value| message["_channel"] == channel && message["bot_id"] == "B0MOMENTUM";
        messages.into_iter().filter(ours).collect()
    }

    /// Does something on the page, as the tenant's owner.
    pub async fn act(&self, action: Value) {
        let path = format!("/api/v1/signals/{}/actions", self.signal);
        self.owner.post(&path, action).await.expect(200);
    }

    /// Moves the clock.
    pub fn later(&self, by: TimeDelta) {
        self.app.clock.advance(by);
    }
}

async fn connect(
    tenant: &TestTenant<'_>,
    connectors: &Connectors,
    clock: crate::foundation::context::Clock,
) -> ConnectionId {
    let tx = tenant.begin().await;
    let new = NewConnection {
        vendor: Vendor::Slack,
        name: "Northwind".to_owned(),
        external_id: TEAM.to_owned(),
        settings: json!({}),
        credential: Credential {
            access_token: TOKEN.into(),
            refresh_token: None,
            api_base: None,
            expires_at: None,
        },
    };
    let connection_id = connections::connect(&tx, connectors.sealer(), &clock, &new)
        .await
        .expect("a connection");
    let installed = Installed {
        slack_team_id: TEAM.to_owned(),
        tenant_id: tenant.id,
        connection_id,
        app_id: Some("A0MOMENTUM".to_owned()),
        bot_user_id: Some("U0MOMENTUM".to_owned()),
        bot_id: Some("B0MOMENTUM".to_owned()),
    };
    connections::register_installation(&tx, &installed, None, clock.now())
        .await
        .expect("an installation");
    tx.commit().await.expect("committed");
    connection_id
}

async fn simulate(app: &TestApp) -> (Arc<Fakes>, String) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let clock = app.clock.clone();
    let mut config = SimConfig::new(&url, Arc::new(move || clock.now()));
    let person = |id: &str, name: &str, email: &str, external: Option<&str>| UserSeed {
        id: id.to_owned(),
        name: name.to_owned(),
        email: email.to_owned(),
        title: String::new(),
        external_team_id: external.map(str::to_owned),
        ..UserSeed::default()
    };
    let channel = |id: &str, name: &str, shared: &[&str], members: &[&str]| ChannelSeed {
        id: id.to_owned(),
        name: name.to_owned(),
        is_private: false,
        shared_with: shared.iter().map(|team| (*team).to_owned()).collect(),
        members: members.iter().map(|member| (*member).to_owned()).collect(),
    };
    config.slack = SlackSeed {
        workspaces: vec![WorkspaceSeed {
            team_id: TEAM.to_owned(),
            name: "Northwind".to_owned(),
            enterprise_id: None,
            bot_token: Some(TOKEN.to_owned()),
            bot_user_id: "U0MOMENTUM".to_owned(),
            bot_id: "B0MOMENTUM".to_owned(),
            users: vec![
                person(SAM, "Sam Seller", "sam@northwind.example", None),
                person(MIA, "Mia Manager", "mia@northwind.example", None),
                person(NED, "Ned New", "ned@northwind.example", None),
                person(JANE, "Jane Doe", "jane@acme.example", Some("T0ACME")),
            ],
            channels: vec![
                channel(SALES, "team-sales", &[], &["U0MOMENTUM", SAM, MIA, NED]),
                channel(ACME, "customer-acme", &["T0ACME"], &["U0MOMENTUM", SAM, MIA, JANE]),
                channel(ACME_INTERNAL, "acme-internal", &[], &["U0MOMENTUM", SAM]),
            ],
        }],
        ..SlackSeed::default()
    };
    let fakes = Fakes::new(config).expect("the fakes");
    tokio::spawn(serve(listener, fakes.clone()));
    (fakes, url)
}

/// What a person does with one element of a message or view.
pub struct Press<'a> {
    pub user: &'a str,
    /// The person's own Slack workspace.
    pub home: &'a str,
    /// The message, as the simulated Slack shows it; or the App Home.
    pub on: &'a Value,
    pub action: &'a str,
    /// The option or person chosen.
    pub value: Option<&'a str>,
    /// Tells one press from the next.
    pub at: &'a str,
}

impl Stage {
    /// Posts a signed form to one of the Slack app's addresses.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form(fields);
        let at = self.app.clock.now().timestamp();
        let signature = signature::sign(&SECRET.into(), at, body.as_bytes());
        self.post_raw(path, &body, &at.to_string(), &signature).await
    }

    pub async fn post_raw(&self, path: &str, body: &str, at: &str, signature: &str) -> Answer {
        let request = TestRequest::post()
            .uri(path)
            .insert_header(("content-type", "application/x-www-form-urlencoded"))
            .insert_header(("x-slack-request-timestamp", at))
            .insert_header(("x-slack-signature", signature))
            .set_payload(body.to_owned());
        self.app.anonymous().send(request).await
    }

    /// Presses a button or chooses from a menu, as Slack tells it.
    pub async fn press(&self, press: Press<'_>) -> Answer {
        let payload = press.payload().to_string();
        self.post("/slack/interactions", &[("payload", &payload)]).await
    }

    /// Types a slash command in a channel.
    pub async fn command(&self, user: &str, channel: &str, text: &str) -> String {
        let fields = [
            ("command", "/momentum"),
            ("text", text),
            ("team_id", TEAM),
            ("channel_id", channel),
            ("user_id", user),
            ("response_url", "http://169.254.169.254/latest/meta-data"),
        ];
        let answer = self.post("/slack/commands", &fields).await.expect(200);
        assert_eq!(answer["response_type"], "ephemeral");
        answer["text"].as_str().unwrap_or_default().to_owned()
    }

    /// Lets Slack send an event, and the inbox and the Slack app take it.
    pub async fn event(&self, event: Value) {
        let body = json!({
            "type": "event_callback", "event_id": "Ev1", "team_id": TEAM, "api_app_id": "A0MOMENTUM", "event_time": 1,
            "authorizations": [{ "team_id": TEAM, "is_bot": true, "user_id": "U0MOMENTUM" }], "event": event,
        })
        .to_string();
        let at = self.app.clock.now().timestamp();
        let signature = signature::sign(&SECRET.into(), at, body.as_bytes());
        let request = TestRequest::post()
            .uri("/slack/events")
            .insert_header(("content-type", "application/json"))
            .insert_header(("x-slack-request-timestamp", at.to_string()))
            .insert_header(("x-slack-signature", signature))
            .set_payload(body);
        self.app.anonymous().send(request).await.expect(200);
        let core = &self.app.app.core;
        let ingest = self
            .app
            .app
            .handlers()
            .into_iter()
            .filter(|handler| handler.queue().name == "ingest");
        let options = WorkerOptions::default();
        let worker = Worker::new(core.db.clone(), core.clock.clone(), options, ingest.collect());
        worker.drain().await.expect("the inbox is worked");
        self.work().await;
    }

    /// Somebody mentions the bot in a channel.
    pub async fn mention(&self, user: &str, channel: &str, text: &str) -> String {
        let ts = self.next_ts();
        let text = format!("<@U0MOMENTUM> {text}");
        self.event(
            json!({ "type": "app_mention", "user": user, "channel": channel, "ts": ts, "text": text, "event_ts": ts }),
        )
        .await;
        ts
    }

    pub fn next_ts(&self) -> String {
        self.later(TimeDelta::seconds(1));
        format!("{}.000100", self.app.clock.now().timestamp())
    }

    /// What only one person was shown: person and words.
    pub async fn whispered(&self) -> Vec<(String, String)> {
        let state = self.control("GET", "/control/state", Value::Null).await;
        let shown = state["slack"]["ephemerals"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        shown
            .iter()
            .map(|shown| (text(&shown["user"]), text(&shown["text"])))
            .collect()
    }

    /// A person's App Home.
    pub async fn home(&self, user: &str) -> Value {
        let state = self.control("GET", "/control/state", Value::Null).await;
        let views = state["slack"]["views"].as_array().cloned().unwrap_or_default();
        views.into_iter().find(|view| view["user"] == user).unwrap_or_default()
    }

    /// The signal's state and owner.
    pub async fn standing(&self) -> String {
        let select = format!(
            "SELECT concat_ws(' ', s.status, m.name) AS value FROM signals s LEFT JOIN members m ON m.tenant_id = s.tenant_id AND m.id = s.owner_member_id WHERE s.id = '{}'",
            self.signal.0
        );
        self.text(&select).await
    }
}

impl Press<'_> {
    fn payload(&self) -> Value {
        let blocks = self.on["blocks"].as_array().expect("blocks");
        let has = |block: &&Value| {
            block["elements"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|element| element["action_id"] == self.action)
        };
        let block = blocks
            .iter()
            .find(has)
            .unwrap_or_else(|| panic!("no {} in {blocks:?}", self.action));
        let elements = block["elements"].as_array().expect("elements");
        let element = elements
            .iter()
            .find(|element| element["action_id"] == self.action)
            .expect("an element");
        let mut action = json!({
            "action_id": self.action, "block_id": block["block_id"], "type": element["type"], "action_ts": self.at,
        });
        match (element["type"].as_str(), self.value) {
            (Some("button"), _) => action["value"] = element["value"].clone(),
            (Some("users_select"), Some(user)) => action["selected_user"] = user.into(),
            (_, Some(value)) => action["selected_option"] = json!({ "value": value }),
            (kind, None) => panic!("{kind:?} needs a value"),
        }
        let mut payload = json!({
            "type": "block_actions", "team": { "id": TEAM }, "user": { "id": self.user, "team_id": self.home },
            "trigger_id": self.at, "actions": [action],
        });
        match self.on["_channel"].as_str() {
            Some(channel) => {
                payload["container"] = json!({ "type": "message", "channel_id": channel, "message_ts": self.on["ts"] });
                payload["message"] = self.on.clone();
            }
            None => payload["container"] = json!({ "type": "view", "view_id": self.on["id"] }),
        }
        payload
    }
}

pub fn form(fields: &[(&str, &str)]) -> String {
    let url = momentum_connectors::outbound::Url::parse_with_params("http://form/", fields).expect("a form");
    url.query().unwrap_or_default().to_owned()
}
