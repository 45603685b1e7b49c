//! `objects/…`: making, reading, listing, changing, deleting and merging one record.

use serde_json::{Map, Value, json};

use super::{
    ApiError, ApiResult, associations, batch, metadata, search,
    store::{self, Source, shown, table},
    validate,
};
use crate::fakes::{Context, FakeRequest, FakeResponse};

pub(super) fn handle(cx: &mut Context<'_>, request: &FakeRequest, rest: &[&str]) -> ApiResult {
    let Some((name, rest)) = rest.split_first() else {
        return Err(ApiError::not_found("object type"));
    };
    let object = metadata::object(name).ok_or_else(|| {
        ApiError::new(
            400,
            "VALIDATION_ERROR",
            format!("Unable to infer object type from: {name}"),
        )
    })?;
    match (request.method.as_str(), rest) {
        ("POST", ["search"]) => search::handle(cx, object, &request.json()),
        ("POST", ["batch", what]) => batch::handle(cx, object, what, &request.json()),
        ("POST", ["merge"]) => {
            let body = request.json();
            let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
            let merged = store::merge(cx, object, &text("primaryObjectId"), &text("objectIdToMerge"));
            let merged = merged.map_err(|words| ApiError::new(400, "VALIDATION_ERROR", words))?;
            Ok(FakeResponse::json(200, &shown(object, &merged, &[], &[])))
        }
        ("GET", []) => list(cx, request, object),
        ("POST", []) => create(cx, object, &request.json())
            .map(|made| FakeResponse::json(201, &shown(object, &made, &names(&made), &[]))),
        ("GET", [id]) => {
            let found = store::named(cx, object, id, request.param("idProperty").as_deref())?;
            let found = found.ok_or_else(|| ApiError::not_found("Object"))?;
            let wanted = list_of(request, "properties");
            Ok(FakeResponse::json(
                200,
                &shown(object, &found, &wanted, &list_of(request, "propertiesWithHistory")),
            ))
        }
        ("PATCH", [id]) => {
            let found = store::named(cx, object, id, request.param("idProperty").as_deref())?;
            let found = found.ok_or_else(|| ApiError::not_found("Object"))?;
            let changed = update(cx, object, found, &request.json())?;
            Ok(FakeResponse::json(200, &shown(object, &changed, &names(&changed), &[])))
        }
        ("DELETE", [id]) => {
            store::archive(cx, object, id);
            Ok(FakeResponse::empty(204))
        }
        (method, [id, "associations", rest @ ..]) => associations::of_one(cx, method, object, id, rest),
        _ => Err(ApiError::new(405, "METHOD_NOT_ALLOWED", "Method not allowed")),
    }
}

/// A list in the query: `a,b`.
fn list_of(request: &FakeRequest, name: &str) -> Vec<String> {
    let given = request.param(name).unwrap_or_default();
    given
        .split(',')
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The names of everything a record holds: writes are answered with all of it.
pub(super) fn names(row: &Value) -> Vec<String> {
    row["properties"]
        .as_object()
        .into_iter()
        .flat_map(|properties| properties.keys().cloned())
        .collect()
}

pub(super) fn properties_of(body: &Value) -> Map<String, Value> {
    body["properties"].as_object().cloned().unwrap_or_default()
}

/// Makes a record, with the links it is to have.
pub(super) fn create(cx: &mut Context<'_>, object: &'static str, body: &Value) -> Result<Value, ApiError> {
    let properties = validate::checked(cx, object, &properties_of(body), None)?;
    let made = store::create(cx, object, &properties, Source::App);
    let id = made["id"].as_str().unwrap_or_default().to_owned();
    for link in body["associations"].as_array().into_iter().flatten() {
        let to = match &link["to"]["id"] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let kind = metadata::OBJECTS
            .iter()
            .map(|(kind, ..)| *kind)
            .find(|kind| store::live(cx, kind, &to).is_some())
            .ok_or_else(|| ApiError::not_found(format!("associated object {to}")))?;
        associations::link(cx, (object, &id), (kind, &to));
    }
    Ok(made)
}

pub(super) fn update(cx: &mut Context<'_>, object: &'static str, row: Value, body: &Value) -> Result<Value, ApiError> {
    let id = row["id"].as_str().unwrap_or_default().to_owned();
    let properties = validate::checked(cx, object, &properties_of(body), Some(&id))?;
    store::update(cx, object, row, &properties, Source::App);
    Ok(store::live(cx, object, &id).unwrap_or_default())
}

/// Ordered by id, without any filter; archived ones only when asked for.
fn list(cx: &Context<'_>, request: &FakeRequest, object: &str) -> ApiResult {
    let archived = request.param("archived").as_deref() == Some("true");
    let limit = request
        .param("limit")
        .and_then(|limit| limit.parse().ok())
        .unwrap_or(10);
    if limit > 100 {
        return Err(ApiError::new(400, "VALIDATION_ERROR", "limit must be at most 100"));
    }
    let after = request.param("after");
    let wanted = list_of(request, "properties");
    let mut rows = cx
        .state
        .store
        .rows(&table(object))
        .filter(|(id, _)| after.as_deref().is_none_or(|after| *id > after))
        .map(|(_, row)| row)
        .filter(|row| (row["archived"] == true) == archived && row["mergedInto"].is_null());
    let page: Vec<Value> = rows
        .by_ref()
        .take(limit)
        .map(|row| shown(object, row, &wanted, &[]))
        .collect();
    let mut answer = json!({"results": page});
    if rows.next().is_some() {
        answer["paging"] = json!({"next": {"after": page.last().map(|row| row["id"].clone()), "link": "?after="}});
    }
    Ok(FakeResponse::json(200, &answer))
}
