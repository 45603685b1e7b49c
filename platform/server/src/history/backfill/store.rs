//! The SQL of backfills.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::model::{Backfill, BackfillReason, BackfillState, Checkpoint, HistoryProfile, NewBackfill};
use crate::control::connections::lane_prefix;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{BackfillId, ChannelId, ConnectionId};
use crate::foundation::jobs::{self, NewJob};
use crate::foundation::stream::{self, StreamEvent};
use crate::signals::NamedRef;

/// The queue of backfills. One lane, and at most one pending job, for each connection.
pub const QUEUE: &str = "history_backfill";
/// Gaps that are as near as this are filled together.
const NEAR: TimeDelta = TimeDelta::hours(1);
/// Slack says that it dropped events while it goes on dropping them: a gap is filled a little later.
const SETTLE: TimeDelta = TimeDelta::minutes(2);
/// Read a little more than the gap: clocks differ.
const MARGIN: TimeDelta = TimeDelta::minutes(1);

/// What a backfill's job needs to know.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct BackfillJob {
    /// Whose history; which part of it is due follows from the rows.
    pub connection_id: ConnectionId,
}

/// A backfill, as its reader needs it.
#[derive(Clone, Debug)]
pub struct Work {
    /// Which one.
    pub id: BackfillId,
    /// Only this channel.
    pub channel: Option<ChannelId>,
    /// Why.
    pub reason: BackfillReason,
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub until: DateTime<Utc>,
    /// Where it goes on.
    pub checkpoint: Checkpoint,
}

/// What a request brought.
#[derive(Clone, Debug)]
pub struct Progress {
    /// Where to go on.
    pub checkpoint: Checkpoint,
    /// Messages that were read.
    pub messages: usize,
    /// Channels that had to be left out.
    pub skipped_channels: i32,
    /// The oldest of the messages.
    pub oldest: Option<DateTime<Utc>>,
    /// What Slack allows.
    pub profile: HistoryProfile,
    /// When to go on.
    pub next_request_at: DateTime<Utc>,
}

const UNFINISHED: &str = "state IN ('queued', 'running', 'waiting')";

