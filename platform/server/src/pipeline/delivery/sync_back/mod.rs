//! What became of what we wrote: the CRM's changes come back every five minutes, and each night everything we believe is
//! compared with what is there.
//!
//! Invariants:
//! - A page and the place after it are stored in one transaction, so a crash reads a page twice and skips none. The
//!   connector reads a little of the past again each time, because CRMs commit late; everything is merged by the CRM's
//!   ids, so reading twice changes nothing.
//! - A record that is missing in the CRM is flagged and counted. It is never made again by itself: somebody deleted it.

mod activities;
mod handler;
mod opportunities;
mod reconcile;
mod store;

pub use handler::CrmSyncHandler;
pub(super) use reconcile::{ReconciliationPage, reconciliations};
