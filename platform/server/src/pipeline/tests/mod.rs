//! The story of one message, through the door that Slack uses.

mod delivery;
mod intake;
mod messages;
mod spool;
mod stage;
