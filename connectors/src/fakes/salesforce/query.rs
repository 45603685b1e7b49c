//! `query`, `queryAll`, and the pages behind them.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{ApiError, ApiResult, eval, soql};
use crate::fakes::{Context, FakeRequest, FakeResponse};

/// Results that did not fit on one page. They live as long as the process, as Salesforce's live two days.
#[derive(Debug, Default)]
pub(in crate::fakes) struct Locators {
    results: HashMap<String, Vec<Value>>,
    made: u64,
}

impl Locators {
    pub(in crate::fakes) fn clear(&mut self) {
        self.results.clear();
    }
}

pub(super) fn handle(
    cx: &mut Context<'_>,
    request: &FakeRequest,
    version: &str,
    with_deleted: bool,
    locator: Option<&str>,
) -> ApiResult {
    if let Some(locator) = locator {
        return more(cx, version, locator);
    }
    let soql = request
        .param("q")
        .ok_or_else(|| ApiError::new(400, "MALFORMED_QUERY", "The query is missing."))?;
    let query = soql::parse(&soql)?;
    let rows = eval::run(cx, &query, with_deleted)?;
    let total = rows.len();
    if query.counts {
        return Ok(FakeResponse::json(
            200,
            &json!({"totalSize": total, "done": true, "records": []}),
        ));
    }
    let page = cx.config.salesforce.query_page;
    if total <= page {
        return Ok(FakeResponse::json(
            200,
            &json!({"totalSize": total, "done": true, "records": rows}),
        ));
    }
    cx.state.locators.made += 1;
    let id = format!("01g5g{:010}", cx.state.locators.made);
    cx.state.locators.results.insert(id.clone(), rows);
    more(cx, version, &format!("{id}-0"))
}

fn more(cx: &mut Context<'_>, version: &str, locator: &str) -> ApiResult {
    let invalid = || ApiError::new(400, "INVALID_QUERY_LOCATOR", "invalid query locator");
    let (id, start) = locator.rsplit_once('-').ok_or_else(invalid)?;
    let start: usize = start.parse().map_err(|_| invalid())?;
    let rows = cx.state.locators.results.get(id).ok_or_else(invalid)?;
    let end = (start + cx.config.salesforce.query_page).min(rows.len());
    let records = rows.get(start..end).ok_or_else(invalid)?;
    let mut answer = json!({"totalSize": rows.len(), "done": end == rows.len(), "records": records});
    if end < rows.len() {
        answer["nextRecordsUrl"] = format!("/services/data/{version}/query/{id}-{end}").into();
    }
    Ok(FakeResponse::json(200, &answer))
}
