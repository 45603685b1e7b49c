//! Makes deliveries: one at a time in each lane, looked for before they are written.

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use momentum_connectors::crm::Written;
use momentum_connectors::{ConnectorError, ConnectorResult, Crm};
use momentum_engine::signal::SignalKind;
use sea_orm::{DbErr, FromQueryResult};
use serde_json::json;

use super::breaker::Breakers;
use super::task::{self, TaskFacts};
use crate::control::connections::{self, ConnectionError, Connectors};
use crate::foundation::context::Clock;
use crate::foundation::db::{Sql, TenantDb, TenantTx};
use crate::foundation::ids::{AccountId, ConnectionId, SignalId};
use crate::foundation::jobs::{Backoff, Failure, Handler, Job, LaneBatch, Queue};
use crate::foundation::stream::{StreamEvent, append};
use crate::signals::deliveries::{DeliveryJob, QUEUE};

/// Does the jobs of the delivery queue.
pub struct DeliveryHandler {
    clock: Clock,
    connectors: Connectors,
    breakers: Breakers,
    base_url: String,
}

impl DeliveryHandler {
    /// `base_url` is where people find Momentum, for the links in what is written.
    pub fn new(clock: Clock, connectors: Connectors, base_url: String) -> Self {
        Self {
            clock,
            connectors,
            breakers: Breakers::default(),
            base_url,
        }
    }
}

/// Everything that a record is made of, read in one statement.
#[derive(FromQueryResult)]
struct Facts {
    state: String,
    connection_id: Option<ConnectionId>,
    signal_id: SignalId,
    kind: String,
    confidence: i16,
    quote: String,
    author: serde_json::Value,
    permalink: Option<String>,
    recommendation: serde_json::Value,
    detected_at: DateTime<Utc>,
    channel: String,
    account_id: Option<AccountId>,
    account: Option<String>,
    crm_account_id: Option<String>,
    crm_owner_id: Option<String>,
    crm_contact_id: Option<String>,
    timezone: String,
}

#[async_trait]
impl Handler for DeliveryHandler {
    fn queue(&self) -> Queue {
        Queue {
            name: QUEUE,
            batch: 1,
            concurrency: 4,
            lease: TimeDelta::seconds(60),
            // Twelve attempts reach over two hours; while a vendor is down for longer, the circuit breaker postpones
            // without counting.
            backoff: Backoff {
                base: TimeDelta::seconds(2),
                cap: TimeDelta::minutes(30),
                max_attempts: 12,
            },
        }
    }

    async fn run(&self, batch: &LaneBatch) -> Result<(), Failure> {
        for job in &batch.jobs {
            self.deliver(batch, job).await?;
        }
        Ok(())
    }

    async fn on_dead_letter(&self, tx: &TenantTx, job: &Job, reason: &str) -> Result<(), DbErr> {
        let Ok(wanted) = serde_json::from_value::<DeliveryJob>(job.payload.clone()) else {
            return Ok(());
        };
        let now = self.clock.now();
        let signal: Option<SignalId> = Sql::new(
            "UPDATE deliveries SET state = 'dead_letter', reason = $4, attempts = $5, updated_at = $6, next_attempt_at = NULL \
              WHERE tenant_id = $1 AND signal_detected_at = $2 AND id = $3 RETURNING signal_id AS value",
        )
        .bind(tx.tenant_id())
        .bind(wanted.signal_detected_at)
        .bind(wanted.delivery_id)
        .bind(reason)
        .bind(job.attempts + 1)
        .bind(now)
        .scalar(tx)
        .await?;
        tell(tx, "dead_letters.changed", signal, None, now).await?;
        tell(tx, "signal.updated", signal, None, now).await
    }
}

