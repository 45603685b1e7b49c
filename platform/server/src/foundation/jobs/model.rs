//! What a job is, what can become of it, and who works it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{DbErr, FromQueryResult};
use serde::Serialize;
use uuid::Uuid;

use super::backoff::Backoff;
use super::store;
use crate::foundation::db::{TenantDb, TenantTx};
use crate::foundation::ids::JobId;

/// A named line of work with its own workers and its own patience.
#[derive(Clone, Copy, Debug)]
pub struct Queue {
    /// The name in the table and in announcements.
    pub name: &'static str,
    /// How many jobs a worker takes at once.
    pub batch: usize,
    /// From how many lanes of a tenant it takes them at most, an equal share of each. More than one where the handler does
    /// all of a batch in one transaction: a tenant with news in many lanes then costs little more than with news in one.
    pub lanes: usize,
    /// How many batches are worked at the same time in one process; half of them, rounded up, for one tenant.
    pub concurrency: usize,
    /// How long a lane is held without renewal before another worker may take it.
    pub lease: TimeDelta,
    /// What happens after a failure.
    pub backoff: Backoff,
}

/// Work to be done.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// [`Queue::name`].
    pub queue: &'static str,
    /// Jobs of one lane run one after the other, in the order in which they were enqueued.
    pub lane: String,
    /// What the handler tells jobs apart by.
    pub kind: &'static str,
    /// What the handler needs to know.
    pub payload: serde_json::Value,
    /// While a job with this key is pending in the queue, another one is not enqueued.
    pub unique_key: Option<String>,
    /// Not before.
    pub run_at: DateTime<Utc>,
}

impl NewJob {
    /// A job that may run at once.
    ///
    /// # Panics
    /// Never for our payloads: they are structs with string keys.
    pub fn now(
        queue: &'static str,
        lane: impl Into<String>,
        kind: &'static str,
        payload: &impl Serialize,
        now: DateTime<Utc>,
    ) -> Self {
        let payload = serde_json::to_value(payload).unwrap_or_default();
        Self {
            queue,
            lane: lane.into(),
            kind,
            payload,
            unique_key: None,
            run_at: now,
        }
    }

    /// Makes the job unique while it is pending.
    #[must_use]
    pub fn unique(mut self, key: impl Into<String>) -> Self {
        self.unique_key = Some(key.into());
        self
    }

    /// Makes the job wait.
    #[must_use]
    pub fn at(mut self, run_at: DateTime<Utc>) -> Self {
        self.run_at = run_at;
        self
    }
}

/// A job as stored.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// Which queue it waits in.
    pub queue: String,
    /// Its lane.
    pub lane: String,
    /// What the handler tells jobs apart by.
    pub kind: String,
    /// What the handler needs to know.
    pub payload: serde_json::Value,
    /// How many attempts have failed so far.
    pub attempts: i32,
    /// Not before.
    pub run_at: DateTime<Utc>,
    /// When it was enqueued.
    pub created_at: DateTime<Utc>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it became a dead letter.
    pub failed_at: Option<DateTime<Utc>>,
}

/// Why a job was not done.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Try again later: after the given time, or as the back-off says. Counts as an attempt.
    #[error("{reason}")]
    Retry {
        /// At least this long; `None` leaves it to the back-off.
        after: Option<TimeDelta>,
        /// What went wrong.
        reason: String,
    },
    /// Not our turn yet (a rate limit, an open circuit, a paused connection): wait without counting an attempt.
    #[error("{reason}")]
    Postpone {
        /// Not before.
        until: DateTime<Utc>,
        /// What is being waited for.
        reason: String,
    },
    /// Trying again cannot help: a person must look.
    #[error("{reason}")]
    DeadLetter {
        /// What happened, in words that a person can act on.
        reason: String,
    },
}

impl From<sea_orm::DbErr> for Failure {
    fn from(error: sea_orm::DbErr) -> Self {
        tracing::warn!(error = %error, "the database failed a job");
        Self::Retry {
            after: None,
            reason: format!("the database: {error}"),
        }
    }
}

/// Another worker took over what this one held.
pub(super) const LEASE_LOST: &str = "the lease of the lane was lost";

/// The jobs that a worker holds: a prefix of each of its lanes, oldest first, never empty.
pub struct LaneBatch {
    /// Whose work it is.
    pub db: TenantDb,
    /// Oldest first.
    pub jobs: Vec<Job>,
    /// The lanes that were taken.
    pub(super) lanes: Vec<String>,
    /// Nothing else waited in the lanes when they were taken.
    pub(super) is_all: bool,
    pub(super) queue: &'static str,
    /// Who holds the lanes: another one for each batch, so that none takes the lease of another for its own.
    pub(super) worker_id: Uuid,
    /// Shared with the batches of one of its jobs.
    held: Arc<Mutex<Held>>,
}

/// What is left of a batch.
struct Held {
    /// The jobs that are not completed, and their lanes.
    jobs: BTreeMap<JobId, String>,
    lanes: BTreeSet<String>,
    /// Lanes that the last transaction gives back, which may or may not be committed.
    leaving: BTreeSet<String>,
}

