//! A world for tests: the fakes on a socket, a clock that stands until it is moved, and clients.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicUsize, Ordering},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use reqwest::{Method, Url};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::Mutex};

use crate::{
    AccessToken, Clock, ConnectorResult, Outbound, OutboundOptions, StaticToken, TokenSource,
    fakes::{ChannelSeed, CrmAccountSeed, CrmUserSeed, Fakes, SimConfig, UserSeed, WorkspaceSeed, serve},
    hubspot::{self, Hubspot, HubspotConfig},
    salesforce::{self, Salesforce, SalesforceConfig},
    slack::Slack,
};

pub(crate) const SF_TOKEN: &str = "00D5g000008XyZa!fake-session";
pub(crate) const HS_TOKEN: &str = "fake-hubspot-access";
pub(crate) const BOT_TOKEN: &str = "xoxb-test";

pub(crate) struct World {
    pub fakes: Arc<Fakes>,
    pub http: Outbound,
    pub base: Url,
    now: Arc<AtomicI64>,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut SimConfig)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let now = Arc::new(AtomicI64::new(
            "2026-11-22T12:00:00Z"
                .parse::<DateTime<Utc>>()
                .unwrap()
                .timestamp_millis(),
        ));
        let mut config = SimConfig::new(base.as_str(), clock(&now));
        seed(&mut config);
        change(&mut config);
        let fakes = Fakes::new(config).unwrap();
        tokio::spawn(serve(listener, fakes.clone()));
        let options = OutboundOptions {
            trusted: vec![base.clone()],
            // Long for this machine's own loopback, short for tests in which no answer comes.
            timeout: std::time::Duration::from_millis(1500),
            ..Default::default()
        };
        Self {
            fakes,
            http: Outbound::new(options).unwrap(),
            base,
            now,
        }
    }

    pub(crate) fn clock(&self) -> Clock {
        clock(&self.now)
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.clock())()
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    pub(crate) fn salesforce_url(&self) -> Url {
        Url::parse(&self.fakes.config().salesforce_url()).unwrap()
    }

    pub(crate) fn salesforce(&self) -> Salesforce {
        self.salesforce_with(SalesforceConfig::default())
    }

    pub(crate) fn salesforce_with(&self, config: SalesforceConfig) -> Salesforce {
        let tokens = StaticToken::new(SF_TOKEN, Some(self.salesforce_url()));
        Salesforce::new(self.http.clone(), Arc::new(tokens), self.clock(), config)
    }

    pub(crate) fn hubspot_url(&self) -> Url {
        Url::parse(&self.fakes.config().hubspot_url()).unwrap()
    }

    pub(crate) fn hubspot(&self) -> Hubspot {
        self.hubspot_with(Arc::new(StaticToken::new(HS_TOKEN, None)), HubspotConfig::default())
    }

    pub(crate) fn hubspot_with(&self, tokens: Arc<dyn TokenSource>, config: HubspotConfig) -> Hubspot {
        Hubspot::new(self.http.clone(), self.hubspot_url(), tokens, self.clock(), config)
    }

    pub(crate) fn slack(&self) -> Slack {
        self.slack_with(Arc::new(StaticToken::new(BOT_TOKEN, None)))
    }

    pub(crate) fn slack_with(&self, tokens: Arc<dyn TokenSource>) -> Slack {
        let api_url = Url::parse(&self.fakes.config().slack_api_url()).unwrap();
        Slack::new(self.http.clone(), api_url, tokens, self.clock())
    }

    pub(crate) fn hubspot_app(&self) -> hubspot::oauth::OauthApp {
        let seed = &self.fakes.config().hubspot;
        hubspot::oauth::OauthApp {
            login_url: self.hubspot_url(),
            api_url: self.hubspot_url(),
            client_id: seed.client_id.clone(),
            client_secret: seed.client_secret.clone().into(),
            redirect_uri: "https://momentum.test/oauth/hubspot/callback".into(),
        }
    }

    /// Asks the control API.
    pub(crate) async fn control(&self, method: Method, path: &str, body: Value) -> Value {
        let url = self.base.join(&format!("/control/{path}")).unwrap();
        self.http
            .request("control", method, url)
            .json(&body)
            .send()
            .await
            .unwrap()
            .json()
            .unwrap()
    }

    pub(crate) async fn fault(&self, fault: Value) {
        self.control(Method::POST, "faults", fault).await;
    }

    pub(crate) async fn state(&self) -> Value {
        self.control(Method::GET, "state", Value::Null).await
    }

    /// A page as text.
    pub(crate) async fn page(&self, url: &str) -> String {
        let answer = self
            .http
            .request("page", Method::GET, url.parse().unwrap())
            .send()
            .await
            .unwrap();
        String::from_utf8(answer.body.to_vec()).unwrap()
    }

    /// The records of a Salesforce object that are not deleted.
    pub(crate) async fn records(&self, object: &str) -> Vec<Value> {
        self.state().await["salesforce"]["records"][object]
            .as_array()
            .cloned()
            .unwrap_or_default()
    }

    /// The id of the record with this name.
    pub(crate) async fn id_of(&self, object: &str, name: &str) -> String {
        let records = self.records(object).await;
        records
            .iter()
            .find(|r| r["Name"] == name)
            .and_then(|r| r["Id"].as_str())
            .unwrap_or_else(|| panic!("no {name}"))
            .to_owned()
    }
}

