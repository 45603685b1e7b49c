//! When people write: working days and hours, a weekly rhythm, natural pauses.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc, Weekday};

use super::random::Random;

/// The tenant's calendar, seen from the moment at which the demo is made.
#[derive(Debug, Clone, Copy)]
pub struct Calendar {
    /// The moment at which the demo is made.
    pub now: DateTime<Utc>,
    offset: TimeDelta,
}

impl Calendar {
    /// A calendar whose days begin `utc_offset_hours` east of Greenwich.
    pub fn new(now: DateTime<Utc>, utc_offset_hours: i64) -> Self {
        Self {
            now,
            offset: TimeDelta::hours(utc_offset_hours),
        }
    }

    /// The date `day` days from today.
    pub fn date(&self, day: i64) -> NaiveDate {
        let today = (self.now + self.offset).date_naive();
        let distance = Days::new(day.unsigned_abs());
        if day < 0 {
            today.checked_sub_days(distance)
        } else {
            today.checked_add_days(distance)
        }
        .unwrap_or(today)
    }

    /// A time of a day, in UTC.
    pub fn at(&self, day: i64, minute_of_day: i64) -> DateTime<Utc> {
        self.date(day).and_time(chrono::NaiveTime::MIN).and_utc() + TimeDelta::minutes(minute_of_day) - self.offset
    }

    /// The nearest working day: Saturday goes back to Friday, Sunday on to Monday, unless that lies ahead.
    pub fn working_day(&self, day: i64) -> i64 {
        match self.date(day).weekday() {
            Weekday::Sat => day - 1,
            Weekday::Sun if day < -1 => day + 1,
            Weekday::Sun => day - 2,
            _ => day,
        }
    }

    /// How much is written on a day, 1.0 being a usual one. `favourite` is the conversation's own liveliest weekday, 0 for Monday.
    pub fn liveliness(&self, day: i64, favourite: i64) -> f64 {
        let weekday = self.date(day).weekday();
        let usual = match weekday {
            Weekday::Mon => 1.0,
            Weekday::Tue => 1.15,
            Weekday::Wed => 1.1,
            Weekday::Thu => 1.05,
            Weekday::Fri => 0.7,
            Weekday::Sat => 0.04,
            Weekday::Sun => 0.02,
        };
        let own = if i64::from(weekday.num_days_from_monday()) == favourite {
            1.4
        } else {
            0.9
        };
        usual * own
    }
}

/// A minute of the day at which a conversation starts: late morning and early afternoon are liveliest, lunch is not.
pub fn start_minute(random: &mut Random) -> i64 {
    const HOURS: [(i64, f64); 11] = [
        (8, 0.4),
        (9, 1.2),
        (10, 1.5),
        (11, 1.2),
        (12, 0.5),
        (13, 0.9),
        (14, 1.4),
        (15, 1.3),
        (16, 1.0),
        (17, 0.5),
        (18, 0.15),
    ];
    let total: f64 = HOURS.iter().map(|(_, weight)| weight).sum();
    let mut left = random.fraction() * total;
    for (hour, weight) in HOURS {
        left -= weight;
        if left <= 0.0 {
            return hour * 60 + random.between(0, 60);
        }
    }
    17 * 60
}

/// Seconds until the next line: mostly a minute or two, at times a quarter of an hour.
pub fn pause(random: &mut Random) -> TimeDelta {
    let stretch = random.fraction();
    TimeDelta::seconds(18 + (stretch * stretch * stretch * 850.0) as i64 + random.between(0, 45))
}

/// A month's or weekday's name some steps after a date, as people say it: `{month:+1}`, `{weekday:+2}`, `{date:+5}`.
/// A weekday that falls on a weekend moves to the Monday after. `None` when the slot is none of these.
pub fn relative_word(slot: &str, written_on: NaiveDate) -> Option<String> {
    let (unit, steps) = slot.split_once(':')?;
    let steps: i32 = steps.parse().ok()?;
    let shifted = |days: i32| written_on + TimeDelta::days(i64::from(days));
    match unit {
        "weekday" => {
            let mut date = shifted(steps);
            while matches!(date.weekday(), Weekday::Sat | Weekday::Sun) {
                date = date.succ_opt()?;
            }
            Some(date.format("%A").to_string())
        }
        "month" => {
            let months = written_on.year() * 12 + written_on.month0() as i32 + steps;
            let first = NaiveDate::from_ymd_opt(months.div_euclid(12), months.rem_euclid(12) as u32 + 1, 1)?;
            Some(first.format("%B").to_string())
        }
        "date" => Some(shifted(steps).format("%-d %B").to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(now: &str) -> Calendar {
        Calendar::new(now.parse().unwrap(), 0)
    }

    #[test]
    fn a_scene_never_falls_on_a_weekend_nor_into_the_future() {
        for now in ["2031-03-09T15:00:00Z", "2031-03-10T15:00:00Z", "2031-03-08T02:00:00Z"] {
            let calendar = calendar(now);
            for day in -20..0 {
                let day = calendar.working_day(day);
                assert!(
                    !matches!(calendar.date(day).weekday(), Weekday::Sat | Weekday::Sun),
                    "{now} {day}"
                );
                assert!(day <= 0);
            }
        }
    }

    #[test]
    fn relative_words_follow_the_day_on_which_they_are_written() {
        let friday = NaiveDate::from_ymd_opt(2031, 11, 28).unwrap();
        for (slot, word) in [
            ("weekday:+1", Some("Monday")),
            ("weekday:-2", Some("Wednesday")),
            ("month:+2", Some("January")),
            ("date:+5", Some("3 December")),
            ("table", None),
            ("month:soon", None),
        ] {
            assert_eq!(relative_word(slot, friday).as_deref(), word, "{slot}");
        }
    }
}
