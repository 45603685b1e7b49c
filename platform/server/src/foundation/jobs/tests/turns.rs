//! Whose job is done next, and by whom.

use super::*;

/// Does a job only beside two others.
struct Together(Arc<tokio::sync::Barrier>);

#[async_trait]
impl Handler for Together {
    fn queue(&self) -> Queue {
        Recording(Arc::default(), 6).queue()
    }

    async fn run(&self, batch: &LaneBatch) -> Result<(), Failure> {
        self.0.wait().await;
        let tx = batch.db.begin().await?;
        batch
            .complete(&tx, &batch.jobs.iter().map(|job| job.id).collect::<Vec<_>>())
            .await?;
        Ok(tx.commit().await?)
    }
}

#[tokio::test]
async fn tenants_take_turns_whatever_the_size_of_their_queue() {
    let bench = Bench::new().await;
    let (noisy, quiet) = (TenantId::generate(), TenantId::generate());
    for lane in 0..20 {
        let lane = format!("lane {lane:02}");
        bench.enqueue(noisy, &lane, "work", &["noisy"; 10]).await;
    }
    bench.enqueue(quiet, "only", "work", &["quiet"]).await;
    bench.worker().drain().await.unwrap();
    let quiet_at = bench.done().iter().position(|name| name == "quiet").unwrap();
    assert!(
        quiet_at <= 10,
        "the quiet tenant waited for {quiet_at} jobs of the noisy one"
    );
    assert_eq!(bench.done().len(), 201);
}

#[tokio::test]
async fn two_workers_never_do_a_job_twice() {
    let bench = Bench::new().await;
    let tenants: Vec<TenantId> = (0..3).map(|_| TenantId::generate()).collect();
    for (at, tenant) in tenants.iter().enumerate() {
        for lane in 0..5 {
            let names: Vec<String> = (0..20).map(|job| format!("{at}/{lane}/{job:02}")).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            bench.enqueue(*tenant, &format!("lane {lane}"), "work", &names).await;
        }
    }
    let (one, other) = (bench.worker(), bench.worker());
    let (a, b) = tokio::join!(one.drain(), other.drain());
    a.unwrap();
    b.unwrap();
    one.drain().await.unwrap();
    let done = bench.done();
    assert_eq!(done.len(), 300);
    for lane in done
        .iter()
        .map(|name| &name[..4])
        .collect::<std::collections::BTreeSet<_>>()
    {
        let in_lane: Vec<&String> = done.iter().filter(|name| name.starts_with(lane)).collect();
        assert!(in_lane.is_sorted(), "{lane} lost its order: {in_lane:?}");
        assert_eq!(in_lane.len(), 20);
    }
}

#[tokio::test]
async fn a_running_worker_hears_of_new_work_and_stops_when_told() {
    let bench = Bench::new().await;
    let tenant = TenantId::generate();
    let worker = Arc::new(bench.worker());
    let (stop, shutdown) = tokio::sync::watch::channel(false);
    let running = tokio::spawn({
        let worker = worker.clone();
        async move { worker.run(shutdown).await }
    });
    bench.enqueue(tenant, "a", "work", &["1"]).await;
    let arrived = async {
        while bench.done().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), arrived)
        .await
        .expect("the announcement was heard");
    stop.send(true).unwrap();
    tokio::time::timeout(std::time::Duration::from_secs(10), running)
        .await
        .expect("the worker stops")
        .unwrap();
}

#[tokio::test]
async fn a_lane_behind_many_jobs_that_must_wait_is_found() {
    let bench = Bench::new().await;
    let tenant = TenantId::generate();
    *bench.recorder.fail.lock().unwrap() = vec!["waits"];
    for lane in 0..70 {
        bench
            .enqueue(tenant, &format!("slow {lane:02}"), "postponed", &["waits", "behind"])
            .await;
    }
    let worker = bench.worker();
    worker.drain().await.unwrap();
    bench.enqueue(tenant, "free", "work", &["now", "then"]).await;
    worker.drain().await.unwrap();
    assert_eq!(bench.done(), ["now", "then"]);
}

