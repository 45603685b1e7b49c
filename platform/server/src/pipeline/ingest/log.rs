//! The message log: every copy, edit and deletion of a message ends in the same row.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use momentum_engine::message::{ChannelKind, SenderKind};
use sea_orm::{DbErr, FromQueryResult};
use serde_json::json;

use super::message::IncomingMessage;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{AccountId, ChannelId, MessageId};
use crate::pipeline::enrichment::authors::{Author, Authors};
use crate::pipeline::enrichment::channels::Channels;

/// A message that is new in the log, or says something else than before.
#[derive(Clone, Debug)]
pub struct StoredMessage {
    /// Its id.
    pub id: MessageId,
    /// What came in.
    pub message: IncomingMessage,
    /// The channel as the tenant knows it.
    pub channel_id: ChannelId,
    /// Its name, without `#`.
    pub channel_name: String,
    /// What sort of channel it is.
    pub channel_kind: ChannelKind,
    /// Whether its messages are to be looked at.
    pub is_monitored: bool,
    /// The account that the channel is mapped to.
    pub account_id: Option<AccountId>,
    /// Who wrote it.
    pub author: Author,
}

impl StoredMessage {
    /// Whether this is another text of a message that was known before, or may have been.
    pub fn is_edit(&self) -> bool {
        self.message.change_ts.is_some()
    }
}

/// Writes messages and answers those that were new or whose text changed.
///
/// An edit that comes before its message takes its place; a message that comes after its edit or deletion changes
/// nothing.
pub async fn store(
    tx: &TenantTx,
    messages: Vec<IncomingMessage>,
    channels: &Channels,
    authors: &Authors,
    now: DateTime<Utc>,
) -> Result<Vec<StoredMessage>, DbErr> {
    let known: Vec<StoredMessage> = messages
        .into_iter()
        .filter_map(|message| {
            let channel = channels.get(&message)?;
            let author = authors.of(&message, channel);
            Some(StoredMessage {
                id: message.id(tx.tenant_id()),
                channel_id: channel.id,
                channel_name: channel.name.clone(),
                channel_kind: channel.kind,
                is_monitored: channel.is_monitored,
                account_id: channel.account_id,
                author,
                message,
            })
        })
        .collect();
    if known.is_empty() {
        return Ok(known);
    }
    let rows: Vec<_> = known.iter().map(row).collect();
    #[derive(FromQueryResult)]
    struct Changed {
        id: MessageId,
    }
    let changed: Vec<Changed> = Sql::new(
        "INSERT INTO messages AS m (tenant_id, posted_at, slack_team_id, slack_channel_id, ts, id, channel_id, thread_ts, \
            author_slack_user_id, author_name, author_kind, author_team_id, text, is_broadcast, source, change_ts, edited_at, received_at)
         SELECT $1, posted_at, slack_team_id, slack_channel_id, ts, id, channel_id, thread_ts, author_slack_user_id, \
            author_name, author_kind, author_team_id, text, is_broadcast, source, change_ts, \
            CASE WHEN change_ts IS NOT NULL THEN $3 END, $3
           FROM jsonb_to_recordset($2) AS row (posted_at timestamptz, slack_team_id text, slack_channel_id text, ts text, \
                id uuid, channel_id uuid, thread_ts text, author_slack_user_id text, author_name text, author_kind text, \
                author_team_id text, text text, is_broadcast boolean, source text, change_ts text)
         ON CONFLICT (tenant_id, slack_team_id, slack_channel_id, ts, posted_at) DO UPDATE
            SET text = EXCLUDED.text, change_ts = EXCLUDED.change_ts, edited_at = EXCLUDED.edited_at
          WHERE EXCLUDED.change_ts IS NOT NULL AND m.deleted_at IS NULL
            AND (m.change_ts IS NULL OR m.change_ts < EXCLUDED.change_ts)
         RETURNING id",
    )
    .bind(tx.tenant_id())
    .bind(serde_json::Value::Array(rows))
    .bind(now)
    .all(tx)
    .await?;
    let changed: HashSet<MessageId> = changed.into_iter().map(|row| row.id).collect();
    touch_channels(tx, &known, &changed).await?;
    Ok(known
        .into_iter()
        .filter(|stored| changed.contains(&stored.id))
        .collect())
}

