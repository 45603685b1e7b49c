//! The SQL of the import: a page at a time.

use chrono::{DateTime, Utc};
use momentum_connectors::Cursor;
use momentum_connectors::crm::{CrmAccount, CrmContact};
use sea_orm::{DbErr, FromQueryResult};
use serde_json::{Value, json};

use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{AccountId, ConnectionId, ContactId};
use crate::signals::deliveries;

/// Where the last import of accounts and of contacts stopped.
pub(super) async fn cursors(tx: &TenantTx, id: ConnectionId) -> Result<(Option<Cursor>, Option<Cursor>), DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        accounts: Option<String>,
        contacts: Option<String>,
    }
    let row: Option<Row> = Sql::new(
        "SELECT settings->>'accounts_cursor' AS accounts, settings->>'contacts_cursor' AS contacts FROM connections
          WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .one(tx)
    .await?;
    let row = row.unwrap_or(Row {
        accounts: None,
        contacts: None,
    });
    Ok((row.accounts.map(Cursor::new), row.contacts.map(Cursor::new)))
}

/// Notes where to go on.
pub(super) async fn keep_cursor(
    tx: &TenantTx,
    id: ConnectionId,
    name: &'static str,
    cursor: &Cursor,
) -> Result<(), DbErr> {
    Sql::new("UPDATE connections SET settings = settings || $3 WHERE tenant_id = $1 AND id = $2")
        .bind(tx.tenant_id())
        .bind(id)
        .bind(json!({ name: cursor.as_str() }))
        .execute(tx)
        .await?;
    Ok(())
}

/// Merges a page of accounts: new and changed ones, those that were merged away, those that are gone.
pub(super) async fn keep_accounts(
    tx: &TenantTx,
    system: &str,
    page: &[CrmAccount],
    links: Option<&Links>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let (gone, there): (Vec<_>, Vec<_>) = page.iter().partition(|account| account.is_deleted);
    // The page may hold the same account twice; the later one is the newer one.
    let rows = there.iter().map(|account| row(account, links)).collect::<Vec<_>>();
    adopt(tx, system, &rows, now).await?;
    upsert(tx, system, &rows, now).await?;
    for account in gone {
        retire(tx, system, account, now).await?;
    }
    release(tx, system, &there, now).await
}

/// How the CRM's links to accounts look: alike but for the id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Links {
    before: String,
    after: String,
}

impl Links {
    /// Out of one link and the id in it.
    pub fn like(url: Option<String>, id: &str) -> Option<Self> {
        let url = url?;
        let (before, after) = url.rsplit_once(id)?;
        Some(Self {
            before: before.to_owned(),
            after: after.to_owned(),
        })
    }

    fn to(&self, id: &str) -> String {
        format!("{}{id}{}", self.before, self.after)
    }
}

fn row(account: &CrmAccount, links: Option<&Links>) -> Value {
    json!({
        "id": AccountId::generate().0,
        "crm_id": account.id,
        "name": account.name,
        "domain": account.domain,
        "owner_id": account.owner.as_ref().map(|owner| owner.id.as_str()),
        "owner_email": account.owner.as_ref().and_then(|owner| owner.email.as_deref()),
        "arr_minor": account.arr_minor,
        "renewal_on": account.renewal_date,
        "url": links.map(|links| links.to(&account.id)),
    })
}

const ROWS: &str = "ROWS FROM (jsonb_to_recordset($3) AS (id uuid, crm_id text, name text, domain text, owner_id text, \
    owner_email text, arr_minor bigint, renewal_on date, url text)) WITH ORDINALITY \
    AS row (id, crm_id, name, domain, owner_id, owner_email, arr_minor, renewal_on, url, place)";

