//! A circuit breaker for each connection: a vendor that is down is asked now and then, not by every job.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use crate::foundation::ids::ConnectionId;

/// After this many failures in a row the circuit opens.
const FAILURES: u32 = 5;
/// How long it stays open the first time; doubled each time the trial fails, up to [`LONGEST`].
const FIRST: TimeDelta = TimeDelta::seconds(15);
const LONGEST: TimeDelta = TimeDelta::minutes(5);

/// The circuits of this process. Each process learns by itself; that costs a few calls and needs no agreement.
#[derive(Default)]
pub struct Breakers(Mutex<HashMap<ConnectionId, Circuit>>);

#[derive(Clone, Copy, Default)]
struct Circuit {
    failures: u32,
    open_until: Option<DateTime<Utc>>,
}

impl Breakers {
    /// Until when this connection is left alone; `None` when it may be asked. Once the time has passed, one caller is
    /// let through as a trial and the others wait for its outcome.
    pub fn wait_until(&self, connection: ConnectionId, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut circuits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let circuit = circuits.get_mut(&connection)?;
        let until = circuit.open_until?;
        if now < until {
            return Some(until);
        }
        circuit.open_until = Some(now + FIRST);
        None
    }

    /// The vendor answered.
    pub fn succeeded(&self, connection: ConnectionId) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&connection);
    }

    /// The vendor could not answer. Answers until when it is left alone now, if the circuit is open.
    pub fn failed(&self, connection: ConnectionId, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut circuits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let circuit = circuits.entry(connection).or_default();
        circuit.failures = circuit.failures.saturating_add(1);
        if circuit.failures >= FAILURES {
            let doublings = (circuit.failures - FAILURES).min(10);
            circuit.open_until = Some(now + (FIRST * 2i32.pow(doublings)).min(LONGEST));
        }
        circuit.open_until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_circuit_opens_after_five_failures_lets_one_trial_through_and_closes_on_success() {
        let (breakers, connection) = (Breakers::default(), ConnectionId::generate());
        let at = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        for _ in 0..4 {
            assert_eq!(breakers.failed(connection, at(0)), None);
        }
        assert_eq!(breakers.wait_until(connection, at(0)), None);
        assert_eq!(breakers.failed(connection, at(0)), Some(at(15)));
        assert_eq!(breakers.wait_until(connection, at(14)), Some(at(15)));
        assert_eq!(breakers.wait_until(connection, at(15)), None, "the trial");
        assert_eq!(breakers.wait_until(connection, at(15)), Some(at(30)), "the others wait");
        breakers.failed(connection, at(16));
        assert_eq!(breakers.wait_until(connection, at(17)), Some(at(46)), "twice as long");
        breakers.succeeded(connection);
        assert_eq!(breakers.wait_until(connection, at(18)), None);
    }
}
