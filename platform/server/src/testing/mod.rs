//! What tests stand on: a real PostgreSQL with a fresh, migrated database for each test, and the application on it.

mod app;
mod client;
mod db;
mod one_of_each;
mod sample;
mod seed;
mod slack;
mod vendors;

pub use app::{PASSWORD, TestApp, TestTenant};
pub use client::{Answer, TestClient};
pub use db::TestDb;
pub use sample::Sampler;
pub use seed::{Seed, SignalSeed};
pub use slack::{BOT, SlackWorld, TEAM, channel, person};
pub use vendors::{TestVendors, location};
