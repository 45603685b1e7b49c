//! The 14-day guard: an account that was given an opportunity lately gets no second one; the signal is linked to it.

use chrono::{DateTime, TimeDelta, Utc};
use momentum_connectors::{ConnectorResult, Crm};
use sea_orm::{DbErr, FromQueryResult};

use super::facts::Facts;
use crate::foundation::db::{Sql, TenantTx};

/// An opportunity that is younger than this stands for the next signals too.
pub(super) const WINDOW: TimeDelta = TimeDelta::days(14);
/// What we made within this time may not be in the CRM's own lists yet.
const LAG: TimeDelta = TimeDelta::minutes(10);

/// An open opportunity of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// The vendor's name for the kind of record; what the CRM lists has none.
    pub object: String,
    pub id: String,
    pub url: Option<String>,
}

/// An opportunity that we made for the account, in our own books.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Ours {
    record_object: Option<String>,
    record_id: String,
    record_url: Option<String>,
    delivered_at: DateTime<Utc>,
}

/// What we made for the account within the window and nobody closed or deleted since, the latest first.
pub(super) async fn ours(tx: &TenantTx, system: &str, facts: &Facts, now: DateTime<Utc>) -> Result<Vec<Ours>, DbErr> {
    let Some(account) = facts.account_id else {
        return Ok(Vec::new());
    };
    Sql::new(
        "SELECT d.record_object, d.record_id, d.record_url, d.delivered_at FROM deliveries AS d
           JOIN signals AS s ON s.tenant_id = d.tenant_id AND s.id = d.signal_id
          WHERE d.tenant_id = $1 AND s.account_id = $2 AND d.system = $3 AND d.record_type = 'opportunity' AND d.state = 'delivered'
            AND d.outcome <> 'linked' AND d.record_id IS NOT NULL AND d.delivered_at > $4
            AND d.signal_id IS DISTINCT FROM $5 AND COALESCE(d.found, 'there') <> 'missing'
            AND COALESCE((d.detail->>'is_closed')::boolean, false) = false
          ORDER BY d.delivered_at DESC",
    )
    .bind(tx.tenant_id())
    .bind(account)
    .bind(system)
    .bind(now - WINDOW)
    .bind(facts.signal_id)
    .all(tx)
    .await
}

/// What our own books say stands for the account, without asking the CRM.
pub(super) fn latest(ours: &[Ours]) -> Option<Standing> {
    ours.first().map(|ours| Standing {
        object: ours.record_object.clone().unwrap_or_default(),
        id: ours.record_id.clone(),
        url: ours.record_url.clone(),
    })
}

/// The opportunity that stands for the account: open in the CRM, whoever made it within the window, or made by us so
/// lately that the CRM may not list it yet. The signal's own one does not count: it is looked for by our id.
pub(super) async fn standing(
    crm: &dyn Crm,
    facts: &Facts,
    ours: &[Ours],
    now: DateTime<Utc>,
) -> ConnectorResult<Option<Standing>> {
    let Some(account) = facts.crm_account_id.as_deref() else {
        return Ok(None);
    };
    let own_id = facts.external_id();
    let listed = crm.open_opportunities(account).await?;
    let young = listed.into_iter().filter(|open| {
        !open.is_deleted
            && !open.is_closed
            && open.created_at > now - WINDOW
            && open.external_id.as_deref() != Some(own_id.as_str())
    });
    if let Some(latest) = young.max_by_key(|open| open.created_at) {
        return Ok(Some(Standing {
            object: String::new(),
            id: latest.id,
            url: Some(latest.url),
        }));
    }
    Ok(latest(ours).filter(|_| ours.first().is_some_and(|ours| ours.delivered_at > now - LAG)))
}
