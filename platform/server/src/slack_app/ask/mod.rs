//! "@Momentum what's up with Acme?" answered from our own rows, for the eyes of whoever asks.

mod find;
mod question;

pub(super) use find::{Found, find_account};

use momentum_connectors::chat::OutgoingMessage;
use momentum_connectors::slack::SlackEvent;
use momentum_connectors::slack::event::{ConversationType, Message};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::question::Question;
use super::jobs::{self, Asked, Desk, Reply, Trouble};
use super::people::{self, Known};
use super::{alerts, answers, home, kit, requests, tagging};
use crate::control::access::{AccountsRead, Door, Granted, Permit, SignalsAct};
use crate::foundation::db::TenantTx;
use crate::foundation::http::Origin;
use crate::foundation::ids::{AccountId, ConnectionId};
use crate::pipeline::ingest::{Kept, StoredEvent};

/// The buttons of "which account do you mean?" begin with this.
pub(super) const MEANT: &str = "ask.account";

/// What is said, to be posted where it may be.
#[derive(Debug, Serialize, Deserialize)]
struct Answer {
    text: String,
    blocks: Vec<Value>,
}

impl Answer {
    fn words(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            blocks: Vec::new(),
        }
    }
}

/// Where an answer goes.
#[derive(Debug, Serialize, Deserialize)]
struct Place {
    connection: ConnectionId,
    team: String,
    user: String,
    channel: String,
    thread: Option<String>,
    is_direct: bool,
}

/// An answer that is ready.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Ready {
    place: Place,
    answer: Answer,
}

impl Ready {
    /// Who gets it.
    pub fn user(&self) -> &str {
        &self.place.user
    }
}

/// Takes an event in which somebody spoke to the bot or opened its home.
pub(super) async fn take_event(desk: &Desk<'_>, stored: &StoredEvent) -> Result<(), Trouble> {
    let connection = ConnectionId(stored.connection_id);
    let Ok(Kept::Event(envelope)) = stored.read() else {
        return Ok(());
    };
    match &envelope.event {
        SlackEvent::AppMention(message) => asked(desk, stored, connection, message).await,
        SlackEvent::Message(message) if message.channel_type == ConversationType::Direct => {
            asked(desk, stored, connection, message).await
        }
        SlackEvent::Other { event_type } if event_type == "app_home_opened" => {
            let body: Value = serde_json::from_str(&stored.body).unwrap_or_default();
            let at = |pointer: &str| body.pointer(pointer).and_then(Value::as_str);
            match (at("/event/user"), at("/event/tab")) {
                (Some(_), Some("messages")) | (None, _) => Ok(()),
                (Some(user), _) => home::publish(desk, connection, &stored.slack_team_id, user).await,
            }
        }
        _ => Ok(()),
    }
}

