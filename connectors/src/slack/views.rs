//! What only Slack has: the App Home, and messages that only one person sees.

use serde::Deserialize;
use serde_json::Value;

use super::{Slack, api::Effect::Writes};
use crate::ConnectorResult;

/// A message for one person in a channel. It is gone when they reload, and nothing can change it.
#[derive(Debug, Clone, PartialEq)]
pub struct Ephemeral {
    /// The channel, of which the person and our bot must be members.
    pub channel_id: String,
    /// Who sees it.
    pub user_id: String,
    /// The thread, when it belongs to one.
    pub thread_ts: Option<String>,
    /// What it says.
    pub text: String,
}

#[derive(Deserialize)]
struct Done {}

impl Slack {
    /// Shows `view` (a Block Kit view of the type `home`) in a person's App Home, in place of the former one.
    ///
    /// # Errors
    /// As every call; `Rejected` with `view_too_large`, `invalid_arguments` or `not_enabled` among others.
    pub async fn publish_home(&self, user_id: &str, view: &Value) -> ConnectorResult<()> {
        let view = view.to_string();
        let fields = [("user_id", user_id), ("view", view.as_str())];
        self.call::<Done>("views.publish", Writes, &fields).await.map(drop)
    }

    /// Tells one person something. Slack does not promise that it arrives, and a second one is seen twice.
    ///
    /// # Errors
    /// As every call; `Rejected` with `user_not_in_channel` or `not_in_channel` where one of both is not there.
    pub async fn post_ephemeral(&self, message: &Ephemeral) -> ConnectorResult<()> {
        let mut fields = vec![
            ("channel", message.channel_id.as_str()),
            ("user", &message.user_id),
            ("text", &message.text),
        ];
        fields.extend(message.thread_ts.as_deref().map(|ts| ("thread_ts", ts)));
        self.call::<Done>("chat.postEphemeral", Writes, &fields).await.map(drop)
    }
}
