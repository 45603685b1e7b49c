//! Local times and decisions, from tables.

use chrono::{DateTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use momentum_engine::signal::SignalKind;
use pretty_assertions::assert_eq;
use uuid::Uuid;

use crate::foundation::ids::MemberId;
use crate::notifications::calendar::{at_local, next_daily, next_weekly, quiet_until, said};
use crate::notifications::decision::{Decision, Question, decide};
use crate::notifications::model::{Choices, NoticeReason, NoticeTiming, QuietHours, clock};

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).expect(text).with_timezone(&Utc)
}

fn zone(name: &str) -> Tz {
    name.parse().expect(name)
}

/// Whose digests come on the minute.
fn punctual() -> MemberId {
    MemberId(Uuid::nil())
}

#[test]
fn nine_oclock_is_nine_oclock_on_every_day_of_two_years_also_when_clocks_change() {
    let nine = clock("09:00").expect("a time");
    for name in [
        "Europe/Berlin",
        "America/New_York",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "UTC",
    ] {
        let zone = zone(name);
        let (mut now, mut days) = (at("2026-01-01T12:00:00Z"), 0);
        let mut last = now.with_timezone(&zone).date_naive();
        while now < at("2028-01-01T12:00:00Z") {
            now = next_daily(now, zone, nine, true, punctual());
            let local = now.with_timezone(&zone);
            assert_eq!(local.format("%H:%M:%S").to_string(), "09:00:00", "{name} {local}");
            assert!(
                days == 0 || (local.date_naive() - last).num_days() == 1,
                "{name} {local}"
            );
            (last, days) = (local.date_naive(), days + 1);
        }
        assert!((729..=731).contains(&days), "{name}: {days}");
    }
}

#[test]
fn the_days_on_which_clocks_change_have_their_digest_at_the_right_moment() {
    // Zone; a moment before; the next nine o'clock.
    let rows = [
        ("Europe/Berlin", "2027-03-27T12:00:00Z", "2027-03-28T07:00:00Z"),
        ("Europe/Berlin", "2027-10-30T12:00:00Z", "2027-10-31T08:00:00Z"),
        ("America/New_York", "2027-03-13T20:00:00Z", "2027-03-14T13:00:00Z"),
        ("America/New_York", "2027-11-06T20:00:00Z", "2027-11-07T14:00:00Z"),
        ("Asia/Kolkata", "2027-03-13T20:00:00Z", "2027-03-14T03:30:00Z"),
    ];
    for (name, now, expected) in rows {
        let next = next_daily(at(now), zone(name), clock("09:00").unwrap(), true, punctual());
        assert_eq!(next, at(expected), "{name} {now}");
    }
    // A time that does not come is the first after the gap; one that comes twice is the first.
    let berlin = zone("Europe/Berlin");
    let half_past_two = clock("02:30").unwrap();
    let spring = at_local(berlin, "2027-03-28".parse().unwrap(), half_past_two);
    let autumn = at_local(berlin, "2027-10-31".parse().unwrap(), half_past_two);
    assert_eq!(
        (spring, autumn),
        (at("2027-03-28T01:00:00Z"), at("2027-10-31T00:30:00Z"))
    );
}

#[test]
fn weekly_digests_come_on_their_day_and_daily_ones_skip_quiet_weekends() {
    let (berlin, nine) = (zone("Europe/Berlin"), clock("09:00").unwrap());
    let friday = at("2027-03-26T10:00:00Z");
    // The Sunday between changes the clock.
    assert_eq!(
        next_weekly(friday, berlin, nine, Weekday::Mon, punctual()),
        at("2027-03-29T07:00:00Z")
    );
    assert_eq!(
        next_daily(friday, berlin, nine, false, punctual()),
        at("2027-03-29T07:00:00Z")
    );
    assert_eq!(
        next_daily(friday, berlin, nine, true, punctual()),
        at("2027-03-27T08:00:00Z")
    );
    let monday = at("2027-03-29T07:00:00Z");
    assert_eq!(
        next_weekly(monday, berlin, nine, Weekday::Mon, punctual()),
        at("2027-04-05T07:00:00Z")
    );
}

