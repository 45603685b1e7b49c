//! Works the queue in which Slack workspaces are read.

use async_trait::async_trait;
use chrono::TimeDelta;
use momentum_connectors::ConnectorError;
use sea_orm::DbErr;

use super::store;
use super::sync::{Sync, SyncError};
use crate::accounts::channels;
use crate::control::connections::{self, Connectors, WORKSPACE_SYNC_QUEUE, WorkspaceJob};
use crate::foundation::context::Clock;
use crate::foundation::db::{TenantDb, TenantTx};
use crate::foundation::ids::ConnectionId;
use crate::foundation::jobs::{Backoff, Failure, Handler, Job, LaneBatch, Queue};
use crate::history::backfill;

/// The time between two looks at everything: events keep it current in between.
const EVERY: TimeDelta = TimeDelta::hours(24);
/// How long a disconnected workspace is left alone; connecting again comes first.
const WHILE_DISCONNECTED: TimeDelta = TimeDelta::hours(1);
/// Failures in a row before the connection's page says so: one lost answer is no news.
const PATIENCE: i32 = 2;

/// Does the jobs of [`WORKSPACE_SYNC_QUEUE`].
pub struct WorkspaceSyncHandler {
    clock: Clock,
    connectors: Connectors,
}

impl WorkspaceSyncHandler {
    /// `connectors` reach Slack.
    pub fn new(clock: Clock, connectors: Connectors) -> Self {
        Self { clock, connectors }
    }
}

#[async_trait]
impl Handler for WorkspaceSyncHandler {
    fn queue(&self) -> Queue {
        Queue {
            name: WORKSPACE_SYNC_QUEUE,
            batch: 1,
            lanes: 1,
            concurrency: 2,
            lease: TimeDelta::seconds(60),
            backoff: Backoff {
                base: TimeDelta::seconds(10),
                cap: TimeDelta::minutes(30),
                max_attempts: 10,
            },
        }
    }

    async fn run(&self, batch: &LaneBatch) -> Result<(), Failure> {
        for job in &batch.jobs {
            let wanted: WorkspaceJob =
                serde_json::from_value(job.payload.clone()).map_err(|error| Failure::DeadLetter {
                    reason: format!("the job cannot be read: {error}"),
                })?;
            self.work(batch, job, &wanted).await?;
        }
        Ok(())
    }

    /// What cannot be read today may be readable tomorrow; the dead letter says what to mend.
    async fn on_dead_letter(&self, tx: &TenantTx, job: &Job, _reason: &str) -> Result<(), DbErr> {
        let now = self.clock.now();
        match serde_json::from_value(job.payload.clone()) {
            Ok(everything @ WorkspaceJob::Everything { .. }) => everything.request(tx, now + EVERY, now).await,
            _ => Ok(()),
        }
    }
}

impl WorkspaceSyncHandler {
    async fn work(&self, batch: &LaneBatch, job: &Job, wanted: &WorkspaceJob) -> Result<(), Failure> {
        let id = wanted.connection_id();
        let tx = batch.db.begin().await?;
        let workspace = store::workspace(&tx, id).await?;
        tx.commit().await?;
        // Somebody took the connection away: there is nothing to read any more.
        let Some(workspace) = workspace else {
            return self.finish(batch, job, None).await;
        };
        if workspace.is_disconnected {
            return Err(Failure::Postpone {
                until: self.clock.now() + WHILE_DISCONNECTED,
                reason: "the Slack workspace is disconnected".to_owned(),
            });
        }
        let chat = self.connectors.chat(&batch.db, id);
        let sync = Sync {
            db: &batch.db,
            chat: chat.as_ref(),
            clock: &self.clock,
            workspace: &workspace,
        };
        let done = match wanted {
            WorkspaceJob::Everything { .. } => sync.everything().await,
            WorkspaceJob::Channel { slack_channel_id, .. } => sync.channel(slack_channel_id).await,
            WorkspaceJob::Person { slack_user_id, .. } => sync.person(slack_user_id).await,
        };
        match done {
            Ok(()) => self.finish(batch, job, Some(wanted)).await,
            Err(error) => Err(self.failure(&batch.db, id, job, error).await?),
        }
    }

    /// The job is done. After everything was read, the gaps in what Slack told us are filled, and the next time is set.
    async fn finish(&self, batch: &LaneBatch, job: &Job, done: Option<&WorkspaceJob>) -> Result<(), Failure> {
        let now = self.clock.now();
        let tx = batch.db.begin().await?;
        batch.complete(&tx, &[job.id]).await?;
        if let Some(done) = done {
            connections::mark_success(&tx, done.connection_id(), now).await?;
            channels::map_certain(&tx, now).await?;
            if let WorkspaceJob::Everything { connection_id } = done {
                backfill::fill_gaps(&tx, *connection_id, now).await?;
                done.request(&tx, now + EVERY, now).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    async fn failure(&self, db: &TenantDb, id: ConnectionId, job: &Job, error: SyncError) -> Result<Failure, DbErr> {
        let error = match error {
            SyncError::Slack(error) => error,
            SyncError::Database(error) => return Ok(error.into()),
        };
        let now = self.clock.now();
        let tx = db.begin().await?;
        let failure = match error {
            ConnectorError::Unauthorized { message } => {
                connections::mark_disconnected(&tx, id, &message, now).await?;
                Failure::Postpone {
                    until: now + WHILE_DISCONNECTED,
                    reason: format!("Slack refused our credential: {message}"),
                }
            }
            ConnectorError::RateLimited { retry_after, message } => Failure::Postpone {
                until: now + TimeDelta::from_std(retry_after).unwrap_or(WHILE_DISCONNECTED),
                reason: format!("Slack asks us to wait: {message}"),
            },
            ConnectorError::Transient { message, .. } => {
                if job.attempts >= PATIENCE {
                    connections::mark_error(&tx, id, &message, now).await?;
                }
                Failure::Retry {
                    after: None,
                    reason: message,
                }
            }
            ConnectorError::Rejected { message, .. } => {
                connections::mark_error(&tx, id, &message, now).await?;
                Failure::DeadLetter {
                    reason: format!("Slack does not let us read its channels and people: {message}"),
                }
            }
        };
        tx.commit().await?;
        Ok(failure)
    }
}