fn clock(now: &Arc<AtomicI64>) -> Clock {
    let now = now.clone();
    Arc::new(move || DateTime::from_timestamp_millis(now.load(Ordering::SeqCst)).unwrap())
}

fn seed(config: &mut SimConfig) {
    config.retry_pauses = vec![std::time::Duration::ZERO; 3];
    config.salesforce.users = vec![
        CrmUserSeed {
            name: "Inga Integration".into(),
            email: "inga@example.com".into(),
        },
        CrmUserSeed {
            name: "Olga Owner".into(),
            email: "olga@example.com".into(),
        },
    ];
    config.salesforce.accounts = vec![
        CrmAccountSeed {
            name: "TechFlow".into(),
            website: Some("https://www.techflow.com/about".into()),
            owner_email: Some("olga@example.com".into()),
            arr: Some(120_000),
            renewal_date: "2027-03-31".parse().ok(),
            contacts: vec![("John Smith".into(), "john@techflow.com".into())],
        },
        CrmAccountSeed {
            name: "Initech".into(),
            website: None,
            owner_email: None,
            arr: None,
            renewal_date: None,
            contacts: vec![],
        },
    ];
    config.hubspot.users = config.salesforce.users.clone();
    config.hubspot.accounts = config.salesforce.accounts.clone();
    let user = |id: &str, name: &str, external: Option<&str>| UserSeed {
        id: id.into(),
        name: name.into(),
        email: format!("{}@example.com", name.to_lowercase()),
        title: String::new(),
        is_guest: false,
        timezone: None,
        external_team_id: external.map(str::to_owned),
    };
    let channel = |id: &str, name: &str, is_private: bool, shared: &[&str], members: &[&str]| ChannelSeed {
        id: id.into(),
        name: name.into(),
        is_private,
        shared_with: shared.iter().map(|team| (*team).to_owned()).collect(),
        members: members.iter().map(|member| (*member).to_owned()).collect(),
    };
    config.slack.workspaces = vec![WorkspaceSeed {
        team_id: "T0VENDOR".into(),
        name: "Vendor".into(),
        enterprise_id: None,
        bot_token: Some(BOT_TOKEN.into()),
        bot_user_id: "UBOT".into(),
        bot_id: "BBOT".into(),
        users: vec![user("U1", "Rita", None), user("U2", "John", Some("T0TECHFLOW"))],
        channels: vec![
            channel("C1", "customer-techflow", false, &["T0TECHFLOW"], &["U1", "U2", "UBOT"]),
            channel("C2", "general", false, &[], &["U1"]),
            channel("C3", "secret", true, &[], &["U1"]),
        ],
    }];
}

/// A token source that refreshes at Salesforce, as the server's does under its lock.
pub(crate) struct Refreshing {
    http: Outbound,
    app: salesforce::oauth::OauthApp,
    clock: Clock,
    state: Mutex<(AccessToken, SecretString)>,
    pub refreshes: AtomicUsize,
}

impl Refreshing {
    pub(crate) fn new(world: &World, refresh_token: &str) -> Self {
        let seed = &world.fakes.config().salesforce;
        let app = salesforce::oauth::OauthApp {
            login_url: world.salesforce_url(),
            client_id: seed.client_id.clone(),
            client_secret: seed.client_secret.clone().into(),
            redirect_uri: "http://localhost/callback".into(),
        };
        let old = AccessToken {
            secret: "expired".to_owned().into(),
            api_base: Some(world.salesforce_url()),
        };
        let state = Mutex::new((old, refresh_token.to_owned().into()));
        Self {
            http: world.http.clone(),
            app,
            clock: world.clock(),
            state,
            refreshes: AtomicUsize::new(0),
        }
    }
}

#[async_trait]
impl TokenSource for Refreshing {
    async fn access_token(&self) -> ConnectorResult<AccessToken> {
        Ok(self.state.lock().await.0.clone())
    }

