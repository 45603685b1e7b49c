//! Who works on an account already: open activities in the CRM that are not ours.

use chrono::{DateTime, Utc};
use momentum_connectors::crm::CrmActivity;
use sea_orm::{DbErr, FromQueryResult};
use serde_json::{Value, json};

use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{AccountId, ConnectionId, SignalId};
use crate::pipeline::delivery::outcome::tell;

/// Merges a page of activities: what is open, somebody's and not ours is kept, the rest forgotten.
pub(super) async fn merge(
    tx: &TenantTx,
    system: &str,
    connection: ConnectionId,
    page: &[CrmActivity],
) -> Result<(), DbErr> {
    let is_open = |activity: &&CrmActivity| {
        !activity.is_closed && !activity.is_deleted && activity.external_id.is_none() && activity.owner_id.is_some()
    };
    let (open, gone): (Vec<_>, Vec<_>) = page.iter().partition(is_open);
    let rows: Vec<Value> = open
        .iter()
        .map(|activity| {
            json!({
                "crm_id": activity.id, "account": activity.account_id, "owner_id": activity.owner_id, "url": activity.url,
                "changed_at": activity.changed_at,
            })
        })
        .collect();
    // One that moved to an account that we do not know is forgotten like one that is done.
    Sql::new("DELETE FROM crm_activities WHERE tenant_id = $1 AND connection_id = $2 AND crm_id = ANY($3)")
        .bind(tx.tenant_id())
        .bind(connection)
        .bind(
            gone.iter()
                .chain(&open)
                .map(|activity| activity.id.clone())
                .collect::<Vec<_>>(),
        )
        .execute(tx)
        .await?;
    Sql::new(
        "INSERT INTO crm_activities (tenant_id, connection_id, crm_id, account_id, owner_id, url, changed_at)
         SELECT DISTINCT ON (row.crm_id) $1, $2, row.crm_id, account.id, row.owner_id, row.url, row.changed_at
           FROM ROWS FROM (jsonb_to_recordset($4) AS (crm_id text, account text, owner_id text, url text, changed_at timestamptz))
                WITH ORDINALITY AS row (crm_id, account, owner_id, url, changed_at, place)
           JOIN accounts AS account ON account.tenant_id = $1 AND account.crm_system = $3 AND account.crm_id = row.account
          ORDER BY row.crm_id, row.place DESC",
    )
    .bind(tx.tenant_id())
    .bind(connection)
    .bind(system)
    .bind(Value::Array(rows))
    .execute(tx)
    .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Changed {
    id: SignalId,
    account_id: Option<AccountId>,
}

/// Says on each unsettled signal whether the account's owner is at it already, by the activities that are kept. Also
/// for signals that came after the activity.
pub(super) async fn mark_signals(tx: &TenantTx, now: DateTime<Utc>) -> Result<(), DbErr> {
    let changed: Vec<Changed> = Sql::new(
        "WITH following AS (
            SELECT s.id, (
                SELECT jsonb_build_object('owner', COALESCE(owner.name, account.crm_owner_email), 'url', NULLIF(activity.url, ''))
                  FROM accounts AS account
                  JOIN crm_activities AS activity ON activity.tenant_id = $1 AND activity.account_id = account.id
                   AND activity.owner_id = account.crm_owner_id
                  LEFT JOIN members AS owner ON owner.tenant_id = $1 AND owner.id = account.owner_member_id
                 WHERE account.tenant_id = $1 AND account.id = s.account_id
                 ORDER BY activity.changed_at DESC, activity.crm_id LIMIT 1) AS by
              FROM signals AS s
             WHERE s.tenant_id = $1 AND s.account_id IS NOT NULL
               AND (s.status IN ('open', 'snoozed') OR s.crm_following_up IS NOT NULL))
         UPDATE signals AS s SET crm_following_up = following.by, updated_at = $2 FROM following
          WHERE s.tenant_id = $1 AND s.id = following.id AND s.crm_following_up IS DISTINCT FROM following.by
         RETURNING s.id, s.account_id",
    )
    .bind(tx.tenant_id())
    .bind(now)
    .all(tx)
    .await?;
    for signal in changed {
        tell(tx, "signal.updated", Some(signal.id), signal.account_id, now).await?;
    }
    Ok(())
}
