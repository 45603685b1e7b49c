//! Sending events as Slack does: signed, given up after 3 seconds, and tried again up to three times.

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

use reqwest::{Method, Url};
use secrecy::SecretString;
use serde::Serialize;
use tokio::sync::oneshot;

use crate::{
    ConnectorError, Outbound, OutboundOptions,
    fakes::{Fakes, serve},
    slack::signature::sign,
};

/// Slack waits this long for an answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// How many deliveries are shown.
const KEPT: usize = 200;

/// An event on its way.
#[derive(Debug, Clone)]
pub(in crate::fakes) struct OutgoingEvent {
    pub event_id: String,
    /// Channel and ts of the message it is about, if it is about one.
    pub channel: Option<String>,
    pub ts: Option<String>,
    pub body: String,
    pub door: Door,
}

/// Which of the app's addresses a request goes to. They lie side by side: `…/slack/events`, `…/slack/interactions`, `…/slack/commands`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fakes) enum Door {
    Events,
    Interactions,
    Commands,
}

impl Door {
    fn content_type(self) -> &'static str {
        match self {
            Self::Events => "application/json",
            Self::Interactions | Self::Commands => "application/x-www-form-urlencoded",
        }
    }

    fn beside(self, events_url: &Url) -> Option<Url> {
        match self {
            Self::Events => Some(events_url.clone()),
            Self::Interactions => events_url.join("interactions").ok(),
            Self::Commands => events_url.join("commands").ok(),
        }
    }
}

/// What the app answered to the first attempt.
#[derive(Debug, Clone, Default)]
pub(in crate::fakes) struct Reply {
    pub status: Option<u16>,
    pub body: Option<serde_json::Value>,
}

/// The latest deliveries and the client that makes them.
#[derive(Default)]
pub(in crate::fakes) struct Deliveries {
    log: VecDeque<Delivery>,
    client: Option<(Url, Outbound)>,
}

/// What became of one event.
#[derive(Debug, Clone, Serialize)]
pub(in crate::fakes) struct Delivery {
    event_id: String,
    channel: Option<String>,
    ts: Option<String>,
    attempts: Vec<Attempt>,
    /// Delivered, or given up.
    done: bool,
}

#[derive(Debug, Clone, Serialize)]
struct Attempt {
    /// 0 for the first one.
    retry: usize,
    status: Option<u16>,
    millis: u64,
    /// Slack's name for what went wrong.
    reason: Option<&'static str>,
}

impl Deliveries {
    pub(in crate::fakes) fn latest(&self) -> impl Iterator<Item = &Delivery> {
        self.log.iter()
    }

    pub(in crate::fakes) fn clear(&mut self) {
        self.log.clear();
    }

    fn client_for(&mut self, url: &str) -> Option<(Url, Outbound)> {
        let url = Url::parse(url).ok()?;
        if self.client.as_ref().is_none_or(|(known, _)| *known != url) {
            let options = OutboundOptions {
                trusted: vec![url.clone()],
                timeout: PATIENCE,
                ..Default::default()
            };
            self.client = Some((url, Outbound::new(options).ok()?));
        }
        self.client.clone()
    }

    fn note(&mut self, event: &OutgoingEvent, attempt: Option<Attempt>, done: bool) {
        if let Some(delivery) = self
            .log
            .iter_mut()
            .rev()
            .find(|delivery| delivery.event_id == event.event_id)
        {
            delivery.attempts.extend(attempt);
            delivery.done = done;
            return;
        }
        if self.log.len() == KEPT {
            self.log.pop_front();
        }
        self.log.push_back(Delivery {
            event_id: event.event_id.clone(),
            channel: event.channel.clone(),
            ts: event.ts.clone(),
            attempts: attempt.into_iter().collect(),
            done,
        });
    }
}

/// Begins a delivery; the receiver hears when the first attempt is over.
pub(in crate::fakes) fn start(fakes: Arc<Fakes>, event: OutgoingEvent) -> oneshot::Receiver<Reply> {
    let (first_done, receiver) = oneshot::channel();
    tokio::spawn(async move {
        let target = {
            let mut state = fakes.lock();
            let url = state.events_url.clone();
            url.and_then(|url| state.deliveries.client_for(&url))
        };
        let target = target.and_then(|(url, client)| Some((event.door.beside(&url)?, client)));
        let Some((url, client)) = target else {
            fakes.lock().deliveries.note(&event, None, true);
            return;
        };
        fakes.lock().deliveries.note(&event, None, false);
        let mut first_done = Some(first_done);
        let pauses = &fakes.config.retry_pauses;
        let mut reason = None;
        for retry in 0..=pauses.len() {
            let (attempt, stop, reply) = attempt(&fakes, &client, &url, &event, retry, reason).await;
            // Slack repeats events only: who pressed a button or typed a command sees that it failed.
            let stop = stop || event.door != Door::Events;
            reason = attempt.reason;
            fakes
                .lock()
                .deliveries
                .note(&event, Some(attempt), stop || retry == pauses.len());
            first_done.take().map(|first| first.send(reply));
            if stop {
                return;
            }
            if let Some(pause) = pauses.get(retry) {
                serve::pass(*pause).await;
            }
        }
    });
    receiver
}

/// One attempt, and whether it was the last one.
async fn attempt(
    fakes: &Fakes,
    client: &Outbound,
    url: &Url,
    event: &OutgoingEvent,
    retry: usize,
    last_reason: Option<&'static str>,
) -> (Attempt, bool, Reply) {
    let timestamp = (fakes.config.clock)().timestamp();
    let secret = SecretString::from(fakes.config.slack.signing_secret.clone());
    let signature = sign(&secret, timestamp, event.body.as_bytes());
    let mut request = client
        .request("fake.slack.event", Method::POST, url.clone())
        .bytes(event.door.content_type(), event.body.clone().into_bytes())
        .header("x-slack-request-timestamp", &timestamp.to_string())
        .header("x-slack-signature", &signature)
        .header("user-agent", "Slackbot 1.0 (+https://api.slack.com/robots)");
    if retry > 0 {
        request = request
            .header("x-slack-retry-num", &retry.to_string())
            .header("x-slack-retry-reason", last_reason.unwrap_or("unknown_error"));
    }
    let started = Instant::now();
    let answer = request.send().await;
    let millis = started.elapsed().as_millis() as u64;
    let (status, reason, stop) = match &answer {
        Ok(response) if response.status.is_success() => (Some(response.status.as_u16()), None, true),
        Ok(response) => {
            let no_retry = response.header("x-slack-no-retry") == Some("1");
            (Some(response.status.as_u16()), Some("http_error"), no_retry)
        }
        Err(ConnectorError::Transient { message, .. }) if message.contains("in time") => {
            (None, Some("http_timeout"), false)
        }
        Err(_) => (None, Some("connection_failed"), false),
    };
    let reply = Reply {
        status,
        body: answer.ok().and_then(|response| response.json_if_any()),
    };
    (
        Attempt {
            retry,
            status,
            millis,
            reason,
        },
        stop,
        reply,
    )
}
