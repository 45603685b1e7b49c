//! The SQL of jobs. Every statement names one tenant.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use super::model::{Job, NewJob, Queue};
use crate::foundation::db::{Sql, TenantTx, Topic};
use crate::foundation::ids::{JobId, TenantId};

const JOB: &str = "id, queue, lane, kind, payload, attempts, run_at, created_at, last_error, failed_at";

/// Enqueues one job; `None` when a pending one has the same unique key.
pub async fn enqueue(tx: &TenantTx, now: DateTime<Utc>, job: NewJob) -> Result<Option<JobId>, DbErr> {
    Ok(enqueue_many(tx, now, vec![job]).await?.pop())
}

/// Enqueues jobs in the given order; answers the ids of those that were not already pending.
pub async fn enqueue_many(tx: &TenantTx, now: DateTime<Utc>, jobs: Vec<NewJob>) -> Result<Vec<JobId>, DbErr> {
    let mut enqueued = Vec::with_capacity(jobs.len());
    for job in jobs {
        let id = Sql::new(
            "INSERT INTO jobs (tenant_id, id, queue, lane, kind, payload, unique_key, run_at, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
             ON CONFLICT (tenant_id, queue, unique_key) WHERE state = 'pending' AND unique_key IS NOT NULL DO NOTHING \
             RETURNING id AS value",
        )
        .bind(tx.tenant_id())
        .bind(JobId::generate())
        .bind(job.queue)
        .bind(job.lane)
        .bind(job.kind)
        .bind(job.payload)
        .bind(job.unique_key)
        .bind(job.run_at)
        .bind(now)
        .scalar::<Uuid>(tx)
        .await?;
        // One that is pending already was announced when it came.
        if let Some(id) = id {
            enqueued.push(JobId(id));
            tx.announce_on_commit(Topic::Jobs(job.queue));
        }
    }
    Ok(enqueued)
}

/// Lets a pending job run at `at`, if it would have waited longer.
pub async fn hasten(tx: &TenantTx, queue: &'static str, unique_key: &str, at: DateTime<Utc>) -> Result<(), DbErr> {
    let hastened = Sql::new(
        "UPDATE jobs SET run_at = $4 WHERE tenant_id = $1 AND queue = $2 AND unique_key = $3 AND state = 'pending' AND run_at > $4",
    )
    .bind(tx.tenant_id())
    .bind(queue)
    .bind(unique_key)
    .bind(at)
    .execute(tx)
    .await?;
    if hastened > 0 {
        tx.announce_on_commit(Topic::Jobs(queue));
    }
    Ok(())
}

/// Deletes finished jobs.
pub async fn complete(tx: &TenantTx, jobs: &[JobId]) -> Result<(), DbErr> {
    let delete = match jobs {
        // Of a list the planner assumes ten, for which it may rather read all of the tenant's jobs.
        [only] => Sql::new("DELETE FROM jobs WHERE tenant_id = $1 AND id = $2")
            .bind(tx.tenant_id())
            .bind(*only),
        many => Sql::new("DELETE FROM jobs WHERE tenant_id = $1 AND id = ANY($2)")
            .bind(tx.tenant_id())
            .bind(many.iter().map(|id| id.0).collect::<Vec<_>>()),
    };
    delete.execute(tx).await?;
    Ok(())
}

/// Keeps lanes that begin with `prefix` from being claimed until [`resume_lanes`], for example while a connection is
/// disconnected.
pub async fn pause_lanes(
    tx: &TenantTx,
    queue: &str,
    prefix: &str,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "INSERT INTO job_pauses (tenant_id, queue, lane_prefix, reason, created_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (tenant_id, queue, lane_prefix) DO UPDATE SET reason = EXCLUDED.reason",
    )
    .bind(tx.tenant_id())
    .bind(queue)
    .bind(prefix)
    .bind(reason)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// Lets paused lanes be claimed again.
