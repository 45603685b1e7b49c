//! The SQL of accounts.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use momentum_engine::scoring::AccountActivity;
use sea_orm::{DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::model::{Account, AccountSort, CrmAccountRef, Status};
use super::status;
use crate::control::access::Visibility;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::http::{OrNone, PageSize};
use crate::foundation::ids::{AccountId, MemberId};
use crate::signals::NamedRef;

/// What "lately" is in `signals_7d`.
const LATELY: TimeDelta = TimeDelta::days(7);
/// Rows read at a time while looking for accounts of a status, which is decided outside of the database.
const SCANNED: i64 = 500;

/// Which accounts, and in which order.
#[derive(Debug)]
pub(super) struct Filter<'a> {
    pub words: Option<&'a str>,
    pub statuses: &'a [Status],
    pub members: &'a [OrNone<MemberId>],
    pub sort: AccountSort,
}

/// The last account of a page.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub(super) enum Place {
    Name { name: String, id: Uuid },
    LastSignal { at: Option<DateTime<Utc>>, id: Uuid },
    Signals7d { count: i64, id: Uuid },
}

#[derive(Clone, Debug, FromQueryResult)]
struct Row {
    id: AccountId,
    name: String,
    sort_name: String,
    domain: Option<String>,
    owner_member_id: Option<MemberId>,
    owner_name: Option<String>,
    last_signal_at: Option<DateTime<Utc>>,
    last_message_at: Option<DateTime<Utc>>,
    crm_system: Option<String>,
    crm_id: Option<String>,
    crm_url: Option<String>,
    signals_7d: i64,
}

#[derive(Default, FromQueryResult)]
struct Standing {
    account_id: Option<AccountId>,
    open_signals: i64,
    open_risk: i64,
    open_churn: i64,
    last_sentiment: Option<String>,
}

/// One page of accounts and where the next one begins.
pub(super) async fn page(
    tx: &TenantTx,
    filter: &Filter<'_>,
    visibility: Visibility,
    mut after: Option<Place>,
    limit: PageSize,
    now: DateTime<Utc>,
) -> Result<(Vec<Account>, Option<String>), DbErr> {
    let wanted = limit.fetch() as usize;
    let batch = if filter.statuses.is_empty() {
        limit.fetch()
    } else {
        SCANNED
    };
    let mut found: Vec<(Account, Place)> = Vec::new();
    loop {
        let rows = rows(tx, filter, visibility, after.as_ref(), batch, now).await?;
        let is_last = (rows.len() as i64) < batch;
        after = rows.last().map(|row| row.place(filter.sort)).or(after);
        let places: Vec<Place> = rows.iter().map(|row| row.place(filter.sort)).collect();
        let accounts = complete(tx, rows, visibility, now).await?;
        let of_status = |account: &Account| filter.statuses.is_empty() || filter.statuses.contains(&account.status);
        found.extend(
            accounts
                .into_iter()
                .zip(places)
                .filter(|(account, _)| of_status(account)),
        );
        if is_last || found.len() >= wanted {
            break;
        }
    }
    let (found, next) = limit.cut(found, |(_, place)| place.clone());
    Ok((found.into_iter().map(|(account, _)| account).collect(), next))
}

/// One account, if it exists for these eyes.
pub async fn find(
    tx: &TenantTx,
    visibility: Visibility,
    id: AccountId,
    now: DateTime<Utc>,
) -> Result<Option<Account>, DbErr> {
    let sql = select(tx, visibility, now).push(" AND a.id = ").push_bind(id);
    let row: Option<Row> = sql.one(tx).await?;
    Ok(complete(tx, row.into_iter().collect(), visibility, now).await?.pop())
}

async fn rows(
    tx: &TenantTx,
    filter: &Filter<'_>,
    visibility: Visibility,
    after: Option<&Place>,
    most: i64,
    now: DateTime<Utc>,
) -> Result<Vec<Row>, DbErr> {
    let mut sql = select(tx, visibility, now);
    for word in filter.words.unwrap_or_default().split_whitespace() {
        let pattern = format!(
            "%{}%",
            word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
        );
        sql = sql.push(" AND (a.name ILIKE ").push_bind(pattern.clone());
        sql = sql.push(" OR a.domain ILIKE ").push_bind(pattern).push(")");
    }
    if !filter.members.is_empty() {
        let ids = filter.members.iter().filter_map(|member| match member {
            OrNone::Some(id) => Some(id.0),
            OrNone::None => None,
        });
        sql = sql
            .push(" AND (a.owner_member_id = ANY(")
            .push_bind(ids.collect::<Vec<Uuid>>())
            .push(")");
        let or_none = filter.members.contains(&OrNone::None);
        sql = sql.push(if or_none { " OR a.owner_member_id IS NULL)" } else { ")" });
    }
    sql = match after {
        Some(Place::Name { name, id }) if filter.sort == AccountSort::Name => sql
            .push(" AND (lower(a.name), a.id) > (")
            .push_bind(name.as_str())
            .push(", ")
            .push_bind(*id)
            .push(")"),
        Some(Place::LastSignal { at: Some(at), id }) if filter.sort == AccountSort::LastSignal => sql
            .push(" AND (a.last_signal_at IS NULL OR (a.last_signal_at, a.id) < (")
            .push_bind(*at)
            .push(", ")
            .push_bind(*id)
            .push("))"),
        Some(Place::LastSignal { at: None, id }) if filter.sort == AccountSort::LastSignal => {
            sql.push(" AND a.last_signal_at IS NULL AND a.id < ").push_bind(*id)
        }
        Some(Place::Signals7d { count, id }) if filter.sort == AccountSort::Signals7d => sql
            .push(" AND (COALESCE(lately.count, 0), a.id) < (")
            .push_bind(*count)
            .push(", ")
            .push_bind(*id)
            .push(")"),
        _ => sql,
    };
    let order = match filter.sort {
        AccountSort::Name => "lower(a.name), a.id",
        AccountSort::LastSignal => "a.last_signal_at DESC NULLS LAST, a.id DESC",
        AccountSort::Signals7d => "COALESCE(lately.count, 0) DESC, a.id DESC",
    };
    sql.push(&format!(" ORDER BY {order} LIMIT "))
        .push_bind(most)
        .all(tx)
        .await
}

