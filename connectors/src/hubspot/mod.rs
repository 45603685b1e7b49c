//! HubSpot by its CRM API.
//!
//! What it does in practice is written beside the code that depends on it. Two rules shape all of it: a record is found by a unique
//! property or by an association, never by search, because search lags behind by seconds to minutes; and a write is made by our own id, so
//! that making it twice makes one record.

mod account;
mod api;
mod associations;
mod changes;
mod crm;
mod deals;
mod describe;
mod errors;
mod lookup;
pub mod oauth;
mod owners;
mod rows;
mod upsert;
pub mod webhook;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex};

use reqwest::Url;

use crate::{
    Clock, Outbound, TokenSource,
    crm::{CrmField, CrmSchema, CrmUser, Quota},
};

/// The API's dated version, in one place. HubSpot supports a version for 18 months at least; v1 to v4 end in 2027.
pub const API_VERSION: &str = "2026-03";

/// The property that carries our id on tasks, deals and notes. [`Crm::describe`](crate::Crm::describe) makes it, with `hasUniqueValue`, where
/// it is missing: HubSpot then refuses a second record with the same value.
pub const EXTERNAL_ID_PROPERTY: &str = "momentum_signal_id";

/// What a connection chose.
#[derive(Debug, Clone, Default)]
pub struct HubspotConfig {
    /// The company's number property that holds its annual recurring revenue; none is standard.
    pub account_arr_field: Option<String>,
    /// The company's date property that holds its renewal date; none is standard.
    pub account_renewal_field: Option<String>,
    /// What an earlier `describe` found, so that the first write need not ask again.
    pub schema: Option<CrmSchema>,
}

/// One connection to one HubSpot account.
pub struct Hubspot {
    http: Outbound,
    api_url: Url,
    tokens: Arc<dyn TokenSource>,
    clock: Clock,
    config: HubspotConfig,
    known: Mutex<Known>,
}

/// What was asked once and is remembered as long as this client lives.
#[derive(Default)]
struct Known {
    schema: Option<CrmSchema>,
    stages: Option<Vec<deals::Stage>>,
    fields: Option<Vec<CrmField>>,
    owners: Option<Vec<CrmUser>>,
    portal: Option<describe::Portal>,
    quota: Option<Quota>,
}

impl Hubspot {
    /// A connection. `api_url` is `https://api.hubapi.com`, or a mock's address. The token source must refresh ahead of expiry, see
    /// [`oauth::refresh_is_due`].
    #[must_use]
    pub fn new(
        http: Outbound,
        api_url: Url,
        tokens: Arc<dyn TokenSource>,
        clock: Clock,
        config: HubspotConfig,
    ) -> Self {
        let known = Known {
            schema: config.schema.clone(),
            ..Known::default()
        };
        Self {
            http,
            api_url,
            tokens,
            clock,
            config,
            known: Mutex::new(known),
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
