//! Channel history that is read back from Slack, a little at a time: what was said before Momentum came, and what Slack
//! dropped while it was overrun or disconnected.
//!
//! Invariants:
//! - One request at a time for each Slack workspace, at the pace that its profile allows; the time of the next one is
//!   stored, so a restart does not hurry.
//! - A page of messages and the place after it are one transaction: a crash reads a page twice and skips none.
//! - Places are kept as message ts and not as Slack's cursors, which do not live as long as a throttled backfill.
//! - What came live stays as it came. What is read back leads to no write in the CRM by itself.
//!
//! The reading itself is a stage of the pipeline and lives there; this slice keeps what is to be read and how far it is.

mod model;
mod routes;
mod store;

pub use model::{Backfill, BackfillReason, BackfillState, Checkpoint, HistoryProfile, NewBackfill};
pub use routes::routes;
pub use store::{
    BackfillChannel, BackfillJob, Progress, QUEUE, Work, active_threads, channel, end, ensure_job, fill_gaps, find,
    next_channel, next_due, postpone, record, request,
};