impl DeliveryHandler {
    async fn deliver(&self, batch: &LaneBatch, job: &Job) -> Result<(), Failure> {
        let wanted: DeliveryJob = serde_json::from_value(job.payload.clone()).map_err(|error| Failure::DeadLetter {
            reason: format!("the job cannot be read: {error}"),
        })?;
        let now = self.clock.now();
        let Some(facts) = read(&batch.db, &wanted).await? else {
            return finish(batch, job).await;
        };
        if facts.state != "pending" {
            return finish(batch, job).await;
        }
        let (Some(connection), Some(account)) = (facts.connection_id, facts.account_id) else {
            return Err(Failure::DeadLetter {
                reason: "the delivery has lost its connection or its account".to_owned(),
            });
        };
        if let Some(until) = self.breakers.wait_until(connection, now) {
            return Err(Failure::Postpone {
                until,
                reason: "the CRM did not answer lately; it is asked again soon".to_owned(),
            });
        }
        let crm = match self.connectors.crm(&batch.db, connection).await {
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
        match self.write(crm.as_ref(), &facts, now).await {
            Ok(written) => {
                self.record(batch, job, &wanted, connection, account, &facts, &written)
                    .await
            }
            Err(error) => Err(self.failure(&batch.db, job, &wanted, connection, error).await?),
        }
    }

    async fn write(&self, crm: &dyn Crm, facts: &Facts, now: DateTime<Utc>) -> ConnectorResult<Written> {
        let text = |name: &str| facts.author.get(name).and_then(serde_json::Value::as_str);
        let advice = |name: &str| facts.recommendation.get(name).and_then(serde_json::Value::as_str);
        let kind: SignalKind = facts
            .kind
            .parse()
            .map_err(|error| ConnectorError::rejected("unknown_kind", error))?;
        let draft = task::draft(&TaskFacts {
            signal_id: facts.signal_id,
            kind,
            confidence: facts.confidence,
            account: facts.account.as_deref().unwrap_or("An account"),
            quote: &facts.quote,
            channel: &facts.channel,
            author: text("name").unwrap_or("Somebody"),
            author_email: text("email"),
            permalink: facts.permalink.as_deref(),
            signal_url: format!("{}/signals/{}", self.base_url, facts.signal_id),
            advice: advice("label")
                .zip(advice("reason"))
                .map(|(label, reason)| format!("{label}. {reason}")),
            crm_account_id: facts.crm_account_id.clone(),
            crm_contact_id: facts.crm_contact_id.clone(),
            crm_owner_id: facts.crm_owner_id.clone(),
            today: today(now, &facts.timezone),
            detected_at: facts.detected_at,
        });
        crm.upsert_task(&draft).await
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one row of the table, one record of the vendor"
    )]
    async fn record(
        &self,
        batch: &LaneBatch,
        job: &Job,
        wanted: &DeliveryJob,
        connection: ConnectionId,
        account: AccountId,
        facts: &Facts,
        written: &Written,
    ) -> Result<(), Failure> {
        self.breakers.succeeded(connection);
        let now = self.clock.now();
        let tx = batch.db.begin().await?;
        Sql::new(
            "UPDATE deliveries SET state = 'delivered', record_id = $4, record_url = $5, attempts = $6, delivered_at = $7, \
                updated_at = $7, next_attempt_at = NULL, error_code = NULL, error_field = NULL, error_message = NULL, reason = $8 \
              WHERE tenant_id = $1 AND signal_detected_at = $2 AND id = $3",
        )
        .bind(tx.tenant_id())
        .bind(wanted.signal_detected_at)
        .bind(wanted.delivery_id)
        .bind(written.record.id.as_str())
        .bind(written.record.url.as_str())
        .bind(job.attempts + 1)
        .bind(now)
        .bind((!written.twins.is_empty()).then(|| {
            let twins: Vec<&str> = written.twins.iter().map(|twin| twin.id.as_str()).collect();
            format!("the CRM holds other records with the same signal: {}", twins.join(", "))
        }))
        .execute(&tx)
        .await?;
        connections::mark_success(&tx, connection, now).await?;
        batch.complete(&tx, &[job.id]).await?;
        tell(&tx, "signal.updated", Some(facts.signal_id), Some(account), now).await?;
        tx.commit().await?;
        metrics::counter!("momentum_deliveries_total", "outcome" => "delivered").increment(1);
        metrics::histogram!("momentum_delivery_seconds").record((now - job.created_at).as_seconds_f64());
        Ok(())
    }

