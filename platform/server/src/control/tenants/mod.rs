//! Companies that pay. Everything else in the store belongs to exactly one of them.

mod model;
mod store;

pub use model::Tenant;
pub use store::{create, current};
