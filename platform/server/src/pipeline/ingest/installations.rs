//! Which tenant an installed Slack workspace belongs to. Asked for every event, so the answer is kept for a while.

use std::time::Duration;

use momentum_connectors::slack::Installation;
use sea_orm::DbErr;

use crate::control::connections::Installed;
use crate::foundation::db::{Database, Sql, SystemPath};

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
