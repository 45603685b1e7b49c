//! The SQL of notices.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::QUEUE;
use super::model::{NoticePurpose, NoticeReason, NoticeState, NoticeWay, Recipient};
use crate::control::access::Role;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{ConnectionId, MemberId, NotificationId, SignalId};
use crate::foundation::jobs::{self, NewJob};

/// What a job of the queue says.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct NoticeJob {
    pub notification_id: NotificationId,
}

/// A notice to be kept.
#[derive(Clone, Debug)]
pub(super) struct NewNotice {
    pub subject: String,
    pub recipient: String,
    pub way: NoticeWay,
    pub purpose: NoticePurpose,
    pub member_id: Option<MemberId>,
    pub signal_id: Option<SignalId>,
    pub state: NoticeState,
    pub reason: Option<NoticeReason>,
    pub is_for_digest: bool,
    pub due_at: DateTime<Utc>,
    pub covers: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

impl NewNotice {
    /// A notice of a signal, due at once.
    pub fn alert(signal: SignalId, recipient: String, now: DateTime<Utc>) -> Self {
        Self {
            subject: signal.to_string(),
            recipient,
            way: NoticeWay::SlackDm,
            purpose: NoticePurpose::Alert,
            member_id: None,
            signal_id: Some(signal),
            state: NoticeState::Pending,
            reason: None,
            is_for_digest: false,
            due_at: now,
            covers: None,
        }
    }

    /// Kept with the reason why nothing is sent.
    pub fn suppressed(self, reason: NoticeReason) -> Self {
        Self {
            state: NoticeState::Suppressed,
            reason: Some(reason),
            ..self
        }
    }
}

/// Keeps a notice unless there is one about the same for the same recipient by the same way, and sees to it that it is
/// sent, or looked at when it is due.
pub(super) async fn add(tx: &TenantTx, notice: &NewNotice, now: DateTime<Utc>) -> Result<(), DbErr> {
    let id = NotificationId::generate();
    let inserted = Sql::new(
        "INSERT INTO notifications (tenant_id, id, subject, recipient, way, purpose, member_id, signal_id, state, reason, \
            is_for_digest, due_at, covers_from, covers_to, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)
         ON CONFLICT (tenant_id, subject, recipient, way) DO NOTHING",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(notice.subject.as_str())
    .bind(notice.recipient.as_str())
    .bind(notice.way.as_str())
    .bind(notice.purpose.as_str())
    .bind(notice.member_id)
    .bind(notice.signal_id)
    .bind(notice.state.as_str())
    .bind(notice.reason.map(NoticeReason::as_str))
    .bind(notice.is_for_digest)
    .bind(notice.due_at)
    .bind(notice.covers.map(|covers| covers.0))
    .bind(notice.covers.map(|covers| covers.1))
    .bind(now)
    .execute(tx)
    .await?;
    if inserted == 0 {
        return Ok(());
    }
    match (notice.state, notice.member_id) {
        (NoticeState::Pending, _) => enqueue(tx, id, &notice.recipient, notice.way, now).await,
        (NoticeState::Held, Some(member)) if !notice.is_for_digest => wake(tx, member, notice.due_at).await,
        _ => Ok(()),
    }
}

/// Enqueues the sending. A recipient's Slack does not wait for their mail server.
pub(super) async fn enqueue(
    tx: &TenantTx,
    id: NotificationId,
    recipient: &str,
    way: NoticeWay,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let lane = format!("{recipient}:{}", way.as_str());
    let job = NewJob::now(QUEUE, lane, "notice", &NoticeJob { notification_id: id }, now).unique(id.to_string());
    jobs::enqueue(tx, now, job).await.map(drop)
}

/// Has the member's held alerts looked at then.
pub(super) async fn wake(tx: &TenantTx, member: MemberId, at: DateTime<Utc>) -> Result<(), DbErr> {
    Sql::new("UPDATE members SET alerts_held_until = LEAST(alerts_held_until, $3) WHERE tenant_id = $1 AND id = $2")
        .bind(tx.tenant_id())
        .bind(member)
        .bind(at)
        .execute(tx)
        .await?;
    Ok(())
}

const PEOPLE: &str = "SELECT m.id, m.name, m.email, m.role, m.is_active, m.slack_user_id, m.notification_preferences, m.timezone, \
    m.timezone_is_chosen, m.email_failing_since, m.email_failing_reason, t.timezone AS tenant_timezone \
  FROM members m JOIN tenants t ON t.tenant_id = $1 WHERE m.tenant_id = $1";

/// These people, and all with these roles.
pub(super) async fn people(tx: &TenantTx, ids: &BTreeSet<MemberId>, roles: &[Role]) -> Result<Vec<Recipient>, DbErr> {
    Sql::new(PEOPLE)
        .bind(tx.tenant_id())
        .push(" AND m.is_active AND (m.id = ANY(")
        .push_bind(ids.iter().map(|id| id.0).collect::<Vec<Uuid>>())
        .push(") OR m.role = ANY(")
        .push_bind(
            roles
                .iter()
                .map(|role| role.as_str().to_owned())
                .collect::<Vec<String>>(),
        )
        .push(")) ORDER BY m.id")
        .all(tx)
        .await
}

/// One person, also one who left.
pub(super) async fn person(tx: &TenantTx, id: MemberId) -> Result<Option<Recipient>, DbErr> {
    Sql::new(PEOPLE)
        .bind(tx.tenant_id())
        .push(" AND m.id = ")
        .push_bind(id)
        .one(tx)
        .await
}

/// How many alerts of these states each of these people has since their day began.
pub(super) async fn spent(
    tx: &TenantTx,
    states: &[NoticeState],
    since: impl Iterator<Item = (MemberId, DateTime<Utc>)>,
) -> Result<BTreeMap<MemberId, u32>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        member_id: MemberId,
        spent: i64,
    }
    let (ids, begins): (Vec<Uuid>, Vec<String>) = since.map(|(id, at)| (id.0, at.to_rfc3339())).unzip();
    let rows: Vec<Row> = Sql::new(
        "SELECT day.member_id, count(n.id) AS spent
           FROM unnest($2::uuid[], $3::text[]) AS day (member_id, began)
           JOIN notifications n ON n.tenant_id = $1 AND n.member_id = day.member_id AND n.due_at >= day.began::timestamptz
            AND n.purpose = 'alert' AND n.state IN ('pending', 'sent') AND n.state = ANY($4) AND NOT n.is_for_digest
          GROUP BY day.member_id",
    )
    .bind(tx.tenant_id())
    .bind(ids)
    .bind(begins)
    .bind(states.iter().map(|state| state.as_str().to_owned()).collect::<Vec<_>>())
    .all(tx)
    .await?;
    let count = |row: Row| (row.member_id, u32::try_from(row.spent).unwrap_or(u32::MAX));
    Ok(rows.into_iter().map(count).collect())
}

