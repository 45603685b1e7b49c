//! Dead letters: what failed for good and needs a person.
//!
//! Invariants:
//! - A dead letter is a dead job; nothing is lost while it lies here, and it is worked again only because somebody says so.
//! - What people read is a plain sentence, what to do about it, and the vendor's own words.
//! - A delivery that was asked for again, or is not wanted any more, is no dead letter, whatever became of its first job.

mod change;
mod explain;
mod model;
mod routes;
mod store;

pub use model::*;
pub use routes::routes;

#[cfg(test)]
mod tests;