#[tokio::test]
async fn tenants_with_work_are_named_in_rotation() {
    let bench = Bench::new().await;
    let mut tenants: Vec<TenantId> = (0..4).map(|_| TenantId::generate()).collect();
    tenants.sort_by_key(|tenant| tenant.0);
    for tenant in &tenants {
        bench.enqueue(*tenant, "a", "work", &["due"]).await;
    }
    let system = bench.db.database().system(crate::foundation::db::SystemPath::Dispatch);
    let now = bench.clock.now();
    let [first, second, third, fourth] = tenants[..] else {
        panic!("four tenants")
    };
    let cases = [
        (now, None, 9, vec![first, second, third, fourth]),
        (now, Some(second), 9, vec![third, fourth, first, second]),
        (now, Some(second), 3, vec![third, fourth, first]),
        (now, Some(fourth), 9, vec![first, second, third, fourth]),
        (now - TimeDelta::seconds(1), Some(second), 9, vec![]),
    ];
    for (at, after, most, expected) in cases {
        let named = store::tenants_with_due_jobs(system, "background", at, after, most)
            .await
            .unwrap();
        assert_eq!(named, expected, "after {after:?}, at most {most}");
    }
    let others = store::tenants_with_due_jobs(system, "delivery", now, Some(second), 9)
        .await
        .unwrap();
    assert_eq!(others, []);
}

#[tokio::test]
async fn one_announcement_of_work_for_several_wakes_as_many() {
    let bench = Bench::new().await;
    let (tenant, other) = (TenantId::generate(), TenantId::generate());
    let options = WorkerOptions {
        poll: std::time::Duration::from_secs(3_600),
    };
    let handler: Arc<dyn Handler> = Arc::new(Together(Arc::new(tokio::sync::Barrier::new(3))));
    let worker = Worker::new(bench.db.database().clone(), bench.clock.clone(), options, vec![handler]);
    let (stop, shutdown) = tokio::sync::watch::channel(false);
    let running = tokio::spawn(async move { worker.run(shutdown).await });
    let enqueue_together = async |tenant: TenantId, lanes: usize| {
        let tx = bench.db.database().tenant(tenant).begin().await.unwrap();
        let now = bench.clock.now();
        let jobs = (0..lanes).map(|lane| NewJob::now("background", format!("lane {lane}"), "work", &json!({}), now));
        enqueue_many(&tx, now, jobs.collect()).await.unwrap();
        tx.commit().await.unwrap();
    };
    for lanes_of_one in [3, 2, 3, 2, 3] {
        // Whoever did the last round's work looks around once more before it waits.
        for _ in 0..30 {
            bench.pending(tenant).await;
        }
        enqueue_together(other, 3 - lanes_of_one).await;
        enqueue_together(tenant, lanes_of_one).await;
        let done = async {
            while !(bench.pending(tenant).await.is_empty() && bench.pending(other).await.is_empty()) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), done)
            .await
            .unwrap_or_else(|_| panic!("{lanes_of_one} lanes of one tenant: not all slots woke"));
    }
    stop.send(true).unwrap();
    running.await.unwrap();
}

/// A running worker that never looks into the database by itself.
fn that_only_hears(bench: &Bench, handler: Arc<dyn Handler>) -> impl Future<Output = ()> + use<> {
    let options = WorkerOptions {
        poll: std::time::Duration::from_secs(3_600),
    };
    let worker = Worker::new(bench.db.database().clone(), bench.clock.clone(), options, vec![handler]);
    async move {
        let (_stop, shutdown) = tokio::sync::watch::channel(false);
        worker.run(shutdown).await;
    }
}

