//! Momentum inside Slack: alerts with buttons, questions in plain words, the slash command and the App Home.
//!
//! ```text
//! button, menu, command -> verify -> taken once (slack_requests + job, one commit) -> 200 within 3 s
//! mention, direct message, App Home opened -> the inbox's event -> job
//!                                                  job -> who asks? -> what may they see? -> act or answer
//! a signal changes, here or on the page -> job -> every posted alert shows it
//! ```
//!
//! Invariants:
//! - Nothing about a customer is posted where a customer reads: not in a channel shared with another company, not in a
//!   channel of the class `customer`. The channel is asked for in Slack before each post, and doubt means no.
//! - Whoever acts is a member of the tenant with the permission that the page would ask for. Strangers, guests and people
//!   whom nobody knows are told what to do, and nothing happens.
//! - The tenant follows from the installation that Slack names, and everything is looked up within it.
//! - An alert is posted once for a signal and a target, whatever is retried.

pub mod alerts;
mod answers;
mod ask;
mod channel_questions;
mod commands;
mod door;
mod home;
mod interactions;
mod jobs;
mod kit;
mod people;
mod requests;
mod routes;
mod tagging;

pub use crate::signals::alerts::SLACK_APP_QUEUE as QUEUE;
pub use channel_questions::consider as consider_asking;
pub use door::SlackApp;
pub use jobs::{SlackAppHandler, enqueue_event};
pub use routes::configure;

#[cfg(test)]
mod tests;
