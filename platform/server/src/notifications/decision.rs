//! Now, later, in the digest, or not at all: decided from facts alone.

use chrono::{DateTime, Days, NaiveTime, Utc};
use chrono_tz::Tz;
use momentum_engine::signal::SignalKind;

use super::calendar::{at_local, local_date, quiet_until};
use super::model::{Choices, NoticeReason, NoticeTiming};

/// What is known when a person is to be told of a signal.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// What kind of news it is.
    pub kind: SignalKind,
    /// How sure we are, 0 to 100.
    pub confidence: u8,
    /// What the tenant's rule says.
    pub when: NoticeTiming,
    /// What the person chose.
    pub choices: &'a Choices,
    /// Where the person is.
    pub zone: Tz,
    /// How many alerts they were sent since their day began.
    pub spent: u32,
    /// The time.
    pub now: DateTime<Utc>,
}

/// What happens to an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Sent at once.
    Now,
    /// Kept until then, and decided again.
    Hold {
        /// Not before.
        until: DateTime<Utc>,
        /// Why.
        reason: NoticeReason,
    },
    /// Said in the next digest.
    Digest(NoticeReason),
    /// Not sent: the person wants neither this nor digests.
    Suppress(NoticeReason),
}

/// Decides. The tenant's rule may put off what a person wants at once; it never sends at once what the person does not
/// want so. What is put off goes into the digest; a person without digests gets it when the night or the day is over,
/// and not at all what they themselves called too unsure.
pub fn decide(question: &Question<'_>) -> Decision {
    let Question { choices, zone, now, .. } = *question;
    let has_digest = choices.digest.daily || choices.digest.weekly;
    let unwanted = |reason| {
        if has_digest {
            Decision::Digest(reason)
        } else {
            Decision::Suppress(reason)
        }
    };
    let immediate = &choices.immediate;
    if question.confidence < immediate.min_confidence {
        return unwanted(NoticeReason::LessSure);
    }
    if !immediate.kinds.iter().any(|kind| kind.0 == question.kind) {
        return unwanted(NoticeReason::OtherKind);
    }
    if question.when == NoticeTiming::Digest && has_digest {
        return Decision::Digest(NoticeReason::Rule);
    }
    if let Some(until) = quiet_until(now, zone, &choices.quiet_hours) {
        let reason = NoticeReason::QuietHours;
        return Decision::Hold { until, reason };
    }
    if question.spent >= u32::from(choices.daily_budget) {
        if has_digest || choices.daily_budget == 0 {
            return unwanted(NoticeReason::Budget);
        }
        let midnight = at_local(zone, local_date(zone, now) + Days::new(1), NaiveTime::MIN);
        let until = quiet_until(midnight, zone, &choices.quiet_hours).unwrap_or(midnight);
        let reason = NoticeReason::Budget;
        return Decision::Hold { until, reason };
    }
    Decision::Now
}
