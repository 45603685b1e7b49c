//! Asking for writes to be taken back: what nobody wrote yet is stopped at once, the rest is taken back in the
//! background, in the lanes in which it was written.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::undo;
use crate::control::access::{DeliveriesWrite, Granted};
use crate::control::audit::{self, Entry};
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::http::Problem;
use crate::foundation::ids::{AccountId, ConnectionId, DeliveryId};
use crate::signals::deliveries::{self, Delivery, UndoPossibility};

/// Deliveries of one request.
const MOST: usize = 500;
/// How far back a stretch of time may reach.
const FARTHEST: TimeDelta = TimeDelta::days(90);

/// What shall be taken back: single deliveries, or what was written in a stretch of time.
#[derive(Clone, Debug, Deserialize, ToSchema, garde::Validate)]
#[garde(allow_unvalidated)]
pub(super) struct UndoDeliveries {
    /// These deliveries, at most 500.
    #[garde(inner(length(max = MOST)))]
    #[serde(default)]
    pub delivery_ids: Option<Vec<DeliveryId>>,
    /// What was written since, at most 90 days ago.
    #[serde(default)]
    pub since: Option<DateTime<Utc>>,
    /// What was written until then; now when not given.
    #[serde(default)]
    pub until: Option<DateTime<Utc>>,
    /// Only what this rule wrote: `task_threshold`, `opportunity_threshold`, `field_mapping`.
    #[garde(inner(length(chars, min = 1, max = 100)))]
    #[serde(default)]
    pub rule: Option<String>,
    /// Only say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// What is taken back and what is not. What is in the CRM is taken back in the background: its `undo.state` is
/// `requested` until then, and `refused` with the reason if somebody changed it meanwhile.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UndoOutcome {
    /// Taken back, being taken back, or, in a dry run, to be taken back.
    pub undone: Vec<Delivery>,
    /// Closed, because the CRM did not let us delete it.
    pub closed: Vec<Delivery>,
    /// What cannot be taken back.
    pub refused: Vec<RefusedUndo>,
    /// There is more than one request takes back; ask again.
    pub has_more: bool,
}

/// What cannot be taken back, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RefusedUndo {
    /// The delivery.
    pub delivery: Delivery,
    /// Why it stays.
    pub reason: String,
}

#[derive(Clone, Debug, FromQueryResult)]
struct Candidate {
    id: DeliveryId,
    signal_detected_at: DateTime<Utc>,
    state: String,
    record_type: String,
    outcome: Option<String>,
    undo_state: Option<String>,
    connection_id: Option<ConnectionId>,
    account_id: Option<AccountId>,
}

/// What is to be done with a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plan {
    /// It is in the CRM: a job takes it back.
    TakeBack(ConnectionId, AccountId),
    /// It was not written yet, as far as is known: its job looks, if it was tried.
    Stop,
    /// It was stopped, and the CRM could not be asked whether it is there: the job looks again.
    Look(ConnectionId, AccountId),
    /// It was, or is being, taken back.
    Done,
    /// It was taken back by closing it.
    Closed,
    /// It stays.
    Refuse(&'static str),
}

/// Takes back what `wanted` names, or says what would happen.
///
/// # Errors
/// 422 when it names nothing; 404 when none of the deliveries is the tenant's.
pub(super) async fn undo(auth: &Granted<DeliveriesWrite>, wanted: &UndoDeliveries) -> Result<UndoOutcome, Problem> {
    let tx = auth.db.begin().await?;
    let mut candidates = candidates(&tx, wanted, auth.now).await?;
    if candidates.is_empty() && wanted.delivery_ids.as_ref().is_some_and(|ids| !ids.is_empty()) {
        return Err(Problem::not_found());
    }
    let has_more = candidates.len() > MOST;
    candidates.truncate(MOST);
    let plans: Vec<(DeliveryId, Plan)> = candidates.iter().map(|one| (one.id, one.plan())).collect();
    if !wanted.dry_run {
        for (candidate, (_, plan)) in candidates.iter().zip(&plans) {
            carry_out(&tx, candidate, *plan, auth.now).await?;
        }
        let asked = plans
            .iter()
            .filter(|(_, plan)| matches!(plan, Plan::TakeBack(..) | Plan::Stop | Plan::Look(..)));
        let detail = json!({
            "count": asked.count(), "since": wanted.since, "until": wanted.until, "rule": wanted.rule,
            "named": wanted.delivery_ids.as_ref().map(Vec::len),
        });
        let entry = Entry::new(&auth.actor, "deliveries.undo_requested")
            .from(&auth.origin)
            .with(detail);
        audit::append(&tx, auth.now, entry).await?;
    }
    let outcome = answer(&tx, &plans, has_more).await?;
    if !wanted.dry_run {
        tx.commit().await?;
    }
    Ok(outcome)
}

