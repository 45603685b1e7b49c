//! Which fields of the CRM's accounts stand for ours, who wins when both changed, and what the company decides about
//! what is written.
//!
//! Invariants:
//! - A choice is checked against what the CRM told of its fields; what no longer fits is not written, and says so.
//! - The CRM wins unless an admin decides otherwise, field by field. What is read from the CRM is the CRM's always.
//! - Vendors are not asked here: the sync keeps the list of fields current.

mod model;
mod routes;
mod store;

#[cfg(test)]
mod tests;

pub use model::*;
pub use routes::routes;
pub use store::{keep_known_fields, known_fields, known_since, usable, written_fields};
