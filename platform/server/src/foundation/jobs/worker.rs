//! Claims lanes tenant by tenant, runs the handlers, records what became of each job.

use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::slice;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use sea_orm::DbErr;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio::sync::{Mutex, Notify, watch};

use super::model::{Failure, Handler, Job, LEASE_LOST, LaneBatch};
use super::rotation::{Rotation, Turn};
use super::store::{self, Claim, TakenLane};
use crate::foundation::context::{Clock, new_uuid, pause, random_fraction};
use crate::foundation::db::{Announcement, Database, Shares, SystemPath, TenantTx, Topic};
use crate::foundation::ids::TenantId;

/// How many tenants with due work one look into the database finds at most.
const TENANTS_A_LOOK: i32 = 64;

/// How often a claim goes for a lane that somebody else may take first.
const ATTEMPTS_TO_TAKE: usize = 4;

/// How a worker waits.
#[derive(Clone, Copy, Debug)]
pub struct WorkerOptions {
    /// The longest time between two looks at a queue, when no announcement comes.
    pub poll: Duration,
}

impl Default for WorkerOptions {
    fn default() -> Self {
        Self {
            poll: Duration::from_secs(1),
        }
    }
}

/// One process's share of the work. Any number of them may run against one database.
pub struct Worker {
    db: Database,
    clock: Clock,
    options: WorkerOptions,
    queues: Vec<QueueWorker>,
    shares: Arc<Shares>,
}

struct QueueWorker {
    handler: Arc<dyn Handler>,
    rotation: Rotation,
    /// After whom to look for more tenants with work.
    after: Mutex<Option<TenantId>>,
    /// How many batches were claimed so far.
    claimed: AtomicUsize,
    /// Announcements were missed.
    missed: Notify,
}

impl Worker {
    /// A worker for the queues of `handlers`.
    pub fn new(db: Database, clock: Clock, options: WorkerOptions, handlers: Vec<Arc<dyn Handler>>) -> Self {
        let queues = handlers
            .into_iter()
            .map(|handler| QueueWorker {
                rotation: Rotation::new(handler.queue().concurrency.div_ceil(2)),
                handler,
                after: Mutex::default(),
                claimed: AtomicUsize::default(),
                missed: Notify::new(),
            })
            .collect();
        Self {
            shares: Arc::new(Shares::of_this_machine(clock.clone())),
            db,
            clock,
            options,
            queues,
        }
    }

    /// Works until `shutdown` turns true; batches that have begun are finished first.
    pub async fn run(&self, shutdown: watch::Receiver<bool>) {
        let announcements = self.db.announcer().listen();
        let slots = self
            .queues
            .iter()
            .flat_map(|queue| (0..queue.handler.queue().concurrency).map(|_| self.work_slot(queue, shutdown.clone())));
        let mut stop = shutdown.clone();
        tokio::select! {
            _ = join_all(slots) => {}
            () = self.hear(announcements) => {}
            _ = join_all(self.queues.iter().map(|queue| self.look_around(queue))) => {}
            () = async { if stop.wait_for(|stop| *stop).await.is_err() { std::future::pending::<()>().await } pause(Duration::from_secs(20)).await } => {
                tracing::warn!("work that had begun was cut off after 20 s; its leases run out by themselves");
            }
        }
    }

    /// Does everything that is due at the clock's present time, and returns how many batches that took. For tests and
    /// one-shot commands.
    pub async fn drain(&self) -> Result<usize, DbErr> {
        let mut batches = 0;
        loop {
            let before = batches;
            for queue in &self.queues {
                let mut looked_at = BTreeSet::new();
                loop {
                    let due = self.look(queue).await?;
                    while let Some(turn) = queue.rotation.next() {
                        batches += usize::from(self.take(queue, turn).await?);
                    }
                    if due.into_iter().all(|tenant_id| !looked_at.insert(tenant_id)) {
                        break;
                    }
                }
            }
            if batches == before {
                return Ok(batches);
            }
        }
    }

