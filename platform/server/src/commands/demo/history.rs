//! Brings the half year of messages in: as a Slack export through the import, and the last hours as live events.

use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use chrono::TimeDelta;
use futures_util::stream;
use momentum_connectors::fakes::{FakeRequest, Fakes};
use serde_json::{Value, json};

use super::export::write_slack_export;
use super::generator::{PersonKind, Post, World, slack_ts};
use super::state::DemoState;
use crate::app::App;
use crate::foundation::context::pause;
use crate::history::imports::{self, ImportState, Spool};

/// What is younger when the demo is made is sent live, so that its tasks reach the CRM.
const LIVE: TimeDelta = TimeDelta::hours(6);
/// The largest export that the demo makes.
const LARGEST: u64 = 64 << 20;

/// Begins the import of the history, unless it was begun.
pub async fn begin_import(app: &App, world: &World, state: &mut DemoState) -> anyhow::Result<()> {
    if state.import_id.is_some() {
        return Ok(());
    }
    let (history, _) = world.split(world.now - LIVE);
    let mut export = Cursor::new(Vec::new());
    write_slack_export(world, &history, &mut export)?;
    let body = stream::iter([Ok::<_, std::convert::Infallible>(export.into_inner().into())]);
    let file = Spool::new(&app.core.settings.data_dir, LARGEST).keep(body).await?;
    let name = format!("{} Slack export.zip", world.scenario.company.name);
    let tx = app.core.db.tenant(state.tenant_id).begin().await?;
    imports::begin(&tx, &file, &name, None, app.core.clock.now()).await?;
    tx.commit().await?;
    state.import_id = Some(file.id);
    state.save()
}

/// Waits until the import, which a worker of this process does, is done.
pub async fn finish_import(app: &App, state: &DemoState) -> anyhow::Result<()> {
    let id = state.import_id.context("no import was begun")?;
    let db = app.core.db.tenant(state.tenant_id);
    loop {
        let tx = db.begin().await?;
        let import = imports::find(&tx, id)
            .await?
            .context("the demo's import is gone; start over with --reset")?;
        tx.commit().await?;
        match import.state {
            ImportState::Done => return Ok(()),
            ImportState::Failed => bail!("the demo's history was refused: {}", import.error.unwrap_or_default()),
            ImportState::Queued | ImportState::Running => pause(Duration::from_millis(40)).await,
        }
    }
}

/// Lets the simulated Slack know everything that was said, so that links to messages open.
pub fn tell_slack(fakes: &Fakes, world: &World) -> std::io::Result<()> {
    let team = &world.scenario.company.slack_team_id;
    let known = world.messages.iter().map(|post| {
        let channel = &world.cast.rooms[post.room].slack_channel_id;
        (format!("{team}/{channel}/{}", slack_ts(post.at)), event(world, post))
    });
    fakes.remember_messages(known)
}

/// Lets the simulated Slack send the last hours' messages as signed events, oldest first. What was sent before is the same message.
pub async fn send_live(fakes: &Arc<Fakes>, world: &World, state: &mut DemoState) -> anyhow::Result<()> {
    if state.is_live_sent {
        return Ok(());
    }
    let (_, live) = world.split(world.now - LIVE);
    for post in live {
        let person = &world.cast.people[post.author];
        let body = json!({
            "event": event(world, post),
            "outer_team": person.home_team_id,
            "is_ext_shared_channel": world.cast.rooms[post.room].account.is_some() && person.kind == PersonKind::Stranger,
        });
        let request = FakeRequest {
            method: "POST".to_owned(),
            path: "/control/slack/events".to_owned(),
            query: "wait=true".to_owned(),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.to_string().into_bytes(),
        };
        fakes.handle(request).await;
    }
    state.is_live_sent = true;
    state.save()
}

/// A message as Slack's event tells it.
fn event(world: &World, post: &Post) -> Value {
    let person = &world.cast.people[post.author];
    let room = &world.cast.rooms[post.room];
    let mut event = json!({
        "type": "message",
        "channel": room.slack_channel_id,
        "channel_type": if room.is_private { "group" } else { "channel" },
        "text": post.text,
        "ts": slack_ts(post.at),
        "event_ts": slack_ts(post.at),
        "team": person.home_team_id,
    });
    if person.kind == PersonKind::Bot {
        event["subtype"] = json!("bot_message");
        event["bot_id"] = json!(format!("B{}", &person.slack_user_id[1..]));
        event["username"] = json!(person.name);
    } else {
        event["user"] = json!(person.slack_user_id);
    }
    if person.kind == PersonKind::Stranger {
        event["user_team"] = json!(person.home_team_id);
        event["source_team"] = json!(person.home_team_id);
    }
    if let Some(thread) = post.thread {
        event["thread_ts"] = json!(slack_ts(thread));
    }
    event
}
