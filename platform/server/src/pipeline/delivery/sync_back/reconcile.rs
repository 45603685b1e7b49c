//! Everything we believe, compared with what the CRM has.

use chrono::{DateTime, TimeDelta, Utc};
use momentum_connectors::crm::{CrmRecordRef, RecordState};
use momentum_connectors::{ConnectorError, Crm};
use sea_orm::{DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::foundation::db::{Sql, TenantDb, TenantTx};
use crate::foundation::http::{PageSize, page_of};
use crate::foundation::ids::{ConnectionId, DeliveryId, ReconciliationId, SignalId};
use crate::signals::NamedRef;

/// Records looked up at once.
const AT_ONCE: i64 = 200;
/// How far back: what is older than a quarter has been compared some ninety times.
const REACH: TimeDelta = TimeDelta::days(92);

/// What one night's comparison came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reconciliation {
    /// Its id.
    pub id: ReconciliationId,
    /// When.
    pub at: DateTime<Utc>,
    /// With which CRM.
    pub connection: NamedRef<ConnectionId>,
    /// Records that we believed to be there.
    pub checked: i64,
    /// Those that were not.
    pub missing: i64,
    /// Those that no longer carry our id.
    pub changed: i64,
    /// Those that somebody copied with our id, or that the CRM has twice.
    pub twins: i64,
    /// The share that was there, 0 to 1; 1 when there was nothing to check.
    pub sync_accuracy: f64,
    /// Records that were found there, or linked, instead of being made a second time, since the comparison before.
    pub duplicates_prevented: i64,
}

page_of! {
    /// One page of comparisons, the latest first.
    pub struct ReconciliationPage(Reconciliation);
}

/// Counts of a comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Figures {
    checked: i64,
    missing: i64,
    changed: i64,
    twins: i64,
}

#[derive(Debug, FromQueryResult)]
struct Believed {
    id: DeliveryId,
    signal_detected_at: DateTime<Utc>,
    delivered_at: DateTime<Utc>,
    signal_id: Option<SignalId>,
    record_type: String,
    outcome: Option<String>,
    record_object: String,
    record_id: String,
    record_url: Option<String>,
}

