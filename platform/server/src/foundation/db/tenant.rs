//! Tenant scope: every transaction says whose rows it may touch before it touches one.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use sea_orm::sea_query::Values;
use sea_orm::sqlx::query::Query;
use sea_orm::sqlx::{self, AssertSqlSafe, Postgres, Transaction};
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr,
    Statement,
};
use sea_query_sqlx::SqlxValues;
use tokio::sync::OwnedSemaphorePermit;

use super::announce::{Announcement, Announcer, Topic};
use super::shares::Shares;
use super::sql::Sql;
use crate::foundation::ids::TenantId;

/// The rows of one tenant. The only way to reach them.
#[derive(Clone)]
pub struct TenantDb {
    pool: DatabaseConnection,
    announcer: Announcer,
    tenant_id: TenantId,
    settings: &'static [&'static str],
    shares: Option<Arc<Shares>>,
}

impl TenantDb {
    pub(super) fn new(pool: DatabaseConnection, announcer: Announcer, tenant_id: TenantId) -> Self {
        Self {
            pool,
            announcer,
            tenant_id,
            settings: &[],
            shares: None,
        }
    }

    /// The same rows through transactions with these settings of PostgreSQL, such as `synchronous_commit = off`.
    pub fn with(self, settings: &'static [&'static str]) -> Self {
        Self { settings, ..self }
    }

    /// The same rows through transactions of which the tenant has only so many open at once as its share of `shares`. The
    /// others wait, for a second at most.
    pub fn sharing(self, shares: Arc<Shares>) -> Self {
        Self {
            shares: Some(shares),
            ..self
        }
    }

    /// Whose rows these are.
    pub fn tenant_id(&self) -> TenantId {
        self.tenant_id
    }

    /// Begins a transaction in which row-level security shows and accepts this tenant's rows only.
    ///
    /// All settings are in the message that begins, so that they cost no round trip. The tenant is written as a literal
    /// because `SET` takes no parameters; it is a typed UUID, so nothing can be smuggled in.
    pub async fn begin(&self) -> Result<TenantTx, DbErr> {
        let place = match &self.shares {
            Some(shares) => shares.place(self.tenant_id).await,
            None => None,
        };
        let mut begin = format!("BEGIN; SET LOCAL app.tenant_id = '{}'", self.tenant_id.0);
        for setting in self.settings {
            begin = format!("{begin}; SET LOCAL {setting}");
        }
        let pool = self.pool.get_postgres_connection_pool();
        let tx = pool
            .begin_with(AssertSqlSafe(begin))
            .await
            .map_err(|error| match error {
                sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
                sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
                other => DbErr::Conn(RuntimeErr::SqlxError(Arc::new(other))),
            })?;
        Ok(TenantTx {
            tx: tokio::sync::Mutex::new(tx),
            tenant_id: self.tenant_id,
            announcer: self.announcer.clone(),
            last: Mutex::default(),
            topics: Mutex::default(),
            on_commit: Mutex::default(),
            _place: place,
        })
    }
}

/// A transaction within one tenant. Rolled back when dropped.
pub struct TenantTx {
    /// One statement at a time. Statements of one transaction come one after the other anyway.
    tx: tokio::sync::Mutex<Transaction<'static, Postgres>>,
    tenant_id: TenantId,
    announcer: Announcer,
    last: Mutex<Vec<Sql>>,
    topics: Mutex<BTreeSet<Topic>>,
    on_commit: Mutex<Vec<Box<dyn FnOnce() + Send>>>,
    _place: Option<OwnedSemaphorePermit>,
}

impl TenantTx {
    /// Whose rows this transaction sees.
    pub fn tenant_id(&self) -> TenantId {
        self.tenant_id
    }

    /// Makes everything that was written durable, then tells whoever waits for it.
    pub async fn commit(self) -> Result<(), DbErr> {
        let last = std::mem::take(&mut *self.last.lock().unwrap_or_else(PoisonError::into_inner));
        for statement in last {
            statement.execute(&self).await?;
        }
        self.tx.into_inner().commit().await.map_err(query_error)?;
        for then in self.on_commit.into_inner().unwrap_or_else(PoisonError::into_inner) {
            then();
        }
        let topics = self.topics.into_inner().unwrap_or_else(PoisonError::into_inner);
        for topic in topics {
            self.announcer.announce(Announcement {
                topic,
                tenant_id: self.tenant_id,
            });
        }
        Ok(())
    }

    /// Keeps a statement for the end: it is run just before the commit, after whatever comes until then. For one that takes
    /// a row which all of the tenant's transactions want, so that they wait for each other as briefly as can be.
    pub fn run_last(&self, statement: Sql) {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).push(statement);
    }

    /// Has `then` called once this transaction is committed, for what is kept in memory and must not say otherwise.
    pub fn on_commit(&self, then: impl FnOnce() + Send + 'static) {
        let mut all = self.on_commit.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(Box::new(then));
    }

    /// Announces `topic` once this transaction is committed.
    pub fn announce_on_commit(&self, topic: Topic) {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner).insert(topic);
    }
}

#[async_trait]
impl ConnectionTrait for TenantTx {
    fn get_database_backend(&self) -> DbBackend {
        DbBackend::Postgres
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let done = query(statement).execute(&mut **self.tx.lock().await).await;
        Ok(done.map_err(exec_error)?.into())
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let done = sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&mut **self.tx.lock().await)
            .await;
        Ok(done.map_err(exec_error)?.into())
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let row = query(statement).fetch_optional(&mut **self.tx.lock().await).await;
        Ok(row.map_err(query_error)?.map(QueryResult::from))
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let rows = query(statement).fetch_all(&mut **self.tx.lock().await).await;
        Ok(rows.map_err(query_error)?.into_iter().map(QueryResult::from).collect())
    }
}

fn query(statement: Statement) -> Query<'static, Postgres, SqlxValues> {
    let values = statement.values.unwrap_or_else(|| Values(vec![]));
    sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(values))
}

fn exec_error(error: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(Arc::new(error)))
}

fn query_error(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(Arc::new(error)))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use futures_util::FutureExt;

    use super::*;
    use crate::foundation::context::Clock;
    use crate::testing::TestDb;

    #[tokio::test]
    async fn a_transaction_keeps_its_place_until_it_ends() {
        let db = TestDb::new().await;
        let shares = Arc::new(Shares::new(Clock::fixed(DateTime::UNIX_EPOCH), 2));
        let tenant = db.database().tenant(TenantId::generate()).sharing(shares);
        let first = tenant.begin().await.expect("a transaction");
        let second = tenant.begin().await.expect("another one");
        let waiting = tenant.clone();
        let mut third = Box::pin(waiting.begin());
        assert!((&mut third).now_or_never().is_none(), "it waits");
        drop(first);
        let third = third.await.expect("the next");
        let mut fourth = Box::pin(waiting.begin());
        assert!((&mut fourth).now_or_never().is_none(), "it waits");
        second.commit().await.expect("committed");
        fourth.await.expect("the next");
        drop(third);
    }
}
