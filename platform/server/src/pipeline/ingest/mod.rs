//! The first durable hop: Slack's requests become committed jobs before Slack is answered, and jobs become messages.
//!
//! ```text
//! request -> verify -> parse -> whose is it? -> inbox (commit) -> 200
//!                                                |  database away: spool (fsync) -> 200
//!                                                |  spool full: 503, Slack sends again
//!                          lane by channel <- job
//! ```
//!
//! Invariants:
//! - What was answered with 200 is on disk, in the database or in the spool.
//! - The tenant comes from `authorizations[0]`, never from the outer `team_id`: in a shared channel that is often the
//!   other company.
//! - Retries are taken like first deliveries; sameness is decided by the message, not by Slack's event id.

mod backfill;
mod events;
mod handler;
mod inbox;
pub mod installations;
mod intake;
mod lifecycle;
pub mod log;
pub mod message;
pub mod partitions;
mod routes;
pub mod slack_export;
mod spool;

pub use backfill::BackfillHandler;
pub use events::{Kept, StoredEvent};
pub use handler::{IngestHandler, QUEUE};
pub use inbox::{Inbox, InboxOptions};
pub use intake::{Accepted, Intake, Proof, Refusal};
pub use routes::configure;
pub use spool::{Spool, SpoolOptions, Spooled};
