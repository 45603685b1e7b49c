//! The authorization-code flow, refreshing, and disconnecting.

use chrono::{DateTime, Duration, Utc};
use reqwest::{Method, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{API_VERSION, errors};
use crate::{AccessToken, ConnectorError, ConnectorResult, Outbound, oauth::Grant};

/// What we may do. The schema scopes are for the property that carries our id; `oauth` is required of every app.
pub const SCOPES: &str = "oauth crm.objects.companies.read crm.objects.companies.write crm.objects.contacts.read \
                          crm.objects.deals.read crm.objects.deals.write crm.objects.owners.read crm.schemas.companies.read \
                          crm.schemas.deals.read crm.schemas.deals.write crm.schemas.contacts.read crm.schemas.contacts.write";

/// How long before its end an access token is replaced. HubSpot's tokens live 30 minutes, and a 401 is no valid way to find out that one has
/// ended (HubSpot, "Working with OAuth").
pub const REFRESH_AHEAD: Duration = Duration::minutes(5);

/// Our app, and where people sign in.
#[derive(Debug, Clone)]
pub struct OauthApp {
    /// Where people allow access: `https://app.hubspot.com`, or a mock's address.
    pub login_url: Url,
    /// Where tokens come from: `https://api.hubapi.com`, or a mock's address.
    pub api_url: Url,
    /// The client id.
    pub client_id: String,
    /// The client secret; it also signs webhooks.
    pub client_secret: SecretString,
    /// Must be registered with the app, to the letter.
    pub redirect_uri: String,
}

/// Whether a token that ends at `expires_at` is to be replaced now.
#[must_use]
pub fn refresh_is_due(expires_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now + REFRESH_AHEAD >= expires_at
}

/// Where to send the admin's browser. HubSpot takes no PKCE challenge from confidential clients; `state` binds the answer to the session.
pub fn authorize_url(app: &OauthApp, state: &str) -> ConnectorResult<Url> {
    let mut url = below(&app.login_url, &["oauth", "authorize"])?;
    url.query_pairs_mut().extend_pairs([
        ("client_id", app.client_id.as_str()),
        ("redirect_uri", &app.redirect_uri),
        ("scope", SCOPES),
        ("state", state),
    ]);
    Ok(url)
}

/// Trades the code that came back for tokens.
pub async fn exchange(http: &Outbound, app: &OauthApp, code: &str, now: DateTime<Utc>) -> ConnectorResult<Grant> {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("client_id", &app.client_id),
        ("client_secret", app.client_secret.expose_secret()),
        ("redirect_uri", &app.redirect_uri),
    ];
    grant(http, app, "hubspot.oauth.code", &fields, now).await
}

/// Trades a refresh token for a new access token, under the connection's lock. `Unauthorized` (`BAD_REFRESH_TOKEN`) means that the app was
/// uninstalled; [`Grant::refresh_token`] may be the same as before or a new one, and replaces the old one either way.
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
    grant(http, app, "hubspot.oauth.refresh", &fields, now).await
}

/// Uninstalls the app from the customer's account when the tenant disconnects; all its tokens end.
pub async fn uninstall(
    http: &Outbound,
    app: &OauthApp,
    access_token: &SecretString,
    now: DateTime<Utc>,
) -> ConnectorResult<()> {
    let url = below(&app.api_url, &["appinstalls", "v3", "external-install"])?;
    let response = http
        .request("hubspot.oauth.uninstall", Method::DELETE, url)
        .bearer(access_token)
        .send()
        .await?;
    if response.status.is_success() {
        Ok(())
    } else {
        Err(errors::from_response(&response, now))
    }
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: SecretString,
    refresh_token: Option<SecretString>,
    expires_in: Option<u64>,
    #[serde(default)]
    scopes: Vec<String>,
}

async fn grant(
    http: &Outbound,
    app: &OauthApp,
    label: &'static str,
    fields: &[(&str, &str)],
    now: DateTime<Utc>,
) -> ConnectorResult<Grant> {
    let url = below(&app.api_url, &["oauth", API_VERSION, "token"])?;
    let response = http.request(label, Method::POST, url).form(fields).send().await?;
    if !response.status.is_success() {
        return Err(errors::from_token_response(&response, now));
    }
    let answer: TokenAnswer = response.json()?;
    Ok(Grant {
        access: AccessToken {
            secret: answer.access_token,
            api_base: None,
        },
        refresh_token: answer.refresh_token,
        expires_in: answer.expires_in,
        scope: (!answer.scopes.is_empty()).then(|| answer.scopes.join(" ")),
    })
}

fn below(base: &Url, segments: &[&str]) -> ConnectorResult<Url> {
    let mut url = base.clone();
    url.path_segments_mut()
        .map_err(|()| ConnectorError::rejected("bad_hubspot_url", "HubSpot's address cannot hold a path"))?
        .pop_if_empty()
        .extend(segments);
    Ok(url)
}
