//! Who may do what. The permission stands in a handler's type: `auth: Granted<SignalsRead>`.
//!
//! Invariants:
//! - A request is a member's (by session cookie) or an API key's; both name their tenant, so that it is known before
//!   anything is looked up, and every look-up happens within it.
//! - What a role may do stands in `policy.csv` and nowhere else.
//! - A write by cookie carries the session's CSRF token.
//! - Whom a rep or a CSM sees is [`Visibility`]; what they may not see is 404.

mod granted;
mod permission;
mod policy;
mod principal;
mod role;
mod ticket;
mod visibility;

pub use granted::{Door, Granted, PUBLIC, Person};
pub use permission::*;
pub use policy::Policy;
pub(crate) use principal::CSRF_PURPOSE;
pub use principal::{Actor, SESSION_COOKIE};
pub(super) use principal::{SESSION_IDLE, tenant_of, token_prefix};
pub use role::Role;
pub use ticket::{expired_tickets, ticket};
pub use visibility::Visibility;

#[cfg(test)]
mod tests;