fn row(stored: &StoredMessage) -> serde_json::Value {
    let message = &stored.message;
    json!({
        "posted_at": message.posted_at, "slack_team_id": message.slack_team_id,
        "slack_channel_id": message.slack_channel_id, "ts": message.ts, "id": stored.id.0,
        "channel_id": stored.channel_id.0, "thread_ts": message.thread_ts,
        "author_slack_user_id": message.author.slack_user_id, "author_name": stored.author.name,
        "author_kind": stored.author.kind.as_str(), "author_team_id": message.author.team_id, "text": message.text,
        "is_broadcast": message.is_broadcast, "source": message.source.as_str(), "change_ts": message.change_ts,
    })
}

/// Keeps "last message" of channels and accounts; people only, a bot's heartbeat is no sign of life.
async fn touch_channels(tx: &TenantTx, known: &[StoredMessage], changed: &HashSet<MessageId>) -> Result<(), DbErr> {
    let mut newest: Vec<(Option<AccountId>, ChannelId, DateTime<Utc>)> = Vec::new();
    let by_people = known
        .iter()
        .filter(|s| changed.contains(&s.id) && s.author.kind != SenderKind::Bot);
    for stored in by_people {
        match newest.iter_mut().find(|(_, channel, _)| *channel == stored.channel_id) {
            Some((.., at)) => *at = (*at).max(stored.message.posted_at),
            None => newest.push((stored.account_id, stored.channel_id, stored.message.posted_at)),
        }
    }
    // Everybody takes these rows in the same order, so that no two wait for each other.
    newest.sort();
    // One after the other: by its key each is one step in an index, where for a list the planner may rather read all of
    // the tenant's.
    for (_, channel, at) in newest {
        Sql::new(
            "WITH channel AS (
                 UPDATE channels SET last_message_at = GREATEST(last_message_at, $3) WHERE tenant_id = $1 AND id = $2)
             UPDATE accounts SET last_message_at = GREATEST(last_message_at, $3)
              WHERE tenant_id = $1
                AND id = (SELECT account_id FROM channel_mappings WHERE tenant_id = $1 AND channel_id = $2 LIMIT 1)",
        )
        .bind(tx.tenant_id())
        .bind(channel)
        .bind(at)
        .execute(tx)
        .await?;
    }
    Ok(())
}

/// A message that is gone.
#[derive(Clone, Debug)]
pub struct Deletion {
    /// The Slack workspace of our installation.
    pub slack_team_id: String,
    /// Where.
    pub slack_channel_id: String,
    /// Which message.
    pub ts: String,
    /// `ts` as a time.
    pub posted_at: DateTime<Utc>,
    /// The channel as the tenant knows it.
    pub channel_id: ChannelId,
    /// Slack's ts of the deletion.
    pub change_ts: String,
    /// What the id would be, or is.
    pub id: MessageId,
}

/// Empties a message's text for good. A tombstone is left even when the message itself has not come yet.
pub async fn delete(tx: &TenantTx, deletion: &Deletion, now: DateTime<Utc>) -> Result<(), DbErr> {
    Sql::new(
        "INSERT INTO messages AS m (tenant_id, posted_at, slack_team_id, slack_channel_id, ts, id, channel_id, author_kind, \
            text, source, change_ts, deleted_at, received_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'internal', '', 'live', $8, $9, $9)
         ON CONFLICT (tenant_id, slack_team_id, slack_channel_id, ts, posted_at) DO UPDATE
            SET text = '', change_ts = EXCLUDED.change_ts, deleted_at = EXCLUDED.deleted_at
          WHERE m.deleted_at IS NULL",
    )
    .bind(tx.tenant_id())
    .bind(deletion.posted_at)
    .bind(deletion.slack_team_id.as_str())
    .bind(deletion.slack_channel_id.as_str())
    .bind(deletion.ts.as_str())
    .bind(deletion.id)
    .bind(deletion.channel_id)
    .bind(deletion.change_ts.as_str())
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}
