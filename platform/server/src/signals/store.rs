//! The SQL of signals: pages of the feed, and single ones.

use std::collections::HashMap;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::filter::{SignalFilter, status_now};
use super::model::{CrmProgress, CrmRecord, DeliveryState, Evidence, NamedRef, Signal, SignalChannel, Versions};
use crate::control::access::Visibility;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::http::{List, OrNone, PageSize, words};
use crate::foundation::ids::{AccountId, ChannelId, MemberId, SignalId};

words! {
    /// The order of the feed.
    pub enum Sort {
        /// The latest message first.
        Newest = "newest",
        /// The surest first.
        Confidence = "confidence",
    }
}

/// The last signal of a page: where the next one begins.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub(super) enum Place {
    Newest { at: DateTime<Utc>, id: Uuid },
    Confidence { confidence: i16, id: Uuid },
}

#[derive(FromQueryResult)]
struct Row {
    id: SignalId,
    kind: String,
    status: String,
    confidence: i16,
    account_id: Option<AccountId>,
    account_name: Option<String>,
    title: String,
    quote: String,
    evidence: Value,
    polarity: f32,
    urgency: f32,
    sentiment: String,
    channel_id: ChannelId,
    slack_channel_id: String,
    channel_name: String,
    is_external: bool,
    author: Value,
    posted_at: DateTime<Utc>,
    detected_at: DateTime<Utc>,
    permalink: Option<String>,
    recommendation: Value,
    parent_id: Option<SignalId>,
    occurrences: i32,
    owner_member_id: Option<MemberId>,
    owner_name: Option<String>,
    snoozed_until: Option<DateTime<Utc>>,
    confirmed: Option<bool>,
    continuation: Option<Value>,
    detector_version: String,
    config_version: i32,
    crm_stage: Option<String>,
    crm_amount_minor: Option<i64>,
    crm_following_up: Option<Value>,
}

#[derive(FromQueryResult)]
struct DeliveryRow {
    signal_id: SignalId,
    system: String,
    record_type: String,
    state: String,
    record_id: Option<String>,
    record_url: Option<String>,
}

/// One page of the feed and where the next one begins.
pub(super) async fn page(
    tx: &TenantTx,
    filter: &SignalFilter,
    visibility: Visibility,
    sort: Sort,
    after: Option<Place>,
    limit: PageSize,
    now: DateTime<Utc>,
) -> Result<(Vec<Signal>, Option<String>), DbErr> {
    let sql = page_sql(tx, filter, visibility, sort, after, limit, now);
    let rows: Vec<Row> = sql.all(tx).await?;
    let (rows, next) = limit.cut(rows, |row| match sort {
        Sort::Newest => Place::Newest {
            at: row.posted_at,
            id: row.id.0,
        },
        Sort::Confidence => Place::Confidence {
            confidence: row.confidence,
            id: row.id.0,
        },
    });
    Ok((complete(tx, rows).await?, next))
}

/// The page is cut on the signals table alone, by its index, before anything is joined.
pub(super) fn page_sql(
    tx: &TenantTx,
    filter: &SignalFilter,
    visibility: Visibility,
    sort: Sort,
    after: Option<Place>,
    limit: PageSize,
    now: DateTime<Utc>,
) -> Sql {
    let (order, key) = match sort {
        Sort::Newest => ("s.posted_at DESC, s.id DESC", "(s.posted_at, s.id)"),
        Sort::Confidence => ("s.confidence DESC, s.id DESC", "(s.confidence, s.id)"),
    };
    let sql = Sql::new(format!(
        "{} FROM (SELECT * FROM signals AS s WHERE s.tenant_id = $1",
        select(now)
    ))
    .bind(tx.tenant_id());
    let sql = filter.conditions(sql, visibility, now);
    let sql = match after {
        Some(Place::Newest { at, id }) if sort == Sort::Newest => sql
            .push(&format!(" AND {key} < ("))
            .push_bind(at)
            .push(", ")
            .push_bind(id)
            .push(")"),
        Some(Place::Confidence { confidence, id }) if sort == Sort::Confidence => sql
            .push(&format!(" AND {key} < ("))
            .push_bind(confidence)
            .push(", ")
            .push_bind(id)
            .push(")"),
        _ => sql,
    };
    sql.push(&format!(" ORDER BY {order} LIMIT "))
        .push_bind(limit.fetch())
        .push(&format!(") AS s {JOINS} ORDER BY {order}"))
}

/// One signal, if it exists for these eyes.
pub async fn find(
    tx: &TenantTx,
    visibility: Visibility,
    id: SignalId,
    now: DateTime<Utc>,
) -> Result<Option<Signal>, DbErr> {
    let sql = Sql::new(format!(
        "{} FROM signals AS s {JOINS} WHERE s.tenant_id = $1 AND s.id = $2",
        select(now)
    ))
    .bind(tx.tenant_id())
    .bind(id);
    let row: Option<Row> = visibility.limit_signals(sql, "s").one(tx).await?;
    Ok(complete(tx, row.into_iter().collect()).await?.pop())
}

/// The latest `most` open signals that these eyes see, of one account if it is named.
pub async fn open_signals(
    tx: &TenantTx,
    visibility: Visibility,
    account: Option<AccountId>,
    most: u16,
    now: DateTime<Utc>,
) -> Result<Vec<Signal>, DbErr> {
    let filter = SignalFilter {
        account_id: List(account.into_iter().map(OrNone::Some).collect()),
        ..SignalFilter::default()
    };
    let (signals, _) = page(tx, &filter, visibility, Sort::Newest, None, PageSize::of(most), now).await?;
    Ok(signals)
}

