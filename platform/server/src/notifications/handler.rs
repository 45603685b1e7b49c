//! Sends notices: one at a time for each recipient and way, decided once more just before.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{DbErr, FromQueryResult};
use serde::de::DeserializeOwned;

use super::calendar::day_began;
use super::decision::{Decision, Question, decide};
use super::letters::{self, Envelope, Letter};
use super::lost;
use super::model::{NoticePurpose, NoticeReason, NoticeState, NoticeWay, Recipient};
use super::request;
use super::rules;
use super::store::{self, NewNotice, NoticeJob};
use super::{QUEUE, digest, slack, unsubscribe};
use crate::control::connections::{CONNECTION_LOST, Connectors};
use crate::foundation::context::Clock;
use crate::foundation::crypto::Sealer;
use crate::foundation::db::{Sql, TenantDb, TenantTx};
use crate::foundation::ids::{MemberId, NotificationId, SignalId};
use crate::foundation::jobs::{Backoff, Failure, Handler, Job, LaneBatch, Queue};
use crate::foundation::mail::{Email, MailError, Mailer};
use crate::slack_app::alerts::{Alert, AlertTarget};

/// Does the jobs of the queue of notices.
pub struct NotificationHandler {
    clock: Clock,
    connectors: Connectors,
    mailer: Option<Mailer>,
    sealer: Sealer,
    base_url: String,
}

impl NotificationHandler {
    /// Without a `mailer`, nothing is mailed. `base_url` is where people find Momentum.
    pub fn new(clock: Clock, connectors: Connectors, mailer: Option<Mailer>, sealer: Sealer, base_url: String) -> Self {
        Self {
            clock,
            connectors,
            mailer,
            sealer,
            base_url,
        }
    }
}

/// A notice as stored.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Notice {
    pub id: NotificationId,
    pub subject: String,
    pub way: String,
    pub purpose: String,
    pub recipient: String,
    pub member_id: Option<MemberId>,
    pub signal_id: Option<SignalId>,
    pub state: String,
    pub covers_from: Option<DateTime<Utc>>,
    pub covers_to: Option<DateTime<Utc>>,
    pub attempted_at: Option<DateTime<Utc>>,
}

/// What became of a notice.
pub(super) enum Fate {
    /// It is on its way, or was before.
    Sent,
    /// It ends here.
    Ends(NoticeState, NoticeReason),
    /// It waits.
    Waits(Decision),
    /// It ends here, and the signal's present recipients are told instead.
    Readdress,
    /// It ends here, and goes by mail instead.
    ByMail(NoticeReason),
    /// The address is refused for good.
    AddressRefused(String),
}

#[async_trait]
impl Handler for NotificationHandler {
    fn queue(&self) -> Queue {
        Queue {
            name: QUEUE,
            batch: 1,
            lanes: 1,
            concurrency: 4,
            lease: TimeDelta::seconds(90),
            // Forty attempts reach over 15 hours; an alert that is older is in the digest's numbers by then.
            backoff: Backoff {
                base: TimeDelta::seconds(5),
                cap: TimeDelta::minutes(30),
                max_attempts: 40,
            },
        }
    }

