//! One call to the REST API: token, address, errors, and one fresh token after a 401.

use reqwest::{Method, StatusCode, Url};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{API_VERSION, Salesforce, errors};
use crate::{
    AccessToken, ConnectorError, ConnectorResult,
    crm::{CrmRecordRef, CrmSystem, Quota},
    outbound::OutboundResponse,
};

/// One page of a query.
#[derive(Debug, Deserialize)]
pub(super) struct QueryAnswer<T> {
    pub records: Vec<T>,
    #[serde(rename = "nextRecordsUrl")]
    pub next: Option<String>,
}

impl Salesforce {
    /// Calls `/services/data/<version>/<segments>`. A 300 (several records with one external id) is an answer too.
    pub(super) async fn call(
        &self,
        label: &'static str,
        method: Method,
        segments: &[&str],
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> ConnectorResult<OutboundResponse> {
        let address = |token: &AccessToken| {
            let mut url = api_base(token)?;
            url.path_segments_mut()
                .map_err(|()| ConnectorError::unauthorized("the instance address cannot hold a path; connect again"))?
                .pop_if_empty()
                .extend(["services", "data", API_VERSION])
                .extend(segments);
            Ok(url)
        };
        self.send(label, method, &address, query, body).await
    }

    /// Runs a query and reads its first page. `with_deleted` also finds what is in the recycle bin or was merged away.
    pub(super) async fn query<T: DeserializeOwned>(
        &self,
        label: &'static str,
        soql: &str,
        with_deleted: bool,
    ) -> ConnectorResult<QueryAnswer<T>> {
        let resource = if with_deleted { "queryAll" } else { "query" };
        self.call(label, Method::GET, &[resource], &[("q", soql)], None)
            .await?
            .json()
    }

    /// Reads the page that an earlier one's `nextRecordsUrl` names. It is a path below the instance's address.
    pub(super) async fn query_more<T: DeserializeOwned>(
        &self,
        label: &'static str,
        path: &str,
    ) -> ConnectorResult<QueryAnswer<T>> {
        if !path.starts_with("/services/data/") {
            return Err(ConnectorError::rejected(
                "INVALID_QUERY_LOCATOR",
                "the next page's address is not one of the API",
            ));
        }
        let address = |token: &AccessToken| {
            let joined = format!("{}{path}", api_base(token)?.as_str().trim_end_matches('/'));
            Url::parse(&joined).map_err(|cause| ConnectorError::rejected("INVALID_QUERY_LOCATOR", cause))
        };
        self.send(label, Method::GET, &address, &[], None).await?.json()
    }

    /// Where a person can look at a record.
    pub(super) async fn record_ref(&self, record_type: &str, id: &str) -> ConnectorResult<CrmRecordRef> {
        let base = api_base(&self.tokens.access_token().await?)?;
        Ok(CrmRecordRef {
            system: CrmSystem::Salesforce,
            record_type: record_type.to_owned(),
            id: id.to_owned(),
            url: record_url(&base, record_type, id),
        })
    }

    /// Where the org lives, for the links of a whole page of records.
    pub(super) async fn instance(&self) -> ConnectorResult<Url> {
        api_base(&self.tokens.access_token().await?)
    }

    async fn send(
        &self,
        label: &'static str,
        method: Method,
        address: &(dyn Fn(&AccessToken) -> ConnectorResult<Url> + Sync),
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> ConnectorResult<OutboundResponse> {
        let mut token = self.tokens.access_token().await?;
        // Salesforce does not say when a session ends; a 401 does, and nothing was done then. One fresh token, one more try.
        for is_last in [false, true] {
            let mut request = self
                .http
                .request(label, method.clone(), address(&token)?)
                .bearer(&token.secret);
            if !query.is_empty() {
                request = request.query(query);
            }
            if let Some(body) = body {
                request = request.json(body);
            }
            let response = request.send().await?;
            self.note_usage(&response);
            if response.status.is_success() || response.status == StatusCode::MULTIPLE_CHOICES {
                return Ok(response);
            }
            let error = errors::from_response(&response, (self.clock)());
            match &error {
                ConnectorError::Unauthorized { message } if !is_last => self.tokens.invalidate(&token, message).await?,
                _ => return Err(error),
            }
            token = self.tokens.access_token().await?;
        }
        unreachable!("the second try returns")
    }

    /// `Sforce-Limit-Info: api-usage=18/5000`.
    fn note_usage(&self, response: &OutboundResponse) {
        let usage = response.header("sforce-limit-info").and_then(|info| {
            let (used, allowed) = info
                .split("api-usage=")
                .nth(1)?
                .split([' ', ';', ','])
                .next()?
                .split_once('/')?;
            Some(Quota {
                used: used.parse().ok()?,
                limit: allowed.parse().ok()?,
                window_seconds: 24 * 3600,
                // A moving window: calls come back one by one.
                resets_at: None,
            })
        });
        if usage.is_some() {
            *self.usage.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = usage;
        }
    }
}

fn api_base(token: &AccessToken) -> ConnectorResult<Url> {
    token
        .api_base
        .clone()
        .ok_or_else(|| ConnectorError::unauthorized("the credential names no instance address; connect again"))
}

/// Where a person can look at a record of the org at `base`.
pub(super) fn record_url(base: &Url, record_type: &str, id: &str) -> String {
    format!(
        "{}/lightning/r/{record_type}/{id}/view",
        base.as_str().trim_end_matches('/')
    )
}
