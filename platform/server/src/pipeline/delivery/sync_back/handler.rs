//! Reads CRMs back.

use async_trait::async_trait;
use chrono::TimeDelta;
use momentum_connectors::{ConnectorError, Crm};
use sea_orm::DbErr;

use super::reconcile::{self, SyncError};
use super::store::{self, Connected};
use super::{activities, opportunities};
use crate::accounts::field_mapping;
use crate::control::connections::{self, ConnectionError, Connectors};
use crate::foundation::context::Clock;
use crate::foundation::db::{TenantDb, TenantTx};
use crate::foundation::ids::ConnectionId;
use crate::foundation::jobs::{Backoff, Failure, Handler, Job, LaneBatch, Queue};
use crate::pipeline::delivery::account_fields;
use crate::signals::deliveries::{CRM_SYNC_QUEUE, CrmSyncJob, request_sync};

/// The time between two looks at a CRM.
const EVERY: TimeDelta = TimeDelta::minutes(5);
/// The time until the next look after one that failed for good.
const AFTER_FAILURE: TimeDelta = TimeDelta::hours(1);
/// The time between two looks at which fields accounts have.
const FIELDS_EVERY: TimeDelta = TimeDelta::hours(1);
/// From this share of the vendor's quota on, reading back waits: what is left is for the customer's other tools and for
/// what we write.
const QUOTA_SHARE: f64 = 0.8;

/// Does the jobs of the queue that reads CRMs back.
pub struct CrmSyncHandler {
    clock: Clock,
    connectors: Connectors,
}

impl CrmSyncHandler {
    /// `connectors` reach the CRMs.
    pub fn new(clock: Clock, connectors: Connectors) -> Self {
        Self { clock, connectors }
    }
}

#[async_trait]
impl Handler for CrmSyncHandler {
    fn queue(&self) -> Queue {
        Queue {
            name: CRM_SYNC_QUEUE,
            batch: 1,
            lanes: 1,
            // One reads for minutes where there is much to read, and the others wait for nothing but the vendor.
            concurrency: 4,
            lease: TimeDelta::seconds(60),
            backoff: Backoff {
                base: TimeDelta::seconds(10),
                cap: TimeDelta::minutes(30),
                max_attempts: 10,
            },
        }
    }

    async fn run(&self, batch: &LaneBatch) -> Result<(), Failure> {
        for job in &batch.jobs {
            self.work(batch, job).await?;
        }
        Ok(())
    }

    /// What cannot be read now may be readable later; the dead letter says what to mend.
    async fn on_dead_letter(&self, tx: &TenantTx, job: &Job, _reason: &str) -> Result<(), DbErr> {
        let Ok(wanted) = serde_json::from_value::<CrmSyncJob>(job.payload.clone()) else {
            return Ok(());
        };
        let now = self.clock.now();
        request_sync(tx, wanted.connection_id, now + AFTER_FAILURE, now).await
    }
}

impl CrmSyncHandler {
    async fn work(&self, batch: &LaneBatch, job: &Job) -> Result<(), Failure> {
        let wanted: CrmSyncJob = serde_json::from_value(job.payload.clone()).map_err(|error| Failure::DeadLetter {
            reason: format!("the job cannot be read: {error}"),
        })?;
        let id = wanted.connection_id;
        // Somebody took the connection away, or must connect again, which begins anew.
        let connected = Connected::find(&batch.db.begin().await?, id).await?;
        let Some(connected) = connected.filter(|connected| connected.is_connected) else {
            let tx = batch.db.begin().await?;
            batch.complete(&tx, &[job.id]).await?;
            tx.commit().await?;
            return Ok(());
        };
        let crm = match self.connectors.crm(&batch.db, id).await {
            Ok(crm) => crm,
            Err(ConnectionError::NotThere) => {
                return Err(Failure::DeadLetter {
                    reason: "the connection is gone; connect the CRM again".to_owned(),
                });
            }
            Err(error) => {
                return Err(Failure::Retry {
                    after: None,
                    reason: error.to_string(),
                });
            }
        };
        if crm.quota().is_some_and(|quota| quota.is_above(QUOTA_SHARE)) {
            return Err(Failure::Postpone {
                until: self.clock.now() + EVERY,
                reason: "most of the CRM's quota is used; reading back waits".to_owned(),
            });
        }
        let done = match job.kind.as_str() {
            "reconcile" => self.reconcile(batch, job, id, crm.as_ref()).await,
            _ => self.sync_back(batch, job, id, &connected, crm.as_ref()).await,
        };
        match done {
            Ok(()) => Ok(()),
            Err(SyncError::Crm(error)) => Err(self.failure(&batch.db, id, error).await?),
            Err(SyncError::Database(error)) => Err(error.into()),
        }
    }

