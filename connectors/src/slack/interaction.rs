//! What somebody did with a message's or a view's blocks, read out of an interaction's payload.
//!
//! Source of the shapes: Slack's "block_actions payload" and "block_suggestion payload", and the payloads in the tests of Slack's own
//! SDKs (`fixtures/slack`).

use serde_json::Value;

use super::{Interaction, event::value};

/// One button pressed, or one choice made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockAction {
    /// The element's name.
    pub action_id: String,
    /// The block's name; Slack makes one up where we gave none.
    pub block_id: String,
    /// The button's value, the chosen option's value, or the id of the chosen person, channel or day.
    pub value: Option<String>,
    /// When, as a ts: with person and element the identity of the press.
    pub action_ts: Option<String>,
}

/// Somebody types into a menu whose options we give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The menu's name.
    pub action_id: String,
    /// The block's name.
    pub block_id: String,
    /// What was typed so far; empty when the menu was only opened.
    pub typed: String,
}

impl Interaction {
    /// The presses and choices of a `block_actions`, in Slack's order; none for other kinds. What has no name is left out.
    #[must_use]
    pub fn actions(&self) -> Vec<BlockAction> {
        let actions = self.payload.get("actions").and_then(Value::as_array);
        actions.into_iter().flatten().filter_map(action).collect()
    }

    /// What a `block_suggestion` asks for.
    #[must_use]
    pub fn suggestion(&self) -> Option<Suggestion> {
        if self.kind != "block_suggestion" {
            return None;
        }
        Some(Suggestion {
            action_id: value::id(&self.payload, "action_id")?,
            block_id: value::id(&self.payload, "block_id").unwrap_or_default(),
            typed: value::text(&self.payload, "value").unwrap_or_default(),
        })
    }

    /// The channel of the message whose blocks were used; `None` for views.
    #[must_use]
    pub fn channel_id(&self) -> Option<&str> {
        self.at(&["/container/channel_id", "/channel/id"])
    }

    /// The message whose blocks were used.
    #[must_use]
    pub fn message_ts(&self) -> Option<&str> {
        self.at(&["/container/message_ts", "/message/ts", "/message_ts"])
    }

    /// The thread that this message is in; none where it stands by itself.
    #[must_use]
    pub fn thread_ts(&self) -> Option<&str> {
        self.at(&["/message/thread_ts", "/container/thread_ts"])
    }

    /// Unique for each use, and good for opening a modal within 3 s.
    #[must_use]
    pub fn trigger_id(&self) -> Option<&str> {
        self.at(&["/trigger_id"])
    }

    fn at(&self, pointers: &[&str]) -> Option<&str> {
        let found = pointers
            .iter()
            .find_map(|pointer| self.payload.pointer(pointer)?.as_str());
        found.filter(|text| !text.is_empty())
    }
}

fn action(json: &Value) -> Option<BlockAction> {
    let chosen = [
        "/value",
        "/selected_option/value",
        "/selected_user",
        "/selected_conversation",
        "/selected_channel",
        "/selected_date",
    ];
    Some(BlockAction {
        action_id: value::id(json, "action_id")?,
        block_id: value::id(json, "block_id").unwrap_or_default(),
        value: chosen
            .iter()
            .find_map(|pointer| json.pointer(pointer)?.as_str())
            .map(str::to_owned),
        action_ts: value::id(json, "action_ts"),
    })
}
