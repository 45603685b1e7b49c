//! What a record's link opens.

use serde_json::Value;

use super::{ids, metadata::sobject, table};
use crate::fakes::{Context, FakeResponse, http::escaped, page::document};

/// A record as a plain page.
pub(super) fn record(cx: &Context<'_>, name: &str, id: &str) -> FakeResponse {
    let found = sobject(name)
        .zip(ids::long(id))
        .and_then(|(object, id)| cx.state.store.get(&table(object.name), &id));
    let Some(record) = found else {
        return FakeResponse::html(
            404,
            document("Not found", "<h1>There is no such record in the simulated org</h1>"),
        );
    };
    let fields = record
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, value)| !value.is_null());
    let rows: String = fields
        .map(|(name, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            format!("<dt>{}</dt><dd>{}</dd>", escaped(name), linked(cx, &text))
        })
        .collect();
    let title = ["Subject", "Name"]
        .iter()
        .find_map(|name| record[name].as_str())
        .unwrap_or(id);
    let body = format!(
        "<p>{} in {}</p><h1>{}</h1><dl>{rows}</dl>",
        escaped(name),
        escaped(&cx.config.salesforce.org_name),
        escaped(title)
    );
    FakeResponse::html(200, document(title, &body))
}

/// A value for people: another record by its name with a link, addresses as links, everything else as text.
fn linked(cx: &Context<'_>, text: &str) -> String {
    if let Some(object) = super::metadata::sobject_of(text).filter(|_| text.len() == 18) {
        let row = cx.state.store.get(&table(object.name), text);
        if let Some(name) = row.and_then(|row| row["Name"].as_str().or(row["Subject"].as_str())) {
            let name = escaped(name);
            return format!(
                "<a href=\"/salesforce/lightning/r/{}/{}/view\">{name}</a>",
                object.name,
                escaped(text)
            );
        }
    }
    let words = text.split_inclusive(char::is_whitespace).map(|word| {
        let address = word.trim_end();
        if address.starts_with("http://") || address.starts_with("https://") {
            let (address, rest) = (escaped(address), escaped(&word[address.len()..]));
            format!("<a href=\"{address}\">{address}</a>{rest}")
        } else {
            escaped(word)
        }
    });
    words.collect()
}

/// Where a record's link leads, for the control page.
pub(in crate::fakes) fn link(record: &Value) -> String {
    format!(
        "/salesforce/lightning/r/Task/{}/view",
        record["Id"].as_str().unwrap_or_default()
    )
}
