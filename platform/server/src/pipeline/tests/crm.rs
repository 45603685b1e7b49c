//! A tenant with a CRM, and the CRM's side of it.

use std::sync::Arc;

use chrono::TimeDelta;
use momentum_connectors::fakes::{CrmAccountSeed, CrmUserSeed, Fakes, SalesforceSeed, SimConfig, serve};
use serde_json::{Value, json};

use super::stage::{ACME, JANE, Stage, envelope, message};
use crate::control::connections::{self, Apps, Connectors, Credential, NewConnection, Vendor};
use crate::foundation::db::Sql;
use crate::foundation::ids::ConnectionId;
use crate::foundation::jobs::{Handler, Worker, WorkerOptions};
use crate::pipeline::delivery::{CrmSyncHandler, DeliveryHandler};
use crate::signals::deliveries;

/// What becomes an opportunity.
pub const NEED: &str = "We're running out of capacity and need more seats for the new team.";
/// What becomes a task.
pub const TROUBLE: &str = "This outage is unacceptable, our whole team has been blocked since yesterday.";

/// A stage whose tenant has connected a Salesforce in which Acme is an account.
pub struct Crm {
    pub stage: Stage,
    fakes: Arc<Fakes>,
    pub connectors: Connectors,
    pub connection: ConnectionId,
    pub handler: Arc<DeliveryHandler>,
    url: String,
}

impl Crm {
    pub async fn new() -> Self {
        let stage = Stage::new().await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let clock = stage.app.clock.clone();
        let mut config = SimConfig::new(&url, Arc::new(move || clock.now()));
        config.salesforce = SalesforceSeed {
            access_token: Some("00D-access".to_owned()),
            users: vec![CrmUserSeed {
                name: "Rita Rep".to_owned(),
                email: "rita@northwind.example".to_owned(),
            }],
            accounts: vec![CrmAccountSeed {
                name: "Acme Corp".to_owned(),
                website: None,
                owner_email: Some("rita@northwind.example".to_owned()),
                arr: None,
                renewal_date: None,
                contacts: vec![],
            }],
            ..SalesforceSeed::default()
        };
        let fakes = Fakes::new(config).expect("the fakes");
        tokio::spawn(serve(listener, fakes.clone()));
        let http = momentum_connectors::Outbound::new(momentum_connectors::OutboundOptions {
            trusted: vec![url.parse().expect("an address")],
            timeout: std::time::Duration::from_millis(1_500),
            ..momentum_connectors::OutboundOptions::default()
        })
        .expect("a client");
        let core = &stage.app.app.core;
        let connectors = Connectors::new(
            core.clock.clone(),
            core.sealer.clone(),
            http,
            Apps::from_settings(&core.settings),
        );
        let handler = DeliveryHandler::new(
            core.clock.clone(),
            connectors.clone(),
            "https://momentum.example.com".to_owned(),
        );
        let mut crm = Self {
            stage,
            fakes,
            connectors,
            connection: ConnectionId::generate(),
            handler: Arc::new(handler),
            url,
        };
        crm.connection = crm.connect().await;
        crm
    }

    async fn connect(&self) -> ConnectionId {
        let tx = self.stage.db().begin().await.expect("a transaction");
        let new = NewConnection {
            vendor: Vendor::Salesforce,
            name: "Northwind".to_owned(),
            external_id: "00D000000000001".to_owned(),
            settings: json!({}),
            credential: Credential {
                access_token: "00D-access".into(),
                refresh_token: None,
                api_base: Some(self.fakes.config().salesforce_url()),
                expires_at: None,
            },
        };
        let id = connections::connect(&tx, self.connectors.sealer(), &self.stage.app.clock, &new)
            .await
            .expect("a connection");
        tx.commit().await.expect("committed");
        id
    }

    /// Tells our Acme what the CRM calls it, as the import of accounts does.
    pub async fn map_acme(&self) {
        let state = self.control("GET", "/control/state", Value::Null).await;
        let accounts = state["salesforce"]["records"]["Account"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let id = accounts[0]["Id"].as_str().expect("an id").to_owned();
        let owner = accounts[0]["OwnerId"].as_str().map(str::to_owned);
        let set =
            Sql::new("UPDATE accounts SET crm_system = 'salesforce', crm_id = $2, crm_owner_id = $3 WHERE id = $1");
        self.stage.run(set.bind(self.stage.account).bind(id).bind(owner)).await;
    }

    pub async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let http = momentum_connectors::Outbound::new(momentum_connectors::OutboundOptions {
            trusted: vec![self.url.parse().expect("an address")],
            ..momentum_connectors::OutboundOptions::default()
        })
        .expect("a client");
        let method = method.parse().expect("a method");
        let request = http.request(
            "test.control",
            method,
            format!("{}{path}", self.url).parse().expect("an address"),
        );
        let request = if body.is_null() { request } else { request.json(&body) };
        request.send().await.expect("an answer").json().expect("JSON")
    }

