//! What tests stand on: a real PostgreSQL with a fresh, migrated database for each test.

mod db;

pub use db::TestDb;