    async fn work_slot(&self, queue: &QueueWorker, mut shutdown: watch::Receiver<bool>) {
        while !*shutdown.borrow() {
            let Some(turn) = queue.rotation.next() else {
                tokio::select! {
                    () = queue.rotation.joined() => {}
                    _ = shutdown.changed() => {}
                }
                continue;
            };
            if let Err(error) = self.take(queue, turn).await {
                tracing::warn!(queue = queue.handler.queue().name, error = %error, "could not look for work");
                tokio::select! {
                    _ = shutdown.changed() => {}
                    () = pause(self.options.poll) => {}
                }
            }
        }
    }

    async fn hear(&self, mut announcements: Receiver<Announcement>) {
        loop {
            match announcements.recv().await {
                Ok(announcement) => {
                    let named = self
                        .queues
                        .iter()
                        .find(|queue| Topic::Jobs(queue.handler.queue().name) == announcement.topic);
                    if let Some(queue) = named {
                        queue.rotation.announced(announcement.tenant_id);
                    }
                }
                Err(RecvError::Lagged(_)) => {
                    for queue in &self.queues {
                        queue.missed.notify_one();
                    }
                }
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }

    /// Finds what nobody announced to this process: work whose time has come, or that another process left.
    async fn look_around(&self, queue: &QueueWorker) {
        loop {
            let claimed = queue.claimed.load(Ordering::Relaxed);
            let may_be_more = match self.look(queue).await {
                Ok(due) => due.len() == TENANTS_A_LOOK as usize,
                Err(error) => {
                    tracing::warn!(queue = queue.handler.queue().name, error = %error, "could not look for work");
                    false
                }
            };
            // Tenants whose work must wait (a connection is paused, say) are not a reason to look on at once.
            let worked_off = async {
                queue.rotation.ran_dry().await;
                if queue.claimed.load(Ordering::Relaxed) == claimed {
                    std::future::pending::<()>().await;
                }
            };
            tokio::select! {
                () = worked_off, if may_be_more => {}
                () = queue.missed.notified() => {}
                () = pause(self.options.poll) => {}
            }
        }
    }

    /// Lets the tenants with due work take their turns: the next ones, if there are many.
    async fn look(&self, queue: &QueueWorker) -> Result<Vec<TenantId>, DbErr> {
        let mut after = queue.after.lock().await;
        let system = self.db.system(SystemPath::Dispatch);
        let (name, now) = (queue.handler.queue().name, self.clock.now());
        let due = store::tenants_with_due_jobs(system, name, now, *after, TENANTS_A_LOOK).await?;
        *after = due.last().copied();
        for tenant_id in &due {
            queue.rotation.found(*tenant_id);
        }
        Ok(due)
    }

    /// One batch of the tenant whose turn it is; false when no lane of it is free.
    async fn take(&self, queue: &QueueWorker, turn: Turn<'_>) -> Result<bool, DbErr> {
        let Some(batch) = self.claim(queue, &turn).await? else {
            return Ok(false);
        };
        let is_done = self.work(queue.handler.as_ref(), &batch).await;
        if !(is_done && batch.is_given_back()) {
            self.release(&batch).await;
        }
        if !is_done || !batch.is_all {
            turn.leave_more();
        }
        Ok(true)
    }

    /// Takes lanes of the tenant, if any are free.
    async fn claim(&self, worker: &QueueWorker, turn: &Turn<'_>) -> Result<Option<LaneBatch>, DbErr> {
        let handler = worker.handler.as_ref();
        let queue = handler.queue();
        let db = self.db.tenant(turn.tenant_id).sharing(self.shares.clone());
        let now = self.clock.now();
        let claim = Claim {
            queue,
            worker_id: new_uuid(),
            now,
        };
        let tx = db.clone().with(&store::OF_LEASES).begin().await?;
        for _ in 0..ATTEMPTS_TO_TAKE {
            let attempt = store::take_lanes(&tx, &claim).await?;
            if attempt.free > queue.lanes {
                turn.leave_more();
            }
            if attempt.taken.is_empty() {
                if attempt.free == 0 {
                    break;
                }
                continue;
            }
            let suspect = attempt.taken.iter().find(|lane| lane.is_taken_over);
            let (jobs, lanes, is_all) = match suspect {
                Some(suspect) => self.suspected(&tx, handler, &claim, &attempt.taken, suspect).await?,
                None => {
                    let lanes: Vec<String> = attempt.taken.into_iter().map(|taken| taken.lane).collect();
                    let (jobs, is_all) = store::heads_of_lanes(&tx, queue.name, &lanes, now, queue.batch).await?;
                    (jobs, lanes, is_all)
                }
            };
            if jobs.is_empty() {
                store::release(&tx, queue.name, &lanes, claim.worker_id).await?;
                turn.leave_more();
                continue;
            }
            tx.commit().await?;
            worker.claimed.fetch_add(1, Ordering::Relaxed);
            let (db, holder) = (db.with(&store::OF_JOBS), (queue.name, claim.worker_id));
            return Ok(Some(LaneBatch::new(db, holder, lanes, jobs, is_all)));
        }
        tx.commit().await?;
        Ok(None)
    }

    /// A lane whose last holder did not come back: its first job may be why. It counts an attempt, and if it may have
    /// another one, it is alone in its batch. The other lanes are left as they were found.
    async fn suspected(
        &self,
        tx: &TenantTx,
        handler: &dyn Handler,
        claim: &Claim,
        taken: &[TakenLane],
        suspect: &TakenLane,
    ) -> Result<(Vec<Job>, Vec<String>, bool), DbErr> {
        let Claim { queue, worker_id, now } = *claim;
        let others = |is_taken_over: bool| {
            let others = taken.iter().filter(|other| *other != suspect);
            let wanted = others.filter(|other| other.is_taken_over == is_taken_over);
            wanted.map(|other| other.lane.clone()).collect::<Vec<_>>()
        };
        let (suspects, free) = (others(true), others(false));
        if !suspects.is_empty() {
            store::renew(tx, queue.name, &suspects, worker_id, now).await?;
        }
        if !free.is_empty() {
            store::release(tx, queue.name, &free, worker_id).await?;
        }
        let lanes = vec![suspect.lane.clone()];
        let (mut jobs, _) = store::heads_of_lanes(tx, queue.name, &lanes, now, 1).await?;
        if let Some(head) = jobs.first_mut() {
            head.attempts += 1;
            let reason = "the worker that had this job stopped in the middle of it";
            if head.attempts >= queue.backoff.max_attempts {
                store::bury(tx, head.id, head.attempts, reason, now).await?;
                handler.on_dead_letter(tx, head, reason).await?;
                jobs.clear();
            } else {
                store::reschedule(tx, head.id, head.attempts, head.run_at, reason).await?;
            }
        }
        Ok((jobs, lanes, false))
    }

    /// Whether all of the batch is done.
    async fn work(&self, handler: &dyn Handler, batch: &LaneBatch) -> bool {
        let failed = match (self.attempt(handler, batch).await, batch.jobs.as_slice()) {
            (Ok(()), _) => None,
            (Err(failure), [job]) => Some((job.clone(), failure)),
            (Err(_), _) => self.first_that_fails(handler, batch).await,
        };
        if let Some((job, failure)) = &failed {
            self.record(handler, batch, job, failure).await;
        }
        failed.is_none()
    }

    /// Offers the jobs one by one until one fails. Then the other lanes are given back, and taken again without this one.
    async fn first_that_fails(&self, handler: &dyn Handler, batch: &LaneBatch) -> Option<(Job, Failure)> {
        for job in batch.jobs.iter().filter(|job| batch.is_unfinished(job)) {
            if let Err(failure) = self.attempt(handler, &batch.only(job)).await {
                return Some((job.clone(), failure));
            }
        }
        None
    }

    /// Runs the handler while the leases are renewed; a panic is a failure like any other.
    async fn attempt(&self, handler: &dyn Handler, batch: &LaneBatch) -> Result<(), Failure> {
        tokio::select! {
            outcome = AssertUnwindSafe(handler.run(batch)).catch_unwind() => outcome.unwrap_or_else(|_| {
                Err(Failure::Retry { after: None, reason: "the handler panicked; see the log".to_owned() })
            }),
            () = self.keep_lease(handler, batch) => {
                Err(Failure::Retry { after: None, reason: LEASE_LOST.to_owned() })
            }
        }
    }

    /// Renews the leases for as long as it is polled; returns when a lane is no longer ours.
    async fn keep_lease(&self, handler: &dyn Handler, batch: &LaneBatch) {
        let lease = handler.queue().lease;
        loop {
            pause((lease / 3).to_std().unwrap_or(Duration::from_secs(5))).await;
            let lanes = batch.lanes_to_keep();
            if lanes.is_empty() {
                std::future::pending::<()>().await;
            }
            let renewed = async {
                let tx = batch.db.begin().await?;
                let until = self.clock.now() + lease;
                let renewed = store::renew(&tx, batch.queue, &lanes, batch.worker_id, until).await?;
                tx.commit().await?;
                Ok::<_, DbErr>(renewed)
            };
            // One that was given back meanwhile was not lost.
            if matches!(renewed.await, Ok(false)) && lanes == batch.lanes_to_keep() {
                return;
            }
        }
    }

    async fn record(&self, handler: &dyn Handler, batch: &LaneBatch, job: &Job, failure: &Failure) {
        if let Err(error) = self.try_record(handler, batch, job, failure).await {
            // The job stays pending and comes again; nothing is lost.
            tracing::error!(queue = batch.queue, job.id = %job.id, error = %error, "could not record a failed job");
        }
    }

    /// The reason is kept with the job and not logged: a vendor's words may repeat what we sent.
    async fn try_record(
        &self,
        handler: &dyn Handler,
        batch: &LaneBatch,
        job: &Job,
        failure: &Failure,
    ) -> Result<(), DbErr> {
        let backoff = handler.queue().backoff;
        let now = self.clock.now();
        let tx = batch.db.begin().await?;
        if !store::holds_leases(&tx, batch.queue, slice::from_ref(&job.lane), batch.worker_id).await? {
            return Ok(());
        }
        let attempts = job.attempts + 1;
        match failure {
            Failure::Postpone { until, reason } => store::reschedule(&tx, job.id, job.attempts, *until, reason).await?,
            Failure::Retry { after, reason } if attempts < backoff.max_attempts => {
                let delay = backoff
                    .delay(attempts, random_fraction())
                    .max(after.unwrap_or_default());
                tracing::info!(queue = batch.queue, job.id = %job.id, job.kind, job.attempts = attempts, "a job failed and will be tried again");
                store::reschedule(&tx, job.id, attempts, now + delay, reason).await?;
            }
            Failure::Retry { reason, .. } | Failure::DeadLetter { reason } => {
                tracing::warn!(queue = batch.queue, job.id = %job.id, job.kind, job.attempts = attempts, "a job became a dead letter");
                metrics::counter!("momentum_dead_letters_total", "queue" => batch.queue).increment(1);
                store::bury(&tx, job.id, attempts, reason, now).await?;
                handler.on_dead_letter(&tx, job, reason).await?;
            }
        }
        tx.commit().await
    }

    async fn release(&self, batch: &LaneBatch) {
        let released = async {
            let tx = batch.db.clone().with(&store::OF_LEASES).begin().await?;
            store::release(&tx, batch.queue, &batch.lanes, batch.worker_id).await?;
            tx.commit().await
        };
        if let Err(error) = released.await {
            tracing::warn!(queue = batch.queue, error = %error, "could not give lanes back; their leases run out by themselves");
        }
    }
}
