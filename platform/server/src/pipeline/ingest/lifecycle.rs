//! What Slack tells about channels, people and the installation itself.

use chrono::{DateTime, TimeDelta, Utc};
use momentum_connectors::slack::event::{ChannelChange, ChannelChangeKind, SlackEvent};
use momentum_engine::message::ChannelKind;
use sea_orm::DbErr;

use super::events::{Kept, StoredEvent};
use crate::control::connections;
use crate::foundation::context::new_uuid;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{ChannelId, ConnectionId};
use crate::pipeline::enrichment::channels;

/// Applies one event. Everything here may come twice and in any order.
pub async fn apply(tx: &TenantTx, stored: &StoredEvent, kept: &Kept, now: DateTime<Utc>) -> Result<(), DbErr> {
    let connection = ConnectionId(stored.connection_id);
    match kept {
        Kept::RateLimited { minute_rate_limited } => {
            let began = DateTime::from_timestamp(*minute_rate_limited, 0).unwrap_or(stored.received_at);
            gap(
                tx,
                connection,
                "app_rate_limited",
                began,
                Some(began + TimeDelta::minutes(1)),
            )
            .await?;
            let reason = "Slack dropped events: more than 30,000 in an hour. The gap is listed here.";
            connections::mark_error(tx, connection, reason, now).await
        }
        Kept::Event(envelope) => match &envelope.event {
            SlackEvent::Channel(change) => channel(tx, &stored.slack_team_id, change, now).await,
            SlackEvent::AppUninstalled => {
                disconnect(tx, stored, "The app was removed from the Slack workspace.", now).await
            }
            SlackEvent::TokensRevoked { bots, .. } if !bots.is_empty() => {
                disconnect(tx, stored, "The bot's token was revoked in Slack.", now).await
            }
            SlackEvent::Membership {
                joined: true,
                channel,
                user,
                ..
            } if stored.bot_user_id.as_ref() == Some(user) => {
                channels::resolve_one(tx, &stored.slack_team_id, channel, now)
                    .await
                    .map(drop)
            }
            _ => Ok(()),
        },
    }
}

async fn channel(tx: &TenantTx, team: &str, change: &ChannelChange, now: DateTime<Utc>) -> Result<(), DbErr> {
    let Some(known) = channels::resolve_one(tx, team, &change.channel, now).await? else {
        return Ok(());
    };
    match &change.kind {
        ChannelChangeKind::Created { name: Some(name) } | ChannelChangeKind::Renamed { name: Some(name) } => {
            let class = ChannelKind::classify(name, known.is_external);
            let set = "UPDATE channels SET name = $3, class = $4, updated_at = $5 WHERE tenant_id = $1 AND id = $2";
            update(
                Sql::new(set)
                    .bind(tx.tenant_id())
                    .bind(known.id)
                    .bind(name.as_str())
                    .bind(class.as_str())
                    .bind(now),
                tx,
            )
            .await
        }
        ChannelChangeKind::Archived | ChannelChangeKind::Deleted | ChannelChangeKind::BotRemoved => {
            set_archived(tx, known.id, true, now).await
        }
        ChannelChangeKind::Unarchived => set_archived(tx, known.id, false, now).await,
        ChannelChangeKind::Shared { .. } => set_external(tx, known.id, &known.name, true, now).await,
        ChannelChangeKind::Unshared { still_shared, .. } => {
            set_external(tx, known.id, &known.name, *still_shared, now).await
        }
        ChannelChangeKind::IdChanged { new_id } => {
            // A message under the new id may have come first and made a row: the older row, with its mapping, stays.
            let set = "UPDATE channels SET slack_channel_id = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2 \
                       AND NOT EXISTS (SELECT 1 FROM channels WHERE tenant_id = $1 AND slack_team_id = $5 AND slack_channel_id = $3)";
            let set = Sql::new(set)
                .bind(tx.tenant_id())
                .bind(known.id)
                .bind(new_id.as_str())
                .bind(now)
                .bind(team);
            update(set, tx).await
        }
        ChannelChangeKind::Created { name: None } | ChannelChangeKind::Renamed { name: None } => Ok(()),
    }
}

async fn set_archived(tx: &TenantTx, id: ChannelId, is_archived: bool, now: DateTime<Utc>) -> Result<(), DbErr> {
    let set = "UPDATE channels SET is_archived = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2";
    update(
        Sql::new(set).bind(tx.tenant_id()).bind(id).bind(is_archived).bind(now),
        tx,
    )
    .await
}

async fn set_external(
    tx: &TenantTx,
    id: ChannelId,
    name: &str,
    is_external: bool,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let class = ChannelKind::classify(name, is_external);
    let set = "UPDATE channels SET is_external = $3, class = $4, updated_at = $5 WHERE tenant_id = $1 AND id = $2";
    update(
        Sql::new(set)
            .bind(tx.tenant_id())
            .bind(id)
            .bind(is_external)
            .bind(class.as_str())
            .bind(now),
        tx,
    )
    .await
}

async fn update(sql: Sql, tx: &TenantTx) -> Result<(), DbErr> {
    sql.execute(tx).await.map(drop)
}

/// The installation is gone: no event of it is believed any more, and the connection says so.
async fn disconnect(tx: &TenantTx, stored: &StoredEvent, reason: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    let connection = ConnectionId(stored.connection_id);
    Sql::new(
        "UPDATE slack_installations SET is_active = false, updated_at = $3 WHERE slack_team_id = $2 AND tenant_id = $1",
    )
    .bind(tx.tenant_id())
    .bind(stored.slack_team_id.as_str())
    .bind(now)
    .execute(tx)
    .await?;
    let is_open =
        "SELECT true AS value FROM ingest_gaps WHERE tenant_id = $1 AND connection_id = $2 AND ended_at IS NULL";
    if Sql::new(is_open)
        .bind(tx.tenant_id())
        .bind(connection)
        .scalar::<bool>(tx)
        .await?
        .is_none()
    {
        gap(tx, connection, "disconnected", stored.received_at, None).await?;
    }
    connections::mark_disconnected(tx, connection, reason, now).await
}

async fn gap(
    tx: &TenantTx,
    connection: ConnectionId,
    reason: &str,
    began: DateTime<Utc>,
    ended: Option<DateTime<Utc>>,
) -> Result<(), DbErr> {
    Sql::new(
        "INSERT INTO ingest_gaps (tenant_id, id, connection_id, reason, started_at, ended_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (tenant_id, connection_id, reason, started_at) DO NOTHING",
    )
    .bind(tx.tenant_id())
    .bind(new_uuid())
    .bind(connection)
    .bind(reason)
    .bind(began)
    .bind(ended)
    .execute(tx)
    .await?;
    Ok(())
}
