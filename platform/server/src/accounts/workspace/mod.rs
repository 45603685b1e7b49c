//! The whole Slack workspace as the tenant knows it: its channels with whether our bot is in them, the members of
//! customers' channels, its people, and which of them is which member of the tenant.
//!
//! Invariants:
//! - Everything is read page by page; a page and the place after it are one transaction. A crash or a rate limit reads a
//!   page twice and skips none.
//! - Events say that something happened; what is so now is read from Slack. So events may come twice and in any order.
//! - A channel's row outlives renaming, archiving, another id and our bot's removal, and its mapping with it.
//! - Our bot joins public channels of our own company only, by the tenant's patterns or when a person asks. Others it must
//!   be invited to.

mod changes;
mod handler;
mod patterns;
mod people;
mod store;
mod sync;

#[cfg(test)]
mod tests;

pub use changes::{
    REMOVED, apply_channel_change, apply_membership, apply_person_change, request_channel_of, request_join,
    request_people,
};
pub use handler::WorkspaceSyncHandler;
pub use patterns::{DEFAULT_PATTERNS, Patterns};
