//! What the Slack app does behind the three seconds that Slack waits.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use momentum_connectors::slack::views::Ephemeral;
use momentum_connectors::{Chat, ConnectorError};
use sea_orm::DbErr;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::QUEUE;
use super::alerts::{self, RefreshError};
use super::channel_questions::{self, QuestionJob, SettledJob};
use super::{ask, home};
use crate::control::access::Policy;
use crate::control::connections::{self, Connectors};
use crate::foundation::context::Clock;
use crate::foundation::db::{TenantDb, TenantTx};
use crate::foundation::ids::{AccountId, ConnectionId, JobId};
use crate::foundation::jobs::{self, Backoff, Failure, Handler, Job, LaneBatch, NewJob, Queue};
use crate::pipeline::ingest::StoredEvent;
use crate::signals::alerts::{REFRESH, RefreshJob};

const REPLY: &str = "reply";
const ASKED: &str = "asked";
const ANSWER: &str = "answer";
const EVENT: &str = "event";
const HOME: &str = "home";
const QUESTION: &str = "question";
const SETTLED: &str = "question_settled";

/// Words for one person.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Reply {
    pub connection_id: ConnectionId,
    pub user: String,
    /// Where they are; a direct message without it.
    pub channel: Option<String>,
    pub text: String,
}

/// A question about one account, after it was clear which one is meant.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Asked {
    pub connection_id: ConnectionId,
    pub team: String,
    pub user: String,
    pub channel: String,
    pub thread: Option<String>,
    pub account_id: AccountId,
}

#[derive(Debug, Serialize, Deserialize)]
struct HomeJob {
    connection_id: ConnectionId,
    team: String,
    user: String,
}

pub(super) async fn enqueue_reply(tx: &TenantTx, reply: &Reply, now: DateTime<Utc>) -> Result<(), DbErr> {
    enqueue(
        tx,
        NewJob::now(QUEUE, format!("user/{}", reply.user), REPLY, reply, now),
        now,
    )
    .await
}

pub(super) async fn enqueue_asked(tx: &TenantTx, asked: &Asked, now: DateTime<Utc>) -> Result<(), DbErr> {
    enqueue(
        tx,
        NewJob::now(QUEUE, format!("user/{}", asked.user), ASKED, asked, now),
        now,
    )
    .await
}

pub(super) async fn enqueue_answer(tx: &TenantTx, ready: &ask::Ready, now: DateTime<Utc>) -> Result<(), DbErr> {
    let lane = format!("user/{}", ready.user());
    enqueue(tx, NewJob::now(QUEUE, lane, ANSWER, ready, now), now).await
}

/// Shows a person's App Home anew.
pub(super) async fn enqueue_home(
    tx: &TenantTx,
    connection_id: ConnectionId,
    team: &str,
    user: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let (team, user) = (team.to_owned(), user.to_owned());
    let lane = format!("user/{user}");
    let job = HomeJob {
        connection_id,
        team,
        user,
    };
    enqueue(tx, NewJob::now(QUEUE, lane, HOME, &job, now), now).await
}

/// Hands over an event that concerns the Slack app: somebody spoke to the bot, or opened its home.
pub async fn enqueue_event(
    tx: &TenantTx,
    event: &StoredEvent,
    conversation: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let lane = format!("event/{}/{conversation}", event.slack_team_id);
    enqueue(tx, NewJob::now(QUEUE, lane, EVENT, event, now), now).await
}

pub(super) async fn enqueue_question(tx: &TenantTx, question: &QuestionJob, now: DateTime<Utc>) -> Result<(), DbErr> {
    let key = format!("question/{}", question.channel_id);
    let job = NewJob::now(QUEUE, "questions", QUESTION, question, now).unique(key);
    enqueue(tx, job, now).await
}

pub(super) async fn enqueue_settled(tx: &TenantTx, settled: &SettledJob, now: DateTime<Utc>) -> Result<(), DbErr> {
    enqueue(tx, NewJob::now(QUEUE, "questions", SETTLED, settled, now), now).await
}

async fn enqueue(tx: &TenantTx, job: NewJob, now: DateTime<Utc>) -> Result<(), DbErr> {
    jobs::enqueue(tx, now, job).await.map(drop)
}

/// Does the jobs of the Slack app.
pub struct SlackAppHandler {
    clock: Clock,
    connectors: Connectors,
    policy: Policy,
    base_url: String,
}

/// What the work of one job needs.
pub(super) struct Desk<'a> {
    pub db: &'a TenantDb,
    pub connectors: &'a Connectors,
    pub policy: &'a Policy,
    pub base_url: &'a str,
    pub now: DateTime<Utc>,
}

impl SlackAppHandler {
    /// A handler that reaches Slack through `connectors`; `base_url` is where Momentum's pages are.
    pub fn new(clock: Clock, connectors: Connectors, policy: Policy, base_url: String) -> Self {
        Self {
            clock,
            connectors,
            policy,
            base_url,
        }
    }
}