/// Has history read back; gaps a little later than now.
pub async fn request(tx: &TenantTx, new: NewBackfill, now: DateTime<Utc>) -> Result<BackfillId, DbErr> {
    let id = BackfillId::generate();
    let at = match new.reason {
        BackfillReason::Requested => now,
        BackfillReason::Gap => now + SETTLE,
    };
    let days = i32::try_from(((new.until - new.from).num_hours() + 23) / 24).unwrap_or(i32::MAX);
    Sql::new(
        "INSERT INTO backfills (tenant_id, id, connection_id, channel_id, reason, state, profile, requested_days, from_at, until_at, \
            next_request_at, requested_by, created_at)
         SELECT $1, $2, $3, $4, $5, 'queued', COALESCE((SELECT settings->>'history_profile' FROM connections
                  WHERE tenant_id = $1 AND id = $3 AND settings->>'history_profile' IN ('marketplace', 'internal')), 'throttled'),
            $6, $7, $8, $9, $10, $11",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(new.connection)
    .bind(new.channel)
    .bind(new.reason.as_str())
    .bind(days)
    .bind(new.from)
    .bind(new.until)
    .bind(at)
    .bind(new.requested_by)
    .bind(now)
    .execute(tx)
    .await?;
    ensure_job(tx, new.connection, at, now).await?;
    tell(tx, id, now);
    Ok(id)
}

/// Makes sure that somebody looks after a connection's backfills at `at` or before.
pub async fn ensure_job(
    tx: &TenantTx,
    connection: ConnectionId,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let key = connection.to_string();
    let wanted = BackfillJob {
        connection_id: connection,
    };
    let job = NewJob::now(QUEUE, lane_prefix(connection), "history_backfill", &wanted, now);
    if jobs::enqueue(tx, now, job.unique(key.clone()).at(at)).await?.is_none() {
        jobs::hasten(tx, QUEUE, &key, at).await?;
    }
    Ok(())
}

/// Slack answers: has the gaps in what it told us that are over read back, those near to each other together.
pub async fn fill_gaps(tx: &TenantTx, connection: ConnectionId, now: DateTime<Utc>) -> Result<(), DbErr> {
    #[derive(FromQueryResult)]
    struct Gap {
        id: uuid::Uuid,
        started_at: DateTime<Utc>,
        ended_at: DateTime<Utc>,
    }
    let gaps: Vec<Gap> = Sql::new(
        "SELECT id, started_at, ended_at FROM ingest_gaps
          WHERE tenant_id = $1 AND connection_id = $2 AND ended_at IS NOT NULL AND backfill_id IS NULL ORDER BY started_at",
    )
    .bind(tx.tenant_id())
    .bind(connection)
    .all(tx)
    .await?;
    resume(tx, connection, now).await?;
    for gap in gaps {
        let (from, until) = (gap.started_at - MARGIN, gap.ended_at + MARGIN);
        let near: Option<uuid::Uuid> = Sql::new(
            "UPDATE backfills SET from_at = LEAST(from_at, $3), until_at = GREATEST(until_at, $4)
              WHERE tenant_id = $1 AND id = (SELECT id FROM backfills WHERE tenant_id = $1 AND connection_id = $2
                    AND reason = 'gap' AND state = 'queued' AND from_at <= $6 AND until_at >= $5 ORDER BY created_at LIMIT 1)
             RETURNING id AS value",
        )
        .bind(tx.tenant_id())
        .bind(connection)
        .bind(from)
        .bind(until)
        .bind(from - NEAR)
        .bind(until + NEAR)
        .scalar(tx)
        .await?;
        let id = match near {
            Some(id) => BackfillId(id),
            None => {
                let new = NewBackfill {
                    connection,
                    channel: None,
                    reason: BackfillReason::Gap,
                    from,
                    until,
                    requested_by: None,
                };
                request(tx, new, now).await?
            }
        };
        Sql::new("UPDATE ingest_gaps SET backfill_id = $3 WHERE tenant_id = $1 AND id = $2")
            .bind(tx.tenant_id())
            .bind(gap.id)
            .bind(id)
            .execute(tx)
            .await?;
    }
    Ok(())
}

/// The backfill whose turn it is (gaps first), or when the next one's turn comes. The pace is the workspace's, not the
/// backfill's: the time that the last request left behind counts for all.
pub async fn next_due(
    tx: &TenantTx,
    connection: ConnectionId,
    now: DateTime<Utc>,
) -> Result<Result<Work, Option<DateTime<Utc>>>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        id: BackfillId,
        channel_id: Option<ChannelId>,
        reason: String,
        from_at: DateTime<Utc>,
        until_at: DateTime<Utc>,
        checkpoint: Option<Value>,
        not_before: Option<DateTime<Utc>>,
    }
    let row: Option<Row> = Sql::new(format!(
        "SELECT id, channel_id, reason, from_at, until_at, checkpoint, \
            GREATEST(next_request_at, (SELECT max(next_request_at) FROM backfills
                                        WHERE tenant_id = $1 AND connection_id = $2 AND state <> 'queued')) AS not_before
           FROM backfills WHERE tenant_id = $1 AND connection_id = $2 AND {UNFINISHED}
          ORDER BY next_request_at > $3, reason <> 'gap', created_at, id LIMIT 1"
    ))
    .bind(tx.tenant_id())
    .bind(connection)
    .bind(now)
    .one(tx)
    .await?;
    let Some(row) = row else { return Ok(Err(None)) };
    if row.not_before.is_some_and(|at| at > now) {
        return Ok(Err(row.not_before));
    }
    Ok(Ok(Work {
        id: row.id,
        channel: row.channel_id,
        reason: row.reason.parse().unwrap_or(BackfillReason::Requested),
        from: row.from_at,
        until: row.until_at,
        checkpoint: row
            .checkpoint
            .and_then(|checkpoint| serde_json::from_value(checkpoint).ok())
            .unwrap_or_default(),
    }))
}

/// Slack answers again: what waited for that goes on within a minute.
async fn resume(tx: &TenantTx, connection: ConnectionId, now: DateTime<Utc>) -> Result<(), DbErr> {
    let at = now + TimeDelta::minutes(1);
    let waiting = Sql::new(
        "UPDATE backfills SET next_request_at = LEAST(next_request_at, $3) WHERE tenant_id = $1 AND connection_id = $2 AND state = 'waiting'",
    )
    .bind(tx.tenant_id())
    .bind(connection)
    .bind(at)
    .execute(tx)
    .await?;
    if waiting > 0 {
        ensure_job(tx, connection, at, now).await?;
    }
    Ok(())
}

