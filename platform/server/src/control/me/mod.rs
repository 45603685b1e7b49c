//! The person who is signed in: who they are, what they may do, what they prefer.

mod model;
mod routes;
mod store;

pub use model::Me;
pub use routes::routes;
pub use store::describe;

#[cfg(test)]
mod tests;
