//! The SQL of channels as Slack tells them, and of how far a sync is.

use chrono::{DateTime, Utc};
use momentum_connectors::chat::ChatChannel;
use momentum_engine::message::ChannelKind;
use sea_orm::{DbErr, FromQueryResult};
use serde_json::{Value, json};

use super::patterns::Patterns;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{ChannelId, ConnectionId};

/// A Slack connection, as far as a sync needs it.
#[derive(Clone, Debug)]
pub(super) struct Workspace {
    pub connection: ConnectionId,
    pub team: String,
    pub is_disconnected: bool,
    pub patterns: Patterns,
}

/// The Slack workspace behind a connection.
pub(super) async fn workspace(tx: &TenantTx, connection: ConnectionId) -> Result<Option<Workspace>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        external_id: String,
        status: String,
        settings: Value,
    }
    let row: Option<Row> = Sql::new(
        "SELECT external_id, status, settings FROM connections WHERE tenant_id = $1 AND id = $2 AND vendor = 'slack'",
    )
    .bind(tx.tenant_id())
    .bind(connection)
    .one(tx)
    .await?;
    Ok(row.map(|row| Workspace {
        connection,
        team: row.external_id,
        is_disconnected: row.status == "disconnected",
        patterns: Patterns::of(&row.settings),
    }))
}

/// The connection of a Slack workspace; `None` when it is not connected, so that nothing can be read.
pub(super) async fn connection_of(tx: &TenantTx, team: &str) -> Result<Option<ConnectionId>, DbErr> {
    let id: Option<uuid::Uuid> = Sql::new(
        "SELECT id AS value FROM connections WHERE tenant_id = $1 AND vendor = 'slack' AND external_id = $2 AND status <> 'disconnected'",
    )
    .bind(tx.tenant_id())
    .bind(team)
    .scalar(tx)
    .await?;
    Ok(id.map(ConnectionId))
}

