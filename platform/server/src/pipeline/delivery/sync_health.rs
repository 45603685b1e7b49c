//! Whether writing to CRMs works, as one number for the operators' alert: more than one in ten failing is a condition.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// How far back is looked.
const WINDOW: TimeDelta = TimeDelta::hours(1);
/// With fewer deliveries than this, one failure would be an alarm.
const ENOUGH: usize = 10;
/// The share of deliveries that fail for good at which the condition holds (product specification, week 4).
const ALARMING: f64 = 0.1;

/// The deliveries of the last hour that ended, in this process.
#[derive(Default)]
pub(super) struct SyncHealth(Mutex<VecDeque<(DateTime<Utc>, bool)>>);

impl SyncHealth {
    /// One was written.
    pub fn delivered(&self, now: DateTime<Utc>) {
        self.add(now, true);
    }

    /// One failed for good.
    pub fn failed(&self, now: DateTime<Utc>) {
        self.add(now, false);
    }

    fn add(&self, now: DateTime<Utc>, is_delivered: bool) {
        let mut ended = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ended.push_back((now, is_delivered));
        while ended.front().is_some_and(|(at, _)| *at <= now - WINDOW) {
            ended.pop_front();
        }
        let share = failing(&ended);
        metrics::gauge!("momentum_crm_sync_failure_ratio").set(share);
        metrics::gauge!("momentum_crm_sync_failing").set(if is_alarming(&ended) { 1.0 } else { 0.0 });
    }
}

fn failing(ended: &VecDeque<(DateTime<Utc>, bool)>) -> f64 {
    let failed = ended.iter().filter(|(_, is_delivered)| !is_delivered).count();
    failed as f64 / ended.len().max(1) as f64
}

fn is_alarming(ended: &VecDeque<(DateTime<Utc>, bool)>) -> bool {
    ended.len() >= ENOUGH && failing(ended) > ALARMING
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_one_in_ten_of_enough_deliveries_is_a_condition_and_an_hour_later_forgotten() {
        let at = |minutes| DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes);
        // Delivered, failed, whether that is alarming.
        let rows = [
            (0, 5, false),
            (9, 1, false),
            (8, 2, true),
            (90, 10, false),
            (89, 11, true),
        ];
        for (delivered, failed, expected) in rows {
            let health = SyncHealth::default();
            (0..delivered).for_each(|_| health.delivered(at(0)));
            (0..failed).for_each(|_| health.failed(at(1)));
            assert_eq!(
                is_alarming(&health.0.lock().unwrap()),
                expected,
                "{delivered} and {failed}"
            );
            health.delivered(at(62));
            assert_eq!(health.0.lock().unwrap().len(), 1);
        }
    }
}
