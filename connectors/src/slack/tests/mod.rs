mod client;
mod interactions;
mod payloads;