    pub async fn fault(&self, fault: Value) {
        self.control("POST", "/control/faults", fault).await;
    }

    pub async fn tasks(&self) -> Vec<Value> {
        self.control("GET", "/control/salesforce/tasks", Value::Null).await["items"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    }

    pub async fn jane_says(&self, text: &str) {
        let event = message(ACME, JANE, text, &self.stage.ts(1));
        self.stage.post(&envelope(&event)).await.expect(200);
        // The ingest lane only: the delivery must not run with the application's own client, which cannot reach the fakes.
        let core = &self.stage.app.app.core;
        let ingest = self
            .stage
            .app
            .app
            .handlers()
            .into_iter()
            .filter(|handler| handler.queue().name == "ingest")
            .collect();
        Worker::new(core.db.clone(), core.clock.clone(), WorkerOptions::default(), ingest)
            .drain()
            .await
            .expect("the work is done");
    }

    /// Does what is due in the delivery queue, with one process's circuit breakers.
    pub async fn deliver(&self) {
        self.drain(vec![self.handler.clone()]).await;
    }

    /// Leaves everything as a process does that is killed after the CRM wrote and before we stored that it did.
    pub async fn forget_last_write(&self) {
        let forget = "UPDATE deliveries SET state = 'pending', record_object = NULL, record_id = NULL, record_url = NULL, outcome = NULL, \
            delivered_at = NULL, attempts = 0 WHERE tenant_id = $1 AND state = 'delivered'";
        self.stage.run(Sql::new(forget).bind(self.stage.tenant)).await;
        let (tx, now) = (self.stage.db().begin().await.expect("a transaction"), self.stage.now());
        let filter = deliveries::AgainFilter {
            state: Some("pending"),
            ..deliveries::AgainFilter::default()
        };
        for gone in deliveries::of_filter(&tx, &filter, 10).await.expect("deliveries") {
            deliveries::retry(&tx, &gone, None, now).await.expect("a job");
        }
        // Whoever takes the lane of a worker that died counts an attempt.
        let taken_over = "UPDATE jobs SET attempts = 1 WHERE tenant_id = $1 AND queue = 'delivery'";
        let taken_over = Sql::new(taken_over).bind(self.stage.tenant);
        taken_over.execute(&tx).await.expect("attempts");
        tx.commit().await.expect("committed");
    }

    /// Five minutes later, reads back what changed in the CRM, and does what follows from it.
    pub async fn sync(&self) {
        self.stage.app.clock.advance(TimeDelta::minutes(5));
        let (tx, now) = (self.stage.db().begin().await.expect("a transaction"), self.stage.now());
        deliveries::request_sync(&tx, self.connection, now, now)
            .await
            .expect("asked");
        tx.commit().await.expect("committed");
        let sync = CrmSyncHandler::new(self.stage.app.clock.clone(), self.connectors.clone());
        self.drain(vec![Arc::new(sync), self.handler.clone()]).await;
    }

    /// Does what is due in these handlers' queues.
    pub async fn drain(&self, handlers: Vec<Arc<dyn Handler>>) {
        let core = &self.stage.app.app.core;
        Worker::new(core.db.clone(), core.clock.clone(), WorkerOptions::default(), handlers)
            .drain()
            .await
            .expect("the work is done");
    }

    /// The records of one kind that are not deleted.
    pub async fn records(&self, object: &str) -> Vec<Value> {
        let state = self.control("GET", "/control/state", Value::Null).await;
        let all = state["salesforce"]["records"][object].as_array().cloned();
        all.unwrap_or_default()
            .into_iter()
            .filter(|record| record["IsDeleted"] != true)
            .collect()
    }

    /// Somebody changes a record in the CRM, or makes one when `id` is empty; answers its id.
    pub async fn put(&self, object: &str, id: &str, fields: Value) -> String {
        let path = format!("/control/salesforce/records/{object}/{id}");
        let put = self.control("POST", path.trim_end_matches('/'), fields).await;
        put["id"].as_str().unwrap_or_else(|| panic!("{put}")).to_owned()
    }

    /// Acme in the CRM.
    pub async fn acme(&self) -> Value {
        self.records("Account").await.remove(0)
    }

    /// The latest signal, as the owner sees it.
    pub async fn signal(&self) -> Value {
        let latest = "SELECT 'sig_' || replace(id::text, '-', '') AS value FROM signals ORDER BY posted_at DESC, id DESC LIMIT 1";
        let id = self.stage.text(latest).await;
        self.stage.owner.get(&format!("/api/v1/signals/{id}")).await.expect(200)
    }

    /// What was written, as the owner sees it, the latest change first.
    pub async fn deliveries(&self) -> Vec<Value> {
        let listed = self.stage.owner.get("/api/v1/deliveries").await.expect(200);
        listed["items"].as_array().expect("items").clone()
    }
}
