//! The SQL of channels.

use chrono::{DateTime, Utc};
use momentum_engine::matching::Query;
use sea_orm::{DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::model::{Channel, ChannelClass, ChannelMapping, JoinState, UpdateChannel};
use crate::accounts::workspace;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::http::PageSize;
use crate::foundation::ids::{AccountId, ChannelId};
use crate::signals::{AccountSuggestion, NamedRef, Suggester};

/// The last channel of a page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Place {
    name: String,
    id: Uuid,
}

/// Which channels.
#[derive(Debug, Default)]
pub(super) struct Filter<'a> {
    pub words: Option<&'a str>,
    pub is_mapped: Option<bool>,
    pub class: Option<ChannelClass>,
    pub account: Option<AccountId>,
    pub is_archived: bool,
}

#[derive(FromQueryResult)]
pub(super) struct Row {
    pub id: ChannelId,
    slack_channel_id: String,
    pub name: String,
    class: String,
    is_external: bool,
    is_private: bool,
    monitored: bool,
    is_archived: bool,
    is_member: bool,
    num_members: Option<i64>,
    is_joining: bool,
    join_refused: Option<String>,
    last_message_at: Option<DateTime<Utc>>,
    account_id: Option<AccountId>,
    account_name: Option<String>,
}

/// What [`Row`] is made of, of a channel `c` with its mapping `m` and account `account`.
pub(super) const COLUMNS: &str = "c.id, c.slack_channel_id, c.name, c.class, c.is_external, c.is_private, c.monitored, \
    c.is_archived, c.is_member, c.num_members, c.join_requested_at IS NOT NULL AS is_joining, c.join_refused, \
    c.last_message_at, m.account_id, account.name AS account_name";

const FROM: &str = " \
      FROM channels AS c \
      LEFT JOIN channel_mappings AS m ON m.tenant_id = c.tenant_id AND m.channel_id = c.id \
      LEFT JOIN accounts AS account ON account.tenant_id = c.tenant_id AND account.id = m.account_id \
     WHERE c.tenant_id = $1";

/// One page of channels by name, and where the next one begins.
pub(super) async fn page(
    tx: &TenantTx,
    filter: &Filter<'_>,
    after: Option<Place>,
    limit: PageSize,
) -> Result<(Vec<Channel>, Option<String>), DbErr> {
    let mut sql = Sql::new(format!("SELECT {COLUMNS}{FROM}")).bind(tx.tenant_id());
    sql = sql.push(if filter.is_archived {
        " AND c.is_archived"
    } else {
        " AND NOT c.is_archived"
    });
    if let Some(class) = filter.class {
        sql = sql.push(" AND c.class = ").push_bind(class.0.as_str());
    }
    if let Some(account) = filter.account {
        sql = sql.push(" AND m.account_id = ").push_bind(account);
    }
    for word in filter.words.unwrap_or_default().split_whitespace() {
        let word = word
            .trim_start_matches('#')
            .replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_");
        sql = sql.push(" AND c.name ILIKE ").push_bind(format!("%{word}%"));
    }
    if let Some(is_mapped) = filter.is_mapped {
        sql = sql.push(if is_mapped {
            " AND m.account_id IS NOT NULL"
        } else {
            " AND m.account_id IS NULL"
        });
    }
    if let Some(Place { name, id }) = after {
        sql = sql
            .push(" AND (c.name, c.id) > (")
            .push_bind(name)
            .push(", ")
            .push_bind(id)
            .push(")");
    }
    let rows: Vec<Row> = sql
        .push(" ORDER BY c.name, c.id LIMIT ")
        .push_bind(limit.fetch())
        .all(tx)
        .await?;
    let (rows, next) = limit.cut(rows, |row| Place {
        name: row.name.clone(),
        id: row.id.0,
    });
    Ok((complete(tx, rows).await?, next))
}

/// One channel.
pub(super) async fn find(tx: &TenantTx, id: ChannelId) -> Result<Option<Channel>, DbErr> {
    let row: Option<Row> = Sql::new(format!("SELECT {COLUMNS}{FROM}"))
        .bind(tx.tenant_id())
        .push(" AND c.id = ")
        .push_bind(id)
        .one(tx)
        .await?;
    Ok(complete(tx, row.into_iter().collect()).await?.pop())
}

