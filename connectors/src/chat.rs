//! What Momentum asks of a chat system.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::{ConnectorResult, Cursor, Page};

/// A chat system, as one connection sees it.
#[async_trait]
pub trait Chat: Send + Sync {
    /// Whether the token works, and whose it is.
    async fn auth_test(&self) -> ConnectorResult<ChatIdentity>;

    /// The channels this connection may see, private ones only where the bot is a member. Archived ones are included and marked.
    async fn channels(&self, cursor: Option<&Cursor>) -> ConnectorResult<Page<ChatChannel>>;

    /// One channel; `None` when it does not exist or is not visible to us.
    async fn channel(&self, channel_id: &str) -> ConnectorResult<Option<ChatChannel>>;

    /// The ids of a channel's members.
    async fn channel_members(&self, channel_id: &str, cursor: Option<&Cursor>) -> ConnectorResult<Page<String>>;

    /// Everybody in the Slack workspace, bots and deactivated people included and marked.
    async fn users(&self, cursor: Option<&Cursor>) -> ConnectorResult<Page<ChatUser>>;

    /// One person or bot, also from another Slack workspace that shares a channel with ours; `None` when not visible to us.
    async fn user(&self, user_id: &str) -> ConnectorResult<Option<ChatUser>>;

    /// Joins a public channel. Private and Slack Connect channels need an invitation and end in `Rejected`.
    async fn join(&self, channel_id: &str) -> ConnectorResult<ChatChannel>;

    /// Opens (or finds) the direct conversation with a person, and tells its channel id.
    async fn open_direct(&self, user_id: &str) -> ConnectorResult<String>;

    /// Posts a message. Not idempotent: when the error is ambiguous, look before posting again.
    async fn post_message(&self, message: &OutgoingMessage) -> ConnectorResult<PostedMessage>;

    /// Replaces a message of ours.
    async fn update_message(&self, posted: &PostedMessage, message: &OutgoingMessage)
    -> ConnectorResult<PostedMessage>;

    /// A web address that opens the message.
    async fn permalink(&self, channel_id: &str, message_ts: &str) -> ConnectorResult<String>;

    /// A page of a channel's history, newest first; replies that were not sent to the channel are not in it.
    /// Throttled hard for apps that are distributed outside the Marketplace (1 request a minute, 15 messages): callers keep a budget.
    async fn history(
        &self,
        channel_id: &str,
        range: &HistoryRange,
        cursor: Option<&Cursor>,
    ) -> ConnectorResult<Page<ChatMessage>>;

    /// A page of a thread, oldest first, with the thread's first message at its head. Throttled like [`Chat::history`].
    async fn replies(
        &self,
        channel_id: &str,
        thread_ts: &str,
        range: &HistoryRange,
        cursor: Option<&Cursor>,
    ) -> ConnectorResult<Page<ChatMessage>>;
}

/// Who we are to the chat system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatIdentity {
    /// The Slack workspace.
    pub team_id: String,
    /// Its name.
    pub team_name: String,
    /// Its web address.
    pub url: String,
    /// Our bot as a user.
    pub user_id: String,
    /// Our bot as an app's bot: messages of ours carry it.
    pub bot_id: Option<String>,
    /// The Enterprise Grid, if the workspace is in one.
    pub enterprise_id: Option<String>,
    /// Installed for the whole Enterprise Grid.
    pub is_enterprise_install: bool,
}

/// A conversation that several people read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatChannel {
    /// The id; not unique across Slack workspaces.
    pub id: String,
    /// The name without `#`; empty for direct messages.
    pub name: String,
    /// What it is about, as its members wrote it.
    pub topic: Option<String>,
    /// Only members see it.
    pub is_private: bool,
    /// Read-only for ever, the bot thrown out.
    pub is_archived: bool,
    /// Shared with another company (Slack Connect).
    pub is_ext_shared: bool,
    /// A direct message with our bot.
    pub is_direct: bool,
    /// Our bot is in it.
    pub is_member: bool,
    /// Other Slack workspaces in it, as far as they are told.
    pub shared_team_ids: Vec<String>,
    /// How many people are in it, where told.
    pub num_members: Option<u64>,
}

/// A person or bot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatUser {
    /// The id.
    pub id: String,
    /// The Slack workspace the user belongs to, which differs from ours for Slack Connect strangers.
    pub team_id: Option<String>,
    /// The Enterprise Grid the user belongs to, if any.
    #[serde(default)]
    pub enterprise_id: Option<String>,
    /// What others see.
    pub display_name: String,
    /// The real name, where told.
    pub real_name: Option<String>,
    /// E-mail address, where told; strangers' addresses seldom are.
    pub email: Option<String>,
    /// Job title from the profile.
    pub title: Option<String>,
    /// A bot or an app.
    pub is_bot: bool,
    /// Deactivated.
    pub is_deleted: bool,
    /// Somebody from another Slack workspace.
    pub is_stranger: bool,
    /// A guest account in our Slack workspace.
    pub is_guest: bool,
    /// IANA time zone name.
    pub timezone: Option<String>,
}

/// A message to post.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutgoingMessage {
    /// Channel or user id.
    pub channel_id: String,
    /// The text, also shown in notifications when `blocks` are given.
    pub text: String,
    /// Block Kit blocks; empty for plain text.
    pub blocks: Vec<serde_json::Value>,
    /// The thread to answer in.
    pub thread_ts: Option<String>,
}

/// A posted message's identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostedMessage {
    /// The channel it went to, which for a user id is the direct message's channel.
    pub channel_id: String,
    /// Its ts.
    pub ts: String,
}

/// Which part of a history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryRange {
    /// Only messages after this ts.
    pub oldest: Option<String>,
    /// Only messages before this ts.
    pub latest: Option<String>,
    /// Messages a page at most. What the vendor gives may be fewer; only the page's `next` says whether there are more.
    pub most: u16,
}

/// A message read from history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatMessage {
    /// Its ts, which with the channel is its identity.
    pub ts: String,
    /// Author, if a person (or our bot) wrote it.
    pub user_id: Option<String>,
    /// Author, if a bot wrote it.
    pub bot_id: Option<String>,
    /// The author's Slack workspace, where Slack tells.
    pub author_team: Option<String>,
    /// The app that posted it.
    pub app_id: Option<String>,
    /// Slack's subtype; `None` for an ordinary message.
    pub subtype: Option<String>,
    /// A line that Slack wrote itself: joins, topics, tombstones.
    pub is_housekeeping: bool,
    /// Replies in its thread, when it is a thread's first message.
    pub reply_count: u64,
    /// The text in Slack's mark-up; what blocks and attachments say when the text is empty.
    pub text: String,
    /// The thread's first message.
    pub thread_ts: Option<String>,
    /// When it was last edited, as a ts.
    pub edited_ts: Option<String>,
}
