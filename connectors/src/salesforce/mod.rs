//! Salesforce by its REST API.
//!
//! What it does in practice, and where we know it from, is written beside the code that depends on it. Nothing about an org is assumed
//! that [`Crm::describe`](crate::Crm::describe) can ask.

mod api;
mod changes;
mod crm;
mod describe;
mod errors;
mod fields;
pub mod oauth;
mod soql;
mod upsert;

#[cfg(test)]
mod tests;

pub(crate) use fields::parse_instant;

use std::sync::{Arc, Mutex};

use crate::{Clock, Outbound, TokenSource, crm::CrmSchema};

/// The REST API's version. Salesforce supports a version for at least three years; the upsert answers we rely on came with v46.
pub const API_VERSION: &str = "v62.0";

/// The custom field that carries our id on Task and Opportunity, when the admin installed it: text, External ID, Unique.
pub const EXTERNAL_ID_FIELD: &str = "Momentum_Signal_Id__c";

/// What a connection chose.
#[derive(Debug, Clone, Default)]
pub struct SalesforceConfig {
    /// The account's currency field that holds its annual recurring revenue; none is standard.
    pub account_arr_field: Option<String>,
    /// The account's date field that holds its renewal date; none is standard.
    pub account_renewal_field: Option<String>,
    /// What an earlier `describe` found, so that the first write need not ask again.
    pub schema: Option<CrmSchema>,
}

/// One connection to one org.
pub struct Salesforce {
    http: Outbound,
    tokens: Arc<dyn TokenSource>,
    clock: Clock,
    config: SalesforceConfig,
    schema: Mutex<Option<CrmSchema>>,
    usage: Mutex<Option<ApiUsage>>,
}

/// How much of the org's daily API calls are used, by all of the customer's tools together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiUsage {
    /// Calls in the last 24 hours.
    pub used: u64,
    /// Calls allowed in 24 hours.
    pub allowed: u64,
}

impl ApiUsage {
    /// Whether at least this share of the day's calls is gone; stop background work at 0.8, because the rest is the customer's.
    #[must_use]
    pub fn is_above(self, share: f64) -> bool {
        self.used as f64 >= self.allowed as f64 * share
    }
}

impl Salesforce {
    /// A connection. The token source's tokens must carry the org's `instance_url` as `api_base`.
    #[must_use]
    pub fn new(http: Outbound, tokens: Arc<dyn TokenSource>, clock: Clock, config: SalesforceConfig) -> Self {
        let schema = Mutex::new(config.schema.clone());
        Self {
            http,
            tokens,
            clock,
            config,
            schema,
            usage: Mutex::new(None),
        }
    }

    /// What the latest answer said about the org's API calls (`Sforce-Limit-Info`).
    #[must_use]
    pub fn api_usage(&self) -> Option<ApiUsage> {
        *self.usage.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
