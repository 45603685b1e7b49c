//! What a record's link opens.

use super::{associations, metadata, store};
use crate::fakes::{Context, FakeResponse, http::escaped, page::document};

/// A record as a plain page.
pub(super) fn record(cx: &Context<'_>, kind: &str, id: &str) -> FakeResponse {
    let found = metadata::object(kind).and_then(|object| Some((object, store::live(cx, object, id)?)));
    let Some((object, row)) = found else {
        let body = "<h1>There is no such record in the simulated HubSpot account</h1>";
        return FakeResponse::html(404, document("Not found", body));
    };
    let facts = row["properties"].as_object().into_iter().flatten();
    let rows: String = facts
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| {
            let text = value.as_str().unwrap_or_default().replace("<br>", "\n");
            format!("<dt>{}</dt><dd>{}</dd>", escaped(name), escaped(&text))
        })
        .collect();
    let companies: String = associations::of(cx, object, id, "companies")
        .iter()
        .filter_map(|company| {
            let row = store::live(cx, "companies", company)?;
            let name = escaped(row["properties"]["name"].as_str().unwrap_or(company));
            let portal = cx.config.hubspot.portal_id;
            Some(format!(
                "<dt>company</dt><dd><a href=\"/hubspot/contacts/{portal}/record/0-2/{company}\">{name}</a></dd>"
            ))
        })
        .collect();
    let title = ["hs_task_subject", "dealname", "name", "email", "hs_note_body"]
        .iter()
        .find_map(|name| row["properties"][name].as_str())
        .unwrap_or(id);
    let body = format!(
        "<p>{} in {}</p><h1>{}</h1><dl>{companies}{rows}</dl>",
        escaped(object),
        escaped(&cx.config.hubspot.account_name),
        escaped(title)
    );
    FakeResponse::html(200, document(title, &body))
}
