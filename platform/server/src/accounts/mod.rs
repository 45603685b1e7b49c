//! Accounts: the tenant's customers, how each is doing, and which Slack channels are theirs.

pub mod channels;
