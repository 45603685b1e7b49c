//! What a press or a choice leads to, in one transaction: the effect, the memory of it, and what Slack is to show.

use actix_web::HttpResponse;
use chrono::{DateTime, Datelike, Days, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};
use momentum_connectors::slack::Interaction;
use momentum_connectors::slack::interaction::BlockAction;
use sea_orm::DbErr;
use serde_json::json;

use super::alerts::card::{action, signal_of};
use super::door::{SlackApp, Visit};
use super::jobs::{self, Asked, Reply};
use super::people::{self, Known, Stranger};
use super::{ask, channel_questions, requests};
use crate::control::access::{ChannelsWrite, Granted, Permit, SignalsAct};
use crate::foundation::db::TenantTx;
use crate::foundation::http::{Origin, Problem};
use crate::foundation::ids::{AccountId, SignalId};
use crate::signals::{self, ActionName, ContinuationAnswer, SignalAction};

/// Takes one interaction.
pub(super) async fn take(
    app: &SlackApp,
    interaction: &Interaction,
    origin: Origin,
    now: DateTime<Utc>,
) -> Result<HttpResponse, Problem> {
    let done = || HttpResponse::Ok().finish();
    let Some(visit) = app.visit(interaction.installation.as_ref()).await? else {
        return Ok(done());
    };
    let Some(user) = interaction.user_id.as_deref() else {
        return Ok(done());
    };
    let place = Place {
        user,
        home_team: interaction.user_team_id.as_deref(),
        channel: interaction.channel_id(),
        message: interaction.message_ts(),
        thread: interaction.thread_ts(),
    };
    if let Some(suggestion) = interaction.suggestion() {
        let options = channel_questions::options(app, &visit, &place, &suggestion, &origin, now).await?;
        return Ok(HttpResponse::Ok().json(json!({ "options": options })));
    }
    for pressed in interaction.actions() {
        let press = Press {
            action: &pressed,
            place: &place,
            trigger: interaction.trigger_id().unwrap_or_default(),
        };
        press.take(app, &visit, &origin, now).await?;
    }
    Ok(done())
}

/// Who does something, and where.
pub(super) struct Place<'a> {
    /// The person, by Slack's id.
    pub user: &'a str,
    /// The person's own Slack workspace, where told.
    pub home_team: Option<&'a str>,
    /// The channel of the message; none in the App Home.
    pub channel: Option<&'a str>,
    /// The message.
    pub message: Option<&'a str>,
    /// The thread that the message is in.
    pub thread: Option<&'a str>,
}

struct Press<'a> {
    action: &'a BlockAction,
    place: &'a Place<'a>,
    trigger: &'a str,
}

/// Why nothing came of a press: the words for the person.
enum Refused {
    Person(String),
    Failed(Problem),
}

impl From<DbErr> for Refused {
    fn from(error: DbErr) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        if problem.code().status().is_server_error() {
            Self::Failed(problem)
        } else {
            Self::Person(problem.words())
        }
    }
}