pub async fn resume_lanes(tx: &TenantTx, queue: &'static str, prefix: &str) -> Result<(), DbErr> {
    Sql::new("DELETE FROM job_pauses WHERE tenant_id = $1 AND queue = $2 AND lane_prefix = $3")
        .bind(tx.tenant_id())
        .bind(queue)
        .bind(prefix)
        .execute(tx)
        .await?;
    tx.announce_on_commit(Topic::Jobs(queue));
    Ok(())
}

/// Dead letters of one queue (or all), newest first.
pub async fn dead_jobs(tx: &TenantTx, queue: Option<&str>, most: u64) -> Result<Vec<Job>, DbErr> {
    Sql::new(format!(
        "SELECT {JOB} FROM jobs WHERE tenant_id = $1 AND state = 'dead'"
    ))
    .bind(tx.tenant_id())
    .push(" AND ($2::text IS NULL OR queue = $2)")
    .bind(queue.map(str::to_owned))
    .push(" ORDER BY failed_at DESC LIMIT ")
    .push_bind(most as i64)
    .all(tx)
    .await
}

/// Makes a dead letter pending again with a fresh count of attempts; false when it is not a dead letter (any more). If a
/// pending job has the same unique key, that one runs at once in its place.
pub async fn retry_dead(tx: &TenantTx, job: JobId, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let queue = Sql::new(
        "WITH dead AS (DELETE FROM jobs WHERE tenant_id = $1 AND id = $2 AND state = 'dead' RETURNING *)
         INSERT INTO jobs (tenant_id, id, seq, queue, lane, kind, payload, unique_key, run_at, created_at, last_error)
         OVERRIDING SYSTEM VALUE
         SELECT tenant_id, id, seq, queue, lane, kind, payload, unique_key, $3, created_at, last_error FROM dead
         ON CONFLICT (tenant_id, queue, unique_key) WHERE state = 'pending' AND unique_key IS NOT NULL
            DO UPDATE SET run_at = LEAST(jobs.run_at, EXCLUDED.run_at)
         RETURNING queue AS value",
    )
    .bind(tx.tenant_id())
    .bind(job)
    .bind(now)
    .scalar::<String>(tx)
    .await?;
    if let Some(topic) = queue.as_deref().and_then(Topic::of_queue) {
        tx.announce_on_commit(topic);
    }
    Ok(queue.is_some())
}

/// Deletes a dead letter; false when it is not one (any more).
pub async fn discard_dead(tx: &TenantTx, job: JobId) -> Result<bool, DbErr> {
    let deleted = Sql::new("DELETE FROM jobs WHERE tenant_id = $1 AND id = $2 AND state = 'dead'")
        .bind(tx.tenant_id())
        .bind(job)
        .execute(tx)
        .await?;
    Ok(deleted == 1)
}

/// Settings for the transactions of jobs.
///
/// The same few statements run for each message, along indexes, and how they are to be run does not depend on the message.
/// So each is planned once for a connection: planning anew takes longer than running. And how full a table was when the
/// planner last looked says nothing of how full it will be while the plan is kept, so that it may not bet on a small one.
/// What it can only do by reading a whole table costs so much by its reckoning that it would compile the plan first.
pub(super) const OF_JOBS: [&str; 3] = [
    "plan_cache_mode = force_generic_plan",
    "enable_seqscan = off",
    "jit = off",
];

/// Settings for a transaction that may be forgotten, because the job would do the same again.
pub(super) const OF_REPEATABLE: [&str; 4] = [OF_JOBS[0], OF_JOBS[1], OF_JOBS[2], "synchronous_commit = off"];

/// Settings for a transaction that takes or gives back a lane.
///
/// A lease that a crash of the database forgets is a lease that has run out, so its commit need not wait for the disk. The
/// planner is to follow the indexes in their order: a queue that was empty when it planned may hold a backlog later.
pub(super) const OF_LEASES: [&str; 6] = [
    OF_JOBS[0],
    OF_JOBS[1],
    OF_JOBS[2],
    "synchronous_commit = off",
    "enable_sort = off",
    "enable_bitmapscan = off",
];

