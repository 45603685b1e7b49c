//! Who did or saw what, when, and from where.
//!
//! Invariants:
//! - An entry is written by the transaction that does what it tells: both are there, or neither.
//! - Entries are append-only. The application's role may neither change nor delete them.
//! - The entries of a tenant are a chain: each holds the hash of the one before, so that a change by somebody with more
//!   rights than the application is found ([`verify`]).

mod chain;
mod model;
mod routes;
mod store;

pub use model::{AuditEntry, Entry};
pub use routes::routes;
pub use store::{append, verify};

#[cfg(test)]
mod tests;
