//! What can be connected, what each vendor is asked for and why, and what the settings lack for it.

use momentum_connectors::slack;
use serde::Serialize;
use utoipa::ToSchema;

use super::apps::start_path;
use super::model::Vendor;
use crate::foundation::config::Settings;

/// A vendor that can be connected.
#[derive(Debug, Serialize, ToSchema)]
pub struct VendorOffer {
    /// Whose software it is.
    pub vendor: Vendor,
    /// What people call it.
    pub label: &'static str,
    /// Whether the settings name our app there.
    pub is_configured: bool,
    /// The settings that are missing, by the names of their variables.
    pub missing_settings: Vec<&'static str>,
    /// Where a browser begins an installation.
    pub connect_url: String,
    /// What the vendor is asked for.
    pub scopes: Vec<ScopeReason>,
    /// The guide for administrators.
    pub guide_url: String,
}

/// A scope, and what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ScopeReason {
    /// The vendor's name for it.
    pub scope: &'static str,
    /// What the product does with it.
    pub why: &'static str,
}

/// The vendors that can be connected.
#[derive(Debug, Serialize, ToSchema)]
pub struct VendorList {
    /// Slack first, then the CRMs.
    pub items: Vec<VendorOffer>,
}

/// What can be connected under these settings.
pub(super) fn offers(settings: &Settings) -> Vec<VendorOffer> {
    let offer = |vendor: Vendor| {
        let missing_settings = missing_settings(vendor, settings);
        VendorOffer {
            vendor,
            label: vendor.label(),
            is_configured: missing_settings.is_empty(),
            missing_settings,
            connect_url: start_path(vendor),
            scopes: scopes(vendor).to_vec(),
            guide_url: format!("/guides/{}", vendor.as_str()),
        }
    };
    Vendor::ALL.iter().copied().map(offer).collect()
}

pub(super) fn missing_settings(vendor: Vendor, settings: &Settings) -> Vec<&'static str> {
    let needed = match vendor {
        Vendor::Slack => vec![
            ("MOMENTUM_SLACK_CLIENT_ID", settings.slack.client_id.is_some()),
            ("MOMENTUM_SLACK_CLIENT_SECRET", settings.slack.client_secret.is_some()),
            ("MOMENTUM_SLACK_SIGNING_SECRET", settings.slack.signing_secret.is_some()),
        ],
        Vendor::Salesforce => vec![
            ("MOMENTUM_SALESFORCE_CLIENT_ID", settings.salesforce.client_id.is_some()),
            (
                "MOMENTUM_SALESFORCE_CLIENT_SECRET",
                settings.salesforce.client_secret.is_some(),
            ),
        ],
        Vendor::Hubspot => vec![
            ("MOMENTUM_HUBSPOT_CLIENT_ID", settings.hubspot.client_id.is_some()),
            (
                "MOMENTUM_HUBSPOT_CLIENT_SECRET",
                settings.hubspot.client_secret.is_some(),
            ),
        ],
    };
    needed
        .into_iter()
        .filter(|(_, is_set)| !is_set)
        .map(|(name, _)| name)
        .collect()
}

/// What each vendor is asked for. A test compares it with what the connectors ask for.
pub(super) fn scopes(vendor: Vendor) -> &'static [ScopeReason] {
    match vendor {
        Vendor::Slack => &SLACK,
        Vendor::Salesforce => &SALESFORCE,
        Vendor::Hubspot => &HUBSPOT,
    }
}

const fn because(scope: &'static str, why: &'static str) -> ScopeReason {
    ScopeReason { scope, why }
}

const SLACK: [ScopeReason; slack::oauth::BOT_SCOPES.len()] = [
    because("app_mentions:read", "answers when somebody mentions the bot"),
    because(
        "channels:history",
        "reads messages in public channels that the bot is in",
    ),
    because("channels:join", "joins public channels whose names match your patterns"),
    because("channels:read", "knows the public channels, to map them to accounts"),
    because("chat:write", "posts alerts and answers"),
    because("commands", "takes the command /momentum"),
    because(
        "groups:history",
        "reads messages in private channels that you invite the bot to",
    ),
    because("groups:read", "knows the private channels that you invite the bot to"),
    because(
        "im:history",
        "reads what people write to the bot; never what they write to each other",
    ),
    because("im:write", "sends alerts to a person"),
    because("team:read", "knows the name and address of the Slack workspace"),
    because("users:read", "tells colleagues and customers apart"),
    because("users:read.email", "matches people in Slack with people in the CRM"),
];

const SALESFORCE: [ScopeReason; 2] = [
    because("api", "reads accounts and contacts, writes tasks and opportunities"),
    because("refresh_token", "stays connected while you are away"),
];

const HUBSPOT: [ScopeReason; 12] = [
    because("oauth", "is required of every app"),
    because("crm.objects.companies.read", "reads companies, your accounts"),
    because(
        "crm.objects.companies.write",
        "writes the company properties that you choose",
    ),
    because("crm.objects.contacts.read", "knows who writes, by their e-mail address"),
    because("crm.objects.deals.read", "sees what became of a deal"),
    because("crm.objects.deals.write", "makes deals from signals"),
    because("crm.objects.owners.read", "gives records to the right person"),
    because("crm.schemas.companies.read", "knows which company properties there are"),
    because(
        "crm.schemas.deals.read",
        "knows which deal properties and stages there are",
    ),
    because(
        "crm.schemas.deals.write",
        "makes the property that carries our id on deals",
    ),
    because("crm.schemas.contacts.read", "knows whether our property is there"),
    because(
        "crm.schemas.contacts.write",
        "makes the property that carries our id on tasks and notes",
    ),
];

/// What Slack must grant for the product to work at all; the rest costs a feature each, which the page says.
const SLACK_ESSENTIAL: [&str; 4] = ["channels:history", "channels:read", "chat:write", "users:read"];

/// What was asked for and not granted.
pub(super) fn missing(vendor: Vendor, granted: &[String]) -> Vec<String> {
    let asked = scopes(vendor).iter().map(|reason| reason.scope);
    not_in(granted, asked)
}

/// What was not granted and cannot be done without.
pub(super) fn missing_essential(vendor: Vendor, granted: &[String]) -> Vec<String> {
    match vendor {
        Vendor::Slack => not_in(granted, SLACK_ESSENTIAL),
        Vendor::Salesforce | Vendor::Hubspot => missing(vendor, granted),
    }
}

fn not_in(granted: &[String], wanted: impl IntoIterator<Item = &'static str>) -> Vec<String> {
    // Salesforce's `full` holds `api`.
    let is_granted = |scope: &str| {
        granted
            .iter()
            .any(|word| word == scope || (word == "full" && scope == "api"))
    };
    wanted
        .into_iter()
        .filter(|scope| !is_granted(scope))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use momentum_connectors::{hubspot, salesforce};

    use super::*;

    #[test]
    fn each_scope_that_the_code_asks_for_has_its_reason() {
        let reasons = |vendor| scopes(vendor).iter().map(|reason| reason.scope).collect::<Vec<_>>();
        assert_eq!(reasons(Vendor::Slack), slack::oauth::BOT_SCOPES);
        assert_eq!(reasons(Vendor::Salesforce).join(" "), salesforce::oauth::SCOPES);
        let asked: Vec<_> = hubspot::oauth::SCOPES.split_whitespace().collect();
        assert_eq!(reasons(Vendor::Hubspot), asked);
        assert!(
            SLACK_ESSENTIAL
                .iter()
                .all(|scope| slack::oauth::BOT_SCOPES.contains(scope))
        );
    }
}
