//! What a digest tells, computed when it is sent: who dealt with something meanwhile is not told of it.

use chrono::{DateTime, TimeDelta, Utc};
use momentum_engine::signal::SignalKind;
use sea_orm::{DbErr, FromQueryResult};

use super::model::{NoticePurpose, Recipient};
use crate::control::access::Role;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{MessageId, SignalId};

/// Messages that are listed; the rest is a number.
const LISTED: usize = 8;
/// A signal is found soon after it was said; how much later is allowed for, so that the index on the time is used.
const LATE: TimeDelta = TimeDelta::days(7);

/// What a digest tells.
#[derive(Clone, Debug)]
pub struct Digest {
    /// Which one.
    pub purpose: NoticePurpose,
    /// Whether it is about the person's own accounts, or about all of the company's.
    pub is_own: bool,
    /// What the person would want at once, surest first, the first few.
    pub sure: Vec<ListedMessage>,
    /// How many of those there are.
    pub sure_count: i64,
    /// How many others are open.
    pub less_sure_count: i64,
    /// How many came in the time, whatever became of them.
    pub found: i64,
    /// Of those: somebody dealt with.
    pub handled: i64,
    /// Of those: became an opportunity that was won.
    pub converted: i64,
    /// Of those: were none.
    pub dismissed: i64,
}

/// One signal in a notice.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Item {
    /// Which.
    pub id: SignalId,
    /// The message that it was found in.
    pub message_id: MessageId,
    /// Its title.
    pub title: String,
    /// Its kind.
    pub kind: String,
    /// 0 to 100.
    pub confidence: i16,
    /// The sentence that says it.
    pub quote: String,
    /// When it was said.
    pub posted_at: DateTime<Utc>,
    /// The account, when known.
    pub account: Option<String>,
    /// The channel.
    pub channel: String,
    /// What to do.
    pub advice: Option<String>,
}

/// A message of which there is something to say: a signal, and what else it is.
#[derive(Clone, Debug)]
pub struct ListedMessage {
    /// The surest.
    pub item: Item,
    /// The kinds of the others, surest first.
    pub also: Vec<String>,
}

const ITEM: &str = "SELECT s.id, s.message_id, s.title, s.kind, s.confidence, s.quote, s.posted_at, a.name AS account, c.name AS channel, \
    s.recommendation->>'label' AS advice \
  FROM signals s JOIN channels c ON c.tenant_id = $1 AND c.id = s.channel_id \
  LEFT JOIN accounts a ON a.tenant_id = $1 AND a.id = s.account_id WHERE s.tenant_id = $1";

impl Digest {
    /// Whether there is anything to say.
    pub fn is_empty(&self) -> bool {
        self.sure_count + self.less_sure_count == 0
    }
}

/// One signal, for an alert.
pub async fn item(tx: &TenantTx, signal: SignalId) -> Result<Option<Item>, DbErr> {
    Sql::new(ITEM)
        .bind(tx.tenant_id())
        .push(" AND s.id = ")
        .push_bind(signal)
        .one(tx)
        .await
}

/// What came after `from` and until `to`, for this person: their own accounts' where they have some or only ever see
/// their own, the company's otherwise. What a rule put into their digest is told either way.
pub async fn gather(
    tx: &TenantTx,
    person: &Recipient,
    purpose: NoticePurpose,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Digest, DbErr> {
    #[derive(FromQueryResult)]
    struct Counts {
        sure_count: i64,
        less_sure_count: i64,
        found: i64,
        handled: i64,
        converted: i64,
        dismissed: i64,
    }
    let is_own = matches!(person.role, Role::Rep | Role::Csm) || has_accounts(tx, person).await?;
    let least = i16::from(person.choices.immediate.min_confidence);
    let limit = |sql: Sql| {
        let sql = sql
            .push(" AND s.source = 'live' AND s.detected_at > ")
            .push_bind(from)
            .push(" AND s.detected_at <= ")
            .push_bind(to)
            .push(" AND s.posted_at > ")
            .push_bind(from - LATE);
        match is_own {
            true => sql
                .push(" AND (COALESCE(s.owner_member_id, a.owner_member_id) = ")
                .push_bind(person.id)
                .push(
                    " OR EXISTS (SELECT 1 FROM notifications n WHERE n.tenant_id = $1 AND n.signal_id = s.id \
                       AND n.is_for_digest AND n.member_id = ",
                )
                .push_bind(person.id)
                .push("))"),
            false => sql,
        }
    };
    let counts = Sql::new(
        "SELECT count(*) AS found,
                count(*) FILTER (WHERE s.status = 'open' AND s.confidence >= $2) AS sure_count,
                count(*) FILTER (WHERE s.status = 'open' AND s.confidence < $2) AS less_sure_count,
                count(*) FILTER (WHERE s.status = 'handled') AS handled,
                count(*) FILTER (WHERE s.status = 'converted') AS converted,
                count(*) FILTER (WHERE s.status = 'dismissed') AS dismissed
           FROM signals s LEFT JOIN accounts a ON a.tenant_id = $1 AND a.id = s.account_id WHERE s.tenant_id = $1",
    )
    .bind(tx.tenant_id())
    .bind(least);
    let counts: Option<Counts> = limit(counts).one(tx).await?;
    let counts = counts.ok_or_else(|| DbErr::RecordNotFound("a count has a row".to_owned()))?;
    let sure = Sql::new(ITEM)
        .bind(tx.tenant_id())
        .push(" AND s.status = 'open' AND s.confidence >= ")
        .push_bind(least);
    let sure = limit(sure)
        .push(" ORDER BY s.confidence DESC, s.posted_at DESC, s.id LIMIT ")
        // A message is a signal of each kind at most, so these are the messages that are listed, or more.
        .push_bind((LISTED * SignalKind::ALL.len()) as i64)
        .all(tx)
        .await?;
    Ok(Digest {
        purpose,
        is_own,
        sure: by_message(sure),
        sure_count: counts.sure_count,
        less_sure_count: counts.less_sure_count,
        found: counts.found,
        handled: counts.handled,
        converted: counts.converted,
        dismissed: counts.dismissed,
    })
}

/// The first few messages of these signals, in the signals' order.
fn by_message(signals: Vec<Item>) -> Vec<ListedMessage> {
    let mut messages: Vec<ListedMessage> = Vec::with_capacity(LISTED);
    for item in signals {
        let at = messages
            .iter()
            .position(|listed| listed.item.message_id == item.message_id);
        match at {
            Some(at) => messages[at].also.push(item.kind),
            None if messages.len() < LISTED => messages.push(ListedMessage { item, also: vec![] }),
            None => {}
        }
    }
    messages
}

async fn has_accounts(tx: &TenantTx, person: &Recipient) -> Result<bool, DbErr> {
    Sql::new("SELECT EXISTS (SELECT 1 FROM accounts WHERE tenant_id = $1 AND owner_member_id = $2) AS value")
        .bind(tx.tenant_id())
        .bind(person.id)
        .scalar(tx)
        .await
        .map(Option::unwrap_or_default)
}
