//! Works the queue of backfills: a run is one request to Slack.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use momentum_connectors::ConnectorError;
use sea_orm::{DbErr, FromQueryResult};

use super::read::{self, Ourselves};
use crate::control::connections::{self, Connectors};
use crate::foundation::context::Clock;
use crate::foundation::db::{Database, Sql, TenantTx};
use crate::foundation::ids::{BackfillId, ConnectionId, JobId};
use crate::foundation::jobs::{Backoff, Failure, Handler, Job, LaneBatch, Queue};
use crate::history::backfill::{
    self, BackfillChannel, BackfillJob, BackfillReason, BackfillState, Checkpoint, HistoryProfile, Progress, Work,
};
use crate::pipeline::Pipeline;
use crate::pipeline::ingest::message::IncomingMessage;
use crate::pipeline::ingest::partitions::Partitions;

/// How long a disconnected workspace is left alone; connecting again comes first.
const WHILE_DISCONNECTED: TimeDelta = TimeDelta::hours(1);
/// What Slack says of channels that our bot cannot read (any more).
const UNREADABLE: [&str; 4] = [
    "channel_not_found",
    "is_archived",
    "not_in_channel",
    "channel_is_limited_access",
];

/// Does the jobs of backfills.
pub struct BackfillHandler {
    db: Database,
    clock: Clock,
    connectors: Connectors,
    pipeline: Pipeline,
    partitions: Arc<Partitions>,
}

impl BackfillHandler {
    /// A handler over the process's pipeline.
    pub fn new(
        db: Database,
        clock: Clock,
        connectors: Connectors,
        pipeline: Pipeline,
        partitions: Arc<Partitions>,
    ) -> Self {
        Self {
            db,
            clock,
            connectors,
            pipeline,
            partitions,
        }
    }
}

/// A Slack connection, as far as a backfill needs it.
struct Workspace {
    team: String,
    is_disconnected: bool,
    profile: HistoryProfile,
    ourselves: Ourselves,
}

#[async_trait]
impl Handler for BackfillHandler {
    fn queue(&self) -> Queue {
        Queue {
            name: backfill::QUEUE,
            batch: 1,
            lanes: 1,
            concurrency: 1,
            lease: TimeDelta::seconds(30),
            backoff: Backoff {
                base: TimeDelta::seconds(30),
                cap: TimeDelta::minutes(30),
                max_attempts: 12,
            },
        }
    }

    async fn run(&self, batch: &LaneBatch) -> Result<(), Failure> {
        for job in &batch.jobs {
            let BackfillJob { connection_id } =
                serde_json::from_value(job.payload.clone()).map_err(|error| Failure::DeadLetter {
                    reason: format!("the backfill's job cannot be read: {error}"),
                })?;
            self.step(batch, job.id, connection_id).await?;
        }
        Ok(())
    }

    /// The backfill at fault ends; the workspace's others go on.
    async fn on_dead_letter(&self, tx: &TenantTx, job: &Job, reason: &str) -> Result<(), DbErr> {
        let Ok(BackfillJob { connection_id }) = serde_json::from_value(job.payload.clone()) else {
            return Ok(());
        };
        let now = self.clock.now();
        if let Ok(work) = backfill::next_due(tx, connection_id, now).await? {
            backfill::end(tx, work.id, BackfillState::Failed, Some(reason), now).await?;
        }
        backfill::ensure_job(tx, connection_id, now, now).await
    }
}

