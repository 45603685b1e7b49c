//! Who said it, where, and which account it is about. Authors and channels are resolved before anything is detected.

pub mod accounts;
pub mod authors;
pub mod channels;

pub use accounts::Matchers;
