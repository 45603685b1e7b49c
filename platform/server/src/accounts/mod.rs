//! Accounts: the tenant's customers, how each is doing, and which Slack channels are theirs.
//!
//! Invariants:
//! - Reps and CSMs see the accounts that they own; the others do not exist for them.
//! - An account's status follows from its messages and open signals when it is asked for; it is stored nowhere.

mod change;
pub mod channels;
mod crm_import;
pub mod field_mapping;
mod model;
mod routes;
mod status;
mod store;
pub mod workspace;

#[cfg(test)]
mod tests;

pub use crm_import::CrmImportHandler;
pub use model::*;
pub use routes::routes;
pub use store::find;
