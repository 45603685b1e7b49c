//! What every slice stands on and must not be able to forget: configuration, the database with its tenant scope,
//! jobs, HTTP shapes, sealing, typed ids, time. Knows nothing of the product.

pub mod config;
pub mod context;
pub mod crypto;
pub mod db;
pub mod http;
pub mod ids;
pub mod jobs;
pub mod stream;
