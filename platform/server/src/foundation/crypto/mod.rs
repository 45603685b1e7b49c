//! Secrets at rest: sealing with a key per tenant, and hashing of tokens that only need to be recognised.
//!
//! A tenant's **data key** seals its credentials; the **master key** seals (wraps) the data keys. Rotating the master
//! key rewraps the data keys and leaves what they sealed alone. Every ciphertext is bound to its tenant and its purpose:
//! copied into another row it does not open.

mod key_files;
mod rotation;
mod sealing;
mod store;
mod tokens;

pub use rotation::{Rotation, rotate};
pub use sealing::{DataKey, MasterKey, SealError, Sealer, WrappedDataKey};
pub use store::SealedStoreError;
pub use tokens::{Token, TokenHash, is_same};
