//! `/momentum` and its alias `/sentinel`. The answer is for whoever typed it, and comes with the request: our own rows only.

use chrono::{DateTime, Utc};
use momentum_connectors::slack::SlashCommand;
use momentum_connectors::slack::command::CommandWords;
use sea_orm::{DbErr, FromQueryResult};
use serde_json::{Value, json};

use super::door::{SlackApp, Visit};
use super::kit;
use super::people::{self, Known};
use super::tagging::{self, Channel};
use crate::control::access::{ChannelsWrite, ConnectionsRead, Granted, Permit, SignalsAct, SignalsRead};
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::http::{Origin, Problem};
use crate::signals;

const HELP: &str = "*What Momentum does for you here*\n\
    • `/momentum tag Acme` says that this channel is about Acme\n\
    • `/momentum tag Acme https://…` with the link of a message says it of one thread\n\
    • `/momentum config` shows whose this channel is; `/momentum config Acme #acme-customer` says whose a channel is\n\
    • `/momentum status` shows what is open, and how the connections are\n\
    • `@Momentum what's up with Acme?` answers in the thread, or by direct message where customers read\n\
    `/sentinel` does the same as `/momentum`.";

/// What a command may be answered with before it has done anything.
enum Halt {
    Words(String),
    Problem(Problem),
}

impl From<DbErr> for Halt {
    fn from(error: DbErr) -> Self {
        Self::Problem(error.into())
    }
}

impl From<Problem> for Halt {
    fn from(problem: Problem) -> Self {
        if problem.code().status().is_server_error() {
            Self::Problem(problem)
        } else {
            Self::Words(problem.words())
        }
    }
}

/// One command of one member.
struct Order<'a> {
    app: &'a SlackApp,
    visit: &'a Visit,
    known: &'a Known,
    origin: &'a Origin,
    channel: &'a str,
    now: DateTime<Utc>,
}

/// Does what a command asks for, and answers with a message that only the person sees.
pub(super) async fn answer(
    app: &SlackApp,
    command: &SlashCommand,
    origin: Origin,
    now: DateTime<Utc>,
) -> Result<Value, Problem> {
    let (Some(visit), Some(user)) = (
        app.visit(command.installation.as_ref()).await?,
        command.user_id.as_deref(),
    ) else {
        return Ok(ephemeral("This Slack workspace is not connected to Momentum."));
    };
    let words = command.words();
    let tx = visit.db.begin().await?;
    let known = match people::who(&tx, &visit.team, user, None).await? {
        Ok(known) => known,
        Err(stranger) => return Ok(ephemeral(&stranger.advice(&app.base_url))),
    };
    let order = Order {
        app,
        visit: &visit,
        known: &known,
        origin: &origin,
        channel: command.channel_id.as_deref().unwrap_or_default(),
        now,
    };
    let outcome = match words.verb.as_str() {
        "tag" => order.tag(&tx, &words).await,
        "config" => order.config(&tx, &words).await,
        "status" => order.status(&tx).await,
        "" | "help" => Ok(HELP.to_owned()),
        other => Ok(format!(
            "I do not know “{}”.\n{HELP}",
            kit::escaped(&kit::shortened(other, 40))
        )),
    };
    match outcome {
        Ok(said) => {
            tx.commit().await?;
            Ok(ephemeral(&said))
        }
        Err(Halt::Words(said)) => Ok(ephemeral(&said)),
        Err(Halt::Problem(problem)) => Err(problem),
    }
}

fn ephemeral(markup: &str) -> Value {
    json!({ "response_type": "ephemeral", "text": markup, "blocks": [kit::section(markup)] })
}

