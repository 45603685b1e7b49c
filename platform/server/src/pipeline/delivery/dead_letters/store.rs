//! The SQL of dead letters.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::explain;
use super::model::{DeadLetter, DeadLetterKind, TitledSignal};
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::http::PageSize;
use crate::foundation::ids::{AccountId, DeadLetterId, DeliveryId, SignalId};
use crate::signals::NamedRef;

/// The last dead letter of a page.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Place {
    at: DateTime<Utc>,
    id: Uuid,
}

/// A dead letter with what is needed to work it again.
#[derive(Debug, FromQueryResult)]
pub(super) struct Dead {
    pub id: Uuid,
    pub queue: String,
    kind: String,
    attempts: i32,
    last_error: Option<String>,
    pub failed_at: DateTime<Utc>,
    pub delivery_id: Option<DeliveryId>,
    pub system: Option<String>,
    record_type: Option<String>,
    error_code: Option<String>,
    error_field: Option<String>,
    error_message: Option<String>,
    pub signal_id: Option<SignalId>,
    signal_title: Option<String>,
    pub account_id: Option<AccountId>,
    account_name: Option<String>,
}

/// Dead jobs, those of deliveries with what they were to write. A delivery's dead job counts only while the delivery is
/// dead too.
const SELECT: &str = "\
    SELECT job.id, job.queue, job.kind, job.attempts, job.last_error, job.failed_at, d.id AS delivery_id, \
           d.system, d.record_type, d.error_code, d.error_field, d.error_message, s.id AS signal_id, \
           s.title AS signal_title, COALESCE(d.account_id, s.account_id) AS account_id, account.name AS account_name \
      FROM jobs AS job \
      LEFT JOIN deliveries AS d ON job.queue = 'delivery' AND d.tenant_id = job.tenant_id \
            AND d.signal_detected_at = (job.payload->>'signal_detected_at')::timestamptz \
            AND d.id = substr(job.payload->>'delivery_id', 5)::uuid \
      LEFT JOIN signals AS s ON s.tenant_id = d.tenant_id AND s.id = d.signal_id \
      LEFT JOIN accounts AS account ON account.tenant_id = job.tenant_id AND account.id = COALESCE(d.account_id, s.account_id) \
     WHERE job.tenant_id = $1 AND job.state = 'dead' AND (job.queue <> 'delivery' OR d.state = 'dead_letter')";

/// One page, the latest first, and where the next one begins.
pub(super) async fn page(
    tx: &TenantTx,
    after: Option<Place>,
    limit: PageSize,
) -> Result<(Vec<Dead>, Option<String>), DbErr> {
    let mut sql = Sql::new(SELECT).bind(tx.tenant_id());
    if let Some(Place { at, id }) = after {
        sql = sql
            .push(" AND (job.failed_at, job.id) < (")
            .push_bind(at)
            .push(", ")
            .push_bind(id)
            .push(")");
    }
    let rows = sql
        .push(" ORDER BY job.failed_at DESC, job.id DESC LIMIT ")
        .push_bind(limit.fetch())
        .all(tx)
        .await?;
    Ok(limit.cut(rows, |row: &Dead| Place {
        at: row.failed_at,
        id: row.id,
    }))
}

/// One dead letter, taken until the transaction ends.
pub(super) async fn take(tx: &TenantTx, id: DeadLetterId) -> Result<Option<Dead>, DbErr> {
    Sql::new(SELECT)
        .bind(tx.tenant_id())
        .push(" AND job.id = ")
        .push_bind(id.0)
        .push(" FOR UPDATE OF job")
        .one(tx)
        .await
}

/// Up to `most` that died until `until`, taken until the transaction ends.
pub(super) async fn take_some(
    tx: &TenantTx,
    destination: Option<&str>,
    until: DateTime<Utc>,
    most: i64,
) -> Result<Vec<Dead>, DbErr> {
    let mut sql = Sql::new(SELECT)
        .bind(tx.tenant_id())
        .push(" AND job.failed_at <= ")
        .push_bind(until);
    if let Some(destination) = destination {
        sql = sql.push(" AND d.system = ").push_bind(destination.to_owned());
    }
    sql.push(" ORDER BY job.seq LIMIT ")
        .push_bind(most)
        .push(" FOR UPDATE OF job SKIP LOCKED")
        .all(tx)
        .await
}

impl Dead {
    /// As people see it.
    pub(super) fn into_dead_letter(self) -> DeadLetter {
        let words = self
            .last_error
            .clone()
            .unwrap_or_else(|| "no reason was kept".to_owned());
        let (kind, explained) = match self.queue.as_str() {
            "delivery" => {
                let explained = explain::delivery(
                    self.system.as_deref().unwrap_or_default(),
                    self.error_code.as_deref(),
                    self.error_field.as_deref(),
                    &words,
                );
                (DeadLetterKind::Delivery, explained)
            }
            "ingest" => (DeadLetterKind::Message, explain::job(&self.queue, &words)),
            _ => (DeadLetterKind::Job, explain::job(&self.queue, &words)),
        };
        let title = match (kind, self.record_type.as_deref(), self.signal_title.as_deref()) {
            (DeadLetterKind::Delivery, Some(record), Some(title)) => format!("{} for “{title}”", capitalised(record)),
            (DeadLetterKind::Delivery, Some(record), None) => capitalised(&record.replace('_', " ")),
            (DeadLetterKind::Message, ..) => "A Slack event".to_owned(),
            _ => capitalised(&self.kind.replace('_', " ")),
        };
        DeadLetter {
            id: DeadLetterId(self.id),
            kind,
            title,
            signal: self
                .signal_id
                .zip(self.signal_title)
                .map(|(id, title)| TitledSignal { id, title }),
            account: self
                .account_id
                .zip(self.account_name)
                .map(|(id, name)| NamedRef { id, name }),
            destination: self.system,
            reason: explained.reason,
            vendor_code: self.error_code,
            vendor_message: self.error_message,
            what_to_do: explained.what_to_do,
            attempts: self.attempts,
            failed_at: self.failed_at,
        }
    }
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
