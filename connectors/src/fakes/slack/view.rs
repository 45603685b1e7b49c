//! What a permalink opens.

use crate::fakes::{Context, FakeResponse, http::escaped, page::document};

/// A message and its thread as a plain page. `permalink` is `p` and the ts without its dot.
pub(super) fn message(cx: &Context<'_>, channel: &str, permalink: &str) -> FakeResponse {
    let digits = permalink.trim_start_matches('p');
    let ts = match digits.len() {
        7.. if digits.is_ascii() => format!("{}.{}", &digits[..digits.len() - 6], &digits[digits.len() - 6..]),
        _ => String::new(),
    };
    let in_channel = format!("/{channel}/");
    let rows: Vec<_> = cx
        .state
        .store
        .rows("slack.message")
        .filter(|(key, _)| key.contains(&in_channel))
        .collect();
    let Some((_, message)) = rows.iter().find(|(_, message)| message["ts"] == ts.as_str()) else {
        return FakeResponse::html(
            404,
            document(
                "Not found",
                "<h1>There is no such message in the simulated Slack workspace</h1>",
            ),
        );
    };
    let thread = message["thread_ts"].as_str().unwrap_or(&ts);
    let lines: String = rows
        .iter()
        .filter(|(_, m)| m["ts"] == thread || m["thread_ts"] == thread)
        .map(|(key, m)| {
            let team = key.split('/').next().unwrap_or_default();
            let user = m["user"].as_str().unwrap_or_default();
            let name = cx
                .state
                .store
                .get("slack.user", &format!("{team}/{user}"))
                .and_then(|u| u["real_name"].as_str());
            let here = if m["ts"] == ts.as_str() { " class=\"here\"" } else { "" };
            let text = escaped(m["text"].as_str().unwrap_or_default());
            format!(
                "<li{here}><strong>{}</strong><p>{text}</p></li>",
                escaped(name.unwrap_or(user))
            )
        })
        .collect();
    let name = rows
        .first()
        .and_then(|(key, _)| cx.state.store.get("slack.channel", key.rsplit_once('/')?.0))
        .and_then(|channel| channel["name"].as_str())
        .unwrap_or(channel);
    let body = format!("<h1>#{}</h1><ul class=\"plain\">{lines}</ul>", escaped(name));
    FakeResponse::html(200, document("Message", &body))
}
