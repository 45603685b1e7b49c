//! The control plane: who the tenants are, who their people are, what each may do, and what each did.

pub mod access;
pub mod api_keys;
pub mod audit;
pub mod connections;
pub mod guides;
pub mod identity;
pub mod me;
pub mod members;
pub mod roles;
pub mod tenants;
