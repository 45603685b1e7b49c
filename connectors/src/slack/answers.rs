//! The Web API's answers, as far as we read them.

use serde::Deserialize;
use serde_json::Value;

use super::event::{self, value::id};
use crate::{
    Cursor, Page,
    chat::{ChatChannel, ChatMessage, ChatUser},
};

#[derive(Deserialize)]
pub(super) struct AuthTest {
    pub team_id: String,
    #[serde(default)]
    pub team: String,
    #[serde(default)]
    pub url: String,
    pub user_id: String,
    pub bot_id: Option<String>,
    pub enterprise_id: Option<String>,
    #[serde(default)]
    pub is_enterprise_install: bool,
}

#[derive(Deserialize, Default)]
pub(super) struct Metadata {
    #[serde(default)]
    next_cursor: String,
}

impl Metadata {
    pub(super) fn page<T>(self, items: Vec<T>) -> Page<T> {
        Page {
            items,
            next: (!self.next_cursor.is_empty()).then(|| Cursor::new(self.next_cursor)),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct ChannelList {
    pub channels: Vec<Channel>,
    #[serde(default)]
    pub response_metadata: Metadata,
}

#[derive(Deserialize)]
pub(super) struct OneChannel {
    pub channel: Channel,
}

#[derive(Deserialize)]
pub(super) struct Channel {
    pub id: String,
    #[serde(default)]
    name: String,
    topic: Option<Topic>,
    #[serde(default)]
    is_private: bool,
    #[serde(default)]
    is_archived: bool,
    #[serde(default)]
    is_ext_shared: bool,
    #[serde(default)]
    is_im: bool,
    #[serde(default)]
    is_member: bool,
    #[serde(default)]
    shared_team_ids: Vec<String>,
    num_members: Option<u64>,
}

#[derive(Deserialize)]
struct Topic {
    #[serde(default)]
    value: String,
}

impl From<Channel> for ChatChannel {
    fn from(channel: Channel) -> Self {
        Self {
            id: channel.id,
            name: channel.name,
            topic: channel.topic.map(|topic| topic.value).filter(|topic| !topic.is_empty()),
            is_private: channel.is_private,
            is_archived: channel.is_archived,
            is_ext_shared: channel.is_ext_shared,
            is_direct: channel.is_im,
            is_member: channel.is_member,
            shared_team_ids: channel.shared_team_ids,
            num_members: channel.num_members,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct MemberList {
    pub members: Vec<String>,
    #[serde(default)]
    pub response_metadata: Metadata,
}

#[derive(Deserialize)]
pub(super) struct UserList {
    pub members: Vec<User>,
    #[serde(default)]
    pub response_metadata: Metadata,
}

#[derive(Deserialize)]
pub(super) struct OneUser {
    pub user: User,
}

#[derive(Deserialize)]
pub(super) struct User {
    id: String,
    team_id: Option<String>,
    #[serde(default)]
    name: String,
    real_name: Option<String>,
    #[serde(default)]
    profile: Profile,
    #[serde(default)]
    is_bot: bool,
    #[serde(default)]
    deleted: bool,
    #[serde(default)]
    is_stranger: bool,
    #[serde(default)]
    is_restricted: bool,
    #[serde(default)]
    is_ultra_restricted: bool,
    tz: Option<String>,
    /// Only on an Enterprise Grid (docs.slack.dev, "User object").
    enterprise_user: Option<EnterpriseUser>,
}

#[derive(Deserialize)]
struct EnterpriseUser {
    enterprise_id: Option<String>,
}

#[derive(Deserialize, Default)]
struct Profile {
    #[serde(default)]
    display_name: String,
    real_name: Option<String>,
    email: Option<String>,
    title: Option<String>,
}

impl From<User> for ChatUser {
    fn from(user: User) -> Self {
        let real_name = user
            .real_name
            .or(user.profile.real_name)
            .filter(|name| !name.is_empty());
        let shown = [Some(user.profile.display_name), real_name.clone(), Some(user.name)];
        Self {
            display_name: shown
                .into_iter()
                .flatten()
                .find(|name| !name.is_empty())
                .unwrap_or_default(),
            // Slackbot says that it is no bot.
            is_bot: user.is_bot || user.id == "USLACKBOT",
            id: user.id,
            team_id: user.team_id,
            enterprise_id: user.enterprise_user.and_then(|user| user.enterprise_id),
            real_name,
            email: user.profile.email.filter(|email| !email.is_empty()),
            title: user.profile.title.filter(|title| !title.is_empty()),
            is_deleted: user.deleted,
            is_stranger: user.is_stranger,
            is_guest: user.is_restricted || user.is_ultra_restricted,
            timezone: user.tz,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct OpenedDirect {
    pub channel: OpenedChannel,
}

#[derive(Deserialize)]
pub(super) struct OpenedChannel {
    pub id: String,
}

#[derive(Deserialize)]
pub(super) struct Posted {
    pub channel: String,
    pub ts: String,
}

#[derive(Deserialize)]
pub(super) struct Permalink {
    pub permalink: String,
}

#[derive(Deserialize)]
pub(super) struct History {
    messages: Vec<Value>,
    response_metadata: Option<Metadata>,
}

impl History {
    /// The messages; what lacks even a ts is nobody's and is left out.
    pub(super) fn page(self) -> Page<ChatMessage> {
        let messages = self.messages.iter().filter_map(message).collect();
        self.response_metadata.unwrap_or_default().page(messages)
    }
}

fn message(json: &Value) -> Option<ChatMessage> {
    let subtype = id(json, "subtype");
    let at = |pointer: &str| json.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    Some(ChatMessage {
        ts: id(json, "ts")?,
        user_id: id(json, "user"),
        bot_id: id(json, "bot_id"),
        author_team: id(json, "user_team").or_else(|| id(json, "source_team")),
        app_id: id(json, "app_id").or_else(|| at("/bot_profile/app_id")),
        is_housekeeping: !event::is_said(subtype.as_deref()),
        subtype,
        reply_count: json.get("reply_count").and_then(Value::as_u64).unwrap_or(0),
        text: event::text_of(json),
        thread_ts: id(json, "thread_ts"),
        edited_ts: json.get("edited").and_then(|edited| id(edited, "ts")),
    })
}
