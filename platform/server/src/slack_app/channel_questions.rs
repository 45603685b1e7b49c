//! "Which account is #xyz?", asked of an administrator by direct message when signals of a customer's channel wait for it.

use chrono::TimeDelta;
use momentum_connectors::chat::{OutgoingMessage, PostedMessage};
use momentum_connectors::slack::interaction::Suggestion;
use momentum_engine::matching::Query;
use sea_orm::{DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::door::{SlackApp, Visit};
use super::interactions::Place;
use super::jobs::{self, Desk, Trouble};
use super::tagging::{self, Channel};
use super::{kit, people};
use crate::accounts;
use crate::control::access::{ChannelsWrite, Granted, Visibility};
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::http::{Origin, Problem};
use crate::foundation::ids::{AccountId, ChannelId, ConnectionId, SignalId};
use crate::signals::{AccountSuggestion, NamedRef, Suggester};

/// What the buttons and menus are called. They are part of messages that are out there: never rename one.
pub(super) const PREFIX: &str = "channel.";
const CHOOSE: &str = "channel.account";
const SUGGESTED: &str = "channel.suggested";
const NOBODYS: &str = "channel.nobodys";
/// The value of the button that says that the channel is no account's.
const NONE: &str = "none";

/// A person who is asked more often than this in a day stops answering.
const A_DAY: i64 = 3;
/// Options that Slack shows at most are 100; nobody reads more than these.
const OPTIONS: usize = 20;

/// Which channel to ask about.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct QuestionJob {
    pub channel_id: ChannelId,
}

/// Which question was answered, and how.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SettledJob {
    pub connection_id: ConnectionId,
    pub channel_id: ChannelId,
    pub text: String,
}

#[derive(FromQueryResult)]
struct ToAsk {
    channel_id: ChannelId,
}

/// The channel that a block of a question is about.
pub(super) fn channel_of(block_id: &str) -> Option<ChannelId> {
    block_id.split('.').next()?.parse().ok()
}

/// Has somebody asked whose the channels of new signals are, where nobody knows and nobody was asked.
pub async fn consider(tx: &TenantTx, opened: &[SignalId], now: chrono::DateTime<chrono::Utc>) -> Result<(), DbErr> {
    if opened.is_empty() {
        return Ok(());
    }
    let channels: Vec<ToAsk> = Sql::new(
        "SELECT DISTINCT channel.id AS channel_id FROM signals AS signal
           JOIN channels AS channel ON channel.tenant_id = $1 AND channel.id = signal.channel_id
          WHERE signal.tenant_id = $1 AND signal.id = ANY($2) AND signal.account_id IS NULL AND signal.source = 'live'
            AND channel.class = 'customer'
            AND NOT EXISTS (SELECT 1 FROM slack_channel_questions AS question
                             WHERE question.tenant_id = $1 AND question.channel_id = channel.id)",
    )
    .bind(tx.tenant_id())
    .bind(opened.iter().map(|id| id.0).collect::<Vec<Uuid>>())
    .all(tx)
    .await?;
    for ToAsk { channel_id } in channels {
        jobs::enqueue_question(tx, &QuestionJob { channel_id }, now).await?;
    }
    Ok(())
}

