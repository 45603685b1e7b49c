//! What open pages are told while they are open: an ordered list of small events for each tenant.
//!
//! Invariants:
//! - An event is written in the transaction of the change that it tells of, so it is never told early and never lost.
//! - `seq` has no holes: the tenant's head row is taken until commit, so whoever has seen `n` has seen everything up to
//!   `n`, and can resume from there.
//! - A process reads a tenant's new events once, however many of its pages are open, and only while one is.
//! - Who may see an event is asked when it is told, not when it is written: an account that changed hands is the new
//!   owner's from then on.

mod hub;
mod store;
mod subscription;

pub use hub::{Audience, Hub, SeenBy, Ticket, Viewer};
pub use store::{Recorded, StreamEvent, append};
pub use subscription::{Item, Subscription};
