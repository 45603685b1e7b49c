//! A tenant whose Slack workspace is simulated: what happens there reaches the application as Slack sends it, and what the
//! application asks is answered as Slack answers.

use std::sync::Arc;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use chrono::TimeDelta;
use momentum_connectors::fakes::{ChannelSeed, Fakes, SimConfig, UserSeed, WorkspaceSeed, serve};
use momentum_connectors::{Outbound, OutboundOptions};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{TestApp, TestClient};
use crate::control::connections::{self, Credential, Installed, NewConnection, Vendor};
use crate::foundation::context::Clock;
use crate::foundation::db::{Sql, TenantDb};
use crate::foundation::ids::{ConnectionId, TenantId};
use crate::foundation::jobs::{Worker, WorkerOptions};

/// The tenant's Slack workspace.
pub const TEAM: &str = "T0NORTHWIND";
/// Our bot in it.
pub const BOT: &str = "U0BOT";

/// An event as Slack sent it: its headers and its body.
type Sent = (Vec<(String, String)>, Vec<u8>);

/// The application, one tenant, and its Slack workspace.
pub struct SlackWorld {
    /// The application. Its clock is Slack's too.
    pub app: TestApp,
    /// The tenant.
    pub tenant: TenantId,
    /// Its Slack connection.
    pub connection: ConnectionId,
    /// Its owner, signed in.
    pub owner: TestClient,
    /// Slack.
    pub fakes: Arc<Fakes>,
    url: String,
    events: tokio::sync::Mutex<mpsc::UnboundedReceiver<Sent>>,
}

/// A person of the workspace: id, name and e-mail address.
pub fn person(id: &str, name: &str, email: &str) -> UserSeed {
    UserSeed {
        id: id.to_owned(),
        name: name.to_owned(),
        email: email.to_owned(),
        ..UserSeed::default()
    }
}

/// A public channel with these members.
pub fn channel(id: &str, name: &str, members: &[&str]) -> ChannelSeed {
    ChannelSeed {
        id: id.to_owned(),
        name: name.to_owned(),
        is_private: false,
        shared_with: Vec::new(),
        members: members.iter().map(|member| (*member).to_owned()).collect(),
    }
}

impl SlackWorld {
    /// Northwind has just connected its Slack workspace; nothing has been read yet.
    pub async fn connected(users: Vec<UserSeed>, channels: Vec<ChannelSeed>) -> Self {
        Self::with(users, channels, false).await
    }