/// Why a comparison stopped.
#[derive(Debug, thiserror::Error)]
pub(super) enum SyncError {
    /// The CRM could not or would not answer.
    #[error(transparent)]
    Crm(#[from] ConnectorError),
    /// Our database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Compares, and stores with each delivery what was found. The figures are the caller's to store.
pub(super) async fn compare(
    db: &TenantDb,
    connection: ConnectionId,
    crm: &dyn Crm,
    now: DateTime<Utc>,
) -> Result<Figures, SyncError> {
    let mut figures = Figures::default();
    let mut after = (now - REACH, DeliveryId(Uuid::nil()));
    loop {
        let believed = believed(&db.begin().await?, connection, after).await?;
        let Some(last) = believed.last() else {
            return Ok(figures);
        };
        after = (last.delivered_at, last.id);
        let refs: Vec<CrmRecordRef> = believed
            .iter()
            .map(|row| CrmRecordRef {
                system: crm.system(),
                record_type: row.record_object.clone(),
                id: row.record_id.clone(),
                url: row.record_url.clone().unwrap_or_default(),
            })
            .collect();
        let states = crm.look_up(&refs).await?;
        let mut rows = Vec::new();
        for (row, state) in believed.iter().zip(&states) {
            let found = row.judge(state);
            figures.count(found);
            rows.push(json!({ "id": row.id.0, "at": row.signal_detected_at, "found": found }));
        }
        let tx = db.begin().await?;
        store_found(&tx, rows, now).await?;
        tx.commit().await?;
    }
}

impl Believed {
    fn judge(&self, state: &RecordState) -> &'static str {
        let expected = match (self.record_type.as_str(), self.signal_id) {
            ("note", _) | (_, None) => self.id.to_string(),
            (_, Some(signal)) => signal.to_string(),
        };
        if !state.exists {
            "missing"
        } else if self.outcome.as_deref() == Some("linked") {
            "there"
        } else if !state.twins.is_empty() {
            "twins"
        } else if state.external_id.as_deref() != Some(expected.as_str()) {
            "changed"
        } else {
            "there"
        }
    }
}

impl Figures {
    fn count(&mut self, found: &str) {
        self.checked += 1;
        match found {
            "missing" => self.missing += 1,
            "changed" => self.changed += 1,
            "twins" => self.twins += 1,
            _ => {}
        }
    }
}

async fn believed(
    tx: &TenantTx,
    connection: ConnectionId,
    (at, id): (DateTime<Utc>, DeliveryId),
) -> Result<Vec<Believed>, DbErr> {
    Sql::new(
        "SELECT id, signal_detected_at, delivered_at, signal_id, record_type, outcome, record_object, record_id, record_url
           FROM deliveries
          WHERE tenant_id = $1 AND connection_id = $2 AND state = 'delivered' AND (delivered_at, id) > ($3, $4)
            AND record_object IS NOT NULL AND record_id IS NOT NULL
          ORDER BY delivered_at, id LIMIT $5",
    )
    .bind(tx.tenant_id())
    .bind(connection)
    .bind(at)
    .bind(id)
    .bind(AT_ONCE)
    .all(tx)
    .await
}

async fn store_found(tx: &TenantTx, rows: Vec<Value>, now: DateTime<Utc>) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE deliveries AS d SET found = row.found, found_at = $3,
            updated_at = CASE WHEN d.found IS DISTINCT FROM row.found AND row.found <> 'there' THEN $3 ELSE d.updated_at END
           FROM jsonb_to_recordset($2) AS row (id uuid, at timestamptz, found text)
          WHERE d.tenant_id = $1 AND d.signal_detected_at = row.at AND d.id = row.id AND d.state = 'delivered'",
    )
    .bind(tx.tenant_id())
    .bind(Value::Array(rows))
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// Stores the figures of a comparison, with how many duplicates were prevented since the one before.
pub(super) async fn store(
    tx: &TenantTx,
    connection: ConnectionId,
    figures: Figures,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "INSERT INTO reconciliations (tenant_id, id, connection_id, at, checked, missing, changed, twins, duplicates_prevented)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, (
            SELECT count(*) FROM deliveries
             WHERE tenant_id = $1 AND connection_id = $3 AND state = 'delivered' AND outcome IN ('already_there', 'linked')
               AND delivered_at > COALESCE((SELECT max(at) FROM reconciliations WHERE tenant_id = $1 AND connection_id = $3), $9))",
    )
    .bind(tx.tenant_id())
    .bind(ReconciliationId::generate())
    .bind(connection)
    .bind(now)
    .bind(figures.checked)
    .bind(figures.missing)
    .bind(figures.changed)
    .bind(figures.twins)
    .bind(now - REACH)
    .execute(tx)
    .await?;
    metrics::counter!("momentum_reconciled_records_total", "found" => "missing")
        .increment(u64::try_from(figures.missing).unwrap_or(0));
    metrics::counter!("momentum_reconciled_records_total", "found" => "there")
        .increment(u64::try_from(figures.checked - figures.missing).unwrap_or(0));
    Ok(())
}

/// The last comparison of a page.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Place {
    at: DateTime<Utc>,
    id: Uuid,
}

#[derive(FromQueryResult)]
struct Row {
    id: ReconciliationId,
    at: DateTime<Utc>,
    connection_id: ConnectionId,
    name: String,
    checked: i64,
    missing: i64,
    changed: i64,
    twins: i64,
    duplicates_prevented: i64,
}

/// One page of comparisons, the latest first, and where the next one begins.
pub async fn reconciliations(
    tx: &TenantTx,
    after: Option<Place>,
    limit: PageSize,
) -> Result<(Vec<Reconciliation>, Option<String>), DbErr> {
    let mut sql = Sql::new(
        "SELECT r.id, r.at, r.connection_id, c.name, r.checked, r.missing, r.changed, r.twins, r.duplicates_prevented
           FROM reconciliations AS r JOIN connections AS c ON c.tenant_id = r.tenant_id AND c.id = r.connection_id
          WHERE r.tenant_id = $1",
    )
    .bind(tx.tenant_id());
    if let Some(Place { at, id }) = after {
        sql = sql
            .push(" AND (r.at, r.id) < (")
            .push_bind(at)
            .push(", ")
            .push_bind(id)
            .push(")");
    }
    let rows: Vec<Row> = sql
        .push(" ORDER BY r.at DESC, r.id DESC LIMIT ")
        .push_bind(limit.fetch())
        .all(tx)
        .await?;
    let (rows, next) = limit.cut(rows, |row| Place {
        at: row.at,
        id: row.id.0,
    });
    let items = rows.into_iter().map(|row| Reconciliation {
        id: row.id,
        at: row.at,
        connection: NamedRef {
            id: row.connection_id,
            name: row.name,
        },
        checked: row.checked,
        missing: row.missing,
        changed: row.changed,
        twins: row.twins,
        sync_accuracy: if row.checked == 0 {
            1.0
        } else {
            (row.checked - row.missing) as f64 / row.checked as f64
        },
        duplicates_prevented: row.duplicates_prevented,
    });
    Ok((items.collect(), next))
}