    async fn run(&self, batch: &LaneBatch) -> Result<(), Failure> {
        for job in &batch.jobs {
            if job.kind == CONNECTION_LOST {
                let connection = parse(job)?;
                let tx = batch.db.begin().await?;
                lost::request(&tx, &connection, self.mailer.is_some(), self.clock.now()).await?;
                batch.complete(&tx, &[job.id]).await?;
                tx.commit().await?;
                continue;
            }
            let wanted: NoticeJob = parse(job)?;
            let tx = batch.db.begin().await?;
            let fate = match read(&tx, wanted.notification_id).await? {
                Some(notice) if notice.state == NoticeState::Pending.as_str() => {
                    Some((self.send(&batch.db, tx, &notice).await?, notice))
                }
                _ => {
                    drop(tx);
                    None
                }
            };
            let tx = batch.db.begin().await?;
            if let Some((fate, notice)) = fate {
                record(&tx, &notice, fate, self.mailer.is_some(), self.clock.now()).await?;
            }
            batch.complete(&tx, &[job.id]).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn on_dead_letter(&self, tx: &TenantTx, job: &Job, _: &str) -> Result<(), DbErr> {
        match serde_json::from_value::<NoticeJob>(job.payload.clone()) {
            Ok(wanted) => {
                let (failed, why) = (NoticeState::Failed, Some(NoticeReason::GaveUp));
                store::settle(tx, wanted.notification_id, failed, why, self.clock.now()).await
            }
            Err(_) => Ok(()),
        }
    }
}

impl NotificationHandler {
    /// Sends a notice that was read in `tx`, which is given back before anybody outside is called.
    async fn send(&self, db: &TenantDb, tx: TenantTx, notice: &Notice) -> Result<Fate, Failure> {
        let now = self.clock.now();
        let person = match notice.member_id {
            Some(member) => store::person(&tx, member).await?,
            None => None,
        };
        match (&person, notice.signal_id) {
            (Some(person), _) if !person.is_active => Ok(Fate::Ends(NoticeState::Suppressed, NoticeReason::Left)),
            (Some(person), Some(signal)) => {
                if let Some(fate) = still_wanted(&tx, person, signal, now).await? {
                    return Ok(fate);
                }
                if notice.way == NoticeWay::SlackDm.as_str() {
                    drop(tx);
                    let alert = Alert {
                        signal_id: signal,
                        to: AlertTarget::Member(person.id),
                    };
                    return slack::alert(&self.connectors, db, notice.id, &alert, &self.base_url, now).await;
                }
                let Some(item) = digest::item(&tx, signal).await? else {
                    return Ok(Fate::Ends(NoticeState::Suppressed, NoticeReason::DealtWith));
                };
                let letter = letters::alert(&item, person, &self.envelope(&tx, person, notice.id, now));
                drop(tx);
                self.mail(notice, person, letter, now).await
            }
            (Some(person), None) => {
                let (letter, why_not) = match notice.purpose == NoticePurpose::System.as_str() {
                    true => (self.lost(&tx, person, notice, now).await?, NoticeReason::DealtWith),
                    false => (self.digest(&tx, person, notice, now).await?, NoticeReason::NothingToSay),
                };
                let Some(letter) = letter else {
                    return Ok(Fate::Ends(NoticeState::Suppressed, why_not));
                };
                if notice.way == NoticeWay::Email.as_str() {
                    drop(tx);
                    return self.mail(notice, person, letter, now).await;
                }
                let connection = store::slack_connection(&tx).await?;
                drop(tx);
                match (connection, &person.slack_user_id) {
                    (Some(connection), Some(user)) => {
                        slack::letter(&self.connectors, db, connection, notice, user, &letter, now).await
                    }
                    _ => Ok(Fate::ByMail(NoticeReason::NoWay)),
                }
            }
            (None, Some(signal)) => {
                drop(tx);
                let alert = Alert {
                    signal_id: signal,
                    to: AlertTarget::Channel(notice.recipient.clone()),
                };
                slack::alert(&self.connectors, db, notice.id, &alert, &self.base_url, now).await
            }
            (None, None) => Ok(Fate::Ends(NoticeState::Suppressed, NoticeReason::Left)),
        }
    }

    async fn lost(
        &self,
        tx: &TenantTx,
        person: &Recipient,
        notice: &Notice,
        now: DateTime<Utc>,
    ) -> Result<Option<Letter>, DbErr> {
        let lost = lost::facts(tx, &notice.subject).await?;
        let envelope = self.envelope(tx, person, notice.id, now);
        Ok(lost.map(|lost| letters::lost(&lost, person, &envelope)))
    }

    async fn digest(
        &self,
        tx: &TenantTx,
        person: &Recipient,
        notice: &Notice,
        now: DateTime<Utc>,
    ) -> Result<Option<Letter>, DbErr> {
        let purpose: NoticePurpose = notice.purpose.parse().map_err(DbErr::Type)?;
        let to = notice.covers_to.unwrap_or(now);
        let from = notice.covers_from.unwrap_or(to - TimeDelta::days(1));
        let digest = digest::gather(tx, person, purpose, (from, to)).await?;
        if purpose == NoticePurpose::DailyDigest && digest.is_empty() {
            return Ok(None);
        }
        let envelope = self.envelope(tx, person, notice.id, now);
        Ok(Some(letters::digest(&digest, person, &envelope)))
    }

    async fn mail(
        &self,
        notice: &Notice,
        person: &Recipient,
        letter: Letter,
        now: DateTime<Utc>,
    ) -> Result<Fate, Failure> {
        let Some(mailer) = &self.mailer else {
            return Ok(Fate::Ends(NoticeState::Suppressed, NoticeReason::NoWay));
        };
        if person.failing.is_some() {
            return Ok(Fate::Ends(NoticeState::Suppressed, NoticeReason::AddressFailing));
        }
        let email = Email {
            id: notice.id.to_string(),
            to_name: person.name.clone(),
            to_address: person.email.clone(),
            unsubscribe_url: letter.unsubscribe_url.clone(),
            subject: letter.subject,
            text: letter.text,
            html: letter.html,
        };
        match mailer.send(&email, now).await {
            Ok(()) => Ok(Fate::Sent),
            Err(MailError::AddressRefused { words }) => Ok(Fate::AddressRefused(words)),
            Err(MailError::MailRefused { .. }) => Ok(Fate::Ends(NoticeState::Failed, NoticeReason::Refused)),
            Err(error) => Err(Failure::Retry {
                after: None,
                reason: error.to_string(),
            }),
        }
    }

    fn envelope(&self, tx: &TenantTx, person: &Recipient, id: NotificationId, now: DateTime<Utc>) -> Envelope<'_> {
        Envelope {
            id,
            base_url: &self.base_url,
            unsubscribe_url: unsubscribe::url(&self.sealer, &self.base_url, tx.tenant_id(), person.id, now),
            now,
        }
    }
}

/// What the facts say now of an alert that was asked for earlier; nothing when it is to be sent.
async fn still_wanted(
    tx: &TenantTx,
    person: &Recipient,
    signal: SignalId,
    now: DateTime<Utc>,
) -> Result<Option<Fate>, DbErr> {
    let (news, routes) = (request::news(tx, &[signal]).await?, rules::read(tx).await?);
    let Some(open) = news.first().filter(|news| news.is_open) else {
        return Ok(Some(Fate::Ends(NoticeState::Suppressed, NoticeReason::DealtWith)));
    };
    let people = request::candidates(tx, &news, &routes).await?;
    let named = request::named(&routes.targets(open.kind(), open.confidence()), open.owner, &people);
    let Some((_, when)) = named.get(&person.id) else {
        return Ok(Some(Fate::Readdress));
    };
    let began = day_began(person.zone, now);
    let spent = store::spent(tx, &[NoticeState::Sent], std::iter::once((person.id, began))).await?;
    let decision = decide(&Question {
        kind: open.kind(),
        confidence: open.confidence(),
        when: *when,
        choices: &person.choices,
        zone: person.zone,
        spent: spent.get(&person.id).copied().unwrap_or_default(),
        now,
    });
    Ok((decision != Decision::Now).then_some(Fate::Waits(decision)))
}

async fn read(tx: &TenantTx, id: NotificationId) -> Result<Option<Notice>, DbErr> {
    Sql::new(
        "SELECT id, subject, way, purpose, recipient, member_id, signal_id, state, covers_from, covers_to, attempted_at
           FROM notifications WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .one(tx)
    .await
}

/// Writes down what became of a notice, in the transaction that completes its job.
async fn record(tx: &TenantTx, notice: &Notice, fate: Fate, can_mail: bool, now: DateTime<Utc>) -> Result<(), DbErr> {
    let (state, reason) = match &fate {
        Fate::Sent => (NoticeState::Sent, None),
        Fate::Ends(state, reason) => (*state, Some(*reason)),
        Fate::Waits(decision) => return wait(tx, notice, *decision, now).await,
        Fate::Readdress => (NoticeState::Suppressed, Some(NoticeReason::Reassigned)),
        Fate::ByMail(reason) => (NoticeState::Suppressed, Some(*reason)),
        Fate::AddressRefused(_) => (NoticeState::Failed, Some(NoticeReason::AddressFailing)),
    };
    store::settle(tx, notice.id, state, reason, now).await?;
    let outcome = state.as_str();
    metrics::counter!("momentum_notifications_total", "outcome" => outcome, "way" => notice.way.clone()).increment(1);
    if notice.purpose == NoticePurpose::DailyDigest.as_str() || notice.purpose == NoticePurpose::WeeklyDigest.as_str() {
        let is_over = state == NoticeState::Sent || reason == Some(NoticeReason::NothingToSay);
        if let (Some(member), Some(until), true) = (notice.member_id, notice.covers_to, is_over) {
            store::settle_digested(tx, member, until, state == NoticeState::Sent, now).await?;
        }
    }
    match (fate, notice.signal_id, notice.member_id) {
        (Fate::Readdress, Some(signal), _) => request::request(tx, &[signal], can_mail, now).await,
        (Fate::ByMail(_), _, Some(member)) => {
            let person = store::person(tx, member).await?;
            if person.is_some_and(|person| person.choices.delivery.email) {
                store::add(tx, &notice.by_mail(now)?, now).await?;
            }
            Ok(())
        }
        (Fate::AddressRefused(words), _, Some(member)) => unsubscribe::mark_failing(tx, member, &words, now).await,
        _ => Ok(()),
    }
}

impl Notice {
    /// The same for the same person as a mail. A digest that goes by mail anyhow is there already.
    fn by_mail(&self, now: DateTime<Utc>) -> Result<NewNotice, DbErr> {
        Ok(NewNotice {
            subject: self.subject.clone(),
            recipient: self.recipient.clone(),
            way: NoticeWay::Email,
            purpose: self.purpose.parse().map_err(DbErr::Type)?,
            member_id: self.member_id,
            signal_id: self.signal_id,
            state: NoticeState::Pending,
            reason: None,
            is_for_digest: false,
            due_at: now,
            covers: self.covers_from.zip(self.covers_to),
        })
    }
}

fn parse<T: DeserializeOwned>(job: &Job) -> Result<T, Failure> {
    serde_json::from_value(job.payload.clone()).map_err(|error| Failure::DeadLetter {
        reason: format!("the job cannot be read: {error}"),
    })
}

/// Puts a notice off: until then, or into the digest.
async fn wait(tx: &TenantTx, notice: &Notice, decision: Decision, now: DateTime<Utc>) -> Result<(), DbErr> {
    let (is_for_digest, due, reason) = match decision {
        Decision::Hold { until, reason } => (false, until, reason),
        Decision::Digest(reason) => (true, now, reason),
        Decision::Suppress(reason) => {
            return store::settle(tx, notice.id, NoticeState::Suppressed, Some(reason), now).await;
        }
        Decision::Now => return Ok(()),
    };
    Sql::new(
        "UPDATE notifications SET state = 'held', is_for_digest = $3, due_at = $4, reason = $5, updated_at = $6
          WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tx.tenant_id())
    .bind(notice.id)
    .bind(is_for_digest)
    .bind(due)
    .bind(reason.as_str())
    .bind(now)
    .execute(tx)
    .await?;
    match (notice.member_id, is_for_digest) {
        (Some(member), false) => store::wake(tx, member, due).await,
        _ => Ok(()),
    }
}
