//! Installing our app (OAuth v2), and token rotation.

use chrono::{DateTime, Utc};
use reqwest::{Method, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::api::{checked, method_url};
use crate::{AccessToken, ConnectorError, ConnectorResult, Outbound, oauth::Grant};

/// The bot scopes the product needs, each of them real and used. `messages:read` does not exist; direct messages between people are
/// never read (`im:history` covers only those with the bot).
pub const BOT_SCOPES: [&str; 13] = [
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "commands",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "team:read",
    "users:read",
    "users:read.email",
];

/// Our Slack app.
#[derive(Debug, Clone)]
pub struct OauthApp {
    /// As for [`super::Slack::new`].
    pub api_url: Url,
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub client_secret: SecretString,
    /// Must be registered with the app.
    pub redirect_uri: String,
}

/// What an installation gave.
#[derive(Debug, Clone)]
pub struct InstalledApp {
    /// The bot's token.
    pub grant: Grant,
    /// Our app's id.
    pub app_id: String,
    /// The bot as a user.
    pub bot_user_id: Option<String>,
    /// The Slack workspace; `None` when installed on a whole Enterprise Grid.
    pub team_id: Option<String>,
    /// Its name.
    pub team_name: Option<String>,
    /// The Enterprise Grid, if any.
    pub enterprise_id: Option<String>,
    /// Installed on a whole Enterprise Grid.
    pub is_enterprise_install: bool,
    /// Who installed it.
    pub installer_user_id: Option<String>,
}

/// Where to send the admin's browser. `authorize_url` is `https://slack.com/oauth/v2/authorize`, or a mock's.
#[must_use]
pub fn authorize_url(mut authorize_url: Url, app: &OauthApp, state: &str) -> Url {
    authorize_url.query_pairs_mut().extend_pairs([
        ("client_id", app.client_id.as_str()),
        ("scope", &BOT_SCOPES.join(",")),
        ("redirect_uri", &app.redirect_uri),
        ("state", state),
    ]);
    authorize_url
}

/// Trades the code that came back for the installation's token (`oauth.v2.access`).
pub async fn exchange_code(
    http: &Outbound,
    app: &OauthApp,
    code: &str,
    now: DateTime<Utc>,
) -> ConnectorResult<InstalledApp> {
    access(http, app, &[("code", code), ("redirect_uri", &app.redirect_uri)], now).await
}

/// Trades a refresh token, which works once, for the next pair. Call it under the connection's lock and store the pair before using it.
pub async fn refresh(
    http: &Outbound,
    app: &OauthApp,
    refresh_token: &SecretString,
    now: DateTime<Utc>,
) -> ConnectorResult<InstalledApp> {
    access(
        http,
        app,
        &[
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.expose_secret()),
        ],
        now,
    )
    .await
}

/// Takes the bot's token back when the tenant disconnects. A token that is dead already is fine.
pub async fn revoke(http: &Outbound, api_url: &Url, token: &SecretString, now: DateTime<Utc>) -> ConnectorResult<()> {
    let url = method_url(api_url, "auth.revoke")?;
    let response = http
        .request("auth.revoke", Method::POST, url)
        .bearer(token)
        .send()
        .await?;
    match checked(&response, now) {
        Err(ConnectorError::Unauthorized { .. }) => Ok(()),
        answer => answer,
    }
}

#[derive(Deserialize)]
struct AccessAnswer {
    access_token: SecretString,
    refresh_token: Option<SecretString>,
    expires_in: Option<u64>,
    scope: Option<String>,
    #[serde(default)]
    app_id: String,
    bot_user_id: Option<String>,
    team: Option<Named>,
    enterprise: Option<Named>,
    #[serde(default)]
    is_enterprise_install: bool,
    authed_user: Option<Named>,
}

#[derive(Deserialize)]
struct Named {
    id: Option<String>,
    name: Option<String>,
}

async fn access(
    http: &Outbound,
    app: &OauthApp,
    fields: &[(&str, &str)],
    now: DateTime<Utc>,
) -> ConnectorResult<InstalledApp> {
    let mut form = vec![
        ("client_id", app.client_id.as_str()),
        ("client_secret", app.client_secret.expose_secret()),
    ];
    form.extend_from_slice(fields);
    let url = method_url(&app.api_url, "oauth.v2.access")?;
    let response = http
        .request("oauth.v2.access", Method::POST, url)
        .form(&form)
        .send()
        .await?;
    checked(&response, now).map_err(|error| match error {
        // The one-time code or refresh token is used up or was never ours: only connecting anew helps.
        ConnectorError::Rejected { code, message, .. }
            if matches!(
                code.as_str(),
                "invalid_refresh_token" | "invalid_code" | "code_already_used" | "bad_client_secret"
            ) =>
        {
            ConnectorError::Unauthorized { message }
        }
        other => other,
    })?;
    let answer: AccessAnswer = response.json()?;
    let (team_id, team_name) = answer.team.map_or((None, None), |team| (team.id, team.name));
    Ok(InstalledApp {
        grant: Grant {
            access: AccessToken {
                secret: answer.access_token,
                api_base: Some(app.api_url.clone()),
            },
            refresh_token: answer.refresh_token,
            expires_in: answer.expires_in,
            scope: answer.scope,
        },
        app_id: answer.app_id,
        bot_user_id: answer.bot_user_id,
        team_id,
        team_name,
        enterprise_id: answer.enterprise.and_then(|enterprise| enterprise.id),
        is_enterprise_install: answer.is_enterprise_install,
        installer_user_id: answer.authed_user.and_then(|user| user.id),
    })
}
