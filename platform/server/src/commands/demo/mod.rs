//! `momentum demo`: the whole product with a made-up tenant in one process.

pub mod export;
pub mod generator;
pub mod scenario;
pub mod seeds;

#[cfg(test)]
mod export_tests;
