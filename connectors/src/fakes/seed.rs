//! What the fakes begin with.

use std::{path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{Clock, crm::ExternalIdField};

/// Everything a simulator needs to know.
#[derive(Clone)]
pub struct SimConfig {
    /// Where the fakes can be reached, such as `http://127.0.0.1:8081`: part of links, and of Salesforce's `instance_url`.
    pub public_url: String,
    /// Where Slack's events are posted; can be set later by `Fakes::set_events_url` or the control API.
    pub events_url: Option<String>,
    /// The time.
    pub clock: Clock,
    /// Makes ids and tokens differ between simulators, and the same between runs.
    pub seed: u64,
    /// Where to remember everything; `None` forgets at the end.
    pub state_dir: Option<PathBuf>,
    /// Slack's pauses before its first, second and third retry.
    pub retry_pauses: Vec<Duration>,
    /// The Slack side.
    pub slack: SlackSeed,
    /// The Salesforce side.
    pub salesforce: SalesforceSeed,
    /// The HubSpot side.
    pub hubspot: HubspotSeed,
}

impl SimConfig {
    /// An empty simulator with Slack's real retry pauses: nearly at once, a minute, five minutes.
    #[must_use]
    pub fn new(public_url: impl Into<String>, clock: Clock) -> Self {
        Self {
            public_url: public_url.into().trim_end_matches('/').to_owned(),
            events_url: None,
            clock,
            seed: 0,
            state_dir: None,
            retry_pauses: vec![
                Duration::from_secs(1),
                Duration::from_secs(60),
                Duration::from_secs(300),
            ],
            slack: SlackSeed::default(),
            salesforce: SalesforceSeed::default(),
            hubspot: HubspotSeed::default(),
        }
    }

    /// Where the Slack Web API is: what `MOMENTUM_SLACK_API_URL` is set to.
    #[must_use]
    pub fn slack_api_url(&self) -> String {
        format!("{}/slack/api/", self.public_url)
    }

    /// HubSpot's API and sign-in address: what `MOMENTUM_HUBSPOT_API_URL` is set to.
    #[must_use]
    pub fn hubspot_url(&self) -> String {
        format!("{}/hubspot", self.public_url)
    }

    /// Salesforce's login and instance address.
    #[must_use]
    pub fn salesforce_url(&self) -> String {
        format!("{}/salesforce", self.public_url)
    }
}

/// Our Slack app and the Slack workspaces.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SlackSeed {
    /// The app.
    pub app_id: String,
    /// Signs events.
    pub signing_secret: String,
    /// For `oauth.v2.access`.
    pub client_id: String,
    /// For `oauth.v2.access`.
    pub client_secret: String,
    /// Gives out expiring tokens with refresh tokens.
    pub token_rotation: bool,
    /// Slack's limits for distributed apps outside the Marketplace: `conversations.history` and `.replies` once a minute, 15 messages.
    pub throttle_history: bool,
    /// The Slack workspaces.
    pub workspaces: Vec<WorkspaceSeed>,
}

impl Default for SlackSeed {
    fn default() -> Self {
        Self {
            app_id: "A0MOMENTUM".into(),
            signing_secret: "fake-slack-signing-secret".into(),
            client_id: "1000000000.2000000000".into(),
            client_secret: "fake-slack-client-secret".into(),
            token_rotation: false,
            throttle_history: false,
            workspaces: Vec::new(),
        }
    }
}

/// One Slack workspace.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WorkspaceSeed {
    /// `T…`
    pub team_id: String,
    /// Its name.
    pub name: String,
    /// The Enterprise Grid, if any.
    #[serde(default)]
    pub enterprise_id: Option<String>,
    /// The bot's token, when the app is installed already.
    #[serde(default)]
    pub bot_token: Option<String>,
    /// The bot as a user, `U…`.
    pub bot_user_id: String,
    /// The bot as a bot, `B…`.
    pub bot_id: String,
    /// People, also those of other companies who share a channel.
    pub users: Vec<UserSeed>,
    /// Channels.
    pub channels: Vec<ChannelSeed>,
}

/// A person.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct UserSeed {
    /// `U…`
    pub id: String,
    /// Real name.
    pub name: String,
    /// E-mail address; shown for people of the same Slack workspace only.
    pub email: String,
    /// Job title.
    #[serde(default)]
    pub title: String,
    /// The person's own Slack workspace when it is another one (Slack Connect).
    #[serde(default)]
    pub external_team_id: Option<String>,
    /// A guest account in the Slack workspace.
    #[serde(default)]
    pub is_guest: bool,
    /// IANA time zone name; UTC when not given.
    #[serde(default)]
    pub timezone: Option<String>,
}

