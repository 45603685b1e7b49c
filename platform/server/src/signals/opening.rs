//! How signals come into being, grow, and are taken back when their message is.

use chrono::{DateTime, Utc};
use momentum_engine::signal::SignalKind;
use sea_orm::{DbErr, FromQueryResult};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{AccountId, ChannelId, MessageId, SignalId};
use crate::foundation::stream::{StreamEvent, append};
use crate::signals::alerts;

/// Everything a signal is made of.
#[derive(Clone, Debug)]
pub struct NewSignal {
    /// Its id.
    pub id: SignalId,
    /// What kind of news it is.
    pub kind: SignalKind,
    /// 0 to 100.
    pub confidence: u8,
    /// The account, when known.
    pub account_id: Option<AccountId>,
    /// Where it was said.
    pub channel_id: ChannelId,
    /// The message.
    pub message_id: MessageId,
    /// Slack's ts of the message.
    pub message_ts: String,
    /// The thread's first message, for replies.
    pub thread_ts: Option<String>,
    /// A short title.
    pub title: String,
    /// The sentence that says it, verbatim.
    pub quote: String,
    /// The normalised phrase by which mentions join.
    pub key_phrase: String,
    /// The reasons, as the engine gives them.
    pub evidence: Value,
    /// -1 to 1.
    pub polarity: f32,
    /// 0 to 1.
    pub urgency: f32,
    /// The label derived from both.
    pub sentiment: &'static str,
    /// The message negates something.
    pub has_negation: bool,
    /// `{name, email, kind, role, company}`.
    pub author: Value,
    /// A link to the message.
    pub permalink: Option<String>,
    /// `{action, label, reason}`.
    pub recommendation: Value,
    /// `{parent_id, parent_title, similarity}` when a person should say whether this continues another signal.
    pub continuation: Option<Value>,
    /// `live` or `import`.
    pub source: &'static str,
    /// The detector that found it.
    pub detector_version: &'static str,
    /// The configuration it was found under.
    pub config_version: i32,
    /// When the message was posted.
    pub posted_at: DateTime<Utc>,
}

/// Opens a signal, and tells open pages unless it is history.
pub async fn open(tx: &TenantTx, signal: &NewSignal, now: DateTime<Utc>) -> Result<(), DbErr> {
    Sql::new(
        "INSERT INTO signals (tenant_id, id, kind, confidence, account_id, channel_id, message_id, message_ts, thread_ts, title, \
            quote, key_phrase, evidence, polarity, urgency, sentiment, has_negation, author, permalink, recommendation, \
            continuation, last_occurrence_at, source, detector_version, config_version, posted_at, detected_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $22, $26, $26)",
    )
    .bind(tx.tenant_id())
    .bind(signal.id)
    .bind(signal.kind.as_str())
    .bind(i16::from(signal.confidence))
    .bind(signal.account_id)
    .bind(signal.channel_id)
    .bind(signal.message_id)
    .bind(signal.message_ts.as_str())
    .bind(signal.thread_ts.clone())
    .bind(signal.title.as_str())
    .bind(signal.quote.as_str())
    .bind(signal.key_phrase.as_str())
    .bind(signal.evidence.clone())
    .bind(signal.polarity)
    .bind(signal.urgency)
    .bind(signal.sentiment)
    .bind(signal.has_negation)
    .bind(signal.author.clone())
    .bind(signal.permalink.clone())
    .bind(signal.recommendation.clone())
    .bind(signal.continuation.clone())
    .bind(signal.posted_at)
    .bind(signal.source)
    .bind(signal.detector_version)
    .bind(signal.config_version)
    .bind(now)
    .execute(tx)
    .await?;
    if let Some(account) = signal.account_id {
        Sql::new("UPDATE accounts SET last_signal_at = GREATEST(last_signal_at, $3) WHERE tenant_id = $1 AND id = $2")
            .bind(tx.tenant_id())
            .bind(account)
            .bind(signal.posted_at)
            .execute(tx)
            .await?;
    }
    if signal.source == "live" {
        tell(
            tx,
            "signal.created",
            signal.id,
            signal.kind.as_str(),
            signal.account_id,
            now,
        )
        .await?;
    }
    Ok(())
}

/// A signal that new mentions may join.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Joinable {
    /// Its id.
    pub id: SignalId,
    /// Its kind.
    pub kind: String,
    /// Its account.
    pub account_id: Option<AccountId>,
    /// Its channel.
    pub channel_id: ChannelId,
    /// Its phrase.
    pub key_phrase: String,
    /// Its words.
    pub quote: String,
    /// Its title.
    pub title: String,
    /// Its message.
    pub message_id: MessageId,
    /// When it was last mentioned.
    pub last_occurrence_at: DateTime<Utc>,
}

