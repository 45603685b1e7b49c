//! `composite/sobjects`: up to 200 records in one call, each with its own result.

use serde_json::{Map, Value, json};

use super::{
    ApiError, ApiResult,
    metadata::{sobject, sobject_of},
    records::{delete, insert, matching, saved, update, upsert},
};
use crate::fakes::{Context, FakeRequest, FakeResponse};

/// More in one call are refused.
const MOST: usize = 200;

pub(super) fn handle(cx: &mut Context<'_>, request: &FakeRequest, rest: &[&str]) -> ApiResult {
    if request.method == "DELETE" {
        let ids = request.param("ids").unwrap_or_default();
        let results: Vec<Value> = ids.split(',').map(|id| outcome(remove(cx, id))).collect();
        return Ok(FakeResponse::json(200, &results.into()));
    }
    let records = request.json()["records"].as_array().cloned().unwrap_or_default();
    if records.is_empty() || records.len() > MOST {
        return Err(ApiError::new(
            400,
            "INVALID_INPUT",
            "records must hold between 1 and 200 records",
        ));
    }
    let mut results = Vec::new();
    for record in records {
        let Value::Object(mut fields) = record else {
            return Err(ApiError::new(
                400,
                "JSON_PARSER_ERROR",
                "a record must be a JSON object",
            ));
        };
        let kind = fields
            .get("attributes")
            .and_then(|a| a["type"].as_str())
            .unwrap_or_default()
            .to_owned();
        fields.remove("attributes");
        results.push(match (request.method.as_str(), rest) {
            ("POST", []) => outcome(create(cx, &kind, &fields)),
            ("PATCH", []) => outcome(change(cx, &kind, fields)),
            ("PATCH", [name, field]) => outcome(merge(cx, name, field, fields)),
            _ => return Err(ApiError::new(405, "METHOD_NOT_ALLOWED", "HTTP Method not allowed.")),
        });
    }
    Ok(FakeResponse::json(200, &results.into()))
}

fn create(cx: &mut Context<'_>, kind: &str, fields: &Map<String, Value>) -> Result<Value, ApiError> {
    let object = sobject(kind).ok_or_else(|| ApiError::new(400, "INVALID_TYPE", "sObject type is not supported"))?;
    Ok(saved(&insert(cx, object, fields)?))
}

fn change(cx: &mut Context<'_>, kind: &str, mut fields: Map<String, Value>) -> Result<Value, ApiError> {
    let given = fields.remove("id").or_else(|| fields.remove("Id"));
    let id = given.as_ref().and_then(Value::as_str).unwrap_or_default();
    let object = sobject(kind).ok_or_else(|| ApiError::new(400, "INVALID_TYPE", "sObject type is not supported"))?;
    update(cx, object, id, &fields)?;
    Ok(saved(id))
}

fn merge(cx: &mut Context<'_>, name: &str, field: &str, mut fields: Map<String, Value>) -> Result<Value, ApiError> {
    let object = sobject(name).ok_or_else(|| ApiError::new(400, "INVALID_TYPE", "sObject type is not supported"))?;
    let key = fields.remove(field);
    let key = key.as_ref().and_then(Value::as_str).unwrap_or_default();
    if matching(cx, object, field, key)?.len() > 1 {
        return Err(ApiError::new(
            300,
            "DUPLICATE_EXTERNAL_ID",
            "More than one record found for external id field",
        ));
    }
    let (id, created) = upsert(cx, object, field, key, fields)?;
    let mut answer = saved(&id);
    answer["created"] = created.into();
    Ok(answer)
}

fn remove(cx: &mut Context<'_>, id: &str) -> Result<Value, ApiError> {
    let object = sobject_of(id).ok_or_else(|| ApiError::new(400, "MALFORMED_ID", "malformed id"))?;
    delete(cx, object, id)?;
    Ok(saved(id))
}

fn outcome(result: Result<Value, ApiError>) -> Value {
    result.unwrap_or_else(|error| {
        let error = json!({"statusCode": error.code, "message": error.message, "fields": error.fields});
        json!({"success": false, "errors": [error]})
    })
}
