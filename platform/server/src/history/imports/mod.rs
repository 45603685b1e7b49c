//! History imports: files that bring messages from before the tenant connected Slack.
//!
//! Invariants:
//! - The file is on disk before its row and its job exist, and all three before the request is answered: what was accepted is imported,
//!   whatever happens to this process.
//! - An import's progress is written in the transaction of the messages that it counts.
//! - A finished import's file is removed.
//!
//! Reading the files and taking their messages through the pipeline is the pipeline's work; this slice keeps the rows.

mod model;
mod routes;
mod spool;
mod store;

#[cfg(test)]
mod tests;

pub use model::{Checkpoint, Import, ImportPage, ImportState};
pub use routes::routes;
pub use spool::{Spool, SpoolError, SpooledFile};
pub use store::{
    ImportJob, JOB_KIND, LANE, Progress, QUEUE, begin, fail, find, finish, list, mark_running, record_progress,
};
