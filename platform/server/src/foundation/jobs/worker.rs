//! Claims lanes tenant by tenant, runs the handlers, records what became of each job.

use std::collections::{HashMap, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, DbErr};
use tokio::sync::{Mutex, Notify, broadcast::error::RecvError, watch};
use uuid::Uuid;

use super::model::{Failure, Handler, Job, LaneBatch};
use super::store::{self, Lease};
use crate::foundation::context::{Clock, new_uuid, pause, random_fraction};
use crate::foundation::db::{Database, SystemPath, TenantDb, Topic};
use crate::foundation::ids::TenantId;

/// How many tenants are asked for at once; their turns are taken one after the other.
const TENANTS_A_ROUND: i32 = 64;
/// How many free lanes of a tenant are tried before its turn is over: other workers may be faster.
const LANES_A_TURN: u64 = 4;
/// The shortest time between two fruitless looks.
const BREATH: Duration = Duration::from_millis(5);

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
    id: Uuid,
    options: WorkerOptions,
    queues: Vec<Arc<QueueWorker>>,
}

struct QueueWorker {
    handler: Arc<dyn Handler>,
    turns: Mutex<Turns>,
    /// How many batches of each tenant are in work.
    busy: std::sync::Mutex<HashMap<TenantId, usize>>,
    /// Wakes one slot that waits; it wakes the next one if there is more to do than it takes.
    wake: Notify,
}

/// Whose turn it is: tenants with due work, in rotation.
#[derive(Default)]
struct Turns {
    waiting: VecDeque<TenantId>,
    after: Option<TenantId>,
}

impl QueueWorker {
    /// A place for one more batch of the tenant, unless it has half of the places already: a tenant whose CRM answers
    /// slowly must not keep the others waiting.
    fn share(&self, tenant_id: TenantId) -> Option<Share<'_>> {
        let mut busy = lock(&self.busy);
        let places = busy.entry(tenant_id).or_default();
        (*places < self.most_places()).then(|| {
            *places += 1;
            Share { queue: self, tenant_id }
        })
    }

    fn has_room_for(&self, tenant_id: TenantId) -> bool {
        let busy = lock(&self.busy);
        busy.get(&tenant_id).is_none_or(|places| *places < self.most_places())
    }

    /// How many places one tenant may have: half of all, at least one.
    fn most_places(&self) -> usize {
        self.handler.queue().concurrency.div_ceil(2)
    }
}

/// A tenant's place among the batches in work, until it is dropped.
struct Share<'a> {
    queue: &'a QueueWorker,
    tenant_id: TenantId,
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        let mut busy = lock(&self.queue.busy);
        if let Some(places) = busy.get_mut(&self.tenant_id) {
            *places -= 1;
            if *places == 0 {
                busy.remove(&self.tenant_id);
            }
        }
    }
}

