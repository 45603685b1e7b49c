//! One call to the API: token, address, errors, quota, and one fresh token after a 401.

use reqwest::{Method, Url};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use super::{API_VERSION, Hubspot, errors};
use crate::{ConnectorError, ConnectorResult, crm::Quota, outbound::OutboundResponse};

/// Records in one batch call.
pub(super) const BATCH: usize = 100;

/// A record as every endpoint sends it. Property values are text, whatever their type.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Object {
    pub id: String,
    #[serde(default)]
    pub properties: Map<String, Value>,
    #[serde(default)]
    pub properties_with_history: Map<String, Value>,
    #[serde(default)]
    pub created_at: Option<chrono::DateTime<chrono::Utc>>,
    #[serde(default)]
    pub updated_at: Option<chrono::DateTime<chrono::Utc>>,
    #[serde(default)]
    pub archived_at: Option<chrono::DateTime<chrono::Utc>>,
    /// Answers of `batch/upsert` only: the record was made by this call.
    #[serde(default)]
    pub new: bool,
}

impl Object {
    /// A property's text; `None` when it is missing, null or empty, which HubSpot does not tell apart.
    pub fn text(&self, property: &str) -> Option<&str> {
        self.properties
            .get(property)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    }
}

/// One page of a list.
#[derive(Debug, Deserialize)]
pub(super) struct List<T> {
    pub results: Vec<T>,
    #[serde(default)]
    pub paging: Option<Paging>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Paging {
    pub next: Option<Next>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Next {
    pub after: String,
}

impl<T> List<T> {
    pub fn after(&self) -> Option<&str> {
        Some(self.paging.as_ref()?.next.as_ref()?.after.as_str())
    }
}

/// The answer of a batch call: 200, or 207 when some inputs failed.
#[derive(Debug, Deserialize)]
pub(super) struct Batch<T> {
    #[serde(default = "Vec::new")]
    pub results: Vec<T>,
    #[serde(default)]
    pub errors: Vec<Value>,
}

impl Hubspot {
    /// Calls `/<segments>` with [`API_VERSION`] in place of `{v}`.
    pub(super) async fn call(
        &self,
        label: &'static str,
        method: Method,
        segments: &[&str],
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> ConnectorResult<OutboundResponse> {
        self.send(label, method, segments, query, body, false).await
    }

    /// Calls a POST that only reads, so that a lost answer leaves nothing open.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        label: &'static str,
        segments: &[&str],
        body: &Value,
    ) -> ConnectorResult<T> {
        self.send(label, Method::POST, segments, &[], Some(body), true)
            .await?
            .json()
    }

    /// Reads records by id, or by a unique property: straight from the store, so what was written a moment ago is there. Missing ones are left
    /// out of the answer.
    pub(super) async fn read_batch(
        &self,
        object: &str,
        ids: &[String],
        id_property: Option<&str>,
        properties: &[&str],
        history: &[&str],
    ) -> ConnectorResult<Vec<Object>> {
        // With history, HubSpot takes half as many.
        let at_once = if history.is_empty() { BATCH } else { BATCH / 2 };
        let mut found = Vec::new();
        for some in ids.chunks(at_once) {
            let inputs: Vec<Value> = some.iter().map(|id| json!({"id": id})).collect();
            let mut body = json!({"inputs": inputs, "properties": properties, "propertiesWithHistory": history});
            if let Some(name) = id_property {
                body["idProperty"] = name.into();
            }
            let path = ["crm", "objects", "{v}", object, "batch", "read"];
            let answer: Batch<Object> = self.ask("hubspot.read", &path, &body).await?;
            found.extend(answer.results);
        }
        Ok(found)
    }

    async fn send(
        &self,
        label: &'static str,
        method: Method,
        segments: &[&str],
        query: &[(&str, &str)],
        body: Option<&Value>,
        reads_only: bool,
    ) -> ConnectorResult<OutboundResponse> {
        let url = self.address(segments)?;
        let mut token = self.tokens.access_token().await?;
        // Tokens are refreshed ahead of their 30 minutes. A 401 all the same (a clock that is wrong, a token taken back) gets one fresh token
        // and one more try; nothing was done then.
        for is_last in [false, true] {
            let mut request = self
                .http
                .request(label, method.clone(), url.clone())
                .bearer(&token.secret);
            if reads_only {
                request = request.reads_only();
            }
            if !query.is_empty() {
                request = request.query(query);
            }
            if let Some(body) = body {
                request = request.json(body);
            }
            let response = request.send().await?;
            self.note_quota(&response);
            if response.status.is_success() {
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

    fn address(&self, segments: &[&str]) -> ConnectorResult<Url> {
        let mut url = self.api_url.clone();
        url.path_segments_mut()
            .map_err(|()| ConnectorError::rejected("bad_api_url", "the API's address cannot hold a path"))?
            .pop_if_empty()
            .extend(
                segments
                    .iter()
                    .map(|segment| if *segment == "{v}" { API_VERSION } else { segment }),
            );
        Ok(url)
    }

    /// `X-HubSpot-RateLimit-*`: the day's count where it is told (private apps), else the window's. Search tells none of them.
    fn note_quota(&self, response: &OutboundResponse) {
        let number = |name: &str| response.header(name).and_then(|text| text.parse::<u64>().ok());
        let pair = |limit: &str, remaining: &str| Some((number(limit)?, number(remaining)?));
        let daily = pair("x-hubspot-ratelimit-daily", "x-hubspot-ratelimit-daily-remaining");
        let window = || pair("x-hubspot-ratelimit-max", "x-hubspot-ratelimit-remaining");
        let seconds = number("x-hubspot-ratelimit-interval-milliseconds").map_or(10, |millis| millis / 1000);
        let told = daily
            .map(|counts| (counts, 24 * 3600))
            .or_else(|| window().map(|counts| (counts, seconds)));
        if let Some(((limit, remaining), window_seconds)) = told {
            self.known().quota = Some(Quota {
                used: limit.saturating_sub(remaining),
                limit,
                window_seconds,
                resets_at: None,
            });
        }
    }
}
