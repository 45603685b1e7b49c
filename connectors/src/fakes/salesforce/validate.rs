//! What Salesforce checks before it writes, and what it fills in.

use serde_json::{Map, Value, json};

use super::{
    ApiError, ids,
    metadata::{Field, Kind, Sobject, TASK_STATUSES, sobject_of},
    table,
};
use crate::{fakes::Context, salesforce::parse_instant};

/// The fields of a write under their own names, checked. `existing` is the record when it is an update.
pub(super) fn checked(
    cx: &Context<'_>,
    object: &Sobject,
    given: &Map<String, Value>,
    existing: Option<&Value>,
) -> Result<Map<String, Value>, ApiError> {
    let mut fields = Map::new();
    for (name, value) in given.iter().filter(|(name, _)| *name != "attributes") {
        let field = object.field(name, &cx.config.salesforce).ok_or_else(|| {
            ApiError::new(
                400,
                "INVALID_FIELD",
                format!("No such column '{name}' on sobject of type {}", object.name),
            )
        })?;
        if !field.writable {
            let message = format!(
                "Unable to create/update fields: {name}. Please check the security settings of this field and verify that it is read/write for your profile or permission set."
            );
            return Err(ApiError::new(400, "INVALID_FIELD_FOR_INSERT_UPDATE", message).on(field.name));
        }
        fields.insert(field.name.to_owned(), fitting(cx, &field, value)?);
    }
    let missing: Vec<&str> = object
        .fields(&cx.config.salesforce)
        .iter()
        .filter(|field| field.required)
        .filter(|field| {
            let emptied = fields.get(field.name).map(|value| value.is_null() || value == "");
            emptied.unwrap_or(existing.is_none())
        })
        .map(|field| field.name)
        .collect();
    if !missing.is_empty() {
        let mut error = ApiError::new(
            400,
            "REQUIRED_FIELD_MISSING",
            format!("Required fields are missing: [{}]", missing.join(", ")),
        );
        error.fields = missing.into_iter().map(str::to_owned).collect();
        return Err(error);
    }
    Ok(fields)
}

/// Refuses a value that another record holds in a unique field.
pub(super) fn unique(
    cx: &Context<'_>,
    object: &Sobject,
    fields: &Map<String, Value>,
    own_id: Option<&str>,
) -> Result<(), ApiError> {
    for field in object.fields(&cx.config.salesforce).iter().filter(|field| field.unique) {
        let Some(value) = fields.get(field.name).filter(|value| !value.is_null()) else {
            continue;
        };
        let is_other =
            |(id, row): &(&str, &Value)| row[field.name] == *value && row["IsDeleted"] != true && own_id != Some(*id);
        let (store, table) = (&cx.state.store, table(object.name));
        let other = match value.as_str().filter(|_| field.external_id) {
            Some(id) => store.rows_of_external_id(&table, id).find(is_other),
            None => store.rows(&table).find(is_other),
        };
        if let Some((id, _)) = other {
            return Err(duplicate(field.name, id));
        }
    }
    Ok(())
}

pub(super) fn duplicate(field: &str, id: &str) -> ApiError {
    let message = format!("duplicate value found: {field} duplicates value on record with id: {id}");
    ApiError::new(400, "DUPLICATE_VALUE", message)
}

/// What the platform derives: defaults, closed flags, a task's account.
pub(super) fn complete(cx: &Context<'_>, object: &Sobject, record: &mut Value) {
    if record["OwnerId"].is_null() && object.field("OwnerId", &cx.config.salesforce).is_some() {
        record["OwnerId"] = ids::first_user().into();
    }
    match object.name {
        "Task" => {
            for (name, default) in [("Status", "Not Started"), ("Priority", "Normal")] {
                if record[name].is_null() {
                    record[name] = default.into();
                }
            }
            let closed = TASK_STATUSES
                .iter()
                .any(|(status, closed)| *closed && record["Status"] == *status);
            record["IsClosed"] = closed.into();
            let what = record["WhatId"].as_str().unwrap_or_default();
            record["AccountId"] = match sobject_of(what).map(|object| object.name) {
                Some("Account") => what.into(),
                Some("Opportunity") => cx
                    .state
                    .store
                    .get("sf.Opportunity", what)
                    .map_or(Value::Null, |row| row["AccountId"].clone()),
                _ => Value::Null,
            };
        }
        "Opportunity" => {
            let stage = super::metadata::STAGES
                .iter()
                .find(|(name, ..)| record["StageName"] == *name);
            record["IsClosed"] = stage.is_some_and(|stage| stage.1).into();
            record["IsWon"] = stage.is_some_and(|stage| stage.2).into();
        }
        "Contact" => {
            let part = |name: &str| record[name].as_str().unwrap_or_default().to_owned();
            let name = format!("{} {}", part("FirstName"), part("LastName"));
            record["Name"] = name.trim().into();
        }
        _ => {}
    }
}

