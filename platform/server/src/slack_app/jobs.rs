//! What the Slack app does behind the three seconds that Slack waits.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use momentum_connectors::ConnectorError;
use serde::de::DeserializeOwned;

use super::QUEUE;
use super::alerts::{self, RefreshError};
use crate::control::connections::{self, Connectors};
use crate::foundation::context::Clock;
use crate::foundation::db::TenantDb;
use crate::foundation::ids::{ConnectionId, JobId};
use crate::foundation::jobs::{Backoff, Failure, Handler, Job, LaneBatch, Queue};
use crate::signals::alerts::{REFRESH, RefreshJob};

/// Does the jobs of the Slack app.
pub struct SlackAppHandler {
    clock: Clock,
    connectors: Connectors,
    base_url: String,
}

impl SlackAppHandler {
    /// A handler that reaches Slack through `connectors`; `base_url` is where Momentum's pages are.
    pub fn new(clock: Clock, connectors: Connectors, base_url: String) -> Self {
        Self {
            clock,
            connectors,
            base_url,
        }
    }
}

#[async_trait]
impl Handler for SlackAppHandler {
    fn queue(&self) -> Queue {
        Queue {
            name: QUEUE,
            batch: 1,
            concurrency: 3,
            lease: TimeDelta::seconds(60),
            backoff: Backoff {
                base: TimeDelta::seconds(1),
                cap: TimeDelta::minutes(5),
                max_attempts: 8,
            },
        }
    }

    async fn run(&self, batch: &LaneBatch) -> Result<(), Failure> {
        for job in &batch.jobs {
            self.work(batch, job).await?;
        }
        Ok(())
    }
}

impl SlackAppHandler {
    async fn work(&self, batch: &LaneBatch, job: &Job) -> Result<(), Failure> {
        let now = self.clock.now();
        match job.kind.as_str() {
            REFRESH => {
                let wanted: RefreshJob = payload(job)?;
                let done =
                    alerts::refresh_now(&self.connectors, &batch.db, wanted.signal_id, &self.base_url, now).await;
                match done {
                    Ok(()) => {}
                    Err(RefreshError::Database(error)) => return Err(error.into()),
                    Err(RefreshError::Slack { connection, source }) => {
                        settle(&batch.db, connection, source, now).await?;
                    }
                }
                finish(batch, job.id).await
            }
            other => Err(Failure::DeadLetter {
                reason: format!("nobody knows what a job of the kind {other:?} is"),
            }),
        }
    }
}

fn payload<T: DeserializeOwned>(job: &Job) -> Result<T, Failure> {
    serde_json::from_value(job.payload.clone()).map_err(|error| Failure::DeadLetter {
        reason: format!("the job cannot be read: {error}"),
    })
}

async fn finish(batch: &LaneBatch, job: JobId) -> Result<(), Failure> {
    let tx = batch.db.begin().await?;
    batch.complete(&tx, &[job]).await?;
    tx.commit().await?;
    Ok(())
}

/// What Slack's error means for a job. `Ok` means that there is nothing left to do: without a connection nobody can be told
/// anything, and its page says so.
async fn settle(
    db: &TenantDb,
    connection: ConnectionId,
    error: ConnectorError,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    match error {
        ConnectorError::Unauthorized { message } => {
            let tx = db.begin().await?;
            connections::mark_disconnected(&tx, connection, &message, now).await?;
            tx.commit().await?;
            Ok(())
        }
        ConnectorError::RateLimited { retry_after, message } => Err(Failure::Postpone {
            until: now + TimeDelta::from_std(retry_after).unwrap_or(TimeDelta::minutes(1)),
            reason: format!("Slack asks us to wait: {message}"),
        }),
        ConnectorError::Transient { message, .. } => Err(Failure::Retry {
            after: None,
            reason: message,
        }),
        ConnectorError::Rejected { code, message, .. } => Err(Failure::DeadLetter {
            reason: format!("Slack refused: {code}: {message}"),
        }),
    }
}
