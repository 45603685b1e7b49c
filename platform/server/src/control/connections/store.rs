//! The SQL of connections, their credentials, and the directory of Slack installations.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde_json::{Value, json};
use uuid::Uuid;

use super::model::{ConnectionSettings, Credential, Installed, NewConnection, Vendor};
use super::{ConnectionError, queues, status, workspace};
use crate::foundation::context::Clock;
use crate::foundation::crypto::Sealer;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::ConnectionId;

/// Makes a connection, or renews the one to the same workspace or org: its queue goes on where it stopped, and what
/// its people chose stays.
pub async fn connect(
    tx: &TenantTx,
    sealer: &Sealer,
    clock: &Clock,
    new: &NewConnection,
) -> Result<ConnectionId, ConnectionError> {
    let now = clock.now();
    let defaults = match new.vendor {
        Vendor::Slack => json!(ConnectionSettings::default()),
        Vendor::Salesforce | Vendor::Hubspot => json!({}),
    };
    let id: Option<Uuid> = Sql::new(
        "INSERT INTO connections (tenant_id, id, vendor, name, external_id, settings, last_success_at, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $8::jsonb || $6, $7, $7, $7)
         ON CONFLICT (tenant_id, vendor, external_id) DO UPDATE SET name = EXCLUDED.name,
            settings = connections.settings || $6, given_up_at = NULL, updated_at = EXCLUDED.updated_at
         RETURNING id AS value",
    )
    .bind(tx.tenant_id())
    .bind(ConnectionId::generate())
    .bind(new.vendor.as_str())
    .bind(new.name.as_str())
    .bind(new.external_id.as_str())
    .bind(new.settings.clone())
    .bind(now)
    .bind(defaults)
    .scalar(tx)
    .await?;
    let id = ConnectionId(id.ok_or_else(|| DbErr::Custom("a connection was not written".to_owned()))?);
    write_credential(tx, sealer, clock, id, &new.credential).await?;
    status::mark_connected(tx, id, now).await?;
    match new.vendor {
        Vendor::Slack => workspace::sync_workspace(tx, id, now, now).await?,
        Vendor::Salesforce | Vendor::Hubspot => queues::import_accounts(tx, id, now, now).await?,
    }
    Ok(id)
}

/// A connection as far as it decides what may be done with it.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Known {
    pub id: ConnectionId,
    vendor: String,
    pub external_id: String,
    status: String,
    pub settings: Value,
    given_up_at: Option<DateTime<Utc>>,
}

impl Known {
    /// Whose software is behind it.
    pub fn vendor(&self) -> Result<Vendor, DbErr> {
        self.vendor.parse().map_err(DbErr::Type)
    }

    /// Whether somebody disconnected it, and nobody has connected it again.
    pub fn is_given_up(&self) -> bool {
        self.given_up_at.is_some()
    }

    /// Whether its credential is refused or was taken back.
    pub fn is_disconnected(&self) -> bool {
        self.status == "disconnected"
    }
}

const KNOWN: &str =
    "SELECT id, vendor, external_id, status, settings, given_up_at FROM connections WHERE tenant_id = $1";

/// One connection.
pub(super) async fn by_id(tx: &TenantTx, id: ConnectionId) -> Result<Option<Known>, DbErr> {
    let sql = Sql::new(KNOWN).bind(tx.tenant_id()).push(" AND id = ").push_bind(id);
    sql.one(tx).await
}

/// All connections to one vendor.
pub(super) async fn of_vendor(tx: &TenantTx, vendor: Vendor) -> Result<Vec<Known>, DbErr> {
    let sql = Sql::new(KNOWN)
        .bind(tx.tenant_id())
        .push(" AND vendor = ")
        .push_bind(vendor.as_str());
    sql.all(tx).await
}

/// Changes some settings of a connection and leaves the others.
pub(super) async fn merge_settings(
    tx: &TenantTx,
    id: ConnectionId,
    settings: Value,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new("UPDATE connections SET settings = settings || $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2")
        .bind(tx.tenant_id())
        .bind(id)
        .bind(settings)
        .bind(now)
        .execute(tx)
        .await
        .map(drop)
}