/// Asks, unless it is known by now, was asked before, or was enough for today.
pub(super) async fn ask(desk: &Desk<'_>, wanted: QuestionJob) -> Result<(), Trouble> {
    let tx = desk.db.begin().await?;
    let team: Option<String> = Sql::new("SELECT slack_team_id AS value FROM channels WHERE tenant_id = $1 AND id = $2")
        .bind(tx.tenant_id())
        .bind(wanted.channel_id)
        .scalar(&tx)
        .await?;
    let Some(team) = team else { return Ok(()) };
    let Some(channel) = channel_by_id(&tx, wanted.channel_id)
        .await?
        .filter(|known| known.account_id.is_none())
    else {
        return Ok(());
    };
    let asked_today: Option<i64> =
        Sql::new("SELECT count(*) AS value FROM slack_channel_questions WHERE tenant_id = $1 AND asked_at > $2")
            .bind(tx.tenant_id())
            .bind(desk.now - TimeDelta::days(1))
            .scalar(&tx)
            .await?;
    let workspace = people::workspace(&tx, Some(&team))
        .await?
        .filter(|found| found.slack_team_id == team);
    let (Some(workspace), Some((member, user))) = (workspace, people::somebody_to_ask(&tx, &team).await?) else {
        return Ok(());
    };
    if asked_today.unwrap_or(0) >= A_DAY {
        return Ok(());
    }
    let claimed = Sql::new(
        "INSERT INTO slack_channel_questions (tenant_id, channel_id, member_id, slack_team_id, asked_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant_id, channel_id) DO NOTHING",
    )
    .bind(tx.tenant_id())
    .bind(channel.id)
    .bind(member)
    .bind(team.as_str())
    .bind(desk.now)
    .execute(&tx)
    .await?;
    if claimed == 0 {
        return Ok(());
    }
    let suggestions = Suggester::load(&tx)
        .await?
        .suggest(&[Query::ChannelName(&channel.name)]);
    tx.commit().await?;

    let chat = desk.connectors.chat(desk.db, workspace.connection_id);
    let sent = async {
        let direct = chat.open_direct(&user).await?;
        chat.post_message(&question(&channel, &suggestions, direct)).await
    };
    let sent = sent.await;
    let tx = desk.db.begin().await?;
    match &sent {
        Ok(posted) => {
            Sql::new(
                "UPDATE slack_channel_questions SET slack_channel_id = $3, ts = $4 WHERE tenant_id = $1 AND channel_id = $2",
            )
            .bind(tx.tenant_id())
            .bind(channel.id)
            .bind(posted.channel_id.as_str())
            .bind(posted.ts.as_str())
            .execute(&tx)
            .await?;
        }
        // Nobody was asked. After an ambiguous error somebody may have been, and a second question would annoy.
        Err(error) if !error.is_ambiguous() => {
            Sql::new("DELETE FROM slack_channel_questions WHERE tenant_id = $1 AND channel_id = $2")
                .bind(tx.tenant_id())
                .bind(channel.id)
                .execute(&tx)
                .await?;
        }
        Err(_) => {}
    }
    tx.commit().await?;
    match sent {
        Err(error) if !error.is_ambiguous() => Err(Trouble::Slack(workspace.connection_id, error)),
        _ => Ok(()),
    }
}

fn question(channel: &Channel, suggestions: &[AccountSuggestion], direct: String) -> OutgoingMessage {
    let name = kit::escaped(&channel.name);
    let text = format!("Which account is #{name}? Its signals wait for the answer.");
    let mut blocks = vec![kit::section(&format!(
        "*Which account is #{name}?*\nIts signals wait for the answer."
    ))];
    for suggestion in suggestions {
        let account = kit::escaped(&suggestion.account.name);
        blocks.push(kit::context(&format!(
            "*{account}*: {}",
            kit::escaped(&suggestion.reason)
        )));
    }
    let mut elements: Vec<Value> = suggestions
        .iter()
        .enumerate()
        .map(|(at, suggestion)| {
            let id = suggestion.account.id.to_string();
            kit::button(&format!("{SUGGESTED}.{at}"), &suggestion.account.name, &id)
        })
        .collect();
    elements.push(json!({
        "type": "external_select", "action_id": CHOOSE, "min_query_length": 0,
        "placeholder": kit::plain("Another account…", 150),
    }));
    elements.push(kit::button(NOBODYS, "No customer's", NONE));
    blocks.push(kit::actions(&format!("{}.question", channel.id), elements));
    OutgoingMessage {
        channel_id: direct,
        text,
        blocks,
        thread_ts: None,
    }
}

/// Takes the answer of somebody who may map channels.
///
/// # Errors
/// 404 when the tenant has no such channel or account.
pub(super) async fn answer(
    tx: &TenantTx,
    auth: &Granted<ChannelsWrite>,
    channel: ChannelId,
    value: &str,
    connection: ConnectionId,
) -> Result<(), Problem> {
    let channel = channel_by_id(tx, channel).await?.ok_or_else(Problem::not_found)?;
    let said = if value == NONE {
        format!("#{} is no customer’s channel.", kit::escaped(&channel.name))
    } else {
        let account: AccountId = value.parse().map_err(|_| Problem::not_found())?;
        let found = accounts::find(tx, Visibility::All, account, auth.now).await?;
        let account = found.map(|account| NamedRef {
            id: account.id,
            name: account.name,
        });
        tagging::map_channel(tx, auth, &channel, &account.ok_or_else(Problem::not_found)?).await?
    };
    Sql::new("UPDATE slack_channel_questions SET answered_at = $3 WHERE tenant_id = $1 AND channel_id = $2")
        .bind(tx.tenant_id())
        .bind(channel.id)
        .bind(auth.now)
        .execute(tx)
        .await?;
    let settled = SettledJob {
        connection_id: connection,
        channel_id: channel.id,
        text: said,
    };
    Ok(jobs::enqueue_settled(tx, &settled, auth.now).await?)
}