/// Gives accounts that no connected CRM knows their CRM id, so that the upsert finds them: those that were made by hand, and
/// those of a CRM that was given up for this one. By domain, else by name, and only where it is one account for one. Another
/// CRM's import may choose the same at the same time: the first to commit has it.
async fn adopt(tx: &TenantTx, system: &str, rows: &[Value], now: DateTime<Utc>) -> Result<(), DbErr> {
    Sql::new(format!(
        "WITH candidates AS (
            SELECT DISTINCT ON (account.id) account.id, account.crm_system AS former_system, account.crm_id AS former_id, row.crm_id
              FROM {ROWS} JOIN accounts AS account ON account.tenant_id = $1
                AND (account.crm_id IS NULL OR account.crm_system <> $2)
                AND NOT EXISTS (SELECT 1 FROM connections AS crm WHERE crm.tenant_id = $1 AND crm.vendor = account.crm_system
                                   AND crm.vendor <> $2 AND crm.status <> 'disconnected')
                AND (lower(account.name) = lower(row.name) OR (account.domain IS NOT NULL AND account.domain = row.domain))
             WHERE NOT EXISTS (SELECT 1 FROM accounts AS known
                                WHERE known.tenant_id = $1 AND known.crm_system = $2 AND known.crm_id = row.crm_id)
             ORDER BY account.id, account.domain IS NOT DISTINCT FROM row.domain DESC, row.crm_id
         ), chosen AS (
            SELECT DISTINCT ON (crm_id) * FROM candidates ORDER BY crm_id, id
         )
         UPDATE accounts SET crm_system = $2, crm_id = chosen.crm_id, crm_url = NULL, updated_at = $4 FROM chosen
          WHERE accounts.tenant_id = $1 AND accounts.id = chosen.id
            AND (accounts.crm_system, accounts.crm_id) IS NOT DISTINCT FROM (chosen.former_system, chosen.former_id)"
    ))
    .bind(tx.tenant_id())
    .bind(system)
    .bind(Value::Array(rows.to_vec()))
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// Writes what is new or has changed, and nothing else: unchanged rows keep their time of change.
async fn upsert(tx: &TenantTx, system: &str, rows: &[Value], now: DateTime<Utc>) -> Result<(), DbErr> {
    Sql::new(format!(
        "INSERT INTO accounts (tenant_id, id, name, domain, owner_member_id, crm_system, crm_id, crm_owner_id, crm_owner_email, \
            arr_minor, renewal_on, crm_url, created_at, updated_at)
         SELECT DISTINCT ON (row.crm_id) $1, row.id, row.name, row.domain, member.id, $2, row.crm_id, row.owner_id, row.owner_email, \
            row.arr_minor, row.renewal_on, row.url, $4, $4
           FROM {ROWS}
           LEFT JOIN members AS member
                  ON member.tenant_id = $1 AND member.is_active AND lower(member.email) = lower(row.owner_email)
          ORDER BY row.crm_id, row.place DESC
         ON CONFLICT (tenant_id, crm_system, crm_id) DO UPDATE SET name = EXCLUDED.name,
            domain = COALESCE(EXCLUDED.domain, accounts.domain),
            owner_member_id = CASE WHEN accounts.owner_member_id IS NULL
                    OR accounts.crm_owner_id IS DISTINCT FROM EXCLUDED.crm_owner_id
                THEN COALESCE(EXCLUDED.owner_member_id, accounts.owner_member_id) ELSE accounts.owner_member_id END,
            crm_owner_id = EXCLUDED.crm_owner_id, crm_owner_email = EXCLUDED.crm_owner_email, arr_minor = EXCLUDED.arr_minor,
            renewal_on = EXCLUDED.renewal_on, crm_url = COALESCE(EXCLUDED.crm_url, accounts.crm_url),
            updated_at = EXCLUDED.updated_at
          WHERE (accounts.name, accounts.domain, accounts.crm_owner_id, accounts.crm_owner_email, accounts.arr_minor,
                 accounts.renewal_on, accounts.crm_url)
             IS DISTINCT FROM (EXCLUDED.name, COALESCE(EXCLUDED.domain, accounts.domain), EXCLUDED.crm_owner_id,
                 EXCLUDED.crm_owner_email, EXCLUDED.arr_minor, EXCLUDED.renewal_on, COALESCE(EXCLUDED.crm_url, accounts.crm_url))
             OR (accounts.owner_member_id IS NULL AND EXCLUDED.owner_member_id IS NOT NULL)"
    ))
    .bind(tx.tenant_id())
    .bind(system)
    .bind(Value::Array(rows.to_vec()))
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// An account that the CRM no longer has: what it was merged into takes over what is ours of it; otherwise it stays, as
/// one that no CRM knows.
async fn retire(tx: &TenantTx, system: &str, gone: &CrmAccount, now: DateTime<Utc>) -> Result<(), DbErr> {
    let Some(old) = find(tx, system, &gone.id).await? else {
        return Ok(());
    };
    let successor = match &gone.merged_into {
        Some(id) => find(tx, system, id).await?.filter(|new| *new != old),
        None => None,
    };
    let Some(new) = successor else {
        Sql::new(
            "UPDATE accounts SET crm_system = NULL, crm_id = NULL, crm_url = NULL, crm_owner_id = NULL, crm_owner_email = NULL, \
                updated_at = $3 WHERE tenant_id = $1 AND id = $2",
        )
        .bind(tx.tenant_id())
        .bind(old)
        .bind(now)
        .execute(tx)
        .await?;
        return Ok(());
    };
    for moving in [
        "UPDATE signals SET account_id = $3 WHERE tenant_id = $1 AND account_id = $2",
        "UPDATE channel_mappings SET account_id = $3 WHERE tenant_id = $1 AND account_id = $2",
        "UPDATE contacts SET account_id = $3 WHERE tenant_id = $1 AND account_id = $2",
        "UPDATE deliveries SET account_id = $3 WHERE tenant_id = $1 AND account_id = $2",
        "UPDATE crm_activities SET account_id = $3 WHERE tenant_id = $1 AND account_id = $2",
        "UPDATE accounts AS new SET last_signal_at = GREATEST(new.last_signal_at, old.last_signal_at), \
            last_message_at = GREATEST(new.last_message_at, old.last_message_at) \
           FROM accounts AS old WHERE old.tenant_id = $1 AND old.id = $2 AND new.tenant_id = $1 AND new.id = $3",
    ] {
        Sql::new(moving)
            .bind(tx.tenant_id())
            .bind(old)
            .bind(new)
            .execute(tx)
            .await?;
    }
    Sql::new("DELETE FROM accounts WHERE tenant_id = $1 AND id = $2")
        .bind(tx.tenant_id())
        .bind(old)
        .execute(tx)
        .await?;
    Ok(())
}

async fn find(tx: &TenantTx, system: &str, crm_id: &str) -> Result<Option<AccountId>, DbErr> {
    Sql::new("SELECT id AS value FROM accounts WHERE tenant_id = $1 AND crm_system = $2 AND crm_id = $3")
        .bind(tx.tenant_id())
        .bind(system)
        .bind(crm_id)
        .scalar(tx)
        .await
}

/// What waited for these accounts to be known in the CRM is written now.
async fn release(tx: &TenantTx, system: &str, page: &[&CrmAccount], now: DateTime<Utc>) -> Result<(), DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        id: AccountId,
    }
    let waiting: Vec<Row> = Sql::new(
        "SELECT DISTINCT account.id FROM deliveries AS d
           JOIN signals AS s ON s.tenant_id = d.tenant_id AND s.id = d.signal_id
           JOIN accounts AS account ON account.tenant_id = s.tenant_id AND account.id = s.account_id
          WHERE d.tenant_id = $1 AND d.state = 'waiting_for_mapping' AND account.crm_system = $2 AND account.crm_id = ANY($3)",
    )
    .bind(tx.tenant_id())
    .bind(system)
    .bind(page.iter().map(|account| account.id.clone()).collect::<Vec<_>>())
    .all(tx)
    .await?;
    for account in waiting {
        deliveries::release_waiting(tx, account.id, now).await?;
    }
    Ok(())
}

