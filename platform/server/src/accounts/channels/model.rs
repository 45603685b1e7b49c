//! Channels as people and programs see them.

use chrono::{DateTime, Utc};
use momentum_engine::message::ChannelKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::foundation::http::{engine_words, page_of, words};
use crate::foundation::ids::{AccountId, ChannelId};
use crate::signals::{AccountSuggestion, NamedRef};

engine_words! {
    /// What sort of channel it is.
    pub struct ChannelClass(ChannelKind) as "ChannelClass" = ChannelKind::ALL;
}

words! {
    /// How our bot stands to a channel.
    pub enum JoinState {
        /// It is in it.
        Member = "member",
        /// It is not, and can join by itself.
        CanJoin = "can_join",
        /// It is about to join.
        Joining = "joining",
        /// It must be invited: the channel is private, shared with another company, or closed to bots.
        NeedsInvite = "needs_invite",
        /// The channel is archived.
        Archived = "archived",
    }
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
    /// Whether it is archived in Slack.
    pub is_archived: bool,
    /// Whether our bot is in it.
    pub is_member: bool,
    /// How many people are in it, where Slack told.
    pub num_members: Option<i64>,
    /// How our bot stands to it.
    pub join_state: JoinState,
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

/// A channel of which nobody has said whose it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UnmappedChannel {
    /// The channel.
    pub channel: Channel,
    /// Messages of the last 30 days.
    pub messages_30d: i64,
    /// Signals that wait for an account.
    pub waiting_signals: i64,
    /// Whose it may be, the likeliest first.
    pub suggestions: Vec<AccountSuggestion>,
    /// What somebody in the channel has to post so that our bot can read it; none when it can already, or can join.
    pub invite_hint: Option<String>,
}

page_of! {
    /// One page of channels without an account: those with the most waiting signals first, then the busiest.
    pub struct UnmappedChannelPage(UnmappedChannel);
}

/// Several channels and whose they shall be.
#[derive(Clone, Debug, Deserialize, ToSchema, garde::Validate)]
pub struct BulkMapping {
    /// At most 200.
    #[garde(length(min = 1, max = 200))]
    #[schema(min_items = 1, max_items = 200)]
    pub items: Vec<BulkMappingItem>,
}

/// A channel and whose it shall be.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema, garde::Validate)]
#[garde(allow_unvalidated)]
pub struct BulkMappingItem {
    /// The channel.
    pub channel_id: ChannelId,
    /// The account.
    pub account_id: AccountId,
}

/// What came of mapping several channels. What has no error is mapped.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct BulkMapped {
    /// Channels that were mapped.
    pub mapped: usize,
    /// Signals that have an account now.
    pub signals_released: usize,
    /// What could not be mapped.
    pub errors: Vec<BulkMappingError>,
}

/// Why one of the items was not mapped.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BulkMappingError {
    /// Which item, counted from 0.
    pub index: usize,
    /// Why.
    pub message: String,
}

words! {
    /// What a row of an imported list does.
    pub enum ImportOutcome {
        /// Maps a channel that nobody has mapped.
        Map = "map",
        /// Says what is so already.
        Same = "same",
        /// Gives a channel to another account than before.
        Remap = "remap",
        /// Nothing; `message` says why.
        Error = "error",
    }
}

/// One row of an imported list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportedMapping {
    /// The line in the file, counted from 1.
    pub line: u64,
    /// The channel as written; what a spreadsheet would take for a formula is quoted.
    pub channel: String,
    /// The account as written, quoted likewise.
    pub account: String,
    /// What the row does.
    pub outcome: ImportOutcome,
    /// Why it does nothing, or whose the channel was.
    pub message: Option<String>,
}

/// What an imported list does, or would do.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportedMappings {
    /// Its rows in order.
    pub rows: Vec<ImportedMapping>,
    /// Channels that were mapped, or would be.
    pub mapped: usize,
    /// Rows that do nothing because something is wrong with them.
    pub errors: usize,
}

/// An account to choose.
#[derive(Clone, Debug, Serialize, ToSchema, sea_orm::FromQueryResult)]
pub struct AccountOption {
    /// Its id.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// Its web domain, which tells apart accounts of one name.
    pub domain: Option<String>,
}

/// Accounts to choose from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AccountOptions {
    /// The best fit first, 20 at most.
    pub items: Vec<AccountOption>,
}
