//! How a tenant's connections are doing, in one query for all of them.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{DbErr, FromQueryResult};
use serde::Serialize;
use utoipa::ToSchema;

use super::model::{ConnectionSettings, HistoryProfile, Quota, Vendor};
use super::vendors;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::http::words;
use crate::foundation::ids::ConnectionId;

/// Gaps shown for each connection, the latest first.
const GAPS: usize = 10;
/// A token that ends and cannot be renewed is said to end soon this long before: over a weekend, somebody must see it.
const EXPIRES_SOON: TimeDelta = TimeDelta::days(3);

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
    /// Records written in the last 24 hours; null for Slack, which keeps no records of ours.
    pub delivered_24h: Option<i64>,
    /// How long the credential is good for.
    pub token: TokenHealth,
    /// What the vendor last said of our budget of calls; null while it has said nothing.
    pub quota: Option<Quota>,
    /// Until when the vendor is left alone, because it failed too often in a row; null when it is asked.
    pub circuit_open_until: Option<DateTime<Utc>>,
    /// What was chosen.
    pub settings: SettingsView,
    /// Scopes that we ask for and that were not granted: connect again to add them.
    pub missing_scopes: Vec<String>,
    /// Stretches of time in which the vendor did not tell us everything, the latest first, at most ten.
    pub gaps: Vec<Gap>,
}

words! {
    /// How long a credential is good for.
    pub enum TokenState {
        /// It works, or is renewed by itself.
        Ok = "ok",
        /// It ends within three days and cannot be renewed without a person.
        ExpiresSoon = "expires_soon",
        /// It has ended and cannot be renewed without a person.
        Expired = "expired",
        /// The vendor does not accept it, or it was taken back.
        Refused = "refused",
    }
}

/// How long a credential is good for.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenHealth {
    /// In a word.
    pub state: TokenState,
    /// When the present access token ends, where the vendor says so.
    pub expires_at: Option<DateTime<Utc>>,
}

/// What was chosen for a connection.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettingsView {
    /// Slack: patterns of the channels that are joined by themselves; empty for a CRM.
    pub auto_join: Vec<String>,
    /// Slack: how fast history may be read; null for a CRM.
    pub history_profile: Option<HistoryProfile>,
    /// Whether it is a sandbox.
    pub sandbox: bool,
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
    settings: serde_json::Value,
    quota: Option<serde_json::Value>,
    granted_scopes: Option<Vec<String>>,
    circuit_open_until: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    is_renewable: Option<bool>,
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
            SELECT split_part(lane, '/', 1) AS team, count(*) FILTER (WHERE state = 'dead') AS dead,
                   count(*) FILTER (WHERE state = 'pending') AS waiting
              FROM jobs WHERE tenant_id = $1 AND queue = 'ingest' GROUP BY 1
         )
         SELECT c.id, c.vendor, c.name, c.external_id, c.status, c.status_reason, c.last_success_at, c.last_error_at, c.last_error,
                COALESCE(CASE WHEN c.vendor = 'slack' THEN taken_in.waiting ELSE written.waiting END, 0) AS queue_depth,
                COALESCE(CASE WHEN c.vendor = 'slack' THEN taken_in.dead ELSE written.dead END, 0) AS dead_letters,
                COALESCE(written.delivered, 0) AS delivered_24h, c.settings, c.quota, c.granted_scopes, c.circuit_open_until,
                credential.expires_at, credential.is_renewable
           FROM connections AS c LEFT JOIN taken_in ON c.vendor = 'slack' AND taken_in.team = c.external_id
           LEFT JOIN written ON written.connection_id = c.id
           LEFT JOIN credentials AS credential ON credential.tenant_id = $1 AND credential.connection_id = c.id
          WHERE c.tenant_id = $1
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
            row.into_connection(gaps, now)
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
    fn into_connection(self, gaps: Vec<Gap>, now: DateTime<Utc>) -> Result<Connection, DbErr> {
        let vendor: Vendor = self.vendor.parse().map_err(DbErr::Type)?;
        let status: ConnectionStatus = self.status.parse().map_err(DbErr::Type)?;
        let chosen: ConnectionSettings = serde_json::from_value(self.settings.clone()).unwrap_or_default();
        Ok(Connection {
            id: self.id,
            vendor,
            token: self.token(status, now),
            name: self.name,
            external_id: self.external_id,
            status,
            status_reason: self.status_reason,
            last_success_at: self.last_success_at,
            last_error: self
                .last_error_at
                .zip(self.last_error)
                .map(|(at, message)| ConnectionFailure { at, message }),
            queue_depth: self.queue_depth,
            dead_letters: self.dead_letters,
            delivered_24h: vendor.is_crm().then_some(self.delivered_24h),
            quota: self.quota.and_then(|quota| serde_json::from_value(quota).ok()),
            circuit_open_until: self.circuit_open_until.filter(|until| *until > now),
            settings: SettingsView {
                auto_join: if vendor.is_crm() { Vec::new() } else { chosen.auto_join },
                history_profile: (!vendor.is_crm()).then_some(chosen.history_profile),
                sandbox: self.settings["sandbox"].as_bool().unwrap_or(false),
            },
            missing_scopes: self
                .granted_scopes
                .map(|granted| vendors::missing(vendor, &granted))
                .unwrap_or_default(),
            gaps,
        })
    }

    /// A token that is renewed by itself is good, whenever it ends.
    fn token(&self, status: ConnectionStatus, now: DateTime<Utc>) -> TokenHealth {
        let ends_alone = self.expires_at.filter(|_| self.is_renewable == Some(false));
        let state = match (status, ends_alone) {
            (ConnectionStatus::Disconnected, _) => TokenState::Refused,
            _ if self.is_renewable.is_none() => TokenState::Refused,
            (_, Some(at)) if at <= now => TokenState::Expired,
            (_, Some(at)) if at <= now + EXPIRES_SOON => TokenState::ExpiresSoon,
            _ => TokenState::Ok,
        };
        TokenHealth {
            state,
            expires_at: self.expires_at,
        }
    }
}
