//! `batch/…`: up to 100 records in one call. Reading and upserting tell per input what became of it; creating fails as a whole.

use serde_json::{Map, Value, json};

use super::{
    ApiError, ApiResult, metadata, objects,
    store::{self, Source, shown},
    validate,
};
use crate::fakes::{Context, FakeRequest, FakeResponse, faults::Fault};

/// More in one call are refused.
const MOST: usize = 100;
/// With history, half as many.
const MOST_WITH_HISTORY: usize = 50;

pub(super) fn handle(cx: &mut Context<'_>, object: &'static str, what: &str, body: &Value) -> ApiResult {
    let inputs = body["inputs"].as_array().cloned().unwrap_or_default();
    let history = strings(&body["propertiesWithHistory"]);
    let most = if history.is_empty() { MOST } else { MOST_WITH_HISTORY };
    if inputs.is_empty() && what != "read" || inputs.len() > most {
        let words = format!("inputs must hold between 1 and {most} entries");
        return Err(ApiError::new(400, "VALIDATION_ERROR", words));
    }
    match what {
        "read" => read(cx, object, body, &inputs, &history),
        "upsert" => upsert(cx, object, &inputs),
        "create" => {
            let mut made = Vec::new();
            for input in &inputs {
                let row = objects::create(cx, object, input)?;
                made.push(shown(object, &row, &objects::names(&row), &[]));
            }
            Ok(complete(cx, 201, made, Vec::new()))
        }
        "update" => {
            let (mut done, mut errors) = (Vec::new(), Vec::new());
            for input in &inputs {
                match store::named(cx, object, &id_of(input), input["idProperty"].as_str())? {
                    Some(row) => {
                        let row = objects::update(cx, object, row, input)?;
                        done.push(shown(object, &row, &objects::names(&row), &[]));
                    }
                    None => errors.push(missing(&id_of(input))),
                }
            }
            Ok(complete(cx, 200, done, errors))
        }
        "archive" => {
            for input in &inputs {
                store::archive(cx, object, &id_of(input));
            }
            Ok(FakeResponse::empty(204))
        }
        _ => Err(ApiError::not_found("resource")),
    }
}

fn id_of(input: &Value) -> String {
    match &input["id"] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(|value| value.as_str().map(str::to_owned))
        .collect()
}

fn missing(id: &str) -> Value {
    json!({
        "status": "error", "category": "OBJECT_NOT_FOUND", "message": "Could not get some objects, they may be deleted or not exist.",
        "context": {"ids": [id]},
    })
}

/// 200, or 207 when some inputs failed.
pub(super) fn complete(cx: &Context<'_>, status: u16, results: Vec<Value>, errors: Vec<Value>) -> FakeResponse {
    let now = store::stamp(cx.now);
    let mut answer = json!({"status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now});
    if errors.is_empty() {
        return FakeResponse::json(status, &answer);
    }
    answer["numErrors"] = errors.len().into();
    answer["errors"] = errors.into();
    FakeResponse::json(207, &answer)
}

fn read(cx: &Context<'_>, object: &'static str, body: &Value, inputs: &[Value], history: &[String]) -> ApiResult {
    let wanted = strings(&body["properties"]);
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for input in inputs {
        match store::named(cx, object, &id_of(input), body["idProperty"].as_str())? {
            Some(row) => found.push(shown(object, &row, &wanted, history)),
            None => errors.push(missing(&id_of(input))),
        }
    }
    Ok(complete(cx, 200, found, errors))
}

fn upsert(cx: &mut Context<'_>, object: &'static str, inputs: &[Value]) -> ApiResult {
    let (mut done, mut errors) = (Vec::new(), Vec::new());
    for input in inputs {
        match upsert_one(cx, object, input) {
            Ok((row, is_new)) => {
                let mut told = shown(object, &row, &objects::names(&row), &[]);
                told["new"] = is_new.into();
                done.push(told);
            }
            // A batch of one that fails, fails as a whole.
            Err(error) if inputs.len() == 1 => return Err(error),
            Err(error) => errors.push(error.body()),
        }
    }
    Ok(complete(cx, 200, done, errors))
}

fn upsert_one(cx: &mut Context<'_>, object: &'static str, input: &Value) -> Result<(Value, bool), ApiError> {
    let (id, property) = (id_of(input), input["idProperty"].as_str());
    if let Some(row) = store::named(cx, object, &id, property)? {
        return Ok((objects::update(cx, object, row, input)?, false));
    }
    let Some(property) = property else {
        return Err(ApiError::not_found("Object"));
    };
    let mut properties: Map<String, Value> = objects::properties_of(input);
    properties.insert(property.to_owned(), id.into());
    let properties = validate::checked(cx, object, &properties, None)?;
    Ok((store::create(cx, object, &properties, Source::App), true))
}

/// The fault `duplicate_value`: another client writes the same record at the same moment, and keeps it or not.
pub(super) fn lose_the_race(cx: &mut Context<'_>, request: &FakeRequest, commit: bool) -> ApiError {
    let segments = request.segments();
    let object = segments.iter().find_map(|segment| metadata::object(segment));
    let (Some(object), body) = (object, request.json()) else {
        return ApiError::not_found("resource");
    };
    let input = body["inputs"].get(0).unwrap_or(&body);
    let id = if commit {
        match upsert_one(cx, object, input) {
            Ok((row, _)) => row["id"].as_str().unwrap_or_default().to_owned(),
            Err(error) => return error,
        }
    } else {
        String::new()
    };
    let hint = if commit {
        format!(" Existing ID: {id}")
    } else {
        String::new()
    };
    ApiError::new(409, "CONFLICT", format!("Object already exists.{hint}"))
}

/// The fault `partial_failure`: 207, and the one input is among the errors.
pub(super) fn nothing_done(cx: &Context<'_>, fault: &Fault) -> FakeResponse {
    let category = fault.code.as_deref().unwrap_or("VALIDATION_ERROR");
    let words = fault.message.as_deref().unwrap_or("a rule of the account forbids it");
    let context = json!({"propertyName": [fault.field.as_deref().unwrap_or("hs_task_subject")]});
    let error = json!({
        "status": "error", "category": category, "message": words, "errors": [{"message": words, "context": context}],
    });
    complete(cx, 200, Vec::new(), vec![error])
}