impl Order<'_> {
    async fn tag(&self, tx: &TenantTx, words: &CommandWords) -> Result<String, Halt> {
        if words.rest.is_empty() {
            return Ok("Say which account: `/momentum tag Acme`.".to_owned());
        }
        let Some(link) = words.links.first() else {
            return self.map(tx, words, self.this_channel(tx).await?).await;
        };
        let (channel, ts) = message_of(link).ok_or_else(|| {
            Halt::Words("That is no link to a message. In Slack, choose “Copy link” of the message.".to_owned())
        })?;
        let auth = self.granted::<SignalsAct>(tx).await?;
        Ok(tagging::tag_thread(tx, &auth, (&self.visit.team, &channel, &ts), &words.rest).await?)
    }

    async fn config(&self, tx: &TenantTx, words: &CommandWords) -> Result<String, Halt> {
        let named = match (words.channel_ids.first(), words.channel_names.first()) {
            (Some(id), _) => Some(tagging::channel(tx, &self.visit.team, id).await?),
            (None, Some(name)) => Some(tagging::channel_named(tx, &self.visit.team, name).await?),
            (None, None) => None,
        };
        let unknown = || Halt::Words("Momentum does not know that channel. Invite the bot to it first.".to_owned());
        let channel = match named {
            Some(found) => found.ok_or_else(unknown)?,
            None => self.this_channel(tx).await?,
        };
        if !words.rest.is_empty() {
            return self.map(tx, words, channel).await;
        }
        let url = &self.app.base_url;
        let whose = match (&channel.account_id, &channel.account_name) {
            (Some(id), Some(name)) => {
                let link = kit::link(&format!("{url}/accounts/{id}"), name);
                format!("#{} is {link}’s channel.", kit::escaped(&channel.name))
            }
            _ => format!("Nobody has said whose channel #{} is.", kit::escaped(&channel.name)),
        };
        Ok(format!(
            "{whose}\n{} · {}",
            kit::link(&format!("{url}/channels"), "All channels"),
            kit::link(&format!("{url}/settings"), "Settings")
        ))
    }

    async fn map(&self, tx: &TenantTx, words: &CommandWords, channel: Channel) -> Result<String, Halt> {
        let auth = self.granted::<ChannelsWrite>(tx).await?;
        let account = tagging::named(tx, auth.visibility, &words.rest, self.now).await?;
        let account = account.map_err(Halt::Words)?;
        Ok(tagging::map_channel(tx, &auth, &channel, &account).await?)
    }

    async fn status(&self, tx: &TenantTx) -> Result<String, Halt> {
        let auth = self.granted::<SignalsRead>(tx).await?;
        let counts = signals::count(tx, &signals::SignalFilter::default(), auth.visibility, self.now).await?;
        let mut lines: Vec<String> = counts
            .by_kind
            .iter()
            .filter(|counted| counted.count > 0)
            .map(|counted| format!("• {}: {}", counted.kind.0.label(), counted.count))
            .collect();
        if lines.is_empty() {
            lines.push("• nothing is open".to_owned());
        }
        lines.insert(
            0,
            format!("*Open signals* ({})", kit::link(&self.app.base_url, "open the feed")),
        );
        if auth.permissions.contains(&ConnectionsRead::PERMISSION) {
            lines.push(format!(
                "*Connections* ({})",
                kit::link(&format!("{}/connectors", self.app.base_url), "details")
            ));
            lines.extend(connections(tx).await?);
        }
        Ok(lines.join("\n"))
    }

    async fn this_channel(&self, tx: &TenantTx) -> Result<Channel, Halt> {
        let found = tagging::channel(tx, &self.visit.team, self.channel).await?;
        found.ok_or_else(|| {
            Halt::Words("Momentum does not know this channel. Invite the bot: `/invite @Momentum`.".to_owned())
        })
    }

    async fn granted<P: Permit>(&self, tx: &TenantTx) -> Result<Granted<P>, Halt> {
        let door = self.visit.door(self.app, self.origin, self.now);
        let granted = Granted::of_member(door, tx, self.known.member_id).await?;
        granted.ok_or_else(|| {
            Halt::Words(format!(
                "Your role does not allow this: it needs the permission {}. Ask an administrator of your company.",
                P::NAME
            ))
        })
    }
}

async fn connections(tx: &TenantTx) -> Result<Vec<String>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        vendor: String,
        name: String,
        status: String,
        status_reason: Option<String>,
    }
    let rows: Vec<Row> = Sql::new(
        "SELECT vendor, name, status, status_reason FROM connections WHERE tenant_id = $1 ORDER BY vendor, name",
    )
    .bind(tx.tenant_id())
    .all(tx)
    .await?;
    let line = |row: Row| {
        let reason = row
            .status_reason
            .map(|reason| format!(": {}", kit::escaped(&kit::shortened(&reason, 200))));
        format!(
            "• {} {}: {}{}",
            row.vendor,
            kit::escaped(&row.name),
            row.status,
            reason.unwrap_or_default()
        )
    };
    Ok(rows.into_iter().map(line).collect())
}

/// Channel and thread of a message's link: `…/archives/C0123/p1700000000000100?thread_ts=1699…`.
fn message_of(link: &str) -> Option<(String, String)> {
    let (_, rest) = link.split_once("/archives/")?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (channel, message) = path.split_once("/p")?;
    let digits = message.trim_end_matches('/');
    let is_usable = digits.len() > 6 && digits.len() < 30 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_channel = !channel.is_empty() && channel.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_usable || !is_channel {
        return None;
    }
    let ts = format!("{}.{}", &digits[..digits.len() - 6], &digits[digits.len() - 6..]);
    let thread = query.split('&').find_map(|pair| pair.strip_prefix("thread_ts="));
    Some((channel.to_owned(), thread.unwrap_or(&ts).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::message_of;

    #[test]
    fn links_to_messages_are_read_and_nothing_else() {
        let found = |channel: &str, ts: &str| Some((channel.to_owned(), ts.to_owned()));
        for (link, message) in [
            (
                "https://n.slack.com/archives/C1/p1700000000000100",
                found("C1", "1700000000.000100"),
            ),
            (
                "https://n.slack.com/archives/C1/p1700000000000100?thread_ts=1699999999.000200&cid=C1",
                found("C1", "1699999999.000200"),
            ),
            ("https://n.slack.com/archives/C1", None),
            ("https://n.slack.com/archives/C1/pabc", None),
            ("https://n.slack.com/archives//p1700000000000100", None),
            ("https://example.com/", None),
        ] {
            assert_eq!(message_of(link), message, "{link}");
        }
    }
}
