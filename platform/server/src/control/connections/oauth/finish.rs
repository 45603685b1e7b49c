//! Home with a code: tokens, who is behind them, and a connection.

use momentum_connectors::outbound::Url;
use momentum_connectors::{ConnectorError, hubspot, salesforce, slack};
use serde_json::{Value, json};

use super::super::model::{Credential, Installed, NewConnection, Vendor};
use super::super::open::Connectors;
use super::super::{store, tokens, vendors};
use super::error::ConnectError;
use super::state::Pending;
use crate::control::access::Actor;
use crate::control::audit::{self, Entry};
use crate::foundation::db::{TenantDb, TenantTx};
use crate::foundation::http::Origin;
use crate::foundation::ids::{ConnectionId, TenantId};

/// Who comes home, for the audit.
pub(super) struct Returning<'a> {
    pub actor: &'a Actor,
    pub origin: &'a Origin,
}

/// What the vendor gave, before anything of it is kept.
struct Authorised {
    new: NewConnection,
    granted: Vec<String>,
    slack: Option<SlackFacts>,
}

struct SlackFacts {
    app_id: Option<String>,
    bot_user_id: Option<String>,
    bot_id: Option<String>,
    enterprise_id: Option<String>,
}

/// Trades the code and makes or renews the connection.
///
/// # Errors
/// As [`ConnectError`] says; nothing is kept then.
pub(super) async fn finish(
    connectors: &Connectors,
    db: &TenantDb,
    who: &Returning<'_>,
    vendor: Vendor,
    pending: &Pending,
    code: &str,
) -> Result<ConnectionId, ConnectError> {
    let authorised = match vendor {
        Vendor::Slack => slack(connectors, code).await?,
        Vendor::Salesforce => salesforce(connectors, pending, code).await?,
        Vendor::Hubspot => hubspot(connectors, code).await?,
    };
    let missing = vendors::missing_essential(vendor, &authorised.granted);
    if !missing.is_empty() {
        return Err(ConnectError::MissingScope(missing));
    }
    let tx = db.begin().await?;
    let former = store::of_vendor(&tx, vendor).await?;
    let same = former
        .iter()
        .find(|known| known.external_id == authorised.new.external_id);
    let renewed = pending.connection;
    if renewed.is_some_and(|wanted| same.is_none_or(|same| same.id != wanted)) {
        return Err(ConnectError::AnotherOrg);
    }
    let has_another = former
        .iter()
        .any(|known| !known.is_disconnected() && known.external_id != authorised.new.external_id);
    if vendor.is_crm() && has_another {
        return Err(ConnectError::AnotherOrg);
    }
    let action = if same.is_some() {
        "connection.reauthorised"
    } else {
        "connection.connected"
    };
    let id = keep(connectors, &tx, authorised).await?;
    let detail = json!({ "vendor": vendor.as_str() });
    let entry = Entry::new(who.actor, action).from(who.origin).on(id).with(detail);
    audit::append(&tx, connectors.clock.now(), entry).await?;
    tx.commit().await?;
    Ok(id)
}

async fn keep(connectors: &Connectors, tx: &TenantTx, authorised: Authorised) -> Result<ConnectionId, ConnectError> {
    let Authorised { new, granted, slack } = authorised;
    let now = connectors.clock.now();
    let id = store::connect(tx, &connectors.sealer, &connectors.clock, &new).await?;
    store::set_scopes(tx, id, granted).await?;
    if let Some(facts) = slack {
        let installed = facts.installed(&new.external_id, tx.tenant_id(), id);
        let is_ours = store::register_installation(tx, &installed, facts.enterprise_id.as_deref(), now).await?;
        if !is_ours {
            // Its token is not taken back: Slack gives a workspace one token, so that would cut off the other tenant.
            return Err(ConnectError::ConnectedElsewhere);
        }
    }
    Ok(id)
}

impl SlackFacts {
    fn installed(&self, slack_team_id: &str, tenant_id: TenantId, connection_id: ConnectionId) -> Installed {
        Installed {
            slack_team_id: slack_team_id.to_owned(),
            tenant_id,
            connection_id,
            app_id: self.app_id.clone(),
            bot_user_id: self.bot_user_id.clone(),
            bot_id: self.bot_id.clone(),
        }
    }
}

