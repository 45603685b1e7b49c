//! Reads a CRM page by page.

use async_trait::async_trait;
use chrono::TimeDelta;
use momentum_connectors::crm::Quota;
use momentum_connectors::{ConnectorError, Crm};
use sea_orm::DbErr;

use super::store::{self, Links};
use crate::accounts::channels;
use crate::control::connections::{self, CRM_IMPORT_QUEUE, ConnectionError, Connectors, CrmImportJob};
use crate::foundation::context::Clock;
use crate::foundation::db::{TenantDb, TenantTx};
use crate::foundation::ids::ConnectionId;
use crate::foundation::jobs::{Backoff, Failure, Handler, Job, LaneBatch, Queue};
use crate::signals::deliveries;

/// The time between two looks at a CRM.
const EVERY: TimeDelta = TimeDelta::minutes(15);
/// The time until the next look after one that failed for good.
const AFTER_FAILURE: TimeDelta = TimeDelta::hours(1);

/// Does the jobs of the queue that reads CRMs.
pub struct CrmImportHandler {
    clock: Clock,
    connectors: Connectors,
}

impl CrmImportHandler {
    /// `connectors` reach the CRMs.
    pub fn new(clock: Clock, connectors: Connectors) -> Self {
        Self { clock, connectors }
    }
}

#[async_trait]
impl Handler for CrmImportHandler {
    fn queue(&self) -> Queue {
        Queue {
            name: CRM_IMPORT_QUEUE,
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
            self.import(batch, job).await?;
        }
        Ok(())
    }

    /// What cannot be read today may be readable tomorrow; the dead letter says what to mend.
    async fn on_dead_letter(&self, tx: &TenantTx, job: &Job, _reason: &str) -> Result<(), DbErr> {
        let Ok(wanted) = serde_json::from_value::<CrmImportJob>(job.payload.clone()) else {
            return Ok(());
        };
        let now = self.clock.now();
        connections::import_accounts(tx, wanted.connection_id, now + AFTER_FAILURE, now).await
    }
}

impl CrmImportHandler {
    async fn import(&self, batch: &LaneBatch, job: &Job) -> Result<(), Failure> {
        let wanted: CrmImportJob =
            serde_json::from_value(job.payload.clone()).map_err(|error| Failure::DeadLetter {
                reason: format!("the job cannot be read: {error}"),
            })?;
        let id = wanted.connection_id;
        match self.connectors.crm(&batch.db, id).await {
            Ok(crm) => {
                if let Err(error) = read(&batch.db, id, crm.as_ref(), &self.clock).await {
                    return Err(self.failure(&batch.db, id, error).await?);
                }
                self.finish(batch, job, Some((id, crm.quota()))).await
            }
            // Somebody took the connection away: there is nothing to read any more.
            Err(ConnectionError::NotThere) => self.finish(batch, job, None).await,
            Err(error) => Err(Failure::Retry {
                after: None,
                reason: error.to_string(),
            }),
        }
    }

    /// The job is done, and the next one waits for its time.
    async fn finish(
        &self,
        batch: &LaneBatch,
        job: &Job,
        again: Option<(ConnectionId, Option<Quota>)>,
    ) -> Result<(), Failure> {
        let now = self.clock.now();
        let tx = batch.db.begin().await?;
        batch.complete(&tx, &[job.id]).await?;
        if let Some((id, quota)) = again {
            connections::mark_success(&tx, id, now).await?;
            connections::keep_quota(&tx, id, quota).await?;
            channels::map_certain(&tx, now).await?;
            connections::import_accounts(&tx, id, now + EVERY, now).await?;
            // What became of our records is read once the accounts are known.
            deliveries::request_sync(&tx, id, now, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    async fn failure(&self, db: &TenantDb, id: ConnectionId, error: ImportError) -> Result<Failure, DbErr> {
        let error = match error {
            ImportError::Crm(error) => error,
            ImportError::Database(error) => return Ok(error.into()),
        };
        let now = self.clock.now();
        let tx = db.begin().await?;
        let failure = match error {
            ConnectorError::Unauthorized { message } => {
                connections::mark_disconnected(&tx, id, &message, now).await?;
                Failure::Postpone {
                    until: now + AFTER_FAILURE,
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
                    reason: format!("the CRM does not let us read its accounts: {message}"),
                }
            }
        };
        tx.commit().await?;
        Ok(failure)
    }
}

/// Why an import stopped.
#[derive(Debug, thiserror::Error)]
pub(super) enum ImportError {
    /// The CRM could not or would not answer.
    #[error(transparent)]
    Crm(#[from] ConnectorError),
    /// Our database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Reads what changed since last time, accounts before the contacts that belong to them.
pub(super) async fn read(db: &TenantDb, id: ConnectionId, crm: &dyn Crm, clock: &Clock) -> Result<(), ImportError> {
    let system = crm.system().to_string();
    let (mut accounts_from, mut contacts_from) = store::cursors(&db.begin().await?, id).await?;
    loop {
        let page = crm.accounts_changed_since(accounts_from.as_ref()).await?;
        let links = match page.items.first() {
            Some(first) => Links::like(crm.account_url(&first.id).await?, &first.id),
            None => None,
        };
        let now = clock.now();
        let tx = db.begin().await?;
        store::keep_accounts(&tx, &system, &page.items, links.as_ref(), now).await?;
        store::keep_cursor(&tx, id, "accounts_cursor", &page.cursor).await?;
        tx.commit().await?;
        accounts_from = Some(page.cursor);
        if !page.more {
            break;
        }
    }
    loop {
        let page = crm.contacts_changed_since(contacts_from.as_ref()).await?;
        let now = clock.now();
        let tx = db.begin().await?;
        store::keep_contacts(&tx, &system, &page.items, now).await?;
        store::keep_cursor(&tx, id, "contacts_cursor", &page.cursor).await?;
        tx.commit().await?;
        contacts_from = Some(page.cursor);
        if !page.more {
            return Ok(());
        }
    }
}