#[test]
fn a_companys_digests_are_spread_over_five_minutes_and_each_person_keeps_their_second() {
    let (berlin, nine, now) = (
        zone("Europe/Berlin"),
        clock("09:00").unwrap(),
        at("2027-03-01T12:00:00Z"),
    );
    let first = next_daily(now, berlin, nine, true, punctual());
    let mut seconds = std::collections::BTreeSet::new();
    for _ in 0..200 {
        let member = MemberId::generate();
        let one = next_daily(now, berlin, nine, true, member);
        let two = next_daily(one, berlin, nine, true, member);
        assert_eq!(two - one, TimeDelta::days(1));
        let late = (one - first).num_seconds();
        assert!((0..300).contains(&late), "{late}");
        seconds.insert(late);
    }
    assert!(seconds.len() > 50, "{}", seconds.len());
}

#[test]
fn quiet_hours_end_where_the_person_is() {
    let night = QuietHours {
        enabled: true,
        weekends: false,
        ..QuietHours::default()
    };
    let nights_and_weekends = QuietHours {
        weekends: true,
        ..night.clone()
    };
    let noon = QuietHours {
        from: "12:00".into(),
        to: "13:00".into(),
        ..night.clone()
    };
    let never = QuietHours {
        from: "08:00".into(),
        to: "08:00".into(),
        ..night.clone()
    };
    let rows = [
        (&night, "Europe/Berlin", "2027-03-02T12:00:00Z", None),
        (
            &night,
            "Europe/Berlin",
            "2027-03-02T19:30:00Z",
            Some("2027-03-03T07:00:00Z"),
        ),
        (
            &night,
            "Europe/Berlin",
            "2027-03-03T06:59:59Z",
            Some("2027-03-03T07:00:00Z"),
        ),
        (&night, "Europe/Berlin", "2027-03-03T07:00:00Z", None),
        // The night in which clocks go forward, and the one in which they go back.
        (
            &night,
            "Europe/Berlin",
            "2027-03-27T20:00:00Z",
            Some("2027-03-28T06:00:00Z"),
        ),
        (
            &night,
            "Europe/Berlin",
            "2027-10-30T20:00:00Z",
            Some("2027-10-31T07:00:00Z"),
        ),
        (
            &night,
            "Asia/Kolkata",
            "2027-03-02T15:00:00Z",
            Some("2027-03-03T02:30:00Z"),
        ),
        // Friday evening to Monday morning.
        (
            &nights_and_weekends,
            "America/New_York",
            "2027-03-06T02:00:00Z",
            Some("2027-03-08T13:00:00Z"),
        ),
        (
            &nights_and_weekends,
            "America/New_York",
            "2027-03-07T20:00:00Z",
            Some("2027-03-08T13:00:00Z"),
        ),
        (
            &noon,
            "Europe/Berlin",
            "2027-03-02T11:30:00Z",
            Some("2027-03-02T12:00:00Z"),
        ),
        (&never, "Europe/Berlin", "2027-03-02T23:00:00Z", None),
    ];
    for (quiet, name, now, expected) in rows {
        let until = quiet_until(at(now), zone(name), quiet);
        assert_eq!(until, expected.map(at), "{name} {now} {quiet:?}");
    }
}

