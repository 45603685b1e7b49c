//! Durable background work: enqueued in the caller's transaction, done at least once, recorded exactly once.
//!
//! Invariants:
//! - A job is enqueued by the transaction that needs it, and deleted by the transaction of its effect, which
//!   gives the lane back as well when it was the batch's last.
//! - A **lane** (one conversation, one CRM account) is worked by one worker at a time, in order. A lane whose head waits
//!   for its next try waits as a whole.
//! - **Tenants take turns.** Each turn is one batch of one lane, or of some where the queue says so, so a tenant with
//!   fifty times the work of another gets no more of the workers than the other; no tenant holds more than half of a
//!   process's places in a queue, so one whose CRM hangs does not stop the others; and all work of a tenant shares a few
//!   transactions, so one that is busy does not fill the database.
//! - Who may have work is known from announcements and kept in memory; a look into the database each second finds what
//!   was not announced, such as a retry whose time has come.
//! - A worker holds a lane by a lease that it renews. When it dies, the lease runs out and the lane's head counts one
//!   attempt and is tried alone, so a job that kills its worker ends as a dead letter and not as an endless crash.
//! - What fails is tried again with exponential back-off and jitter that is kept in the row, then becomes a **dead
//!   letter** with the reason; nothing is lost.
//!
//! PostgreSQL only: `FOR UPDATE`-free claims through a lease row, so that every statement names one tenant.

mod backoff;
mod model;
mod rotation;
mod schedule;
mod store;
mod worker;

#[cfg(test)]
mod tests;

pub use backoff::Backoff;
pub use model::{Failure, Handler, Job, LaneBatch, NewJob, Queue};
pub use schedule::{Schedule, Scheduler};
pub use store::{
    complete, dead_jobs, discard_dead, enqueue, enqueue_many, hasten, pause_lanes, resume_lanes, retry_dead,
};
pub use worker::{Worker, WorkerOptions};
