//! Links that sign somebody in: invitations, and the demo's door.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};

use crate::control::tenants;
use crate::foundation::crypto::Token;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{TenantId, UserId};

/// How often a link opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// Once, within seven days.
    OneTime,
    /// As long as the demo runs. Only a demo tenant has such links; for others it is a link for one time.
    Reusable,
}

#[derive(FromQueryResult)]
pub(super) struct OpenedLink {
    pub user_id: UserId,
    pub tenant_id: TenantId,
}

/// Makes a link that signs this person in to the tenant of the transaction: its address, beginning with `base_url`.
pub async fn create_link(
    tx: &TenantTx,
    now: DateTime<Utc>,
    user: UserId,
    kind: LinkKind,
    base_url: &str,
) -> Result<String, DbErr> {
    let is_demo = tenants::current(tx).await?.is_some_and(|tenant| tenant.is_demo);
    let is_reusable = kind == LinkKind::Reusable && is_demo;
    let lifetime = if is_reusable {
        TimeDelta::days(365)
    } else {
        TimeDelta::days(7)
    };
    let token = Token::generate("lnk_");
    Sql::new(
        "INSERT INTO sign_in_links (token_hash, user_id, tenant_id, is_reusable, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(token.hash())
    .bind(user)
    .bind(tx.tenant_id())
    .bind(is_reusable)
    .bind(now)
    .bind(now + lifetime)
    .execute(tx)
    .await?;
    Ok(format!("{base_url}/login/link/{}", token.expose()))
}

/// Uses a link: one statement decides, so that of two clicks at once only one opens.
pub(super) async fn open_link(
    db: &impl ConnectionTrait,
    token: &Token,
    now: DateTime<Utc>,
) -> Result<Option<OpenedLink>, DbErr> {
    Sql::new(
        "UPDATE sign_in_links SET used_at = $2
          WHERE token_hash = $1 AND expires_at > $2 AND (is_reusable OR used_at IS NULL)
         RETURNING user_id, tenant_id",
    )
    .bind(token.hash())
    .bind(now)
    .one(db)
    .await
}