#[test]
fn what_is_sure_goes_at_once_the_rest_into_the_digest_and_nothing_is_lost() {
    let choices = |change: &dyn Fn(&mut Choices)| {
        let mut choices = Choices::default();
        change(&mut choices);
        choices
    };
    let plain = choices(&|_| {});
    let lower = choices(&|c| c.immediate.min_confidence = 60);
    let only_risk = choices(&|c| c.immediate.kinds.retain(|kind| kind.0 == SignalKind::Risk));
    let no_digest = choices(&|c| (c.digest.daily, c.digest.weekly) = (false, false));
    let weekly_only = choices(&|c| c.digest.daily = false);
    let quiet = choices(&|c| c.quiet_hours.enabled = true);
    let quiet_no_digest = choices(&|c| {
        c.quiet_hours.enabled = true;
        (c.digest.daily, c.digest.weekly) = (false, false);
    });
    let none = choices(&|c| c.daily_budget = 0);
    let held = |until: &str, reason| Decision::Hold {
        until: at(until),
        reason,
    };
    let (noon, night) = ("2027-03-02T12:00:00Z", "2027-03-02T22:00:00Z");
    use Decision::{Digest, Now, Suppress};
    let rows = [
        (&plain, 80, NoticeTiming::AtOnce, 0, noon, Now),
        (
            &plain,
            79,
            NoticeTiming::AtOnce,
            0,
            noon,
            Digest(NoticeReason::LessSure),
        ),
        (&lower, 60, NoticeTiming::AtOnce, 0, noon, Now),
        (
            &only_risk,
            95,
            NoticeTiming::AtOnce,
            0,
            noon,
            Digest(NoticeReason::OtherKind),
        ),
        (&plain, 95, NoticeTiming::Digest, 0, noon, Digest(NoticeReason::Rule)),
        (&plain, 95, NoticeTiming::AtOnce, 9, noon, Now),
        (&plain, 95, NoticeTiming::AtOnce, 10, noon, Digest(NoticeReason::Budget)),
        (
            &weekly_only,
            95,
            NoticeTiming::AtOnce,
            10,
            noon,
            Digest(NoticeReason::Budget),
        ),
        (&plain, 95, NoticeTiming::AtOnce, 0, night, Now),
        (
            &quiet,
            95,
            NoticeTiming::AtOnce,
            0,
            night,
            held("2027-03-03T07:00:00Z", NoticeReason::QuietHours),
        ),
        (
            &quiet,
            60,
            NoticeTiming::AtOnce,
            0,
            night,
            Digest(NoticeReason::LessSure),
        ),
        (
            &no_digest,
            60,
            NoticeTiming::AtOnce,
            0,
            noon,
            Suppress(NoticeReason::LessSure),
        ),
        (&no_digest, 95, NoticeTiming::Digest, 0, noon, Now),
        (
            &no_digest,
            95,
            NoticeTiming::AtOnce,
            10,
            noon,
            held("2027-03-02T23:00:00Z", NoticeReason::Budget),
        ),
        (
            &quiet_no_digest,
            95,
            NoticeTiming::AtOnce,
            10,
            noon,
            held("2027-03-03T07:00:00Z", NoticeReason::Budget),
        ),
        (&none, 95, NoticeTiming::AtOnce, 0, noon, Digest(NoticeReason::Budget)),
    ];
    for (choices, confidence, when, spent, now, expected) in rows {
        let decision = decide(&Question {
            kind: SignalKind::Expansion,
            confidence,
            when,
            choices,
            zone: zone("Europe/Berlin"),
            spent,
            now: at(now),
        });
        assert_eq!(decision, expected, "{confidence} {when:?} {spent} {now} {choices:?}");
    }
}

#[test]
fn a_time_is_said_as_one_says_it() {
    let (now, berlin) = (at("2027-03-02T08:00:00Z"), zone("Europe/Berlin"));
    let rows = [
        ("2027-03-02T07:14:00Z", "today at 08:14"),
        ("2027-03-01T23:30:00Z", "today at 00:30"),
        ("2027-03-01T15:20:00Z", "yesterday at 16:20"),
        ("2027-02-26T10:02:00Z", "on Friday at 11:02"),
        ("2027-02-02T10:02:00Z", "on 2 February"),
    ];
    for (then, expected) in rows {
        assert_eq!(said(at(then), now, berlin), expected);
    }
}
