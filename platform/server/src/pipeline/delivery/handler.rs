//! Works the delivery queue: one job at a time in each lane, looked for before it is written.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use momentum_connectors::crm::CrmSchema;
use momentum_connectors::{ConnectorError, Crm};
use sea_orm::DbErr;

use super::breaker::Breakers;
use super::facts::Facts;
use super::outcome::{self, tell};
use super::row::Row;
use super::sync_health::SyncHealth;
use super::undo;
use super::write::{Desk, WriteError, Wrote};
use crate::control::connections::{self, ConnectionError, Connectors};
use crate::foundation::context::Clock;
use crate::foundation::db::TenantTx;
use crate::foundation::ids::{AccountId, ConnectionId};
use crate::foundation::jobs::{Backoff, Failure, Handler, Job, LaneBatch, Queue};
use crate::signals::deliveries::{DeliveryJob, JobKind, QUEUE, enqueue};

/// What was learnt of an org stays true for so long: stages change seldom, but they do.
const SCHEMA_TTL: std::time::Duration = std::time::Duration::from_secs(600);

/// A vendor that is down for longer than this may also be down for this one record: from then on each try counts.
const PATIENCE: TimeDelta = TimeDelta::hours(24);

/// Does the jobs of the delivery queue.
pub struct DeliveryHandler {
    clock: Clock,
    connectors: Connectors,
    breakers: Breakers,
    schemas: moka::sync::Cache<ConnectionId, Arc<CrmSchema>>,
    health: SyncHealth,
    base_url: String,
}

impl DeliveryHandler {
    /// `base_url` is where people find Momentum, for the links in what is written.
    pub fn new(clock: Clock, connectors: Connectors, base_url: String) -> Self {
        Self {
            clock,
            connectors,
            breakers: Breakers::default(),
            schemas: moka::sync::Cache::builder()
                .max_capacity(10_000)
                .time_to_live(SCHEMA_TTL)
                .build(),
            health: SyncHealth::default(),
            base_url,
        }
    }
}

#[async_trait]
impl Handler for DeliveryHandler {
    fn queue(&self) -> Queue {
        Queue {
            name: QUEUE,
            batch: 1,
            lanes: 1,
            concurrency: 8,
            lease: TimeDelta::seconds(60),
            // Twelve attempts reach over an hour. While the circuit is open, neither waiting nor trials count.
            backoff: Backoff {
                base: TimeDelta::seconds(2),
                cap: TimeDelta::minutes(30),
                max_attempts: 12,
            },
        }
    }

    async fn run(&self, batch: &LaneBatch) -> Result<(), Failure> {
        for job in &batch.jobs {
            self.work(batch, job).await?;
        }
        Ok(())
    }

    async fn on_dead_letter(&self, tx: &TenantTx, job: &Job, reason: &str) -> Result<(), DbErr> {
        let Ok(wanted) = serde_json::from_value::<DeliveryJob>(job.payload.clone()) else {
            return Ok(());
        };
        let now = self.clock.now();
        let (id, detected_at) = (wanted.delivery_id, wanted.signal_detected_at);
        if job.kind == JobKind::Undo.as_str() {
            undo::refuse(tx, id, detected_at, reason, now).await?;
        } else {
            self.health.failed(now);
            let signal = outcome::dead(tx, id, detected_at, reason, job.attempts + 1, now).await?;
            tell(tx, "signal.updated", signal, None, now).await?;
        }
        tell(tx, "dead_letters.changed", None, None, now).await
    }
}

