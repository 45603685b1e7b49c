//! Keys for programs.
//!
//! Invariants: a key is shown once and kept as a hash; it never may more than its maker may; it names its tenant, so that
//! it is looked up among that tenant's keys only.

mod model;
mod routes;
mod store;

pub use model::ApiKey;
pub use routes::routes;
pub use store::create;

#[cfg(test)]
mod tests;
