//! Signals: what people see, filter, count and act on.
//!
//! Invariants:
//! - Every change of a signal by a person is one transaction: the row, an activity with the state before it, an audit
//!   entry, an event for open pages, and what the CRM is to be told.
//! - A snoozed signal whose time has come is open, in lists, counts and actions alike.
//! - Reps and CSMs see the signals of the accounts they own and those that were assigned to them; the others do not
//!   exist for them.

mod actions;
pub mod alerts;
mod counts;
pub mod deliveries;
mod detail;
mod filter;
mod live;
pub mod mapping;
mod model;
pub mod opening;
mod routes;
mod store;
mod views;

#[cfg(test)]
mod tests;

pub use actions::{ActionName, ContinuationAnswer, DismissReason, SignalAction, act};
pub use counts::*;
pub use deliveries::Delivery;
pub use detail::*;
pub use filter::SignalFilter;
pub use live::SignalAudience;
pub use model::*;
pub use routes::routes;
pub use store::{find, open_signals};
