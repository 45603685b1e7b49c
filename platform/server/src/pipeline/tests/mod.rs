//! The story of one message, through the door that Slack uses.

mod crm;
mod delivery;
mod intake;
mod messages;
mod opportunities;
mod outage;
mod preview;
mod spool;
mod stage;
mod sync_back;
mod undo;