impl Held {
    fn of(jobs: &[Job], lanes: &[String]) -> Self {
        Self {
            jobs: jobs.iter().map(|job| (job.id, job.lane.clone())).collect(),
            lanes: lanes.iter().cloned().collect(),
            leaving: BTreeSet::new(),
        }
    }

    /// Of the lanes of these jobs, those that are done with them and those that have more.
    fn after(&mut self, completed: &[JobId]) -> (Vec<String>, Vec<String>) {
        let lanes: BTreeSet<&String> = completed.iter().filter_map(|job| self.jobs.get(job)).collect();
        let unfinished = self.jobs.iter().filter(|(job, _)| !completed.contains(job));
        let unfinished: BTreeSet<&String> = unfinished.map(|(_, lane)| lane).collect();
        let (kept, done): (Vec<_>, Vec<_>) = lanes.into_iter().cloned().partition(|lane| unfinished.contains(lane));
        self.leaving = done.iter().cloned().collect();
        (done, kept)
    }

    fn completed(&mut self, jobs: &[JobId], lanes: &[String]) {
        self.jobs.retain(|job, _| !jobs.contains(job));
        self.lanes.retain(|lane| !lanes.contains(lane));
    }
}

impl LaneBatch {
    /// A batch of which nothing is done.
    pub(super) fn new(
        db: TenantDb,
        (queue, worker_id): (&'static str, Uuid),
        lanes: Vec<String>,
        jobs: Vec<Job>,
        is_all: bool,
    ) -> Self {
        Self {
            held: Arc::new(Mutex::new(Held::of(&jobs, &lanes))),
            db,
            jobs,
            lanes,
            is_all,
            queue,
            worker_id,
        }
    }

    /// Deletes finished jobs in the transaction of their effect, and makes sure that their lanes are still ours: if a
    /// lease was lost, another worker may have done the same work, and the effect must be rolled back. A lane's last jobs
    /// give it back in the same transaction.
    ///
    /// # Errors
    /// [`Failure::Retry`] when a lease was lost or the database failed; the caller drops its transaction.
    pub async fn complete(&self, tx: &TenantTx, jobs: &[JobId]) -> Result<(), Failure> {
        let (done, kept) = self.held().after(jobs);
        let was_ours = !(done.is_empty() && kept.is_empty())
            && (done.is_empty() || store::release(tx, self.queue, &done, self.worker_id).await?)
            && (kept.is_empty() || store::holds_leases(tx, self.queue, &kept, self.worker_id).await?);
        if !was_ours {
            return Err(Failure::Retry {
                after: None,
                reason: LEASE_LOST.to_owned(),
            });
        }
        store::complete(tx, jobs).await?;
        let (held, jobs) = (self.held.clone(), jobs.to_vec());
        tx.on_commit(move || lock(&held).completed(&jobs, &done));
        Ok(())
    }

    /// Begins the transaction that records what was done outside and would come out the same if it were done again, such
    /// as a record in a CRM that has our id. Its commit does not wait for the disk: if a crash of the database forgets it,
    /// the job runs once more, as after a crash just before the commit.
    pub async fn begin_repeatable(&self) -> Result<TenantTx, DbErr> {
        self.db.clone().with(&store::OF_REPEATABLE).begin().await
    }

    /// One of the jobs, to be tried by itself after the whole batch failed, so what it would have given back is kept.
    /// What the job completes is completed of the whole batch.
    pub(super) fn only(&self, job: &Job) -> Self {
        self.held().leaving.clear();
        Self {
            db: self.db.clone(),
            jobs: vec![job.clone()],
            lanes: self.lanes.clone(),
            is_all: self.is_all,
            queue: self.queue,
            worker_id: self.worker_id,
            held: self.held.clone(),
        }
    }

    /// Whether no lane is held any more.
    pub(super) fn is_given_back(&self) -> bool {
        self.held().lanes.is_empty()
    }

    /// Whether the job is not completed.
    pub(super) fn is_unfinished(&self, job: &Job) -> bool {
        self.held().jobs.contains_key(&job.id)
    }

    /// The lanes that are held and will be for a while.
    pub(super) fn lanes_to_keep(&self) -> Vec<String> {
        let held = self.held();
        held.lanes.difference(&held.leaving).cloned().collect()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        lock(&self.held)
    }
}

/// Each change is whole before anything can panic.
fn lock<T>(state: &Mutex<T>) -> MutexGuard<'_, T> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does the work of one queue.
#[async_trait]
pub trait Handler: Send + Sync {
    /// The queue and its settings.
    fn queue(&self) -> Queue;

    /// Does the jobs of `batch` and completes them through [`LaneBatch::complete`]. A failure concerns the whole batch;
    /// the worker then offers the jobs one by one, so that the one at fault is found and the others are done.
    async fn run(&self, batch: &LaneBatch) -> Result<(), Failure>;

    /// Called in the transaction that turns `job` into a dead letter, so that what the job stands for can say so too.
    async fn on_dead_letter(&self, tx: &TenantTx, job: &Job, reason: &str) -> Result<(), sea_orm::DbErr> {
        let _ = (tx, job, reason);
        Ok(())
    }
}