/// Keeps channels as Slack tells them now. A person's word about the class stays.
pub(super) async fn keep(tx: &TenantTx, team: &str, channels: &[ChatChannel], now: DateTime<Utc>) -> Result<(), DbErr> {
    let rows: Vec<Value> = (channels.iter())
        .filter(|channel| !channel.is_direct && !channel.name.is_empty())
        .map(|channel| {
            json!({
                "id": ChannelId::generate().0, "slack_channel_id": channel.id, "name": channel.name,
                "class": ChannelKind::classify(&channel.name, channel.is_ext_shared).as_str(),
                "is_external": channel.is_ext_shared, "is_private": channel.is_private, "is_archived": channel.is_archived,
                "is_member": channel.is_member, "num_members": channel.num_members,
            })
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    Sql::new(
        "INSERT INTO channels AS known (tenant_id, id, slack_team_id, slack_channel_id, name, class, is_external, is_private, \
            is_archived, is_member, num_members, synced_at, created_at, updated_at)
         SELECT DISTINCT ON (slack_channel_id) $1, id, $2, slack_channel_id, name, class, is_external, is_private, is_archived, \
            is_member, num_members, $4, $4, $4
           FROM jsonb_to_recordset($3) AS row (id uuid, slack_channel_id text, name text, class text, is_external boolean, \
                is_private boolean, is_archived boolean, is_member boolean, num_members bigint)
          ORDER BY slack_channel_id
         ON CONFLICT (tenant_id, slack_team_id, slack_channel_id) DO UPDATE SET name = EXCLUDED.name,
            class = CASE WHEN known.class_is_chosen THEN known.class ELSE EXCLUDED.class END,
            is_external = EXCLUDED.is_external, is_private = EXCLUDED.is_private, is_archived = EXCLUDED.is_archived,
            is_member = EXCLUDED.is_member, num_members = COALESCE(EXCLUDED.num_members, known.num_members),
            join_requested_at = CASE WHEN NOT EXCLUDED.is_member THEN known.join_requested_at END,
            join_refused = CASE WHEN NOT EXCLUDED.is_member THEN known.join_refused END,
            synced_at = EXCLUDED.synced_at, updated_at = EXCLUDED.updated_at",
    )
    .bind(tx.tenant_id())
    .bind(team)
    .bind(Value::Array(rows))
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// Channels that Slack did not list since `started_at` are ones that our bot sees no more: it was thrown out of a private
/// one, or the channel is gone. Rows and mappings stay.
pub(super) async fn leave_unlisted(
    tx: &TenantTx,
    team: &str,
    started_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE channels SET is_member = false, updated_at = $4
          WHERE tenant_id = $1 AND slack_team_id = $2 AND is_member AND created_at < $3 AND (synced_at IS NULL OR synced_at < $3)",
    )
    .bind(tx.tenant_id())
    .bind(team)
    .bind(started_at)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// A channel that our bot may join.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Joinable {
    pub slack_channel_id: String,
    pub name: String,
    pub is_requested: bool,
}

/// Public channels of our own after `after` in which our bot is not, and that Slack has not refused.
pub(super) async fn joinable(tx: &TenantTx, team: &str, after: &str) -> Result<Vec<Joinable>, DbErr> {
    Sql::new(
        "SELECT slack_channel_id, name, join_requested_at IS NOT NULL AS is_requested FROM channels
          WHERE tenant_id = $1 AND slack_team_id = $2 AND slack_channel_id > $3 AND NOT is_member AND NOT is_archived
            AND NOT is_private AND NOT is_external AND join_refused IS NULL
          ORDER BY slack_channel_id",
    )
    .bind(tx.tenant_id())
    .bind(team)
    .bind(after)
    .all(tx)
    .await
}

/// One of those, or `None`.
pub(super) async fn joinable_one(tx: &TenantTx, team: &str, slack_id: &str) -> Result<Option<Joinable>, DbErr> {
    Sql::new(
        "SELECT slack_channel_id, name, join_requested_at IS NOT NULL AS is_requested FROM channels
          WHERE tenant_id = $1 AND slack_team_id = $2 AND slack_channel_id = $3 AND NOT is_member AND NOT is_archived
            AND NOT is_private AND NOT is_external AND join_refused IS NULL",
    )
    .bind(tx.tenant_id())
    .bind(team)
    .bind(slack_id)
    .one(tx)
    .await
}

/// Slack said no, in these words; nobody asks again until the channel changes or a person does.
pub(super) async fn refuse(
    tx: &TenantTx,
    team: &str,
    slack_id: &str,
    words: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE channels SET join_refused = $4, join_requested_at = NULL, updated_at = $5
          WHERE tenant_id = $1 AND slack_team_id = $2 AND slack_channel_id = $3",
    )
    .bind(tx.tenant_id())
    .bind(team)
    .bind(slack_id)
    .bind(words)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// A channel whose members are to be read.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Peopled {
    pub id: ChannelId,
    pub slack_channel_id: String,
}

/// The next customers' channel after `after` that belongs to no account: its members' e-mail domains tell whose it may be.
pub(super) async fn peopled(tx: &TenantTx, team: &str, after: &str) -> Result<Option<Peopled>, DbErr> {
    Sql::new(
        "SELECT id, slack_channel_id FROM channels AS c
          WHERE tenant_id = $1 AND slack_team_id = $2 AND slack_channel_id > $3 AND is_member AND NOT is_archived AND class = 'customer'
            AND NOT EXISTS (SELECT 1 FROM channel_mappings AS m WHERE m.tenant_id = $1 AND m.channel_id = c.id)
          ORDER BY slack_channel_id LIMIT 1",
    )
    .bind(tx.tenant_id())
    .bind(team)
    .bind(after)
    .one(tx)
    .await
}

/// Notes who is in a channel.
pub(super) async fn keep_members(
    tx: &TenantTx,
    channel: ChannelId,
    users: &[String],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "INSERT INTO channel_members (tenant_id, channel_id, slack_user_id, seen_at)
         SELECT DISTINCT $1::uuid, $2::uuid, slack_user_id, $4::timestamptz FROM unnest($3::text[]) AS slack_user_id
         ON CONFLICT (tenant_id, channel_id, slack_user_id) DO UPDATE SET seen_at = EXCLUDED.seen_at",
    )
    .bind(tx.tenant_id())
    .bind(channel)
    .bind(users.to_vec())
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// Forgets who is in a channel no more: one person, or all who were not seen since `before`.
pub(super) async fn forget_members(
    tx: &TenantTx,
    channel: ChannelId,
    user: Option<&str>,
    before: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "DELETE FROM channel_members WHERE tenant_id = $1 AND channel_id = $2
            AND (slack_user_id = $3 OR ($3::text IS NULL AND seen_at < $4))",
    )
    .bind(tx.tenant_id())
    .bind(channel)
    .bind(user.map(str::to_owned))
    .bind(before)
    .execute(tx)
    .await?;
    Ok(())
}

/// How far a sync is.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Progress {
    pub phase: String,
    pub cursor: Option<String>,
    pub started_at: DateTime<Utc>,
}

/// Where a sync goes on, or the beginning of a new one.
pub(super) async fn begin_or_resume(
    tx: &TenantTx,
    connection: ConnectionId,
    now: DateTime<Utc>,
) -> Result<Progress, DbErr> {
    let row: Option<Progress> = Sql::new(
        "INSERT INTO slack_workspace_syncs AS s (tenant_id, connection_id, phase, started_at) VALUES ($1, $2, 'channels', $3)
         ON CONFLICT (tenant_id, connection_id) DO UPDATE SET
            started_at = CASE WHEN s.phase = 'done' THEN EXCLUDED.started_at ELSE s.started_at END,
            cursor = CASE WHEN s.phase = 'done' THEN NULL ELSE s.cursor END,
            phase = CASE WHEN s.phase = 'done' THEN 'channels' ELSE s.phase END
         RETURNING phase, cursor, started_at",
    )
    .bind(tx.tenant_id())
    .bind(connection)
    .bind(now)
    .one(tx)
    .await?;
    row.ok_or_else(|| DbErr::Custom("a sync was not written".to_owned()))
}

/// Notes how far a sync is now.
pub(super) async fn advance(
    tx: &TenantTx,
    connection: ConnectionId,
    phase: &'static str,
    cursor: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE slack_workspace_syncs SET phase = $3, cursor = $4, finished_at = CASE WHEN $3 = 'done' THEN $5 ELSE finished_at END
          WHERE tenant_id = $1 AND connection_id = $2",
    )
    .bind(tx.tenant_id())
    .bind(connection)
    .bind(phase)
    .bind(cursor.map(str::to_owned))
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}
