//! From a cookie or a key to somebody in a tenant.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use super::{Permission, Role};
use crate::foundation::crypto::Token;
use crate::foundation::db::{Sql, TenantDb, TenantTx};
use crate::foundation::ids::{ApiKeyId, MemberId, TenantId, UserId};

/// The session cookie.
pub const SESSION_COOKIE: &str = "momentum_session";
/// A session that nobody used for this long is over. Each use begins the time anew.
pub const SESSION_IDLE: TimeDelta = TimeDelta::days(7);
/// How often a session's use is written down: less would write on every request, more would end sessions too early.
const SESSION_TOUCH: TimeDelta = TimeDelta::minutes(5);
/// What the CSRF token is derived for.
pub const CSRF_PURPOSE: &str = "csrf";

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person of the tenant.
    Member {
        /// Who, in this tenant.
        id: MemberId,
        /// Who, in all tenants.
        user_id: UserId,
        /// As the tenant knows them.
        name: String,
        /// What they are.
        role: Role,
    },
    /// A program with a key.
    ApiKey {
        /// Which key.
        id: ApiKeyId,
        /// As the tenant calls it.
        name: String,
    },
    /// Momentum itself, in a job or a command.
    System,
}

impl Actor {
    /// The member, when a person acts.
    pub fn member_id(&self) -> Option<MemberId> {
        match self {
            Self::Member { id, .. } => Some(*id),
            _ => None,
        }
    }
}

/// The beginning of a token that belongs to a tenant: `mom_<tenant>_`.
pub fn token_prefix(kind: &str, tenant_id: TenantId) -> String {
    format!("{kind}_{}_", tenant_id.0.simple())
}

/// Which tenant a token claims to belong to. The claim only says where to look the token up.
pub fn tenant_of(kind: &str, token: &str) -> Option<TenantId> {
    let rest = token.strip_prefix(kind)?.strip_prefix('_')?;
    let (tenant, secret) = rest.split_once('_')?;
    (secret.len() == 43).then(|| Uuid::try_parse(tenant).ok().map(TenantId))?
}

#[derive(FromQueryResult)]
struct SessionRow {
    member_id: MemberId,
    user_id: UserId,
    name: String,
    role: String,
    last_seen_at: DateTime<Utc>,
}

/// The member whose session this token opens; nothing when it is over, signed out, or the member was deactivated.
pub async fn by_session(db: &TenantDb, token: &Token, now: DateTime<Utc>) -> Result<Option<Actor>, DbErr> {
    let tx = db.begin().await?;
    let row: Option<SessionRow> = Sql::new(
        "SELECT m.id AS member_id, m.user_id, m.name, m.role, s.last_seen_at
           FROM sessions s JOIN members m ON m.tenant_id = s.tenant_id AND m.user_id = s.user_id
          WHERE s.tenant_id = $1 AND s.token_hash = $2 AND s.expires_at > $3 AND s.last_seen_at > $4 AND m.is_active",
    )
    .bind(db.tenant_id())
    .bind(token.hash())
    .bind(now)
    .bind(now - SESSION_IDLE)
    .one(&tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    if now - row.last_seen_at > SESSION_TOUCH {
        Sql::new("UPDATE sessions SET last_seen_at = $2 WHERE token_hash = $1")
            .bind(token.hash())
            .bind(now)
            .execute(&tx)
            .await?;
    }
    tx.commit().await?;
    let role = row
        .role
        .parse()
        .map_err(|error: super::role::UnknownRole| DbErr::Type(error.to_string()))?;
    Ok(Some(Actor::Member {
        id: row.member_id,
        user_id: row.user_id,
        name: row.name,
        role,
    }))
}

/// An active member as somebody who acts.
pub async fn by_member(tx: &TenantTx, id: MemberId) -> Result<Option<(Actor, Role)>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        user_id: UserId,
        name: String,
        role: String,
    }
    let row: Option<Row> =
        Sql::new("SELECT user_id, name, role FROM members WHERE tenant_id = $1 AND id = $2 AND is_active")
            .bind(tx.tenant_id())
            .bind(id)
            .one(tx)
            .await?;
    let Some(Row { user_id, name, role }) = row else {
        return Ok(None);
    };
    let role: Role = role
        .parse()
        .map_err(|error: super::role::UnknownRole| DbErr::Type(error.to_string()))?;
    let actor = Actor::Member {
        id,
        user_id,
        name,
        role,
    };
    Ok(Some((actor, role)))
}

#[derive(FromQueryResult)]
struct KeyRow {
    id: ApiKeyId,
    name: String,
    scopes: Vec<String>,
    last_used_at: Option<DateTime<Utc>>,
}

/// The key that this token is, with what it may do; nothing when it was revoked.
pub async fn by_api_key(
    db: &TenantDb,
    token: &Token,
    now: DateTime<Utc>,
) -> Result<Option<(Actor, Arc<BTreeSet<Permission>>)>, DbErr> {
    let tx = db.begin().await?;
    let row: Option<KeyRow> = Sql::new(
        "SELECT id, name, scopes, last_used_at FROM api_keys WHERE tenant_id = $1 AND key_hash = $2 AND revoked_at IS NULL",
    )
    .bind(db.tenant_id())
    .bind(token.hash())
    .one(&tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    if row.last_used_at.is_none_or(|used| now - used > SESSION_TOUCH) {
        Sql::new("UPDATE api_keys SET last_used_at = $3 WHERE tenant_id = $1 AND id = $2")
            .bind(db.tenant_id())
            .bind(row.id)
            .bind(now)
            .execute(&tx)
            .await?;
    }
    tx.commit().await?;
    let allowed = Permission::ALL
        .iter()
        .filter(|permission| row.scopes.iter().any(|scope| scope == permission.as_str()));
    Ok(Some((
        Actor::ApiKey {
            id: row.id,
            name: row.name,
        },
        Arc::new(allowed.copied().collect()),
    )))
}