impl Press<'_> {
    /// The same press has the same key, however often it is sent.
    fn key(&self) -> String {
        let at = self.action.action_ts.as_deref().unwrap_or(self.trigger);
        let (channel, message) = (
            self.place.channel.unwrap_or_default(),
            self.place.message.unwrap_or_default(),
        );
        format!(
            "press/{}/{channel}/{message}/{}/{}/{at}",
            self.place.user, self.action.block_id, self.action.action_id
        )
    }

    async fn take(&self, app: &SlackApp, visit: &Visit, origin: &Origin, now: DateTime<Utc>) -> Result<(), Problem> {
        if matches!(self.action.action_id.as_str(), action::OPEN | action::OPEN_MESSAGE) {
            return Ok(());
        }
        let tx = visit.db.begin().await?;
        if !requests::is_first(&tx, &self.key(), now).await? {
            return Ok(());
        }
        match self.act(&tx, app, visit, origin, now).await {
            Ok(()) => {
                self.show_home(&tx, visit, now).await?;
                tx.commit().await?;
                metrics::counter!("momentum_slack_actions_total", "outcome" => "done").increment(1);
                Ok(())
            }
            Err(Refused::Failed(problem)) => Err(problem),
            Err(Refused::Person(words)) => {
                drop(tx);
                let tx = visit.db.begin().await?;
                if requests::is_first(&tx, &self.key(), now).await? {
                    self.reply(&tx, visit, words, now).await?;
                    // What they saw may be old: what is so now explains the refusal.
                    if let Some(signal) = signal_of(&self.action.block_id) {
                        signals::alerts::refresh(&tx, signal, now).await?;
                    }
                    self.show_home(&tx, visit, now).await?;
                }
                tx.commit().await?;
                metrics::counter!("momentum_slack_actions_total", "outcome" => "refused").increment(1);
                Ok(())
            }
        }
    }

    async fn act(
        &self,
        tx: &TenantTx,
        app: &SlackApp,
        visit: &Visit,
        origin: &Origin,
        now: DateTime<Utc>,
    ) -> Result<(), Refused> {
        let known = people::who(tx, &visit.team, self.place.user, self.place.home_team).await?;
        let known = known.map_err(|stranger| Refused::Person(stranger.advice(&app.base_url)))?;
        let value = self.action.value.as_deref().unwrap_or_default();
        match self.action.action_id.as_str() {
            id if id.starts_with(channel_questions::PREFIX) => {
                let auth = granted::<ChannelsWrite>(app, visit, tx, &known, origin, now).await?;
                let channel = channel_questions::channel_of(&self.action.block_id).ok_or_else(stale)?;
                channel_questions::answer(tx, &auth, channel, value, visit.connection).await?;
            }
            id if id.starts_with(ask::MEANT) => {
                let account: AccountId = value.parse().map_err(|_| stale())?;
                let asked = Asked {
                    connection_id: visit.connection,
                    team: visit.team.clone(),
                    user: self.place.user.to_owned(),
                    channel: self.place.channel.unwrap_or_default().to_owned(),
                    thread: self.place.thread.map(str::to_owned),
                    account_id: account,
                };
                jobs::enqueue_asked(tx, &asked, now).await?;
            }
            _ => {
                let signal: SignalId = signal_of(&self.action.block_id).ok_or_else(stale)?;
                let wanted = self.wanted(tx, visit, &known, now).await?;
                let auth = granted::<SignalsAct>(app, visit, tx, &known, origin, now).await?;
                signals::act(tx, &auth, signal, wanted)
                    .await
                    .map_err(|problem| match problem.code() {
                        crate::foundation::http::Code::NotFound => Refused::Person(
                            "This signal is not one of yours: it belongs to somebody else's account, or is gone."
                                .to_owned(),
                        ),
                        _ => problem.into(),
                    })?;
            }
        }
        Ok(())
    }

    /// The action that the button or menu stands for.
    async fn wanted(
        &self,
        tx: &TenantTx,
        visit: &Visit,
        known: &Known,
        now: DateTime<Utc>,
    ) -> Result<SignalAction, Refused> {
        let value = self.action.value.as_deref().unwrap_or_default();
        let mut wanted = SignalAction::new(ActionName::Handle);
        match self.action.action_id.as_str() {
            action::HANDLE => {}
            action::REOPEN => wanted.action = ActionName::Reopen,
            action::SNOOZE => {
                wanted.action = ActionName::Snooze;
                wanted.until = Some(snoozed_until(value, &known.timezone, now).ok_or_else(stale)?);
            }
            action::DISMISS => {
                wanted.action = ActionName::Dismiss;
                wanted.reason = Some(value.parse().map_err(|_| stale())?);
            }
            action::ASSIGN => {
                let member = people::who(tx, &visit.team, value, None).await?;
                let nobody = |_: Stranger| {
                    let whom = super::kit::mention(value);
                    Refused::Person(format!(
                        "{whom} is not a member of your company in Momentum, so nothing can be assigned to them."
                    ))
                };
                wanted.action = ActionName::Assign;
                wanted.member_id = Some(member.map_err(nobody)?.member_id);
            }
            action::IS_NEW | action::CONTINUES => {
                let is_new = self.action.action_id == action::IS_NEW;
                wanted.action = ActionName::Continuation;
                wanted.answer = Some(if is_new {
                    ContinuationAnswer::New
                } else {
                    ContinuationAnswer::Continuation
                });
            }
            _ => return Err(stale()),
        }
        Ok(wanted)
    }

    async fn reply(&self, tx: &TenantTx, visit: &Visit, text: String, now: DateTime<Utc>) -> Result<(), DbErr> {
        let reply = Reply {
            connection_id: visit.connection,
            user: self.place.user.to_owned(),
            channel: self.place.channel.map(str::to_owned),
            text,
        };
        jobs::enqueue_reply(tx, &reply, now).await
    }

    /// What was pressed in the App Home is to be seen there.
    async fn show_home(&self, tx: &TenantTx, visit: &Visit, now: DateTime<Utc>) -> Result<(), DbErr> {
        if self.place.channel.is_some() {
            return Ok(());
        }
        jobs::enqueue_home(tx, visit.connection, &visit.team, self.place.user, now).await
    }
}

