//! Which signals: the same filter for the list and for the counts.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::model::{Kind, Mood, SignalStatus};
use crate::control::access::Visibility;
use crate::foundation::db::Sql;
use crate::foundation::http::{List, OrNone};
use crate::foundation::ids::{AccountId, ChannelId, MemberId};

/// Which signals. Parameters are joined by "and", several values of one parameter by "or".
#[derive(Clone, Debug, Default, Deserialize, IntoParams, garde::Validate)]
#[into_params(parameter_in = Query)]
#[serde(default)]
#[garde(allow_unvalidated)]
pub struct SignalFilter {
    /// Kinds, separated by commas or repeated.
    #[param(value_type = Option<String>, example = "risk,churn")]
    pub kind: List<Kind>,
    /// Accounts; `none` for signals whose account nobody knows yet.
    #[param(value_type = Option<String>)]
    pub account_id: List<OrNone<AccountId>>,
    /// States; `open` when not given. A snoozed signal whose time has come is open.
    #[param(value_type = Option<String>, example = "open,handled")]
    pub status: List<SignalStatus>,
    /// At least this confidence.
    #[garde(range(max = 100))]
    #[param(minimum = 0, maximum = 100)]
    pub confidence_min: Option<u8>,
    /// At most this confidence.
    #[garde(range(max = 100))]
    #[param(minimum = 0, maximum = 100)]
    pub confidence_max: Option<u8>,
    /// Signals of the accounts that these members own; `none` for those of no owner's accounts.
    #[param(value_type = Option<String>)]
    pub member_id: List<OrNone<MemberId>>,
    /// Channels.
    #[param(value_type = Option<String>)]
    pub channel_id: List<ChannelId>,
    /// Attitudes.
    #[param(value_type = Option<String>, example = "negative,urgent")]
    pub sentiment: List<Mood>,
    /// Posted at this time or later (RFC 3339).
    pub since: Option<DateTime<Utc>>,
    /// Posted before this time (RFC 3339).
    pub until: Option<DateTime<Utc>>,
    /// Words in the title, the quote, or the names of account, channel and author.
    #[garde(length(chars, max = 200))]
    pub q: Option<String>,
}

/// What a facet counts by, and therefore does not filter by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Facet {
    Kind,
    Status,
    Account,
    Member,
    Channel,
}

impl Facet {
    pub(super) const ALL: [Self; 5] = [Self::Kind, Self::Status, Self::Account, Self::Member, Self::Channel];
}

/// A signal's state now, as an expression over the alias `s`. Times are literals: they come from our clock.
pub(super) fn status_now(now: DateTime<Utc>) -> String {
    format!(
        "CASE WHEN s.status = 'snoozed' AND s.snoozed_until <= {} THEN 'open' ELSE s.status END",
        literal(now)
    )
}

fn literal(at: DateTime<Utc>) -> String {
    format!(
        "'{}'::timestamptz",
        at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
    )
}

impl SignalFilter {
    /// Appends `AND …` for everything over the alias `s`; `$1` is the tenant.
    pub(super) fn conditions(&self, sql: Sql, visibility: Visibility, now: DateTime<Utc>) -> Sql {
        let sql = self.common(sql, visibility);
        Facet::ALL
            .into_iter()
            .fold(sql, |sql, facet| self.facet(sql.push(" AND "), facet, now))
    }

    /// Appends `AND …` for what every facet filters by.
    pub(super) fn common(&self, sql: Sql, visibility: Visibility) -> Sql {
        let mut sql = visibility.limit_signals(sql, "s");
        if let Some(least) = self.confidence_min {
            sql = sql.push(" AND s.confidence >= ").push_bind(i16::from(least));
        }
        if let Some(most) = self.confidence_max {
            sql = sql.push(" AND s.confidence <= ").push_bind(i16::from(most));
        }
        if let Some(since) = self.since {
            sql = sql.push(" AND s.posted_at >= ").push_bind(since);
        }
        if let Some(until) = self.until {
            sql = sql.push(" AND s.posted_at < ").push_bind(until);
        }
        if !self.sentiment.is_empty() {
            let words = quoted(self.sentiment.iter().map(|mood| mood.0.as_str()));
            sql = sql.push(&format!(" AND s.sentiment IN ({words})"));
        }
        match self.q.as_deref().map(str::trim).filter(|words| !words.is_empty()) {
            Some(words) => words.split_whitespace().fold(sql, contains),
            None => sql,
        }
    }

