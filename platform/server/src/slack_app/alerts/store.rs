//! The SQL of posted alerts.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use super::AlertTarget;
use crate::foundation::context::new_uuid;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{MemberId, SignalId};

/// How long somebody who began to post is believed to be at it. Longer than the slowest call of Slack's.
const CLAIM: TimeDelta = TimeDelta::seconds(60);

/// An alert that was posted.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Row {
    pub id: Uuid,
    pub slack_team_id: String,
    pub slack_channel_id: Option<String>,
    pub ts: Option<String>,
    pub state_hash: Option<String>,
    pub claimed_until: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
}

/// What [`claim`] found.
pub(super) enum Claim {
    /// It is ours to post. `began` is when somebody tried before and did not come back with an answer.
    Ours { id: Uuid, began: Option<DateTime<Utc>> },
    /// It was posted.
    Posted(Row),
    /// Somebody else is posting it.
    Taken,
}

const COLUMNS: &str = "id, slack_team_id, slack_channel_id, ts, state_hash, claimed_until, created_at";

/// Makes sure that nobody else posts this alert meanwhile.
pub(super) async fn claim(
    tx: &TenantTx,
    signal: SignalId,
    target: &AlertTarget,
    team: &str,
    now: DateTime<Utc>,
) -> Result<Claim, DbErr> {
    let id = new_uuid();
    let member: Option<MemberId> = match target {
        AlertTarget::Member(id) => Some(*id),
        AlertTarget::Channel(_) => None,
    };
    let inserted = Sql::new(
        "INSERT INTO slack_alerts (tenant_id, id, signal_id, target, member_id, slack_team_id, claimed_until, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT (tenant_id, signal_id, target) DO NOTHING",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(signal)
    .bind(target.key())
    .bind(member)
    .bind(team)
    .bind(now + CLAIM)
    .bind(now)
    .execute(tx)
    .await?;
    if inserted == 1 {
        return Ok(Claim::Ours { id, began: None });
    }
    let known: Option<Row> = Sql::new(format!(
        "SELECT {COLUMNS} FROM slack_alerts WHERE tenant_id = $1 AND signal_id = $2 AND target = $3 FOR UPDATE"
    ))
    .bind(tx.tenant_id())
    .bind(signal)
    .bind(target.key())
    .one(tx)
    .await?;
    let Some(row) = known else { return Ok(Claim::Taken) };
    if row.ts.is_some() {
        return Ok(Claim::Posted(row));
    }
    if row.claimed_until > now {
        return Ok(Claim::Taken);
    }
    set_claim(tx, row.id, now + CLAIM).await?;
    Ok(Claim::Ours {
        id: row.id,
        began: Some(row.created_at),
    })
}

/// Says until when somebody is posting.
pub(super) async fn set_claim(tx: &TenantTx, id: Uuid, until: DateTime<Utc>) -> Result<(), DbErr> {
    Sql::new("UPDATE slack_alerts SET claimed_until = $3 WHERE tenant_id = $1 AND id = $2 AND ts IS NULL")
        .bind(tx.tenant_id())
        .bind(id)
        .bind(until)
        .execute(tx)
        .await
        .map(drop)
}

/// Forgets an alert of which Slack certainly has nothing.
pub(super) async fn forget(tx: &TenantTx, id: Uuid) -> Result<(), DbErr> {
    Sql::new("DELETE FROM slack_alerts WHERE tenant_id = $1 AND id = $2")
        .bind(tx.tenant_id())
        .bind(id)
        .execute(tx)
        .await
        .map(drop)
}

/// Notes where an alert is and what it says.
pub(super) async fn posted(
    tx: &TenantTx,
    id: Uuid,
    channel: &str,
    ts: &str,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE slack_alerts SET slack_channel_id = $3, ts = $4, state_hash = $5, updated_at = $6
          WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(channel)
    .bind(ts)
    .bind(hash)
    .bind(now)
    .execute(tx)
    .await
    .map(drop)
}

/// The alerts that were posted about a signal.
pub(super) async fn of_signal(tx: &TenantTx, signal: SignalId) -> Result<Vec<Row>, DbErr> {
    Sql::new(format!(
        "SELECT {COLUMNS} FROM slack_alerts WHERE tenant_id = $1 AND signal_id = $2 AND ts IS NOT NULL ORDER BY created_at, id"
    ))
    .bind(tx.tenant_id())
    .bind(signal)
    .all(tx)
    .await
}
