//! What a message says when its `text` is empty: apps may put everything into blocks or attachments.

use serde_json::Value;

/// Deeper than any block Slack accepts; the JSON parser itself stops at 128.
const DEEPEST: usize = 24;
/// Slack cuts a message's text at 40,000 characters.
const LONGEST: usize = 40_000;

/// The message's text, or else what its blocks, or else its attachments, say.
pub(super) fn of(message: &Value) -> String {
    let plain = super::value::text(message, "text").unwrap_or_default();
    if !plain.trim().is_empty() {
        return plain;
    }
    for key in ["blocks", "attachments"] {
        let mut said = String::new();
        if let Some(found) = message.get(key) {
            collect(found, 0, &mut said);
        }
        if !said.trim().is_empty() {
            return said.trim().replace('\0', "\u{fffd}");
        }
    }
    plain
}

fn collect(node: &Value, depth: usize, said: &mut String) {
    if depth > DEEPEST || said.len() > LONGEST {
        return;
    }
    match node {
        Value::Array(items) => items.iter().for_each(|item| collect(item, depth + 1, said)),
        Value::Object(fields) => {
            let kind = fields.get("type").and_then(Value::as_str).unwrap_or_default();
            match (kind, fields.get("text").and_then(Value::as_str)) {
                // Buttons and menus are not what somebody said.
                ("actions" | "button" | "image", _) => return,
                ("user", _) => push_mention(fields.get("user_id"), "@", said),
                ("channel", _) => push_mention(fields.get("channel_id"), "#", said),
                (_, Some(text)) => said.push_str(text),
                ("link", None) => said.push_str(fields.get("url").and_then(Value::as_str).unwrap_or_default()),
                _ => {}
            }
            for key in ["text", "elements", "fields", "blocks"] {
                if let Some(inner) = fields.get(key).filter(|inner| !inner.is_string()) {
                    collect(inner, depth + 1, said);
                }
            }
            if matches!(
                kind,
                "rich_text_section" | "section" | "header" | "context" | "plain_text" | "mrkdwn" | ""
            ) {
                said.push('\n');
            }
        }
        _ => {}
    }
}

fn push_mention(id: Option<&Value>, sigil: &str, said: &mut String) {
    if let Some(id) = id.and_then(Value::as_str) {
        said.push_str(&format!("<{sigil}{id}>"));
    }
}
