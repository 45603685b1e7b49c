//! Slack: what it sends us (signatures, requests, events) and the Web API.

mod answers;
mod api;
mod chat;
pub mod event;
pub mod oauth;
pub mod request;
pub mod signature;

#[cfg(test)]
mod tests;

pub use api::{DEFAULT_API_URL, Slack};
pub use event::{EventClass, SlackEvent};
pub use request::{Authorization, EventEnvelope, Installation, ParseError, SlackRequest, parse_request};
