//! What events tell of channels, members and people is applied at once as far as it goes, and then read anew.

use chrono::{DateTime, Utc};
use momentum_connectors::slack::event::{ChannelChange, ChannelChangeKind};
use momentum_engine::message::ChannelKind;
use sea_orm::{DbErr, FromQueryResult};

use super::store;
use crate::accounts::channels;
use crate::control::connections::WorkspaceJob;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{ChannelId, ConnectionId};

/// What stands in place of Slack's word for a refusal when our bot was thrown out of a channel.
pub const REMOVED: &str = "removed_from_channel";

/// Where something happened: our connection and its Slack workspace.
type Place<'a> = (ConnectionId, &'a str);

/// A channel came, went or changed. May come twice and in any order: the channel is read anew afterwards.
pub async fn apply_channel_change(
    tx: &TenantTx,
    (connection, team): Place<'_>,
    change: &ChannelChange,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let id = change.channel.as_str();
    let mut read_anew = id;
    match &change.kind {
        ChannelChangeKind::Created { name } | ChannelChangeKind::Renamed { name } => {
            ensure(tx, team, id, now).await?;
            if let Some(name) = name {
                rename(tx, team, id, name, now).await?;
            }
        }
        ChannelChangeKind::Archived | ChannelChangeKind::Deleted => set_archived(tx, team, id, true, now).await?,
        ChannelChangeKind::Unarchived => set_archived(tx, team, id, false, now).await?,
        ChannelChangeKind::BotRemoved => set_member(tx, team, id, false, now).await?,
        ChannelChangeKind::Shared { .. } => set_external(tx, team, id, true, now).await?,
        ChannelChangeKind::Unshared { still_shared, .. } => set_external(tx, team, id, *still_shared, now).await?,
        ChannelChangeKind::IdChanged { new_id } => {
            change_id(tx, team, id, new_id, now).await?;
            read_anew = new_id;
        }
    }
    request_channel(tx, connection, read_anew, now).await
}

/// Somebody joined or left a channel. `is_bot`: it was our own bot.
pub async fn apply_membership(
    tx: &TenantTx,
    (connection, team): Place<'_>,
    (channel, user, is_bot): (&str, &str, bool),
    joined: bool,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    if is_bot {
        if joined {
            ensure(tx, team, channel, now).await?;
        }
        set_member(tx, team, channel, joined, now).await?;
        return request_channel(tx, connection, channel, now).await;
    }
    let Some(known) = find(tx, team, channel).await? else {
        return Ok(());
    };
    if !joined {
        return store::forget_members(tx, known.id, Some(user), now).await;
    }
    if known.class != ChannelKind::Customer.as_str() {
        return Ok(());
    }
    store::keep_members(tx, known.id, &[user.to_owned()], now).await?;
    request_people(tx, team, &[user.to_owned()], now).await
}

/// Somebody is new or has another profile, which is read anew.
pub async fn apply_person_change(
    tx: &TenantTx,
    connection: ConnectionId,
    user: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let job = WorkspaceJob::Person {
        connection_id: connection,
        slack_user_id: user.to_owned(),
    };
    job.request(tx, now, now).await
}

/// Has a channel read anew, which tells its name and joins it if it is to be joined.
pub async fn request_channel(
    tx: &TenantTx,
    connection: ConnectionId,
    slack_id: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let job = WorkspaceJob::Channel {
        connection_id: connection,
        slack_channel_id: slack_id.to_owned(),
    };
    job.request(tx, now, now).await
}

