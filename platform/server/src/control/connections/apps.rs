//! Our apps at the vendors, as far as the settings name them: what starting an installation and renewing a token need.

use momentum_connectors::outbound::Url;
use momentum_connectors::{hubspot, salesforce, slack};

use super::model::Vendor;
use crate::foundation::config::Settings;

/// Our apps, and where the vendors are.
#[derive(Clone, Debug)]
pub struct Apps {
    /// Slack's Web API.
    pub slack_api: Url,
    /// The Slack app, when it is set.
    pub slack: Option<slack::oauth::OauthApp>,
    /// The Salesforce app, when it is set; its sign-in page is the one for production orgs.
    pub salesforce: Option<salesforce::oauth::OauthApp>,
    /// Where people sign in to a Salesforce sandbox.
    pub salesforce_sandbox: Url,
    /// HubSpot's API.
    pub hubspot_api: Url,
    /// The HubSpot app, when it is set.
    pub hubspot: Option<hubspot::oauth::OauthApp>,
}

impl Apps {
    /// The apps that the settings name.
    pub fn from_settings(settings: &Settings) -> Self {
        let redirect = |vendor: Vendor| format!("{}{}", settings.base_url(), callback_path(vendor));
        let slack = &settings.slack;
        let (salesforce, hubspot) = (&settings.salesforce, &settings.hubspot);
        Self {
            slack_api: slack.api_url.clone(),
            slack: slack
                .client_id
                .clone()
                .zip(slack.client_secret.clone())
                .map(|(client_id, client_secret)| slack::oauth::OauthApp {
                    api_url: slack.api_url.clone(),
                    client_id,
                    client_secret,
                    redirect_uri: redirect(Vendor::Slack),
                }),
            salesforce: salesforce.client_id.clone().zip(salesforce.client_secret.clone()).map(
                |(client_id, client_secret)| salesforce::oauth::OauthApp {
                    login_url: salesforce.login_url.clone(),
                    client_id,
                    client_secret,
                    redirect_uri: redirect(Vendor::Salesforce),
                },
            ),
            salesforce_sandbox: salesforce.sandbox_login_url.clone(),
            hubspot_api: hubspot.api_url.clone(),
            hubspot: hubspot
                .client_id
                .clone()
                .zip(hubspot.client_secret.clone())
                .map(|(client_id, client_secret)| hubspot::oauth::OauthApp {
                    login_url: hubspot.login_url.clone(),
                    api_url: hubspot.api_url.clone(),
                    client_id,
                    client_secret,
                    redirect_uri: redirect(Vendor::Hubspot),
                }),
        }
    }

    /// The app that signs people in at `login_url`, which a connection to a sandbox or to a My Domain has of its own.
    pub fn salesforce_at(&self, login_url: Option<Url>) -> Option<salesforce::oauth::OauthApp> {
        let app = self.salesforce.clone()?;
        Some(salesforce::oauth::OauthApp {
            login_url: login_url.unwrap_or(app.login_url),
            ..app
        })
    }

    /// Whether people can connect this vendor.
    pub fn has(&self, vendor: Vendor) -> bool {
        match vendor {
            Vendor::Slack => self.slack.is_some(),
            Vendor::Salesforce => self.salesforce.is_some(),
            Vendor::Hubspot => self.hubspot.is_some(),
        }
    }
}

/// Where a browser begins an installation.
pub fn start_path(vendor: Vendor) -> String {
    match vendor {
        Vendor::Slack => "/slack/oauth/start".to_owned(),
        Vendor::Salesforce | Vendor::Hubspot => format!("/oauth/{}/start", vendor.as_str()),
    }
}

/// Where the vendor sends the browser back to; registered with our app there, to the letter.
pub fn callback_path(vendor: Vendor) -> String {
    match vendor {
        Vendor::Slack => "/slack/oauth/callback".to_owned(),
        Vendor::Salesforce | Vendor::Hubspot => format!("/oauth/{}/callback", vendor.as_str()),
    }
}
