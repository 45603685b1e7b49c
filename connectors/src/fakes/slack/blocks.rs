//! What Slack takes as Block Kit, and what it refuses as `invalid_blocks`.
//!
//! Source: the limits in Slack's reference of blocks, block elements and composition objects.

use std::collections::BTreeSet;

use serde_json::Value;

/// Blocks in a message.
pub(super) const IN_A_MESSAGE: usize = 50;
/// Blocks in a view.
pub(super) const IN_A_VIEW: usize = 100;

/// Whether Slack would take these blocks.
pub(super) fn are_valid(blocks: &Value, most: usize) -> bool {
    let Some(blocks) = blocks.as_array().filter(|blocks| blocks.len() <= most) else {
        return false;
    };
    let mut ids = BTreeSet::new();
    blocks.iter().all(|block| {
        let is_new = match &block["block_id"] {
            Value::Null => true,
            Value::String(id) => id.chars().count() <= 255 && ids.insert(id.as_str()),
            _ => false,
        };
        is_new && is_block(block)
    })
}

fn is_block(block: &Value) -> bool {
    match block["type"].as_str() {
        Some("section") => {
            let has_text = is_text(&block["text"], 3_000, false) || block["fields"].is_array();
            has_text && (block["accessory"].is_null() || is_element(&block["accessory"]))
        }
        Some("header") => is_text(&block["text"], 150, true),
        Some("divider") => true,
        Some("context") => few(&block["elements"], 10, |element| {
            element["type"] == "image" || is_text(element, 3_000, false)
        }),
        Some("actions") => {
            let mut ids = BTreeSet::new();
            few(&block["elements"], 25, |element| {
                is_element(element) && element["action_id"].as_str().is_none_or(|id| ids.insert(id.to_owned()))
            })
        }
        Some("input" | "image" | "rich_text" | "video" | "file") => true,
        _ => false,
    }
}

fn is_element(element: &Value) -> bool {
    let within = |name: &str, most: usize| {
        element[name].is_null() || element[name].as_str().is_some_and(|text| text.chars().count() <= most)
    };
    if !within("action_id", 255) {
        return false;
    }
    let has_placeholder = element["placeholder"].is_null() || is_text(&element["placeholder"], 150, true);
    match element["type"].as_str() {
        Some("button") => is_text(&element["text"], 75, true) && within("value", 2_000) && within("url", 3_000),
        Some("static_select") => has_placeholder && few(&element["options"], 100, is_option),
        Some("overflow") => few(&element["options"], 5, is_option),
        Some("external_select" | "users_select" | "conversations_select" | "channels_select") => has_placeholder,
        Some("image" | "datepicker" | "timepicker" | "checkboxes" | "radio_buttons" | "multi_static_select") => true,
        _ => false,
    }
}

fn is_option(option: &Value) -> bool {
    let has_value = option["value"]
        .as_str()
        .is_some_and(|value| value.chars().count() <= 150);
    has_value && is_text(&option["text"], 75, true)
}

fn is_text(text: &Value, most: usize, is_plain: bool) -> bool {
    let kind = text["type"].as_str().unwrap_or_default();
    let is_kind = kind == "plain_text" || (kind == "mrkdwn" && !is_plain);
    let length = text["text"].as_str().map_or(0, |text| text.chars().count());
    is_kind && (1..=most).contains(&length)
}

fn few(list: &Value, most: usize, mut holds: impl FnMut(&Value) -> bool) -> bool {
    list.as_array()
        .is_some_and(|list| (1..=most).contains(&list.len()) && list.iter().all(&mut holds))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn blocks_beyond_slacks_limits_are_refused() {
        let section =
            |length: usize| json!({"type": "section", "text": {"type": "mrkdwn", "text": "x".repeat(length)}});
        let button = |label: usize, id: &str| json!({"type": "button", "action_id": id, "value": "1", "text": {"type": "plain_text", "text": "x".repeat(label)}});
        let row = |elements: Vec<Value>| json!([{"type": "actions", "elements": elements}]);
        let rows = [
            (json!([section(3_000)]), true),
            (json!([section(3_001)]), false),
            (json!([section(0)]), false),
            (json!(vec![section(1); 50]), true),
            (json!(vec![section(1); 51]), false),
            (json!([{"type": "unheard_of"}]), false),
            (json!({"type": "section"}), false),
            (
                json!([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]),
                false,
            ),
            (row(vec![button(75, "a"), button(1, "b")]), true),
            (row(vec![button(76, "a")]), false),
            (row(vec![button(1, "a"), button(1, "a")]), false),
            (row(vec![]), false),
            (row((0..26).map(|at| button(1, &at.to_string())).collect()), false),
            (
                json!([{"type": "divider", "block_id": "1"}, {"type": "divider", "block_id": "1"}]),
                false,
            ),
        ];
        for (blocks, expected) in rows {
            assert_eq!(
                are_valid(&blocks, IN_A_MESSAGE),
                expected,
                "{}",
                blocks.to_string().chars().take(120).collect::<String>()
            );
        }
    }
}
