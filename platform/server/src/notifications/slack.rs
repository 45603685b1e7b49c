//! Notices by Slack. Slack does not know a message again, so after a crash or a lost answer it is looked for first.

use chrono::{DateTime, TimeDelta, Utc};
use momentum_connectors::chat::{HistoryRange, OutgoingMessage};
use momentum_connectors::{Chat, ConnectorError};

use super::handler::{Fate, Notice};
use super::letters::Letter;
use super::model::{NoticeReason, NoticeState};
use crate::control::connections::{self, Connectors};
use crate::foundation::db::{Sql, TenantDb};
use crate::foundation::ids::{ConnectionId, NotificationId};
use crate::foundation::jobs::Failure;
use crate::slack_app::alerts::{self, Alert, AlertError, AlertTarget};

/// Tells a signal as a card with what can be done about it; the card is posted once, whatever is retried.
pub(super) async fn alert(
    connectors: &Connectors,
    db: &TenantDb,
    notice: NotificationId,
    alert: &Alert,
    base_url: &str,
    now: DateTime<Utc>,
) -> Result<Fate, Failure> {
    let refused = |reason| match alert.to {
        AlertTarget::Member(_) => Fate::ByMail(reason),
        AlertTarget::Channel(_) => Fate::Ends(NoticeState::Failed, reason),
    };
    match alerts::send(connectors, db, alert, base_url, now).await {
        Ok(_) => Ok(Fate::Sent),
        Err(AlertError::NoSignal) => Ok(Fate::Ends(NoticeState::Suppressed, NoticeReason::DealtWith)),
        Err(AlertError::CustomerVisible(_)) => Ok(Fate::Ends(NoticeState::Suppressed, NoticeReason::CustomersRead)),
        Err(AlertError::NoSlack | AlertError::NotMatched | AlertError::NoChannel(_)) => {
            Ok(refused(NoticeReason::NoWay))
        }
        Err(AlertError::InProgress) => Err(Failure::Postpone {
            until: now + TimeDelta::minutes(1),
            reason: "the alert is being posted by another worker".to_owned(),
        }),
        Err(AlertError::Slack { connection, source }) => failed(db, connection, notice, source, refused, now).await,
        Err(AlertError::Database(error)) => Err(error.into()),
    }
}

/// Posts a letter once, to a person by their Slack id.
pub(super) async fn letter(
    connectors: &Connectors,
    db: &TenantDb,
    connection: ConnectionId,
    notice: &Notice,
    user: &str,
    letter: &Letter,
    now: DateTime<Utc>,
) -> Result<Fate, Failure> {
    let chat = connectors.chat(db, connection);
    match try_post(chat.as_ref(), db, notice, user, letter, now).await? {
        Ok(()) => Ok(Fate::Sent),
        Err(error) => failed(db, connection, notice.id, error, Fate::ByMail, now).await,
    }
}

/// What Slack's error means for a notice. Slack's words about a refused post name channels and people: they are not logged.
async fn failed(
    db: &TenantDb,
    connection: ConnectionId,
    notice: NotificationId,
    error: ConnectorError,
    refused: impl FnOnce(NoticeReason) -> Fate,
    now: DateTime<Utc>,
) -> Result<Fate, Failure> {
    match error {
        ConnectorError::RateLimited { retry_after, .. } => Err(Failure::Postpone {
            until: now + TimeDelta::from_std(retry_after).unwrap_or(TimeDelta::minutes(1)),
            reason: "Slack asks us to wait".to_owned(),
        }),
        ConnectorError::Rejected { code, .. } => {
            tracing::info!(notification.id = %notice, code, "Slack refuses a notice");
            Ok(refused(NoticeReason::Refused))
        }
        error => {
            let tx = db.begin().await?;
            connections::mark_error(&tx, connection, &error.to_string(), now).await?;
            tx.commit().await?;
            Err(Failure::Retry {
                after: None,
                reason: "Slack did not take the notice".to_owned(),
            })
        }
    }
}

async fn try_post(
    chat: &dyn Chat,
    db: &TenantDb,
    notice: &Notice,
    user: &str,
    letter: &Letter,
    now: DateTime<Utc>,
) -> Result<Result<(), ConnectorError>, Failure> {
    let channel = match chat.open_direct(user).await {
        Ok(channel) => channel,
        Err(error) => return Ok(Err(error)),
    };
    match notice.attempted_at {
        Some(attempted) => match is_there(chat, &channel, letter, attempted).await {
            Ok(true) => return Ok(Ok(())),
            // Where we may not look, once more is better than never.
            Ok(false) | Err(ConnectorError::Rejected { .. }) => {}
            Err(error) => return Ok(Err(error)),
        },
        None => {
            let tx = db.begin().await?;
            Sql::new("UPDATE notifications SET attempted_at = $3 WHERE tenant_id = $1 AND id = $2")
                .bind(tx.tenant_id())
                .bind(notice.id)
                .bind(now)
                .execute(&tx)
                .await?;
            tx.commit().await?;
        }
    }
    let message = OutgoingMessage {
        channel_id: channel,
        text: letter.slack_text.clone(),
        blocks: letter.blocks.clone(),
        thread_ts: None,
    };
    Ok(chat.post_message(&message).await.map(drop))
}

/// Whether the message of an earlier attempt arrived.
async fn is_there(
    chat: &dyn Chat,
    channel: &str,
    letter: &Letter,
    attempted: DateTime<Utc>,
) -> Result<bool, ConnectorError> {
    // Slack's clock may be a little behind ours.
    let oldest = format!("{}.000000", (attempted - TimeDelta::minutes(5)).timestamp());
    let range = HistoryRange {
        oldest: Some(oldest),
        latest: None,
        most: 15,
    };
    let page = chat.history(channel, &range, None).await?;
    Ok(page.items.iter().any(|message| message.text.contains(&letter.id)))
}
