use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use serde_json::json;

use super::*;
use crate::foundation::context::Clock;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::TenantId;
use crate::testing::TestDb;

mod turns;

/// What the test handler does with a job of a kind.
#[derive(Default)]
struct Recorder {
    done: Mutex<Vec<(TenantId, String)>>,
    batches: Mutex<Vec<usize>>,
    buried: Mutex<Vec<String>>,
    fail: Mutex<Vec<&'static str>>,
    outcomes: Mutex<Vec<bool>>,
}

struct Recording(Arc<Recorder>, usize);

#[async_trait]
impl Handler for Recording {
    fn queue(&self) -> Queue {
        Queue {
            name: "background",
            batch: 10,
            lanes: 1,
            concurrency: self.1,
            lease: TimeDelta::seconds(30),
            backoff: Backoff {
                base: TimeDelta::seconds(2),
                cap: TimeDelta::minutes(1),
                max_attempts: 3,
            },
        }
    }

    async fn run(&self, batch: &LaneBatch) -> Result<(), Failure> {
        self.0.batches.lock().unwrap().push(batch.jobs.len());
        let tx = batch.db.begin().await?;
        for job in &batch.jobs {
            let name = job.payload["name"].as_str().unwrap_or_default();
            if self.0.fail.lock().unwrap().iter().any(|bad| name.contains(bad)) {
                return Err(match job.kind.as_str() {
                    "rejected" => Failure::DeadLetter {
                        reason: "the vendor said no".to_owned(),
                    },
                    "postponed" => Failure::Postpone {
                        until: job.run_at + TimeDelta::hours(1),
                        reason: "rate limit".to_owned(),
                    },
                    "panics" => panic!("a handler that panics"),
                    _ => Failure::Retry {
                        after: None,
                        reason: "it may work later".to_owned(),
                    },
                });
            }
        }
        batch
            .complete(&tx, &batch.jobs.iter().map(|job| job.id).collect::<Vec<_>>())
            .await?;
        tx.commit().await?;
        for job in &batch.jobs {
            let name = job.payload["name"].as_str().unwrap_or_default().to_owned();
            self.0.done.lock().unwrap().push((batch.db.tenant_id(), name));
        }
        Ok(())
    }

    async fn on_dead_letter(&self, _: &TenantTx, job: &Job, reason: &str) -> Result<(), sea_orm::DbErr> {
        self.0.buried.lock().unwrap().push(format!(
            "{}: {reason}",
            job.payload["name"].as_str().unwrap_or_default()
        ));
        Ok(())
    }
}

struct Bench {
    db: TestDb,
    clock: Clock,
    recorder: Arc<Recorder>,
}

impl Bench {
    async fn new() -> Self {
        let clock = Clock::fixed(Utc.with_ymd_and_hms(2026, 3, 2, 9, 0, 0).unwrap());
        Self {
            db: TestDb::new().await,
            clock,
            recorder: Arc::default(),
        }
    }

    fn worker(&self) -> Worker {
        let handler: Arc<dyn Handler> = Arc::new(Recording(self.recorder.clone(), 2));
        Worker::new(
            self.db.database().clone(),
            self.clock.clone(),
            WorkerOptions::default(),
            vec![handler],
        )
    }

    fn claim(&self, worker_id: uuid::Uuid) -> store::Claim {
        store::Claim {
            queue: Recording(self.recorder.clone(), 2).queue(),
            worker_id,
            now: self.clock.now(),
        }
    }

    async fn enqueue(&self, tenant: TenantId, lane: &str, kind: &'static str, names: &[&str]) {
        let tx = self.db.database().tenant(tenant).begin().await.unwrap();
        let now = self.clock.now();
        let jobs = names
            .iter()
            .map(|name| NewJob::now("background", lane, kind, &json!({ "name": name }), now));
        enqueue_many(&tx, now, jobs.collect()).await.unwrap();
        tx.commit().await.unwrap();
    }

    fn done(&self) -> Vec<String> {
        self.recorder
            .done
            .lock()
            .unwrap()
            .iter()
            .map(|(_, name)| name.clone())
            .collect()
    }

    async fn pending(&self, tenant: TenantId) -> Vec<(i32, DateTime<Utc>)> {
        #[derive(sea_orm::FromQueryResult)]
        struct Row {
            attempts: i32,
            run_at: DateTime<Utc>,
        }
        let tx = self.db.database().tenant(tenant).begin().await.unwrap();
        let rows: Vec<Row> = Sql::new("SELECT attempts, run_at FROM jobs WHERE state = 'pending' ORDER BY seq")
            .all(&tx)
            .await
            .unwrap();
        rows.into_iter().map(|row| (row.attempts, row.run_at)).collect()
    }
}

