//! Stateful stand-ins for Slack, Salesforce, HubSpot and a mail server, for tests, for `momentum sim` and for the demo.
//!
//! They are plain state machines ([`Fakes::handle`]) behind one small server ([`serve`]). They check what the vendors check (tokens, scopes
//! of a value, lengths, picklists, references), answer in the vendors' own shapes, and can be made to fail in the ways the vendors fail
//! (`POST /control/faults`). Slack's fake also sends: signed events, with Slack's retries.

mod control;
mod faults;
mod http;
mod hubspot;
mod page;
mod salesforce;
mod seed;
mod serve;
mod slack;
mod smtp;
mod store;

#[cfg(test)]
mod interaction_tests;
#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Utc};

pub use faults::{Fault, FaultKind, Matching, Vendor};
pub use http::{Answer, FakeRequest, FakeResponse};
pub use seed::{
    ChannelSeed, CrmAccountSeed, CrmUserSeed, HubspotSeed, SalesforceSeed, SimConfig, SlackSeed, UserSeed,
    WorkspaceSeed,
};
pub use serve::serve;
pub use smtp::serve_smtp;

use faults::Faults;
use hubspot::HubspotState;
use salesforce::Locators;
use slack::delivery::{Deliveries, OutgoingEvent};
use store::Store;

/// Both fakes and what they remember.
pub struct Fakes {
    config: SimConfig,
    state: Mutex<State>,
}

/// What changes.
struct State {
    store: Store,
    faults: Faults,
    hubspot: HubspotState,
    locators: Locators,
    deliveries: Deliveries,
    /// Events made by the request at hand, to be sent once it is answered.
    outbox: Vec<OutgoingEvent>,
    /// The same for HubSpot's webhooks.
    webhook_outbox: Vec<serde_json::Value>,
    events_url: Option<String>,
    /// Salesforce API calls so far.
    calls: u64,
    /// How often tokens were asked for, by path.
    token_requests: HashMap<String, u64>,
    /// When each throttled Slack method was last called.
    last_calls: HashMap<String, DateTime<Utc>>,
}

/// What a handler works with: the configuration, the state, and one moment for the whole request.
struct Context<'a> {
    config: &'a SimConfig,
    state: &'a mut State,
    now: DateTime<Utc>,
}

impl Fakes {
    /// Opens what an earlier process left in `state_dir`, or else begins with the seed.
    pub fn new(config: SimConfig) -> io::Result<Arc<Self>> {
        let store = Store::open(config.state_dir.as_deref())?;
        let fresh = store.is_empty();
        let state = State {
            store,
            faults: Faults::default(),
            hubspot: HubspotState::posting_to(config.hubspot.webhook_url.clone()),
            locators: Locators::default(),
            deliveries: Deliveries::default(),
            outbox: Vec::new(),
            webhook_outbox: Vec::new(),
            events_url: config.events_url.clone(),
            calls: 0,
            token_requests: HashMap::new(),
            last_calls: HashMap::new(),
        };
        let fakes = Self {
            config,
            state: Mutex::new(state),
        };
        if fresh {
            fakes.with_context(plant)?;
        }
        Ok(Arc::new(fakes))
    }

    /// The configuration it was made with.
    #[must_use]
    pub fn config(&self) -> &SimConfig {
        &self.config
    }

    /// Where Slack's events are posted from now on.
    pub fn set_events_url(&self, url: impl Into<String>) {
        self.lock().events_url = Some(url.into());
    }

    /// Where HubSpot's webhooks are posted from now on.
    pub fn set_webhook_url(&self, url: impl Into<String>) {
        self.lock().hubspot.webhook_url = Some(url.into());
    }

    /// Puts messages into channels as if they had been said before: nobody is told. Keys are `team/channel/ts`.
    pub fn remember_messages(&self, messages: impl IntoIterator<Item = (String, serde_json::Value)>) -> io::Result<()> {
        self.with_context(|cx| {
            for (key, message) in messages {
                cx.state.store.put("slack.message", &key, message);
            }
        })
    }

    /// Makes something go wrong, as `POST /control/faults` does.
    pub fn add_fault(&self, fault: Fault) {
        self.lock().faults.add(fault);
    }

    /// How often tokens were asked for at addresses that end like this, such as `oauth.v2.access` or `/oauth2/token`.
    #[must_use]
    pub fn token_requests(&self, path_end: &str) -> u64 {
        let state = self.lock();
        let counts = state.token_requests.iter();
        counts
            .filter(|(path, _)| path.ends_with(path_end))
            .map(|(_, count)| count)
            .sum()
    }

    /// Answers one request. Whatever it changed is remembered before the answer is given; events go out after it.
    pub async fn handle(self: &Arc<Self>, request: FakeRequest) -> Answer {
        let (mut events, mut webhooks) = (Vec::new(), Vec::new());
        let handled = self.with_context(|cx| {
            let answer = route(cx, &request);
            events = std::mem::take(&mut cx.state.outbox);
            webhooks = std::mem::take(&mut cx.state.webhook_outbox);
            answer
        });
        let answer = handled.unwrap_or_else(|cause| {
            tracing::error!(error = %cause, "The simulator could not write its journal.");
            Answer::Now(FakeResponse::json(
                500,
                &serde_json::json!({"error": cause.to_string()}),
            ))
        });
        let first_attempts: Vec<_> = events
            .into_iter()
            .map(|event| slack::delivery::start(self.clone(), event))
            .collect();
        let webhook = (!webhooks.is_empty()).then(|| hubspot::webhooks::start(self.clone(), webhooks));
        if control::waits(&request) {
            if let Some(attempt) = webhook {
                // As below.
                let _ = attempt.await;
            }
            let mut reply = None;
            for attempt in first_attempts {
                // An error means that the runtime is going down.
                reply = attempt.await.ok();
            }
            if let (true, Some(reply)) = (control::shows_reply(&request), reply) {
                let body = serde_json::json!({"ok": true, "status": reply.status, "body": reply.body});
                return Answer::Now(FakeResponse::json(200, &body));
            }
        }
        answer
    }

    fn with_context<T>(&self, work: impl FnOnce(&mut Context<'_>) -> T) -> io::Result<T> {
        let mut state = self.lock();
        let mut cx = Context {
            config: &self.config,
            now: (self.config.clock)(),
            state: &mut state,
        };
        let done = work(&mut cx);
        state.store.commit()?;
        Ok(done)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Fills an empty store with the seed.
fn plant(cx: &mut Context<'_>) {
    slack::plant(cx);
    salesforce::plant(cx);
    hubspot::plant(cx);
}

fn route(cx: &mut Context<'_>, request: &FakeRequest) -> Answer {
    if request.path.ends_with("/token") || request.path.ends_with("/oauth.v2.access") {
        *cx.state.token_requests.entry(request.path.clone()).or_default() += 1;
    }
    match request.segments().first().copied() {
        Some("slack") => slack::handle(cx, request),
        Some("salesforce") => salesforce::handle(cx, request),
        Some("hubspot") => hubspot::handle(cx, request),
        Some("mail") => Answer::Now(smtp::page(cx, request)),
        Some("control") => Answer::Now(control::handle(cx, request)),
        _ => Answer::Now(page::handle(request)),
    }
}