/// The tenant's Slack, when it is connected.
pub(super) async fn slack_connection(tx: &TenantTx) -> Result<Option<ConnectionId>, DbErr> {
    Sql::new(
        "SELECT id AS value FROM connections WHERE tenant_id = $1 AND vendor = 'slack' AND status <> 'disconnected' \
          ORDER BY created_at LIMIT 1",
    )
    .bind(tx.tenant_id())
    .scalar::<Uuid>(tx)
    .await
    .map(|id| id.map(ConnectionId))
}

/// Moves a notice to another state.
pub(super) async fn settle(
    tx: &TenantTx,
    id: NotificationId,
    state: NoticeState,
    reason: Option<NoticeReason>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE notifications SET state = $3, reason = COALESCE($4, reason), updated_at = $5, \
            sent_at = CASE WHEN $3 = 'sent' THEN $5 ELSE sent_at END WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(state.as_str())
    .bind(reason.map(NoticeReason::as_str))
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// What waited for a digest was said in it, or there was nothing left to say of it.
pub(super) async fn settle_digested(
    tx: &TenantTx,
    member: MemberId,
    until: DateTime<Utc>,
    is_said: bool,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE notifications SET state = $4, sent_at = CASE WHEN $4 = 'sent' THEN $5 END, updated_at = $5 \
          WHERE tenant_id = $1 AND member_id = $2 AND state = 'held' AND is_for_digest AND created_at <= $3",
    )
    .bind(tx.tenant_id())
    .bind(member)
    .bind(until)
    .bind(if is_said { "sent" } else { "suppressed" })
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}