async fn candidates(tx: &TenantTx, wanted: &UndoDeliveries, now: DateTime<Utc>) -> Result<Vec<Candidate>, Problem> {
    let mut sql = Sql::new(
        "SELECT d.id, d.signal_detected_at, d.state, d.record_type, d.outcome, d.undo_state, d.connection_id,
                COALESCE(d.account_id, s.account_id) AS account_id
           FROM deliveries AS d LEFT JOIN signals AS s ON s.tenant_id = d.tenant_id AND s.id = d.signal_id
          WHERE d.tenant_id = $1 AND d.state <> 'suppressed'",
    )
    .bind(tx.tenant_id());
    match (&wanted.delivery_ids, wanted.since) {
        (Some(ids), _) => {
            let ids: Vec<uuid::Uuid> = ids.iter().map(|id| id.0).collect();
            sql = sql.push(" AND d.id = ANY(").push_bind(ids).push(")");
        }
        (None, Some(since)) => {
            if since < now - FARTHEST {
                return Err(Problem::invalid("since", "Choose a time within the last 90 days."));
            }
            // What is on its way was asked for in that time; what is there was written in it.
            sql = sql
                .push(" AND d.updated_at >= ")
                .push_bind(since)
                .push(" AND COALESCE(d.delivered_at, d.created_at) BETWEEN ")
                .push_bind(since)
                .push(" AND ")
                .push_bind(wanted.until.unwrap_or(now));
        }
        (None, None) => {
            return Err(Problem::invalid(
                "delivery_ids",
                "Name deliveries, or `since` when they were written.",
            ));
        }
    }
    if let Some(rule) = &wanted.rule {
        sql = sql.push(" AND d.detail->>'rule' = ").push_bind(rule.clone());
    }
    let found = sql
        .push(" ORDER BY d.updated_at DESC, d.id DESC LIMIT ")
        .push_bind(i64::try_from(MOST + 1).unwrap_or(i64::MAX))
        .push(" FOR UPDATE OF d")
        .all(tx)
        .await?;
    Ok(found)
}

impl Candidate {
    fn plan(&self) -> Plan {
        let target = self.connection_id.zip(self.account_id);
        match (self.undo_state.as_deref(), self.state.as_str()) {
            (Some("refused"), "undone") => {
                return match target {
                    Some((connection, account)) => Plan::Look(connection, account),
                    None => Plan::Refuse("Its connection or its account is gone."),
                };
            }
            (Some("closed"), _) => return Plan::Closed,
            (Some("undone" | "requested"), _) | (_, "undone") => return Plan::Done,
            _ => {}
        }
        match (self.state.as_str(), target) {
            ("pending" | "waiting_for_mapping" | "waiting_for_connection", _) => Plan::Stop,
            ("delivered", _) if self.is_linked() => {
                Plan::Refuse("The opportunity was there before; this signal is only linked to it.")
            }
            ("delivered", Some((connection, account))) => Plan::TakeBack(connection, account),
            ("delivered", None) => Plan::Refuse("Its connection or its account is gone."),
            _ => Plan::Refuse("It was never written."),
        }
    }

    fn is_linked(&self) -> bool {
        self.record_type == "opportunity" && self.outcome.as_deref() == Some("linked")
    }
}

async fn carry_out(tx: &TenantTx, candidate: &Candidate, plan: Plan, now: DateTime<Utc>) -> Result<(), DbErr> {
    let (id, detected_at) = (candidate.id, candidate.signal_detected_at);
    let (state, undo_state) = match plan {
        Plan::TakeBack(..) => ("delivered", "requested"),
        Plan::Stop | Plan::Look(..) => ("undone", "undone"),
        Plan::Done | Plan::Closed | Plan::Refuse(_) => return Ok(()),
    };
    Sql::new(
        "UPDATE deliveries SET state = $4, undo_state = $5,
            undo_reason = CASE WHEN $5 <> 'undone' THEN NULL WHEN attempts = 0 THEN 'It was not written yet.'
                ELSE 'It was stopped. Should a try have reached the CRM after all, that is taken back.' END,
            undo_at = $6, updated_at = $6, next_attempt_at = NULL
          WHERE tenant_id = $1 AND signal_detected_at = $2 AND id = $3",
    )
    .bind(tx.tenant_id())
    .bind(detected_at)
    .bind(id)
    .bind(state)
    .bind(undo_state)
    .bind(now)
    .execute(tx)
    .await?;
    match plan {
        Plan::TakeBack(connection, account) => undo::enqueue(tx, id, detected_at, connection, account, now).await,
        Plan::Look(connection, account) => deliveries::enqueue(tx, id, detected_at, connection, account, now).await,
        _ => Ok(()),
    }
}

async fn answer(tx: &TenantTx, plans: &[(DeliveryId, Plan)], has_more: bool) -> Result<UndoOutcome, DbErr> {
    let ids: Vec<DeliveryId> = plans.iter().map(|(id, _)| *id).collect();
    let mut outcome = UndoOutcome {
        undone: Vec::new(),
        closed: Vec::new(),
        refused: Vec::new(),
        has_more,
    };
    for delivery in deliveries::of_ids(tx, &ids).await? {
        let plan = plans.iter().find(|(id, _)| *id == delivery.id).map(|(_, plan)| *plan);
        match plan {
            Some(Plan::Refuse(reason)) => {
                let said = delivery
                    .undo
                    .as_ref()
                    .filter(|undo| undo.state == UndoPossibility::Refused)
                    .and_then(|undo| undo.reason.clone());
                let reason = said.unwrap_or_else(|| reason.to_owned());
                outcome.refused.push(RefusedUndo { delivery, reason });
            }
            Some(Plan::Closed) => outcome.closed.push(delivery),
            _ => outcome.undone.push(delivery),
        }
    }
    Ok(outcome)
}
