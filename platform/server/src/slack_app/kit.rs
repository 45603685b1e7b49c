//! Block Kit as far as we use it, within Slack's limits.
//!
//! Sources: Slack's reference of blocks (3,000 characters in a section's text, 2,000 in a context's, 50 blocks in a message and
//! 100 in a view, 75 characters on a button) and "Formatting text for app surfaces" (escaping of `&`, `<` and `>`).

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// Most characters in a section.
const SECTION: usize = 3_000;
/// Most characters on a button or in a menu's entry.
const LABEL: usize = 75;

/// Text as Slack shows it: nothing in it becomes a link, a mention or a call to everybody.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Text cut to `most` characters, on one line.
pub fn shortened(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let mut cut: String = line.chars().take(most.saturating_sub(1)).collect();
    cut.truncate(cut.trim_end().len());
    cut + "…"
}

/// A link with words. A `|` or `>` in the address would end it early.
pub fn link(url: &str, words: &str) -> String {
    let url = url.replace('|', "%7C").replace('>', "%3E").replace('<', "%3C");
    format!("<{url}|{}>", escaped(words).replace('|', "/"))
}

/// A time, shown in the time zone of whoever reads it.
pub fn time(at: DateTime<Utc>) -> String {
    format!(
        "<!date^{}^{{date_short_pretty}} at {{time}}|{}>",
        at.timestamp(),
        at.format("%Y-%m-%d %H:%M UTC")
    )
}

/// A person, shown by name and told of the message.
pub fn mention(slack_user_id: &str) -> String {
    format!("<@{}>", escaped(slack_user_id))
}

/// A paragraph in mark-up.
pub fn section(markup: &str) -> Value {
    json!({ "type": "section", "text": { "type": "mrkdwn", "text": within(markup, SECTION) } })
}

/// A small line.
pub fn context(markup: &str) -> Value {
    json!({ "type": "context", "elements": [{ "type": "mrkdwn", "text": within(markup, 2_000) }] })
}

/// A headline.
pub fn header(text: &str) -> Value {
    json!({ "type": "header", "text": plain(text, 150) })
}

/// A line across.
pub fn divider() -> Value {
    json!({ "type": "divider" })
}

/// A row of buttons and menus.
pub fn actions(block_id: &str, elements: Vec<Value>) -> Value {
    json!({ "type": "actions", "block_id": block_id, "elements": elements })
}

/// A button.
pub fn button(action_id: &str, label: &str, value: &str) -> Value {
    json!({ "type": "button", "action_id": action_id, "text": plain(label, LABEL), "value": value })
}

/// The button that is meant to be pressed.
pub fn primary(mut button: Value) -> Value {
    button["style"] = "primary".into();
    button
}

/// A button that opens a page.
pub fn link_button(action_id: &str, label: &str, url: &str) -> Value {
    json!({ "type": "button", "action_id": action_id, "text": plain(label, LABEL), "url": url })
}

/// A menu of a few fixed entries: value and label.
pub fn menu<'a>(action_id: &str, label: &str, entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> Value {
    let options: Vec<Value> = entries.into_iter().map(|(value, label)| option(value, label)).collect();
    json!({ "type": "static_select", "action_id": action_id, "placeholder": plain(label, 150), "options": options })
}

/// An entry of a menu.
pub fn option(value: &str, label: &str) -> Value {
    json!({ "text": plain(label, LABEL), "value": value })
}

/// Text without mark-up.
pub fn plain(text: &str, most: usize) -> Value {
    json!({ "type": "plain_text", "text": shortened(text, most), "emoji": false })
}

/// The last line of defence: parts are shortened before they are put together, so that no link is cut in two.
fn within(markup: &str, most: usize) -> String {
    markup.chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_others_never_become_mentions_or_links() {
        for (text, shown) in [
            ("<!channel> look", "&lt;!channel&gt; look"),
            ("<@U0BOSS>", "&lt;@U0BOSS&gt;"),
            ("A & B", "A &amp; B"),
        ] {
            assert_eq!(escaped(text), shown);
        }
        assert_eq!(
            link("https://e.example/a|b>c", "x|y <z>"),
            "<https://e.example/a%7Cb%3Ec|x/y &lt;z&gt;>"
        );
    }

    #[test]
    fn text_is_cut_by_characters_and_not_by_bytes() {
        assert_eq!(shortened("ein  Wort\nmehr", 100), "ein Wort mehr");
        assert_eq!(shortened("äöüß und mehr", 5), "äöüß…");
        assert_eq!(shortened("", 5), "");
    }
}
