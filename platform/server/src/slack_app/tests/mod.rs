//! The Slack app through its doors, against a simulated Slack.

mod alerts;
mod ask;
mod commands;
mod home;
mod interactions;
mod questions;
mod stage;