/// The value in the form it is stored in, or Salesforce's words for why not.
fn fitting(cx: &Context<'_>, field: &Field, value: &Value) -> Result<Value, ApiError> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    let wrong_type = || {
        let message = format!("Cannot deserialize instance of {} from {value}", kind_name(field.kind));
        ApiError::new(400, "JSON_PARSER_ERROR", message)
    };
    let text = || value.as_str().ok_or_else(wrong_type);
    match field.kind {
        Kind::Text(limit) | Kind::Long(limit) => {
            let text = text()?;
            let length = text.encode_utf16().count();
            if length > limit {
                let shown: String = text.chars().take(40).collect();
                let message = format!("{}: data value too large: {shown}... (max length={limit})", field.name);
                return Err(ApiError::new(400, "STRING_TOO_LONG", message).on(field.name));
            }
            Ok(if text.is_empty() { Value::Null } else { text.into() })
        }
        Kind::Picklist { values, restricted } => {
            let text = text()?;
            if restricted && !values.contains(&text) {
                let message = format!("{}: bad value for restricted picklist field: {text}", field.name);
                return Err(ApiError::new(400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message).on(field.name));
            }
            Ok(text.into())
        }
        Kind::Number | Kind::Double => value.as_f64().map(|number| json!(number)).ok_or_else(wrong_type),
        Kind::Flag => value.as_bool().map(Value::from).ok_or_else(wrong_type),
        Kind::Date => text()?
            .parse::<chrono::NaiveDate>()
            .map(|day| day.to_string().into())
            .map_err(|_| wrong_type()),
        Kind::Instant => parse_instant(text()?)
            .map(|at| super::plant::stamp(at).into())
            .ok_or_else(wrong_type),
        Kind::Id => Err(wrong_type()),
        Kind::Reference(targets) => reference(cx, field, targets, text()?),
    }
}

fn reference(cx: &Context<'_>, field: &Field, targets: &[&str], id: &str) -> Result<Value, ApiError> {
    let malformed = || {
        ApiError::new(
            400,
            "MALFORMED_ID",
            format!("{}: id value of incorrect type: {id}", label(field.name)),
        )
        .on(field.name)
    };
    let long = ids::long(id).ok_or_else(malformed)?;
    let target = sobject_of(&long)
        .filter(|target| targets.contains(&target.name))
        .ok_or_else(malformed)?;
    match cx.state.store.get(&table(target.name), &long) {
        None => Err(ApiError::new(
            400,
            "INVALID_CROSS_REFERENCE_KEY",
            "invalid cross reference id",
        )),
        Some(row) if row["IsDeleted"] == true => Err(ApiError::new(400, "ENTITY_IS_DELETED", "entity is deleted")),
        Some(row) if target.name == "User" && row["IsActive"] == false => Err(ApiError::new(
            400,
            "INACTIVE_OWNER_OR_USER",
            "operation performed with inactive user [".to_owned() + &long + "] as owner",
        )
        .on(field.name)),
        Some(_) => Ok(long.into()),
    }
}

/// The label Salesforce puts into its messages.
fn label(field: &str) -> String {
    match field {
        "WhoId" => "Name ID".into(),
        "WhatId" => "Related To ID".into(),
        "OwnerId" => "Owner ID".into(),
        other => format!("{} ID", other.trim_end_matches("Id")),
    }
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Number | Kind::Double => "double",
        Kind::Flag => "boolean",
        Kind::Date => "date",
        Kind::Instant => "datetime",
        Kind::Id | Kind::Reference(_) => "reference",
        Kind::Text(_) | Kind::Long(_) | Kind::Picklist { .. } => "string",
    }
}