/// A channel whose history is read.
#[derive(Clone, Debug, FromQueryResult)]
pub struct BackfillChannel {
    /// Ours.
    pub id: ChannelId,
    /// Slack's.
    pub slack_channel_id: String,
    /// People of another company are in it.
    pub is_external: bool,
}

/// The channel that is being read, by id.
pub async fn channel(tx: &TenantTx, id: ChannelId) -> Result<Option<BackfillChannel>, DbErr> {
    Sql::new("SELECT id, slack_channel_id, is_external FROM channels WHERE tenant_id = $1 AND id = $2")
        .bind(tx.tenant_id())
        .bind(id)
        .one(tx)
        .await
}

/// The next of the workspace's watched channels in which our bot is.
pub async fn next_channel(
    tx: &TenantTx,
    team: &str,
    after: Option<ChannelId>,
) -> Result<Option<BackfillChannel>, DbErr> {
    Sql::new(
        "SELECT id, slack_channel_id, is_external FROM channels
          WHERE tenant_id = $1 AND slack_team_id = $2 AND is_member AND NOT is_archived AND monitored AND ($3::uuid IS NULL OR id > $3)
          ORDER BY id LIMIT 1",
    )
    .bind(tx.tenant_id())
    .bind(team)
    .bind(after)
    .one(tx)
    .await
}

/// Threads of a channel in which something was said on the day before `before`: a gap may have swallowed their replies.
pub async fn active_threads(tx: &TenantTx, channel: ChannelId, before: DateTime<Utc>) -> Result<Vec<String>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        thread_ts: String,
    }
    let rows: Vec<Row> = Sql::new(
        "SELECT DISTINCT thread_ts FROM messages
          WHERE tenant_id = $1 AND channel_id = $2 AND thread_ts IS NOT NULL AND posted_at BETWEEN $3 AND $4
          ORDER BY thread_ts LIMIT 50",
    )
    .bind(tx.tenant_id())
    .bind(channel)
    .bind(before - TimeDelta::days(1))
    .bind(before)
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| row.thread_ts).collect())
}

/// Adds what a request brought, in the transaction that stores its messages. Nothing when somebody cancelled meanwhile.
pub async fn record(tx: &TenantTx, id: BackfillId, done: &Progress, now: DateTime<Utc>) -> Result<(), DbErr> {
    Sql::new(format!(
        "UPDATE backfills SET state = 'running', error = NULL, profile = $3, messages = messages + $4, \
            skipped_channels = skipped_channels + $5, oldest_reached = LEAST(oldest_reached, $6), checkpoint = $7, next_request_at = $8
          WHERE tenant_id = $1 AND id = $2 AND {UNFINISHED}"
    ))
    .bind(tx.tenant_id())
    .bind(id)
    .bind(done.profile.as_str())
    .bind(i64::try_from(done.messages).unwrap_or(i64::MAX))
    .bind(done.skipped_channels)
    .bind(done.oldest)
    .bind(json!(done.checkpoint))
    .bind(done.next_request_at)
    .execute(tx)
    .await?;
    tell(tx, id, now);
    Ok(())
}

/// Slack asks for a pause, or cannot be reached.
pub async fn postpone(
    tx: &TenantTx,
    id: BackfillId,
    until: DateTime<Utc>,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(format!(
        "UPDATE backfills SET state = 'waiting', next_request_at = $3, error = $4 WHERE tenant_id = $1 AND id = $2 AND {UNFINISHED}"
    ))
    .bind(tx.tenant_id())
    .bind(id)
    .bind(until)
    .bind(reason)
    .execute(tx)
    .await?;
    tell(tx, id, now);
    Ok(())
}

/// It is over; false when it was over before.
pub async fn end(
    tx: &TenantTx,
    id: BackfillId,
    state: BackfillState,
    error: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let ended = Sql::new(format!(
        "UPDATE backfills SET state = $3, error = $4, finished_at = $5
          WHERE tenant_id = $1 AND id = $2 AND {UNFINISHED}"
    ))
    .bind(tx.tenant_id())
    .bind(id)
    .bind(state.as_str())
    .bind(error.map(str::to_owned))
    .bind(now)
    .execute(tx)
    .await?;
    tell(tx, id, now);
    Ok(ended == 1)
}