const JOINS: &str = "\
    LEFT JOIN accounts AS account ON account.tenant_id = s.tenant_id AND account.id = s.account_id \
    JOIN channels AS channel ON channel.tenant_id = s.tenant_id AND channel.id = s.channel_id \
    LEFT JOIN members AS owner ON owner.tenant_id = s.tenant_id AND owner.id = s.owner_member_id";

fn select(now: DateTime<Utc>) -> String {
    let status = status_now(now);
    format!(
        "SELECT s.id, s.kind, {status} AS status, s.confidence, s.account_id, account.name AS account_name, s.title, s.quote, \
            s.evidence, s.polarity, s.urgency, s.sentiment, s.channel_id, channel.slack_channel_id, \
            channel.name AS channel_name, channel.is_external, s.author, s.posted_at, s.detected_at, s.permalink, \
            s.recommendation, s.parent_id, s.occurrences, s.owner_member_id, owner.name AS owner_name, s.snoozed_until, \
            s.confirmed, s.continuation, s.detector_version, s.config_version, s.crm_stage, s.crm_amount_minor, s.crm_following_up"
    )
}

/// Adds what the CRM knows: one query for the whole page.
async fn complete(tx: &TenantTx, rows: Vec<Row>) -> Result<Vec<Signal>, DbErr> {
    let times = || rows.iter().map(|row| row.detected_at);
    let (Some(first), Some(last)) = (times().min(), times().max()) else {
        return Ok(Vec::new());
    };
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id.0).collect();
    let deliveries: Vec<DeliveryRow> = Sql::new(
        "SELECT signal_id, system, record_type, state, record_id, record_url FROM deliveries
          WHERE tenant_id = $1 AND signal_id = ANY($2) AND signal_detected_at BETWEEN $3 AND $4 ORDER BY created_at, id",
    )
    .bind(tx.tenant_id())
    .bind(ids)
    .bind(first)
    .bind(last)
    .all(tx)
    .await?;
    let mut of_signal: HashMap<SignalId, Vec<DeliveryRow>> = HashMap::new();
    for delivery in deliveries {
        of_signal.entry(delivery.signal_id).or_default().push(delivery);
    }
    rows.into_iter()
        .map(|row| {
            let deliveries = of_signal.remove(&row.id).unwrap_or_default();
            row.into_signal(deliveries)
        })
        .collect()
}

impl Row {
    fn into_signal(self, deliveries: Vec<DeliveryRow>) -> Result<Signal, DbErr> {
        let mut evidence: Vec<Evidence> = json(self.evidence)?;
        for reason in evidence.iter_mut().filter(|reason| reason.quote.is_none()) {
            (reason.start, reason.end) = (None, None);
        }
        Ok(Signal {
            id: self.id,
            kind: word(&self.kind)?,
            status: word(&self.status)?,
            confidence: u8::try_from(self.confidence).unwrap_or(0),
            account: self
                .account_id
                .zip(self.account_name)
                .map(|(id, name)| NamedRef { id, name }),
            title: self.title,
            quote: self.quote,
            evidence,
            polarity: self.polarity,
            urgency: self.urgency,
            sentiment: word(&self.sentiment)?,
            channel: SignalChannel {
                id: self.channel_id,
                slack_channel_id: self.slack_channel_id,
                name: self.channel_name,
                is_external: self.is_external,
            },
            author: json(self.author)?,
            posted_at: self.posted_at,
            detected_at: self.detected_at,
            permalink: self.permalink,
            recommendation: json(self.recommendation)?,
            delivery_state: deliveries
                .iter()
                .map(|delivery| state_of(&delivery.state))
                .max_by_key(need)
                .unwrap_or(DeliveryState::None),
            crm_records: deliveries.into_iter().filter_map(DeliveryRow::into_record).collect(),
            parent_id: self.parent_id,
            occurrences: self.occurrences,
            owner: self
                .owner_member_id
                .zip(self.owner_name)
                .map(|(id, name)| NamedRef { id, name }),
            snoozed_until: self.snoozed_until,
            confirmed: self.confirmed,
            crm_progress: self.crm_stage.map(|stage| CrmProgress {
                stage,
                amount_minor: self.crm_amount_minor,
            }),
            following_up: self.crm_following_up.map(json).transpose()?,
            continuation_question: self.continuation.map(json).transpose()?,
            versions: Versions {
                detector: self.detector_version,
                config: self.config_version.to_string(),
            },
        })
    }
}

impl DeliveryRow {
    fn into_record(self) -> Option<CrmRecord> {
        let id = self.record_id.filter(|_| self.state != "undone")?;
        Some(CrmRecord {
            system: self.system,
            record_type: self.record_type,
            id,
            url: self.record_url,
        })
    }
}

/// What the stored state of a delivery is to people: one that waits for the connection is on its way, one that was
/// suppressed was never meant to be written.
pub(super) fn state_of(stored: &str) -> DeliveryState {
    match stored {
        "waiting_for_connection" => DeliveryState::Pending,
        "suppressed" => DeliveryState::None,
        "undone" => DeliveryState::Discarded,
        other => other.parse().unwrap_or(DeliveryState::None),
    }
}

/// How much a state needs a person's attention.
fn need(state: &DeliveryState) -> u8 {
    match state {
        DeliveryState::DeadLetter => 5,
        DeliveryState::WaitingForMapping => 4,
        DeliveryState::Pending => 3,
        DeliveryState::Delivered => 2,
        DeliveryState::Discarded => 1,
        DeliveryState::None => 0,
    }
}

pub(super) fn word<T: FromStr<Err = String>>(text: &str) -> Result<T, DbErr> {
    text.parse().map_err(DbErr::Type)
}

pub(super) fn json<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, DbErr> {
    serde_json::from_value(value).map_err(|error| DbErr::Json(error.to_string()))
}
