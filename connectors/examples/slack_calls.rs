//! Our Slack connector against any Slack, such as an emulator that somebody else wrote: `SLACK_API_URL` says where,
//! `SLACK_TOKEN` what opens it. It reads everything and writes one message, so it is not meant for a workspace where people
//! are. Prints one line of JSON with what was called and how it went.

#![expect(
    clippy::disallowed_methods,
    reason = "a program of its own: nobody hands it settings or a clock"
)]

use std::sync::Arc;

use chrono::Utc;
use momentum_connectors::chat::{ChatChannel, HistoryRange, OutgoingMessage, PostedMessage};
use momentum_connectors::oauth::StaticToken;
use momentum_connectors::outbound::Url;
use momentum_connectors::slack::Slack;
use momentum_connectors::{Chat, ConnectorError, Outbound, OutboundOptions};
use serde_json::{Value, json};

type Step = Result<(), String>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url: Url = setting("SLACK_API_URL")?.parse()?;
    let options = OutboundOptions {
        trusted: vec![url.clone()],
        ..OutboundOptions::default()
    };
    let token = setting("SLACK_TOKEN")?;
    let slack = |token: &str| -> Result<Slack, Box<dyn std::error::Error>> {
        let http = Outbound::new(options.clone())?;
        let tokens = Arc::new(StaticToken::new(token, None));
        Ok(Slack::new(http, url.clone(), tokens, Arc::new(Utc::now)))
    };
    let mut steps = Vec::new();
    let ours = slack(&token)?;
    steps.push(("auth_test", identity(&ours).await));
    let room = channels(&ours).await;
    steps.push(("channels", room.as_ref().map(drop).map_err(Clone::clone)));
    steps.push(("users and user", users(&ours).await));
    if let Ok(room) = room {
        steps.push(("channel and channel_members", members(&ours, &room).await));
        let posted = post(&ours, &room).await;
        steps.push(("post_message", posted.as_ref().map(drop).map_err(Clone::clone)));
        if let Ok(posted) = posted {
            steps.push(("history", history(&ours, &posted).await));
            steps.push(("update_message", update(&ours, &posted).await));
        }
    }
    steps.push(("a channel that is not there", nowhere(&ours).await));
    steps.push(("a wrong token", stranger(&slack("xoxb-nobody")?).await));

    let failed: Vec<Value> = (steps.iter())
        .filter_map(|(name, step)| Some(json!({ "name": name, "error": step.as_ref().err()? })))
        .collect();
    let (calls, version) = (steps.len(), env!("CARGO_PKG_VERSION"));
    let passed = calls - failed.len();
    println!(
        "{}",
        json!({ "vendor": "slack", "client": "our connector", "version": version, "calls": calls, "passed": passed, "failed": failed })
    );
    Ok(())
}

fn setting(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("{name} is not set"))
}

fn told(error: ConnectorError) -> String {
    error.to_string()
}

fn expect(holds: bool, what: &str) -> Step {
    holds.then_some(()).ok_or_else(|| what.to_owned())
}

async fn identity(slack: &Slack) -> Step {
    let identity = slack.auth_test().await.map_err(told)?;
    expect(identity.team_id.starts_with('T'), &identity.team_id)
}

/// Reads all pages and answers a channel that can be written in.
async fn channels(slack: &Slack) -> Result<ChatChannel, String> {
    let (mut found, mut cursor) = (None, None);
    loop {
        let page = slack.channels(cursor.as_ref()).await.map_err(told)?;
        let open = page
            .items
            .into_iter()
            .find(|channel| channel.is_member && !channel.is_archived);
        found = found.or(open);
        cursor = page.next;
        if cursor.is_none() {
            return found.ok_or_else(|| "there is no channel to write in".to_owned());
        }
    }
}

async fn users(slack: &Slack) -> Step {
    let page = slack.users(None).await.map_err(told)?;
    let first = page.items.first().ok_or("nobody is there")?;
    let again = slack.user(&first.id).await.map_err(told)?;
    expect(
        again.is_some_and(|again| again.id == first.id),
        "the first user is not found",
    )
}

async fn members(slack: &Slack, room: &ChatChannel) -> Step {
    let found = slack.channel(&room.id).await.map_err(told)?;
    expect(
        found.is_some_and(|found| found.name == room.name),
        "the channel has another name",
    )?;
    let page = slack.channel_members(&room.id, None).await.map_err(told)?;
    expect(!page.items.is_empty(), "the channel has no members")
}

async fn post(slack: &Slack, room: &ChatChannel) -> Result<PostedMessage, String> {
    slack
        .post_message(&message(&room.id, "Momentum can write here."))
        .await
        .map_err(told)
}

async fn update(slack: &Slack, posted: &PostedMessage) -> Step {
    let changed = message(&posted.channel_id, "Momentum can write here, and change it.");
    let again = slack.update_message(posted, &changed).await.map_err(told)?;
    expect(again.ts == posted.ts, "the message got another ts")
}

async fn history(slack: &Slack, posted: &PostedMessage) -> Step {
    let latest = HistoryRange {
        oldest: None,
        latest: None,
        most: 15,
    };
    let page = slack.history(&posted.channel_id, &latest, None).await.map_err(told)?;
    let found = page.items.iter().any(|message| message.ts == posted.ts);
    expect(found, "the message is not in the history")
}

async fn nowhere(slack: &Slack) -> Step {
    let found = slack.channel("C0NOSUCHCHANNEL").await.map_err(told)?;
    expect(found.is_none(), "a channel was found")
}

async fn stranger(slack: &Slack) -> Step {
    match slack.auth_test().await {
        Err(ConnectorError::Unauthorized { .. }) => Ok(()),
        Err(other) => Err(told(other)),
        Ok(identity) => Err(format!("it is taken for {}", identity.user_id)),
    }
}

fn message(channel: &str, text: &str) -> OutgoingMessage {
    OutgoingMessage {
        channel_id: channel.to_owned(),
        text: text.to_owned(),
        blocks: Vec::new(),
        thread_ts: None,
    }
}
