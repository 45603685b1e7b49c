//! From a connection to a working client: the credential is unsealed for the call, and renewed once for everybody.

use std::sync::{Arc, Mutex};

use momentum_connectors::crm::Quota;
use momentum_connectors::hubspot::{Hubspot, HubspotConfig};
use momentum_connectors::outbound::BuildError;
use momentum_connectors::salesforce::{Salesforce, SalesforceConfig};
use momentum_connectors::slack::{Limits, Slack};
use momentum_connectors::{Chat, ConnectorResult, Crm, Outbound, OutboundOptions, StaticToken};
use secrecy::ExposeSecret;

use super::apps::Apps;
use super::model::{Credential, Vendor};
use super::tokens::{self, SealedTokens};
use super::{ConnectionError, store};
use crate::foundation::config::Settings;
use crate::foundation::context::Clock;
use crate::foundation::crypto::Sealer;
use crate::foundation::db::{TenantDb, TenantTx};
use crate::foundation::ids::ConnectionId;

/// How long a credential that was read is used without another look.
pub(super) const CREDENTIAL_TTL: std::time::Duration = std::time::Duration::from_secs(3);

/// What the process needs to reach vendors. Cheap to clone.
#[derive(Clone)]
pub struct Connectors {
    pub(super) clock: Clock,
    pub(super) sealer: Sealer,
    pub(super) http: Outbound,
    pub(super) apps: Arc<Apps>,
    /// Clients keep what they learnt about an org, so they live longer than a call, but not longer than their mapping.
    crms: moka::sync::Cache<ConnectionId, (MappedFields, Arc<dyn Crm>)>,
    /// What may still be asked of each Slack workspace, shared by all its clients in this process.
    slack_limits: moka::sync::Cache<ConnectionId, Arc<Limits>>,
    /// Credentials that were read just now: a job makes several calls, and jobs come in bursts. A disconnection or a new
    /// token that another process wrote is noticed when this forgets, or at once when the vendor refuses the old token.
    pub(super) credentials: moka::sync::Cache<ConnectionId, Credential>,
    /// Those who renew one connection's token take turns in this process before they take a database connection each.
    pub(super) turns: moka::sync::Cache<ConnectionId, Arc<tokio::sync::Mutex<()>>>,
}

/// Where an org keeps what is read with each account; part of the connection's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
struct MappedFields {
    arr: Option<String>,
    renewal: Option<String>,
}

impl MappedFields {
    fn of(settings: &serde_json::Value) -> Self {
        let field = |name: &str| {
            settings
                .get(name)
                .and_then(serde_json::Value::as_str)
                .map(str::to_owned)
        };
        Self {
            arr: field("account_arr_field"),
            renewal: field("account_renewal_field"),
        }
    }
}

impl Connectors {
    /// `apps` are needed to make connections and to renew tokens, not to use them.
    pub fn new(clock: Clock, sealer: Sealer, http: Outbound, apps: Apps) -> Self {
        let crms = moka::sync::Cache::builder()
            .max_capacity(10_000)
            // An org's fields and picklists change seldom, but they do.
            .time_to_live(std::time::Duration::from_secs(600))
            .build();
        Self {
            clock,
            sealer,
            http,
            apps: Arc::new(apps),
            crms,
            slack_limits: moka::sync::Cache::new(10_000),
            credentials: moka::sync::Cache::builder()
                .max_capacity(10_000)
                .time_to_live(CREDENTIAL_TTL)
                .build(),
            turns: moka::sync::Cache::new(10_000),
        }
    }

    /// The ways that the settings name. Their addresses are trusted: a mock or a proxy on the own network is meant.
    ///
    /// # Errors
    /// When the HTTP client cannot be built.
    pub fn from_settings(settings: &Settings, clock: Clock, sealer: Sealer) -> Result<Self, BuildError> {
        let trusted = vec![
            settings.slack.api_url.clone(),
            settings.salesforce.login_url.clone(),
            settings.salesforce.sandbox_login_url.clone(),
            settings.hubspot.api_url.clone(),
            settings.hubspot.login_url.clone(),
        ];
        let http = Outbound::new(OutboundOptions {
            trusted,
            ..OutboundOptions::default()
        })?;
        Ok(Self::new(clock, sealer, http, Apps::from_settings(settings)))
    }

    /// Seals credentials; for whoever makes connections.
    pub fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    /// A client for the CRM behind `connection`, which must be one of the tenant's CRM connections.
    pub async fn crm(&self, db: &TenantDb, connection: ConnectionId) -> Result<Arc<dyn Crm>, ConnectionError> {
        self.crm_in(&db.begin().await?, db, connection).await
    }

