//! "This is about Acme": a channel, or one thread of it.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};
use serde_json::json;

use super::ask::{Found, find_account};
use super::{answers, kit};
use crate::accounts::channels::{self, MappingError, NewMapping};
use crate::control::access::{ChannelsWrite, Granted, SignalsAct, Visibility};
use crate::control::audit::{self, Entry};
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::http::Problem;
use crate::foundation::ids::{AccountId, ChannelId};
use crate::signals::{NamedRef, mapping};

/// A channel as Slack and we call it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Channel {
    pub id: ChannelId,
    pub name: String,
    pub account_id: Option<AccountId>,
    pub account_name: Option<String>,
}

const CHANNEL: &str = "\
    SELECT channel.id, channel.name, account.id AS account_id, account.name AS account_name \
      FROM channels AS channel \
      LEFT JOIN channel_mappings AS mapping ON mapping.tenant_id = channel.tenant_id AND mapping.channel_id = channel.id \
      LEFT JOIN accounts AS account ON account.tenant_id = channel.tenant_id AND account.id = mapping.account_id \
     WHERE channel.tenant_id = $1 AND channel.slack_team_id = $2";

/// The channel with this id of Slack's.
pub async fn channel(tx: &TenantTx, team: &str, slack_channel: &str) -> Result<Option<Channel>, DbErr> {
    let sql = Sql::new(CHANNEL).bind(tx.tenant_id()).bind(team);
    sql.push(" AND channel.slack_channel_id = ")
        .push_bind(slack_channel)
        .one(tx)
        .await
}

/// The channel of this name.
pub async fn channel_named(tx: &TenantTx, team: &str, name: &str) -> Result<Option<Channel>, DbErr> {
    let sql = Sql::new(CHANNEL).bind(tx.tenant_id()).bind(team);
    let sql = sql.push(" AND lower(channel.name) = lower(").push_bind(name).push(")");
    sql.push(" ORDER BY channel.is_archived LIMIT 1").one(tx).await
}

/// Whose a channel is.
pub async fn account_of_channel(tx: &TenantTx, team: &str, slack_channel: &str) -> Result<Option<AccountId>, DbErr> {
    Ok(channel(tx, team, slack_channel)
        .await?
        .and_then(|channel| channel.account_id))
}

/// Says whose a channel is, and audits it. Answers what to tell.
pub async fn map_channel(
    tx: &TenantTx,
    auth: &Granted<ChannelsWrite>,
    channel: &Channel,
    account: &NamedRef<AccountId>,
) -> Result<String, Problem> {
    let new = NewMapping {
        channel: channel.id,
        account: account.id,
        mapped_by: auth.actor.member_id(),
    };
    let mapped = channels::map(tx, new, auth.now).await.map_err(|error| match error {
        MappingError::Database(error) => error.into(),
        MappingError::NoChannel | MappingError::NoAccount => Problem::not_found(),
    })?;
    let detail = json!({ "account_id": account.id.to_string(), "signals": mapped.signals.len(), "from": "slack" });
    let entry = Entry::new(&auth.actor, "channel.mapped");
    audit::append(tx, auth.now, entry.from(&auth.origin).on(channel.id).with(detail)).await?;
    let moved = match mapped.signals.len() {
        0 => String::new(),
        count => format!(" {} moved there.", answers::counted(count as i64, "signal")),
    };
    Ok(format!(
        "#{} is *{}*’s channel from now on.{moved}",
        kit::escaped(&channel.name),
        kit::escaped(&account.name)
    ))
}

/// Gives the signals of one thread (Slack workspace, channel, ts of its first message) to the account of this name.
/// Answers what to tell.
pub async fn tag_thread(
    tx: &TenantTx,
    auth: &Granted<SignalsAct>,
    (team, slack_channel, ts): (&str, &str, &str),
    name: &str,
) -> Result<String, DbErr> {
    let account = match named(tx, auth.visibility, name, auth.now).await? {
        Ok(account) => account,
        Err(words) => return Ok(words),
    };
    let Some(channel) = channel(tx, team, slack_channel).await? else {
        return Ok("Momentum does not know this channel yet.".to_owned());
    };
    let only_unknown = auth.visibility != Visibility::All;
    let moved = mapping::assign_thread(tx, (channel.id, ts), account.id, only_unknown, auth.now).await?;
    let name = kit::escaped(&account.name);
    if moved.is_empty() {
        return Ok(format!(
            "Nothing to move: no open signal of this thread waits for an account other than *{name}*."
        ));
    }
    let detail = json!({ "account_id": account.id.to_string(), "signals": moved.len(), "from": "slack" });
    let entry = Entry::new(&auth.actor, "thread.tagged");
    audit::append(tx, auth.now, entry.from(&auth.origin).on(channel.id).with(detail)).await?;
    let count = moved.len() as i64;
    let verb = if count == 1 { "is" } else { "are" };
    Ok(format!(
        "{} of this thread {verb} *{name}*’s now.",
        answers::counted(count, "signal")
    ))
}

/// The account of a name, or what to say when it is not clear.
pub async fn named(
    tx: &TenantTx,
    visibility: Visibility,
    name: &str,
    now: DateTime<Utc>,
) -> Result<Result<NamedRef<AccountId>, String>, DbErr> {
    Ok(match find_account(tx, visibility, name, now).await? {
        Found::One(account) => Ok(account),
        Found::Several(accounts) => {
            let names: Vec<String> = accounts.iter().map(|account| kit::escaped(&account.name)).collect();
            Err(format!(
                "Several accounts may be meant: {}. Write the whole name.",
                names.join(", ")
            ))
        }
        Found::None => Err(format!(
            "I know no account “{}” of yours.",
            kit::escaped(&kit::shortened(name, 80))
        )),
    })
}
