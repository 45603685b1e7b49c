use std::collections::BTreeSet;

use sea_orm::{DbErr, FromQueryResult};

use super::Me;
use super::model::{MyMember, MyUser, Preferences};
use crate::control::access::{Actor, CSRF_PURPOSE, Permission};
use crate::control::tenants;
use crate::foundation::crypto::Token;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::http::Problem;
use crate::foundation::ids::{MemberId, UserId};

#[derive(FromQueryResult)]
struct Row {
    user_id: UserId,
    name: String,
    email: String,
    has_password: bool,
    preferences: serde_json::Value,
}

/// Everything that a page needs to know about the person before it.
pub async fn describe(
    tx: &TenantTx,
    actor: &Actor,
    permissions: &BTreeSet<Permission>,
    session: &Token,
) -> Result<Me, Problem> {
    let Actor::Member { id, role, .. } = actor else {
        return Err(Problem::not_found());
    };
    let row: Option<Row> = Sql::new(
        "SELECT m.user_id, m.name, u.email, u.password_hash IS NOT NULL AS has_password, m.preferences
           FROM members m JOIN users u ON u.id = m.user_id WHERE m.tenant_id = $1 AND m.id = $2",
    )
    .bind(tx.tenant_id())
    .bind(*id)
    .one(tx)
    .await?;
    let row = row.ok_or_else(Problem::not_found)?;
    let tenant = tenants::current(tx).await?.ok_or_else(Problem::not_found)?;
    Ok(Me {
        user: MyUser {
            id: row.user_id,
            name: row.name,
            email: row.email,
            has_password: row.has_password,
        },
        member: MyMember { id: *id, role: *role },
        tenant,
        permissions: permissions.iter().copied().collect(),
        csrf_token: session.derive(CSRF_PURPOSE),
        preferences: serde_json::from_value(row.preferences).unwrap_or_default(),
    })
}

/// Changes what is given and leaves the rest.
pub async fn update(
    tx: &TenantTx,
    member: MemberId,
    name: Option<&str>,
    keyboard_shortcuts: Option<bool>,
) -> Result<(), DbErr> {
    let change = keyboard_shortcuts.map(|keyboard_shortcuts| Preferences { keyboard_shortcuts });
    let change = change
        .and_then(|change| serde_json::to_value(change).ok())
        .unwrap_or_else(|| serde_json::json!({}));
    Sql::new("UPDATE members SET name = COALESCE($3, name), preferences = preferences || $4 WHERE tenant_id = $1 AND id = $2")
        .bind(tx.tenant_id())
        .bind(member)
        .bind(name.map(|name| name.trim().to_owned()))
        .bind(change)
        .execute(tx)
        .await?;
    Ok(())
}
