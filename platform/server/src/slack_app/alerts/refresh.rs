//! Bringing posted alerts up to date.

use chrono::{DateTime, Utc};
use momentum_connectors::ConnectorError;
use momentum_connectors::chat::PostedMessage;
use sea_orm::DbErr;

use super::{render, store};
use crate::control::connections::Connectors;
use crate::foundation::db::TenantDb;
use crate::foundation::ids::{ConnectionId, SignalId};
use crate::slack_app::people;

/// Why posted alerts could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// Slack said no, or could not answer.
    #[error("Slack: {source}")]
    Slack {
        /// Over which connection.
        connection: ConnectionId,
        /// What it said.
        #[source]
        source: ConnectorError,
    },
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// What a message that nobody can change any more ends in.
const GONE: [&str; 6] = [
    "message_not_found",
    "channel_not_found",
    "cant_update_message",
    "edit_window_closed",
    "is_archived",
    "is_inactive",
];

/// Changes every alert about `signal` that says something else than what is so now.
pub async fn refresh_now(
    connectors: &Connectors,
    db: &TenantDb,
    signal: SignalId,
    base_url: &str,
    now: DateTime<Utc>,
) -> Result<(), RefreshError> {
    let tx = db.begin().await?;
    let alerts = store::of_signal(&tx, signal).await?;
    drop(tx);
    for alert in alerts {
        let (Some(channel_id), Some(ts)) = (alert.slack_channel_id, alert.ts) else {
            continue;
        };
        let tx = db.begin().await?;
        let workspace = people::workspace(&tx, Some(&alert.slack_team_id)).await?;
        let rendered = render(&tx, signal, &alert.slack_team_id, base_url, now).await?;
        drop(tx);
        let (Some(workspace), Some(rendered)) = (workspace, rendered) else {
            continue;
        };
        // Without its own connection nobody may change it; another workspace's would find no such message.
        let is_stale = alert.state_hash.as_ref() != Some(&rendered.hash);
        if !is_stale || workspace.slack_team_id != alert.slack_team_id {
            continue;
        }
        let chat = connectors.chat(db, workspace.connection_id);
        let posted = PostedMessage {
            channel_id: channel_id.clone(),
            ts: ts.clone(),
        };
        let hash = rendered.hash.clone();
        match chat.update_message(&posted, &rendered.into_message(&channel_id)).await {
            Ok(_) => {}
            Err(error) if GONE.iter().any(|code| error.has_code(code)) => {}
            Err(source) => {
                return Err(RefreshError::Slack {
                    connection: workspace.connection_id,
                    source,
                });
            }
        }
        let tx = db.begin().await?;
        store::posted(&tx, alert.id, &channel_id, &ts, &hash, now).await?;
        tx.commit().await?;
    }
    Ok(())
}
