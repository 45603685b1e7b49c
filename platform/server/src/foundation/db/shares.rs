//! What one tenant's work may have of the database at once: everything while it is alone, half beside others.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::foundation::context::{Clock, pause};
use crate::foundation::ids::TenantId;

/// How long a tenant counts as at work after it asked for a transaction: work comes in several of them, and one that came
/// a moment ago seldom is the last.
const AT_WORK: TimeDelta = TimeDelta::seconds(1);

/// How long a transaction waits for its place. No transaction should last as long: whoever has waited for all of it may be
/// waiting for one that waits in turn, and goes ahead.
const PATIENCE: Duration = Duration::from_secs(1);

/// The places of one process for transactions that are open at once, of each tenant as many as there are processors.
pub struct Shares {
    clock: Clock,
    places: usize,
    of_tenants: moka::sync::Cache<TenantId, Arc<Semaphore>>,
    at_work: Mutex<AtWork>,
}

/// The tenant that asked last and the one that asked last before it, and when.
#[derive(Default)]
struct AtWork {
    last: Option<(TenantId, DateTime<Utc>)>,
    before: Option<(TenantId, DateTime<Utc>)>,
}

impl Shares {
    /// As many places for each tenant as there are processors, and two at least.
    pub fn of_this_machine(clock: Clock) -> Self {
        Self::new(
            clock,
            std::thread::available_parallelism().map_or(2, |processors| processors.get().max(2)),
        )
    }

    pub(super) fn new(clock: Clock, places: usize) -> Self {
        Self {
            clock,
            places,
            of_tenants: moka::sync::Cache::builder()
                .max_capacity(10_000)
                .time_to_idle(Duration::from_secs(60))
                .build(),
            at_work: Mutex::default(),
        }
    }

    /// Waits until the tenant may open one more transaction: if it is alone, while it has a place left; beside others, while
    /// half of its places are left, for it takes two at a time.
    pub(super) async fn place(&self, tenant_id: TenantId) -> Option<OwnedSemaphorePermit> {
        let places = self
            .of_tenants
            .get_with(tenant_id, || Arc::new(Semaphore::new(self.places)));
        let takes = match self.is_alone(tenant_id) {
            true => 1,
            false => self.places / (self.places / 2).max(1),
        };
        tokio::select! {
            place = places.acquire_many_owned(takes as u32) => place.ok(),
            () = pause(PATIENCE) => {
                tracing::warn!(tenant.id = %tenant_id, "a transaction waited long for another one, perhaps for one that waits for it");
                None
            }
        }
    }

    /// Whether no other tenant is at work; this one is from now on.
    fn is_alone(&self, tenant_id: TenantId) -> bool {
        let now = self.clock.now();
        // Each change is whole before anything can panic.
        let mut at_work = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
        if at_work.last.is_none_or(|(last, _)| last != tenant_id) {
            at_work.before = at_work.last;
        }
        at_work.last = Some((tenant_id, now));
        at_work.before.is_none_or(|(_, asked)| now - asked >= AT_WORK)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_tenant_has_all_places_while_it_is_alone_and_half_of_them_beside_others() {
        let clock = Clock::fixed(DateTime::UNIX_EPOCH);
        let [busy, modest] = [(); 2].map(|()| TenantId::generate());
        for (places, beside_others) in [(2, 1), (3, 1), (8, 4)] {
            let shares = Shares::new(clock.clone(), places);
            let opens = || {
                let all = std::iter::from_fn(|| shares.place(busy).now_or_never());
                all.map(|place| place.expect("a place")).collect::<Vec<_>>().len()
            };
            assert_eq!(opens(), places, "it is alone");
            shares.place(modest).await;
            assert_eq!(opens(), beside_others);
            clock.advance(TimeDelta::milliseconds(999));
            assert_eq!(opens(), beside_others, "the other one is still at work");
            clock.advance(TimeDelta::milliseconds(1));
            assert_eq!(opens(), places, "it is alone again");
        }
    }

    #[tokio::test]
    async fn who_comes_late_waits_for_nobody_else() {
        let shares = Shares::new(Clock::fixed(DateTime::UNIX_EPOCH), 2);
        let [busy, modest] = [(); 2].map(|()| TenantId::generate());
        let all = [shares.place(busy).await, shares.place(busy).await];
        assert!(shares.place(busy).now_or_never().is_none(), "it waits");
        assert!(shares.place(modest).now_or_never().is_some());
        drop(all);
        assert!(shares.place(busy).now_or_never().is_some());
    }
}
