//! The CRM's accounts and contacts become ours: all of them when a CRM is connected, then what changed, every quarter of
//! an hour.
//!
//! Invariants:
//! - A page and the place after it are stored in one transaction, so a crash reads a page twice and skips none. The
//!   connector reads a little of the past again each time; everything is merged by the CRM's id.
//! - An account that somebody made by hand is joined with the CRM's of the same name or domain, not doubled.
//! - The CRM's owner becomes ours when they are a member (by e-mail), and again when the CRM's owner changes. Whom a
//!   person chose here stays until then.

mod handler;
mod store;

#[cfg(test)]
mod tests;

pub use handler::CrmImportHandler;
