//! How many signals there are of each kind, state, account, member and channel: what stands beside the feed.
//!
//! Each facet counts under all filters but its own, so its numbers say what a click on one of its values would show.

use chrono::{DateTime, TimeDelta, Utc};
use momentum_engine::signal::{SignalKind, Thresholds};
use sea_orm::{DbErr, FromQueryResult};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::filter::{Facet, SignalFilter, status_now};
use super::model::{Kind, NamedRef, SignalStatus};
use crate::control::access::Visibility;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{AccountId, ChannelId, MemberId};

/// How recent a signal must be to be among the high-priority ones.
const HIGH_PRIORITY_FOR: TimeDelta = TimeDelta::hours(24);
/// The longest list of accounts, members or channels; the rest is found by searching.
const LONGEST: usize = 200;

/// How many signals there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignalCounts {
    /// Under all filters.
    pub total: i64,
    /// Of these, those of the last 24 hours that are sure enough for an alert.
    pub high_priority: i64,
    /// Of each kind, also those with none.
    pub by_kind: Vec<KindCount>,
    /// In each state, also those with none.
    pub by_status: Vec<StatusCount>,
    /// Of each account, the fullest first, at most 200.
    pub by_account: Vec<AccountCount>,
    /// Of the accounts that each member owns, the fullest first.
    pub by_member: Vec<MemberCount>,
    /// In each channel, the fullest first, at most 200.
    pub by_channel: Vec<ChannelCount>,
}

/// How many of one kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct KindCount {
    /// The kind.
    pub kind: Kind,
    /// How many.
    pub count: i64,
}

/// How many in one state.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatusCount {
    /// The state.
    pub status: SignalStatus,
    /// How many.
    pub count: i64,
}

/// How many of one account.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountCount {
    /// The account; null for signals whose account nobody knows yet.
    pub account: Option<NamedRef<AccountId>>,
    /// How many.
    pub count: i64,
    /// The latest of them.
    pub last_signal_at: Option<DateTime<Utc>>,
}

/// How many of the accounts that one member owns.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberCount {
    /// The member; null for signals of no owner's accounts.
    pub member: Option<NamedRef<MemberId>>,
    /// How many.
    pub count: i64,
}

/// How many in one channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelCount {
    /// The channel.
    pub channel: NamedRef<ChannelId>,
    /// How many.
    pub count: i64,
}

#[derive(FromQueryResult)]
struct Row {
    facet: String,
    word: Option<String>,
    id: Option<Uuid>,
    name: Option<String>,
    count: i64,
    latest: Option<DateTime<Utc>>,
}

/// Counts in one pass over the tenant's signals.
pub async fn count(
    tx: &TenantTx,
    filter: &SignalFilter,
    visibility: Visibility,
    now: DateTime<Utc>,
) -> Result<SignalCounts, DbErr> {
    let alert = alert_threshold(tx).await?;
    let rows: Vec<Row> = count_sql(tx, filter, visibility, alert, now).all(tx).await?;
    Ok(assemble(rows))
}

