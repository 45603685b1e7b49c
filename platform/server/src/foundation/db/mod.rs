//! The database and the only two doors to it.
//!
//! Rows of tenants are reached through [`TenantDb`]; the few paths that run before the tenant is known go through
//! [`Database::system`], which names its purpose and can read only the tables without tenant data.

mod announce;
pub mod embedded;
mod shares;
mod sql;
mod tenant;

use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sea_orm::{DatabaseConnection, DbErr, SqlxPostgresConnector};

use super::ids::TenantId;
pub use announce::{Announcement, Announcer, Topic};
pub use shares::Shares;
pub use sql::Sql;
pub use tenant::{TenantDb, TenantTx};

/// A pool of connections under the application's role, which owns nothing and cannot pass by row-level security.
#[derive(Clone)]
pub struct Database {
    pool: DatabaseConnection,
    announcer: Announcer,
}

/// Why a connection is used without a tenant. The list is short and reviewed: a new entry is a security decision.
#[derive(Clone, Copy, Debug)]
pub enum SystemPath {
    /// Which tenant a Slack workspace belongs to, and the multi-tenant insert of its events.
    Inbox,
    /// Users, sessions and sign-in links.
    SignIn,
    /// Which tenants have work that is due; schedules.
    Dispatch,
    /// Readiness, migrations, partitions.
    Operation,
}

impl Database {
    /// Opens a pool. `url` must log in as the application's role, not as the owner.
    ///
    /// # Errors
    /// When the server cannot be reached within ten seconds or refuses the login.
    pub async fn connect(url: &str, max_connections: u32) -> Result<Self, DbErr> {
        let options: PgConnectOptions = url
            .parse()
            .map_err(|error: sea_orm::sqlx::Error| DbErr::Conn(sea_orm::RuntimeErr::SqlxError(error.into())))?;
        let pool = PgPoolOptions::new()
            .max_connections(max_connections)
            .acquire_timeout(Duration::from_secs(10))
            .test_before_acquire(false)
            .connect_with(options)
            .await
            .map_err(|error| DbErr::Conn(sea_orm::RuntimeErr::SqlxError(error.into())))?;
        let pool = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
        Ok(Self {
            announcer: Announcer::start(&pool),
            pool,
        })
    }

    /// The rows of one tenant.
    pub fn tenant(&self, tenant_id: TenantId) -> TenantDb {
        TenantDb::new(self.pool.clone(), self.announcer.clone(), tenant_id)
    }

    /// The tables that belong to no tenant. Row-level security hides every tenant's rows from this connection.
    pub fn system(&self, path: SystemPath) -> &DatabaseConnection {
        tracing::trace!(?path, "using the database without a tenant");
        &self.pool
    }

    /// Tells and hears what changed after a commit.
    pub fn announcer(&self) -> &Announcer {
        &self.announcer
    }

    /// Closes the pool and waits for its connections.
    pub async fn close(&self) -> Result<(), DbErr> {
        self.pool.get_postgres_connection_pool().close().await;
        Ok(())
    }
}

#[cfg(test)]
mod catalogue_tests;
