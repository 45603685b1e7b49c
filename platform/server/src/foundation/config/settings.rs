//! The settings themselves.

use std::net::SocketAddr;
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

use super::ConfigError;
use crate::foundation::mail;

/// Everything that can be set from outside. Secrets print as `[REDACTED]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where HTTP is served. Port 0 lets the system choose.
    #[serde(default = "default_bind")]
    pub bind: SocketAddr,
    base_url: Option<Url>,
    /// Where the embedded database, the master key and the spool live.
    pub data_dir: PathBuf,
    /// Where PostgreSQL's own programs are, when not where they are looked for.
    pub pg_bin: Option<PathBuf>,
    /// 32 bytes in base64 that seal every stored credential. Without it and with the embedded database, one is made in `data_dir`.
    pub master_key: Option<SecretString>,
    /// Other master keys that still open what they sealed, separated by commas: before and during `momentum keys rotate`.
    pub former_master_keys: Option<SecretString>,
    /// Where errors are reported.
    pub sentry_dsn: Option<SecretString>,
    /// What is logged, in the syntax of `tracing_subscriber::EnvFilter`.
    #[serde(default = "default_log")]
    pub log: String,
    /// How many proxies of ours stand in front: the client's address is that many places from the right of
    /// `X-Forwarded-For`. With 0 the header is not believed.
    #[serde(default)]
    pub trusted_proxies: usize,
    /// PostgreSQL.
    #[serde(default)]
    pub database: DatabaseSettings,
    /// The Slack app.
    #[serde(default)]
    pub slack: SlackSettings,
    /// The Salesforce connected app.
    #[serde(default)]
    pub salesforce: SalesforceSettings,
    /// The HubSpot app.
    #[serde(default)]
    pub hubspot: HubspotSettings,
    /// The mail server.
    #[serde(default)]
    pub smtp: SmtpSettings,
}

/// Which PostgreSQL, and how much of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseSettings {
    /// An own PostgreSQL. Without it a private one runs in the data directory.
    pub url: Option<SecretString>,
    /// Connections held at most by this process.
    pub max_connections: u32,
}

/// The Slack app that tenants install.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SlackSettings {
    /// The app's id for OAuth.
    pub client_id: Option<String>,
    /// The app's secret for OAuth.
    pub client_secret: Option<SecretString>,
    /// What Slack signs its requests with; without it `/slack/*` accepts nothing.
    pub signing_secret: Option<SecretString>,
    /// The Web API's base address; another one in tests and behind proxies.
    pub api_url: Url,
}

/// The Salesforce app that tenants connect.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SalesforceSettings {
    /// The app's id for OAuth.
    pub client_id: Option<String>,
    /// The app's secret for OAuth.
    pub client_secret: Option<SecretString>,
    /// Where people sign in to Salesforce.
    pub login_url: Url,
    /// Where people sign in to a sandbox.
    pub sandbox_login_url: Url,
}

/// The HubSpot app that tenants connect.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HubspotSettings {
    /// The app's id for OAuth.
    pub client_id: Option<String>,
    /// The app's secret for OAuth, which also signs HubSpot's webhooks.
    pub client_secret: Option<SecretString>,
    /// The API's base address; another one in tests and behind proxies.
    pub api_url: Url,
    /// Where people sign in to HubSpot.
    pub login_url: Url,
}

/// The mail server that takes our mails. Without one, everything that would be mailed is on the pages and in Slack.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SmtpSettings {
    /// Where it is: `smtps://user:password@mail.example.com` (TLS from the start), `starttls://…` (TLS before anything is
    /// said) or `smtp://…` (TLS where the server offers it, and always before a password goes to another machine).
    pub url: Option<SecretString>,
    /// Whom mails come from, such as `Momentum <momentum@example.com>`.
    pub from: Option<String>,
}

