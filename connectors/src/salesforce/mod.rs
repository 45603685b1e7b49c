//! Salesforce by its REST API.
//!
//! What it does in practice, and where we know it from, is written beside the code that depends on it. Nothing about an org is assumed
//! that [`Crm::describe`](crate::Crm::describe) can ask.

mod account;
mod api;
mod changes;
mod crm;
mod describe;
mod errors;
mod fields;
mod lookup;
pub mod oauth;
mod rows;
mod soql;
mod upsert;

#[cfg(test)]
mod tests;

pub(crate) use fields::parse_instant;

use std::sync::{Arc, Mutex};

use crate::{
    Clock, Outbound, TokenSource,
    crm::{CrmField, CrmSchema, Quota},
};

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
    /// What stands in an account's fields, as the org described it.
    fields: Mutex<Option<Vec<CrmField>>>,
    /// The user whose authorization we act under.
    own_user: Mutex<Option<String>>,
    usage: Mutex<Option<Quota>>,
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
            fields: Mutex::new(None),
            own_user: Mutex::new(None),
            usage: Mutex::new(None),
        }
    }
}