#[tokio::test]
async fn a_lane_keeps_its_order_and_a_finished_job_is_gone() {
    let bench = Bench::new().await;
    let tenant = TenantId::generate();
    bench.enqueue(tenant, "a", "work", &["1", "2", "3"]).await;
    bench.worker().drain().await.unwrap();
    assert_eq!(bench.done(), ["1", "2", "3"]);
    assert!(bench.pending(tenant).await.is_empty());
}

#[tokio::test]
async fn a_job_is_not_enqueued_when_its_transaction_is_rolled_back() {
    let bench = Bench::new().await;
    let tx = bench.db.database().tenant(TenantId::generate()).begin().await.unwrap();
    enqueue(
        &tx,
        bench.clock.now(),
        NewJob::now("background", "a", "work", &json!({}), bench.clock.now()),
    )
    .await
    .unwrap();
    drop(tx);
    assert_eq!(bench.worker().drain().await.unwrap(), 0);
}

#[tokio::test]
async fn a_pending_job_with_the_same_key_is_not_repeated_and_a_finished_one_is() {
    let bench = Bench::new().await;
    let tenant = TenantId::generate();
    let add = async || {
        let tx = bench.db.database().tenant(tenant).begin().await.unwrap();
        let job = NewJob::now("background", "a", "work", &json!({ "name": "once" }), bench.clock.now()).unique("key");
        let id = enqueue(&tx, bench.clock.now(), job).await.unwrap();
        tx.commit().await.unwrap();
        id.is_some()
    };
    assert!(add().await);
    assert!(!add().await);
    bench.worker().drain().await.unwrap();
    assert!(add().await);
}

#[tokio::test]
async fn a_failure_waits_longer_each_time_then_becomes_a_dead_letter_that_can_be_retried() {
    let bench = Bench::new().await;
    let tenant = TenantId::generate();
    *bench.recorder.fail.lock().unwrap() = vec!["bad"];
    bench.enqueue(tenant, "a", "work", &["bad", "behind"]).await;
    let worker = bench.worker();
    for (attempt, seconds) in [(1, 1..=2), (2, 2..=4)] {
        worker.drain().await.unwrap();
        let (attempts, run_at) = bench.pending(tenant).await[0];
        assert_eq!(attempts, attempt);
        assert!(
            seconds.contains(&(run_at - bench.clock.now()).num_seconds()),
            "{attempt}"
        );
        assert!(bench.done().is_empty(), "what is behind in the lane waits");
        bench.clock.advance(TimeDelta::seconds(5));
    }
    worker.drain().await.unwrap();
    assert_eq!(*bench.recorder.buried.lock().unwrap(), ["bad: it may work later"]);
    assert_eq!(bench.done(), ["behind"]);

    let tx = bench.db.database().tenant(tenant).begin().await.unwrap();
    let dead = dead_jobs(&tx, Some("background"), 10).await.unwrap();
    assert_eq!(dead.len(), 1);
    bench.recorder.fail.lock().unwrap().clear();
    assert!(retry_dead(&tx, dead[0].id, bench.clock.now()).await.unwrap());
    tx.commit().await.unwrap();
    worker.drain().await.unwrap();
    assert_eq!(bench.done(), ["behind", "bad"]);
}

#[tokio::test]
async fn a_dead_letter_whose_work_waits_again_hastens_it_instead_of_standing_in_its_way() {
    let bench = Bench::new().await;
    let tenant = TenantId::generate();
    *bench.recorder.fail.lock().unwrap() = vec!["dies"];
    let (worker, hour) = (bench.worker(), TimeDelta::hours(1));
    let add = async |name: &str, after: TimeDelta| {
        let tx = bench.db.database().tenant(tenant).begin().await.unwrap();
        let job = NewJob::now(
            "background",
            "a",
            "work",
            &json!({ "name": name }),
            bench.clock.now() + after,
        );
        let id = enqueue(&tx, bench.clock.now(), job.unique("key")).await.unwrap();
        tx.commit().await.unwrap();
        id.expect("enqueued")
    };
    let dead = add("dies", TimeDelta::zero()).await;
    for _ in 0..3 {
        worker.drain().await.unwrap();
        bench.clock.advance(TimeDelta::seconds(5));
    }
    add("again", hour).await;
    let tx = bench.db.database().tenant(tenant).begin().await.unwrap();
    assert!(retry_dead(&tx, dead, bench.clock.now()).await.unwrap());
    assert!(!retry_dead(&tx, dead, bench.clock.now()).await.unwrap());
    tx.commit().await.unwrap();
    worker.drain().await.unwrap();
    assert_eq!(bench.done(), ["again"]);
    assert!(bench.pending(tenant).await.is_empty());
}

