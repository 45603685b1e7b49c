//! Slack: what it sends us (signatures, requests, events) and the Web API.

mod answers;
mod api;
mod chat;
pub mod command;
pub mod event;
pub mod interaction;
mod limits;
pub mod oauth;
pub mod request;
pub mod signature;
pub mod views;

#[cfg(test)]
mod tests;

pub use api::{DEFAULT_API_URL, Slack};
pub use event::{EventClass, SlackEvent};
pub use limits::Limits;
pub use request::{
    Authorization, EventEnvelope, Installation, Interaction, ParseError, SlackRequest, SlashCommand, parse_request,
};
