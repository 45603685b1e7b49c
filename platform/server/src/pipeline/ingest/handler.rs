//! Works the inbox: reads a tenant's stored events and takes them through the pipeline, in one transaction a batch.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use momentum_connectors::slack::event::{ConversationType, Message, SlackEvent};
use momentum_connectors::slack::{EventClass, EventEnvelope};

use super::events::{Kept, StoredEvent};
use super::lifecycle;
use super::log::{self, Deletion};
use super::message::{IncomingMessage, message_id, posted_at};
use super::partitions::Partitions;
use crate::foundation::context::Clock;
use crate::foundation::db::{Database, TenantTx};
use crate::foundation::jobs::{Backoff, Failure, Handler, LaneBatch, Queue};
use crate::pipeline::Pipeline;
use crate::pipeline::enrichment::channels;
use crate::signals::opening;
use crate::slack_app;

/// The queue's name.
pub const QUEUE: &str = "ingest";

/// Does the jobs of the inbox.
pub struct IngestHandler {
    db: Database,
    clock: Clock,
    pipeline: Pipeline,
    partitions: Arc<Partitions>,
}

impl IngestHandler {
    /// A handler over the process's pipeline.
    pub fn new(db: Database, clock: Clock, pipeline: Pipeline, partitions: Arc<Partitions>) -> Self {
        Self {
            db,
            clock,
            pipeline,
            partitions,
        }
    }
}

/// What a batch of stored events asks for.
#[derive(Default)]
struct Work {
    messages: Vec<IncomingMessage>,
    deletions: Vec<(String, String, String, String, DateTime<Utc>)>,
    lifecycle: Vec<(StoredEvent, Kept)>,
    for_the_bot: Vec<(StoredEvent, String)>,
}

#[async_trait]
impl Handler for IngestHandler {
    fn queue(&self) -> Queue {
        Queue {
            name: QUEUE,
            batch: 200,
            lanes: 4,
            concurrency: 4,
            lease: TimeDelta::seconds(30),
            backoff: Backoff {
                base: TimeDelta::seconds(1),
                cap: TimeDelta::minutes(5),
                max_attempts: 8,
            },
        }
    }

    async fn run(&self, batch: &LaneBatch) -> Result<(), Failure> {
        let now = self.clock.now();
        let mut work = Work::default();
        for job in &batch.jobs {
            let unreadable = |error: String| Failure::DeadLetter {
                reason: format!("the stored event cannot be read: {error}"),
            };
            let stored: StoredEvent =
                serde_json::from_value(job.payload.clone()).map_err(|error| unreadable(error.to_string()))?;
            let kept = stored.read().map_err(|error| unreadable(error.to_string()))?;
            work.add(stored, kept, &job.lane, now);
        }
        let times = work
            .messages
            .iter()
            .map(|message| message.posted_at)
            .chain(work.deletions.iter().map(|d| d.4));
        self.partitions.ensure(&self.db, times.chain([now])).await?;

        let oldest = batch.jobs.iter().map(|job| job.created_at).min().unwrap_or(now);
        let tx = batch.db.begin().await?;
        let taken = self.pipeline.take_in(&tx, std::mem::take(&mut work.messages)).await?;
        for deletion in &work.deletions {
            delete(&tx, deletion, now).await?;
        }
        for (stored, kept) in &work.lifecycle {
            lifecycle::apply(&tx, stored, kept, now).await?;
        }
        for (stored, lane) in &work.for_the_bot {
            slack_app::enqueue_event(&tx, stored, lane, now).await?;
        }
        batch
            .complete(&tx, &batch.jobs.iter().map(|job| job.id).collect::<Vec<_>>())
            .await?;
        tx.commit().await?;

        metrics::counter!("momentum_messages_stored_total").increment(taken.stored as u64);
        metrics::counter!("momentum_detections_total").increment(taken.detections as u64);
        metrics::histogram!("momentum_ingest_lag_seconds").record((self.clock.now() - oldest).as_seconds_f64());
        Ok(())
    }
}

