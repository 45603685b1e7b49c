//! From a connection to a working client: the credential is unsealed for the call, and renewed once for everybody.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use momentum_connectors::oauth::{AccessToken, TokenSource};
use momentum_connectors::outbound::{BuildError, Url};
use momentum_connectors::salesforce::{Salesforce, SalesforceConfig, oauth};
use momentum_connectors::slack::{Limits, Slack};
use momentum_connectors::{Chat, ConnectorError, ConnectorResult, Crm, Outbound, OutboundOptions};
use secrecy::ExposeSecret;

use super::ConnectionError;
use super::model::Credential;
use super::store;
use crate::foundation::config::Settings;
use crate::foundation::context::Clock;
use crate::foundation::crypto::Sealer;
use crate::foundation::db::{Sql, TenantDb};
use crate::foundation::ids::ConnectionId;

/// What the process needs to reach vendors. Cheap to clone.
#[derive(Clone)]
pub struct Connectors {
    clock: Clock,
    sealer: Sealer,
    http: Outbound,
    slack_api: Url,
    salesforce_app: Option<Arc<oauth::OauthApp>>,
    /// Clients keep what they learnt about an org, so they live longer than a call.
    crms: moka::sync::Cache<ConnectionId, Arc<dyn Crm>>,
    /// What may still be asked of each Slack workspace, shared by all its clients in this process.
    slack_limits: moka::sync::Cache<ConnectionId, Arc<Limits>>,
}

impl Connectors {
    /// `salesforce_app` is needed to renew tokens, not to use them.
    pub fn new(
        clock: Clock,
        sealer: Sealer,
        http: Outbound,
        slack_api: Url,
        salesforce_app: Option<oauth::OauthApp>,
    ) -> Self {
        let crms = moka::sync::Cache::builder()
            .max_capacity(10_000)
            // An org's fields and picklists change seldom, but they do.
            .time_to_live(std::time::Duration::from_secs(600))
            .build();
        Self {
            clock,
            sealer,
            http,
            slack_api,
            salesforce_app: salesforce_app.map(Arc::new),
            crms,
            slack_limits: moka::sync::Cache::new(10_000),
        }
    }

    /// The ways that the settings name. Their addresses are trusted: a mock or a proxy on the own network is meant.
    ///
    /// # Errors
    /// When the HTTP client cannot be built.
    pub fn from_settings(settings: &Settings, clock: Clock, sealer: Sealer) -> Result<Self, BuildError> {
        let (slack, salesforce) = (&settings.slack, &settings.salesforce);
        let trusted = vec![slack.api_url.clone(), salesforce.login_url.clone()];
        let http = Outbound::new(OutboundOptions {
            trusted,
            ..OutboundOptions::default()
        })?;
        let app =
            salesforce
                .client_id
                .clone()
                .zip(salesforce.client_secret.clone())
                .map(|(client_id, client_secret)| oauth::OauthApp {
                    login_url: salesforce.login_url.clone(),
                    client_id,
                    client_secret,
                    redirect_uri: format!("{}/oauth/salesforce/callback", settings.base_url()),
                });
        Ok(Self::new(clock, sealer, http, slack.api_url.clone(), app))
    }

    /// Seals credentials; for whoever makes connections.
    pub fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    /// A client for the CRM behind `connection`, which must be one of the tenant's CRM connections.
    pub async fn crm(&self, db: &TenantDb, connection: ConnectionId) -> Result<Arc<dyn Crm>, ConnectionError> {
        if let Some(crm) = self.crms.get(&connection) {
            return Ok(crm);
        }
        let tx = db.begin().await?;
        let settings: Option<serde_json::Value> = Sql::new(
            "SELECT settings AS value FROM connections WHERE tenant_id = $1 AND id = $2 AND vendor = 'salesforce'",
        )
        .bind(tx.tenant_id())
        .bind(connection)
        .scalar(&tx)
        .await?;
        let settings = settings.ok_or(ConnectionError::NotThere)?;
        let field = |name: &str| {
            settings
                .get(name)
                .and_then(serde_json::Value::as_str)
                .map(str::to_owned)
        };
        let config = SalesforceConfig {
            account_arr_field: field("account_arr_field"),
            account_renewal_field: field("account_renewal_field"),
            schema: None,
        };
        let tokens = Arc::new(SealedTokens {
            connectors: self.clone(),
            db: db.clone(),
            connection,
        });
        let crm: Arc<dyn Crm> = Arc::new(Salesforce::new(
            self.http.clone(),
            tokens,
            self.connector_clock(),
            config,
        ));
        self.crms.insert(connection, crm.clone());
        Ok(crm)
    }