/// How many of the longest due jobs are looked at first.
const LONGEST_DUE: i64 = 64;
/// How many free lanes are found beyond those that are wanted: other workers may be faster.
const LANES_TO_SPARE: usize = 3;

/// Whose lanes are taken, and for whom.
#[derive(Clone, Copy)]
pub(super) struct Claim {
    /// The queue.
    pub queue: Queue,
    /// Who holds them from then on.
    pub worker_id: Uuid,
    /// The time of the claim; the leases last from now on.
    pub now: DateTime<Utc>,
}

/// A lane that is ours now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TakenLane {
    /// Its name.
    pub lane: String,
    /// Its last holder did not come back.
    pub is_taken_over: bool,
}

/// What an attempt to take lanes came to.
#[derive(Debug, Default)]
pub(super) struct Attempt {
    /// Those that are ours now.
    pub taken: Vec<TakenLane>,
    /// How many were free, of which no more were looked for than a few beyond the wanted ones.
    pub free: usize,
}

/// Takes the lanes of this tenant that are due for longest, of those whose head may run now and that nobody holds: as many
/// as the queue's batches may have. If lanes are free and yet none was taken, somebody was faster: try again.
///
/// Among the longest due jobs there is nearly always one that may run, and a tenant may have thousands of lanes. Only
/// where all of them must wait for others in their lanes and there are more, each lane is looked at.
pub(super) async fn take_lanes(tx: &TenantTx, claim: &Claim) -> Result<Attempt, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        lane: Option<String>,
        is_taken_over: Option<bool>,
        free: i64,
        may_be_more: bool,
    }
    let Claim { queue, worker_id, now } = *claim;
    // Numbers in the text, so that one plan serves for all of a queue.
    let (wanted, found) = (queue.lanes, queue.lanes + LANES_TO_SPARE);
    let longest_due = format!(
        "SELECT lane, seq, run_at FROM jobs
         WHERE tenant_id = $1 AND queue = $2 AND state = 'pending' AND run_at <= $3 ORDER BY run_at, seq LIMIT {LONGEST_DUE}"
    );
    // Everybody takes lanes in the order of their names, so that no two wait for each other.
    let take_of = async |heads: &str| {
        let statement = format!(
            "WITH free AS MATERIALIZED ({heads} AND {IS_FREE} ORDER BY head.run_at, head.seq LIMIT {found}),
                  taken AS (
                      INSERT INTO job_leases (tenant_id, queue, lane, worker_id, leased_until)
                      SELECT $1, $2, lane, $4, $5
                        FROM (SELECT lane FROM free ORDER BY run_at, seq LIMIT {wanted}) AS longest ORDER BY lane
                      ON CONFLICT (tenant_id, queue, lane) DO UPDATE
                         SET worker_id = EXCLUDED.worker_id, leased_until = EXCLUDED.leased_until
                       WHERE job_leases.leased_until <= $3
                      RETURNING lane, xmax <> 0 AS is_taken_over)
             SELECT taken.lane, taken.is_taken_over, found.free,
                    CASE WHEN found.free = 0 THEN (SELECT count(*) FROM ({longest_due}) AS due) = {LONGEST_DUE} ELSE false END
                        AS may_be_more
               FROM (SELECT count(*) AS free FROM free) AS found LEFT JOIN taken ON true"
        );
        let rows: Vec<Row> = Sql::new(statement)
            .bind(tx.tenant_id())
            .bind(queue.name)
            .bind(now)
            .bind(worker_id)
            .bind(now + queue.lease)
            .all(tx)
            .await?;
        let may_be_more = rows.iter().any(|row| row.may_be_more);
        let free = rows.first().map_or(0, |row| row.free as usize);
        let taken = rows.into_iter().filter_map(|row| {
            Some(TakenLane {
                lane: row.lane?,
                is_taken_over: row.is_taken_over == Some(true),
            })
        });
        let attempt = Attempt {
            taken: taken.collect(),
            free,
        };
        Ok::<_, DbErr>((attempt, may_be_more))
    };
    let of_longest_due = format!(
        "SELECT head.lane, head.run_at, head.seq FROM ({longest_due}) AS head WHERE head.seq = ({FIRST_IN_LANE})"
    );
    let (attempt, may_be_more) = take_of(&of_longest_due).await?;
    if !may_be_more {
        return Ok(attempt);
    }
    // A loose scan over the lane index: one step a lane with pending work, whatever the number of jobs in it.
    let of_all = "SELECT head.lane, head.run_at, head.seq FROM (
            WITH RECURSIVE lanes AS (
                (SELECT lane FROM jobs WHERE tenant_id = $1 AND queue = $2 AND state = 'pending' ORDER BY lane LIMIT 1)
                UNION ALL
                SELECT next.lane FROM lanes, LATERAL (
                    SELECT lane FROM jobs WHERE tenant_id = $1 AND queue = $2 AND state = 'pending' AND lane > lanes.lane
                     ORDER BY lane LIMIT 1) AS next
            )
            SELECT first.lane, first.seq, first.run_at FROM lanes, LATERAL (
                SELECT lane, seq, run_at FROM jobs
                 WHERE tenant_id = $1 AND queue = $2 AND state = 'pending' AND lane = lanes.lane ORDER BY seq LIMIT 1) AS first
        ) AS head WHERE head.run_at <= $3";
    Ok(take_of(of_all).await?.0)
}

