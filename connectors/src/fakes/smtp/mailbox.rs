//! What was sent, for programs and for people.

use mail_parser::MessageParser;
use serde_json::{Value, json};

use crate::fakes::{
    Context, FakeRequest, FakeResponse,
    http::escaped,
    page::{self, document},
};

const TABLE: &str = "smtp.mail";
/// The mail's own HTML: no scripts, nothing from elsewhere, links open beside the simulator.
const INSIDE: &str = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; \
                      img-src data:; frame-ancestors 'self'";

/// Keeps a mail under the next number.
pub(super) fn keep(cx: &mut Context<'_>, from: &str, to: &[String], mail: &[u8]) {
    let number = cx.state.store.next_number();
    let row = json!({"at": cx.now, "from": from, "to": to, "raw": String::from_utf8_lossy(mail)});
    cx.state.store.put(TABLE, &format!("{number:012}"), row);
}

/// All mails, newest first, read as a mail program reads them. `to` leaves those of one recipient.
pub(in crate::fakes) fn list(cx: &Context<'_>, to: Option<&str>) -> Value {
    let mails = cx.state.store.rows(TABLE).rev();
    let of_recipient = mails.filter(|(_, row)| {
        to.is_none_or(|to| {
            let all = row["to"].as_array().into_iter().flatten();
            all.filter_map(Value::as_str).any(|one| one.eq_ignore_ascii_case(to))
        })
    });
    json!({"items": of_recipient.map(|(key, row)| read(key, row)).collect::<Vec<_>>()})
}

/// Forgets all mails.
pub(in crate::fakes) fn clear(cx: &mut Context<'_>) {
    let keys: Vec<String> = cx.state.store.rows(TABLE).map(|(key, _)| key.to_owned()).collect();
    for key in keys {
        cx.state.store.remove(TABLE, &key);
    }
}

/// `/mail`, `/mail/{number}`, and its `/html`, which the page shows in a frame.
pub(in crate::fakes) fn page(cx: &Context<'_>, request: &FakeRequest) -> FakeResponse {
    let segments = request.segments();
    let mail = segments
        .get(1)
        .and_then(|number| Some((*number, cx.state.store.get(TABLE, number)?)));
    match (segments.len(), mail) {
        (1, _) => page::guarded(FakeResponse::html(200, document("Mail", &overview(cx)))),
        (2, Some((number, row))) => page::guarded(FakeResponse::html(200, document("Mail", &one(number, row)))),
        (3, Some((number, row))) if segments[2] == "html" => {
            let html = read(number, row)["html"].as_str().unwrap_or_default().to_owned();
            let html = html.replacen("<head>", "<head><base target=\"_blank\">", 1);
            FakeResponse::html(200, html)
                .header("content-security-policy", INSIDE)
                .header("cache-control", "no-cache")
        }
        _ => page::guarded(FakeResponse::html(
            404,
            document(
                "Not found",
                "<h1>There is no such mail</h1><p><a href=\"/mail\">All mails</a></p>",
            ),
        )),
    }
}

fn read(key: &str, row: &Value) -> Value {
    let raw = row["raw"].as_str().unwrap_or_default();
    let parsed = MessageParser::default().parse(raw.as_bytes());
    let parsed = parsed.as_ref();
    let headers: Vec<Value> = parsed
        .into_iter()
        .flat_map(|mail| mail.headers_raw())
        .map(|(name, value)| json!({"name": name, "value": value.trim()}))
        .collect();
    json!({
        "id": key, "at": row["at"], "from": row["from"], "to": row["to"], "headers": headers,
        "subject": parsed.and_then(|mail| mail.subject()), "message_id": parsed.and_then(|mail| mail.message_id()),
        "text": parsed.and_then(|mail| mail.body_text(0)), "html": parsed.and_then(|mail| mail.body_html(0)),
    })
}

fn overview(cx: &Context<'_>) -> String {
    let list = list(cx, None);
    let rows: String = list["items"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|mail| {
            format!(
                "<li><a href=\"/mail/{}\"><strong>{}</strong></a><p>to {} <span class=\"hint\">{}</span></p></li>",
                text(&mail["id"]),
                text(&mail["subject"]),
                recipients(mail),
                text(&mail["at"])
            )
        })
        .collect();
    let body = if rows.is_empty() {
        "<p class=\"empty\">No mail has arrived yet.</p>".to_owned()
    } else {
        format!("<ul class=\"plain\">{rows}</ul>")
    };
    format!("<p><a href=\"/\">To the simulator</a></p><h1>Mail</h1>{body}")
}

fn one(number: &str, row: &Value) -> String {
    let mail = read(number, row);
    let headers: String = mail["headers"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|header| format!("{}: {}\n", text(&header["name"]), text(&header["value"])))
        .collect();
    format!(
        "<p><a href=\"/mail\">All mails</a></p><h1>{}</h1><p>to {}</p>\
         <iframe class=\"mail\" title=\"The mail as HTML\" sandbox=\"allow-popups allow-popups-to-escape-sandbox\" src=\"/mail/{}/html\">\
         </iframe><h2>As text</h2><pre class=\"mail\">{}</pre><h2>Headers</h2><pre class=\"mail\">{headers}</pre>",
        text(&mail["subject"]),
        recipients(&mail),
        escaped(number),
        text(&mail["text"]),
    )
}

fn recipients(mail: &Value) -> String {
    let all = mail["to"].as_array().into_iter().flatten();
    all.map(text).collect::<Vec<_>>().join(", ")
}

fn text(value: &Value) -> String {
    escaped(value.as_str().unwrap_or_default())
}