/// A channel.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChannelSeed {
    /// `C…`
    pub id: String,
    /// Without `#`.
    pub name: String,
    /// Only members see it.
    #[serde(default)]
    pub is_private: bool,
    /// Shared with these other Slack workspaces.
    #[serde(default)]
    pub shared_with: Vec<String>,
    /// Who is in it, our bot included if it is.
    pub members: Vec<String>,
}

/// The Salesforce org.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SalesforceSeed {
    /// 18 characters, beginning with `00D`.
    pub org_id: String,
    /// Its name.
    pub org_name: String,
    /// Our app's consumer key.
    pub client_id: String,
    /// Our app's consumer secret.
    pub client_secret: String,
    /// A session that exists already.
    pub access_token: Option<String>,
    /// A refresh token that exists already.
    pub refresh_token: Option<String>,
    /// Every refresh gives a new refresh token and kills the old one.
    pub rotate_refresh_tokens: bool,
    /// What became of our custom field in this org.
    pub external_id_field: ExternalIdField,
    /// Rows of a query's page; Salesforce's default is 2,000.
    pub query_page: usize,
    /// API calls in 24 hours.
    pub daily_calls: u64,
    /// Users; the first one is whose authorization we have.
    pub users: Vec<CrmUserSeed>,
    /// Accounts.
    pub accounts: Vec<CrmAccountSeed>,
}

impl Default for SalesforceSeed {
    fn default() -> Self {
        Self {
            org_id: "00D5g000008XyZaEAK".into(),
            org_name: "Simulated org".into(),
            client_id: "fake-salesforce-consumer-key".into(),
            client_secret: "fake-salesforce-consumer-secret".into(),
            access_token: Some("00D5g000008XyZa!fake-session".into()),
            refresh_token: Some("5Aep861-fake-refresh".into()),
            rotate_refresh_tokens: false,
            external_id_field: ExternalIdField::Unique,
            query_page: 2000,
            daily_calls: 100_000,
            users: Vec::new(),
            accounts: Vec::new(),
        }
    }
}

/// The HubSpot account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HubspotSeed {
    /// HubSpot's number of the account.
    pub portal_id: u64,
    /// Its name.
    pub account_name: String,
    /// Our app's client id.
    pub client_id: String,
    /// Our app's client secret; it also signs webhooks.
    pub client_secret: String,
    /// A token that exists already and does not expire.
    pub access_token: Option<String>,
    /// A refresh token that exists already.
    pub refresh_token: Option<String>,
    /// How far search lags behind.
    pub search_lag_seconds: u32,
    /// Where webhooks are posted.
    pub webhook_url: Option<String>,
    /// Owners.
    pub users: Vec<CrmUserSeed>,
    /// Companies.
    pub accounts: Vec<CrmAccountSeed>,
}

impl Default for HubspotSeed {
    fn default() -> Self {
        Self {
            portal_id: 62_515,
            account_name: "Simulated account".into(),
            client_id: "fake-hubspot-client-id".into(),
            client_secret: "fake-hubspot-client-secret".into(),
            access_token: Some("fake-hubspot-access".into()),
            refresh_token: Some("fake-hubspot-refresh".into()),
            search_lag_seconds: 0,
            webhook_url: None,
            users: Vec::new(),
            accounts: Vec::new(),
        }
    }
}

/// A user of the org.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CrmUserSeed {
    /// Full name.
    pub name: String,
    /// E-mail address.
    pub email: String,
}

/// An account and its people.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CrmAccountSeed {
    /// Its name.
    pub name: String,
    /// Its web address.
    #[serde(default)]
    pub website: Option<String>,
    /// The e-mail address of the owning user.
    #[serde(default)]
    pub owner_email: Option<String>,
    /// `ARR__c`, in whole currency units.
    #[serde(default)]
    pub arr: Option<i64>,
    /// `Renewal_Date__c`.
    #[serde(default)]
    pub renewal_date: Option<chrono::NaiveDate>,
    /// Name and e-mail address of its contacts.
    #[serde(default)]
    pub contacts: Vec<(String, String)>,
}
