//! What a message means and what should happen.
//!
//! This crate is pure: no async, no I/O, no clock, no database and no randomness. The same input under the same
//! configuration and versions gives the same answer, which is what makes back-tests and replays possible.
//!
//! The way of one message through it:
//! [`message`] turns Slack's markup into words that still know where they stood in the original;
//! [`detection`] says what those words mean, how sure we are and why;
//! [`matching`] says which account they are about;
//! [`dedup`] decides whether this is news or the continuation of an open signal;
//! [`title`] and [`recommendation`] put it into a rep's words;
//! [`scoring`] sums an account up.

pub mod dedup;
pub mod detection;
pub mod evaluation;
pub mod matching;
pub mod message;
pub mod recommendation;
pub mod scoring;
pub mod signal;
pub mod stem;
pub mod title;
