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
        // An installation on a whole Enterprise Grid is entered under the Grid's id, which no workspace has. Workspaces of
        // the Grid that installed the app by themselves may be other tenants'.
        let key = match named {
            Installation::Workspace { team_id } => team_id.as_str(),
            Installation::Enterprise { enterprise_id } => enterprise_id.as_str(),
        };
        if let Some(found) = self.known.get(key).await {
            return Ok(found);
        }
        let found = Sql::new(
            "SELECT slack_team_id, tenant_id, connection_id, app_id, bot_user_id, bot_id FROM slack_installations \
              WHERE slack_team_id = $1 AND is_active",
        )
        .bind(key)
        .one::<Installed>(self.db.system(SystemPath::Inbox))
        .await?;
        self.known.insert(key.to_owned(), found.clone()).await;
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::connections::register_installation;
    use crate::foundation::ids::ConnectionId;
    use crate::testing::TestApp;

    #[actix_web::test]
    async fn a_grid_is_whose_installed_it_as_a_whole_whatever_its_workspaces_installed_since() {
        let app = TestApp::start().await;
        let (whole, sibling) = (app.tenant("Grid").await, app.tenant("Sibling").await);
        for (tenant, id) in [(&whole, "E0GRID"), (&sibling, "T0SIBLING")] {
            let installed = Installed {
                slack_team_id: id.to_owned(),
                tenant_id: tenant.id,
                connection_id: ConnectionId::generate(),
                app_id: None,
                bot_user_id: None,
                bot_id: None,
            };
            let tx = tenant.begin().await;
            let is_ours = register_installation(&tx, &installed, Some("E0GRID"), app.clock.now()).await;
            assert!(is_ours.expect("entered"));
            tx.commit().await.expect("committed");
            app.clock.advance(chrono::TimeDelta::minutes(1));
        }
        let installations = Installations::new(app.db.database().clone());
        let named = |id: &str| {
            let id = id.to_owned();
            match id.starts_with('E') {
                true => Installation::Enterprise { enterprise_id: id },
                false => Installation::Workspace { team_id: id },
            }
        };
        for (id, tenant) in [
            ("E0GRID", Some(whole.id)),
            ("T0SIBLING", Some(sibling.id)),
            ("T0OTHER", None),
        ] {
            let found = installations.find(&named(id)).await.expect("an answer");
            assert_eq!(found.map(|found| found.tenant_id), tenant, "{id}");
        }
    }
}
