//! How far the opportunities of our signals are.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use momentum_connectors::crm::CrmOpportunity;
use sea_orm::{DbErr, FromQueryResult};
use serde_json::json;
use uuid::Uuid;

use crate::foundation::context::new_uuid;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{AccountId, SignalId};
use crate::pipeline::delivery::outcome::tell;

#[derive(FromQueryResult)]
struct Changed {
    id: SignalId,
    account_id: Option<AccountId>,
    before: String,
    after: String,
}

/// Merges a page of opportunities into the signals that stand behind them.
pub(super) async fn merge(
    tx: &TenantTx,
    system: &str,
    page: &[CrmOpportunity],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let mut ours = ours_of(tx, system, page).await?;
    for opportunity in page {
        if !ours.contains(&opportunity.id) {
            continue;
        }
        if let Some(successor) = opportunity.merged_into.as_deref().filter(|_| opportunity.is_deleted) {
            follow(tx, system, &opportunity.id, successor, now).await?;
            ours.insert(successor.to_owned());
            continue;
        }
        let signals = signals_behind(tx, system, opportunity).await?;
        mark(tx, system, opportunity, now).await?;
        for changed in progress(tx, &signals, opportunity, now).await? {
            if changed.before != changed.after {
                note_change(tx, &changed, opportunity, now).await?;
            }
            tell(tx, "signal.updated", Some(changed.id), changed.account_id, now).await?;
        }
    }
    Ok(())
}

/// Which of these opportunities stand behind signals: most of a CRM's do not.
async fn ours_of(tx: &TenantTx, system: &str, page: &[CrmOpportunity]) -> Result<BTreeSet<String>, DbErr> {
    #[derive(FromQueryResult)]
    struct Ours {
        record_id: String,
    }
    let ids: Vec<String> = page.iter().map(|opportunity| opportunity.id.clone()).collect();
    let rows: Vec<Ours> = Sql::new(
        "SELECT DISTINCT record_id FROM deliveries
          WHERE tenant_id = $1 AND system = $2 AND record_id = ANY($3) AND record_type = 'opportunity' AND state = 'delivered'
            AND signal_id IS NOT NULL",
    )
    .bind(tx.tenant_id())
    .bind(system)
    .bind(ids)
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| row.record_id).collect())
}

/// The signals whose opportunity this is: those we made it for, and those that were linked to it.
async fn signals_behind(tx: &TenantTx, system: &str, opportunity: &CrmOpportunity) -> Result<Vec<Uuid>, DbErr> {
    #[derive(FromQueryResult)]
    struct Behind {
        signal_id: Uuid,
    }
    let rows: Vec<Behind> = Sql::new(
        "SELECT DISTINCT signal_id FROM deliveries
          WHERE tenant_id = $1 AND system = $2 AND record_id = $3 AND record_type = 'opportunity' AND state = 'delivered'
            AND signal_id IS NOT NULL",
    )
    .bind(tx.tenant_id())
    .bind(system)
    .bind(opportunity.id.as_str())
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| row.signal_id).collect())
}

/// An opportunity that was merged into another goes on as that one, which comes by itself.
async fn follow(tx: &TenantTx, system: &str, old: &str, new: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE deliveries SET record_id = $4, record_url = NULL, outcome = 'linked', updated_at = $5
          WHERE tenant_id = $1 AND system = $2 AND record_id = $3 AND record_type = 'opportunity'",
    )
    .bind(tx.tenant_id())
    .bind(system)
    .bind(old)
    .bind(new)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// What the guard asks: whether it still stands.
async fn mark(tx: &TenantTx, system: &str, opportunity: &CrmOpportunity, now: DateTime<Utc>) -> Result<(), DbErr> {
    let found = opportunity.is_deleted.then_some("missing");
    Sql::new(
        "UPDATE deliveries SET detail = detail || jsonb_build_object('is_closed', $4::boolean),
            found = CASE WHEN $5 = 'missing' THEN 'missing' WHEN found = 'missing' THEN 'there' ELSE found END,
            found_at = CASE WHEN found IS DISTINCT FROM $5 THEN $6 ELSE found_at END,
            record_url = COALESCE(NULLIF($7, ''), record_url)
          WHERE tenant_id = $1 AND system = $2 AND record_id = $3 AND record_type = 'opportunity' AND state = 'delivered'",
    )
    .bind(tx.tenant_id())
    .bind(system)
    .bind(opportunity.id.as_str())
    .bind(opportunity.is_closed)
    .bind(found)
    .bind(now)
    .bind(opportunity.url.as_str())
    .execute(tx)
    .await?;
    Ok(())
}

/// Stage and amount, `converted` while it is won, and what the signal was before once it no longer is. Answers what
/// changed; nothing when it was so already.
async fn progress(
    tx: &TenantTx,
    signals: &[Uuid],
    opportunity: &CrmOpportunity,
    now: DateTime<Utc>,
) -> Result<Vec<Changed>, DbErr> {
    let is_there = !opportunity.is_deleted;
    Sql::new(
        "WITH before AS (
            SELECT id, status, CASE WHEN $3 AND status <> 'converted' THEN 'converted'
                    WHEN NOT $3 AND status = 'converted' THEN COALESCE(status_before_conversion, status)
                    ELSE status END AS new_status
              FROM signals WHERE tenant_id = $1 AND id = ANY($2) ORDER BY id FOR UPDATE)
         UPDATE signals AS s SET crm_stage = $4, crm_amount_minor = $5, status = before.new_status, updated_at = $6,
            status_before_conversion = CASE WHEN before.new_status = 'converted'
                THEN COALESCE(s.status_before_conversion, NULLIF(before.status, 'converted')) END
           FROM before
          WHERE s.tenant_id = $1 AND s.id = before.id
            AND (s.crm_stage, s.crm_amount_minor, s.status) IS DISTINCT FROM ($4, $5, before.new_status)
         RETURNING s.id, s.account_id, before.status AS before, s.status AS after",
    )
    .bind(tx.tenant_id())
    .bind(signals.to_vec())
    .bind(is_there && opportunity.is_won)
    .bind(is_there.then(|| opportunity.stage.clone()))
    .bind(opportunity.amount_minor.filter(|_| is_there))
    .bind(now)
    .all(tx)
    .await
}

async fn note_change(
    tx: &TenantTx,
    changed: &Changed,
    opportunity: &CrmOpportunity,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let (action, summary) = match (changed.after.as_str(), opportunity.is_deleted) {
        ("converted", _) => ("converted", format!("The opportunity was won ({}).", opportunity.stage)),
        (_, true) => ("reopened", "The opportunity was deleted in the CRM.".to_owned()),
        (_, false) => (
            "reopened",
            format!("The opportunity is no longer won ({}).", opportunity.stage),
        ),
    };
    Sql::new(
        "INSERT INTO signal_activities (tenant_id, id, signal_id, at, action, detail) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(tx.tenant_id())
    .bind(new_uuid())
    .bind(changed.id)
    .bind(now)
    .bind(action)
    .bind(json!({ "summary": summary, "actor": "The CRM" }))
    .execute(tx)
    .await?;
    Ok(())
}
