//! Signing up, signing in and out. People prove who they are by a password or by a link.
//!
//! Invariants:
//! - Passwords are kept as argon2id; sessions and links are random tokens, kept as hashes.
//! - An unknown e-mail address takes as long to refuse as a wrong password and gets the same answer.
//! - A session belongs to one person in one tenant. It ends after a week without use and after 30 days in any case.
//! - Nothing needs mail: links are answered to whoever may invite, and printed by commands.

mod cookie;
mod jobs;
mod links;
mod model;
mod passwords;
mod routes;
mod sessions;
mod sign_in;
mod sign_up;
mod store;

pub use jobs::schedules;
pub use links::{LinkKind, create_link};
pub use model::{EMAIL_IN_USE, NewPerson, good_password, not_blank};
pub use passwords::{Identity, Passwords};
pub use routes::{routes, web_routes};
pub use sessions::{SESSION_LIFETIME, StartedSession, end_sessions_of, start_session};
pub use sign_up::{NewTenant, SignedUp, sign_up};
pub use store::{User, create_user, find_user, set_password, user_by_id};

#[cfg(test)]
mod tests;
