//! The token of one connection, sealed in the database and renewed once for everybody.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use momentum_connectors::oauth::{AccessToken, Grant, TokenSource};
use momentum_connectors::{ConnectorError, ConnectorResult, hubspot, salesforce, slack};
use secrecy::{ExposeSecret, SecretString};

use super::model::{Credential, Vendor};
use super::open::Connectors;
use super::{ConnectionError, status, store};
use crate::foundation::db::{TenantDb, TenantTx};
use crate::foundation::ids::ConnectionId;

/// A token that is about to end is renewed before it is used. Five minutes: HubSpot's tokens live 30, and a job that
/// begins with one must not outlive it.
const SOON: TimeDelta = TimeDelta::minutes(5);

/// The token of one connection. Renewal holds the credential's row from reading to writing, so however many calls find
/// it refused at once, in however many processes, the vendor is asked for one new token.
pub(super) struct SealedTokens {
    pub connectors: Connectors,
    pub db: TenantDb,
    pub connection: ConnectionId,
    /// Tries the credential of a connection that is marked as disconnected: for a look whether it works again.
    pub even_disconnected: bool,
    /// The last token that the vendor refused us.
    pub refused: Mutex<Option<SecretString>>,
}

#[async_trait]
impl TokenSource for SealedTokens {
    async fn access_token(&self) -> ConnectorResult<AccessToken> {
        let credential = self.recent().await?;
        if ends_soon(&credential, self.connectors.clock.now()) {
            self.connectors.credentials.invalidate(&self.connection);
            return token(
                &self
                    .renew(&credential, "the token has ended and cannot be renewed")
                    .await?,
            );
        }
        token(&credential)
    }

    async fn invalidate(&self, refused: &AccessToken, words: &str) -> ConnectorResult<()> {
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(refused.secret.clone());
        self.connectors.credentials.invalidate(&self.connection);
        let credential = self.read().await?;
        if credential.access_token.expose_secret() != refused.secret.expose_secret() {
            return Ok(());
        }
        self.renew(&credential, words).await.map(drop)
    }
}

impl SealedTokens {
    /// The credential as it was at most [`CREDENTIAL_TTL`](super::open::CREDENTIAL_TTL) ago.
    async fn recent(&self) -> ConnectorResult<Credential> {
        if self.even_disconnected {
            return self.read().await;
        }
        let recent = &self.connectors.credentials;
        // Whoever read before a renewal may have put the former credential back after it.
        if let Some(credential) = recent.get(&self.connection).filter(|known| !self.was_refused(known)) {
            return Ok(credential);
        }
        let credential = self.read().await?;
        recent.insert(self.connection, credential.clone());
        Ok(credential)
    }

    fn was_refused(&self, credential: &Credential) -> bool {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let token = credential.access_token.expose_secret();
        refused.as_ref().is_some_and(|refused| refused.expose_secret() == token)
    }

    /// The credential, unless the connection is known to be refused: the vendor is not asked again and again.
    async fn read(&self) -> ConnectorResult<Credential> {
        let tx = self.db.begin().await.map_err(|error| stored(error.into()))?;
        self.usable(&tx, false).await.map(|(credential, _)| credential)
    }

    async fn usable(&self, tx: &TenantTx, lock: bool) -> ConnectorResult<(Credential, store::Known)> {
        let read = async {
            let credential = store::read_credential(tx, &self.connectors.sealer, self.connection, lock).await?;
            let known = store::by_id(tx, self.connection).await?;
            Ok(credential.zip(known))
        };
        let (credential, known) = read
            .await
            .map_err(stored)?
            .ok_or_else(|| ConnectorError::unauthorized("the connection has no credential; connect again"))?;
        if known.is_disconnected() && !self.even_disconnected {
            return Err(ConnectorError::unauthorized(
                "the connection is disconnected; connect again",
            ));
        }
        Ok((credential, known))
    }

