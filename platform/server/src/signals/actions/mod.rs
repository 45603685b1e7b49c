//! What people do about signals.
//!
//! Each action is one transaction: the signal, an activity with what was before, what the CRM is to be told, an event
//! for open pages, an audit entry.

mod request;
mod state;
mod step;
mod undo;

use chrono::{DateTime, Utc};
use sea_orm::DbErr;
use serde_json::{Value, json};

pub use request::{ActionName, ContinuationAnswer, DismissReason, SignalAction};

use self::request::Action;
use self::step::Step;
use self::undo::Before;
use crate::control::access::{Actor, Granted, Permission, SignalsAct};
use crate::control::audit::{self, Entry};
use crate::foundation::context::new_uuid;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::http::{Code, Problem};
use crate::foundation::ids::SignalId;
use crate::foundation::stream::{StreamEvent, append};
use crate::signals::alerts;

/// Does `request` to a signal within the caller's transaction.
///
/// # Errors
/// 404 when the signal does not exist for these eyes, 403 when the role may not map channels, 409 when the signal's state does
/// not allow it, 422 when a field is missing or wrong.
pub async fn act(
    tx: &TenantTx,
    auth: &Granted<SignalsAct>,
    id: SignalId,
    request: SignalAction,
) -> Result<(), Problem> {
    let now = auth.now;
    let action = request.parse(now)?;
    let signal = state::lock(tx, auth.visibility, id, now)
        .await?
        .ok_or_else(Problem::not_found)?;
    if matches!(action, Action::MapAccount { .. }) && !auth.permissions.contains(&Permission::ChannelsWrite) {
        return Err(Problem::new(Code::PermissionMissing)
            .with_detail("Mapping a channel concerns everybody; ask an administrator of your company."));
    }
    let Some(step) = step::take(tx, &signal, &action, &auth.actor, now).await? else {
        return Ok(());
    };
    if step.after != signal.stored {
        state::write(tx, id, &step.after, now).await?;
    }
    let is_reversible = !matches!(action, Action::Note { .. } | Action::Undo);
    let before = Before {
        state: signal.stored.clone(),
        effects: step.effects.clone(),
    };
    let before = is_reversible.then(|| json!(before));
    record(tx, &auth.actor, id, action.name(), &step, before, now).await?;
    let data = json!({ "signal_id": id, "kind": signal.kind, "account_id": step.account });
    append(
        tx,
        StreamEvent {
            kind: "signal.updated",
            account_id: step.account,
            data,
            at: now,
        },
    );
    alerts::refresh(tx, id, now).await?;
    if let Some(until) = step.after.snoozed_until {
        alerts::refresh_at(tx, id, until, now).await?;
    }
    let entry = Entry::new(&auth.actor, action.audit_name())
        .from(&auth.origin)
        .on(id)
        .with(step.audit);
    audit::append(tx, now, entry).await?;
    Ok(())
}

async fn record(
    tx: &TenantTx,
    actor: &Actor,
    signal: SignalId,
    action: ActionName,
    step: &Step,
    before: Option<Value>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let mut detail = json!({});
    if let Some(summary) = &step.summary {
        detail["summary"] = json!(summary);
    }
    if let Actor::ApiKey { id, name } = actor {
        detail["actor"] = json!(format!("API key “{name}”"));
        detail["api_key_id"] = json!(id);
    }
    Sql::new(
        "INSERT INTO signal_activities (tenant_id, id, signal_id, at, member_id, action, detail, before)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(tx.tenant_id())
    .bind(new_uuid())
    .bind(signal)
    .bind(now)
    .bind(actor.member_id())
    .bind(action.as_str())
    .bind(detail)
    .bind(before)
    .execute(tx)
    .await?;
    Ok(())
}