async fn granted<P: Permit>(
    app: &SlackApp,
    visit: &Visit,
    tx: &TenantTx,
    known: &Known,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<Granted<P>, Refused> {
    let door = visit.door(app, origin, now);
    let granted = Granted::of_member(door, tx, known.member_id).await?;
    granted.ok_or_else(|| {
        Refused::Person(format!(
            "Your role does not allow this: it needs the permission {}. Ask an administrator of your company.",
            P::NAME
        ))
    })
}

fn stale() -> Refused {
    Refused::Person("This button is out of date. Open the signal in Momentum instead.".to_owned())
}

/// When a snoozed signal comes back, by the clock of whoever snoozes it.
fn snoozed_until(choice: &str, timezone: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let zone: chrono_tz::Tz = timezone.parse().unwrap_or(chrono_tz::UTC);
    let today = now.with_timezone(&zone).date_naive();
    let day = match choice {
        "hour" => return Some(now + TimeDelta::hours(1)),
        "tomorrow" => today + Days::new(1),
        "monday" => today + Days::new(u64::from(7 - today.weekday().days_since(Weekday::Mon))),
        _ => return None,
    };
    let nine = day.and_time(NaiveTime::from_hms_opt(9, 0, 0)?);
    // No zone skips or repeats nine in the morning today; if one ever does, the first such moment counts, or UTC's.
    let at = zone.from_local_datetime(&nine).earliest();
    Some(at.map_or_else(|| Utc.from_utc_datetime(&nine), |at| at.with_timezone(&Utc)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tomorrow_and_monday_are_at_nine_where_the_person_is() {
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc);
        for (choice, zone, now, until) in [
            ("hour", "Europe/Berlin", "2027-03-02T12:00:00Z", "2027-03-02T13:00:00Z"),
            ("tomorrow", "UTC", "2027-03-02T12:00:00Z", "2027-03-03T09:00:00Z"),
            // It is Wednesday in Tokyo already.
            ("tomorrow", "Asia/Tokyo", "2027-03-02T20:00:00Z", "2027-03-04T00:00:00Z"),
            // The clocks go forward on Sunday, 28 March 2027.
            (
                "tomorrow",
                "Europe/Berlin",
                "2027-03-27T12:00:00Z",
                "2027-03-28T07:00:00Z",
            ),
            (
                "monday",
                "Europe/Berlin",
                "2027-03-26T12:00:00Z",
                "2027-03-29T07:00:00Z",
            ),
            (
                "monday",
                "America/New_York",
                "2027-11-05T12:00:00Z",
                "2027-11-08T14:00:00Z",
            ),
            // On a Monday the next one is meant.
            ("monday", "UTC", "2027-03-01T08:00:00Z", "2027-03-08T09:00:00Z"),
            (
                "monday",
                "Nowhere/AtAll",
                "2027-03-02T08:00:00Z",
                "2027-03-08T09:00:00Z",
            ),
        ] {
            assert_eq!(
                snoozed_until(choice, zone, at(now)),
                Some(at(until)),
                "{choice} {zone} {now}"
            );
        }
        assert_eq!(snoozed_until("never", "UTC", at("2027-03-02T12:00:00Z")), None);
    }
}