impl Settings {
    /// The address that people and vendors use, without a slash at its end. Where nobody set one, the local address.
    pub fn base_url(&self) -> String {
        match &self.base_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://localhost:{}", self.bind.port()),
        }
    }

    /// Sets the address that people use; for servers whose port the system chose.
    #[must_use]
    pub fn with_bind(mut self, bind: SocketAddr) -> Self {
        self.bind = bind;
        self
    }

    /// Whether people reach us over TLS, so that cookies can insist on it.
    pub fn is_served_over_tls(&self) -> bool {
        self.base_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }

    pub(super) fn known_keys() -> [&'static str; 14] {
        [
            "bind",
            "base_url",
            "data_dir",
            "pg_bin",
            "master_key",
            "former_master_keys",
            "sentry_dsn",
            "log",
            "trusted_proxies",
            "database",
            "slack",
            "salesforce",
            "hubspot",
            "smtp",
        ]
    }

    /// What no single field can know: which settings need which others.
    pub(super) fn check(self) -> Result<Self, ConfigError> {
        let (slack, salesforce, hubspot) = (&self.slack, &self.salesforce, &self.hubspot);
        let needs = [
            (
                self.database.url.is_some() && self.master_key.is_none(),
                "MOMENTUM_MASTER_KEY",
                "it seals the credentials stored in that database: 32 random bytes in base64, such as `openssl rand -base64 32` prints",
            ),
            (
                slack.client_id.is_some() && slack.client_secret.is_none(),
                "MOMENTUM_SLACK_CLIENT_SECRET",
                "with the client id it installs the Slack app",
            ),
            (
                slack.client_secret.is_some() && slack.client_id.is_none(),
                "MOMENTUM_SLACK_CLIENT_ID",
                "with the client secret it installs the Slack app",
            ),
            (
                slack.client_id.is_some() && slack.signing_secret.is_none(),
                "MOMENTUM_SLACK_SIGNING_SECRET",
                "it proves that an event comes from Slack",
            ),
            (
                salesforce.client_id.is_some() && salesforce.client_secret.is_none(),
                "MOMENTUM_SALESFORCE_CLIENT_SECRET",
                "with the client id it connects Salesforce",
            ),
            (
                salesforce.client_secret.is_some() && salesforce.client_id.is_none(),
                "MOMENTUM_SALESFORCE_CLIENT_ID",
                "with the client secret it connects Salesforce",
            ),
            (
                hubspot.client_id.is_some() && hubspot.client_secret.is_none(),
                "MOMENTUM_HUBSPOT_CLIENT_SECRET",
                "with the client id it connects HubSpot",
            ),
            (
                hubspot.client_secret.is_some() && hubspot.client_id.is_none(),
                "MOMENTUM_HUBSPOT_CLIENT_ID",
                "with the client secret it connects HubSpot",
            ),
            (
                self.smtp.url.is_some() && self.smtp.from.is_none(),
                "MOMENTUM_SMTP_FROM",
                "mails come from this address, such as Momentum <momentum@example.com>",
            ),
        ];
        if let Some((_, name, purpose)) = needs.into_iter().find(|(is_missing, ..)| *is_missing) {
            return Err(ConfigError::Missing { name, purpose });
        }
        let usable = [
            (
                self.base_url.as_ref().is_none_or(is_web_address),
                "MOMENTUM_BASE_URL",
                "expected an address such as https://momentum.example.com, without a path",
            ),
            (
                self.database
                    .url
                    .as_ref()
                    .is_none_or(|url| url.expose_secret().starts_with("postgres")),
                "MOMENTUM_DATABASE_URL",
                "expected an address such as postgres://momentum_app:…@db.example.com/momentum",
            ),
            (
                self.database.max_connections >= 2,
                "MOMENTUM_DATABASE_MAX_CONNECTIONS",
                "expected at least 2",
            ),
            (
                self.smtp
                    .url
                    .as_ref()
                    .is_none_or(|url| mail::is_server(url.expose_secret())),
                "MOMENTUM_SMTP_URL",
                "expected an address such as smtps://user:password@mail.example.com or starttls://mail.example.com:587",
            ),
            (
                self.smtp.from.as_deref().is_none_or(mail::is_sender),
                "MOMENTUM_SMTP_FROM",
                "expected an address such as Momentum <momentum@example.com>",
            ),
        ];
        match usable.into_iter().find(|(is_usable, ..)| !is_usable) {
            Some((_, name, reason)) => Err(ConfigError::Invalid {
                name: name.to_owned(),
                reason: reason.to_owned(),
            }),
            None => Ok(self),
        }
    }
}

impl Default for DatabaseSettings {
    /// 20 connections: two cores of workers and HTTP keep fewer than that busy, and PostgreSQL's own limit is 100.
    fn default() -> Self {
        Self {
            url: None,
            max_connections: 20,
        }
    }
}

impl Default for SlackSettings {
    fn default() -> Self {
        Self {
            client_id: None,
            client_secret: None,
            signing_secret: None,
            api_url: address("https://slack.com/api/"),
        }
    }
}

impl Default for SalesforceSettings {
    fn default() -> Self {
        Self {
            client_id: None,
            client_secret: None,
            login_url: address("https://login.salesforce.com/"),
            sandbox_login_url: address("https://test.salesforce.com/"),
        }
    }
}

impl Default for HubspotSettings {
    fn default() -> Self {
        Self {
            client_id: None,
            client_secret: None,
            api_url: address("https://api.hubapi.com/"),
            login_url: address("https://app.hubspot.com/"),
        }
    }
}

fn is_web_address(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.path() == "/" && url.query().is_none() && url.host().is_some()
}

fn address(text: &'static str) -> Url {
    Url::parse(text).expect("a constant address parses")
}

fn default_bind() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8080))
}

fn default_log() -> String {
    "info,sqlx=warn".to_owned()
}