impl Work {
    fn add(&mut self, stored: StoredEvent, kept: Kept, lane: &str, now: DateTime<Utc>) {
        let Kept::Event(envelope) = &kept else {
            self.lifecycle.push((stored, kept));
            return;
        };
        let team = stored.slack_team_id.as_str();
        let is_external = envelope.is_ext_shared_channel;
        let incoming = match &envelope.event {
            // Whoever speaks to the bot speaks to nobody else. A mention comes as a message too.
            event if is_for_the_bot(event) => {
                // What our bot says to somebody comes back too.
                if !event.message().is_some_and(Message::is_from_bot) {
                    self.for_the_bot.push((stored, lane.to_owned()));
                }
                return;
            }
            // What is said, edited or deleted in private is no customer's channel. Our alerts are edited there too.
            event if event.is_direct() => return,
            SlackEvent::Message(message) => IncomingMessage::live(team, message, is_external, now)
                .map(|incoming| marked_as_ours(incoming, message, envelope, &stored)),
            SlackEvent::MessageChanged(change) if change.text_changed => {
                IncomingMessage::edited(team, change, is_external, now)
                    .map(|incoming| marked_as_ours(incoming, &change.message, envelope, &stored))
            }
            // Unfurled links and thread counters say nothing new.
            SlackEvent::MessageChanged(_) | SlackEvent::Housekeeping { .. } => return,
            SlackEvent::MessageDeleted(deletion) => {
                if let Some(posted_at) = posted_at(&deletion.deleted_ts, now) {
                    self.deletions.push((
                        team.to_owned(),
                        deletion.channel.clone(),
                        deletion.deleted_ts.clone(),
                        deletion.change_ts.clone(),
                        posted_at,
                    ));
                }
                return;
            }
            _ => {
                self.lifecycle.push((stored, kept));
                return;
            }
        };
        match incoming {
            Some(message) => self.messages.push(message),
            None => metrics::counter!("momentum_events_ignored_total", "reason" => "unusable_ts").increment(1),
        }
    }
}

/// A mention of our bot, a direct message to it, or its home that somebody opened.
fn is_for_the_bot(event: &SlackEvent) -> bool {
    match event {
        SlackEvent::AppMention(_) => true,
        SlackEvent::Message(message) => message.channel_type == ConversationType::Direct,
        SlackEvent::Other { event_type } => event_type == "app_home_opened",
        _ => false,
    }
}

/// Our own bot's messages are a program's, whatever Slack calls them: they never detect.
fn marked_as_ours(
    mut incoming: IncomingMessage,
    message: &Message,
    envelope: &EventEnvelope,
    stored: &StoredEvent,
) -> IncomingMessage {
    let same = |ours: &Option<String>, theirs: &Option<String>| ours.is_some() && ours == theirs;
    incoming.author.is_bot |= envelope.classify() == EventClass::OwnMessage
        || same(&stored.bot_id, &message.bot_id)
        || same(&stored.bot_user_id, &message.user)
        || same(&stored.app_id, &message.app_id);
    incoming
}

async fn delete(
    tx: &TenantTx,
    (team, slack_channel, ts, change_ts, posted_at): &(String, String, String, String, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let Some(channel) = channels::resolve_one(tx, team, slack_channel, now).await? else {
        return Ok(());
    };
    let deletion = Deletion {
        slack_team_id: team.clone(),
        slack_channel_id: slack_channel.clone(),
        ts: ts.clone(),
        posted_at: *posted_at,
        channel_id: channel.id,
        change_ts: change_ts.clone(),
        id: message_id(tx.tenant_id(), team, slack_channel, ts),
    };
    log::delete(tx, &deletion, now).await?;
    for signal in opening::of_message(tx, deletion.id).await? {
        opening::withdraw(tx, &signal, "message_deleted", true, now).await?;
    }
    Ok(())
}
