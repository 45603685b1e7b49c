//! Slack's side of the wire: signed events, as the Events API posts them.

use crate::product::{self, Ready};
use anyhow::{Result, ensure};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A message that somebody wrote: its place, and the ts that identifies it there.
#[derive(Clone, Debug)]
pub struct Message {
    pub channel: String,
    pub user: String,
    pub text: String,
    pub ts: String,
    /// The Slack workspace of its author; another one than ours for a guest of Slack Connect.
    pub user_team: String,
}

/// Posts events to the product, signed with its secret.
#[derive(Clone)]
pub struct Sender {
    agent: ureq::Agent,
    url: String,
    secret: String,
    team: String,
}

impl Sender {
    /// Sends as the Slack workspace of a demo.
    pub fn new(ready: &Ready) -> Self {
        Self::of(&ready.base_url, &ready.slack_signing_secret, &ready.slack_team_id)
    }

    /// Sends as this Slack workspace to the product at this address.
    pub fn of(base_url: &str, secret: &str, team: &str) -> Self {
        Self {
            // Slack gives up after three seconds.
            agent: product::client(Duration::from_secs(3)),
            url: format!("{base_url}/slack/events"),
            secret: secret.to_owned(),
            team: team.to_owned(),
        }
    }

    /// Sends the message as one event; `Ok` means acknowledged. `retry` is the number in Slack's retry header.
    pub fn send(&self, message: &Message, event_id: &str, retry: Option<u32>) -> Result<()> {
        self.post(&self.event(message, event_id), retry)
    }

    /// The event's body.
    pub fn event(&self, message: &Message, event_id: &str) -> String {
        let external = message.user_team != self.team;
        let mut event = json!({
            "type": "message", "channel": message.channel, "channel_type": "channel", "user": message.user,
            "text": message.text, "ts": message.ts, "event_ts": message.ts, "team": message.user_team,
        });
        if external {
            event["user_team"] = message.user_team.clone().into();
            event["source_team"] = message.user_team.clone().into();
        }
        let authorization = json!({
            "enterprise_id": null, "team_id": self.team, "user_id": "U0MOMENTUM", "is_bot": true,
            "is_enterprise_install": false,
        });
        json!({
            "type": "event_callback", "event_id": event_id, "event_time": seconds(), "team_id": message.user_team,
            "api_app_id": "A0MOMENTUM", "is_ext_shared_channel": external, "authorizations": [authorization],
            "event": event,
        })
        .to_string()
    }

    /// Where events go.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The timestamp and the signature that go with a body sent now.
    pub fn sign(&self, body: &str) -> (String, String) {
        let timestamp = seconds().to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).expect("a key of any length serves");
        mac.update(format!("v0:{timestamp}:{body}").as_bytes());
        (timestamp, format!("v0={}", hex::encode(mac.finalize().into_bytes())))
    }

    /// Signs and posts a body. Anything but a 2xx is an error.
    fn post(&self, body: &str, retry: Option<u32>) -> Result<()> {
        let (timestamp, signature) = self.sign(body);
        let mut request = self.agent.post(&self.url).header("content-type", "application/json");
        request = request
            .header("x-slack-request-timestamp", &timestamp)
            .header("x-slack-signature", &signature);
        if let Some(number) = retry {
            let number = number.to_string();
            request = request
                .header("x-slack-retry-num", &number)
                .header("x-slack-retry-reason", "http_timeout");
        }
        let status = request.send(body)?.status();
        ensure!(status.is_success(), "{} answered {status}", self.url);
        Ok(())
    }
}

/// A ts like Slack's that no other message of this process has.
pub fn next_ts() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("{}.{:06}", seconds(), number % 1_000_000)
}

/// An event id like Slack's; the prefix keeps runs apart.
pub fn next_event_id() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    format!("Ev{:X}{:06}", seconds(), NUMBER.fetch_add(1, Ordering::Relaxed))
}

#[expect(
    clippy::disallowed_methods,
    reason = "Slack's signatures hold the time, and this side of the wire is Slack"
)]
fn seconds() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// Who writes where in the simulated Slack workspace.
#[derive(Clone, Debug)]
pub struct Voice {
    pub channel: String,
    pub user: String,
    pub user_team: String,
}

impl Voice {
    /// A new message in this voice.
    pub fn says(&self, text: impl Into<String>) -> Message {
        Message {
            channel: self.channel.clone(),
            user: self.user.clone(),
            user_team: self.user_team.clone(),
            text: text.into(),
            ts: next_ts(),
        }
    }
}

/// For each channel that is shared with a customer, one of the customer's people in it.
pub fn customer_voices(ready: &Ready) -> Result<Vec<Voice>> {
    let url = format!("{}/control/state", ready.sim_url);
    let state: Value = product::client(Duration::from_secs(30))
        .get(url)
        .call()?
        .body_mut()
        .read_json()?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let users = list(&state["slack"]["users"]);
    let foreign = |id: &Value| {
        let team = users.iter().find(|user| user["id"] == *id)?["team_id"].as_str()?;
        (team != ready.slack_team_id).then(|| team.to_owned())
    };
    let voice = |channel: &Value| {
        let members = list(&channel["members"]);
        let (user, user_team) = members
            .iter()
            .find_map(|id| Some((id.as_str()?.to_owned(), foreign(id)?)))?;
        Some(Voice {
            channel: channel["id"].as_str()?.to_owned(),
            user,
            user_team,
        })
    };
    let voices: Vec<Voice> = list(&state["slack"]["channels"]).iter().filter_map(voice).collect();
    ensure!(
        !voices.is_empty(),
        "the simulated Slack workspace has no channel with a customer's person in it"
    );
    Ok(voices)
}