/// The `seq` of the first job in the lane of `head`. A subquery with a limit, as that of [`IS_FREE`], is one step in an
/// index for each job, where `EXISTS` may become a join that reads all of the queue.
const FIRST_IN_LANE: &str = "SELECT earliest.seq FROM jobs AS earliest
    WHERE earliest.tenant_id = $1 AND earliest.queue = $2 AND earliest.state = 'pending' AND earliest.lane = head.lane
    ORDER BY earliest.seq LIMIT 1";

/// That nobody holds or pauses the lane of `head` at `$3`.
const IS_FREE: &str = "COALESCE((SELECT lease.leased_until FROM job_leases AS lease
               WHERE lease.tenant_id = $1 AND lease.queue = $2 AND lease.lane = head.lane LIMIT 1) <= $3, true)
    AND NOT EXISTS (SELECT 1 FROM job_pauses
                     WHERE tenant_id = $1 AND queue = $2 AND starts_with(head.lane, lane_prefix)
                       AND (until IS NULL OR until > $3))";

/// Whether the lanes are still ours; locks the leases, so that they stay ours until the transaction ends.
pub(super) async fn holds_leases(tx: &TenantTx, queue: &str, lanes: &[String], worker_id: Uuid) -> Result<bool, DbErr> {
    let held = Sql::new(
        "SELECT count(*) AS value FROM (SELECT 1 FROM job_leases \
          WHERE tenant_id = $1 AND queue = $2 AND lane = ANY($3) AND worker_id = $4 FOR UPDATE) AS held",
    )
    .bind(tx.tenant_id())
    .bind(queue)
    .bind(lanes.to_vec())
    .bind(worker_id)
    .scalar::<i64>(tx)
    .await?;
    Ok(held == Some(lanes.len() as i64))
}

/// Holds the lanes longer; false when one was lost.
pub(super) async fn renew(
    tx: &TenantTx,
    queue: &str,
    lanes: &[String],
    worker_id: Uuid,
    until: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let renewed = Sql::new(
        "UPDATE job_leases SET leased_until = $5 \
          WHERE tenant_id = $1 AND queue = $2 AND lane = ANY($3) AND worker_id = $4",
    )
    .bind(tx.tenant_id())
    .bind(queue)
    .bind(lanes.to_vec())
    .bind(worker_id)
    .bind(until)
    .execute(tx)
    .await?;
    Ok(renewed == lanes.len() as u64)
}