async fn asked(
    desk: &Desk<'_>,
    stored: &StoredEvent,
    connection: ConnectionId,
    message: &Message,
) -> Result<(), Trouble> {
    let Some(user) = message.user.as_deref() else {
        return Ok(());
    };
    let is_ours = stored.bot_user_id.as_deref() == Some(user);
    let is_plain = matches!(
        message.subtype.as_deref(),
        None | Some("thread_broadcast" | "file_share")
    );
    if message.is_from_bot() || is_ours || !is_plain {
        return Ok(());
    }
    let is_direct = message.channel_type == ConversationType::Direct;
    let thread = message.thread_ts.clone();
    let place = Place {
        connection,
        team: stored.slack_team_id.clone(),
        user: user.to_owned(),
        channel: message.channel.clone(),
        thread: if is_direct {
            thread
        } else {
            thread.or_else(|| Some(message.ts.clone()))
        },
        is_direct,
    };
    let key = format!("answer/{}/{}", message.channel, message.ts);
    let tx = desk.db.begin().await?;
    if !requests::is_first(&tx, &key, desk.now).await? {
        return Ok(());
    }
    // What the question does is done once, whatever becomes of the answer.
    match people::who(&tx, &place.team, user, message.author_team.as_deref()).await? {
        Ok(known) => {
            let bot = stored.bot_user_id.as_deref().unwrap_or_default();
            let answer = compose(desk, &tx, &place, &known, &Question::read(&message.text, bot)).await?;
            jobs::enqueue_answer(&tx, &Ready { place, answer }, desk.now).await?;
        }
        Err(stranger) => {
            let reply = Reply {
                connection_id: connection,
                user: place.user,
                channel: Some(place.channel),
                text: stranger.advice(desk.base_url),
            };
            jobs::enqueue_reply(&tx, &reply, desk.now).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// Says an answer. One that may have arrived is not said again: who misses it asks again, and twice is noise.
pub(super) async fn say(desk: &Desk<'_>, ready: Ready) -> Result<(), Trouble> {
    match post(desk, &ready.place, ready.answer).await {
        Err(Trouble::Slack(_, error)) if error.is_ambiguous() => Ok(()),
        said => said,
    }
}

/// Answers a question whose account was chosen by a button.
pub(super) async fn answer_about(desk: &Desk<'_>, asked: &Asked) -> Result<(), Trouble> {
    let tx = desk.db.begin().await?;
    let place = Place {
        connection: asked.connection_id,
        team: asked.team.clone(),
        user: asked.user.clone(),
        channel: asked.channel.clone(),
        thread: asked.thread.clone(),
        is_direct: asked.channel.starts_with('D'),
    };
    let Ok(known) = people::who(&tx, &asked.team, &asked.user, None).await? else {
        return Ok(());
    };
    let answer = about(desk, &tx, &place, &known, asked.account_id).await?;
    drop(tx);
    say(desk, Ready { place, answer }).await
}

async fn compose(
    desk: &Desk<'_>,
    tx: &TenantTx,
    place: &Place,
    known: &Known,
    question: &Question,
) -> Result<Answer, Trouble> {
    let name = match question {
        Question::Help => return Ok(Answer::words(HELP)),
        Question::Tag(name) => return tag(desk, tx, place, known, name).await,
        Question::Here => match tagging::account_of_channel(tx, &place.team, &place.channel).await? {
            Some(account) => return about(desk, tx, place, known, account).await,
            None => {
                let url = format!("{}/channels", desk.base_url);
                let link = kit::link(&url, "say whose it is");
                return Ok(Answer::words(format!("Nobody has said whose this channel is: {link}.")));
            }
        },
        Question::About(name) => name,
    };
    let Some(auth) = granted::<AccountsRead>(desk, tx, known).await? else {
        return Ok(Answer::words("Your role does not show you accounts."));
    };
    Ok(match find_account(tx, auth.visibility, name, desk.now).await? {
        Found::One(account) => about(desk, tx, place, known, account.id).await?,
        Found::Several(accounts) => {
            let buttons = accounts
                .iter()
                .enumerate()
                .map(|(at, account)| kit::button(&format!("{MEANT}.{at}"), &account.name, &account.id.to_string()));
            let words = "Which account do you mean?";
            Answer {
                text: words.to_owned(),
                blocks: vec![kit::section(words), kit::actions("ask", buttons.collect())],
            }
        }
        Found::None => {
            let name = kit::escaped(&kit::shortened(name, 80));
            let link = kit::link(&format!("{}/accounts", desk.base_url), "all that you see");
            Answer::words(format!("I know no account “{name}” of yours. Here are {link}."))
        }
    })
}

async fn about(
    desk: &Desk<'_>,
    tx: &TenantTx,
    place: &Place,
    known: &Known,
    account: AccountId,
) -> Result<Answer, Trouble> {
    let Some(auth) = granted::<AccountsRead>(desk, tx, known).await? else {
        return Ok(Answer::words("Your role does not show you accounts."));
    };
    let answer = answers::account(tx, auth.visibility, account, &place.team, desk.base_url, desk.now).await?;
    Ok(answer.map_or_else(
        || Answer::words("That account is not one of yours. Ask its owner, or an administrator."),
        |(text, blocks)| Answer { text, blocks },
    ))
}

async fn tag(desk: &Desk<'_>, tx: &TenantTx, place: &Place, known: &Known, name: &str) -> Result<Answer, Trouble> {
    let Some(auth) = granted::<SignalsAct>(desk, tx, known).await? else {
        return Ok(Answer::words(
            "Your role does not allow this. Ask an administrator of your company.",
        ));
    };
    let ts = place.thread.as_deref().unwrap_or_default();
    let words = tagging::tag_thread(tx, &auth, (&place.team, &place.channel, ts), name).await?;
    Ok(Answer::words(words))
}

async fn granted<P: Permit>(desk: &Desk<'_>, tx: &TenantTx, known: &Known) -> Result<Option<Granted<P>>, Trouble> {
    let door = Door {
        db: desk.db,
        policy: desk.policy,
        origin: Origin::of_job(),
        now: desk.now,
    };
    Ok(Granted::of_member(door, tx, known.member_id).await?)
}

/// Posts an answer in the thread, or by direct message where customers read.
async fn post(desk: &Desk<'_>, place: &Place, answer: Answer) -> Result<(), Trouble> {
    let failed = |error| Trouble::Slack(place.connection, error);
    let chat = desk.connectors.chat(desk.db, place.connection);
    let is_safe = place.is_direct || {
        let tx = desk.db.begin().await?;
        let class = alerts::class_of(&tx, &place.team, &place.channel).await?;
        drop(tx);
        let channel = chat.channel(&place.channel).await.map_err(failed)?;
        channel.is_some_and(|channel| alerts::is_ours_alone(&channel, class.as_deref()))
    };
    let (channel_id, thread_ts) = match is_safe {
        true => (place.channel.clone(), place.thread.clone()),
        false => (chat.open_direct(&place.user).await.map_err(failed)?, None),
    };
    let message = OutgoingMessage {
        channel_id,
        text: answer.text,
        blocks: answer.blocks,
        thread_ts,
    };
    chat.post_message(&message).await.map_err(failed).map(drop)
}

/// What the bot says when nobody asks for anything in particular.
pub(super) const HELP: &str = "Ask me about an account: “what's up with Acme?”, “how is Acme doing?”, “who owns Acme?”, \
    or “what's up here?” in its channel. In a thread, “tag Acme” says that it is about Acme. \
    `/momentum help` shows the commands.";
