//! What Slack tells about channels, people and the installation itself.

use chrono::{DateTime, TimeDelta, Utc};
use momentum_connectors::slack::event::SlackEvent;
use sea_orm::DbErr;

use super::events::{Kept, StoredEvent};
use crate::accounts::workspace;
use crate::control::connections;
use crate::foundation::context::new_uuid;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::ConnectionId;
use crate::history::backfill;

/// Applies one event. Everything here may come twice and in any order.
pub async fn apply(tx: &TenantTx, stored: &StoredEvent, kept: &Kept, now: DateTime<Utc>) -> Result<(), DbErr> {
    let connection = ConnectionId(stored.connection_id);
    let place = (connection, stored.slack_team_id.as_str());
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
            backfill::fill_gaps(tx, connection, now).await?;
            let reason = "Slack dropped events: more than 30,000 in an hour. They are read back from the channels.";
            connections::mark_error(tx, connection, reason, now).await
        }
        Kept::Event(envelope) => match &envelope.event {
            SlackEvent::Channel(change) => workspace::apply_channel_change(tx, place, change, now).await,
            SlackEvent::AppUninstalled => {
                disconnect(tx, stored, "The app was removed from the Slack workspace.", now).await
            }
            SlackEvent::TokensRevoked { bots, .. } if !bots.is_empty() => {
                disconnect(tx, stored, "The bot's token was revoked in Slack.", now).await
            }
            SlackEvent::Membership {
                joined, channel, user, ..
            } => {
                let is_bot = stored.bot_user_id.as_ref() == Some(user);
                workspace::apply_membership(tx, place, (channel, user, is_bot), *joined, now).await
            }
            SlackEvent::Person { user, .. } => workspace::apply_person_change(tx, connection, user, now).await,
            _ => Ok(()),
        },
    }
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