impl DeliveryHandler {
    async fn work(&self, batch: &LaneBatch, job: &Job) -> Result<(), Failure> {
        let wanted: DeliveryJob = serde_json::from_value(job.payload.clone()).map_err(|error| Failure::DeadLetter {
            reason: format!("the job cannot be read: {error}"),
        })?;
        let tx = batch.db.begin().await?;
        let Some(row) = Row::read(&tx, &wanted).await? else {
            drop(tx);
            return finish(batch, job).await;
        };
        let is_undo = job.kind == JobKind::Undo.as_str();
        // Somebody stopped it, but an earlier try may have reached the CRM without our learning of it.
        let may_be_there = !is_undo && row.was_stopped() && (job.attempts > 0 || row.attempts > 0);
        let is_wanted = match is_undo {
            true => row.state == "delivered" && row.undo_state.as_deref() == Some("requested"),
            false => row.state == "pending",
        };
        if !(is_wanted || may_be_there) {
            drop(tx);
            return finish(batch, job).await;
        }
        let (Some(connection), Some(account)) = (row.connection_id, row.account_id) else {
            return Err(Failure::DeadLetter {
                reason: "the delivery has lost its connection or its account".to_owned(),
            });
        };
        if belongs_elsewhere(&job.lane, connection, account) {
            drop(tx);
            return move_to_lane(batch, job, &row, connection, account, self.clock.now()).await;
        }
        let crm = self.reach(batch, &tx, connection).await?;
        if is_undo {
            drop(tx);
            return self.undo(batch, job, &row, connection, crm.as_ref()).await;
        }
        let facts = match row.signal_id {
            Some(signal) => Facts::of_signal(&tx, &row.system, signal).await?,
            None => None,
        };
        drop(tx);
        if may_be_there {
            return self.look(batch, job, (&row, facts), connection, crm.as_ref()).await;
        }
        self.deliver(batch, job, (&row, facts), connection, crm.as_ref()).await
    }

    /// The client of the CRM, unless it did not answer lately.
    async fn reach(&self, batch: &LaneBatch, tx: &TenantTx, connection: ConnectionId) -> Result<Arc<dyn Crm>, Failure> {
        if let Some(until) = self.breakers.wait_until(connection, self.clock.now()) {
            return Err(Failure::Postpone {
                until,
                reason: "the CRM did not answer lately; it is asked again soon".to_owned(),
            });
        }
        match self.connectors.crm_in(tx, &batch.db, connection).await {
            Ok(crm) => Ok(crm),
            Err(ConnectionError::NotThere) => Err(Failure::DeadLetter {
                reason: "the connection is gone; connect the CRM again".to_owned(),
            }),
            Err(error) => Err(Failure::Retry {
                after: None,
                reason: error.to_string(),
            }),
        }
    }

    async fn deliver(
        &self,
        batch: &LaneBatch,
        job: &Job,
        (row, facts): (&Row, Option<Facts>),
        connection: ConnectionId,
        crm: &dyn Crm,
    ) -> Result<(), Failure> {
        let desk = self.desk(batch, crm);
        let wrote = desk
            .write(row, facts, async || self.schema(connection, crm).await)
            .await;
        let wrote = self.answered(batch, job, row, connection, wrote).await?;
        self.delivered(batch, job, row, connection, &wrote).await?;
        let now = self.clock.now();
        self.health.delivered(now);
        metrics::counter!("momentum_deliveries_total", "outcome" => "delivered").increment(1);
        metrics::histogram!("momentum_delivery_seconds").record((now - job.created_at).as_seconds_f64());
        Ok(())
    }

    /// Looks for what a stopped delivery may have written. What is found is delivered, and so taken back.
    async fn look(
        &self,
        batch: &LaneBatch,
        job: &Job,
        (row, facts): (&Row, Option<Facts>),
        connection: ConnectionId,
        crm: &dyn Crm,
    ) -> Result<(), Failure> {
        let found = self.desk(batch, crm).find(row, facts).await;
        match self.answered(batch, job, row, connection, found).await? {
            Some(wrote) => self.delivered(batch, job, row, connection, &wrote).await,
            None => finish(batch, job).await,
        }
    }

    async fn delivered(
        &self,
        batch: &LaneBatch,
        job: &Job,
        row: &Row,
        connection: ConnectionId,
        wrote: &Wrote,
    ) -> Result<(), Failure> {
        self.breakers.succeeded(connection);
        let now = self.clock.now();
        let tx = batch.begin_repeatable().await?;
        connections::mark_success(&tx, connection, now).await?;
        batch.complete(&tx, &[job.id]).await?;
        outcome::delivered(&tx, row, wrote, job.attempts + 1, now).await?;
        Ok(tx.commit().await?)
    }