impl BackfillHandler {
    async fn step(&self, batch: &LaneBatch, job: JobId, connection: ConnectionId) -> Result<(), Failure> {
        let now = self.clock.now();
        let tx = batch.db.begin().await?;
        let Some(workspace) = workspace(&tx, connection).await? else {
            return finish(batch, tx, job).await;
        };
        let mut work = match backfill::next_due(&tx, connection, now).await? {
            Ok(work) => work,
            Err(None) => return finish(batch, tx, job).await,
            Err(Some(at)) => {
                batch.complete(&tx, &[job]).await?;
                backfill::ensure_job(&tx, connection, at, now).await?;
                return Ok(tx.commit().await?);
            }
        };
        if workspace.is_disconnected {
            return Err(self
                .wait(tx, work.id, now + WHILE_DISCONNECTED, "Slack is disconnected.")
                .await?);
        }
        let Some(channel) = place(&tx, &workspace.team, &mut work).await? else {
            backfill::end(&tx, work.id, BackfillState::Done, None, now).await?;
            batch.complete(&tx, &[job]).await?;
            backfill::ensure_job(&tx, connection, now, now).await?;
            return Ok(tx.commit().await?);
        };
        tx.commit().await?;

        let chat = self.connectors.chat(&batch.db, connection);
        match read::ask(chat.as_ref(), &channel, &work, workspace.profile).await {
            Ok(answer) => {
                let messages: Vec<IncomingMessage> = (answer.messages.into_iter())
                    .filter_map(|message| read::incoming(message, &workspace.team, &channel, &workspace.ourselves, now))
                    .collect();
                let step = Step {
                    job,
                    connection,
                    profile: workspace.profile,
                    skipped: 0,
                };
                self.take_in(batch, &step, &work, &channel, messages, answer.next).await
            }
            Err(ConnectorError::Rejected { code, .. }) if UNREADABLE.contains(&code.as_str()) => match work.channel {
                None => {
                    let step = Step {
                        job,
                        connection,
                        profile: workspace.profile,
                        skipped: 1,
                    };
                    self.take_in(batch, &step, &work, &channel, Vec::new(), None).await
                }
                Some(_) => self.give_up(batch, job, connection, work.id, &why(&code)).await,
            },
            Err(ConnectorError::Rejected { message, .. }) => {
                self.give_up(batch, job, connection, work.id, &message).await
            }
            Err(ConnectorError::Unauthorized { message }) => {
                let tx = batch.db.begin().await?;
                connections::mark_disconnected(&tx, connection, &message, now).await?;
                Err(self.wait(tx, work.id, now + WHILE_DISCONNECTED, &message).await?)
            }
            Err(ConnectorError::RateLimited { retry_after, .. }) => {
                let pause = TimeDelta::from_std(retry_after).unwrap_or(WHILE_DISCONNECTED);
                let tx = batch.db.begin().await?;
                Err(self.wait(tx, work.id, now + pause, "Slack asks us to wait.").await?)
            }
            Err(ConnectorError::Transient { message, .. }) => Err(Failure::Retry {
                after: None,
                reason: message,
            }),
        }
    }

    /// Stores what a request brought with the place after it, and sets the time of the next one.
    async fn take_in(
        &self,
        batch: &LaneBatch,
        step: &Step,
        work: &Work,
        channel: &BackfillChannel,
        messages: Vec<IncomingMessage>,
        next: Option<Checkpoint>,
    ) -> Result<(), Failure> {
        let now = self.clock.now();
        let times = messages.iter().map(|message| message.posted_at);
        self.partitions.ensure(&self.db, times.chain([now])).await?;
        let next_request_at = now + step.profile.pace();
        let checkpoint = next.unwrap_or_else(|| Checkpoint {
            // The channel is read: the next step looks for the one after it.
            channel: Some(channel.id),
            is_at_start: true,
            ..Checkpoint::default()
        });
        let is_done = work.channel.is_some() && is_read(&checkpoint);
        let progress = Progress {
            checkpoint,
            messages: messages.len(),
            skipped_channels: step.skipped,
            oldest: messages.iter().map(|message| message.posted_at).min(),
            profile: step.profile,
            next_request_at,
        };
        let tx = batch.db.begin().await?;
        let taken = self.pipeline.take_in(&tx, messages).await?;
        backfill::record(&tx, work.id, &progress, now).await?;
        if is_done {
            backfill::end(&tx, work.id, BackfillState::Done, None, now).await?;
        }
        batch.complete(&tx, &[step.job]).await?;
        backfill::ensure_job(&tx, step.connection, next_request_at, now).await?;
        tx.commit().await?;
        metrics::counter!("momentum_messages_stored_total").increment(taken.stored as u64);
        metrics::counter!("momentum_detections_total").increment(taken.detections as u64);
        Ok(())
    }

