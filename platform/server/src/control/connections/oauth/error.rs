//! What can go wrong between the start of an installation and its end.

use momentum_connectors::ConnectorError;

use super::super::ConnectionError;

/// Why no connection was made.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConnectError {
    /// The person at the vendor's page said no.
    #[error("the person at the vendor's page said no")]
    AccessDenied,
    /// The state is not ours, not this session's, used before, or too old.
    #[error("the answer does not belong to an installation that this session began")]
    StateMismatch,
    /// Salesforce: an administrator of the org must install the app before it can be allowed.
    #[error("our app is not installed in that org")]
    AppNotInstalled,
    /// The Slack workspace belongs to another tenant.
    #[error("another tenant has that Slack workspace")]
    ConnectedElsewhere,
    /// The tenant has another org, or the one that was to be renewed is another one.
    #[error("that is another org than the one that is connected")]
    AnotherOrg,
    /// The vendor granted less than the product needs.
    #[error("the vendor did not grant {}", .0.join(", "))]
    MissingScope(Vec<String>),
    /// The settings do not name our app at this vendor.
    #[error("the settings do not name our app at this vendor")]
    NotConfigured,
    /// Salesforce: what was given as the org's own domain is none.
    #[error("that is not a domain of Salesforce's")]
    BadDomain,
    /// The vendor did not give us tokens, or they do not work.
    #[error("the vendor did not accept the exchange")]
    Exchange(#[source] ConnectorError),
    /// Our side failed.
    #[error(transparent)]
    Ours(#[from] ConnectionError),
}

impl ConnectError {
    /// The word that the page of connections explains; `None` when it is our fault.
    pub fn code(&self) -> Option<&'static str> {
        Some(match self {
            Self::AccessDenied => "access_denied",
            Self::StateMismatch => "state_mismatch",
            Self::AppNotInstalled => "app_not_installed",
            Self::ConnectedElsewhere => "already_connected_elsewhere",
            Self::AnotherOrg => "another_org",
            Self::MissingScope(_) => "missing_scope",
            Self::NotConfigured => "not_configured",
            Self::BadDomain => "bad_domain",
            Self::Exchange(_) => "exchange_failed",
            Self::Ours(_) => return None,
        })
    }
}

impl From<ConnectorError> for ConnectError {
    fn from(error: ConnectorError) -> Self {
        Self::Exchange(error)
    }
}

impl From<sea_orm::DbErr> for ConnectError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Ours(error.into())
    }
}
