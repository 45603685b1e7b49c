use chrono::{DateTime, Utc};
use sea_orm::DbErr;

use super::Tenant;
use crate::foundation::db::{Sql, TenantTx};

/// Creates the tenant of this transaction.
pub async fn create(tx: &TenantTx, now: DateTime<Utc>, name: &str, is_demo: bool) -> Result<Tenant, DbErr> {
    Sql::new("INSERT INTO tenants (tenant_id, name, is_demo, created_at) VALUES ($1, $2, $3, $4)")
        .bind(tx.tenant_id())
        .bind(name)
        .bind(is_demo)
        .bind(now)
        .execute(tx)
        .await?;
    Ok(Tenant {
        id: tx.tenant_id(),
        name: name.to_owned(),
        is_demo,
    })
}

/// The tenant of this transaction.
pub async fn current(tx: &TenantTx) -> Result<Option<Tenant>, DbErr> {
    Sql::new("SELECT tenant_id AS id, name, is_demo FROM tenants WHERE tenant_id = $1")
        .bind(tx.tenant_id())
        .one(tx)
        .await
}
