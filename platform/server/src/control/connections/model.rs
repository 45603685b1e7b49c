//! A tenant's install of a connector.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::foundation::http::words;
use crate::foundation::ids::{ConnectionId, TenantId};

words! {
    /// Whose software it is.
    pub enum Vendor {
        /// Slack.
        Slack = "slack",
        /// Salesforce.
        Salesforce = "salesforce",
        /// HubSpot.
        Hubspot = "hubspot",
    }
}

impl Vendor {
    /// The name that the vendor gives itself.
    pub fn label(self) -> &'static str {
        match self {
            Self::Slack => "Slack",
            Self::Salesforce => "Salesforce",
            Self::Hubspot => "HubSpot",
        }
    }

    /// Whether it keeps the tenant's accounts. A tenant has one org of each at a time.
    pub fn is_crm(self) -> bool {
        self != Self::Slack
    }
}

/// What a connection is made of.
#[derive(Clone, Debug)]
pub struct NewConnection {
    /// The vendor.
    pub vendor: Vendor,
    /// What people call it: the Slack workspace's or the org's name.
    pub name: String,
    /// The Slack workspace's or the org's id.
    pub external_id: String,
    /// What the connection chose, and what was found out about the other side (`url`: the workspace's address).
    pub settings: Value,
    /// What opens the other side.
    pub credential: Credential,
}

/// What a tenant chose for a Slack workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConnectionSettings {
    /// Public channels whose names match one of these patterns are joined by themselves; `*` stands for anything.
    #[serde(default = "default_auto_join")]
    pub auto_join: Vec<String>,
    /// How fast history may be read.
    #[serde(default = "default_history_profile")]
    pub history_profile: HistoryProfile,
}

impl Default for ConnectionSettings {
    fn default() -> Self {
        Self {
            auto_join: default_auto_join(),
            history_profile: default_history_profile(),
        }
    }
}

words! {
    /// How fast Slack lets us read history, which depends on how our app is distributed.
    pub enum HistoryProfile {
        /// An app in Slack's Marketplace: tier 3, 50 requests a minute.
        Marketplace = "marketplace",
        /// A distributed app outside the Marketplace, since May 2025: one request a minute, 15 messages each.
        Throttled = "throttled",
        /// An app that a company made for itself: tier 3.
        Internal = "internal",
    }
}

/// The names that the product's specification gives customers' and support channels.
fn default_auto_join() -> Vec<String> {
    ["customer-*", "*-customer", "support*", "escalations*"]
        .map(str::to_owned)
        .into()
}

/// The slowest profile is right for every app.
fn default_history_profile() -> HistoryProfile {
    HistoryProfile::Throttled
}

/// An installation of our Slack app, as the directory knows it that events are looked up in.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Installed {
    /// The Slack workspace, or the Enterprise Grid where the app is installed on a whole one.
    pub slack_team_id: String,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// The tenant's connection.
    pub connection_id: ConnectionId,
    /// Our app, to know our own messages.
    pub app_id: Option<String>,
    /// Our bot as a user.
    pub bot_user_id: Option<String>,
    /// Our bot as a bot.
    pub bot_id: Option<String>,
}

/// What a vendor last said of our budget of calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Quota {
    /// Calls made in the window, by all of the customer's tools where the vendor counts them together.
    pub used: u64,
    /// Calls allowed in it.
    pub limit: u64,
    /// How long the window is.
    pub window_seconds: u64,
}

impl From<momentum_connectors::crm::Quota> for Quota {
    fn from(told: momentum_connectors::crm::Quota) -> Self {
        Self {
            used: told.used,
            limit: told.limit,
            window_seconds: told.window_seconds,
        }
    }
}

/// The secret part. It is sealed before it is stored and never logged.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The token for calls.
    pub access_token: SecretString,
    /// The token for a new one, where the vendor gives one.
    pub refresh_token: Option<SecretString>,
    /// Where the API lives, where the vendor says so with the token.
    pub api_base: Option<String>,
    /// When the access token ends, where the vendor says so.
    pub expires_at: Option<DateTime<Utc>>,
}

#[derive(Serialize, Deserialize)]
struct Plain {
    access_token: String,
    refresh_token: Option<String>,
    api_base: Option<String>,
    expires_at: Option<DateTime<Utc>>,
}

impl Credential {
    /// As one secret text, to be sealed.
    pub(super) fn to_secret(&self) -> Result<SecretString, serde_json::Error> {
        let plain = Plain {
            access_token: self.access_token.expose_secret().to_owned(),
            refresh_token: self
                .refresh_token
                .as_ref()
                .map(|token| token.expose_secret().to_owned()),
            api_base: self.api_base.clone(),
            expires_at: self.expires_at,
        };
        serde_json::to_string(&plain).map(SecretString::from)
    }

    /// Reads what [`Credential::to_secret`] wrote.
    pub(super) fn from_secret(text: &SecretString) -> Result<Self, serde_json::Error> {
        let plain: Plain = serde_json::from_str(text.expose_secret())?;
        Ok(Self {
            access_token: plain.access_token.into(),
            refresh_token: plain.refresh_token.map(SecretString::from),
            api_base: plain.api_base,
            expires_at: plain.expires_at,
        })
    }
}
