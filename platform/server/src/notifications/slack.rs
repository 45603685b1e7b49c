//! Notices by Slack. Slack does not know a message again, so after a crash or a lost answer it is looked for first.

use chrono::{DateTime, TimeDelta, Utc};
use momentum_connectors::chat::OutgoingMessage;
use momentum_connectors::{Chat, ConnectorError};

use super::handler::{Fate, Notice};
use super::letters::Letter;
use super::model::{Choices, NoticeState, Reason, Recipient, ZoneSource};
use crate::control::access::Role;
use crate::control::connections::{self, Connectors};
use crate::foundation::db::{Sql, TenantDb};
use crate::foundation::ids::{ConnectionId, MemberId};
use crate::foundation::jobs::Failure;

/// Where a message goes.
#[derive(Clone, Copy)]
pub(super) enum To<'a> {
    /// To a person, by their Slack id.
    Person(&'a str),
    /// To a channel of the team.
    Channel(&'a str),
}

/// Posts a notice once.
pub(super) async fn post(
    connectors: &Connectors,
    db: &TenantDb,
    connection: Option<ConnectionId>,
    notice: &Notice,
    to: To<'_>,
    letter: &Letter,
    now: DateTime<Utc>,
) -> Result<Fate, Failure> {
    let Some(connection) = connection else {
        return Ok(Fate::ByMail(Reason::NoWay));
    };
    let chat = connectors.chat(db, connection);
    match try_post(chat.as_ref(), db, notice, to, letter, now).await? {
        Ok(()) => Ok(Fate::Sent),
        Err(ConnectorError::RateLimited { retry_after, .. }) => Err(Failure::Postpone {
            until: now + TimeDelta::from_std(retry_after).unwrap_or(TimeDelta::minutes(1)),
            reason: "Slack asks us to wait".to_owned(),
        }),
        Err(ConnectorError::Rejected { code, .. }) => {
            tracing::info!(notification.id = %notice.id, code, "Slack refuses a notice");
            Ok(match to {
                To::Person(_) => Fate::ByMail(Reason::Refused),
                To::Channel(_) => Fate::Ends(NoticeState::Failed, Reason::Refused),
            })
        }
        Err(error) => {
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
    to: To<'_>,
    letter: &Letter,
    now: DateTime<Utc>,
) -> Result<Result<(), ConnectorError>, Failure> {
    let channel = match to {
        To::Channel(channel) => channel.to_owned(),
        To::Person(user) => match chat.open_direct(user).await {
            Ok(channel) => channel,
            Err(error) => return Ok(Err(error)),
        },
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
    let page = chat.history(channel, Some(&oldest), None).await?;
    let wanted = bare(&letter.slack_text);
    Ok(page.items.iter().any(|message| bare(&message.text) == wanted))
}

/// A text without what Slack adds to it: brackets around links, entities for marks.
fn bare(text: &str) -> String {
    let plain = text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
    plain.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// A channel's readers, as far as a letter needs a reader.
pub(super) fn the_team() -> Recipient {
    Recipient {
        id: MemberId(uuid::Uuid::nil()),
        name: String::new(),
        email: String::new(),
        role: Role::Viewer,
        is_active: true,
        slack_user_id: None,
        choices: Choices::default(),
        zone: chrono_tz::Tz::UTC,
        zone_source: ZoneSource::Tenant,
        failing: None,
    }
}
