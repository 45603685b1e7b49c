//! Making accounts and giving them to somebody.

use chrono::{DateTime, Utc};
use sea_orm::DbErr;
use serde_json::json;

use super::model::{CreateAccount, UpdateAccount};
use super::store;
use crate::control::access::{AccountsWrite, Granted};
use crate::control::audit::{self, Entry};
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::http::Problem;
use crate::foundation::ids::{AccountId, MemberId};
use crate::foundation::stream::{StreamEvent, append};

/// Makes an account that no CRM knows yet.
///
/// # Errors
/// 409 when there is one of that name, 422 when the domain is none.
pub(super) async fn create(
    tx: &TenantTx,
    auth: &Granted<AccountsWrite>,
    account: CreateAccount,
) -> Result<AccountId, Problem> {
    let name = account.name.trim().to_owned();
    if name.is_empty() {
        return Err(Problem::invalid("name", "Give the account a name."));
    }
    let domain = account
        .domain
        .as_deref()
        .map(str::trim)
        .filter(|domain| !domain.is_empty());
    let domain = domain
        .map(|domain| host(domain).ok_or_else(|| Problem::invalid("domain", "Expected a domain such as acme.com.")));
    let domain = domain.transpose()?;
    // Two people who make the same account at the same moment make one.
    Sql::new("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind(format!("account {} {}", tx.tenant_id().0, name.to_lowercase()))
        .execute(tx)
        .await?;
    let twin = Sql::new("SELECT true AS value FROM accounts WHERE tenant_id = $1 AND lower(name) = lower($2) LIMIT 1")
        .bind(tx.tenant_id())
        .bind(name.as_str())
        .scalar::<bool>(tx)
        .await?;
    if twin.is_some() {
        return Err(Problem::conflict("There is an account of that name already."));
    }
    let id = AccountId::generate();
    Sql::new(
        "INSERT INTO accounts (tenant_id, id, name, domain, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(name)
    .bind(domain)
    .bind(auth.now)
    .execute(tx)
    .await?;
    tell(tx, id, auth.now);
    audit::append(
        tx,
        auth.now,
        Entry::new(&auth.actor, "account.created").from(&auth.origin).on(id),
    )
    .await?;
    Ok(id)
}

/// Gives an account to a member, or to nobody.
///
/// # Errors
/// 404 when the account does not exist for these eyes, 422 when the member is none of the tenant's active ones.
pub(super) async fn update(
    tx: &TenantTx,
    auth: &Granted<AccountsWrite>,
    id: AccountId,
    change: UpdateAccount,
) -> Result<(), Problem> {
    let account = store::find(tx, auth.visibility, id, auth.now)
        .await?
        .ok_or_else(Problem::not_found)?;
    let Some(owner) = change.owner_member_id else {
        return Ok(());
    };
    let former = account.owner.map(|owner| owner.id);
    if former == owner {
        return Ok(());
    }
    if let Some(member) = owner
        && !is_active(tx, member).await?
    {
        return Err(Problem::invalid(
            "owner_member_id",
            "Choose an active member of your company.",
        ));
    }
    Sql::new("UPDATE accounts SET owner_member_id = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2")
        .bind(tx.tenant_id())
        .bind(id)
        .bind(owner)
        .bind(auth.now)
        .execute(tx)
        .await?;
    tell(tx, id, auth.now);
    let name = |member: Option<MemberId>| member.map_or_else(|| "nobody".to_owned(), |member| member.to_string());
    let entry = Entry::new(&auth.actor, "account.assigned")
        .from(&auth.origin)
        .on(id)
        .with(json!({ "from": name(former), "to": name(owner) }));
    audit::append(tx, auth.now, entry).await?;
    Ok(())
}

async fn is_active(tx: &TenantTx, member: MemberId) -> Result<bool, DbErr> {
    let found = Sql::new("SELECT true AS value FROM members WHERE tenant_id = $1 AND id = $2 AND is_active")
        .bind(tx.tenant_id())
        .bind(member)
        .scalar::<bool>(tx)
        .await?;
    Ok(found.is_some())
}

fn tell(tx: &TenantTx, id: AccountId, at: DateTime<Utc>) {
    let event = StreamEvent {
        kind: "account.updated",
        account_id: Some(id),
        data: json!({ "account_id": id }),
        at,
    };
    append(tx, event);
}

/// The host name of what somebody typed as a domain.
fn host(typed: &str) -> Option<String> {
    let typed = typed.to_lowercase();
    let rest = typed.split_once("://").map_or(typed.as_str(), |(_, rest)| rest);
    let host = rest
        .split(['/', '?', '#'])
        .next()?
        .trim_start_matches("www.")
        .trim_start_matches('@');
    let labels = host.split('.');
    let is_label =
        |label: &str| !label.is_empty() && label.len() <= 63 && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    (host.contains('.') && labels.clone().all(is_label)).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_read_from_whatever_people_paste() {
        let rows = [
            ("acme.com", Some("acme.com")),
            ("https://www.Acme.com/about", Some("acme.com")),
            ("@acme.co.uk", Some("acme.co.uk")),
            ("acme", None),
            ("acme..com", None),
            ("a b.com", None),
        ];
        for (typed, expected) in rows {
            assert_eq!(host(typed).as_deref(), expected, "{typed}");
        }
    }
}
