//! The Slack app through its doors, against a simulated Slack.

mod alerts;
mod stage;