    /// A client for the Slack workspace behind `connection`.
    pub fn chat(&self, db: &TenantDb, connection: ConnectionId) -> Arc<dyn Chat> {
        Arc::new(self.slack(db, connection))
    }

    /// The same, with what only Slack has.
    pub fn slack(&self, db: &TenantDb, connection: ConnectionId) -> Slack {
        let tokens = Arc::new(SealedTokens {
            connectors: self.clone(),
            db: db.clone(),
            connection,
        });
        let limits = (self.slack_limits).get_with(connection, || Arc::new(Limits::new(self.connector_clock())));
        let clock = self.connector_clock();
        Slack::new(self.http.clone(), self.slack_api.clone(), tokens, clock).with_limits(limits)
    }

    fn connector_clock(&self) -> momentum_connectors::Clock {
        let clock = self.clock.clone();
        Arc::new(move || clock.now())
    }
}

/// A token that is about to end is renewed before it is used.
const SOON: TimeDelta = TimeDelta::seconds(60);

/// The token of one connection. Renewal holds the credential's row from reading to writing, so however many calls find
/// it refused at once, in however many processes, the vendor is asked for one new token.
struct SealedTokens {
    connectors: Connectors,
    db: TenantDb,
    connection: ConnectionId,
}

#[async_trait]
impl TokenSource for SealedTokens {
    async fn access_token(&self) -> ConnectorResult<AccessToken> {
        let credential = self.read().await?;
        let ends_soon = credential
            .expires_at
            .is_some_and(|at| at - SOON <= self.connectors.clock.now());
        let credential = if ends_soon {
            self.renew(&credential).await?
        } else {
            credential
        };
        token(&credential)
    }

    async fn invalidate(&self, refused: &AccessToken) -> ConnectorResult<()> {
        let credential = self.read().await?;
        if credential.access_token.expose_secret() != refused.secret.expose_secret() {
            return Ok(());
        }
        self.renew(&credential).await.map(drop)
    }
}

impl SealedTokens {
    async fn read(&self) -> ConnectorResult<Credential> {
        let read = async {
            let tx = self.db.begin().await?;
            store::read_credential(&tx, &self.connectors.sealer, self.connection, false).await
        };
        read.await
            .map_err(stored)?
            .ok_or_else(|| ConnectorError::unauthorized("the connection has no credential; connect again"))
    }

    async fn renew(&self, old: &Credential) -> ConnectorResult<Credential> {
        let connectors = &self.connectors;
        let tx = self.db.begin().await.map_err(|error| stored(error.into()))?;
        let current = store::read_credential(&tx, &connectors.sealer, self.connection, true)
            .await
            .map_err(stored)?
            .ok_or_else(|| ConnectorError::unauthorized("the connection has no credential; connect again"))?;
        if current.access_token.expose_secret() != old.access_token.expose_secret() {
            return Ok(current);
        }
        let (Some(app), Some(refresh_token)) = (&connectors.salesforce_app, &current.refresh_token) else {
            return Err(ConnectorError::unauthorized(
                "the token was refused and cannot be renewed; connect again",
            ));
        };
        let now = connectors.clock.now();
        let grant = oauth::refresh(&connectors.http, app, refresh_token, now).await?;
        let renewed = Credential {
            access_token: grant.access.secret,
            // With rotation the old one is dead from now on, so the new one is stored before anything uses it.
            refresh_token: grant.refresh_token.or(current.refresh_token),
            api_base: grant.access.api_base.map(|url| url.to_string()).or(current.api_base),
            expires_at: grant
                .expires_in
                .map(|seconds| now + TimeDelta::seconds(i64::try_from(seconds).unwrap_or(0))),
        };
        store::write_credential(&tx, &connectors.sealer, &connectors.clock, self.connection, &renewed)
            .await
            .map_err(stored)?;
        tx.commit().await.map_err(|error| stored(error.into()))?;
        Ok(renewed)
    }
}

fn token(credential: &Credential) -> ConnectorResult<AccessToken> {
    let api_base = credential
        .api_base
        .as_deref()
        .map(str::parse)
        .transpose()
        .map_err(|error| ConnectorError::rejected("unusable_address", error))?;
    Ok(AccessToken {
        secret: credential.access_token.clone(),
        api_base,
    })
}

/// Our own store failed: nothing was sent, so trying again is safe.
fn stored(error: ConnectionError) -> ConnectorError {
    ConnectorError::Transient {
        message: "our own store of credentials could not answer".to_owned(),
        ambiguous: false,
        source: Some(Box::new(error)),
    }
}