async fn slack(connectors: &Connectors, code: &str) -> Result<Authorised, ConnectError> {
    let app = connectors.apps.slack.as_ref().ok_or(ConnectError::NotConfigured)?;
    let now = connectors.clock.now();
    let installed = slack::oauth::exchange_code(&connectors.http, app, code, now).await?;
    let granted = scopes(installed.grant.scope.as_deref());
    let credential = Credential {
        // The token does not say where Slack is; the settings do.
        api_base: None,
        ..tokens::credential(installed.grant, None, now)
    };
    let identity = connectors.new_chat(&credential).auth_test().await?;
    let enterprise_id = installed.enterprise_id.or(identity.enterprise_id);
    let whole_grid = enterprise_id.clone().filter(|_| installed.is_enterprise_install);
    Ok(Authorised {
        granted,
        slack: Some(SlackFacts {
            app_id: Some(installed.app_id).filter(|id| !id.is_empty()),
            bot_user_id: installed.bot_user_id.or(Some(identity.user_id)),
            bot_id: identity.bot_id,
            enterprise_id,
        }),
        new: NewConnection {
            vendor: Vendor::Slack,
            name: installed.team_name.unwrap_or(identity.team_name),
            external_id: whole_grid.or(installed.team_id).unwrap_or(identity.team_id),
            settings: json!({ "url": identity.url }),
            credential,
        },
    })
}

async fn salesforce(connectors: &Connectors, pending: &Pending, code: &str) -> Result<Authorised, ConnectError> {
    let login_url: Option<Url> = pending.login_url.as_deref().and_then(|url| url.parse().ok());
    let app = connectors
        .apps
        .salesforce_at(login_url)
        .ok_or(ConnectError::NotConfigured)?;
    let verifier = pending.verifier.as_deref().unwrap_or_default();
    let now = connectors.clock.now();
    let grant = salesforce::oauth::exchange_code(&connectors.http, &app, code, verifier, now).await;
    let grant = grant.map_err(not_installed)?;
    let mut granted = scopes(grant.scope.as_deref());
    // Without one the connection would end with its first session: that is what the scope is for.
    if grant.refresh_token.is_none() {
        granted.retain(|scope| scope != "refresh_token");
    }
    let settings = json!({ "login_url": pending.login_url, "sandbox": pending.is_sandbox });
    crm(
        connectors,
        Vendor::Salesforce,
        tokens::credential(grant, None, now),
        granted,
        settings,
    )
    .await
}

async fn hubspot(connectors: &Connectors, code: &str) -> Result<Authorised, ConnectError> {
    let app = connectors.apps.hubspot.as_ref().ok_or(ConnectError::NotConfigured)?;
    let now = connectors.clock.now();
    let grant = hubspot::oauth::exchange(&connectors.http, app, code, now).await?;
    // Where the answer does not list them, all were granted: HubSpot lets nobody leave out a required scope.
    let granted = scopes(grant.scope.as_deref().or(Some(hubspot::oauth::SCOPES)));
    let credential = tokens::credential(grant, None, now);
    crm(connectors, Vendor::Hubspot, credential, granted, json!({})).await
}

/// Asks the CRM who it is.
async fn crm(
    connectors: &Connectors,
    vendor: Vendor,
    credential: Credential,
    granted: Vec<String>,
    settings: Value,
) -> Result<Authorised, ConnectError> {
    let identity = connectors.new_crm(vendor, &credential)?.probe().await?;
    Ok(Authorised {
        granted,
        slack: None,
        new: NewConnection {
            vendor,
            name: identity.org_name.unwrap_or_else(|| identity.org_id.clone()),
            external_id: identity.org_id,
            settings,
            credential,
        },
    })
}

/// Salesforce says at the exchange, too, that nobody installed our app.
fn not_installed(error: ConnectorError) -> ConnectError {
    let text = error.to_string();
    if text.contains("OAUTH_EC_APP_NOT_FOUND") || text.contains("app_not_found") {
        return ConnectError::AppNotInstalled;
    }
    error.into()
}

/// Scopes as vendors write them: separated by commas (Slack) or spaces (everybody else).
fn scopes(text: Option<&str>) -> Vec<String> {
    let words = text.unwrap_or_default().split([',', ' ']);
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
