//! The web-server flow with PKCE, and refreshing.

use chrono::{DateTime, Utc};
use reqwest::{Method, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::errors;
use crate::{AccessToken, ConnectorError, ConnectorResult, Outbound, oauth::Grant};

/// What we may do: call the API, also while the person is away. `chatter` and `full` would be more than is needed.
pub const SCOPES: &str = "api refresh_token";

/// Our External Client App, and where people sign in.
#[derive(Debug, Clone)]
pub struct OauthApp {
    /// `https://login.salesforce.com`, `https://test.salesforce.com`, a My Domain address, or a mock.
    pub login_url: Url,
    /// The consumer key.
    pub client_id: String,
    /// The consumer secret.
    pub client_secret: SecretString,
    /// Must be registered with the app, to the letter.
    pub redirect_uri: String,
}

/// Where to send the admin's browser. `code_challenge` is the S256 challenge of RFC 7636; apps used by more than two orgs must send one.
pub fn authorize_url(app: &OauthApp, state: &str, code_challenge: &str) -> ConnectorResult<Url> {
    let mut url = endpoint(app, "authorize")?;
    url.query_pairs_mut().extend_pairs([
        ("response_type", "code"),
        ("client_id", &app.client_id),
        ("redirect_uri", &app.redirect_uri),
        ("scope", SCOPES),
        ("state", state),
        ("code_challenge", code_challenge),
        ("code_challenge_method", "S256"),
    ]);
    Ok(url)
}

/// Trades the code that came back for tokens. Confidential clients send the secret and the verifier.
pub async fn exchange_code(
    http: &Outbound,
    app: &OauthApp,
    code: &str,
    code_verifier: &str,
    now: DateTime<Utc>,
) -> ConnectorResult<Grant> {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("client_id", &app.client_id),
        ("client_secret", app.client_secret.expose_secret()),
        ("redirect_uri", &app.redirect_uri),
        ("code_verifier", code_verifier),
    ];
    grant(http, app, "salesforce.oauth.code", &fields, now).await
}

/// Trades a refresh token for a new access token. Call it under the connection's lock: with rotation, two at once log the customer out.
/// `Unauthorized` means that the connection is gone; store [`Grant::refresh_token`] when there is one.
pub async fn refresh(
    http: &Outbound,
    app: &OauthApp,
    refresh_token: &SecretString,
    now: DateTime<Utc>,
) -> ConnectorResult<Grant> {
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh_token.expose_secret()),
        ("client_id", &app.client_id),
        ("client_secret", app.client_secret.expose_secret()),
    ];
    grant(http, app, "salesforce.oauth.refresh", &fields, now).await
}

/// Takes a token back when the tenant disconnects. A refresh token takes its access tokens with it.
pub async fn revoke(http: &Outbound, app: &OauthApp, token: &SecretString, now: DateTime<Utc>) -> ConnectorResult<()> {
    let url = endpoint(app, "revoke")?;
    let request = http
        .request("salesforce.oauth.revoke", Method::POST, url)
        .form(&[("token", token.expose_secret())]);
    let response = request.send().await?;
    if response.status.is_success() {
        Ok(())
    } else {
        Err(errors::from_token_response(&response, now))
    }
}

/// What the error in a redirect back from the sign-in page means for the admin, in words that tell what to do.
#[must_use]
pub fn explain_redirect_error(error: &str, description: &str) -> ConnectorError {
    // Since September 2025 an app must be installed in the org before ordinary users may authorize it.
    let hint = if error.starts_with("OAUTH_EC_APP_NOT_FOUND") || description.contains("not installed") {
        " A Salesforce admin has to install the Momentum package in this org first."
    } else if error == "access_denied" {
        " The person at the sign-in page said no."
    } else {
        ""
    };
    ConnectorError::rejected(error, format!("{description}{hint}"))
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: SecretString,
    instance_url: String,
    refresh_token: Option<SecretString>,
    expires_in: Option<u64>,
    scope: Option<String>,
}

async fn grant(
    http: &Outbound,
    app: &OauthApp,
    label: &'static str,
    fields: &[(&str, &str)],
    now: DateTime<Utc>,
) -> ConnectorResult<Grant> {
    let response = http
        .request(label, Method::POST, endpoint(app, "token")?)
        .form(fields)
        .send()
        .await?;
    if !response.status.is_success() {
        return Err(errors::from_token_response(&response, now));
    }
    let answer: TokenAnswer = response.json()?;
    let instance = Url::parse(&answer.instance_url)
        .map_err(|cause| ConnectorError::unreadable("the instance address in the token answer", false, cause))?;
    Ok(Grant {
        access: AccessToken {
            secret: answer.access_token,
            api_base: Some(instance),
        },
        refresh_token: answer.refresh_token,
        expires_in: answer.expires_in,
        scope: answer.scope,
    })
}

fn endpoint(app: &OauthApp, name: &str) -> ConnectorResult<Url> {
    let mut url = app.login_url.clone();
    url.path_segments_mut()
        .map_err(|()| ConnectorError::rejected("bad_login_url", "the login address cannot hold a path"))?
        .pop_if_empty()
        .extend(["services", "oauth2", name]);
    Ok(url)
}
