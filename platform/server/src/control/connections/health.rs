//! How a tenant's connections are doing, in one query for all of them.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{DbErr, FromQueryResult};
use serde::Serialize;
use utoipa::ToSchema;

use super::model::Vendor;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::http::words;
use crate::foundation::ids::ConnectionId;

/// Gaps shown for each connection, the latest first.
const GAPS: usize = 10;

words! {
    /// Whether a connection works.
    pub enum ConnectionStatus {
        /// It does.
        Connected = "connected",
        /// The last call failed; it is tried again.
        Degraded = "degraded",
        /// The credential is refused; somebody must connect again.
        Disconnected = "disconnected",
    }
}

/// A tenant's install of Slack or a CRM, and how it is doing.
#[derive(Debug, Serialize, ToSchema)]
pub struct Connection {
    /// Its id.
    pub id: ConnectionId,
    /// Whose software it is.
    pub vendor: Vendor,
    /// The Slack workspace's or the org's name.
    pub name: String,
    /// The Slack workspace's or the org's id.
    pub external_id: String,
    /// Whether it works.
    pub status: ConnectionStatus,
    /// Why it does not.
    pub status_reason: Option<String>,
    /// When it last worked.
    pub last_success_at: Option<DateTime<Utc>>,
    /// What last went wrong.
    pub last_error: Option<ConnectionFailure>,
    /// What waits: events of a Slack workspace to be taken in, records to be written to a CRM.
    pub queue_depth: i64,
    /// What failed for good.
    pub dead_letters: i64,
    /// Records written in the last 24 hours.
    pub delivered_24h: i64,
    /// Stretches of time in which the vendor did not tell us everything, the latest first, at most ten.
    pub gaps: Vec<Gap>,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConnectionFailure {
    /// When.
    pub at: DateTime<Utc>,
    /// What, in the vendor's words.
    pub message: String,
}

/// A stretch of time in which the vendor did not tell us everything.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Gap {
    /// From when.
    pub started_at: DateTime<Utc>,
    /// Until when; null while it lasts.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why.
    pub reason: String,
}

/// The tenant's connections.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConnectionList {
    /// Slack first, then by name.
    pub items: Vec<Connection>,
}

#[derive(FromQueryResult)]
struct Row {
    id: ConnectionId,
    vendor: String,
    name: String,
    external_id: String,
    status: String,
    status_reason: Option<String>,
    last_success_at: Option<DateTime<Utc>>,
    last_error_at: Option<DateTime<Utc>>,
    last_error: Option<String>,
    queue_depth: i64,
    dead_letters: i64,
    delivered_24h: i64,
}

#[derive(FromQueryResult)]
struct GapRow {
    connection_id: ConnectionId,
    started_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    reason: String,
}

/// All connections of the tenant. A delivery is updated when it is delivered and never again, which is what the index
/// by state and time of change is used for.
pub(super) async fn list(tx: &TenantTx, now: DateTime<Utc>) -> Result<Vec<Connection>, DbErr> {
    let rows: Vec<Row> = Sql::new(
        "WITH written AS (
            SELECT connection_id, count(*) FILTER (WHERE state = 'dead_letter') AS dead,
                   count(*) FILTER (WHERE state = 'delivered') AS delivered,
                   count(*) FILTER (WHERE state IN ('pending', 'waiting_for_connection')) AS waiting
              FROM deliveries
             WHERE tenant_id = $1 AND (state IN ('dead_letter', 'pending', 'waiting_for_connection')
                OR (state = 'delivered' AND updated_at >= $2))
             GROUP BY connection_id
         ), taken_in AS (
            SELECT count(*) FILTER (WHERE state = 'dead') AS dead, count(*) FILTER (WHERE state = 'pending') AS waiting
              FROM jobs WHERE tenant_id = $1 AND queue = 'ingest'
         )
         SELECT c.id, c.vendor, c.name, c.external_id, c.status, c.status_reason, c.last_success_at, c.last_error_at, c.last_error,
                COALESCE(CASE WHEN c.vendor = 'slack' THEN taken_in.waiting ELSE written.waiting END, 0) AS queue_depth,
                COALESCE(CASE WHEN c.vendor = 'slack' THEN taken_in.dead ELSE written.dead END, 0) AS dead_letters,
                COALESCE(written.delivered, 0) AS delivered_24h
           FROM connections AS c CROSS JOIN taken_in LEFT JOIN written ON written.connection_id = c.id
          WHERE c.tenant_id = $1 AND c.vendor IN ('slack', 'salesforce')
          ORDER BY c.vendor = 'slack' DESC, c.name, c.id",
    )
    .bind(tx.tenant_id())
    .bind(now - TimeDelta::hours(24))
    .all(tx)
    .await?;
    let mut gaps = gaps(tx).await?;
    rows.into_iter()
        .map(|row| {
            let gaps = gaps.remove(&row.id).unwrap_or_default();
            row.into_connection(gaps)
        })
        .collect()
}

async fn gaps(tx: &TenantTx) -> Result<HashMap<ConnectionId, Vec<Gap>>, DbErr> {
    let rows: Vec<GapRow> = Sql::new(
        "SELECT connection_id, started_at, ended_at, reason FROM ingest_gaps
          WHERE tenant_id = $1 ORDER BY started_at DESC LIMIT 200",
    )
    .bind(tx.tenant_id())
    .all(tx)
    .await?;
    let mut of_connection: HashMap<ConnectionId, Vec<Gap>> = HashMap::new();
    for GapRow {
        connection_id,
        started_at,
        ended_at,
        reason,
    } in rows
    {
        let gaps = of_connection.entry(connection_id).or_default();
        if gaps.len() < GAPS {
            gaps.push(Gap {
                started_at,
                ended_at,
                reason,
            });
        }
    }
    Ok(of_connection)
}

impl Row {
    fn into_connection(self, gaps: Vec<Gap>) -> Result<Connection, DbErr> {
        Ok(Connection {
            id: self.id,
            vendor: if self.vendor == "slack" {
                Vendor::Slack
            } else {
                Vendor::Salesforce
            },
            name: self.name,
            external_id: self.external_id,
            status: self.status.parse().map_err(DbErr::Type)?,
            status_reason: self.status_reason,
            last_success_at: self.last_success_at,
            last_error: self
                .last_error_at
                .zip(self.last_error)
                .map(|(at, message)| ConnectionFailure { at, message }),
            queue_depth: self.queue_depth,
            dead_letters: self.dead_letters,
            delivered_24h: self.delivered_24h,
            gaps,
        })
    }
}