/// Gives lanes back; false when one was not ours any more.
pub(super) async fn release(tx: &TenantTx, queue: &str, lanes: &[String], worker_id: Uuid) -> Result<bool, DbErr> {
    let released =
        Sql::new("DELETE FROM job_leases WHERE tenant_id = $1 AND queue = $2 AND lane = ANY($3) AND worker_id = $4")
            .bind(tx.tenant_id())
            .bind(queue)
            .bind(lanes.to_vec())
            .bind(worker_id)
            .execute(tx)
            .await?;
    Ok(released == lanes.len() as u64)
}

/// The jobs at the heads of lanes that may run now, oldest first, in each lane up to the first that must still wait; and
/// whether no job comes after those that were looked at. Of `most` jobs each lane has its equal share.
pub(super) async fn heads_of_lanes(
    tx: &TenantTx,
    queue: &str,
    lanes: &[String],
    now: DateTime<Utc>,
    most: usize,
) -> Result<(Vec<Job>, bool), DbErr> {
    let share = most.div_ceil(lanes.len().max(1));
    let mut jobs: Vec<Job> = Sql::new(format!(
        "SELECT head.* FROM unnest($3::text[]) AS held (lane), LATERAL (
            SELECT {JOB}, seq FROM jobs
             WHERE tenant_id = $1 AND queue = $2 AND jobs.lane = held.lane AND state = 'pending'
             ORDER BY seq LIMIT $4) AS head
          ORDER BY head.seq"
    ))
    .bind(tx.tenant_id())
    .bind(queue)
    .bind(lanes.to_vec())
    .bind(share as i64 + 1)
    .all(tx)
    .await?;
    let (mut is_all, mut waiting) = (true, BTreeSet::new());
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    jobs.retain(|job| {
        let taken = taken.entry(job.lane.clone()).or_default();
        *taken += 1;
        is_all &= *taken <= share;
        if job.run_at > now {
            waiting.insert(job.lane.clone());
        }
        *taken <= share && !waiting.contains(&job.lane)
    });
    Ok((jobs, is_all))
}

/// Records a failed or postponed attempt.
pub(super) async fn reschedule(
    tx: &TenantTx,
    job: JobId,
    attempts: i32,
    run_at: DateTime<Utc>,
    reason: &str,
) -> Result<(), DbErr> {
    Sql::new("UPDATE jobs SET attempts = $3, run_at = $4, last_error = $5 WHERE tenant_id = $1 AND id = $2")
        .bind(tx.tenant_id())
        .bind(job)
        .bind(attempts)
        .bind(run_at)
        .bind(reason)
        .execute(tx)
        .await?;
    Ok(())
}

/// Turns a job into a dead letter, which frees its lane.
pub(super) async fn bury(
    tx: &TenantTx,
    job: JobId,
    attempts: i32,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE jobs SET state = 'dead', attempts = $3, last_error = $4, failed_at = $5 WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tx.tenant_id())
    .bind(job)
    .bind(attempts)
    .bind(reason)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// Tenants with due work in a queue, in rotation: in the order of their ids, first those after `after`.
pub(super) async fn tenants_with_due_jobs(
    db: &impl sea_orm::ConnectionTrait,
    queue: &str,
    now: DateTime<Utc>,
    after: Option<TenantId>,
    most: i32,
) -> Result<Vec<TenantId>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        tenant_id: TenantId,
    }
    let rows: Vec<Row> = Sql::new("SELECT tenant_id FROM tenants_with_due_jobs($1, $2, $3, $4) AS tenant_id")
        .bind(queue)
        .bind(now)
        .bind(after.map(|tenant| tenant.0))
        .bind(most)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.tenant_id).collect())
}
