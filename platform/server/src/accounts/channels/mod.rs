//! Slack channels and the accounts they belong to.
//!
//! Invariant: mapping a channel, giving its waiting signals to the account and releasing what waited for the mapping to
//! be written to the CRM are one transaction.

mod bulk;
mod certain;
mod csv_import;
mod mapping;
mod mapping_routes;
mod model;
mod options;
mod routes;
mod store;
mod unmapped;

#[cfg(test)]
mod tests;

pub(super) use certain::map_certain;
pub use mapping::{Mapped, MappingError, NewMapping, map, map_by_matcher, restore, settle_mapped, unmap};
pub use model::*;
pub(super) use routes::routes;
