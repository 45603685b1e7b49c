//! Who wrote a message: a colleague, a person of the customer, or a program.
//!
//! Slack tells little with a message, so the answer is put together from what it does tell, in this order:
//! 1. a bot's mark on the message;
//! 2. the person's row, kept from the workspace's member list (guests and Slack Connect strangers are marked there);
//! 3. the author's Slack workspace, where the message names one: another one than ours is a stranger's;
//! 4. an author whom the workspace's member list does not know, in a channel shared with another company, is a stranger:
//!    our own people are all in that list. Anywhere else an unknown author is a colleague who just joined.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use momentum_engine::message::SenderKind;
use sea_orm::{DbErr, FromQueryResult};

use super::channels::{Channel, Channels};
use crate::accounts::workspace;
use crate::foundation::db::{Sql, TenantTx};
use crate::pipeline::ingest::message::IncomingMessage;

/// An author as far as known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// What the author is to the tenant.
    pub kind: SenderKind,
    /// The name to show.
    pub name: String,
    /// The e-mail address, where Slack tells it.
    pub email: Option<String>,
    /// The job title from the profile.
    pub title: Option<String>,
}

/// The people of a batch.
#[derive(Debug, Default)]
pub struct Authors(HashMap<(String, String), Person>);

#[derive(Clone, Debug, FromQueryResult)]
struct Person {
    slack_team_id: String,
    slack_user_id: String,
    name: String,
    email: Option<String>,
    title: Option<String>,
    kind: String,
}

/// Looks up the authors of `messages`.
///
/// Strangers stand in no list: those of whom nothing is known are read from Slack, and are known at their next message.
pub async fn resolve(
    tx: &TenantTx,
    messages: &[IncomingMessage],
    channels: &Channels,
    now: DateTime<Utc>,
) -> Result<Authors, DbErr> {
    let ids: BTreeSet<String> = messages
        .iter()
        .filter_map(|message| message.author.slack_user_id.clone())
        .collect();
    if ids.is_empty() {
        return Ok(Authors::default());
    }
    let people: Vec<Person> = Sql::new(
        "SELECT slack_team_id, slack_user_id, name, email, title, kind FROM slack_users \
          WHERE tenant_id = $1 AND slack_user_id = ANY($2)",
    )
    .bind(tx.tenant_id())
    .bind(ids.into_iter().collect::<Vec<_>>())
    .all(tx)
    .await?;
    let people = people
        .into_iter()
        .map(|person| ((person.slack_team_id.clone(), person.slack_user_id.clone()), person));
    let authors = Authors(people.collect());
    authors.request_strangers(tx, messages, channels, now).await?;
    Ok(authors)
}

impl Authors {
    async fn request_strangers(
        &self,
        tx: &TenantTx,
        messages: &[IncomingMessage],
        channels: &Channels,
        now: DateTime<Utc>,
    ) -> Result<(), DbErr> {
        let mut unknown: BTreeSet<(&str, &str)> = BTreeSet::new();
        for message in messages.iter().filter(|message| !message.author.is_bot) {
            let is_shared = channels.get(message).is_some_and(|channel| channel.is_external);
            let Some(user) = message.author.slack_user_id.as_deref().filter(|_| is_shared) else {
                continue;
            };
            if !self.0.contains_key(&(message.slack_team_id.clone(), user.to_owned())) {
                unknown.insert((message.slack_team_id.as_str(), user));
            }
        }
        for (team, user) in unknown {
            workspace::request_people(tx, team, &[user.to_owned()], now).await?;
        }
        Ok(())
    }

    /// Who wrote `message`.
    pub fn of(&self, message: &IncomingMessage, channel: &Channel) -> Author {
        let author = &message.author;
        let person = author
            .slack_user_id
            .as_ref()
            .and_then(|user| self.0.get(&(message.slack_team_id.clone(), user.clone())));
        let kind = match (author.is_bot, person, &author.team_id) {
            (true, ..) => SenderKind::Bot,
            (_, Some(person), _) => match person.kind.as_str() {
                "customer" => SenderKind::Customer,
                "bot" => SenderKind::Bot,
                _ => SenderKind::Internal,
            },
            // Until the profile is read: on a whole Enterprise Grid each colleague's own team is another one.
            (_, None, Some(_)) if message.slack_team_id.starts_with('E') => match channel.is_external {
                true => SenderKind::Customer,
                false => SenderKind::Internal,
            },
            (_, None, Some(team)) if *team != message.slack_team_id => SenderKind::Customer,
            (_, None, None) if channel.is_external && author.slack_user_id.is_some() => SenderKind::Customer,
            _ => SenderKind::Internal,
        };
        let fallback = match kind {
            SenderKind::Customer => "Somebody at the customer",
            SenderKind::Internal => "A colleague",
            SenderKind::Bot => "A bot",
        };
        Author {
            kind,
            name: person
                .map(|person| person.name.clone())
                .or_else(|| author.name.clone())
                .unwrap_or_else(|| fallback.to_owned()),
            email: person.and_then(|person| person.email.clone()),
            title: person.and_then(|person| person.title.clone()),
        }
    }
}