    /// The same for whoever reads in a transaction anyway. The client outlives it, and reads its credential through `db`.
    pub async fn crm_in(
        &self,
        tx: &TenantTx,
        db: &TenantDb,
        connection: ConnectionId,
    ) -> Result<Arc<dyn Crm>, ConnectionError> {
        let known = store::by_id(tx, connection).await?.ok_or(ConnectionError::NotThere)?;
        let mapped = MappedFields::of(&known.settings);
        if let Some((_, crm)) = self.crms.get(&connection).filter(|(of, _)| *of == mapped) {
            return Ok(crm);
        }
        let crm = self.open_crm(&known, Arc::new(self.tokens(db, connection, false)))?;
        self.crms.insert(connection, (mapped, crm.clone()));
        Ok(crm)
    }

    /// A client for the Slack workspace behind `connection`.
    pub fn chat(&self, db: &TenantDb, connection: ConnectionId) -> Arc<dyn Chat> {
        Arc::new(self.slack(db, connection))
    }

    /// The same, with what only Slack has.
    pub fn slack(&self, db: &TenantDb, connection: ConnectionId) -> Slack {
        let limits = (self.slack_limits).get_with(connection, || Arc::new(Limits::new(self.connector_clock())));
        self.open_slack(Arc::new(self.tokens(db, connection, false)))
            .with_limits(limits)
    }

    /// Asks the vendor whether the credential works, also when the connection is marked as disconnected, and what it says of the budget.
    pub(super) async fn probe(
        &self,
        db: &TenantDb,
        known: &store::Known,
    ) -> Result<ConnectorResult<Option<Quota>>, ConnectionError> {
        let tokens = Arc::new(self.tokens(db, known.id, true));
        Ok(match known.vendor()? {
            Vendor::Slack => self.open_slack(tokens).auth_test().await.map(|_| None),
            Vendor::Salesforce | Vendor::Hubspot => {
                let crm = self.open_crm(known, tokens)?;
                crm.probe().await.map(|_| crm.quota())
            }
        })
    }

    /// A client for a credential that belongs to no connection yet.
    pub(super) fn new_crm(&self, vendor: Vendor, credential: &Credential) -> Result<Arc<dyn Crm>, ConnectionError> {
        self.crm_of(vendor, &serde_json::Value::Null, Arc::new(static_token(credential)))
    }

    /// A client for a credential that belongs to no connection yet.
    pub(super) fn new_chat(&self, credential: &Credential) -> Arc<dyn Chat> {
        Arc::new(self.open_slack(Arc::new(static_token(credential))))
    }

    fn open_crm(
        &self,
        known: &store::Known,
        tokens: Arc<dyn momentum_connectors::TokenSource>,
    ) -> Result<Arc<dyn Crm>, ConnectionError> {
        self.crm_of(known.vendor()?, &known.settings, tokens)
    }

    fn crm_of(
        &self,
        vendor: Vendor,
        settings: &serde_json::Value,
        tokens: Arc<dyn momentum_connectors::TokenSource>,
    ) -> Result<Arc<dyn Crm>, ConnectionError> {
        let MappedFields { arr, renewal } = MappedFields::of(settings);
        match vendor {
            Vendor::Salesforce => Ok(Arc::new(Salesforce::new(
                self.http.clone(),
                tokens,
                self.connector_clock(),
                SalesforceConfig {
                    account_arr_field: arr,
                    account_renewal_field: renewal,
                    schema: None,
                },
            ))),
            Vendor::Hubspot => Ok(Arc::new(Hubspot::new(
                self.http.clone(),
                self.apps.hubspot_api.clone(),
                tokens,
                self.connector_clock(),
                HubspotConfig {
                    account_arr_field: arr,
                    account_renewal_field: renewal,
                    schema: None,
                },
            ))),
            Vendor::Slack => Err(ConnectionError::NotThere),
        }
    }

    fn open_slack(&self, tokens: Arc<dyn momentum_connectors::TokenSource>) -> Slack {
        let (http, api) = (self.http.clone(), self.apps.slack_api.clone());
        Slack::new(http, api, tokens, self.connector_clock())
    }

    pub(super) fn tokens(&self, db: &TenantDb, connection: ConnectionId, even_disconnected: bool) -> SealedTokens {
        SealedTokens {
            connectors: self.clone(),
            db: db.clone(),
            connection,
            even_disconnected,
            refused: Mutex::default(),
        }
    }

    fn connector_clock(&self) -> momentum_connectors::Clock {
        let clock = self.clock.clone();
        Arc::new(move || clock.now())
    }
}

fn static_token(credential: &Credential) -> StaticToken {
    let api_base = tokens::token(credential).ok().and_then(|token| token.api_base);
    StaticToken::new(credential.access_token.expose_secret(), api_base)
}
