//! Channels as the tenant knows them. A channel that is seen for the first time gets a row at once, and is read from Slack for
//! its name.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use momentum_engine::message::ChannelKind;
use sea_orm::{DbErr, FromQueryResult};
use serde_json::json;

use crate::accounts::workspace;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{AccountId, ChannelId};
use crate::pipeline::ingest::message::IncomingMessage;

/// A channel.
#[derive(Clone, Debug)]
pub struct Channel {
    /// Its id.
    pub id: ChannelId,
    /// Its name without `#`; Slack's id until the name is known.
    pub name: String,
    /// What sort of channel it is.
    pub kind: ChannelKind,
    /// People of another company are in it.
    pub is_external: bool,
    /// Whether its messages are to be looked at.
    pub is_monitored: bool,
    /// The account it is mapped to.
    pub account_id: Option<AccountId>,
}

/// The channels of a batch.
#[derive(Debug, Default)]
pub struct Channels(HashMap<(String, String), Channel>);

impl Channels {
    /// The channel of a message.
    pub fn get(&self, message: &IncomingMessage) -> Option<&Channel> {
        self.0
            .get(&(message.slack_team_id.clone(), message.slack_channel_id.clone()))
    }
}

#[derive(FromQueryResult)]
struct Row {
    id: ChannelId,
    slack_team_id: String,
    slack_channel_id: String,
    name: String,
    class: String,
    is_external: bool,
    monitored: bool,
    account_id: Option<AccountId>,
}

/// The channels of `messages`; unknown ones are made.
pub async fn resolve(tx: &TenantTx, messages: &[IncomingMessage], now: DateTime<Utc>) -> Result<Channels, DbErr> {
    let wanted: BTreeSet<(&str, &str, bool)> = messages
        .iter()
        .map(|message| {
            (
                message.slack_team_id.as_str(),
                message.slack_channel_id.as_str(),
                message.is_external_channel,
            )
        })
        .collect();
    find_or_create(tx, wanted, now).await
}

/// The channel with this Slack id; made when it is unknown.
pub async fn resolve_one(
    tx: &TenantTx,
    slack_team_id: &str,
    slack_channel_id: &str,
    now: DateTime<Utc>,
) -> Result<Option<Channel>, DbErr> {
    let found = find_or_create(tx, BTreeSet::from([(slack_team_id, slack_channel_id, false)]), now).await?;
    Ok(found.0.into_values().next())
}

async fn find_or_create(
    tx: &TenantTx,
    wanted: BTreeSet<(&str, &str, bool)>,
    now: DateTime<Utc>,
) -> Result<Channels, DbErr> {
    let mut found = find(tx, &wanted).await?;
    let unknown: Vec<_> = wanted
        .iter()
        .filter(|(team, channel, _)| !found.0.contains_key(&((*team).to_owned(), (*channel).to_owned())))
        .map(|(team, channel, is_external)| {
            json!({
                "id": ChannelId::generate().0, "slack_team_id": team, "slack_channel_id": channel,
                "class": ChannelKind::classify(channel, *is_external).as_str(), "is_external": is_external,
            })
        })
        .collect();
    if !unknown.is_empty() {
        Sql::new(
            "INSERT INTO channels (tenant_id, id, slack_team_id, slack_channel_id, name, class, is_external, created_at, updated_at)
             SELECT DISTINCT ON (slack_team_id, slack_channel_id) $1, id, slack_team_id, slack_channel_id, slack_channel_id, class, is_external, $3, $3
               FROM jsonb_to_recordset($2) AS row (id uuid, slack_team_id text, slack_channel_id text, class text, is_external boolean)
              ORDER BY slack_team_id, slack_channel_id, is_external DESC
             ON CONFLICT (tenant_id, slack_team_id, slack_channel_id) DO NOTHING",
        )
        .bind(tx.tenant_id())
        .bind(serde_json::Value::Array(unknown))
        .bind(now)
        .execute(tx)
        .await?;
        for (team, channel, _) in &wanted {
            if !found.0.contains_key(&((*team).to_owned(), (*channel).to_owned())) {
                workspace::request_channel_of(tx, team, channel, now).await?;
            }
        }
        found = find(tx, &wanted).await?;
    }
    Ok(found)
}

/// The channels that are known. Each is one step in an index, whatever the planner believes: subqueries with a limit are not
/// made into a join, which might read all of the tenant's.
async fn find(tx: &TenantTx, wanted: &BTreeSet<(&str, &str, bool)>) -> Result<Channels, DbErr> {
    let keys: BTreeSet<(&str, &str)> = wanted.iter().map(|(team, channel, _)| (*team, *channel)).collect();
    let (teams, ids): (Vec<String>, Vec<String>) = keys
        .into_iter()
        .map(|(team, channel)| (team.to_owned(), channel.to_owned()))
        .unzip();
    let rows: Vec<Row> = Sql::new(
        "SELECT known.* FROM unnest($2::text[], $3::text[]) AS wanted (team, channel), LATERAL (
             SELECT id, slack_team_id, slack_channel_id, name, class, is_external, monitored,
                    (SELECT account_id FROM channel_mappings AS mapping
                      WHERE mapping.tenant_id = $1 AND mapping.channel_id = channels.id LIMIT 1) AS account_id
               FROM channels
              WHERE tenant_id = $1 AND slack_team_id = wanted.team AND slack_channel_id = wanted.channel LIMIT 1) AS known",
    )
    .bind(tx.tenant_id())
    .bind(teams)
    .bind(ids)
    .all(tx)
    .await?;
    let channels = rows.into_iter().map(|row| {
        let channel = Channel {
            id: row.id,
            kind: ChannelKind::from_name(&row.class),
            name: row.name,
            is_external: row.is_external,
            is_monitored: row.monitored,
            account_id: row.account_id,
        };
        ((row.slack_team_id, row.slack_channel_id), channel)
    });
    Ok(Channels(channels.collect()))
}
