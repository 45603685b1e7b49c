//! The one HTTP client through which everything leaves this process.
//!
//! It has time-outs, a limit on what it reads, and a guard: an address that a customer gave (or a vendor's answer named) may only lead to
//! the public internet, never into the network we run in. It never retries a write: only the caller knows whether that is safe.

mod client;
mod guard;
mod response;

pub use client::{BuildError, Outbound, OutboundOptions, OutboundRequest};
pub use guard::{AddressError, is_public};
pub use reqwest::{Method, StatusCode, Url, header};
pub use response::{OutboundResponse, parse_retry_after};
