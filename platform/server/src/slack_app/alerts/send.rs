//! Posting an alert, once.

use chrono::{DateTime, Utc};
use momentum_connectors::chat::{HistoryRange, PostedMessage};
use momentum_connectors::{Chat, ConnectorError};
use sea_orm::DbErr;

use super::card::Rendered;
use super::store::{self, Claim};
use super::{class_of, is_ours_alone, render};
use crate::control::connections::Connectors;
use crate::foundation::db::{Sql, TenantDb};
use crate::foundation::ids::{ConnectionId, MemberId, SignalId};
use crate::slack_app::people::{self, Workspace};

/// Whom an alert is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlertTarget {
    /// A member, by direct message.
    Member(MemberId),
    /// A team's channel, by Slack's id.
    Channel(String),
}

impl AlertTarget {
    /// The name under which it is remembered.
    pub(super) fn key(&self) -> String {
        match self {
            Self::Member(id) => format!("member:{id}"),
            Self::Channel(id) => format!("channel:{id}"),
        }
    }
}

/// A signal to be told.
#[derive(Clone, Debug)]
pub struct Alert {
    /// Which one.
    pub signal_id: SignalId,
    /// To whom.
    pub to: AlertTarget,
}

/// Where an alert is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentAlert {
    /// The channel, for a member that of the direct message.
    pub channel_id: String,
    /// The message in it.
    pub ts: String,
}

