//! Away to the vendor's page.

use momentum_connectors::outbound::Url;
use momentum_connectors::{ConnectorError, hubspot, salesforce, slack};
use oauth2::{PkceCodeChallenge, PkceCodeVerifier};

use super::super::model::Vendor;
use super::super::open::Connectors;
use super::super::store;
use super::error::ConnectError;
use super::login_page::my_domain;
use super::state::{self, Beginner, Pending};
use crate::foundation::crypto::Token;
use crate::foundation::db::TenantDb;
use crate::foundation::ids::ConnectionId;

/// What the page of connections chose.
#[derive(Clone, Debug, Default)]
pub(super) struct Choice {
    /// The connection that is to be renewed.
    pub connection: Option<ConnectionId>,
    /// Salesforce: a sandbox, at Salesforce's page for those.
    pub is_sandbox: bool,
    /// Salesforce: the org's own domain.
    pub my_domain: Option<String>,
}

/// Begins an installation and answers where to send the browser.
///
/// # Errors
/// [`ConnectError::NotConfigured`] without our app; [`ConnectError::Ours`] with `NotThere` when the connection to renew
/// is not there.
pub(super) async fn start(
    connectors: &Connectors,
    db: &TenantDb,
    who: &Beginner<'_>,
    vendor: Vendor,
    choice: Choice,
) -> Result<Url, ConnectError> {
    if !connectors.apps.has(vendor) {
        return Err(ConnectError::NotConfigured);
    }
    let tx = db.begin().await?;
    let mut pending = Pending {
        connection: choice.connection,
        ..Pending::default()
    };
    let mut login_url = None;
    if vendor == Vendor::Salesforce {
        let former = former_login(&tx, choice.connection).await?;
        login_url = match choice.my_domain.as_deref() {
            Some(text) => Some(my_domain(text).ok_or_else(|| refused_domain(text))?),
            None if choice.is_sandbox => Some(connectors.apps.salesforce_sandbox.clone()),
            None => former.clone().map(|(url, _)| url),
        };
        pending.is_sandbox = choice.is_sandbox
            || login_url
                .as_ref()
                .is_some_and(|url| url.host_str().is_some_and(|host| host.contains(".sandbox.")))
            || former.is_some_and(|(_, is_sandbox)| is_sandbox);
        pending.login_url = login_url.as_ref().map(Url::to_string);
    }
    let verifier = PkceCodeVerifier::new(Token::generate("").expose().to_owned());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    // Slack's installation of a bot has no PKCE, and HubSpot takes none of an app with a secret: there the secret alone
    // proves who trades the code.
    if vendor == Vendor::Salesforce {
        pending.verifier = Some(verifier.into_secret());
    }
    let (sealer, clock) = (&connectors.sealer, &connectors.clock);
    let state = state::begin(&tx, sealer, clock, vendor, who, &pending).await?;
    let url = match vendor {
        Vendor::Slack => {
            let app = connectors.apps.slack.as_ref().ok_or(ConnectError::NotConfigured)?;
            let page = app.api_url.join("../oauth/v2/authorize").map_err(unusable)?;
            slack::oauth::authorize_url(page, app, state.expose())
        }
        Vendor::Salesforce => {
            let app = connectors
                .apps
                .salesforce_at(login_url)
                .ok_or(ConnectError::NotConfigured)?;
            salesforce::oauth::authorize_url(&app, state.expose(), challenge.as_str())?
        }
        Vendor::Hubspot => {
            let app = connectors.apps.hubspot.as_ref().ok_or(ConnectError::NotConfigured)?;
            hubspot::oauth::authorize_url(app, state.expose())?
        }
    };
    tx.commit().await?;
    Ok(url)
}

/// Where the connection that is renewed was allowed the last time: it is renewed there, unless somebody says otherwise.
async fn former_login(
    tx: &crate::foundation::db::TenantTx,
    connection: Option<ConnectionId>,
) -> Result<Option<(Url, bool)>, ConnectError> {
    let Some(id) = connection else { return Ok(None) };
    let known = store::by_id(tx, id)
        .await?
        .ok_or(super::super::ConnectionError::NotThere)?;
    let is_sandbox = known.settings["sandbox"].as_bool().unwrap_or(false);
    let url = known.settings["login_url"].as_str().and_then(|url| url.parse().ok());
    Ok(url.map(|url| (url, is_sandbox)))
}

fn refused_domain(text: &str) -> ConnectError {
    tracing::info!(
        domain.length = text.len(),
        "A My Domain that is not Salesforce's was refused."
    );
    ConnectError::BadDomain
}

fn unusable(error: impl std::fmt::Display) -> ConnectError {
    ConnectorError::rejected("unusable_address", error).into()
}