    async fn sync_back(
        &self,
        batch: &LaneBatch,
        job: &Job,
        id: ConnectionId,
        connected: &Connected,
        crm: &dyn Crm,
    ) -> Result<(), SyncError> {
        let db = &batch.db;
        self.read_opportunities(db, id, connected, crm).await?;
        self.read_activities(db, id, connected, crm).await?;
        let now = self.clock.now();
        let known_since = field_mapping::known_since(&db.begin().await?, id).await?;
        if known_since.is_none_or(|since| since <= now - FIELDS_EVERY) {
            let fields = crm.account_fields().await?;
            let tx = db.begin().await?;
            field_mapping::keep_known_fields(&tx, id, &fields, now).await?;
            tx.commit().await?;
        }
        let tx = db.begin().await?;
        activities::mark_signals(&tx, now).await?;
        account_fields::request_changed(&tx, id, None, now).await?;
        connections::mark_success(&tx, id, now).await?;
        complete(batch, &tx, job).await?;
        request_sync(&tx, id, now + EVERY, now).await?;
        store::request_reconciliation(&tx, id, connected, now).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn read_opportunities(
        &self,
        db: &TenantDb,
        id: ConnectionId,
        connected: &Connected,
        crm: &dyn Crm,
    ) -> Result<(), SyncError> {
        let mut from = connected.opportunities();
        loop {
            let page = crm.opportunities_changed_since(from.as_ref()).await?;
            let tx = db.begin().await?;
            opportunities::merge(&tx, &connected.vendor, &page.items, self.clock.now()).await?;
            store::keep_cursor(&tx, id, "opportunities_cursor", &page.cursor).await?;
            tx.commit().await?;
            if !page.more {
                return Ok(());
            }
            from = Some(page.cursor);
        }
    }

    async fn read_activities(
        &self,
        db: &TenantDb,
        id: ConnectionId,
        connected: &Connected,
        crm: &dyn Crm,
    ) -> Result<(), SyncError> {
        let mut from = connected.activities();
        loop {
            let page = crm.activities_changed_since(from.as_ref()).await?;
            let tx = db.begin().await?;
            activities::merge(&tx, &connected.vendor, id, &page.items).await?;
            store::keep_cursor(&tx, id, "activities_cursor", &page.cursor).await?;
            tx.commit().await?;
            if !page.more {
                return Ok(());
            }
            from = Some(page.cursor);
        }
    }

    async fn reconcile(&self, batch: &LaneBatch, job: &Job, id: ConnectionId, crm: &dyn Crm) -> Result<(), SyncError> {
        let now = self.clock.now();
        let figures = reconcile::compare(&batch.db, id, crm, now).await?;
        let tx = batch.db.begin().await?;
        reconcile::store(&tx, id, figures, now).await?;
        complete(batch, &tx, job).await?;
        // The next night is asked for by the next look, once this job is gone.
        tx.commit().await?;
        Ok(())
    }

    async fn failure(&self, db: &TenantDb, id: ConnectionId, error: ConnectorError) -> Result<Failure, DbErr> {
        let now = self.clock.now();
        let tx = db.begin().await?;
        let failure = match error {
            ConnectorError::Unauthorized { message } => {
                connections::mark_disconnected(&tx, id, &message, now).await?;
                Failure::Postpone {
                    until: now + EVERY,
                    reason: format!("the CRM refused our credential: {message}"),
                }
            }
            ConnectorError::RateLimited { retry_after, message } => {
                let wait = TimeDelta::from_std(retry_after).unwrap_or(EVERY);
                Failure::Postpone {
                    until: now + wait,
                    reason: format!("the CRM asks us to wait: {message}"),
                }
            }
            ConnectorError::Transient { message, .. } => {
                connections::mark_error(&tx, id, &message, now).await?;
                Failure::Retry {
                    after: None,
                    reason: message,
                }
            }
            ConnectorError::Rejected { message, .. } => {
                connections::mark_error(&tx, id, &message, now).await?;
                Failure::DeadLetter {
                    reason: format!("the CRM does not let us read what became of our records: {message}"),
                }
            }
        };
        tx.commit().await?;
        Ok(failure)
    }
}

/// A lost lease is a reason to try again like a failing database.
async fn complete(batch: &LaneBatch, tx: &TenantTx, job: &Job) -> Result<(), DbErr> {
    let done = batch.complete(tx, &[job.id]).await;
    done.map_err(|failure| DbErr::Custom(failure.to_string()))
}
