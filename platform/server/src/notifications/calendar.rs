//! Local times: nine o'clock is nine o'clock where the person is, also on the days on which clocks change.

use chrono::{
    DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveTime, TimeDelta, TimeZone, Timelike, Utc, Weekday,
};
use chrono_tz::Tz;

use super::model::QuietHours;
use crate::foundation::ids::MemberId;

/// Digests of one hour are spread over this many seconds, so that a whole company's do not leave in one second.
const SPREAD: u128 = 300;

/// The moment of a local time. A time that clocks skip is the first moment after the gap; of one that comes twice, the
/// first.
pub fn at_local(zone: Tz, date: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    let mut local = date.and_time(time);
    // The longest gap ever was a day (Samoa, 2011).
    for _ in 0..=24 * 60 {
        match zone.from_local_datetime(&local) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => return at.with_timezone(&Utc),
            LocalResult::None => local += TimeDelta::minutes(1),
        }
    }
    Utc.from_utc_datetime(&local)
}

/// The date where the person is.
pub fn local_date(zone: Tz, at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

/// When the local day of `at` began: from then on a day's alerts are counted.
pub fn day_began(zone: Tz, at: DateTime<Utc>) -> DateTime<Utc> {
    at_local(zone, local_date(zone, at), NaiveTime::MIN)
}

/// The next daily digest after `after`, a few minutes after `time` depending on the member. `with_weekends` also on
/// Saturday and Sunday.
pub fn next_daily(
    after: DateTime<Utc>,
    zone: Tz,
    time: NaiveTime,
    with_weekends: bool,
    member: MemberId,
) -> DateTime<Utc> {
    next(after, zone, time, member, |day| with_weekends || !is_weekend(day))
}

/// The next weekly digest after `after`.
pub fn next_weekly(after: DateTime<Utc>, zone: Tz, time: NaiveTime, day: Weekday, member: MemberId) -> DateTime<Utc> {
    next(after, zone, time, member, |date| date.weekday() == day)
}

fn next(
    after: DateTime<Utc>,
    zone: Tz,
    time: NaiveTime,
    member: MemberId,
    suits: impl Fn(NaiveDate) -> bool,
) -> DateTime<Utc> {
    let spread = TimeDelta::seconds((member.0.as_u128() % SPREAD) as i64);
    let today = local_date(zone, after);
    let days = (0..=8).filter_map(|ahead| today.checked_add_days(Days::new(ahead)));
    let moments = days
        .filter(|day| suits(*day))
        .map(|day| at_local(zone, day, time) + spread);
    moments
        .into_iter()
        .find(|at| *at > after)
        .unwrap_or(after + TimeDelta::days(7))
}

/// Until when quiet hours that hold now will last; nothing when they do not hold.
pub fn quiet_until(now: DateTime<Utc>, zone: Tz, quiet: &QuietHours) -> Option<DateTime<Utc>> {
    if !quiet.enabled {
        return None;
    }
    let (from, to) = (quiet.begins(), quiet.ends());
    let mut at = now;
    // A weekend and the nights around it are at most five stretches in a row.
    for _ in 0..8 {
        let local = at.with_timezone(&zone);
        let (date, time) = (local.date_naive(), local.time());
        let end = if quiet.weekends && is_weekend(date) {
            let monday = date + Days::new(u64::from(7 - date.weekday().num_days_from_monday()));
            at_local(zone, monday, NaiveTime::MIN)
        } else if from < to && (from..to).contains(&time) {
            at_local(zone, date, to)
        } else if from > to && time >= from {
            at_local(zone, date + Days::new(1), to)
        } else if from > to && time < to {
            at_local(zone, date, to)
        } else {
            break;
        };
        // Where clocks change, the end may seem to lie before now; it is over then.
        if end <= at {
            break;
        }
        at = end;
    }
    (at > now).then_some(at)
}

/// When something was, as one says it: `today at 09:14`, `on Friday at 16:20`, `on 2 March`.
pub fn said(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    let (local, today) = (at.with_timezone(&zone), local_date(zone, now));
    let clock = format!("{:02}:{:02}", local.hour(), local.minute());
    match (today - local.date_naive()).num_days() {
        0 => format!("today at {clock}"),
        1 => format!("yesterday at {clock}"),
        2..=6 => format!("on {} at {clock}", local.format("%A")),
        _ => format!("on {}", local.format("%-d %B")),
    }
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}