/// Why an alert is not in Slack.
#[derive(Debug, thiserror::Error)]
pub enum AlertError {
    /// There is no such signal.
    #[error("there is no such signal")]
    NoSignal,
    /// No Slack workspace is connected (any more).
    #[error("no Slack workspace is connected")]
    NoSlack,
    /// The member is nobody in Slack whom we know.
    #[error("the member is not matched to anybody in Slack")]
    NotMatched,
    /// Slack does not show us the channel.
    #[error("Slack does not show us the channel {0}; invite the bot")]
    NoChannel(String),
    /// Customers read there. Nothing was posted; choose another channel.
    #[error("customers read in #{0}, so alerts are not posted there; choose a channel of your own")]
    CustomerVisible(String),
    /// Somebody else is posting this alert; look again in a minute.
    #[error("the alert is being posted")]
    InProgress,
    /// Slack said no, or could not answer. Trying again is safe.
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

/// Posts an alert, unless it was posted: then it answers where it is. `base_url` is where Momentum's pages are. Safe to repeat
/// after any error: an alert whose post may have happened is looked for before it is posted again.
///
/// # Errors
/// [`AlertError`]; nothing was posted, except for an ambiguous [`AlertError::Slack`].
pub async fn send(
    connectors: &Connectors,
    db: &TenantDb,
    alert: &Alert,
    base_url: &str,
    now: DateTime<Utc>,
) -> Result<SentAlert, AlertError> {
    let tx = db.begin().await?;
    let workspace = workspace_of(&tx, alert).await?;
    let team = workspace.slack_team_id.as_str();
    let rendered = render(&tx, alert.signal_id, team, base_url, now)
        .await?
        .ok_or(AlertError::NoSignal)?;
    let user = match &alert.to {
        AlertTarget::Member(member) => Some(
            people::slack_user_of(&tx, *member, team)
                .await?
                .ok_or(AlertError::NotMatched)?,
        ),
        AlertTarget::Channel(_) => None,
    };
    let class = match &alert.to {
        AlertTarget::Channel(channel) => class_of(&tx, team, channel).await?,
        AlertTarget::Member(_) => None,
    };
    let (id, began) = match store::claim(&tx, alert.signal_id, &alert.to, team, now).await? {
        Claim::Posted(row) => {
            return Ok(SentAlert {
                channel_id: row.slack_channel_id.unwrap_or_default(),
                ts: row.ts.unwrap_or_default(),
            });
        }
        Claim::Taken => return Err(AlertError::InProgress),
        Claim::Ours { id, began } => (id, began),
    };
    tx.commit().await?;

    let chat = connectors.chat(db, workspace.connection_id);
    let hash = rendered.hash.clone();
    let posted = post(chat.as_ref(), alert, user.as_deref(), class.as_deref(), rendered, began).await;
    let tx = db.begin().await?;
    let answer = match posted {
        Ok(posted) => {
            store::posted(&tx, id, &posted.channel_id, &posted.ts, &hash, now).await?;
            Ok(SentAlert {
                channel_id: posted.channel_id,
                ts: posted.ts,
            })
        }
        Err(refusal) => {
            match &refusal {
                Refusal::Slack(error) if error.is_ambiguous() => store::set_claim(&tx, id, now).await?,
                // An earlier attempt may still have got through.
                _ if began.is_some() => store::set_claim(&tx, id, now).await?,
                _ => store::forget(&tx, id).await?,
            }
            Err(refusal.into_error(workspace.connection_id))
        }
    };
    tx.commit().await?;
    answer
}

/// Why nothing was posted.
enum Refusal {
    Error(AlertError),
    Slack(ConnectorError),
}

impl From<ConnectorError> for Refusal {
    fn from(error: ConnectorError) -> Self {
        Self::Slack(error)
    }
}

impl Refusal {
    fn into_error(self, connection: ConnectionId) -> AlertError {
        match self {
            Self::Error(error) => error,
            Self::Slack(source) => AlertError::Slack { connection, source },
        }
    }
}

async fn post(
    chat: &dyn Chat,
    alert: &Alert,
    user: Option<&str>,
    class: Option<&str>,
    rendered: Rendered,
    began: Option<DateTime<Utc>>,
) -> Result<PostedMessage, Refusal> {
    let channel = match (&alert.to, user) {
        (AlertTarget::Channel(id), _) => {
            let unseen = || Refusal::Error(AlertError::NoChannel(id.clone()));
            let channel = chat.channel(id).await?.ok_or_else(unseen)?;
            if !is_ours_alone(&channel, class) {
                return Err(Refusal::Error(AlertError::CustomerVisible(channel.name)));
            }
            channel.id
        }
        (AlertTarget::Member(_), Some(user)) => chat.open_direct(user).await?,
        (AlertTarget::Member(_), None) => return Err(Refusal::Error(AlertError::NotMatched)),
    };
    if let Some(began) = began
        && let Some(found) = look_for(chat, &channel, alert.signal_id, began).await?
    {
        return Ok(found);
    }
    Ok(chat.post_message(&rendered.into_message(&channel)).await?)
}

/// Finds an alert whose post was never confirmed, among the latest messages since then.
async fn look_for(
    chat: &dyn Chat,
    channel: &str,
    signal: SignalId,
    began: DateTime<Utc>,
) -> Result<Option<PostedMessage>, ConnectorError> {
    let oldest = format!("{}.000000", began.timestamp() - 1);
    let range = HistoryRange {
        oldest: Some(oldest),
        latest: None,
        most: 15,
    };
    let page = chat.history(channel, &range, None).await?;
    let wanted = signal.to_string();
    let ours = page
        .items
        .into_iter()
        .find(|message| message.bot_id.is_some() && message.text.contains(&wanted));
    Ok(ours.map(|message| PostedMessage {
        channel_id: channel.to_owned(),
        ts: message.ts,
    }))
}

/// The Slack workspace that the alert goes to: the one in which the signal was said, if it is connected.
async fn workspace_of(tx: &crate::foundation::db::TenantTx, alert: &Alert) -> Result<Workspace, AlertError> {
    let said_in: Option<String> = Sql::new(
        "SELECT channel.slack_team_id AS value FROM signals AS signal
           JOIN channels AS channel ON channel.tenant_id = signal.tenant_id AND channel.id = signal.channel_id
          WHERE signal.tenant_id = $1 AND signal.id = $2",
    )
    .bind(tx.tenant_id())
    .bind(alert.signal_id)
    .scalar(tx)
    .await?;
    let said_in = said_in.ok_or(AlertError::NoSignal)?;
    people::workspace(tx, Some(&said_in)).await?.ok_or(AlertError::NoSlack)
}
