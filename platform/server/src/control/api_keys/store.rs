use chrono::{DateTime, Utc};
use sea_orm::DbErr;

use super::ApiKey;
use crate::control::access::{Permission, token_prefix};
use crate::foundation::crypto::Token;
use crate::foundation::db::{Sql, TenantTx, Topic};
use crate::foundation::ids::{ApiKeyId, MemberId};

/// The keys that were not revoked, the newest first.
pub async fn list(tx: &TenantTx) -> Result<Vec<ApiKey>, DbErr> {
    Sql::new(
        "SELECT id, name, scopes, created_at, last_used_at FROM api_keys
          WHERE tenant_id = $1 AND revoked_at IS NULL ORDER BY created_at DESC, id DESC",
    )
    .bind(tx.tenant_id())
    .all(tx)
    .await
}

/// Makes a key of the tenant of this transaction. The secret is in the answer and nowhere else.
pub async fn create(
    tx: &TenantTx,
    now: DateTime<Utc>,
    name: &str,
    scopes: &[Permission],
    created_by: Option<MemberId>,
) -> Result<(ApiKeyId, Token), DbErr> {
    let (id, token) = (
        ApiKeyId::generate(),
        Token::generate(&token_prefix("mom", tx.tenant_id())),
    );
    let scopes: Vec<String> = scopes.iter().map(ToString::to_string).collect();
    Sql::new(
        "INSERT INTO api_keys (tenant_id, id, name, key_hash, scopes, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(name.trim())
    .bind(token.hash())
    .bind(scopes)
    .bind(created_by)
    .bind(now)
    .execute(tx)
    .await?;
    Ok((id, token))
}

/// Makes a key worthless; false when there is no such key.
pub async fn revoke(tx: &TenantTx, now: DateTime<Utc>, id: ApiKeyId) -> Result<bool, DbErr> {
    let revoked =
        Sql::new("UPDATE api_keys SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL")
            .bind(tx.tenant_id())
            .bind(id)
            .bind(now)
            .execute(tx)
            .await?;
    tx.announce_on_commit(Topic::Sessions);
    Ok(revoked == 1)
}
