//! The server of Momentum: HTTP, database and jobs.
//!
//! Start with [`pipeline`]: it tells the story of one message. Foundations know nothing of the product; the control
//! plane knows tenants and people; the slices above know signals and accounts; the pipeline joins them.

pub mod accounts;
pub mod app;
pub mod commands;
pub mod control;
pub mod foundation;
pub mod history;
pub mod notifications;
pub mod pipeline;
pub mod signals;
pub mod slack_app;
#[cfg(test)]
pub mod testing;