#[derive(FromQueryResult)]
struct Shown {
    id: BackfillId,
    channel_id: Option<ChannelId>,
    channel_name: Option<String>,
    reason: String,
    state: String,
    profile: String,
    messages: i64,
    skipped_channels: i32,
    oldest_reached: Option<DateTime<Utc>>,
    next_request_at: Option<DateTime<Utc>>,
    requested_days: i32,
    error: Option<String>,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

const SHOWN: &str = "SELECT b.id, b.channel_id, c.name AS channel_name, b.reason, b.state, b.profile, b.messages, b.skipped_channels, \
    b.oldest_reached, b.next_request_at, b.requested_days, b.error, b.created_at, b.finished_at
   FROM backfills AS b LEFT JOIN channels AS c ON c.tenant_id = b.tenant_id AND c.id = b.channel_id WHERE b.tenant_id = $1";

impl From<Shown> for Backfill {
    fn from(row: Shown) -> Self {
        Self {
            id: row.id,
            channel: row
                .channel_id
                .zip(row.channel_name)
                .map(|(id, name)| NamedRef { id, name }),
            // The table's constraints allow no other words.
            reason: row.reason.parse().unwrap_or(BackfillReason::Requested),
            state: row.state.parse().unwrap_or(BackfillState::Failed),
            profile: row.profile.parse().unwrap_or(HistoryProfile::Throttled),
            messages: row.messages,
            skipped_channels: row.skipped_channels,
            oldest_reached: row.oldest_reached,
            next_request_at: row.next_request_at.filter(|_| row.finished_at.is_none()),
            requested_days: row.requested_days,
            error: row.error,
            created_at: row.created_at,
            finished_at: row.finished_at,
        }
    }
}

/// One backfill.
pub async fn find(tx: &TenantTx, id: BackfillId) -> Result<Option<Backfill>, DbErr> {
    let sql = Sql::new(SHOWN).bind(tx.tenant_id()).push(" AND b.id = ").push_bind(id);
    Ok(sql.one::<Shown>(tx).await?.map(Backfill::from))
}

/// Backfills, newest first; those before `before` when given.
pub(super) async fn list(
    tx: &TenantTx,
    before: Option<(DateTime<Utc>, BackfillId)>,
    most: i64,
) -> Result<Vec<Backfill>, DbErr> {
    let mut sql = Sql::new(SHOWN).bind(tx.tenant_id());
    if let Some((at, id)) = before {
        sql = sql
            .push(" AND (b.created_at, b.id) < (")
            .push_bind(at)
            .push(", ")
            .push_bind(id)
            .push(")");
    }
    let rows: Vec<Shown> = sql
        .push(" ORDER BY b.created_at DESC, b.id DESC LIMIT ")
        .push_bind(most)
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(Backfill::from).collect())
}

/// The connection through which a channel (or, without one, any) is read; `None` when Slack is not connected or there is
/// no such channel.
pub(super) async fn connection_for(tx: &TenantTx, channel: Option<ChannelId>) -> Result<Option<ConnectionId>, DbErr> {
    let id: Option<uuid::Uuid> = Sql::new(
        "SELECT c.id AS value FROM connections AS c
          WHERE c.tenant_id = $1 AND c.vendor = 'slack' AND c.status <> 'disconnected'
            AND ($2::uuid IS NULL OR EXISTS (SELECT 1 FROM channels WHERE channels.tenant_id = $1 AND channels.id = $2
                   AND channels.slack_team_id = c.external_id))
          ORDER BY c.created_at LIMIT 1",
    )
    .bind(tx.tenant_id())
    .bind(channel)
    .scalar(tx)
    .await?;
    Ok(id.map(ConnectionId))
}

fn tell(tx: &TenantTx, id: BackfillId, at: DateTime<Utc>) {
    let event = StreamEvent {
        kind: "backfill.updated",
        account_id: None,
        data: json!({ "backfill_id": id }),
        at,
    };
    stream::append(tx, event);
}