#[tokio::test]
async fn a_batch_with_a_bad_job_does_the_good_ones_before_it() {
    for (kind, attempts_after) in [
        ("rejected", None),
        ("postponed", Some(0)),
        ("panics", Some(1)),
        ("work", Some(1)),
    ] {
        let bench = Bench::new().await;
        let tenant = TenantId::generate();
        *bench.recorder.fail.lock().unwrap() = vec!["bad"];
        bench.enqueue(tenant, "a", kind, &["good", "bad", "last"]).await;
        bench.worker().drain().await.unwrap();
        match attempts_after {
            None => assert_eq!(bench.done(), ["good", "last"], "{kind}: a dead letter frees its lane"),
            Some(attempts) => {
                assert_eq!(bench.done(), ["good"], "{kind}: the lane waits in order");
                assert_eq!(bench.pending(tenant).await[0].0, attempts, "{kind}");
            }
        }
    }
}

#[tokio::test]
async fn a_lane_whose_worker_died_is_taken_over_after_the_lease_and_counts_an_attempt() {
    let bench = Bench::new().await;
    let tenant = TenantId::generate();
    bench.enqueue(tenant, "a", "work", &["1", "2"]).await;
    let tx = bench.db.database().tenant(tenant).begin().await.unwrap();
    let dead_worker = crate::foundation::context::new_uuid();
    store::take_lanes(&tx, &bench.claim(dead_worker)).await.unwrap();
    tx.commit().await.unwrap();

    let worker = bench.worker();
    assert_eq!(worker.drain().await.unwrap(), 0, "the lane is held");
    bench.clock.advance(TimeDelta::seconds(31));
    *bench.recorder.fail.lock().unwrap() = vec!["1"];
    worker.drain().await.unwrap();
    assert_eq!(
        bench.recorder.batches.lock().unwrap()[0],
        1,
        "the suspect is tried alone"
    );
    assert_eq!(
        bench.pending(tenant).await[0].0,
        2,
        "one for the death, one for the failure"
    );
}

#[tokio::test]
async fn an_effect_without_the_lease_is_rolled_back() {
    let bench = Bench::new().await;
    let tenant = TenantId::generate();
    bench.enqueue(tenant, "a", "work", &["1"]).await;
    let db = bench.db.database().tenant(tenant);
    let tx = db.begin().await.unwrap();
    let lanes = vec!["a".to_owned()];
    let (jobs, is_all) = store::heads_of_lanes(&tx, "background", &lanes, bench.clock.now(), 1)
        .await
        .unwrap();
    let id = jobs[0].id;
    let batch = LaneBatch::new(
        db.clone(),
        ("background", crate::foundation::context::new_uuid()),
        lanes,
        jobs,
        is_all,
    );
    assert!(matches!(batch.complete(&tx, &[id]).await, Err(Failure::Retry { .. })));
    drop(tx);
    assert_eq!(bench.pending(tenant).await.len(), 1);
}

#[tokio::test]
async fn a_paused_connection_keeps_its_lanes_until_it_is_resumed() {
    let bench = Bench::new().await;
    let tenant = TenantId::generate();
    bench.enqueue(tenant, "conn1:acme", "work", &["held"]).await;
    bench.enqueue(tenant, "conn2:acme", "work", &["free"]).await;
    let db = bench.db.database().tenant(tenant);
    let tx = db.begin().await.unwrap();
    pause_lanes(&tx, "background", "conn1:", "disconnected", bench.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    bench.worker().drain().await.unwrap();
    assert_eq!(bench.done(), ["free"]);
    let tx = db.begin().await.unwrap();
    resume_lanes(&tx, "background", "conn1:").await.unwrap();
    tx.commit().await.unwrap();
    bench.worker().drain().await.unwrap();
    assert_eq!(bench.done(), ["free", "held"]);
}

#[tokio::test]
async fn a_schedule_runs_once_for_each_occurrence_however_many_processes_look() {
    let bench = Bench::new().await;
    let count = Arc::new(Mutex::new(0));
    let schedule = || {
        let count = count.clone();
        Schedule {
            name: "count",
            cron: "0 * * * *",
            task: Arc::new(move |_, _| {
                let count = count.clone();
                Box::pin(async move {
                    *count.lock().unwrap() += 1;
                    Ok(())
                })
            }),
        }
    };
    let scheduler = || Scheduler::new(bench.db.database().clone(), bench.clock.clone(), vec![schedule()]);
    for (minutes, expected) in [(0, 1), (1, 1), (58, 1), (1, 2), (0, 2), (61, 3)] {
        bench.clock.advance(TimeDelta::minutes(minutes));
        scheduler().tick().await.unwrap();
        scheduler().tick().await.unwrap();
        assert_eq!(*count.lock().unwrap(), expected, "after {minutes} more minutes");
    }
}