/// Changes what is given; false when there is no such channel.
pub(super) async fn update(
    tx: &TenantTx,
    id: ChannelId,
    change: &UpdateChannel,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let changed = Sql::new(
        "UPDATE channels SET monitored = COALESCE($3, monitored), class = COALESCE($4, class), \
            class_is_chosen = class_is_chosen OR $4::text IS NOT NULL, updated_at = $5
          WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(change.monitored)
    .bind(change.class.map(|class| class.0.as_str()))
    .bind(now)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// One page of mappings by channel name, and where the next one begins.
pub(super) async fn mappings(
    tx: &TenantTx,
    after: Option<Place>,
    limit: PageSize,
) -> Result<(Vec<ChannelMapping>, Option<String>), DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        channel_id: ChannelId,
        channel_name: String,
        account_id: AccountId,
        account_name: String,
        source: String,
        confidence: i16,
        reason: String,
        mapped_at: DateTime<Utc>,
    }
    let mut sql = Sql::new(
        "SELECT m.channel_id, c.name AS channel_name, m.account_id, account.name AS account_name, m.source, m.confidence, \
            m.reason, m.mapped_at
           FROM channel_mappings AS m
           JOIN channels AS c ON c.tenant_id = m.tenant_id AND c.id = m.channel_id
           JOIN accounts AS account ON account.tenant_id = m.tenant_id AND account.id = m.account_id
          WHERE m.tenant_id = $1",
    )
    .bind(tx.tenant_id());
    if let Some(Place { name, id }) = after {
        sql = sql
            .push(" AND (c.name, c.id) > (")
            .push_bind(name)
            .push(", ")
            .push_bind(id)
            .push(")");
    }
    let rows: Vec<Row> = sql
        .push(" ORDER BY c.name, c.id LIMIT ")
        .push_bind(limit.fetch())
        .all(tx)
        .await?;
    let (rows, next) = limit.cut(rows, |row| Place {
        name: row.channel_name.clone(),
        id: row.channel_id.0,
    });
    let mappings = rows.into_iter().map(|row| ChannelMapping {
        channel: NamedRef {
            id: row.channel_id,
            name: row.channel_name,
        },
        account: NamedRef {
            id: row.account_id,
            name: row.account_name,
        },
        source: row.source,
        confidence: u8::try_from(row.confidence).unwrap_or(0),
        reason: row.reason,
        mapped_at: row.mapped_at,
    });
    Ok((mappings.collect(), next))
}

/// Adds whose unmapped customer channels may be.
async fn complete(tx: &TenantTx, rows: Vec<Row>) -> Result<Vec<Channel>, DbErr> {
    let needs_suggestion = rows.iter().any(|row| row.account_id.is_none());
    let suggester = if needs_suggestion {
        Some(Suggester::load(tx).await?)
    } else {
        None
    };
    Ok((rows.into_iter())
        .map(|row| {
            let suggester = suggester.as_ref().filter(|_| row.account_id.is_none());
            let suggestion =
                suggester.and_then(|known| known.suggest(&[Query::ChannelName(&row.name)]).into_iter().next());
            channel(row, suggestion)
        })
        .collect())
}

/// A row as people see it.
pub(super) fn channel(row: Row, suggestion: Option<AccountSuggestion>) -> Channel {
    Channel {
        join_state: join_state(&row),
        id: row.id,
        slack_channel_id: row.slack_channel_id,
        class: ChannelClass(momentum_engine::message::ChannelKind::from_name(&row.class)),
        name: row.name,
        is_external: row.is_external,
        is_private: row.is_private,
        monitored: row.monitored,
        is_archived: row.is_archived,
        is_member: row.is_member,
        num_members: row.num_members,
        account: row
            .account_id
            .zip(row.account_name)
            .map(|(id, name)| NamedRef { id, name }),
        last_message_at: row.last_message_at,
        suggestion,
    }
}

/// A bot joins public channels of its own company by itself, unless Slack refused; whoever threw it out may call it back.
fn join_state(row: &Row) -> JoinState {
    let refused = row
        .join_refused
        .as_deref()
        .is_some_and(|code| code != workspace::REMOVED);
    match row {
        row if row.is_archived => JoinState::Archived,
        row if row.is_member => JoinState::Member,
        row if row.is_private || row.is_external || refused => JoinState::NeedsInvite,
        row if row.is_joining => JoinState::Joining,
        _ => JoinState::CanJoin,
    }
}
