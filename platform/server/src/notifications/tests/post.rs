//! A mail server, and whoever sends by it.

use std::net::Ipv4Addr;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use momentum_connectors::fakes::{Answer, FakeRequest, Fakes, SimConfig, serve_smtp};
use serde_json::{Value, json};

use crate::foundation::config::{Environment, Settings};
use crate::foundation::jobs::{Worker, WorkerOptions};
use crate::foundation::mail::Mailer;
use crate::notifications::{NotificationHandler, schedule};
use crate::testing::TestApp;

/// A mail server that keeps what it is given, and the way to it.
pub struct Post {
    fakes: Arc<Fakes>,
    mailer: Mailer,
}

impl Post {
    pub async fn open() -> Self {
        let config = SimConfig::new("http://sim.test", Arc::new(|| DateTime::UNIX_EPOCH));
        let fakes = Fakes::new(config).expect("a mail server");
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a port");
        let url = format!("smtp://127.0.0.1:{}", listener.local_addr().expect("an address").port());
        tokio::spawn(serve_smtp(listener, fakes.clone()));
        let variables = [
            ("MOMENTUM_DATA_DIR", "/nowhere".to_owned()),
            ("MOMENTUM_SMTP_URL", url),
            ("MOMENTUM_SMTP_FROM", "Momentum <momentum@example.com>".to_owned()),
        ];
        let environment: Environment = variables
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        let settings = Settings::load(None, &environment).expect("settings");
        let mailer = Mailer::from_settings(&settings).expect("a mailer").expect("one is set");
        Self { fakes, mailer }
    }

    async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let request = FakeRequest {
            method: method.into(),
            path: path.into(),
            headers: vec![("content-type".into(), "application/json".into())],
            body: body.to_string().into_bytes(),
            ..FakeRequest::default()
        };
        match self.fakes.handle(request).await {
            Answer::Now(answer) => serde_json::from_slice(&answer.body).expect("JSON"),
            other => panic!("{other:?}"),
        }
    }

    /// Makes the mail server fail.
    pub async fn fault(&self, mut fault: Value) {
        fault["vendor"] = "smtp".into();
        let answer = self.control("POST", "/control/faults", fault).await;
        assert!(answer["error"].is_null(), "{answer}");
    }

    /// The mails, oldest first.
    pub async fn mails(&self) -> Vec<Value> {
        let answer = self.control("GET", "/control/mails", json!(null)).await;
        let mut mails = answer["items"].as_array().expect("a list").clone();
        mails.reverse();
        mails
    }

    /// Does what is due, with two workers at once.
    pub async fn work(&self, app: &TestApp) {
        let worker = || {
            let core = app.app.core.clone();
            let handler = NotificationHandler::new(
                app.clock.clone(),
                app.app.connectors.clone(),
                Some(self.mailer.clone()),
                core.sealer.clone(),
                core.settings.base_url(),
            );
            Worker::new(
                core.db,
                app.clock.clone(),
                WorkerOptions::default(),
                vec![Arc::new(handler)],
            )
        };
        let (one, two) = (worker(), worker());
        let (one, two) = tokio::join!(one.drain(), two.drain());
        one.and(two).expect("the work is done");
    }

    /// Moves the time to then, in steps of a minute as the product looks, and does what is due.
    pub async fn until(&self, app: &TestApp, then: &str) {
        let then = DateTime::parse_from_rfc3339(then).expect(then).with_timezone(&Utc);
        app.clock.advance(then - app.clock.now());
        schedule::claim(app.db.database(), app.clock.now())
            .await
            .expect("the schedule runs");
        self.work(app).await;
    }
}
