//! Sessions: rows, not signed cookies, so that signing out and deactivating end them at once.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::DbErr;

use crate::control::access::token_prefix;
use crate::foundation::crypto::Token;
use crate::foundation::db::{Sql, TenantTx, Topic};
use crate::foundation::http::Origin;
use crate::foundation::ids::UserId;

/// After this time a person signs in again, however busy the session was.
pub const SESSION_LIFETIME: TimeDelta = TimeDelta::days(30);

/// A session that has just begun.
pub struct StartedSession {
    /// What the cookie holds.
    pub token: Token,
}

/// Begins a session of a person in the tenant of this transaction.
pub async fn start_session(
    tx: &TenantTx,
    now: DateTime<Utc>,
    user: UserId,
    origin: &Origin,
) -> Result<StartedSession, DbErr> {
    let token = Token::generate(&token_prefix("ses", tx.tenant_id()));
    Sql::new(
        "INSERT INTO sessions (token_hash, user_id, tenant_id, ip, user_agent, created_at, last_seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7)",
    )
    .bind(token.hash())
    .bind(user)
    .bind(tx.tenant_id())
    .bind(origin.ip.map(|ip| ip.to_string()))
    .bind(origin.user_agent.clone())
    .bind(now)
    .bind(now + SESSION_LIFETIME)
    .execute(tx)
    .await?;
    Ok(StartedSession { token })
}

/// Ends one session.
pub async fn end_session(tx: &TenantTx, token: &Token) -> Result<(), DbErr> {
    Sql::new("DELETE FROM sessions WHERE token_hash = $1")
        .bind(token.hash())
        .execute(tx)
        .await?;
    tx.announce_on_commit(Topic::Sessions);
    Ok(())
}

/// Ends the sessions of a person in this tenant, except one that is to be kept, and makes their unused links worthless.
pub async fn end_sessions_of(tx: &TenantTx, user: UserId, except: Option<&Token>) -> Result<(), DbErr> {
    Sql::new("DELETE FROM sessions WHERE tenant_id = $1 AND user_id = $2 AND token_hash IS DISTINCT FROM $3")
        .bind(tx.tenant_id())
        .bind(user)
        .bind(except.map(Token::hash))
        .execute(tx)
        .await?;
    tx.announce_on_commit(Topic::Sessions);
    Sql::new("DELETE FROM sign_in_links WHERE tenant_id = $1 AND user_id = $2")
        .bind(tx.tenant_id())
        .bind(user)
        .execute(tx)
        .await?;
    Ok(())
}

/// Deletes sessions and links that are over. For the nightly schedule.
pub async fn delete_expired(db: &impl sea_orm::ConnectionTrait, now: DateTime<Utc>) -> Result<u64, DbErr> {
    let sessions = Sql::new("DELETE FROM sessions WHERE expires_at <= $1 OR last_seen_at <= $2")
        .bind(now)
        .bind(now - crate::control::access::SESSION_IDLE)
        .execute(db)
        .await?;
    let links = Sql::new("DELETE FROM sign_in_links WHERE expires_at <= $1")
        .bind(now)
        .execute(db)
        .await?;
    Ok(sessions + links)
}
