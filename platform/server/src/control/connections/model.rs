//! A tenant's install of a connector.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Whose software it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Vendor {
    /// Slack.
    Slack,
    /// Salesforce.
    Salesforce,
}

impl Vendor {
    /// The name in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Salesforce => "salesforce",
        }
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