/// Signals of these channels or accounts, mentioned between the two times, that new mentions may join. What a person
/// dismissed is not one of them: a new mention is news again.
pub async fn joinable(
    tx: &TenantTx,
    channels: &[ChannelId],
    accounts: &[AccountId],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<Joinable>, DbErr> {
    // Each channel and each account is looked up by itself, along its index, however few signals there were when this was
    // planned.
    const OPEN: &str = "SELECT id, kind, account_id, channel_id, key_phrase, quote, title, message_id, last_occurrence_at \
          FROM signals WHERE tenant_id = $1 AND status IN ('open', 'snoozed', 'handled') AND parent_id IS NULL \
           AND last_occurrence_at BETWEEN $4 AND $5";
    Sql::new(format!(
            "SELECT found.* FROM unnest($2::uuid[]) AS wanted (id), LATERAL ({OPEN} AND channel_id = wanted.id OFFSET 0) AS found
              UNION
             SELECT found.* FROM unnest($3::uuid[]) AS wanted (id), LATERAL ({OPEN} AND account_id = wanted.id OFFSET 0) AS found
              ORDER BY id"
    ))
    .bind(tx.tenant_id())
    .bind(channels.iter().map(|id| id.0).collect::<Vec<Uuid>>())
    .bind(accounts.iter().map(|id| id.0).collect::<Vec<Uuid>>())
    .bind(from)
    .bind(to)
    .all(tx)
    .await
}

/// Counts another mention. The surer of the two confidences stays.
pub async fn join(
    tx: &TenantTx,
    id: SignalId,
    confidence: u8,
    posted_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        kind: String,
        account_id: Option<AccountId>,
    }
    let row: Option<Row> = Sql::new(
        "UPDATE signals SET occurrences = occurrences + 1, confidence = GREATEST(confidence, $3), \
            last_occurrence_at = GREATEST(last_occurrence_at, $4), updated_at = $5 \
          WHERE tenant_id = $1 AND id = $2 RETURNING kind, account_id",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(i16::from(confidence))
    .bind(posted_at)
    .bind(now)
    .one(tx)
    .await?;
    if let Some(row) = row {
        tell(tx, "signal.updated", id, &row.kind, row.account_id, now).await?;
    }
    Ok(())
}

/// Puts the words of an edited message in place of the old ones.
pub async fn reword(tx: &TenantTx, id: SignalId, signal: &NewSignal, now: DateTime<Utc>) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE signals SET confidence = $3, title = $4, quote = $5, key_phrase = $6, evidence = $7, polarity = $8, \
            urgency = $9, sentiment = $10, has_negation = $11, recommendation = $12, updated_at = $13 \
          WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(i16::from(signal.confidence))
    .bind(signal.title.as_str())
    .bind(signal.quote.as_str())
    .bind(signal.key_phrase.as_str())
    .bind(signal.evidence.clone())
    .bind(signal.polarity)
    .bind(signal.urgency)
    .bind(signal.sentiment)
    .bind(signal.has_negation)
    .bind(signal.recommendation.clone())
    .bind(now)
    .execute(tx)
    .await?;
    tell(tx, "signal.updated", id, signal.kind.as_str(), signal.account_id, now).await
}

/// The signals that were opened by a message.
pub async fn of_message(tx: &TenantTx, message: MessageId) -> Result<Vec<Joinable>, DbErr> {
    Sql::new(
        "SELECT id, kind, account_id, channel_id, key_phrase, quote, title, message_id, last_occurrence_at FROM signals \
          WHERE tenant_id = $1 AND message_id = $2 AND status IN ('open', 'snoozed')",
    )
    .bind(tx.tenant_id())
    .bind(message)
    .all(tx)
    .await
}

/// Takes a signal back because its message no longer says it: the words are gone, the fact that there was one stays.
pub async fn withdraw(
    tx: &TenantTx,
    signal: &Joinable,
    reason: &str,
    erase_words: bool,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE signals SET status = 'dismissed', dismiss_reason = $3, updated_at = $4, \
            quote = CASE WHEN $5 THEN '' ELSE quote END, evidence = CASE WHEN $5 THEN '[]'::jsonb ELSE evidence END, \
            title = CASE WHEN $5 THEN 'A message that was deleted' ELSE title END \
          WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tx.tenant_id())
    .bind(signal.id)
    .bind(reason)
    .bind(now)
    .bind(erase_words)
    .execute(tx)
    .await?;
    Sql::new(
        "INSERT INTO signal_activities (tenant_id, id, signal_id, at, action, detail) VALUES ($1, $2, $3, $4, 'withdrawn', $5)",
    )
    .bind(tx.tenant_id())
    .bind(crate::foundation::context::new_uuid())
    .bind(signal.id)
    .bind(now)
    .bind(json!({ "reason": reason }))
    .execute(tx)
    .await?;
    tell(tx, "signal.updated", signal.id, &signal.kind, signal.account_id, now).await
}

/// Keeps detections, shown and suppressed.
pub async fn keep_detections(tx: &TenantTx, rows: Vec<Value>, now: DateTime<Utc>) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    Sql::new(
        "INSERT INTO detections (tenant_id, posted_at, id, message_id, channel_id, account_id, kind, confidence, log_odds, \
            key_phrase, evidence, suppressed_reason, signal_id, detector_version, config_version, detected_at)
         SELECT $1, posted_at, id, message_id, channel_id, account_id, kind, confidence, log_odds, key_phrase, evidence, \
            suppressed_reason, signal_id, detector_version, config_version, $3
           FROM jsonb_to_recordset($2) AS row (posted_at timestamptz, id uuid, message_id uuid, channel_id uuid, \
                account_id uuid, kind text, confidence smallint, log_odds real, key_phrase text, evidence jsonb, \
                suppressed_reason text, signal_id uuid, detector_version text, config_version integer)",
    )
    .bind(tx.tenant_id())
    .bind(Value::Array(rows))
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

async fn tell(
    tx: &TenantTx,
    kind: &'static str,
    id: SignalId,
    signal_kind: &str,
    account_id: Option<AccountId>,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    if kind == "signal.updated" {
        alerts::refresh(tx, id, at).await?;
    }
    let data = json!({ "signal_id": id, "kind": signal_kind, "account_id": account_id });
    append(
        tx,
        StreamEvent {
            kind,
            account_id,
            data,
            at,
        },
    );
    Ok(())
}