    /// Renews `old`, unless somebody else did while we waited for the lock. A refusal is written down under the same
    /// lock, so that those who wait behind us read it instead of asking the vendor once more each. `words` say why `old`
    /// is of no use, for where nothing can be renewed.
    async fn renew(&self, old: &Credential, words: &str) -> ConnectorResult<Credential> {
        let connectors = &self.connectors;
        let turn = connectors.turns.get_with(self.connection, Default::default);
        let _turn = turn.lock().await;
        let tx = self.db.begin().await.map_err(|error| stored(error.into()))?;
        let (current, known) = self.usable(&tx, true).await?;
        if current.access_token.expose_secret() != old.access_token.expose_secret() {
            return Ok(current);
        }
        let now = connectors.clock.now();
        let vendor = known.vendor().map_err(|error| stored(error.into()))?;
        // HubSpot says that a 401 is no reason to renew: its tokens are renewed ahead of their end, and only then.
        let is_due = vendor != Vendor::Hubspot || ends_soon(&current, now);
        let renewed = match current.refresh_token.as_ref().filter(|_| is_due) {
            Some(refresh_token) => self.ask(vendor, &current, refresh_token, &known, now).await,
            None => Err(ConnectorError::unauthorized(words)),
        };
        let renewed = match renewed {
            Err(ConnectorError::Unauthorized { message }) => {
                let marked = status::mark_disconnected(&tx, self.connection, &message, now).await;
                marked.map_err(|error| stored(error.into()))?;
                tx.commit().await.map_err(|error| stored(error.into()))?;
                return Err(ConnectorError::Unauthorized { message });
            }
            other => other?,
        };
        // With rotation the old one is dead from now on, so the new one is stored before anything uses it.
        store::write_credential(&tx, &connectors.sealer, &connectors.clock, self.connection, &renewed)
            .await
            .map_err(stored)?;
        tx.commit().await.map_err(|error| stored(error.into()))?;
        Ok(renewed)
    }

    async fn ask(
        &self,
        vendor: Vendor,
        current: &Credential,
        refresh_token: &SecretString,
        known: &store::Known,
        now: DateTime<Utc>,
    ) -> ConnectorResult<Credential> {
        let Connectors { http, apps, .. } = &self.connectors;
        let not_set = || {
            ConnectorError::unauthorized(format!(
                "the token cannot be renewed, because the settings no longer name our {} app",
                vendor.label()
            ))
        };
        let grant = match vendor {
            Vendor::Slack => {
                let app = apps.slack.as_ref().ok_or_else(not_set)?;
                slack::oauth::refresh(http, app, refresh_token, now).await?.grant
            }
            Vendor::Salesforce => {
                let login_url = known
                    .settings
                    .get("login_url")
                    .and_then(|url| url.as_str()?.parse().ok());
                let app = apps.salesforce_at(login_url).ok_or_else(not_set)?;
                salesforce::oauth::refresh(http, &app, refresh_token, now).await?
            }
            Vendor::Hubspot => {
                let app = apps.hubspot.as_ref().ok_or_else(not_set)?;
                hubspot::oauth::refresh(http, app, refresh_token, now).await?
            }
        };
        Ok(credential(grant, Some(current), now))
    }
}

/// What to store of a grant; `former` gives what the vendor did not send again.
pub(super) fn credential(grant: Grant, former: Option<&Credential>, now: DateTime<Utc>) -> Credential {
    let lifetime = grant.expires_in.and_then(|seconds| i64::try_from(seconds).ok());
    Credential {
        access_token: grant.access.secret,
        refresh_token: grant
            .refresh_token
            .or(former.and_then(|former| former.refresh_token.clone())),
        api_base: grant
            .access
            .api_base
            .map(|url| url.to_string())
            .or(former.and_then(|former| former.api_base.clone())),
        expires_at: lifetime.map(|seconds| now + TimeDelta::seconds(seconds)),
    }
}

/// The token for one call.
pub(super) fn token(credential: &Credential) -> ConnectorResult<AccessToken> {
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

fn ends_soon(credential: &Credential, now: DateTime<Utc>) -> bool {
    credential.expires_at.is_some_and(|at| at - SOON <= now)
}

/// Our own store failed: nothing was sent, so trying again is safe.
fn stored(error: ConnectionError) -> ConnectorError {
    ConnectorError::Transient {
        message: "our own store of credentials could not answer".to_owned(),
        ambiguous: false,
        source: Some(Box::new(error)),
    }
}