/// Each row of `base` knows which facets' filters it passes; a facet counts the rows that pass the other four.
pub(super) fn count_sql(
    tx: &TenantTx,
    filter: &SignalFilter,
    visibility: Visibility,
    alert: i16,
    now: DateTime<Utc>,
) -> Sql {
    let status = status_now(now);
    let mut sql = Sql::new(format!(
        "WITH base AS MATERIALIZED (SELECT s.kind, {status} AS status, s.account_id, s.channel_id, s.confidence, s.posted_at"
    ))
    .bind(tx.tenant_id());
    for (facet, name) in Facet::ALL.into_iter().zip(PASSES) {
        sql = filter.facet(sql.push(", "), facet, now).push(&format!(" AS {name}"));
    }
    sql = filter.common(sql.push(" FROM signals AS s WHERE s.tenant_id = $1"), visibility);
    sql.push(&format!(
        ") \
         SELECT 'total' AS facet, NULL::text AS word, NULL::uuid AS id, NULL::text AS name, count(*) AS count, NULL::timestamptz AS latest \
           FROM base WHERE {all} \
         UNION ALL SELECT 'high_priority', NULL, NULL, NULL, count(*), NULL FROM base WHERE {all} AND confidence >= "
        , all = passing(None)
    ))
    .push_bind(alert)
    .push(" AND posted_at >= ")
    .push_bind(now - HIGH_PRIORITY_FOR)
    .push(&format!(
        " UNION ALL SELECT 'kind', kind, NULL, NULL, count(*), NULL FROM base WHERE {kind} GROUP BY kind \
          UNION ALL SELECT 'status', status, NULL, NULL, count(*), NULL FROM base WHERE {status} GROUP BY status \
          UNION ALL (SELECT 'account', NULL, base.account_id, min(account.name), count(*), max(posted_at) FROM base \
            LEFT JOIN accounts AS account ON account.tenant_id = $1 AND account.id = base.account_id \
            WHERE {account} GROUP BY base.account_id ORDER BY count(*) DESC, max(posted_at) DESC LIMIT {LONGEST}) \
          UNION ALL (SELECT 'member', NULL, account.owner_member_id, min(member.name), count(*), NULL FROM base \
            LEFT JOIN accounts AS account ON account.tenant_id = $1 AND account.id = base.account_id \
            LEFT JOIN members AS member ON member.tenant_id = $1 AND member.id = account.owner_member_id \
            WHERE {member} GROUP BY account.owner_member_id ORDER BY count(*) DESC LIMIT {LONGEST}) \
          UNION ALL (SELECT 'channel', NULL, base.channel_id, min(channel.name), count(*), NULL FROM base \
            JOIN channels AS channel ON channel.tenant_id = $1 AND channel.id = base.channel_id \
            WHERE {channel} GROUP BY base.channel_id ORDER BY count(*) DESC LIMIT {LONGEST})",
        kind = passing(Some(Facet::Kind)),
        status = passing(Some(Facet::Status)),
        account = passing(Some(Facet::Account)),
        member = passing(Some(Facet::Member)),
        channel = passing(Some(Facet::Channel)),
    ))
}

const PASSES: [&str; 5] = [
    "passes_kind",
    "passes_status",
    "passes_account",
    "passes_member",
    "passes_channel",
];

fn passing(but: Option<Facet>) -> String {
    let others = Facet::ALL
        .into_iter()
        .zip(PASSES)
        .filter(|(facet, _)| Some(*facet) != but);
    others.map(|(_, name)| name).collect::<Vec<_>>().join(" AND ")
}

/// From which confidence on the tenant wants to be alerted.
async fn alert_threshold(tx: &TenantTx) -> Result<i16, DbErr> {
    let configured: Option<Option<i32>> = Sql::new(
        "SELECT (config->'thresholds'->>'alert')::integer AS value FROM detection_configs \
          WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1",
    )
    .bind(tx.tenant_id())
    .scalar(tx)
    .await?;
    let standard = i16::from(Thresholds::default().alert.percent());
    Ok(configured
        .flatten()
        .and_then(|alert| i16::try_from(alert).ok())
        .unwrap_or(standard))
}

fn assemble(rows: Vec<Row>) -> SignalCounts {
    let of = |facet: &'static str| rows.iter().filter(move |row| row.facet == facet);
    let single = |facet| of(facet).next().map_or(0, |row| row.count);
    let worded = |facet, word: &str| {
        of(facet)
            .find(|row| row.word.as_deref() == Some(word))
            .map_or(0, |row| row.count)
    };
    SignalCounts {
        total: single("total"),
        high_priority: single("high_priority"),
        by_kind: SignalKind::ALL
            .map(|kind| KindCount {
                kind: Kind(kind),
                count: worded("kind", kind.as_str()),
            })
            .into(),
        by_status: SignalStatus::ALL
            .iter()
            .map(|status| StatusCount {
                status: *status,
                count: worded("status", status.as_str()),
            })
            .collect(),
        by_account: of("account")
            .map(|row| AccountCount {
                account: named(row, AccountId),
                count: row.count,
                last_signal_at: row.latest,
            })
            .collect(),
        by_member: of("member")
            .map(|row| MemberCount {
                member: named(row, MemberId),
                count: row.count,
            })
            .collect(),
        by_channel: of("channel")
            .filter_map(|row| {
                Some(ChannelCount {
                    channel: named(row, ChannelId)?,
                    count: row.count,
                })
            })
            .collect(),
    }
}

fn named<T>(row: &Row, id: impl Fn(Uuid) -> T) -> Option<NamedRef<T>> {
    Some(NamedRef {
        id: id(row.id?),
        name: row.name.clone().unwrap_or_default(),
    })
}
