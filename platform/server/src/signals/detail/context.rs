//! The message and what was said around it, from our own log.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};
use serde::Serialize;
use utoipa::ToSchema;

use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::MessageId;
use crate::signals::model::{AuthorKind, Signal};
use crate::signals::store::word;

/// Messages shown before and after. The specification's context window.
const BEFORE: i64 = 10;
const AFTER: i64 = 2;

/// What was said around a message.
#[derive(Debug, Serialize, ToSchema)]
pub struct Context {
    /// Up to ten earlier messages, in the order in which they were posted.
    pub before: Vec<ContextMessage>,
    /// Up to two later ones.
    pub after: Vec<ContextMessage>,
}

/// One message of a conversation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContextMessage {
    /// Its id.
    pub id: MessageId,
    /// Who wrote it.
    pub author: ContextAuthor,
    /// What it says, in Slack's mark-up; empty when it was deleted.
    pub text: String,
    /// When it was posted.
    pub posted_at: DateTime<Utc>,
    /// Whether its text was changed later.
    pub is_edited: bool,
    /// Whether it was taken back.
    pub is_deleted: bool,
}

/// Who wrote a message.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContextAuthor {
    /// The name that Slack shows.
    pub name: String,
    /// What the author is to the tenant.
    pub kind: AuthorKind,
    /// The job title.
    pub role: Option<String>,
}

#[derive(FromQueryResult)]
struct Row {
    id: MessageId,
    author_name: Option<String>,
    author_kind: String,
    author_title: Option<String>,
    text: String,
    posted_at: DateTime<Utc>,
    edited_at: Option<DateTime<Utc>>,
    deleted_at: Option<DateTime<Utc>>,
    ts: String,
    thread_ts: Option<String>,
}

/// Which messages belong to the same conversation.
enum Conversation<'a> {
    /// The channel itself: no replies, unless they were sent to the channel too.
    Channel,
    /// A thread: its first message and the replies.
    Thread(&'a str),
}

/// The signal's message and its context. A signal whose message is gone from the log (its retention ran out) keeps its
/// quote as the text.
pub(super) async fn load(tx: &TenantTx, signal: &Signal) -> Result<(ContextMessage, Context), DbErr> {
    let Some(row) = message(tx, signal).await? else {
        return Ok((
            from_quote(signal),
            Context {
                before: Vec::new(),
                after: Vec::new(),
            },
        ));
    };
    let is_reply = row.thread_ts.as_ref().is_some_and(|thread| *thread != row.ts);
    let thread = row.thread_ts.clone().filter(|_| is_reply);
    let around = thread.as_deref().map_or(Conversation::Channel, Conversation::Thread);
    let before = neighbours(tx, signal, &around, false).await?;
    // The answers to a message are its thread, if it has one.
    let answers = if is_reply {
        Vec::new()
    } else {
        neighbours(tx, signal, &Conversation::Thread(&row.ts), true).await?
    };
    let after = if answers.is_empty() {
        neighbours(tx, signal, &around, true).await?
    } else {
        answers
    };
    let context = Context {
        before: before
            .into_iter()
            .rev()
            .map(Row::into_message)
            .collect::<Result<_, _>>()?,
        after: after.into_iter().map(Row::into_message).collect::<Result<_, _>>()?,
    };
    Ok((row.into_message()?, context))
}

const SELECT: &str = "\
    SELECT m.id, COALESCE(m.author_name, author.name) AS author_name, m.author_kind, author.title AS author_title, m.text, \
           m.posted_at, m.edited_at, m.deleted_at, m.ts, m.thread_ts \
      FROM messages AS m \
      LEFT JOIN slack_users AS author ON author.tenant_id = m.tenant_id AND author.slack_team_id = m.slack_team_id \
            AND author.slack_user_id = m.author_slack_user_id \
     WHERE m.tenant_id = $1 AND m.channel_id = $2";

async fn message(tx: &TenantTx, signal: &Signal) -> Result<Option<Row>, DbErr> {
    Sql::new(format!(
        "{SELECT} AND m.posted_at = $3 AND m.id = (SELECT message_id FROM signals WHERE tenant_id = $1 AND id = $4)"
    ))
    .bind(tx.tenant_id())
    .bind(signal.channel.id)
    .bind(signal.posted_at)
    .bind(signal.id)
    .one(tx)
    .await
}

/// The nearest messages on one side, the nearest first.
async fn neighbours(
    tx: &TenantTx,
    signal: &Signal,
    conversation: &Conversation<'_>,
    later: bool,
) -> Result<Vec<Row>, DbErr> {
    let sql = Sql::new(SELECT).bind(tx.tenant_id()).bind(signal.channel.id);
    let sql = sql
        .push(if later {
            " AND m.posted_at > "
        } else {
            " AND m.posted_at < "
        })
        .push_bind(signal.posted_at);
    let sql = match conversation {
        Conversation::Channel => sql.push(" AND (m.thread_ts IS NULL OR m.thread_ts = m.ts OR m.is_broadcast)"),
        Conversation::Thread(ts) => sql
            .push(" AND (m.thread_ts = ")
            .push_bind(*ts)
            .push(" OR m.ts = ")
            .push_bind(*ts)
            .push(")"),
    };
    let (order, most) = if later { ("ASC", AFTER) } else { ("DESC", BEFORE) };
    sql.push(&format!(" ORDER BY m.posted_at {order} LIMIT {most}"))
        .all(tx)
        .await
}

impl Row {
    fn into_message(self) -> Result<ContextMessage, DbErr> {
        let is_deleted = self.deleted_at.is_some();
        Ok(ContextMessage {
            id: self.id,
            author: ContextAuthor {
                name: self.author_name.unwrap_or_else(|| "Unknown".to_owned()),
                kind: word(&self.author_kind)?,
                role: self.author_title,
            },
            text: if is_deleted { String::new() } else { self.text },
            posted_at: self.posted_at,
            is_edited: self.edited_at.is_some(),
            is_deleted,
        })
    }
}

fn from_quote(signal: &Signal) -> ContextMessage {
    ContextMessage {
        id: MessageId(signal.id.0),
        author: ContextAuthor {
            name: signal.author.name.clone(),
            kind: signal.author.kind,
            role: signal.author.role.clone(),
        },
        text: signal.quote.clone(),
        posted_at: signal.posted_at,
        is_edited: false,
        is_deleted: false,
    }
}
