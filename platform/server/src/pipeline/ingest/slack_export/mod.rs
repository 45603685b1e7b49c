//! A Slack export becomes history: the ZIP that a Slack administrator downloads, read as the untrusted file that it is, and taken
//! through the same pipeline as live messages.
//!
//! Invariants:
//! - A message of an export has the identity of its live copy (tenant, Slack workspace, channel, ts): importing twice, or importing what
//!   came live, changes nothing.
//! - History never writes to the CRM by itself: its deliveries are suppressed with the reason `history`.
//! - A kill at any moment costs at most the batch at hand: progress is committed with the messages.

mod archive;
mod catalogue;
mod day;
mod error;
mod import;
mod people;

#[cfg(test)]
mod import_tests;
#[cfg(test)]
mod tests;

pub use archive::{Archive, Limits};
pub use catalogue::{Catalogue, ExportedChannel, ExportedPerson};
pub use day::Day;
pub use error::ExportError;
pub use import::ImportHandler;