/// The tenant's visible accounts with the number of their recent signals, which one pass over the recent ones gives.
fn select(tx: &TenantTx, visibility: Visibility, now: DateTime<Utc>) -> Sql {
    let sql = Sql::new(
        "SELECT a.id, a.name, lower(a.name) AS sort_name, a.domain, a.owner_member_id, owner.name AS owner_name, a.last_signal_at, \
            a.last_message_at, a.crm_system, a.crm_id, a.crm_url, COALESCE(lately.count, 0) AS signals_7d
           FROM accounts AS a
           LEFT JOIN members AS owner ON owner.tenant_id = a.tenant_id AND owner.id = a.owner_member_id
           LEFT JOIN (SELECT s.account_id, count(*) AS count FROM signals AS s
                       WHERE s.tenant_id = $1 AND s.posted_at >= $2 AND s.account_id IS NOT NULL GROUP BY s.account_id) AS lately
                  ON lately.account_id = a.id
          WHERE a.tenant_id = $1",
    )
    .bind(tx.tenant_id())
    .bind(now - LATELY);
    visibility.limit_accounts(sql, "a")
}

/// Adds what is open, with one query for all rows.
async fn complete(
    tx: &TenantTx,
    rows: Vec<Row>,
    visibility: Visibility,
    now: DateTime<Utc>,
) -> Result<Vec<Account>, DbErr> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id.0).collect();
    let is_open = "(s.status = 'open' OR (s.status = 'snoozed' AND s.snoozed_until <= $3))";
    let sql = Sql::new(format!(
        "SELECT s.account_id, count(*) FILTER (WHERE {is_open}) AS open_signals, \
            count(*) FILTER (WHERE {is_open} AND s.kind = 'risk') AS open_risk, \
            count(*) FILTER (WHERE {is_open} AND s.kind = 'churn') AS open_churn, \
            (array_agg(s.sentiment ORDER BY s.posted_at DESC) FILTER (WHERE s.status <> 'dismissed'))[1] AS last_sentiment
           FROM signals AS s WHERE s.tenant_id = $1 AND s.account_id = ANY($2)"
    ))
    .bind(tx.tenant_id())
    .bind(ids)
    .bind(now);
    let standings: Vec<Standing> = visibility
        .limit_signals(sql, "s")
        .push(" GROUP BY s.account_id")
        .all(tx)
        .await?;
    let mut of_account: HashMap<Option<AccountId>, Standing> = standings
        .into_iter()
        .map(|standing| (standing.account_id, standing))
        .collect();
    Ok(rows
        .into_iter()
        .map(|row| {
            let standing = of_account.remove(&Some(row.id)).unwrap_or_default();
            row.into_account(&standing, now)
        })
        .collect())
}

impl Row {
    fn place(&self, sort: AccountSort) -> Place {
        let id = self.id.0;
        match sort {
            AccountSort::Name => Place::Name {
                name: self.sort_name.clone(),
                id,
            },
            AccountSort::LastSignal => Place::LastSignal {
                at: self.last_signal_at,
                id,
            },
            AccountSort::Signals7d => Place::Signals7d {
                count: self.signals_7d,
                id,
            },
        }
    }

    fn into_account(self, standing: &Standing, now: DateTime<Utc>) -> Account {
        let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
        let activity = AccountActivity {
            last_activity_at: self.last_message_at,
            usual_silence: None,
            open_risk_signals: count(standing.open_risk),
            open_churn_signals: count(standing.open_churn),
            last_signal_negative: matches!(standing.last_sentiment.as_deref(), Some("negative" | "urgent")),
        };
        let (status, status_reason) = status::of(&activity, now);
        Account {
            id: self.id,
            name: self.name,
            domain: self.domain,
            status: Status(status),
            status_reason,
            owner: self
                .owner_member_id
                .zip(self.owner_name)
                .map(|(id, name)| NamedRef { id, name }),
            last_signal_at: self.last_signal_at,
            last_message_at: self.last_message_at,
            signals_7d: self.signals_7d,
            open_signals: standing.open_signals,
            crm: self.crm_system.zip(self.crm_id).map(|(system, id)| CrmAccountRef {
                system,
                id,
                url: self.crm_url,
            }),
        }
    }
}