    async fn give_up(
        &self,
        batch: &LaneBatch,
        job: JobId,
        connection: ConnectionId,
        id: BackfillId,
        reason: &str,
    ) -> Result<(), Failure> {
        let now = self.clock.now();
        let tx = batch.db.begin().await?;
        backfill::end(&tx, id, BackfillState::Failed, Some(reason), now).await?;
        batch.complete(&tx, &[job]).await?;
        backfill::ensure_job(&tx, connection, now, now).await?;
        Ok(tx.commit().await?)
    }

    async fn wait(&self, tx: TenantTx, id: BackfillId, until: DateTime<Utc>, reason: &str) -> Result<Failure, DbErr> {
        backfill::postpone(&tx, id, until, reason, self.clock.now()).await?;
        tx.commit().await?;
        Ok(Failure::Postpone {
            until,
            reason: reason.to_owned(),
        })
    }
}

/// What a step is about, beside its backfill.
struct Step {
    job: JobId,
    connection: ConnectionId,
    profile: HistoryProfile,
    skipped: i32,
}

async fn finish(batch: &LaneBatch, tx: TenantTx, job: JobId) -> Result<(), Failure> {
    batch.complete(&tx, &[job]).await?;
    Ok(tx.commit().await?)
}

fn is_read(at: &Checkpoint) -> bool {
    at.is_at_start && at.threads.is_empty()
}

fn why(code: &str) -> String {
    match code {
        "is_archived" => "The channel is archived, and bots are not in archived channels.".to_owned(),
        _ => format!("The bot cannot read this channel ({code}). Invite it there and ask again."),
    }
}

/// The channel that `work` reads next; its checkpoint is set to the channel's beginning when that is another one than before.
async fn place(tx: &TenantTx, team: &str, work: &mut Work) -> Result<Option<BackfillChannel>, DbErr> {
    let at = &work.checkpoint;
    let current = at.channel.filter(|_| !is_read(at));
    let found = match (current, work.channel, at.channel) {
        (Some(current), ..) => return backfill::channel(tx, current).await,
        (None, Some(only), None) => backfill::channel(tx, only).await?,
        (None, Some(_), Some(_)) => None,
        (None, None, after) => backfill::next_channel(tx, team, after).await?,
    };
    if let Some(channel) = &found {
        let threads = match work.reason {
            BackfillReason::Gap => backfill::active_threads(tx, channel.id, work.from).await?,
            BackfillReason::Requested => Vec::new(),
        };
        work.checkpoint = Checkpoint {
            channel: Some(channel.id),
            threads,
            ..Checkpoint::default()
        };
    }
    Ok(found)
}

async fn workspace(tx: &TenantTx, connection: ConnectionId) -> Result<Option<Workspace>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        external_id: String,
        status: String,
        settings: serde_json::Value,
        bot_user_id: Option<String>,
        bot_id: Option<String>,
        app_id: Option<String>,
    }
    let row: Option<Row> = Sql::new(
        "SELECT c.external_id, c.status, c.settings, i.bot_user_id, i.bot_id, i.app_id FROM connections AS c
           LEFT JOIN slack_installations AS i ON i.slack_team_id = c.external_id AND i.tenant_id = c.tenant_id
          WHERE c.tenant_id = $1 AND c.id = $2 AND c.vendor = 'slack'",
    )
    .bind(tx.tenant_id())
    .bind(connection)
    .one(tx)
    .await?;
    Ok(row.map(|row| Workspace {
        team: row.external_id,
        is_disconnected: row.status == "disconnected",
        profile: HistoryProfile::of(&row.settings),
        ourselves: Ourselves {
            bot_user_id: row.bot_user_id,
            bot_id: row.bot_id,
            app_id: row.app_id,
        },
    }))
}
