//! Installing our app at a vendor: away to its page with a state that only this session can bring back, and home with
//! a code that is traded for tokens.
//!
//! Invariants:
//! - The state is random, kept as a hash, belongs to one session and one member, lasts ten minutes and works once.
//! - The PKCE verifier never leaves the server: it is sealed beside the state.
//! - Whatever goes wrong ends on the page of connections, with a word that it explains.

mod error;
mod finish;
mod login_page;
mod routes;
mod start;
mod state;

pub use routes::web_routes;