async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let so = async {
        while !is_so().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), so)
        .await
        .unwrap_or_else(|_| panic!("{what}"));
}

#[tokio::test]
async fn a_worker_that_starts_finds_the_work_of_many_tenants() {
    let bench = Bench::new().await;
    for _ in 0..150 {
        bench.enqueue(TenantId::generate(), "a", "work", &["job"]).await;
    }
    let handler = Arc::new(Recording(bench.recorder.clone(), 4));
    let running = tokio::spawn(that_only_hears(&bench, handler));
    until("not all tenants had their turn", async || bench.done().len() == 150).await;
    running.abort();
}

/// Waits at the door until it is let in, and says when it came.
struct Door(Recording, Arc<tokio::sync::Semaphore>, Arc<tokio::sync::Semaphore>);

#[async_trait]
impl Handler for Door {
    fn queue(&self) -> Queue {
        self.0.queue()
    }

    async fn run(&self, batch: &LaneBatch) -> Result<(), Failure> {
        self.1.add_permits(1);
        self.2.acquire().await.expect("open").forget();
        let outcome = self.0.run(batch).await;
        self.0.0.outcomes.lock().unwrap().push(outcome.is_ok());
        outcome
    }
}

/// A running worker whose first job, in lane `a`, stands at the door: who came, who is let in, and the worker.
async fn first_at_the_door(
    bench: &Bench,
    tenant: TenantId,
) -> (
    Arc<tokio::sync::Semaphore>,
    Arc<tokio::sync::Semaphore>,
    tokio::task::JoinHandle<()>,
) {
    let [came, let_in] = [(); 2].map(|()| Arc::new(tokio::sync::Semaphore::new(0)));
    let handler = Door(Recording(bench.recorder.clone(), 4), came.clone(), let_in.clone());
    let running = tokio::spawn(that_only_hears(bench, Arc::new(handler)));
    bench.enqueue(tenant, "a", "work", &["first"]).await;
    came.acquire().await.unwrap().forget();
    (came, let_in, running)
}

#[tokio::test]
async fn work_that_comes_while_its_lane_is_held_is_done_after_it() {
    let bench = Bench::new().await;
    let tenant = TenantId::generate();
    let (_, let_in, running) = first_at_the_door(&bench, tenant).await;
    bench.enqueue(tenant, "a", "work", &["second"]).await;
    // The other slots look, and find the lane held.
    for _ in 0..30 {
        bench.pending(tenant).await;
    }
    let_in.add_permits(2);
    until("the second job waits for ever", async || {
        bench.done() == ["first", "second"]
    })
    .await;
    running.abort();
}

#[tokio::test]
async fn a_lane_that_another_batch_of_the_same_process_took_over_is_not_ours() {
    let bench = Bench::new().await;
    let tenant = TenantId::generate();
    let (came, let_in, running) = first_at_the_door(&bench, tenant).await;
    bench.clock.advance(TimeDelta::seconds(31));
    bench.enqueue(tenant, "a", "work", &["second"]).await;
    came.acquire().await.unwrap().forget();
    for passed in 1..=3 {
        let_in.add_permits(1);
        let outcomes = || bench.recorder.outcomes.lock().unwrap().len();
        until("it is not let in", async || outcomes() == passed).await;
    }
    assert_eq!(*bench.recorder.outcomes.lock().unwrap(), [false, true, true]);
    assert_eq!(bench.done(), ["first", "second"]);
    running.abort();
}