    /// What a vendor's error means for the job, recorded on the delivery in the vendor's words.
    async fn failure(
        &self,
        db: &TenantDb,
        job: &Job,
        wanted: &DeliveryJob,
        connection: ConnectionId,
        error: ConnectorError,
    ) -> Result<Failure, DbErr> {
        let now = self.clock.now();
        let tx = db.begin().await?;
        let (code, field, message) = match &error {
            ConnectorError::Rejected { field, code, message } => (Some(code.clone()), field.clone(), message.clone()),
            ConnectorError::Unauthorized { message } => (None, None, message.clone()),
            ConnectorError::RateLimited { message, .. } => (None, None, message.clone()),
            ConnectorError::Transient { message, .. } => (None, None, message.clone()),
        };
        Sql::new(
            "UPDATE deliveries SET error_code = $4, error_field = $5, error_message = $6, attempts = $7, updated_at = $8 \
              WHERE tenant_id = $1 AND signal_detected_at = $2 AND id = $3",
        )
        .bind(tx.tenant_id())
        .bind(wanted.signal_detected_at)
        .bind(wanted.delivery_id)
        .bind(code)
        .bind(field)
        .bind(message.as_str())
        .bind(job.attempts + 1)
        .bind(now)
        .execute(&tx)
        .await?;
        let failure = match error {
            ConnectorError::Unauthorized { message } => {
                connections::mark_disconnected(&tx, connection, &message, now).await?;
                Failure::Postpone {
                    until: now,
                    reason: format!("the CRM refused our credential: {message}"),
                }
            }
            ConnectorError::RateLimited { retry_after, message } => {
                connections::mark_error(&tx, connection, &message, now).await?;
                let wait = TimeDelta::from_std(retry_after).unwrap_or(TimeDelta::minutes(1));
                Failure::Postpone {
                    until: now + wait,
                    reason: format!("the CRM asks us to wait: {message}"),
                }
            }
            ConnectorError::Transient { message, .. } => {
                self.breakers.failed(connection, now);
                connections::mark_error(&tx, connection, &message, now).await?;
                Failure::Retry {
                    after: None,
                    reason: message,
                }
            }
            ConnectorError::Rejected { message, .. } => {
                self.breakers.succeeded(connection);
                Failure::DeadLetter { reason: message }
            }
        };
        tx.commit().await?;
        metrics::counter!("momentum_deliveries_total", "outcome" => "failed").increment(1);
        Ok(failure)
    }
}

/// A job whose delivery is gone, done, or not wanted any more.
async fn finish(batch: &LaneBatch, job: &Job) -> Result<(), Failure> {
    let tx = batch.db.begin().await?;
    batch.complete(&tx, &[job.id]).await?;
    tx.commit().await?;
    Ok(())
}

async fn read(db: &TenantDb, wanted: &DeliveryJob) -> Result<Option<Facts>, DbErr> {
    let tx = db.begin().await?;
    Sql::new(
        "SELECT delivery.state, delivery.connection_id, signal.id AS signal_id, signal.kind, signal.confidence, signal.quote, \
            signal.author, signal.permalink, signal.recommendation, signal.detected_at, channel.name AS channel, \
            account.id AS account_id, account.name AS account, account.crm_id AS crm_account_id, account.crm_owner_id, \
            (SELECT contact.crm_id FROM contacts AS contact
              WHERE contact.tenant_id = $1 AND contact.account_id = account.id AND contact.crm_system = delivery.system
                AND lower(contact.email) = lower(signal.author->>'email') LIMIT 1) AS crm_contact_id, \
            tenant.timezone
           FROM deliveries AS delivery
           JOIN signals AS signal ON signal.tenant_id = $1 AND signal.id = delivery.signal_id
           JOIN channels AS channel ON channel.tenant_id = $1 AND channel.id = signal.channel_id
           JOIN tenants AS tenant ON tenant.tenant_id = $1
           LEFT JOIN accounts AS account ON account.tenant_id = $1 AND account.id = signal.account_id
          WHERE delivery.tenant_id = $1 AND delivery.signal_detected_at = $2 AND delivery.id = $3",
    )
    .bind(tx.tenant_id())
    .bind(wanted.signal_detected_at)
    .bind(wanted.delivery_id)
    .one(&tx)
    .await
}

/// The day it is where the tenant works.
fn today(now: DateTime<Utc>, timezone: &str) -> NaiveDate {
    let zone: chrono_tz::Tz = timezone.parse().unwrap_or(chrono_tz::UTC);
    now.with_timezone(&zone).date_naive()
}

async fn tell(
    tx: &TenantTx,
    kind: &'static str,
    signal: Option<SignalId>,
    account: Option<AccountId>,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let data = json!({ "signal_id": signal, "account_id": account });
    append(
        tx,
        StreamEvent {
            kind,
            account_id: account,
            data,
            at,
        },
    )
    .await
    .map(drop)
}
