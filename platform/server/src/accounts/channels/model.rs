//! Channels as people and programs see them.

use chrono::{DateTime, Utc};
use momentum_engine::message::ChannelKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::foundation::http::{engine_words, page_of};
use crate::foundation::ids::{AccountId, ChannelId};
use crate::signals::{AccountSuggestion, NamedRef};

engine_words! {
    /// What sort of channel it is.
    pub struct ChannelClass(ChannelKind) as "ChannelClass" = ChannelKind::ALL;
}

/// A Slack channel as the tenant knows it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Channel {
    /// Its id.
    pub id: ChannelId,
    /// Slack's id.
    pub slack_channel_id: String,
    /// Its name, without `#`.
    pub name: String,
    /// What sort of channel it is.
    pub class: ChannelClass,
    /// Whether people of another company are in it.
    pub is_external: bool,
    /// Whether only its members see it.
    pub is_private: bool,
    /// Whether its messages are looked at.
    pub monitored: bool,
    /// Whose it is.
    pub account: Option<NamedRef<AccountId>>,
    /// When somebody last wrote in it.
    pub last_message_at: Option<DateTime<Utc>>,
    /// Whose it may be, while nobody knows.
    pub suggestion: Option<AccountSuggestion>,
}

page_of! {
    /// One page of channels, by name.
    pub struct ChannelPage(Channel);
}

/// What to change of a channel. What is not given stays.
#[derive(Clone, Debug, Deserialize, ToSchema, garde::Validate)]
#[garde(allow_unvalidated)]
pub struct UpdateChannel {
    /// Whether its messages are looked at.
    #[serde(default)]
    pub monitored: Option<bool>,
    /// What sort of channel it is.
    #[serde(default)]
    pub class: Option<ChannelClass>,
}

/// Whose a channel is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChannelMapping {
    /// The channel.
    pub channel: NamedRef<ChannelId>,
    /// Whose it is.
    pub account: NamedRef<AccountId>,
    /// Who says so: `manual`, `matcher` or `import`.
    pub source: String,
    /// How sure that is, 0 to 100.
    pub confidence: u8,
    /// Why.
    pub reason: String,
    /// Since when.
    pub mapped_at: DateTime<Utc>,
}

page_of! {
    /// One page of channel mappings, by the channel's name.
    pub struct ChannelMappingPage(ChannelMapping);
}

/// Whose a channel shall be.
#[derive(Clone, Debug, Deserialize, ToSchema, garde::Validate)]
#[garde(allow_unvalidated)]
pub struct MapChannel {
    /// The account.
    pub account_id: AccountId,
}
