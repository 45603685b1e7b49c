//! Users and what they belong to. These tables hold no tenant's data, and are read before the tenant is known.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};

use super::NewPerson;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{TenantId, UserId};

/// A person who signs in.
#[derive(Clone, Debug, FromQueryResult)]
pub struct User {
    /// Who.
    pub id: UserId,
    /// Where they sign in.
    pub email: String,
    /// Their password's hash; nothing for those who only came by a link.
    pub password_hash: Option<String>,
}

/// The person with this address, in whatever case it is written.
pub async fn find_user(db: &impl ConnectionTrait, email: &str) -> Result<Option<User>, DbErr> {
    Sql::new("SELECT id, email, password_hash FROM users WHERE lower(email) = lower($1)")
        .bind(email)
        .one(db)
        .await
}

/// The person with this id.
pub async fn user_by_id(db: &impl ConnectionTrait, id: UserId) -> Result<Option<User>, DbErr> {
    Sql::new("SELECT id, email, password_hash FROM users WHERE id = $1")
        .bind(id)
        .one(db)
        .await
}

/// The tenants that a person belongs to, the oldest first.
pub async fn tenants_of(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<TenantId>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        tenant_id: TenantId,
    }
    let rows: Vec<Row> =
        Sql::new("SELECT tenant_id FROM user_tenants WHERE user_id = $1 ORDER BY created_at, tenant_id")
            .bind(user)
            .all(db)
            .await?;
    Ok(rows.into_iter().map(|row| row.tenant_id).collect())
}

/// Makes a person who belongs to the tenant of this transaction; nothing when the address is taken.
pub async fn create_user(tx: &TenantTx, now: DateTime<Utc>, person: &NewPerson) -> Result<Option<UserId>, DbErr> {
    let id = UserId::generate();
    let inserted = Sql::new(
        "INSERT INTO users (id, email, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (lower(email)) DO NOTHING",
    )
    .bind(id)
    .bind(person.email.trim())
    .bind(person.name.trim())
    .bind(person.password_hash.clone())
    .bind(now)
    .execute(tx)
    .await?;
    if inserted == 0 {
        return Ok(None);
    }
    Sql::new("INSERT INTO user_tenants (user_id, tenant_id, created_at) VALUES ($1, $2, $3)")
        .bind(id)
        .bind(tx.tenant_id())
        .bind(now)
        .execute(tx)
        .await?;
    Ok(Some(id))
}

/// Sets a person's password.
pub async fn set_password(tx: &TenantTx, user: UserId, hash: String) -> Result<(), DbErr> {
    Sql::new("UPDATE users SET password_hash = $2 WHERE id = $1")
        .bind(user)
        .bind(hash)
        .execute(tx)
        .await?;
    Ok(())
}
