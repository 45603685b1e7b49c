//! The people of a tenant and their roles.
//!
//! Invariants:
//! - There is always an active owner. Only an owner makes, changes or removes owners.
//! - A person belongs to one tenant: an address that signs in elsewhere cannot be invited, because whoever holds the
//!   invitation's link, or knows the password, is that person in every tenant.
//! - Deactivating somebody ends their sessions at once. People are never deleted: the audit names them.

mod change;
mod invite;
mod model;
mod routes;
mod store;

pub use invite::{Invitation, invite};
pub use model::{Member, NewMember};
pub use routes::routes;
pub use store::{by_id, by_user, create, list};

#[cfg(test)]
mod tests;
