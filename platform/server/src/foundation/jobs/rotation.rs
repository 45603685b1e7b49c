//! Whose turn it is: the tenants that may have work in a queue, kept in memory and in rotation.
//!
//! A tenant joins when its work is announced or found in the database, and leaves when no lane of it is free. So a look
//! for tenants with work costs the database one question now and then, and not one for each job.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::foundation::ids::TenantId;

/// The rotation of one queue in one process.
pub(super) struct Rotation {
    /// How many batches of one tenant may be in work at once.
    most_places: usize,
    state: Mutex<State>,
    /// Wakes one who waits for a turn; that one wakes the next if there is another turn.
    joined: Notify,
    ran_dry: Notify,
}

#[derive(Default)]
struct State {
    /// Who may have work, the next one first. Each is there once.
    waiting: VecDeque<TenantId>,
    /// Who waits or has batches in work.
    tenants: HashMap<TenantId, Tenant>,
}

#[derive(Default)]
struct Tenant {
    waits: bool,
    places: usize,
    /// How often its work was announced since it is here.
    announcements: u64,
}

impl Rotation {
    pub(super) fn new(most_places: usize) -> Self {
        Self {
            most_places,
            state: Mutex::default(),
            joined: Notify::new(),
            ran_dry: Notify::new(),
        }
    }

    /// New work of the tenant was announced: whoever looks into its lanes now must look once more afterwards.
    pub(super) fn announced(&self, tenant_id: TenantId) {
        let mut state = self.state();
        state.tenants.entry(tenant_id).or_default().announcements += 1;
        self.join(&mut state, tenant_id);
    }

    /// The tenant has work, as far as the database knows.
    pub(super) fn found(&self, tenant_id: TenantId) {
        self.join(&mut self.state(), tenant_id);
    }

    /// Returns when there may be a turn.
    pub(super) async fn joined(&self) {
        self.joined.notified().await;
    }

    /// Returns when somebody asks for a turn and there is none.
    pub(super) async fn ran_dry(&self) {
        self.ran_dry.notified().await;
    }

    /// The next turn. A tenant that has its places in work already keeps its place in the rotation instead: one whose
    /// CRM answers slowly must not keep the others waiting.
    pub(super) fn next(&self) -> Option<Turn<'_>> {
        let mut state = self.state();
        let State { waiting, tenants } = &mut *state;
        let has_room = |tenant_id: &TenantId| tenants[tenant_id].places < self.most_places;
        let Some(at) = waiting.iter().position(has_room) else {
            self.ran_dry.notify_waiters();
            return None;
        };
        let others = waiting.iter().skip(at + 1).any(has_room);
        let tenant_id = waiting.remove(at)?;
        let tenant = tenants.get_mut(&tenant_id)?;
        tenant.waits = false;
        tenant.places += 1;
        if others {
            self.joined.notify_one();
        }
        Some(Turn {
            rotation: self,
            tenant_id,
            announcements: tenant.announcements,
        })
    }

    fn join(&self, state: &mut State, tenant_id: TenantId) {
        let tenant = state.tenants.entry(tenant_id).or_default();
        if !tenant.waits {
            tenant.waits = true;
            state.waiting.push_back(tenant_id);
        }
        self.joined.notify_one();
    }

    /// Each change of the state is whole before anything can panic, so a panic elsewhere does not spoil it.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A tenant's place among the batches in work, until it is dropped. If work was announced meanwhile, the tenant joins
/// again: it may be in the lane that was held.
pub(super) struct Turn<'a> {
    rotation: &'a Rotation,
    pub(super) tenant_id: TenantId,
    announcements: u64,
}

impl Turn<'_> {
    /// There is more than this turn takes: the tenant joins again, behind the others.
    pub(super) fn leave_more(&self) {
        self.rotation.found(self.tenant_id);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.rotation.state();
        let tenant = state.tenants.entry(self.tenant_id).or_default();
        tenant.places = tenant.places.saturating_sub(1);
        if tenant.waits || tenant.announcements != self.announcements {
            self.rotation.join(&mut state, self.tenant_id);
        } else if tenant.places == 0 {
            state.tenants.remove(&self.tenant_id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(rotation: &Rotation) -> (TenantId, Turn<'_>) {
        let turn = rotation.next().expect("a turn");
        (turn.tenant_id, turn)
    }

    #[test]
    fn tenants_take_turns_and_none_stands_in_the_rotation_twice() {
        let rotation = Rotation::new(9);
        let [a, b, c] = [(); 3].map(|()| TenantId::generate());
        for tenant in [a, b, a, c, b] {
            rotation.found(tenant);
        }
        let (first, turn) = take(&rotation);
        turn.leave_more();
        let others = [take(&rotation).0, take(&rotation).0, take(&rotation).0];
        assert_eq!((first, others), (a, [b, c, a]));
        drop(turn);
        assert!(rotation.next().is_none());
        assert!(rotation.state().tenants.is_empty(), "who left is forgotten");
    }

    #[test]
    fn a_tenant_with_its_places_in_work_waits_and_lets_the_others_pass() {
        let rotation = Rotation::new(2);
        let [greedy, modest] = [(); 2].map(|()| TenantId::generate());
        rotation.found(greedy);
        let (_, one) = take(&rotation);
        one.leave_more();
        let (_, two) = take(&rotation);
        two.leave_more();
        assert!(rotation.next().is_none(), "both places are taken");
        rotation.found(modest);
        assert_eq!(take(&rotation).0, modest);
        drop(one);
        assert_eq!(take(&rotation).0, greedy, "it kept its place in the rotation");
        drop(two);
    }

    #[test]
    fn what_is_announced_during_a_turn_is_looked_for_after_it() {
        let rotation = Rotation::new(2);
        let tenant = TenantId::generate();
        rotation.announced(tenant);
        let (_, in_work) = take(&rotation);
        rotation.announced(tenant);
        let (_, sees_a_held_lane) = take(&rotation);
        drop(sees_a_held_lane);
        assert!(rotation.next().is_none());
        drop(in_work);
        drop(take(&rotation).1);
        assert!(rotation.next().is_none(), "once is enough");
    }
}