/// Merges a page of contacts. One whose account we do not know is left out; it comes again when the CRM changes it.
pub(super) async fn keep_contacts(
    tx: &TenantTx,
    system: &str,
    page: &[CrmContact],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let (gone, there): (Vec<_>, Vec<_>) = page.iter().partition(|contact| contact.is_deleted);
    let rows: Vec<Value> = there
        .iter()
        .map(|contact| {
            json!({
                "id": ContactId::generate().0, "crm_id": contact.id, "account": contact.account_id, "name": contact.name,
                "email": contact.email, "title": contact.title,
            })
        })
        .collect();
    Sql::new(
        "INSERT INTO contacts (tenant_id, id, account_id, name, email, title, crm_system, crm_id, updated_at)
         SELECT DISTINCT ON (row.crm_id) $1, row.id, account.id, row.name, row.email, row.title, $2, row.crm_id, $4
           FROM ROWS FROM (jsonb_to_recordset($3) AS (id uuid, crm_id text, account text, name text, email text, title text))
                WITH ORDINALITY AS row (id, crm_id, account, name, email, title, place)
           JOIN accounts AS account
             ON account.tenant_id = $1 AND account.crm_system = $2 AND account.crm_id = row.account
          ORDER BY row.crm_id, row.place DESC
         ON CONFLICT (tenant_id, crm_system, crm_id) DO UPDATE SET account_id = EXCLUDED.account_id, name = EXCLUDED.name,
            email = EXCLUDED.email, title = EXCLUDED.title, updated_at = EXCLUDED.updated_at",
    )
    .bind(tx.tenant_id())
    .bind(system)
    .bind(Value::Array(rows))
    .bind(now)
    .execute(tx)
    .await?;
    Sql::new("DELETE FROM contacts WHERE tenant_id = $1 AND crm_system = $2 AND crm_id = ANY($3)")
        .bind(tx.tenant_id())
        .bind(system)
        .bind(gone.iter().map(|contact| contact.id.clone()).collect::<Vec<_>>())
        .execute(tx)
        .await?;
    Ok(())
}