/// Keeps what the vendor granted.
pub(super) async fn set_scopes(tx: &TenantTx, id: ConnectionId, granted: Vec<String>) -> Result<(), DbErr> {
    let set = "UPDATE connections SET granted_scopes = $3 WHERE tenant_id = $1 AND id = $2";
    let set = Sql::new(set).bind(tx.tenant_id()).bind(id).bind(granted);
    set.execute(tx).await.map(drop)
}

/// Enters or renews an installation in the directory, within the transaction that makes its connection. False when
/// another tenant has the Slack workspace: nothing is changed then. A tenant that gave it up has it no longer.
pub async fn register_installation(
    db: &impl ConnectionTrait,
    installed: &Installed,
    enterprise_id: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let written = Sql::new(
        "INSERT INTO slack_installations (slack_team_id, enterprise_id, tenant_id, connection_id, app_id, bot_user_id, bot_id, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (slack_team_id) DO UPDATE SET enterprise_id = EXCLUDED.enterprise_id, tenant_id = EXCLUDED.tenant_id,
            connection_id = EXCLUDED.connection_id, app_id = EXCLUDED.app_id, bot_user_id = EXCLUDED.bot_user_id,
            bot_id = EXCLUDED.bot_id, is_active = true, updated_at = EXCLUDED.updated_at
          WHERE slack_installations.tenant_id = EXCLUDED.tenant_id OR NOT slack_installations.is_active",
    )
    .bind(installed.slack_team_id.as_str())
    .bind(enterprise_id.map(str::to_owned))
    .bind(installed.tenant_id)
    .bind(installed.connection_id)
    .bind(installed.app_id.clone())
    .bind(installed.bot_user_id.clone())
    .bind(installed.bot_id.clone())
    .bind(now)
    .execute(db)
    .await?;
    Ok(written == 1)
}

/// No event of this Slack workspace is believed any more.
pub(super) async fn end_installation(tx: &TenantTx, id: ConnectionId, now: DateTime<Utc>) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE slack_installations SET is_active = false, updated_at = $3 WHERE tenant_id = $1 AND connection_id = $2",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(now)
    .execute(tx)
    .await
    .map(drop)
}

fn purpose(id: ConnectionId) -> String {
    format!("credential of {id}")
}

/// Seals and stores a credential in place of the former one.
pub(super) async fn write_credential(
    tx: &TenantTx,
    sealer: &Sealer,
    clock: &Clock,
    id: ConnectionId,
    credential: &Credential,
) -> Result<(), ConnectionError> {
    let sealed = sealer.seal(tx, clock, &purpose(id), &credential.to_secret()?).await?;
    Sql::new(
        "INSERT INTO credentials (tenant_id, connection_id, sealed, expires_at, is_renewable, updated_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (tenant_id, connection_id) DO UPDATE SET sealed = EXCLUDED.sealed, expires_at = EXCLUDED.expires_at, \
            is_renewable = EXCLUDED.is_renewable, updated_at = EXCLUDED.updated_at",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(sealed)
    .bind(credential.expires_at)
    .bind(credential.refresh_token.is_some())
    .bind(clock.now())
    .execute(tx)
    .await?;
    Ok(())
}

/// Opens a connection's credential. With `lock`, whoever else wants to change it waits until the transaction ends.
pub(super) async fn read_credential(
    tx: &TenantTx,
    sealer: &Sealer,
    id: ConnectionId,
    lock: bool,
) -> Result<Option<Credential>, ConnectionError> {
    let sealed: Option<Vec<u8>> =
        Sql::new("SELECT sealed AS value FROM credentials WHERE tenant_id = $1 AND connection_id = $2")
            .bind(tx.tenant_id())
            .bind(id)
            .push(if lock { " FOR UPDATE" } else { "" })
            .scalar(tx)
            .await?;
    let Some(sealed) = sealed else { return Ok(None) };
    let secret = sealer.open(tx, &purpose(id), &sealed).await?;
    Ok(Some(Credential::from_secret(&secret)?))
}

/// Forgets a connection's credential.
pub(super) async fn forget_credential(tx: &TenantTx, id: ConnectionId) -> Result<(), DbErr> {
    Sql::new("DELETE FROM credentials WHERE tenant_id = $1 AND connection_id = $2")
        .bind(tx.tenant_id())
        .bind(id)
        .execute(tx)
        .await
        .map(drop)
}
