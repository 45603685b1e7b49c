//! Many requests, one commit.
//!
//! Each writer takes what has gathered while its last commit was on its way to the disk, so batches grow exactly as
//! fast as the load does and a lone event waits for nobody. Events of one lane always go to the same writer, which
//! keeps a conversation in order.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use chrono::{DateTime, Utc};
use sea_orm::DbErr;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::events::StoredEvent;
use crate::foundation::context::new_uuid;
use crate::foundation::db::{Announcement, Database, Sql, SystemPath, Topic};
use crate::foundation::ids::TenantId;

/// An event on its way into the inbox.
#[derive(Clone, Debug)]
pub struct InboxEvent {
    /// Whose it is.
    pub tenant_id: TenantId,
    /// What it must stay in order with.
    pub lane: String,
    /// What happened.
    pub event: StoredEvent,
}

/// How the inbox writes.
#[derive(Clone, Copy, Debug)]
pub struct InboxOptions {
    /// How many commits may be on their way at once.
    pub writers: usize,
    /// How many events go into one commit at most.
    pub batch: usize,
    /// How long a commit may take before the event goes to the spool instead. Slack gives up after 3 s.
    pub patience: Duration,
}

impl Default for InboxOptions {
    fn default() -> Self {
        Self {
            writers: 3,
            batch: 512,
            patience: Duration::from_millis(1500),
        }
    }
}

type Waiting = (InboxEvent, oneshot::Sender<Result<(), NotCommitted>>);

/// The database did not confirm the event. It may have been written all the same; writing it again is harmless.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the inbox could not be written: {0}")]
pub struct NotCommitted(String);

/// The way into the inbox. Cheap to clone.
#[derive(Clone)]
pub struct Inbox {
    writers: Vec<mpsc::Sender<Waiting>>,
    patience: Duration,
}

impl Inbox {
    /// Starts the writers on the current runtime; they end with the last clone.
    pub fn start(db: &Database, options: InboxOptions) -> Self {
        let writers = (0..options.writers.max(1))
            .map(|_| {
                let (sender, receiver) = mpsc::channel(options.batch * 4);
                tokio::spawn(write(db.clone(), options.batch, receiver));
                sender
            })
            .collect();
        Self {
            writers,
            patience: options.patience,
        }
    }

    /// Returns once the event is durable.
    ///
    /// # Errors
    /// [`NotCommitted`] when the database refused or did not answer in time.
    pub async fn commit(&self, event: InboxEvent) -> Result<(), NotCommitted> {
        let mut hasher = DefaultHasher::new();
        (event.tenant_id, &event.lane).hash(&mut hasher);
        let writer = &self.writers[(hasher.finish() % self.writers.len() as u64) as usize];
        let (done, outcome) = oneshot::channel();
        let committed = async {
            writer
                .send((event, done))
                .await
                .map_err(|_| NotCommitted("the writer has stopped".to_owned()))?;
            outcome
                .await
                .map_err(|_| NotCommitted("the writer has stopped".to_owned()))?
        };
        tokio::time::timeout(self.patience, committed)
            .await
            .unwrap_or_else(|_| Err(NotCommitted("the database did not answer in time".to_owned())))
    }
}

async fn write(db: Database, most: usize, mut waiting: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::with_capacity(most);
    while waiting.recv_many(&mut batch, most).await > 0 {
        let (events, senders): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
        let outcome = insert(&db, &events)
            .await
            .map_err(|error| NotCommitted(error.to_string()));
        metrics::histogram!("momentum_inbox_batch_events").record(events.len() as f64);
        for sender in senders {
            // A request that has given up already is not waiting any more.
            let _ = sender.send(outcome.clone());
        }
    }
}

/// Writes events of any tenants in one statement, which is one commit. Row-level security lets this role add jobs
/// without a tenant in scope, and neither read nor change any.
pub async fn insert(db: &Database, events: &[InboxEvent]) -> Result<(), DbErr> {
    let payload = |event: &InboxEvent| {
        serde_json::to_string(&event.event)
            .map_err(|error| DbErr::Custom(format!("an event cannot be written: {error}")))
    };
    let ids: Vec<Uuid> = events.iter().map(|_| new_uuid()).collect();
    let tenants: Vec<Uuid> = events.iter().map(|event| event.tenant_id.0).collect();
    let lanes: Vec<String> = events.iter().map(|event| event.lane.clone()).collect();
    let payloads: Vec<String> = events.iter().map(payload).collect::<Result<_, _>>()?;
    let times: Vec<DateTime<Utc>> = events.iter().map(|event| event.event.received_at).collect();
    Sql::new(
        "INSERT INTO jobs (tenant_id, id, queue, lane, kind, payload, run_at, created_at)
         SELECT tenant_id, id, 'ingest', lane, 'slack_event', payload::jsonb, at, at
           FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[]) AS row (tenant_id, id, lane, payload, at)",
    )
    .bind(tenants)
    .bind(ids)
    .bind(lanes)
    .bind(payloads)
    .bind(times)
    .execute(db.system(SystemPath::Inbox))
    .await?;
    let mut announced: Vec<TenantId> = Vec::new();
    for event in events {
        if !announced.contains(&event.tenant_id) {
            announced.push(event.tenant_id);
            db.announcer().announce(Announcement {
                topic: Topic::Jobs(super::QUEUE),
                tenant_id: event.tenant_id,
            });
        }
    }
    Ok(())
}
