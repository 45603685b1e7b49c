//! Signals through HTTP, on a real PostgreSQL.

mod actions;
mod detail;
mod feed;
mod live;
mod plans;

use serde_json::Value;

/// The ids of a page's items, in order.
fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().expect("items");
    items
        .iter()
        .map(|item| item["id"].as_str().expect("an id").to_owned())
        .collect()
}
