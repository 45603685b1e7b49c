//! Slack: what it sends us (signatures, events) and the Web API.

pub mod signature;