    /// Appends one facet's condition, without a conjunction.
    pub(super) fn facet(&self, sql: Sql, facet: Facet, now: DateTime<Utc>) -> Sql {
        match facet {
            Facet::Kind if !self.kind.is_empty() => sql.push(&format!(
                "s.kind IN ({})",
                quoted(self.kind.iter().map(|kind| kind.0.as_str()))
            )),
            Facet::Status => sql.push(&self.status_condition(now)),
            Facet::Account if !self.account_id.is_empty() => {
                let (ids, or_none) = split(&self.account_id, |id| id.0);
                let sql = sql.push("(s.account_id = ANY(").push_bind(ids).push(")");
                sql.push(if or_none { " OR s.account_id IS NULL)" } else { ")" })
            }
            Facet::Member if !self.member_id.is_empty() => {
                let (ids, or_none) = split(&self.member_id, |id| id.0);
                let sql = sql
                    .push("(s.account_id IN (SELECT id FROM accounts WHERE tenant_id = $1 AND owner_member_id = ANY(")
                    .push_bind(ids)
                    .push("))");
                sql.push(if or_none {
                    " OR s.account_id IS NULL \
                      OR s.account_id IN (SELECT id FROM accounts WHERE tenant_id = $1 AND owner_member_id IS NULL))"
                } else {
                    ")"
                })
            }
            Facet::Channel if !self.channel_id.is_empty() => {
                let ids: Vec<Uuid> = self.channel_id.iter().map(|id| id.0).collect();
                sql.push("s.channel_id = ANY(").push_bind(ids).push(")")
            }
            _ => sql.push("true"),
        }
    }

    /// Written with literals, so that the planner can prove that the index of open signals holds what is asked for.
    fn status_condition(&self, now: DateTime<Utc>) -> String {
        let wanted: &[SignalStatus] = if self.status.is_empty() {
            &[SignalStatus::Open]
        } else {
            &self.status
        };
        let now = literal(now);
        let each = wanted.iter().map(|status| match status {
            SignalStatus::Open => {
                format!("s.status = 'open' OR (s.status = 'snoozed' AND s.snoozed_until <= {now})")
            }
            SignalStatus::Snoozed => format!("(s.status = 'snoozed' AND s.snoozed_until > {now})"),
            other => format!("s.status = '{}'", other.as_str()),
        });
        format!("({})", each.collect::<Vec<_>>().join(" OR "))
    }
}

/// One word, anywhere in what a card shows.
fn contains(sql: Sql, word: &str) -> Sql {
    let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let word = format!("%{}%", escaped.trim_start_matches('#'));
    let sql = sql.push(" AND (s.title ILIKE ").push_bind(word.clone());
    let sql = sql.push(" OR s.quote ILIKE ").push_bind(word.clone());
    let sql = sql.push(" OR s.author->>'name' ILIKE ").push_bind(word.clone());
    let sql = sql.push(" OR s.account_id IN (SELECT id FROM accounts WHERE tenant_id = $1 AND name ILIKE ");
    let sql = sql.push_bind(word.clone()).push(")");
    let sql = sql.push(" OR s.channel_id IN (SELECT id FROM channels WHERE tenant_id = $1 AND name ILIKE ");
    sql.push_bind(word).push("))")
}

fn quoted<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ")
}

fn split<T: Copy>(list: &[OrNone<T>], uuid: impl Fn(T) -> Uuid) -> (Vec<Uuid>, bool) {
    let ids = list.iter().filter_map(|entry| match entry {
        OrNone::Some(id) => Some(uuid(*id)),
        OrNone::None => None,
    });
    (ids.collect(), list.iter().any(|entry| matches!(entry, OrNone::None)))
}