/// Counts cannot be half-written, so a panic elsewhere does not spoil them.
fn lock(busy: &std::sync::Mutex<HashMap<TenantId, usize>>) -> MutexGuard<'_, HashMap<TenantId, usize>> {
    busy.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Worker {
    /// A worker for the queues of `handlers`.
    pub fn new(db: Database, clock: Clock, options: WorkerOptions, handlers: Vec<Arc<dyn Handler>>) -> Self {
        let queues = handlers
            .into_iter()
            .map(|handler| {
                Arc::new(QueueWorker {
                    handler,
                    turns: Mutex::default(),
                    busy: std::sync::Mutex::default(),
                    wake: Notify::new(),
                })
            })
            .collect();
        Self {
            db,
            clock,
            id: new_uuid(),
            options,
            queues,
        }
    }

    /// Works until `shutdown` turns true; batches that have begun are finished first.
    pub async fn run(&self, shutdown: watch::Receiver<bool>) {
        let slots = self
            .queues
            .iter()
            .flat_map(|queue| (0..queue.handler.queue().concurrency).map(|_| self.work_slot(queue, shutdown.clone())));
        let mut stop = shutdown.clone();
        tokio::select! {
            _ = join_all(slots) => {}
            () = self.pass_on_announcements() => {}
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
            let mut worked = false;
            for queue in &self.queues {
                while self.take_turn(queue).await? {
                    worked = true;
                    batches += 1;
                }
            }
            if !worked {
                return Ok(batches);
            }
        }
    }

    async fn work_slot(&self, queue: &QueueWorker, mut shutdown: watch::Receiver<bool>) {
        while !*shutdown.borrow() {
            match self.take_turn(queue).await {
                Ok(true) => {}
                Ok(false) => {
                    pause(BREATH).await;
                    tokio::select! {
                        () = queue.wake.notified() => {}
                        _ = shutdown.changed() => {}
                        () = pause(self.options.poll) => {}
                    }
                }
                Err(error) => {
                    tracing::warn!(queue = queue.handler.queue().name, error = %error, "could not look for work");
                    tokio::select! {
                        _ = shutdown.changed() => {}
                        () = pause(self.options.poll) => {}
                    }
                }
            }
        }
    }

    async fn pass_on_announcements(&self) {
        let mut announcements = self.db.announcer().listen();
        loop {
            match announcements.recv().await {
                Ok(announcement) => {
                    let named = self
                        .queues
                        .iter()
                        .find(|queue| Topic::Jobs(queue.handler.queue().name) == announcement.topic);
                    if let Some(queue) = named {
                        queue.wake.notify_one();
                    }
                }
                Err(RecvError::Lagged(_)) => {
                    for queue in &self.queues {
                        queue.wake.notify_one();
                    }
                }
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }

    /// One batch of the next tenant that has one; false when no lane is free.
    async fn take_turn(&self, queue: &QueueWorker) -> Result<bool, DbErr> {
        let mut tried = Vec::new();
        while let Some(tenant_id) = self.next_tenant(queue).await? {
            if tried.contains(&tenant_id) {
                return Ok(false);
            }
            tried.push(tenant_id);
            let Some(_share) = queue.share(tenant_id) else {
                continue;
            };
            if let Some(batch) = self.claim(queue, tenant_id).await? {
                self.work(queue.handler.as_ref(), &batch).await;
                self.release(&batch).await;
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn next_tenant(&self, queue: &QueueWorker) -> Result<Option<TenantId>, DbErr> {
        let mut turns = queue.turns.lock().await;
        if turns.waiting.is_empty() {
            let system = self.db.system(SystemPath::Dispatch);
            let name = queue.handler.queue().name;
            let now = self.clock.now();
            let due = store::tenants_with_due_jobs(system, name, now, turns.after, TENANTS_A_ROUND).await?;
            turns.after = due.last().copied();
            turns.waiting = due.into();
        }
        let next = turns.waiting.pop_front();
        if !turns.waiting.is_empty() {
            queue.wake.notify_one();
        }
        Ok(next)
    }

    /// Takes a lane of the tenant, if one is free. Where others are free as well, another slot is woken.
    async fn claim(&self, worker: &QueueWorker, tenant_id: TenantId) -> Result<Option<LaneBatch>, DbErr> {
        let handler = worker.handler.as_ref();
        let queue = handler.queue();
        let db = self.db.tenant(tenant_id);
        let now = self.clock.now();
        let tx = db.begin().await?;
        // A lease that a crash of the database forgets is a lease that has run out: no need to wait for the disk.
        tx.execute_unprepared("SET LOCAL synchronous_commit = off").await?;
        let lanes = store::free_lanes(&tx, queue.name, now, LANES_A_TURN).await?;
        if lanes.len() > 1 && worker.has_room_for(tenant_id) {
            worker.wake.notify_one();
        }
        for lane in lanes {
            let Some(lease) = store::lease(&tx, queue.name, &lane, self.id, now, now + queue.lease).await? else {
                continue;
            };
            let most = if matches!(lease, Lease::TakenOver) {
                1
            } else {
                queue.batch
            };
            let mut jobs = store::head_of_lane(&tx, queue.name, &lane, now, most).await?;
            if let (Lease::TakenOver, Some(head)) = (lease, jobs.first_mut()) {
                head.attempts += 1;
                let reason = "the worker that had this job stopped in the middle of it";
                if head.attempts >= queue.backoff.max_attempts {
                    store::bury(&tx, head.id, head.attempts, reason, now).await?;
                    handler.on_dead_letter(&tx, head, reason).await?;
                    jobs.clear();
                } else {
                    store::reschedule(&tx, head.id, head.attempts, head.run_at, reason).await?;
                }
            }
            if jobs.is_empty() {
                store::release(&tx, queue.name, &lane, self.id).await?;
                continue;
            }
            tx.commit().await?;
            return Ok(Some(LaneBatch {
                db,
                lane,
                jobs,
                queue: queue.name,
                worker_id: self.id,
            }));
        }
        tx.commit().await?;
        Ok(None)
    }

    async fn work(&self, handler: &dyn Handler, batch: &LaneBatch) {
        let Err(failure) = self.attempt(handler, batch).await else {
            return;
        };
        if batch.jobs.len() == 1 {
            return self.record(handler, &batch.db, batch, &batch.jobs[0], failure).await;
        }
        for job in &batch.jobs {
            let alone = batch.only(job);
            if let Err(failure) = self.attempt(handler, &alone).await {
                return self.record(handler, &batch.db, batch, job, failure).await;
            }
        }
    }

    /// Runs the handler while the lease is renewed; a panic is a failure like any other.
    async fn attempt(&self, handler: &dyn Handler, batch: &LaneBatch) -> Result<(), Failure> {
        tokio::select! {
            outcome = AssertUnwindSafe(handler.run(batch)).catch_unwind() => outcome.unwrap_or_else(|_| {
                Err(Failure::Retry { after: None, reason: "the handler panicked; see the log".to_owned() })
            }),
            () = self.keep_lease(handler, batch) => {
                Err(Failure::Retry { after: None, reason: "the lease of the lane was lost".to_owned() })
            }
        }
    }

    /// Renews the lease for as long as it is polled; returns when the lane is no longer ours.
    async fn keep_lease(&self, handler: &dyn Handler, batch: &LaneBatch) {
        let lease = handler.queue().lease;
        loop {
            pause((lease / 3).to_std().unwrap_or(Duration::from_secs(5))).await;
            let renewed = async {
                let tx = batch.db.begin().await?;
                let until = self.clock.now() + lease;
                let renewed = store::renew(&tx, batch.queue, &batch.lane, self.id, until).await?;
                tx.commit().await?;
                Ok::<_, DbErr>(renewed)
            };
            if matches!(renewed.await, Ok(false)) {
                return;
            }
        }
    }

    async fn record(&self, handler: &dyn Handler, db: &TenantDb, batch: &LaneBatch, job: &Job, failure: Failure) {
        if let Err(error) = self.try_record(handler, db, batch, job, &failure).await {
            // The job stays pending and comes again; nothing is lost.
            tracing::error!(queue = batch.queue, job.id = %job.id, error = %error, "could not record a failed job");
        }
    }

    async fn try_record(
        &self,
        handler: &dyn Handler,
        db: &TenantDb,
        batch: &LaneBatch,
        job: &Job,
        failure: &Failure,
    ) -> Result<(), DbErr> {
        let backoff = handler.queue().backoff;
        let now = self.clock.now();
        let tx = db.begin().await?;
        if !store::holds_lease(&tx, batch.queue, &batch.lane, self.id).await? {
            return Ok(());
        }
        let attempts = job.attempts + 1;
        match failure {
            Failure::Postpone { until, reason } => store::reschedule(&tx, job.id, job.attempts, *until, reason).await?,
            Failure::Retry { after, reason } if attempts < backoff.max_attempts => {
                let delay = backoff
                    .delay(attempts, random_fraction())
                    .max(after.unwrap_or_default());
                tracing::info!(queue = batch.queue, job.id = %job.id, job.attempts = attempts, reason, "a job failed and will be tried again");
                store::reschedule(&tx, job.id, attempts, now + delay, reason).await?;
            }
            Failure::Retry { reason, .. } | Failure::DeadLetter { reason } => {
                tracing::warn!(queue = batch.queue, job.id = %job.id, job.attempts = attempts, reason, "a job became a dead letter");
                metrics::counter!("momentum_dead_letters_total", "queue" => batch.queue).increment(1);
                store::bury(&tx, job.id, attempts, reason, now).await?;
                handler.on_dead_letter(&tx, job, reason).await?;
            }
        }
        tx.commit().await
    }

    async fn release(&self, batch: &LaneBatch) {
        let released = async {
            let tx = batch.db.begin().await?;
            tx.execute_unprepared("SET LOCAL synchronous_commit = off").await?;
            store::release(&tx, batch.queue, &batch.lane, self.id).await?;
            tx.commit().await
        };
        if let Err(error) = released.await {
            tracing::warn!(queue = batch.queue, error = %error, "could not give a lane back; its lease runs out by itself");
        }
    }
}