#[tokio::test]
async fn the_lane_is_given_back_with_the_last_job_and_not_before() {
    let bench = Bench::new().await;
    let tenant = TenantId::generate();
    bench.enqueue(tenant, "a", "work", &["1", "2", "3"]).await;
    let db = bench.db.database().tenant(tenant);
    let (worker_id, now) = (crate::foundation::context::new_uuid(), bench.clock.now());
    let tx = db.begin().await.unwrap();
    store::take_lanes(&tx, &bench.claim(worker_id)).await.unwrap();
    let lanes = vec!["a".to_owned()];
    let (jobs, is_all) = store::heads_of_lanes(&tx, "background", &lanes, now, 2).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!is_all, "a third job waits");
    let ids: Vec<_> = jobs.iter().map(|job| job.id).collect();
    let last = jobs[1].clone();
    let batch = LaneBatch::new(db.clone(), ("background", worker_id), lanes.clone(), jobs, is_all);
    let is_held = async || {
        let tx = db.begin().await.unwrap();
        store::holds_leases(&tx, "background", &lanes, worker_id).await.unwrap()
    };
    let tx = db.begin().await.unwrap();
    batch.complete(&tx, &ids[..1]).await.unwrap();
    tx.commit().await.unwrap();
    assert!(is_held().await && !batch.is_given_back());
    let tx = db.begin().await.unwrap();
    batch.complete(&tx, &ids[1..]).await.unwrap();
    drop(tx);
    assert!(
        is_held().await && !batch.is_given_back(),
        "what is rolled back gives nothing back"
    );
    let alone = batch.only(&last);
    assert_eq!(
        alone.lanes_to_keep(),
        lanes,
        "the lease is renewed while the job is tried again"
    );
    let tx = db.begin().await.unwrap();
    alone.complete(&tx, &ids[1..]).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!is_held().await && batch.is_given_back());
}

/// Never ends with a job that hangs, as a CRM that does not answer.
struct Hanging(Recording);

#[async_trait]
impl Handler for Hanging {
    fn queue(&self) -> Queue {
        self.0.queue()
    }

    async fn run(&self, batch: &LaneBatch) -> Result<(), Failure> {
        if batch.jobs[0].payload["name"] == "hangs" {
            std::future::pending::<()>().await;
        }
        self.0.run(batch).await
    }
}

