//! Credentials as this crate sees them: somebody else seals, refreshes and stores them; we ask for one and say when it stopped working.

use async_trait::async_trait;
use reqwest::Url;
use secrecy::SecretString;

use crate::ConnectorResult;

/// A token for one call, and where it is valid.
#[derive(Debug, Clone)]
pub struct AccessToken {
    /// The bearer token.
    pub secret: SecretString,
    /// Where this token's API lives, for vendors that say so with the token (Salesforce's `instance_url`, which may change with each grant).
    pub api_base: Option<Url>,
}

/// Where a connection's token comes from. The server's implementation unseals it and refreshes it single-flight under one lock.
#[async_trait]
pub trait TokenSource: Send + Sync {
    /// A token believed to be valid. Fails with `Unauthorized` when the connection is disconnected, `Transient` when refreshing failed.
    async fn access_token(&self) -> ConnectorResult<AccessToken>;

    /// The vendor refused this token, in these words. The next [`TokenSource::access_token`] gives another one (refreshed unless
    /// somebody else already did, which is why the refused token is passed). Where there is no other one this fails with
    /// `Unauthorized` and the same words.
    async fn invalidate(&self, refused: &AccessToken, words: &str) -> ConnectorResult<()>;
}

/// A token that never changes: Slack without token rotation, and tests.
#[derive(Debug, Clone)]
pub struct StaticToken(AccessToken);

impl StaticToken {
    /// `api_base` as in [`AccessToken::api_base`].
    pub fn new(secret: impl Into<String>, api_base: Option<Url>) -> Self {
        Self(AccessToken {
            secret: SecretString::from(secret.into()),
            api_base,
        })
    }
}

#[async_trait]
impl TokenSource for StaticToken {
    async fn access_token(&self) -> ConnectorResult<AccessToken> {
        Ok(self.0.clone())
    }

    async fn invalidate(&self, _refused: &AccessToken, words: &str) -> ConnectorResult<()> {
        Err(crate::ConnectorError::unauthorized(words))
    }
}

/// What an authorization or refresh grant gave. Store it sealed, and store it before using it: with rotation the old refresh token is dead.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The token and where it is valid.
    pub access: AccessToken,
    /// The new refresh token, when the vendor sent one: it replaces the old one.
    pub refresh_token: Option<SecretString>,
    /// Seconds until the access token expires, when the vendor says so (Salesforce does not).
    pub expires_in: Option<u64>,
    /// The granted scopes, as the vendor wrote them.
    pub scope: Option<String>,
}