    fn desk<'a>(&'a self, batch: &'a LaneBatch, crm: &'a dyn Crm) -> Desk<'a> {
        Desk {
            db: &batch.db,
            crm,
            base_url: &self.base_url,
            now: self.clock.now(),
        }
    }

    async fn undo(
        &self,
        batch: &LaneBatch,
        job: &Job,
        row: &Row,
        connection: ConnectionId,
        crm: &dyn Crm,
    ) -> Result<(), Failure> {
        let undone = undo::take_back(&batch.db, crm, row).await;
        let undone = self.answered(batch, job, row, connection, undone).await?;
        self.breakers.succeeded(connection);
        let now = self.clock.now();
        let tx = batch.db.begin().await?;
        batch.complete(&tx, &[job.id]).await?;
        undo::record(&tx, row, &undone, now).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn schema(&self, connection: ConnectionId, crm: &dyn Crm) -> Result<CrmSchema, ConnectorError> {
        if let Some(known) = self.schemas.get(&connection) {
            return Ok(known.as_ref().clone());
        }
        let schema = crm.describe().await?;
        self.schemas.insert(connection, Arc::new(schema.clone()));
        Ok(schema)
    }

    /// What the CRM answered, or what it means for the job that it did not.
    async fn answered<T>(
        &self,
        batch: &LaneBatch,
        job: &Job,
        row: &Row,
        connection: ConnectionId,
        answer: Result<T, WriteError>,
    ) -> Result<T, Failure> {
        match answer {
            Ok(answer) => Ok(answer),
            Err(WriteError::Database(error)) => Err(error.into()),
            Err(WriteError::Crm(error)) => Err(self.failure(batch, job, row, connection, error).await?),
        }
    }

    /// What a vendor's error means for the job and the circuit, recorded on the delivery in the vendor's words.
    async fn failure(
        &self,
        batch: &LaneBatch,
        job: &Job,
        row: &Row,
        connection: ConnectionId,
        error: ConnectorError,
    ) -> Result<Failure, DbErr> {
        let now = self.clock.now();
        let open_until = match &error {
            ConnectorError::Transient { .. } => self.breakers.failed(connection, now),
            ConnectorError::Rejected { .. } => {
                // It answered, if only to say no.
                self.breakers.succeeded(connection);
                None
            }
            ConnectorError::Unauthorized { .. } | ConnectorError::RateLimited { .. } => None,
        };
        let tx = batch.db.begin().await?;
        let failure = outcome::failed(&tx, row, connection, error, job.attempts + 1, now).await?;
        if let Some(until) = open_until {
            connections::mark_circuit_open(&tx, connection, until).await?;
        }
        tx.commit().await?;
        metrics::counter!("momentum_deliveries_total", "outcome" => "failed").increment(1);
        Ok(match (failure, open_until) {
            // It is the vendor that is down, not this record that is at fault: the trial does not count.
            (Failure::Retry { reason, .. }, Some(until)) if now - job.created_at < PATIENCE => {
                Failure::Postpone { until, reason }
            }
            (failure, _) => failure,
        })
    }
}

/// A signal that was mapped to another account after its delivery was requested is written in that account's lane.
fn belongs_elsewhere(lane: &str, connection: ConnectionId, account: AccountId) -> bool {
    lane != format!("{}:{}", connection.0, account.0)
}

async fn move_to_lane(
    batch: &LaneBatch,
    job: &Job,
    row: &Row,
    connection: ConnectionId,
    account: AccountId,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), Failure> {
    let tx = batch.db.begin().await?;
    batch.complete(&tx, &[job.id]).await?;
    if job.kind == JobKind::Deliver.as_str() {
        enqueue(&tx, row.id, row.signal_detected_at, connection, account, now).await?;
    } else {
        undo::enqueue(&tx, row.id, row.signal_detected_at, connection, account, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// A job whose delivery is gone, done, or not wanted any more.
async fn finish(batch: &LaneBatch, job: &Job) -> Result<(), Failure> {
    let tx = batch.db.begin().await?;
    batch.complete(&tx, &[job.id]).await?;
    tx.commit().await?;
    Ok(())
}
