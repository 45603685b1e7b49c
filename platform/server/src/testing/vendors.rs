//! The simulated vendors at the application's time, and a person at their pages.

use std::sync::Arc;

use actix_web::http::header;
use momentum_connectors::fakes::{Answer as Answered, FakeRequest, Fakes, SimConfig, serve};
use serde_json::Value;
use url::Url;

use super::{Answer, TestClient};
use crate::foundation::context::Clock;

/// The simulated vendors on a port of their own.
pub struct TestVendors {
    /// What they remember, and what can be made to go wrong.
    pub fakes: Arc<Fakes>,
    url: String,
}

impl TestVendors {
    /// Starts them with what `seed` adds to an empty world.
    pub async fn start(clock: &Clock, seed: impl FnOnce(&mut SimConfig)) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let clock = clock.clone();
        let mut config = SimConfig::new(&url, Arc::new(move || clock.now()));
        seed(&mut config);
        let fakes = Fakes::new(config).expect("the fakes");
        tokio::spawn(serve(listener, fakes.clone()));
        Self { fakes, url }
    }

    /// The settings that name them and our apps there.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let config = self.fakes.config();
        vec![
            ("MOMENTUM_SLACK_API_URL", config.slack_api_url()),
            ("MOMENTUM_SLACK_CLIENT_ID", config.slack.client_id.clone()),
            ("MOMENTUM_SLACK_CLIENT_SECRET", config.slack.client_secret.clone()),
            ("MOMENTUM_HUBSPOT_API_URL", config.hubspot_url()),
            ("MOMENTUM_HUBSPOT_LOGIN_URL", config.hubspot_url()),
            ("MOMENTUM_HUBSPOT_CLIENT_ID", config.hubspot.client_id.clone()),
            ("MOMENTUM_HUBSPOT_CLIENT_SECRET", config.hubspot.client_secret.clone()),
            ("MOMENTUM_SALESFORCE_LOGIN_URL", config.salesforce_url()),
            ("MOMENTUM_SALESFORCE_SANDBOX_LOGIN_URL", config.salesforce_url()),
            ("MOMENTUM_SALESFORCE_CLIENT_ID", config.salesforce.client_id.clone()),
            (
                "MOMENTUM_SALESFORCE_CLIENT_SECRET",
                config.salesforce.client_secret.clone(),
            ),
        ]
    }

    /// Asks the simulators' control API.
    pub async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let request = FakeRequest {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.to_string().into_bytes(),
            ..FakeRequest::default()
        };
        let Answered::Now(answer) = self.fakes.handle(request).await else {
            panic!("{path} does not answer");
        };
        let answer: Value = serde_json::from_slice(&answer.body).expect("JSON");
        assert!(answer.get("error").is_none(), "{path}: {answer}");
        answer
    }

    /// Opens the vendor's page and presses a button, which adds `choice` to its query; answers the path and the query
    /// with which the browser comes home.
    pub async fn press(&self, page: &str, choice: &str) -> String {
        let page = Url::parse(page).expect("the vendor's page has an address");
        assert!(
            page.as_str().starts_with(&self.url),
            "{page} is not a page of the simulated vendors"
        );
        let request = FakeRequest {
            method: "GET".to_owned(),
            path: page.path().to_owned(),
            query: format!("{}&{choice}", page.query().unwrap_or_default()),
            ..FakeRequest::default()
        };
        let Answered::Now(answer) = self.fakes.handle(request).await else {
            panic!("the vendor's page does not answer");
        };
        let home = answer.headers.iter().find(|(name, _)| name == "location");
        let home = home.unwrap_or_else(|| panic!("the vendor's page keeps the person: {answer:?}"));
        let home = Url::parse(&home.1).expect("an address");
        format!("{}?{}", home.path(), home.query().unwrap_or_default())
    }

    /// Goes to the vendor's page, presses its button and comes home: the whole way of an installation. Answers where
    /// the person ends.
    pub async fn install(&self, client: &TestClient, start: &str, choice: &str) -> String {
        let page = location(&client.get(start).await);
        let home = self.press(&page, choice).await;
        location(&client.get(&home).await)
    }
}

/// Where an answer sends the browser.
#[track_caller]
pub fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.body);
    let location = answer
        .headers
        .get(header::LOCATION)
        .and_then(|value| value.to_str().ok());
    location.expect("a redirect says where to").to_owned()
}