/// Has our bot join a channel because a person asks for it. Nothing happens while its Slack workspace is not connected.
pub async fn request_join(tx: &TenantTx, id: ChannelId, now: DateTime<Utc>) -> Result<(), DbErr> {
    #[derive(FromQueryResult)]
    struct Asked {
        slack_team_id: String,
        slack_channel_id: String,
    }
    let asked: Option<Asked> = Sql::new(
        "UPDATE channels SET join_requested_at = $3, join_refused = NULL, updated_at = $3 WHERE tenant_id = $1 AND id = $2
         RETURNING slack_team_id, slack_channel_id",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(now)
    .one(tx)
    .await?;
    match asked {
        Some(asked) => request_channel_of(tx, &asked.slack_team_id, &asked.slack_channel_id, now).await,
        None => Ok(()),
    }
}

/// The same for a channel of which only the Slack workspace is known. Nothing happens while that is not connected.
pub async fn request_channel_of(tx: &TenantTx, team: &str, slack_id: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    match store::connection_of(tx, team).await? {
        Some(connection) => request_channel(tx, connection, slack_id, now).await,
        None => Ok(()),
    }
}

/// Has those of `users` read of whom nothing is known.
pub async fn request_people(tx: &TenantTx, team: &str, users: &[String], now: DateTime<Utc>) -> Result<(), DbErr> {
    let unknown = super::people::unknown(tx, team, users).await?;
    if unknown.is_empty() {
        return Ok(());
    }
    let Some(connection) = store::connection_of(tx, team).await? else {
        return Ok(());
    };
    for user in &unknown {
        apply_person_change(tx, connection, user, now).await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Known {
    id: ChannelId,
    class: String,
}

async fn find(tx: &TenantTx, team: &str, slack_id: &str) -> Result<Option<Known>, DbErr> {
    Sql::new("SELECT id, class FROM channels WHERE tenant_id = $1 AND slack_team_id = $2 AND slack_channel_id = $3")
        .bind(tx.tenant_id())
        .bind(team)
        .bind(slack_id)
        .one(tx)
        .await
}

async fn ensure(tx: &TenantTx, team: &str, slack_id: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    Sql::new(
        "INSERT INTO channels (tenant_id, id, slack_team_id, slack_channel_id, name, class, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $4, $5, $6, $6) ON CONFLICT (tenant_id, slack_team_id, slack_channel_id) DO NOTHING",
    )
    .bind(tx.tenant_id())
    .bind(ChannelId::generate())
    .bind(team)
    .bind(slack_id)
    .bind(ChannelKind::classify(slack_id, false).as_str())
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

async fn rename(tx: &TenantTx, team: &str, slack_id: &str, name: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    let class = |is_external| ChannelKind::classify(name, is_external).as_str();
    Sql::new(
        "UPDATE channels SET name = $4, join_refused = NULL, updated_at = $7,
            class = CASE WHEN class_is_chosen THEN class WHEN is_external THEN $5 ELSE $6 END
          WHERE tenant_id = $1 AND slack_team_id = $2 AND slack_channel_id = $3",
    )
    .bind(tx.tenant_id())
    .bind(team)
    .bind(slack_id)
    .bind(name)
    .bind(class(true))
    .bind(class(false))
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// Archiving throws our bot out; what comes back from the archive must be joined anew.
async fn set_archived(
    tx: &TenantTx,
    team: &str,
    slack_id: &str,
    is_archived: bool,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE channels SET is_archived = $4, is_member = is_member AND NOT $4, join_refused = NULL, updated_at = $5
          WHERE tenant_id = $1 AND slack_team_id = $2 AND slack_channel_id = $3",
    )
    .bind(tx.tenant_id())
    .bind(team)
    .bind(slack_id)
    .bind(is_archived)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// Our bot is in a channel, or is not.
pub(super) async fn set_member(
    tx: &TenantTx,
    team: &str,
    slack_id: &str,
    is_member: bool,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    // Whoever throws the bot out does not want it back at the next look: a person asks for it again, or invites it.
    Sql::new(
        "UPDATE channels SET is_member = $4, updated_at = $5, join_requested_at = NULL,
            join_refused = CASE WHEN $4 THEN NULL WHEN is_member THEN $6 ELSE join_refused END
          WHERE tenant_id = $1 AND slack_team_id = $2 AND slack_channel_id = $3",
    )
    .bind(tx.tenant_id())
    .bind(team)
    .bind(slack_id)
    .bind(is_member)
    .bind(now)
    .bind(REMOVED)
    .execute(tx)
    .await?;
    Ok(())
}

async fn set_external(
    tx: &TenantTx,
    team: &str,
    slack_id: &str,
    is_external: bool,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let name: Option<String> = Sql::new(
        "SELECT name AS value FROM channels WHERE tenant_id = $1 AND slack_team_id = $2 AND slack_channel_id = $3",
    )
    .bind(tx.tenant_id())
    .bind(team)
    .bind(slack_id)
    .scalar(tx)
    .await?;
    let Some(name) = name else { return Ok(()) };
    Sql::new(
        "UPDATE channels SET is_external = $4, class = CASE WHEN class_is_chosen THEN class ELSE $5 END, updated_at = $6
          WHERE tenant_id = $1 AND slack_team_id = $2 AND slack_channel_id = $3",
    )
    .bind(tx.tenant_id())
    .bind(team)
    .bind(slack_id)
    .bind(is_external)
    .bind(ChannelKind::classify(&name, is_external).as_str())
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// A channel has another id. Messages under the new one may have come first and made a row: the older row with its mapping
/// takes over what is of the newer one. Both its messages and the older ones bear the new id from now on, so that a copy
/// read from history is known.
async fn change_id(tx: &TenantTx, team: &str, old: &str, new: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    let Some(kept) = find(tx, team, old).await? else {
        return Ok(());
    };
    if let Some(double) = find(tx, team, new).await? {
        for moving in [
            "UPDATE messages SET channel_id = $3 WHERE tenant_id = $1 AND channel_id = $2",
            "UPDATE detections SET channel_id = $3 WHERE tenant_id = $1 AND channel_id = $2",
            "UPDATE signals SET channel_id = $3 WHERE tenant_id = $1 AND channel_id = $2",
            "UPDATE backfills SET channel_id = $3 WHERE tenant_id = $1 AND channel_id = $2",
            "INSERT INTO channel_mappings (tenant_id, channel_id, account_id, source, confidence, reason, mapped_by, mapped_at)
             SELECT tenant_id, $3, account_id, source, confidence, reason, mapped_by, mapped_at FROM channel_mappings
              WHERE tenant_id = $1 AND channel_id = $2 ON CONFLICT (tenant_id, channel_id) DO NOTHING",
        ] {
            Sql::new(moving)
                .bind(tx.tenant_id())
                .bind(double.id)
                .bind(kept.id)
                .execute(tx)
                .await?;
        }
        Sql::new(
            "WITH double AS (DELETE FROM channels WHERE tenant_id = $1 AND id = $2 RETURNING last_message_at)
             UPDATE channels SET last_message_at = GREATEST(channels.last_message_at, double.last_message_at) FROM double
              WHERE channels.tenant_id = $1 AND channels.id = $3",
        )
        .bind(tx.tenant_id())
        .bind(double.id)
        .bind(kept.id)
        .execute(tx)
        .await?;
        channels::settle_mapped(tx, kept.id, now).await?;
    }
    Sql::new("UPDATE channels SET slack_channel_id = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2")
        .bind(tx.tenant_id())
        .bind(kept.id)
        .bind(new)
        .bind(now)
        .execute(tx)
        .await?;
    Sql::new(
        "UPDATE messages AS m SET slack_channel_id = $4
          WHERE tenant_id = $1 AND slack_team_id = $2 AND slack_channel_id = $3
            AND NOT EXISTS (SELECT 1 FROM messages AS there WHERE there.tenant_id = $1 AND there.slack_team_id = $2
                              AND there.slack_channel_id = $4 AND there.ts = m.ts AND there.posted_at = m.posted_at)",
    )
    .bind(tx.tenant_id())
    .bind(team)
    .bind(old)
    .bind(new)
    .execute(tx)
    .await?;
    Ok(())
}
