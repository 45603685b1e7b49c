//! A CRM that is down, a tenant that is noisy, writes to one account.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::crm::{Crm, TROUBLE};
use crate::foundation::ids::{AccountId, ConnectionId, DeliveryId, TenantId};
use crate::foundation::jobs::{self, Failure, Handler, LaneBatch, NewJob, Queue};
use crate::pipeline::delivery::DeliveryHandler;
use crate::signals::deliveries::{self, DeliveryJob, QUEUE};

/// Different enough that none joins another.
const CALAMITIES: [&str; 4] = [
    TROUBLE,
    "We've decided to cancel our subscription at the end of the month.",
    "Your API keeps timing out and we are losing orders because of it.",
    "Nobody answers our support tickets, this is really frustrating.",
];

#[tokio::test]
async fn a_crm_that_is_down_for_an_hour_costs_nothing_but_time() {
    let crm = Crm::new().await;
    crm.map_acme().await;
    crm.fault(json!({ "vendor": "salesforce", "kind": "status", "status": 503, "times": 1_000_000 }))
        .await;
    let began = crm.stage.now();
    for minute in 0..60 {
        if minute % 15 == 0 {
            crm.jane_says(CALAMITIES[minute / 15]).await;
        }
        crm.deliver().await;
        crm.stage.app.clock.advance(TimeDelta::minutes(1));
    }
    assert_eq!(
        crm.stage.count("messages").await,
        4,
        "what is said is taken in as always"
    );
    let signals = crm.stage.count("signals").await;
    assert!(signals >= 3, "{signals} signals");
    assert_eq!(crm.stage.count("deliveries WHERE state = 'dead_letter'").await, 0);
    let waiting = crm.stage.count("deliveries WHERE state = 'pending'").await;
    assert!(waiting >= 3, "{waiting} deliveries wait");

    // The health page tells the story: what is wrong, since when it was well, how much waits.
    let health = crm.stage.owner.get("/api/v1/connections").await.expect(200);
    let items = health["items"].as_array().expect("items");
    let salesforce = items.iter().find(|one| one["vendor"] == "salesforce").expect("the CRM");
    assert_eq!(
        (&salesforce["status"], &salesforce["queue_depth"]),
        (&json!("degraded"), &json!(waiting))
    );
    // The circuit: a trial every few minutes, not a try by every job every minute.
    let calls = crm.control("GET", "/control/state", Value::Null).await["salesforce"]["calls"].as_i64();
    assert!(calls.is_some_and(|calls| calls < 40), "{calls:?} calls in an hour");

    crm.control("DELETE", "/control/faults", Value::Null).await;
    for _ in 0..40 {
        crm.deliver().await;
        crm.stage.app.clock.advance(TimeDelta::minutes(1));
    }
    assert_eq!(crm.stage.count("deliveries WHERE state = 'pending'").await, 0);
    assert_eq!(crm.tasks().await.len() as i64, waiting, "everything arrived, once");
    let order = "SELECT bool_and(delivered_at >= earlier)::text AS value FROM (
        SELECT delivered_at, lag(delivered_at, 1, delivered_at) OVER (ORDER BY created_at, id) AS earlier
          FROM deliveries WHERE state = 'delivered') AS one";
    assert_eq!(
        crm.stage.text(order).await,
        "true",
        "in the order in which it was asked for"
    );
    assert!(crm.stage.now() > began + TimeDelta::hours(1));
    let health = crm.stage.owner.get("/api/v1/connections").await.expect(200);
    let items = health["items"].as_array().expect("items");
    assert!(items.iter().all(|one| one["status"] == "connected"), "{health}");
}

#[tokio::test]
async fn writes_to_one_account_never_overlap_and_a_locked_row_is_tried_again() {
    let crm = Crm::new().await;
    crm.map_acme().await;
    crm.fault(json!({
        "vendor": "salesforce", "match": { "path": "/sobjects/Task", "method": "PATCH" }, "kind": "lock_row", "times": 2,
    }))
    .await;
    for said in CALAMITIES {
        crm.jane_says(said).await;
        crm.stage.app.clock.advance(TimeDelta::seconds(1));
    }
    let lanes = crm
        .stage
        .count("(SELECT DISTINCT lane FROM jobs WHERE queue = 'delivery') AS lanes")
        .await;
    assert_eq!(lanes, 1, "one account is one lane, which one worker holds at a time");
    let waiting = crm.stage.count("deliveries WHERE state = 'pending'").await;
    for _ in 0..6 {
        crm.deliver().await;
        crm.stage.app.clock.advance(TimeDelta::minutes(5));
    }
    assert_eq!(crm.tasks().await.len() as i64, waiting);
    assert_eq!(crm.stage.count("deliveries WHERE state <> 'delivered'").await, 0);
}

#[tokio::test]
async fn a_tenant_with_fifty_times_the_load_gets_every_second_turn_and_no_more() {
    let crm = Crm::new().await;
    let quiet = crm.stage.app.tenant("Quiet").await.id;
    // Deliveries that are gone cost a turn and no call: what is counted is turns.
    for (tenant, load) in [(crm.stage.tenant, 100), (quiet, 2)] {
        enqueue(&crm, tenant, load).await;
    }
    let counted = Arc::new(Counted {
        inner: crm.handler.clone(),
        turns: Mutex::default(),
    });
    crm.drain(vec![counted.clone()]).await;
    let turns = counted.turns.lock().expect("no panic before");
    assert_eq!(turns.len(), 102);
    let last = turns.iter().rposition(|tenant| *tenant == quiet).expect("a turn");
    assert!(last <= 4, "the quiet tenant's two deliveries took {} turns", last + 1);
}

/// Notes whose turn it is.
struct Counted {
    inner: Arc<DeliveryHandler>,
    turns: Mutex<Vec<TenantId>>,
}

#[async_trait]
impl Handler for Counted {
    fn queue(&self) -> Queue {
        self.inner.queue()
    }

    async fn run(&self, batch: &LaneBatch) -> Result<(), Failure> {
        self.turns.lock().expect("no panic before").push(batch.db.tenant_id());
        self.inner.run(batch).await
    }
}

async fn enqueue(crm: &Crm, tenant: TenantId, load: usize) {
    let tx = crm
        .stage
        .app
        .db
        .database()
        .tenant(tenant)
        .begin()
        .await
        .expect("a transaction");
    let (now, connection) = (crm.stage.now(), ConnectionId::generate());
    let jobs = (0..load)
        .map(|_| {
            let payload = DeliveryJob {
                delivery_id: DeliveryId::generate(),
                signal_detected_at: now,
            };
            let lane = format!("{}:{}", connection.0, AccountId::generate().0);
            NewJob::now(QUEUE, lane, deliveries::JobKind::Deliver.as_str(), &payload, now)
        })
        .collect();
    jobs::enqueue_many(&tx, now, jobs).await.expect("enqueued");
    tx.commit().await.expect("committed");
}
