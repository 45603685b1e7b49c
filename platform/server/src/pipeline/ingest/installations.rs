//! Which tenant an installed Slack workspace belongs to. Asked for every event, so the answer is kept for a while.

use std::time::Duration;

use chrono::{DateTime, Utc};
use momentum_connectors::slack::Installation;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};

use crate::foundation::db::{Database, Sql, SystemPath};
use crate::foundation::ids::{ConnectionId, TenantId};

/// An installation of our Slack app.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Installed {
    /// The Slack workspace.
    pub slack_team_id: String,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// The tenant's connection.
    pub connection_id: ConnectionId,
    /// Our app, to know our own messages.
    pub app_id: Option<String>,
    /// Our bot as a user.
    pub bot_user_id: Option<String>,
    /// Our bot as a bot.
    pub bot_id: Option<String>,
}

/// The directory with its memory.
#[derive(Clone)]
pub struct Installations {
    db: Database,
    known: moka::future::Cache<String, Option<Installed>>,
}

/// A new installation is found after at most this long by processes that were asked for it before.
const REMEMBERED: Duration = Duration::from_secs(15);

impl Installations {
    /// An empty memory.
    pub fn new(db: Database) -> Self {
        let known = moka::future::Cache::builder()
            .max_capacity(100_000)
            .time_to_live(REMEMBERED)
            .build();
        Self { db, known }
    }

    /// The installation that Slack names; `None` when no tenant has it.
    ///
    /// # Errors
    /// When the database cannot be asked and the answer is not remembered.
    pub async fn find(&self, named: &Installation) -> Result<Option<Installed>, DbErr> {
        let (key, column) = match named {
            Installation::Workspace { team_id } => (team_id.as_str(), "slack_team_id"),
            Installation::Enterprise { enterprise_id } => (enterprise_id.as_str(), "enterprise_id"),
        };
        if let Some(found) = self.known.get(key).await {
            return Ok(found);
        }
        let found = Sql::new(format!(
            "SELECT slack_team_id, tenant_id, connection_id, app_id, bot_user_id, bot_id FROM slack_installations \
              WHERE {column} = $1 AND is_active ORDER BY updated_at DESC LIMIT 1"
        ))
        .bind(key)
        .one::<Installed>(self.db.system(SystemPath::Inbox))
        .await?;
        self.known.insert(key.to_owned(), found.clone()).await;
        Ok(found)
    }
}

/// Enters or renews an installation in the directory, within the transaction that makes its connection.
pub async fn register(
    db: &impl ConnectionTrait,
    installed: &Installed,
    enterprise_id: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "INSERT INTO slack_installations (slack_team_id, enterprise_id, tenant_id, connection_id, app_id, bot_user_id, bot_id, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (slack_team_id) DO UPDATE SET enterprise_id = EXCLUDED.enterprise_id, connection_id = EXCLUDED.connection_id,
            app_id = EXCLUDED.app_id, bot_user_id = EXCLUDED.bot_user_id, bot_id = EXCLUDED.bot_id, is_active = true,
            updated_at = EXCLUDED.updated_at
          WHERE slack_installations.tenant_id = EXCLUDED.tenant_id",
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
    Ok(())
}
