//! The roles and what each may do, for people to read. They are the same for every tenant.

mod routes;

pub use routes::routes;

#[cfg(test)]
mod tests;
