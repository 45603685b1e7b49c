//! `search`: the one list that can be filtered and ordered, out of an index that lags behind.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::{
    ApiError, ApiResult, metadata,
    store::{indexed, instant, shown, table},
};
use crate::fakes::{Context, FakeResponse};

/// Results on a page.
const PAGE: usize = 200;
/// Results of one search.
const MOST: usize = 10_000;
/// Groups of filters, and filters in a group.
const FILTERS: usize = 6;

pub(super) fn handle(cx: &Context<'_>, object: &str, body: &Value) -> ApiResult {
    let invalid = |words: &str| ApiError::new(400, "VALIDATION_ERROR", words);
    let limit = body["limit"].as_u64().unwrap_or(10) as usize;
    let after = match &body["after"] {
        Value::Null => 0,
        Value::String(text) => text.parse().map_err(|_| invalid("after is no number"))?,
        other => other.as_u64().ok_or_else(|| invalid("after is no number"))? as usize,
    };
    if limit > PAGE {
        return Err(invalid("limit must be at most 200"));
    }
    if after + limit > MOST {
        return Err(invalid("The search is limited to 10000 results"));
    }
    let groups = body["filterGroups"].as_array().cloned().unwrap_or_default();
    let filters = |group: &Value| group["filters"].as_array().cloned().unwrap_or_default();
    if groups.len() > FILTERS || groups.iter().any(|group| filters(group).len() > FILTERS) {
        return Err(invalid("there are too many filters"));
    }
    let known = |name: &Value| {
        name.as_str()
            .is_some_and(|name| metadata::property(cx, object, name).is_some() || name == "hs_object_id")
    };
    let sort = &body["sorts"][0];
    let used = groups
        .iter()
        .flat_map(filters)
        .map(|filter| filter["propertyName"].clone());
    for name in used.chain(sort.get("propertyName").cloned()) {
        if !known(&name) {
            return Err(invalid(&format!(
                "There was a problem with the request: unknown property {name}"
            )));
        }
    }
    let mut rows: Vec<(&Value, &Value)> = cx
        .state
        .store
        .rows(&table(object))
        .filter_map(|(_, row)| Some((row, indexed(cx, row)?)))
        .filter(|(_, properties)| {
            groups.is_empty()
                || groups
                    .iter()
                    .any(|group| filters(group).iter().all(|filter| holds(properties, filter)))
        })
        .collect();
    if let Some(name) = sort["propertyName"].as_str() {
        rows.sort_by(|(_, a), (_, b)| compare(&a[name], &b[name]));
        if sort["direction"] == "DESCENDING" {
            rows.reverse();
        }
    }
    let wanted: Vec<String> = body["properties"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    let total = rows.len();
    let page: Vec<Value> = rows
        .into_iter()
        .skip(after)
        .take(limit)
        .map(|(row, properties)| {
            let mut then = row.clone();
            then["properties"] = properties.clone();
            shown(object, &then, &wanted, &[])
        })
        .collect();
    let read = after + page.len();
    let mut answer = json!({"total": total, "results": page});
    if read < total {
        answer["paging"] = json!({"next": {"after": read.to_string()}});
    }
    Ok(FakeResponse::json(200, &answer))
}

fn holds(properties: &Value, filter: &Value) -> bool {
    let found = &properties[filter["propertyName"].as_str().unwrap_or_default()];
    let order = || (!found.is_null()).then(|| compare(found, &filter["value"]));
    match filter["operator"].as_str().unwrap_or("EQ") {
        "EQ" => order() == Some(Ordering::Equal),
        "NEQ" => order() != Some(Ordering::Equal),
        "GT" => order() == Some(Ordering::Greater),
        "GTE" => matches!(order(), Some(Ordering::Greater | Ordering::Equal)),
        "LT" => order() == Some(Ordering::Less),
        "LTE" => matches!(order(), Some(Ordering::Less | Ordering::Equal)),
        "HAS_PROPERTY" => !found.is_null(),
        "NOT_HAS_PROPERTY" => found.is_null(),
        "IN" => {
            let values = filter["values"].as_array();
            values.is_some_and(|values| values.iter().any(|value| compare(found, value) == Ordering::Equal))
        }
        _ => false,
    }
}

/// Instants as instants, numbers as numbers, the rest as text without case.
fn compare(a: &Value, b: &Value) -> Ordering {
    let (left, right) = (a.as_str().unwrap_or_default(), b.as_str().unwrap_or_default());
    if left.contains('T')
        && let (Some(left), Some(right)) = (instant(a), instant(b))
    {
        return left.cmp(&right);
    }
    match (left.parse::<f64>(), right.parse::<f64>()) {
        (Ok(left), Ok(right)) => left.total_cmp(&right),
        _ => left.to_lowercase().cmp(&right.to_lowercase()),
    }
}