#[tokio::test]
async fn a_tenant_whose_vendor_hangs_leaves_room_for_the_others() {
    let bench = Bench::new().await;
    let (stuck, other) = (TenantId::generate(), TenantId::generate());
    for lane in 0..9 {
        bench.enqueue(stuck, &format!("lane {lane}"), "work", &["hangs"]).await;
    }
    let handler: Arc<dyn Handler> = Arc::new(Hanging(Recording(bench.recorder.clone(), 4)));
    let options = WorkerOptions::default();
    let worker = Worker::new(bench.db.database().clone(), bench.clock.clone(), options, vec![handler]);
    let (_stop, shutdown) = tokio::sync::watch::channel(false);
    let running = tokio::spawn(async move { worker.run(shutdown).await });
    let held = || async {
        let tx = bench.db.database().tenant(stuck).begin().await.unwrap();
        let leases = Sql::new("SELECT count(*) AS value FROM job_leases");
        leases.scalar::<i64>(&tx).await.unwrap().unwrap_or_default()
    };
    let within = std::time::Duration::from_secs(20);
    let both_hang = async {
        while held().await < 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(within, both_hang)
        .await
        .expect("two places are taken");
    for name in ["one", "two", "three"] {
        bench.enqueue(other, name, "work", &[name]).await;
    }
    let done = async {
        while bench.done().len() < 3 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(within, done)
        .await
        .expect("the other tenant's work is done");
    assert_eq!(held().await, 2, "half of the places");
    running.abort();
}

/// Takes the jobs of many lanes at once.
struct Wide(Recording);

#[async_trait]
impl Handler for Wide {
    fn queue(&self) -> Queue {
        Queue {
            lanes: 8,
            ..self.0.queue()
        }
    }

    async fn run(&self, batch: &LaneBatch) -> Result<(), Failure> {
        self.0.run(batch).await
    }
}

fn wide_worker(bench: &Bench) -> Worker {
    let handler: Arc<dyn Handler> = Arc::new(Wide(Recording(bench.recorder.clone(), 2)));
    let options = WorkerOptions::default();
    Worker::new(bench.db.database().clone(), bench.clock.clone(), options, vec![handler])
}

#[tokio::test]
async fn news_in_many_lanes_is_one_batch_and_each_lane_keeps_its_order() {
    let bench = Bench::new().await;
    let tenant = TenantId::generate();
    for lane in ["c", "a", "b"] {
        let names: Vec<String> = (1..=4).map(|number| format!("{lane}{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        bench.enqueue(tenant, lane, "work", &names).await;
    }
    for lane in 0..7 {
        bench.enqueue(tenant, &format!("more {lane}"), "work", &["more"]).await;
    }
    wide_worker(&bench).drain().await.unwrap();
    // Ten lanes, and ten jobs a batch: two of each of the first eight, then what is left, four of each lane at most.
    assert_eq!(*bench.recorder.batches.lock().unwrap(), [11, 8]);
    let (more, named): (Vec<String>, Vec<String>) = bench.done().into_iter().partition(|name| name == "more");
    let expected = ["c1", "c2", "a1", "a2", "b1", "b2", "c3", "c4", "a3", "a4", "b3", "b4"];
    assert_eq!((named, more.len()), (expected.map(str::to_owned).to_vec(), 7));
}

#[tokio::test]
async fn a_job_that_fails_holds_up_its_own_lane_and_no_other_of_its_batch() {
    for kind in ["work", "panics", "postponed"] {
        let bench = Bench::new().await;
        let tenant = TenantId::generate();
        *bench.recorder.fail.lock().unwrap() = vec!["bad"];
        bench.enqueue(tenant, "a", kind, &["bad", "behind"]).await;
        bench.enqueue(tenant, "b", kind, &["good", "better"]).await;
        let worker = wide_worker(&bench);
        worker.drain().await.unwrap();
        assert_eq!(bench.done(), ["good", "better"], "{kind}");
        bench.recorder.fail.lock().unwrap().clear();
        bench.clock.advance(TimeDelta::hours(2));
        worker.drain().await.unwrap();
        assert_eq!(bench.done()[2..], ["bad", "behind"], "{kind}");
    }
}

#[tokio::test]
async fn of_the_lanes_of_a_worker_that_died_each_suspect_is_tried_alone() {
    let bench = Bench::new().await;
    let tenant = TenantId::generate();
    for lane in ["a", "b"] {
        bench.enqueue(tenant, lane, "work", &["held"]).await;
    }
    let dead_worker = crate::foundation::context::new_uuid();
    let tx = bench.db.database().tenant(tenant).begin().await.unwrap();
    let claim = store::Claim {
        queue: Wide(Recording(bench.recorder.clone(), 2)).queue(),
        ..bench.claim(dead_worker)
    };
    assert_eq!(store::take_lanes(&tx, &claim).await.unwrap().taken.len(), 2);
    tx.commit().await.unwrap();
    bench.enqueue(tenant, "c", "work", &["free", "free"]).await;
    bench.clock.advance(TimeDelta::seconds(31));
    wide_worker(&bench).drain().await.unwrap();
    let mut batches = bench.recorder.batches.lock().unwrap().clone();
    batches.sort_unstable();
    assert_eq!(batches, [1, 1, 2]);
}

#[tokio::test]
async fn workers_of_many_lanes_never_do_a_job_twice() {
    let bench = Bench::new().await;
    let tenant = TenantId::generate();
    for lane in 0..40 {
        let lane = format!("lane {lane:02}");
        bench.enqueue(tenant, &lane, "work", &[&lane, &lane]).await;
    }
    let (one, other) = (wide_worker(&bench), wide_worker(&bench));
    let (a, b) = tokio::join!(one.drain(), other.drain());
    a.unwrap();
    b.unwrap();
    one.drain().await.unwrap();
    assert_eq!(bench.done().len(), 80);
}
