//! Channels of which nobody has said whose they are, and whose they may be.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use momentum_engine::matching::Query;
use sea_orm::{DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::model::{Channel, JoinState, UnmappedChannel};
use super::store::{self, Row};
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::http::PageSize;
use crate::signals::Suggester;

/// E-mail addresses of a channel's people that are looked at; one for each domain.
const DOMAINS_LOOKED_AT: usize = 8;

/// The last channel of a page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Place {
    waiting: i64,
    messages: i64,
    name: String,
    id: Uuid,
}

#[derive(FromQueryResult)]
struct Counts {
    waiting_signals: i64,
    messages_30d: i64,
}

struct Found(Row, Counts);

impl FromQueryResult for Found {
    fn from_query_result(row: &sea_orm::QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Self(
            Row::from_query_result(row, prefix)?,
            Counts::from_query_result(row, prefix)?,
        ))
    }
}

/// Watched channels without an account that are customers', or in which signals wait.
const CANDIDATES: &str = "\
    SELECT c.*, counted.waiting_signals, counted.messages_30d
      FROM channels AS c
      CROSS JOIN LATERAL (SELECT
            (SELECT count(*) FROM signals AS s WHERE s.tenant_id = c.tenant_id AND s.channel_id = c.id
                AND s.account_id IS NULL AND s.status IN ('open', 'snoozed')) AS waiting_signals,
            (SELECT count(*) FROM messages AS said WHERE said.tenant_id = c.tenant_id AND said.channel_id = c.id
                AND said.posted_at > $2 AND said.deleted_at IS NULL) AS messages_30d) AS counted
     WHERE c.tenant_id = $1 AND NOT c.is_archived AND c.monitored
       AND NOT EXISTS (SELECT 1 FROM channel_mappings AS mapped WHERE mapped.tenant_id = $1 AND mapped.channel_id = c.id)
       AND (c.class = 'customer' OR counted.waiting_signals > 0)";

fn select(tx: &TenantTx, now: DateTime<Utc>) -> Sql {
    Sql::new(format!(
        "SELECT {}, c.waiting_signals, c.messages_30d FROM ({CANDIDATES}) AS c
           LEFT JOIN channel_mappings AS m ON m.tenant_id = c.tenant_id AND m.channel_id = c.id
           LEFT JOIN accounts AS account ON account.tenant_id = c.tenant_id AND account.id = m.account_id
          WHERE true",
        store::COLUMNS
    ))
    .bind(tx.tenant_id())
    .bind(now - TimeDelta::days(30))
}

/// One page, those with the most waiting signals first, then the busiest, and where the next page begins.
pub(super) async fn page(
    tx: &TenantTx,
    after: Option<Place>,
    limit: PageSize,
    now: DateTime<Utc>,
) -> Result<(Vec<UnmappedChannel>, Option<String>), DbErr> {
    let mut sql = select(tx, now);
    if let Some(place) = after {
        sql = sql
            .push(" AND (-c.waiting_signals, -c.messages_30d, c.name, c.id) > (")
            .push_bind(-place.waiting)
            .push(", ")
            .push_bind(-place.messages)
            .push(", ")
            .push_bind(place.name)
            .push(", ")
            .push_bind(place.id)
            .push(")");
    }
    let rows: Vec<Found> = sql
        .push(" ORDER BY -c.waiting_signals, -c.messages_30d, c.name, c.id LIMIT ")
        .push_bind(limit.fetch())
        .all(tx)
        .await?;
    let (rows, next) = limit.cut(rows, |Found(row, counts)| Place {
        waiting: counts.waiting_signals,
        messages: counts.messages_30d,
        name: row.name.clone(),
        id: row.id.0,
    });
    Ok((complete(tx, rows).await?, next))
}

async fn complete(tx: &TenantTx, rows: Vec<Found>) -> Result<Vec<UnmappedChannel>, DbErr> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let addresses = addresses(tx, rows.iter().map(|Found(row, _)| row.id.0).collect()).await?;
    let suggester = Suggester::load(tx).await?;
    Ok((rows.into_iter())
        .map(|Found(row, counts)| {
            let mut hints = vec![Query::ChannelName(&row.name)];
            let known = addresses.get(&row.id.0).into_iter().flatten();
            hints.extend(known.map(|address| Query::Email(address)));
            let suggestions = suggester.suggest(&hints);
            let channel = store::channel(row, suggestions.first().cloned());
            UnmappedChannel {
                invite_hint: invite_hint(&channel),
                messages_30d: counts.messages_30d,
                waiting_signals: counts.waiting_signals,
                suggestions,
                channel,
            }
        })
        .collect())
}

/// What somebody in the channel has to post so that our bot can read it.
pub(super) fn invite_hint(channel: &Channel) -> Option<String> {
    let why = match channel {
        channel if channel.join_state != JoinState::NeedsInvite => return None,
        channel if channel.is_private => "it is private",
        channel if channel.is_external => "it is shared with another company",
        _ => "Slack does not let bots in by themselves",
    };
    Some(format!(
        "Somebody in #{} has to post “/invite @Momentum” there: {why}, so the bot cannot join by itself.",
        channel.name
    ))
}

/// One address for each e-mail domain of the customers who are in, or wrote in, each channel.
pub(super) async fn addresses(tx: &TenantTx, channels: Vec<Uuid>) -> Result<HashMap<Uuid, Vec<String>>, DbErr> {
    #[derive(FromQueryResult)]
    struct Address {
        channel_id: Uuid,
        email: String,
    }
    let rows: Vec<Address> = Sql::new(
        "SELECT DISTINCT m.channel_id, lower(person.email) AS email
           FROM channel_members AS m
           JOIN channels AS c ON c.tenant_id = m.tenant_id AND c.id = m.channel_id
           JOIN slack_users AS person ON person.tenant_id = m.tenant_id AND person.slack_team_id = c.slack_team_id
                AND person.slack_user_id = m.slack_user_id
          WHERE m.tenant_id = $1 AND m.channel_id = ANY($2) AND person.kind = 'customer' AND person.email IS NOT NULL
          ORDER BY m.channel_id, email",
    )
    .bind(tx.tenant_id())
    .bind(channels)
    .all(tx)
    .await?;
    let mut by_domain: HashMap<Uuid, BTreeMap<String, String>> = HashMap::new();
    for row in rows {
        let Some((_, domain)) = row.email.rsplit_once('@') else {
            continue;
        };
        let domains = by_domain.entry(row.channel_id).or_default();
        if domains.len() < DOMAINS_LOOKED_AT {
            domains.entry(domain.to_owned()).or_insert_with(|| row.email.clone());
        }
    }
    Ok((by_domain.into_iter())
        .map(|(channel, domains)| (channel, domains.into_values().collect()))
        .collect())
}