#[async_trait]
impl Handler for SlackAppHandler {
    fn queue(&self) -> Queue {
        Queue {
            name: QUEUE,
            batch: 1,
            lanes: 1,
            concurrency: 4,
            lease: TimeDelta::seconds(60),
            backoff: Backoff {
                base: TimeDelta::seconds(1),
                cap: TimeDelta::minutes(5),
                max_attempts: 8,
            },
        }
    }

    async fn run(&self, batch: &LaneBatch) -> Result<(), Failure> {
        let desk = Desk {
            db: &batch.db,
            connectors: &self.connectors,
            policy: &self.policy,
            base_url: &self.base_url,
            now: self.clock.now(),
        };
        for job in &batch.jobs {
            match desk.work(job).await {
                Ok(()) => {}
                Err(Trouble::Job(failure)) => return Err(failure),
                Err(Trouble::Slack(connection, error)) => settle(&desk, connection, error).await?,
            }
            finish(batch, job.id).await?;
        }
        Ok(())
    }
}

/// Why a job is not done.
pub(super) enum Trouble {
    /// For the queue to decide on.
    Job(Failure),
    /// Slack said no, or could not answer.
    Slack(ConnectionId, ConnectorError),
}

impl From<DbErr> for Trouble {
    fn from(error: DbErr) -> Self {
        Self::Job(error.into())
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Job(failure)
    }
}

impl Desk<'_> {
    async fn work(&self, job: &Job) -> Result<(), Trouble> {
        match job.kind.as_str() {
            REFRESH => {
                let wanted: RefreshJob = payload(job)?;
                let done =
                    alerts::refresh_now(self.connectors, self.db, wanted.signal_id, self.base_url, self.now).await;
                done.map_err(|error| match error {
                    RefreshError::Database(error) => error.into(),
                    RefreshError::Slack { connection, source } => Trouble::Slack(connection, source),
                })
            }
            REPLY => self.tell(&payload::<Reply>(job)?).await,
            ASKED => ask::answer_about(self, &payload::<Asked>(job)?).await,
            ANSWER => ask::say(self, payload(job)?).await,
            EVENT => ask::take_event(self, &payload::<StoredEvent>(job)?).await,
            HOME => {
                let wanted: HomeJob = payload(job)?;
                home::publish(self, wanted.connection_id, &wanted.team, &wanted.user).await
            }
            QUESTION => channel_questions::ask(self, payload::<QuestionJob>(job)?).await,
            SETTLED => channel_questions::show_answer(self, payload::<SettledJob>(job)?).await,
            other => Err(Trouble::Job(Failure::DeadLetter {
                reason: format!("nobody knows what a job of the kind {other:?} is"),
            })),
        }
    }

    /// Tells one person something: where they are, or by direct message.
    pub(super) async fn tell(&self, reply: &Reply) -> Result<(), Trouble> {
        let slack = self.connectors.slack(self.db, reply.connection_id);
        let failed = |error| Trouble::Slack(reply.connection_id, error);
        if let Some(channel) = &reply.channel {
            let message = Ephemeral {
                channel_id: channel.clone(),
                user_id: reply.user.clone(),
                thread_ts: None,
                text: reply.text.clone(),
            };
            match slack.post_ephemeral(&message).await {
                Err(ConnectorError::Rejected { .. }) => {}
                answer => return answer.map_err(failed),
            }
        }
        let channel = slack.open_direct(&reply.user).await.map_err(failed)?;
        let message = momentum_connectors::chat::OutgoingMessage {
            channel_id: channel,
            text: reply.text.clone(),
            blocks: Vec::new(),
            thread_ts: None,
        };
        slack.post_message(&message).await.map_err(failed).map(drop)
    }
}

fn payload<T: DeserializeOwned>(job: &Job) -> Result<T, Failure> {
    serde_json::from_value(job.payload.clone()).map_err(|error| Failure::DeadLetter {
        reason: format!("the job cannot be read: {error}"),
    })
}

async fn finish(batch: &LaneBatch, job: JobId) -> Result<(), Failure> {
    let tx = batch.db.begin().await?;
    batch.complete(&tx, &[job]).await?;
    tx.commit().await?;
    Ok(())
}

/// What Slack's error means for a job. `Ok` means that there is nothing left to do: without a connection nobody can be told
/// anything, and its page says so.
async fn settle(desk: &Desk<'_>, connection: ConnectionId, error: ConnectorError) -> Result<(), Failure> {
    match error {
        ConnectorError::Unauthorized { message } => {
            let tx = desk.db.begin().await?;
            connections::mark_disconnected(&tx, connection, &message, desk.now).await?;
            tx.commit().await?;
            Ok(())
        }
        ConnectorError::RateLimited { retry_after, message } => Err(Failure::Postpone {
            until: desk.now + TimeDelta::from_std(retry_after).unwrap_or(TimeDelta::minutes(1)),
            reason: format!("Slack asks us to wait: {message}"),
        }),
        ConnectorError::Transient { message, .. } => Err(Failure::Retry {
            after: None,
            reason: message,
        }),
        ConnectorError::Rejected { code, message, .. } => Err(Failure::DeadLetter {
            reason: format!("Slack refused: {code}: {message}"),
        }),
    }
}
