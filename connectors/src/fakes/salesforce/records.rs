//! `sobjects/…`: describing, making, reading, changing, deleting, and upserting by an external id.

use serde_json::{Map, Value, json};

use super::{
    ApiError, ApiResult, eval, ids,
    metadata::{self, Field, Sobject, sobject},
    plant, table, validate,
};
use crate::fakes::{Context, FakeRequest, FakeResponse};

pub(super) fn handle(cx: &mut Context<'_>, request: &FakeRequest, version: &str, rest: &[&str]) -> ApiResult {
    let Some((name, rest)) = rest.split_first() else {
        let objects: Vec<Value> = metadata::all()
            .iter()
            .map(|object| json!({"name": object.name, "keyPrefix": object.prefix, "queryable": true, "createable": object.writable}))
            .collect();
        return Ok(FakeResponse::json(
            200,
            &json!({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": objects}),
        ));
    };
    let object = sobject(name).ok_or_else(not_found)?;
    match (request.method.as_str(), rest) {
        ("GET", []) => Ok(FakeResponse::json(
            200,
            &json!({"objectDescribe": {"name": object.name}, "recentItems": []}),
        )),
        ("GET", ["describe"]) => Ok(FakeResponse::json(200, &object.describe(&cx.config.salesforce))),
        ("POST", []) => {
            let id = insert(cx, object, &body(request)?)?;
            Ok(FakeResponse::json(201, &saved(&id)))
        }
        ("GET", [id]) => read(cx, request, object, id),
        ("PATCH", [id]) => update(cx, object, id, &body(request)?).map(|()| FakeResponse::empty(204)),
        ("DELETE", [id]) => delete(cx, object, id).map(|()| FakeResponse::empty(204)),
        ("GET", [field, value]) => match matching(cx, object, field, value)?.as_slice() {
            [] => Err(not_found()),
            [id] => read(cx, request, object, id),
            ids => Ok(several(object, version, ids)),
        },
        ("PATCH", [field, value]) => {
            let fields = body(request)?;
            let ids = matching(cx, object, field, value)?;
            if ids.len() > 1 {
                return Ok(several(object, version, &ids));
            }
            let (id, created) = upsert(cx, object, field, value, fields)?;
            let mut answer = saved(&id);
            answer["created"] = created.into();
            Ok(FakeResponse::json(if created { 201 } else { 200 }, &answer))
        }
        _ => Err(ApiError::new(
            405,
            "METHOD_NOT_ALLOWED",
            format!("HTTP Method '{}' not allowed.", request.method),
        )),
    }
}

pub(super) fn saved(id: &str) -> Value {
    json!({"id": id, "success": true, "errors": []})
}

fn not_found() -> ApiError {
    ApiError::new(404, "NOT_FOUND", "The requested resource does not exist")
}

fn body(request: &FakeRequest) -> Result<Map<String, Value>, ApiError> {
    match request.json() {
        Value::Object(fields) => Ok(fields),
        _ => Err(ApiError::new(
            400,
            "JSON_PARSER_ERROR",
            "The HTTP entity body is required, and must be a JSON object",
        )),
    }
}

/// More than one record holds the external id: their addresses, and nothing is written.
fn several(object: &Sobject, version: &str, ids: &[String]) -> FakeResponse {
    let urls: Vec<String> = ids
        .iter()
        .map(|id| format!("/services/data/{version}/sobjects/{}/{id}", object.name))
        .collect();
    FakeResponse::json(300, &json!(urls))
}

pub(super) fn insert(cx: &mut Context<'_>, object: &Sobject, given: &Map<String, Value>) -> Result<String, ApiError> {
    let fields = writable(object).and_then(|()| validate::checked(cx, object, given, None))?;
    validate::unique(cx, object, &fields, None)?;
    Ok(store_new(cx, object, fields))
}

fn store_new(cx: &mut Context<'_>, object: &Sobject, fields: Map<String, Value>) -> String {
    let id = ids::new(object.prefix, cx.state.store.next_number());
    let mut record = Value::Object(fields);
    validate::complete(cx, object, &mut record);
    plant::add(cx, object.name, id.clone(), record);
    id
}

pub(super) fn update(
    cx: &mut Context<'_>,
    object: &Sobject,
    id: &str,
    given: &Map<String, Value>,
) -> Result<(), ApiError> {
    let (id, mut record) = existing(cx, object, id)?;
    let fields = writable(object).and_then(|()| validate::checked(cx, object, given, Some(&record)))?;
    validate::unique(cx, object, &fields, Some(&id))?;
    for (name, value) in fields {
        record[name] = value;
    }
    validate::complete(cx, object, &mut record);
    touch(cx, &mut record);
    cx.state.store.put(&table(object.name), &id, record);
    Ok(())
}

/// Into the recycle bin: `queryAll` still finds it.
pub(super) fn delete(cx: &mut Context<'_>, object: &Sobject, id: &str) -> Result<(), ApiError> {
    let (id, mut record) = existing(cx, object, id)?;
    record["IsDeleted"] = true.into();
    touch(cx, &mut record);
    cx.state.store.put(&table(object.name), &id, record);
    Ok(())
}

/// Makes or changes the one record with this external id; the caller has made sure that there are not several.
pub(super) fn upsert(
    cx: &mut Context<'_>,
    object: &Sobject,
    field: &str,
    value: &str,
    mut fields: Map<String, Value>,
) -> Result<(String, bool), ApiError> {
    let ids = matching(cx, object, field, value)?;
    if let Some(id) = ids.first() {
        update(cx, object, id, &fields)?;
        return Ok((id.clone(), false));
    }
    fields.insert(field.to_owned(), value.into());
    Ok((insert(cx, object, &fields)?, true))
}

/// The ids of the live records with this external id, oldest first.
pub(super) fn matching(cx: &Context<'_>, object: &Sobject, field: &str, value: &str) -> Result<Vec<String>, ApiError> {
    let field = external_id(cx, object, field)?;
    let rows = cx.state.store.rows_of_external_id(&table(object.name), value);
    let same = rows.filter(|(_, row)| row[field.name] == value && row["IsDeleted"] != true);
    Ok(same.map(|(id, _)| id.to_owned()).collect())
}

fn external_id(cx: &Context<'_>, object: &Sobject, name: &str) -> Result<Field, ApiError> {
    object
        .field(name, &cx.config.salesforce)
        .filter(|field| field.external_id)
        .ok_or_else(|| {
            ApiError::new(
                404,
                "NOT_FOUND",
                format!("Provided external ID field does not exist or is not accessible: {name}"),
            )
        })
}

fn existing(cx: &Context<'_>, object: &Sobject, id: &str) -> Result<(String, Value), ApiError> {
    let long = ids::long(id).ok_or_else(|| ApiError::new(400, "MALFORMED_ID", format!("malformed id {id}")))?;
    match cx.state.store.get(&table(object.name), &long) {
        Some(row) if row["IsDeleted"] == true => Err(ApiError::new(404, "ENTITY_IS_DELETED", "entity is deleted")),
        Some(row) => Ok((long, row.clone())),
        None => Err(not_found()),
    }
}

fn read(cx: &Context<'_>, request: &FakeRequest, object: &Sobject, id: &str) -> ApiResult {
    let (_, record) = existing(cx, object, id)?;
    let fields: Vec<String> = match request.param("fields") {
        Some(chosen) => chosen.split(',').map(|name| name.trim().to_owned()).collect(),
        None => object
            .fields(&cx.config.salesforce)
            .iter()
            .map(|field| field.name.to_owned())
            .collect(),
    };
    Ok(FakeResponse::json(200, &eval::project(cx, object, &record, &fields)))
}

fn writable(object: &Sobject) -> Result<(), ApiError> {
    if object.writable {
        return Ok(());
    }
    let message = format!("entity type {} does not support insert or update", object.name);
    Err(ApiError::new(400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message))
}

fn touch(cx: &Context<'_>, record: &mut Value) {
    for name in ["LastModifiedDate", "SystemModstamp"] {
        record[name] = plant::stamp(cx.now).into();
    }
}

/// For the control API: puts fields into a record as they are, also stamps of the past and merges, making it when it is not there.
pub(in crate::fakes) fn raw_put(
    cx: &mut Context<'_>,
    name: &str,
    id: Option<&str>,
    fields: &Map<String, Value>,
) -> Option<String> {
    let object = sobject(name)?;
    let id = match id {
        Some(id) => ids::long(id)?,
        None => ids::new(object.prefix, cx.state.store.next_number()),
    };
    let mut record = cx
        .state
        .store
        .get(&table(object.name), &id)
        .cloned()
        .unwrap_or_else(|| json!({}));
    for (name, value) in fields {
        record[name] = value.clone();
    }
    if cx.state.store.get(&table(object.name), &id).is_none() {
        plant::add(cx, object.name, id.clone(), record);
    } else {
        if !fields.contains_key("SystemModstamp") {
            touch(cx, &mut record);
        }
        cx.state.store.put(&table(object.name), &id, record);
    }
    Some(id)
}

/// The write a request asks for: the object, and its fields with the external id that the address names.
fn wanted(request: &FakeRequest) -> Option<(&'static Sobject, Map<String, Value>)> {
    let segments = request.segments();
    let at = segments.iter().position(|segment| *segment == "sobjects")?;
    let object = sobject(segments.get(at + 1)?)?;
    let mut fields = body(request).ok()?;
    if let (Some(field), Some(value)) = (segments.get(at + 2), segments.get(at + 3)) {
        fields.insert((*field).to_owned(), (*value).into());
    }
    Some((object, fields))
}

/// The fault `duplicate_value`: another transaction writes the same record at the same moment, and commits it or not.
pub(super) fn lose_the_race(cx: &mut Context<'_>, request: &FakeRequest, commit: bool) -> ApiError {
    let Some((object, fields)) = wanted(request) else {
        return not_found();
    };
    let id = if commit {
        match insert(cx, object, &fields) {
            Ok(id) => id,
            Err(error) => return error,
        }
    } else {
        ids::new(object.prefix, cx.state.store.next_number())
    };
    validate::duplicate(crate::salesforce::EXTERNAL_ID_FIELD, &id)
}

/// The fault `twins_300`: on a field that is not unique, two other transactions make the record at the same moment.
pub(super) fn make_twins(cx: &mut Context<'_>, request: &FakeRequest) -> ApiResult {
    let (object, fields) = wanted(request).ok_or_else(not_found)?;
    let checked = validate::checked(cx, object, &fields, None)?;
    let ids = [store_new(cx, object, checked.clone()), store_new(cx, object, checked)];
    Ok(several(object, crate::salesforce::API_VERSION, &ids))
}
