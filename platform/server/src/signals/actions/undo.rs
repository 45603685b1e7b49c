//! Taking back one's own last action, as long as nobody did anything since.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};
use serde_json::{Value, json};
use uuid::Uuid;

use super::state::{Locked, State};
use super::step::{Effects, MappingEffect, Step, count_mentions};
use crate::accounts::channels;
use crate::control::access::Actor;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::http::Problem;
use crate::foundation::ids::MemberId;
use crate::signals::deliveries::RecordType;
use crate::signals::store;

#[derive(FromQueryResult)]
struct LastAction {
    member_id: Option<MemberId>,
    api_key_id: Option<String>,
    action: String,
    before: Option<Value>,
}

/// What an action left for undo.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct Before {
    /// The signal's state before it.
    pub state: State,
    /// What else it changed.
    pub effects: Effects,
}

/// Restores the state before the last action and takes its effects back. What is in the CRM already stays there.
///
/// # Errors
/// 409 when the last action was somebody else's, or cannot be taken back.
pub(super) async fn take(tx: &TenantTx, signal: &Locked, actor: &Actor, now: DateTime<Utc>) -> Result<Step, Problem> {
    let nothing = || Problem::conflict("There is nothing of yours to undo on this signal.");
    let last = last_action(tx, signal).await?.ok_or_else(nothing)?;
    if last.action == "undo" {
        return Err(nothing());
    }
    let is_mine = match actor {
        Actor::Member { id, .. } => last.member_id == Some(*id),
        Actor::ApiKey { id, .. } => last.api_key_id == Some(id.to_string()),
        Actor::System => false,
    };
    if !is_mine {
        return Err(Problem::conflict(
            "Somebody else changed this signal since. Look at it again.",
        ));
    }
    let Some(before) = last.before else {
        return Err(Problem::conflict(format!(
            "“{}” cannot be undone.",
            last.action.replace('_', " ")
        )));
    };
    let before: Before = store::json(before)?;
    let mut summary = format!("Took back “{}”", last.action.replace('_', " "));
    let requested = [
        (before.effects.task, RecordType::Task),
        (before.effects.opportunity, RecordType::Opportunity),
    ];
    for (_, record) in requested.into_iter().filter(|(was_requested, _)| *was_requested) {
        if !withdraw(tx, signal, record, now).await? {
            summary.push_str(&format!(
                "; the {} is in the CRM already and stays there",
                record.as_str()
            ));
        }
    }
    let mut account = signal.account;
    if let Some(mapping) = &before.effects.mapping {
        restore_mapping(tx, signal, mapping, actor.member_id(), now).await?;
        account = if mapping.signals.contains(&signal.id) {
            mapping.former
        } else {
            signal.account
        };
    }
    if let Some(parent) = before.effects.joined {
        count_mentions(tx, parent, -signal.occurrences, None, now).await?;
    }
    let audit = json!({ "action": last.action });
    Ok(Step {
        after: before.state,
        account,
        summary: Some(summary),
        audit,
        effects: Effects::default(),
    })
}

/// The last thing that a person did, or that changed what people did. News of deliveries and further mentions are
/// neither.
async fn last_action(tx: &TenantTx, signal: &Locked) -> Result<Option<LastAction>, DbErr> {
    Sql::new(
        "SELECT member_id, detail->>'api_key_id' AS api_key_id, action, before FROM signal_activities
          WHERE tenant_id = $1 AND signal_id = $2
            AND (member_id IS NOT NULL OR before IS NOT NULL OR detail->>'api_key_id' IS NOT NULL OR action = 'withdrawn')
          ORDER BY at DESC, id DESC LIMIT 1",
    )
    .bind(tx.tenant_id())
    .bind(signal.id)
    .one(tx)
    .await
}

/// Discards a record that was asked for if it is not in the CRM yet; false when it is.
async fn withdraw(tx: &TenantTx, signal: &Locked, record: RecordType, now: DateTime<Utc>) -> Result<bool, DbErr> {
    Sql::new(
        "UPDATE deliveries SET state = 'discarded', reason = 'The action that asked for it was undone.', updated_at = $3
          WHERE tenant_id = $1 AND signal_id = $2 AND record_type = $4
            AND state IN ('waiting_for_mapping', 'waiting_for_connection', 'pending', 'dead_letter')",
    )
    .bind(tx.tenant_id())
    .bind(signal.id)
    .bind(now)
    .bind(record.as_str())
    .execute(tx)
    .await?;
    let delivered = Sql::new(
        "SELECT true AS value FROM deliveries
          WHERE tenant_id = $1 AND signal_id = $2 AND record_type = $3 AND state = 'delivered' LIMIT 1",
    )
    .bind(tx.tenant_id())
    .bind(signal.id)
    .bind(record.as_str())
    .scalar::<bool>(tx)
    .await?;
    Ok(delivered.is_none())
}

async fn restore_mapping(
    tx: &TenantTx,
    signal: &Locked,
    mapping: &MappingEffect,
    me: Option<MemberId>,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let moved: Vec<Uuid> = mapping.signals.iter().map(|id| id.0).collect();
    let written = Sql::new(
        "SELECT true AS value FROM deliveries WHERE tenant_id = $1 AND signal_id = ANY($2) AND state = 'delivered' LIMIT 1",
    )
    .bind(tx.tenant_id())
    .bind(moved.clone())
    .scalar::<bool>(tx)
    .await?;
    if written.is_some() {
        return Err(Problem::conflict(
            "Signals of this channel are in the CRM under that account already. Map the channel to the right account instead.",
        ));
    }
    channels::restore(tx, signal.channel, mapping.former, me, now).await?;
    Sql::new(
        "UPDATE signals SET account_id = $3, updated_at = $4 WHERE tenant_id = $1 AND id = ANY($2) AND account_id = $5",
    )
    .bind(tx.tenant_id())
    .bind(moved.clone())
    .bind(mapping.former)
    .bind(now)
    .bind(mapping.account)
    .execute(tx)
    .await?;
    if mapping.former.is_none() {
        Sql::new(
            "UPDATE deliveries SET state = 'waiting_for_mapping', updated_at = $3
              WHERE tenant_id = $1 AND signal_id = ANY($2) AND state = 'pending'",
        )
        .bind(tx.tenant_id())
        .bind(moved)
        .bind(now)
        .execute(tx)
        .await?;
    }
    Ok(())
}
