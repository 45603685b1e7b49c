//! Webhooks, sent as HubSpot sends them: in lists, signed, to one address for all accounts of the app, and tried again.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use reqwest::{Method, Url};
use secrecy::SecretString;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;

use super::metadata;
use crate::{
    Outbound, OutboundOptions,
    fakes::{Context, Fakes, serve},
    hubspot::webhook::{SignedRequest, sign_v3},
};

/// HubSpot waits this long for an answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many deliveries are shown.
const KEPT: usize = 100;

/// The latest deliveries.
#[derive(Debug, Default)]
pub(in crate::fakes) struct Deliveries(VecDeque<Delivery>);

/// What became of one list of events.
#[derive(Debug, Clone, Serialize)]
pub(in crate::fakes) struct Delivery {
    events: Vec<Value>,
    /// The status of each attempt; `null` when there was no answer.
    attempts: Vec<Option<u16>>,
}

impl Deliveries {
    pub(in crate::fakes) fn latest(&self) -> impl Iterator<Item = &Delivery> {
        self.0.iter()
    }

    pub(in crate::fakes) fn clear(&mut self) {
        self.0.clear();
    }

    fn note(&mut self, delivery: Delivery) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(delivery);
    }
}

/// Puts an event about a record into the outbox of the request at hand.
pub(super) fn tell(cx: &mut Context<'_>, object: &str, id: &str, what: &str, more: Value) {
    let kind = metadata::OBJECTS.iter().find(|(plural, ..)| *plural == object);
    let Some((_, singular, _)) = kind else { return };
    // Activities have no subscriptions of their own kind.
    if !["company", "contact", "deal"].contains(singular) || cx.state.hubspot.webhook_url.is_none() {
        return;
    }
    let event_id = cx.state.store.next_number();
    let mut event = json!({
        "eventId": event_id, "subscriptionId": 1_000_000, "portalId": cx.config.hubspot.portal_id, "appId": 1_234_567,
        "occurredAt": cx.now.timestamp_millis(), "subscriptionType": format!("{singular}.{what}"), "attemptNumber": 0,
        "objectId": id.parse::<u64>().ok(), "changeSource": "CRM",
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        event[key] = value.clone();
    }
    cx.state.webhook_outbox.push(event);
}

/// Begins to deliver a list of events; the receiver hears when the first attempt is over.
pub(in crate::fakes) fn start(fakes: Arc<Fakes>, events: Vec<Value>) -> oneshot::Receiver<()> {
    let (first_done, receiver) = oneshot::channel();
    tokio::spawn(async move {
        let Some(url) = fakes.lock().hubspot.webhook_url.clone() else {
            return;
        };
        let mut attempts = Vec::new();
        let mut first_done = Some(first_done);
        let pauses = fakes.config.retry_pauses.clone();
        for retry in 0..=pauses.len() {
            let status = attempt(&fakes, &url, &events, retry).await;
            attempts.push(status);
            first_done.take().map(|first| first.send(()));
            if status.is_some_and(|status| (200..300).contains(&status)) {
                break;
            }
            if let Some(pause) = pauses.get(retry) {
                serve::pass(*pause).await;
            }
        }
        fakes.lock().hubspot.webhooks.note(Delivery { events, attempts });
    });
    receiver
}

async fn attempt(fakes: &Fakes, url: &str, events: &[Value], retry: usize) -> Option<u16> {
    let mut events = events.to_vec();
    for event in &mut events {
        event["attemptNumber"] = retry.into();
    }
    let body = Value::from(events).to_string();
    let address = Url::parse(url).ok()?;
    let options = OutboundOptions {
        trusted: vec![address.clone()],
        timeout: PATIENCE,
        ..Default::default()
    };
    let secret = &fakes.config.hubspot.client_secret;
    let timestamp = (fakes.config.clock)().timestamp_millis().to_string();
    let signature = sign_v3(
        &SecretString::from(secret.clone()),
        SignedRequest {
            method: "POST",
            uri: url,
            body: body.as_bytes(),
            timestamp: &timestamp,
            signature: "",
        },
    );
    // The first version of the signature still comes along.
    let old = hex::encode(Sha256::digest(format!("{secret}{body}")));
    let answer = Outbound::new(options)
        .ok()?
        .request("fake.hubspot.webhook", Method::POST, address)
        .bytes("application/json", body.into_bytes())
        .header("x-hubspot-signature", &old)
        .header("x-hubspot-signature-version", "v1")
        .header("x-hubspot-signature-v3", &signature)
        .header("x-hubspot-request-timestamp", &timestamp)
        .send()
        .await;
    answer.ok().map(|response| response.status.as_u16())
}
