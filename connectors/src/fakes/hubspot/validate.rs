//! What HubSpot checks before it writes.

use serde_json::{Map, Value, json};

use super::{ApiError, metadata, store};
use crate::fakes::Context;

/// The properties of a write, checked. `own_id` is the record when it is an update.
pub(super) fn checked(
    cx: &Context<'_>,
    object: &str,
    given: &Map<String, Value>,
    own_id: Option<&str>,
) -> Result<Map<String, Value>, ApiError> {
    let mut properties = Map::new();
    for (name, value) in given {
        let refuse = |error: &str, message: String| Err(invalid(name, error, &message));
        let Some(property) = metadata::property(cx, object, name) else {
            return refuse("PROPERTY_DOESNT_EXIST", format!("Property \"{name}\" does not exist"));
        };
        if property["modificationMetadata"]["readOnlyValue"] == true {
            return refuse(
                "READ_ONLY_VALUE",
                format!("\"{name}\" is a read only property; its value cannot be set"),
            );
        }
        let text = match value {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        if text.chars().count() > 65_536 {
            return refuse(
                "TOO_LONG",
                format!("The value of {name} is longer than 65536 characters"),
            );
        }
        if !text.is_empty() {
            fits(cx, name, &property, &text)?;
        }
        if property["hasUniqueValue"] == true
            && let Some(other) = store::by_property(cx, object, name, &text)
            && other["id"].as_str() != own_id
        {
            let id = other["id"].as_str().unwrap_or_default();
            return refuse(
                "CONFLICTING_UNIQUE_VALUE",
                format!("propertyName {name}: {id} already has that value."),
            );
        }
        properties.insert(name.clone(), if text.is_empty() { Value::Null } else { text.into() });
    }
    if own_id.is_none() && ["tasks", "notes"].contains(&object) && !properties.contains_key("hs_timestamp") {
        let mut error = ApiError::new(400, "VALIDATION_ERROR", "Some required properties were not set.");
        error.more =
            json!({"errors": [{"message": "hs_timestamp is required", "context": {"propertyName": ["hs_timestamp"]}}]});
        return Err(error);
    }
    Ok(properties)
}

fn fits(cx: &Context<'_>, name: &str, property: &Value, text: &str) -> Result<(), ApiError> {
    let options = property["options"].as_array().cloned().unwrap_or_default();
    match property["type"].as_str().unwrap_or_default() {
        "number" if text.parse::<f64>().is_err() => Err(invalid(
            name,
            "INVALID_DOUBLE",
            &format!("{text} was not a valid number."),
        )),
        "date" if text.parse::<chrono::NaiveDate>().is_err() && text.parse::<i64>().is_err() => {
            Err(invalid(name, "INVALID_DATE", &format!("{text} was not a valid date.")))
        }
        "datetime" if store::instant(&text.into()).is_none() => Err(invalid(
            name,
            "INVALID_DATE",
            &format!("{text} was not a valid instant."),
        )),
        "enumeration" if name == "hubspot_owner_id" => match cx.state.store.get("hs.owner", text) {
            Some(owner) if owner["archived"] != true => Ok(()),
            _ => Err(invalid(
                name,
                "INVALID_OWNER_ID",
                &format!("{text} is not the id of an active owner"),
            )),
        },
        "enumeration" if !options.iter().any(|option| option["value"] == text) => {
            let known: Vec<&str> = options.iter().filter_map(|option| option["value"].as_str()).collect();
            let words = format!("{text} was not one of the allowed options: {known:?}");
            Err(invalid(name, "INVALID_OPTION", &words))
        }
        _ => Ok(()),
    }
}

/// HubSpot puts what is wrong with a property into its message, as JSON.
fn invalid(name: &str, error: &str, message: &str) -> ApiError {
    let list = json!([{"isValid": false, "message": message, "error": error, "name": name}]);
    ApiError::new(
        400,
        "VALIDATION_ERROR",
        format!("Property values were not valid: {list}"),
    )
}
