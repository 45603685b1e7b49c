//! Reads channel history back through the pipeline, one request at a time. What is to be read, how far it is and at what
//! pace is `history::backfill`'s; see its invariants.

mod handler;
mod read;

#[cfg(test)]
mod tests;

pub use handler::BackfillHandler;