    async fn invalidate(&self, refused: &AccessToken, _words: &str) -> ConnectorResult<()> {
        use secrecy::ExposeSecret;
        let mut state = self.state.lock().await;
        if state.0.secret.expose_secret() != refused.secret.expose_secret() {
            return Ok(());
        }
        self.refreshes.fetch_add(1, Ordering::SeqCst);
        let grant = salesforce::oauth::refresh(&self.http, &self.app, &state.1, (self.clock)()).await?;
        state.0 = grant.access;
        if let Some(next) = grant.refresh_token {
            state.1 = next;
        }
        Ok(())
    }
}

/// A token source that refreshes HubSpot's tokens ahead of their end, as the server's does under its lock.
pub(crate) struct RefreshingAhead {
    http: Outbound,
    app: hubspot::oauth::OauthApp,
    clock: Clock,
    state: Mutex<(AccessToken, SecretString, DateTime<Utc>)>,
    pub refreshes: AtomicUsize,
}

impl RefreshingAhead {
    pub(crate) fn new(world: &World, refresh_token: &str) -> Self {
        let nothing = AccessToken {
            secret: "none yet".to_owned().into(),
            api_base: None,
        };
        Self {
            http: world.http.clone(),
            app: world.hubspot_app(),
            clock: world.clock(),
            state: Mutex::new((nothing, refresh_token.to_owned().into(), DateTime::UNIX_EPOCH)),
            refreshes: AtomicUsize::new(0),
        }
    }
}

#[async_trait]
impl TokenSource for RefreshingAhead {
    async fn access_token(&self) -> ConnectorResult<AccessToken> {
        let mut state = self.state.lock().await;
        let now = (self.clock)();
        if hubspot::oauth::refresh_is_due(state.2, now) {
            self.refreshes.fetch_add(1, Ordering::SeqCst);
            let grant = hubspot::oauth::refresh(&self.http, &self.app, &state.1, now).await?;
            state.2 = now + chrono::Duration::seconds(grant.expires_in.unwrap_or_default() as i64);
            state.0 = grant.access;
            if let Some(next) = grant.refresh_token {
                state.1 = next;
            }
        }
        Ok(state.0.clone())
    }

    async fn invalidate(&self, refused: &AccessToken, _words: &str) -> ConnectorResult<()> {
        use secrecy::ExposeSecret;
        let mut state = self.state.lock().await;
        if state.0.secret.expose_secret() == refused.secret.expose_secret() {
            state.2 = DateTime::UNIX_EPOCH;
        }
        Ok(())
    }
}

/// What a receiver of Slack's events got: headers in lower case, and the body.
pub(crate) type Received = (std::collections::HashMap<String, String>, Vec<u8>);

/// A receiver of Slack's events that answers with these statuses, the last one for ever. Returns its address and what it gets.
pub(crate) async fn receiver(statuses: &[u16]) -> (String, tokio::sync::mpsc::UnboundedReceiver<Received>) {
    use http_body_util::{BodyExt, Full};
    use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/slack/events", listener.local_addr().unwrap());
    let (sender, received) = tokio::sync::mpsc::unbounded_channel();
    let statuses = statuses.to_vec();
    let count = Arc::new(AtomicUsize::new(0));
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (sender, statuses, count) = (sender.clone(), statuses.clone(), count.clone());
            let service = service_fn(move |request: Request<Incoming>| {
                let (sender, statuses, count) = (sender.clone(), statuses.clone(), count.clone());
                async move {
                    let header = |(name, value): (&hyper::header::HeaderName, &hyper::header::HeaderValue)| {
                        (name.to_string(), value.to_str().unwrap().to_owned())
                    };
                    let headers = request.headers().iter().map(header).collect();
                    let body = request.into_body().collect().await?.to_bytes().to_vec();
                    let _ = sender.send((headers, body));
                    let at = count.fetch_add(1, Ordering::SeqCst).min(statuses.len() - 1);
                    let mut response = Response::new(Full::new(bytes::Bytes::new()));
                    *response.status_mut() = statuses[at].try_into().unwrap();
                    Ok::<_, hyper::Error>(response)
                }
            });
            tokio::spawn(http1::Builder::new().serve_connection(hyper_util::rt::TokioIo::new(stream), service));
        }
    });
    (address, received)
}

/// A fault of Salesforce's that meets writes of tasks.
pub(crate) fn task_fault(kind: &str) -> Value {
    json!({"vendor": "salesforce", "match": {"path": "/sobjects/Task"}, "kind": kind})
}
