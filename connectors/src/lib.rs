//! Slack, Salesforce and HubSpot behind two traits, the one outbound HTTP client, and stateful fakes of the vendors.
//!
//! This crate knows nothing of tenants, tables or actix. What it needs from the outside comes in as arguments: credentials through
//! [`oauth::TokenSource`], time through [`Clock`]. It never retries a write on its own: that is the job queue's business, and
//! [`ConnectorError`] says what the queue may do.

use std::sync::Arc;

use chrono::{DateTime, Utc};

pub mod chat;
pub mod crm;
pub mod error;
pub mod fakes;
pub mod hubspot;
pub mod oauth;
pub mod outbound;
pub mod page;
pub mod salesforce;
pub mod slack;

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod testing;

pub use chat::Chat;
pub use crm::Crm;
pub use error::{ConnectorError, ConnectorResult};
pub use oauth::{AccessToken, StaticToken, TokenSource};
pub use outbound::{Outbound, OutboundOptions};
pub use page::{ChangePage, Cursor, Page};

/// The current time, as an argument: production passes [`system_clock`], tests pass a fixed or a moving one.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The machine's clock.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place of this crate where time enters")]
pub fn system_clock() -> Clock {
    Arc::new(Utc::now)
}