/// Puts the answer in the question's place.
pub(super) async fn show_answer(desk: &Desk<'_>, settled: SettledJob) -> Result<(), Trouble> {
    #[derive(FromQueryResult)]
    struct Asked {
        slack_channel_id: Option<String>,
        ts: Option<String>,
    }
    let tx = desk.db.begin().await?;
    let asked: Option<Asked> =
        Sql::new("SELECT slack_channel_id, ts FROM slack_channel_questions WHERE tenant_id = $1 AND channel_id = $2")
            .bind(tx.tenant_id())
            .bind(settled.channel_id)
            .one(&tx)
            .await?;
    drop(tx);
    let Some((channel_id, ts)) = asked.and_then(|asked| asked.slack_channel_id.zip(asked.ts)) else {
        return Ok(());
    };
    let posted = PostedMessage {
        channel_id: channel_id.clone(),
        ts,
    };
    let message = OutgoingMessage {
        channel_id,
        blocks: vec![kit::section(&settled.text)],
        text: settled.text,
        thread_ts: None,
    };
    let chat = desk.connectors.chat(desk.db, settled.connection_id);
    match chat.update_message(&posted, &message).await {
        Err(error) if error.has_code("message_not_found") => Ok(()),
        answer => answer
            .map(drop)
            .map_err(|error| Trouble::Slack(settled.connection_id, error)),
    }
}

/// The accounts that fit what was typed; to begin with, those that the channel's name suggests.
pub(super) async fn options(
    app: &SlackApp,
    visit: &Visit,
    place: &Place<'_>,
    typed: &Suggestion,
    origin: &Origin,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<Value>, Problem> {
    let tx = visit.db.begin().await?;
    let Ok(known) = people::who(&tx, &visit.team, place.user, place.home_team).await? else {
        return Ok(Vec::new());
    };
    let door = visit.door(app, origin, now);
    let granted: Option<Granted<ChannelsWrite>> = Granted::of_member(door, &tx, known.member_id).await?;
    let channel = match channel_of(&typed.block_id) {
        Some(id) if granted.is_some() && typed.action_id == CHOOSE => channel_by_id(&tx, id).await?,
        _ => None,
    };
    let Some(channel) = channel else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    if !typed.typed.trim().is_empty() {
        found = accounts_like(&tx, typed.typed.trim()).await?;
    }
    let hint = match typed.typed.trim() {
        "" => Query::ChannelName(&channel.name),
        words => Query::guess(words),
    };
    for suggestion in Suggester::load(&tx).await?.suggest(&[hint]) {
        if found.iter().all(|account| account.id != suggestion.account.id) {
            found.push(suggestion.account);
        }
    }
    if found.is_empty() && typed.typed.trim().is_empty() {
        found = accounts_like(&tx, "").await?;
    }
    found.truncate(OPTIONS);
    Ok(found
        .iter()
        .map(|account| kit::option(&account.id.to_string(), &account.name))
        .collect())
}

async fn accounts_like(tx: &TenantTx, words: &str) -> Result<Vec<NamedRef<AccountId>>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        id: AccountId,
        name: String,
    }
    let escaped = words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let rows: Vec<Row> = Sql::new(
        "SELECT id, name FROM accounts WHERE tenant_id = $1 AND name ILIKE $2 ORDER BY lower(name), id LIMIT $3",
    )
    .bind(tx.tenant_id())
    .bind(format!("%{escaped}%"))
    .bind(OPTIONS as i64)
    .all(tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| NamedRef {
            id: row.id,
            name: row.name,
        })
        .collect())
}

async fn channel_by_id(tx: &TenantTx, id: ChannelId) -> Result<Option<Channel>, DbErr> {
    Sql::new(
        "SELECT channel.id, channel.name, account.id AS account_id, account.name AS account_name
           FROM channels AS channel
           LEFT JOIN channel_mappings AS mapping ON mapping.tenant_id = $1 AND mapping.channel_id = channel.id
           LEFT JOIN accounts AS account ON account.tenant_id = $1 AND account.id = mapping.account_id
          WHERE channel.tenant_id = $1 AND channel.id = $2",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .one(tx)
    .await
}