    /// The same; `throttled` lets Slack give history once a minute and 15 messages at a time.
    pub async fn with(users: Vec<UserSeed>, channels: Vec<ChannelSeed>, throttled: bool) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let app = TestApp::start_with_slack(&format!("{url}/slack/api/")).await;
        let mut config = SimConfig::new(&url, vendor_clock(&app.clock));
        let secret = app.app.core.settings.slack.signing_secret.clone().expect("a secret");
        config.slack.signing_secret = secrecy::ExposeSecret::expose_secret(&secret).to_owned();
        config.slack.throttle_history = throttled;
        config.slack.workspaces = vec![WorkspaceSeed {
            team_id: TEAM.to_owned(),
            name: "Northwind".to_owned(),
            enterprise_id: None,
            bot_token: Some("xoxb-northwind".to_owned()),
            bot_user_id: BOT.to_owned(),
            bot_id: "B0BOT".to_owned(),
            users,
            channels,
        }];
        let fakes = Fakes::new(config).expect("the fakes");
        tokio::spawn(serve(listener, fakes.clone()));
        let (events_url, events) = receiver();
        fakes.set_events_url(events_url);
        let (tenant, owner) = {
            let tenant = app.tenant("Northwind").await;
            (tenant.id, tenant.owner().await)
        };
        let connection = connect(&app, tenant).await;
        Self {
            app,
            tenant,
            connection,
            owner,
            fakes,
            url,
            events: tokio::sync::Mutex::new(events),
        }
    }

    /// The tenant's rows.
    pub fn db(&self) -> TenantDb {
        self.app.db.database().tenant(self.tenant)
    }

    /// Does all background work that is due.
    pub async fn work(&self) {
        let handlers = self.app.app.handlers();
        let database = self.app.db.database().clone();
        let worker = Worker::new(database, self.app.clock.clone(), WorkerOptions::default(), handlers);
        worker.drain().await.expect("the work is done");
    }

    /// Lets time pass, in steps of `step`, and does the work that falls due in each.
    pub async fn pass(&self, times: usize, step: TimeDelta) {
        for _ in 0..times {
            self.app.clock.advance(step);
            self.work().await;
        }
    }

    /// Something is done in Slack (see the simulator's control API); its events arrive, and the work that follows is done.
    pub async fn happens(&self, what: &str, body: Value) -> Value {
        let answer = self
            .control("POST", &format!("/control/slack/{what}?wait=true"), body)
            .await;
        for (headers, body) in self.arrived().await {
            self.deliver(&headers, body).await;
        }
        self.work().await;
        answer
    }

    /// The events that Slack has sent since last time.
    pub async fn arrived(&self) -> Vec<Sent> {
        let mut events = self.events.lock().await;
        std::iter::from_fn(|| events.try_recv().ok()).collect()
    }

    /// Hands an event to the application, as Slack sent it.
    pub async fn deliver(&self, headers: &[(String, String)], body: Vec<u8>) {
        let mut request = TestRequest::default()
            .method(Method::POST)
            .uri("/slack/events")
            .set_payload(body);
        for (name, value) in headers {
            request = request.insert_header((name.as_str(), value.as_str()));
        }
        self.app.anonymous().send(request).await.expect(200);
    }

    /// Asks the simulator's control API.
    pub async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let http = Outbound::new(OutboundOptions {
            trusted: vec![self.url.parse().expect("an address")],
            ..OutboundOptions::default()
        })
        .expect("a client");
        let url = format!("{}{path}", self.url).parse().expect("an address");
        let request = http.request("test.control", method.parse().expect("a method"), url);
        let request = if body.is_null() { request } else { request.json(&body) };
        let answer: Value = request.send().await.expect("an answer").json().expect("JSON");
        assert!(answer.get("error").is_none(), "{path}: {answer}");
        answer
    }

    /// Changes a row.
    pub async fn run(&self, sql: Sql) {
        let tx = self.db().begin().await.expect("a transaction");
        sql.execute(&tx).await.expect("a statement that works");
        tx.commit().await.expect("committed");
    }

    /// One text out of the tenant's rows, several joined by commas.
    pub async fn text(&self, select: &str) -> String {
        let tx = self.db().begin().await.expect("a transaction");
        let sql = Sql::new(format!(
            "SELECT string_agg(value, ',') AS value FROM ({select}) AS rows"
        ));
        let text: Option<Option<String>> = sql.scalar(&tx).await.expect("the database answers");
        text.flatten().unwrap_or_default()
    }

    /// A channel as the page shows it, by Slack's id.
    pub async fn channel(&self, slack_id: &str) -> Value {
        for archived in [false, true] {
            let page = self
                .owner
                .get(&format!("/api/v1/channels?limit=100&archived={archived}"))
                .await
                .expect(200);
            let items = page["items"].as_array().cloned().unwrap_or_default();
            if let Some(found) = items
                .into_iter()
                .find(|channel| channel["slack_channel_id"] == slack_id)
            {
                return found;
            }
        }
        json!(null)
    }
}

fn vendor_clock(clock: &Clock) -> momentum_connectors::Clock {
    let clock = clock.clone();
    Arc::new(move || clock.now())
}

/// Takes what Slack sends, and answers as a server that is well.
fn receiver() -> (String, mpsc::UnboundedReceiver<Sent>) {
    let (sender, events) = mpsc::unbounded_channel();
    let server = HttpServer::new(move || {
        let sender = sender.clone();
        let take = move |request: HttpRequest, body: web::Bytes| {
            let headers = request.headers().iter();
            let headers = headers.filter(|(name, _)| name.as_str().starts_with("x-slack") || *name == "content-type");
            let headers =
                headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()));
            // An error means that the test is over.
            let _ = sender.send((headers.collect(), body.to_vec()));
            async { HttpResponse::Ok().finish() }
        };
        App::new().default_service(web::to(take))
    });
    let server = server
        .workers(1)
        .disable_signals()
        .bind(("127.0.0.1", 0))
        .expect("a port");
    let url = format!("http://{}/slack/events", server.addrs()[0]);
    actix_web::rt::spawn(server.run());
    (url, events)
}

async fn connect(app: &TestApp, tenant: TenantId) -> ConnectionId {
    let tx = app.db.database().tenant(tenant).begin().await.expect("a transaction");
    let new = NewConnection {
        vendor: Vendor::Slack,
        name: "Northwind".to_owned(),
        external_id: TEAM.to_owned(),
        settings: json!({ "url": "https://northwind.slack.com/" }),
        credential: Credential {
            access_token: "xoxb-northwind".into(),
            refresh_token: None,
            api_base: None,
            expires_at: None,
        },
    };
    let connection = connections::connect(&tx, &app.app.core.sealer, &app.clock, &new).await;
    let connection_id = connection.expect("a connection");
    let installed = Installed {
        slack_team_id: TEAM.to_owned(),
        tenant_id: tenant,
        connection_id,
        app_id: Some("A0MOMENTUM".to_owned()),
        bot_user_id: Some(BOT.to_owned()),
        bot_id: Some("B0BOT".to_owned()),
    };
    let registered = connections::register_installation(&tx, &installed, None, app.clock.now()).await;
    registered.expect("an installation");
    tx.commit().await.expect("committed");
    connection_id
}
