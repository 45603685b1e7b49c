mod client;
mod payloads;
