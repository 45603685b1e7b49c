//! How well an account is doing, as one number from 0 to 100.
//!
//! It begins at 100. Each risk signal that is not settled takes 15 away and each churn signal 30, in proportion to how
//! sure we are of it; one that somebody handles takes half. What it takes fades by half every 30 days. A customer who
//! has not written for 30 days loses another 10, after 60 days 25. Each expansion or buying signal gives 5 back, at
//! most 10 altogether, and never more than 100. Expansion is good news, but no excuse for two customers' worth of
//! trouble.

use chrono::{DateTime, Utc};
use momentum_engine::signal::SignalKind;

/// Days in which a signal's weight fades by half.
const HALF_LIFE: f64 = 30.0;

/// A signal that is not settled.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenSignal {
    pub kind: SignalKind,
    /// 0 to 100.
    pub confidence: i16,
    pub posted_at: DateTime<Utc>,
    /// Somebody took it on.
    pub is_handled: bool,
}

/// The score at `now`.
pub(super) fn score(signals: &[OpenSignal], last_message_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> f64 {
    let days_since = |at: DateTime<Utc>| (now - at).as_seconds_f64().max(0.0) / 86_400.0;
    let (mut lost, mut gained) = (0.0, 0.0);
    for signal in signals {
        let weight = f64::from(signal.confidence) / 100.0 * 0.5f64.powf(days_since(signal.posted_at) / HALF_LIFE);
        let share = if signal.is_handled { 0.5 } else { 1.0 };
        match signal.kind {
            SignalKind::Churn => lost += 30.0 * weight * share,
            SignalKind::Risk => lost += 15.0 * weight * share,
            SignalKind::Expansion | SignalKind::BuyingIntent => gained += 5.0 * weight,
            SignalKind::Usage | SignalKind::Relationship => {}
        }
    }
    let silence = match last_message_at.map(days_since) {
        Some(days) if days >= 60.0 => 25.0,
        Some(days) if days >= 30.0 => 10.0,
        _ => 0.0,
    };
    (100.0 - lost - silence + f64::min(gained, 10.0))
        .clamp(0.0, 100.0)
        .round()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn trouble_takes_away_fades_and_is_lighter_once_handled() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let signal = |kind, confidence, days, is_handled| OpenSignal {
            kind,
            confidence,
            posted_at: now - TimeDelta::days(days),
            is_handled,
        };
        let (risk, churn, expansion) = (SignalKind::Risk, SignalKind::Churn, SignalKind::Expansion);
        let rows = [
            (vec![], 1, 100.0),
            (vec![signal(risk, 100, 0, false)], 1, 85.0),
            (vec![signal(risk, 60, 0, false)], 1, 91.0),
            (vec![signal(churn, 100, 0, false)], 1, 70.0),
            (vec![signal(churn, 100, 0, true)], 1, 85.0),
            (vec![signal(churn, 100, 30, false)], 1, 85.0),
            (vec![signal(churn, 100, 60, false)], 1, 93.0),
            (vec![], 30, 90.0),
            (vec![], 61, 75.0),
            (vec![signal(expansion, 100, 0, false)], 1, 100.0),
            (
                vec![signal(churn, 100, 0, false), signal(expansion, 100, 0, false)],
                1,
                75.0,
            ),
            (vec![signal(churn, 100, 0, false); 5], 1, 0.0),
            (
                [
                    vec![signal(churn, 100, 0, false)],
                    vec![signal(expansion, 100, 0, false); 5],
                ]
                .concat(),
                1,
                80.0,
            ),
        ];
        for (signals, silent_days, expected) in rows {
            let last = Some(now - TimeDelta::days(silent_days));
            assert_eq!(score(&signals, last, now), expected, "{signals:?}");
        }
        assert_eq!(
            score(&[], None, now),
            100.0,
            "an account that never wrote is not silent"
        );
    }
}
