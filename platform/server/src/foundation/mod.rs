//! What every slice stands on and must not be able to forget: configuration, the database with its tenant scope,
//! jobs, HTTP shapes, sealing, typed ids, time. Knows nothing of the product.

use std::sync::Arc;

pub mod config;
pub mod context;
pub mod crypto;
pub mod db;
pub mod http;
pub mod ids;
pub mod jobs;
pub mod mail;
pub mod stream;
pub mod telemetry;

/// What every slice may need. Cheap to clone; handlers take it as `web::Data<Core>`.
#[derive(Clone)]
pub struct Core {
    /// The store.
    pub db: db::Database,
    /// The time.
    pub clock: context::Clock,
    /// What was set from outside.
    pub settings: Arc<config::Settings>,
    /// Seals and opens stored secrets.
    pub sealer: crypto::Sealer,
}
