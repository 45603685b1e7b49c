//! Tenant scope: every transaction says whose rows it may touch before it touches one.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement,
    TransactionTrait,
};

use super::announce::{Announcement, Announcer, Topic};
use crate::foundation::ids::TenantId;

/// The rows of one tenant. The only way to reach them.
#[derive(Clone)]
pub struct TenantDb {
    pool: DatabaseConnection,
    announcer: Announcer,
    tenant_id: TenantId,
}

impl TenantDb {
    pub(super) fn new(pool: DatabaseConnection, announcer: Announcer, tenant_id: TenantId) -> Self {
        Self {
            pool,
            announcer,
            tenant_id,
        }
    }

    /// Whose rows these are.
    pub fn tenant_id(&self) -> TenantId {
        self.tenant_id
    }

    /// Begins a transaction in which row-level security shows and accepts this tenant's rows only.
    ///
    /// The tenant is written as a literal because `SET` takes no parameters; it is a typed UUID, so nothing can be
    /// smuggled in.
    pub async fn begin(&self) -> Result<TenantTx, DbErr> {
        let tx = self.pool.begin().await?;
        tx.execute_unprepared(&format!("SET LOCAL app.tenant_id = '{}'", self.tenant_id.0))
            .await?;
        Ok(TenantTx {
            tx,
            tenant_id: self.tenant_id,
            announcer: self.announcer.clone(),
            topics: Mutex::default(),
        })
    }
}

/// A transaction within one tenant. Rolled back when dropped.
pub struct TenantTx {
    tx: DatabaseTransaction,
    tenant_id: TenantId,
    announcer: Announcer,
    topics: Mutex<BTreeSet<Topic>>,
}

impl TenantTx {
    /// Whose rows this transaction sees.
    pub fn tenant_id(&self) -> TenantId {
        self.tenant_id
    }

    /// Makes everything that was written durable, then tells whoever waits for it.
    pub async fn commit(self) -> Result<(), DbErr> {
        self.tx.commit().await?;
        let topics = self.topics.into_inner().unwrap_or_else(PoisonError::into_inner);
        for topic in topics {
            self.announcer.announce(Announcement {
                topic,
                tenant_id: self.tenant_id,
            });
        }
        Ok(())
    }

    /// Announces `topic` once this transaction is committed.
    pub fn announce_on_commit(&self, topic: Topic) {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner).insert(topic);
    }
}

#[async_trait]
impl ConnectionTrait for TenantTx {
    fn get_database_backend(&self) -> DbBackend {
        self.tx.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.tx.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.tx.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.tx.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.tx.query_all_raw(statement).await
    }
}
