//! A body that an operation accepts, made from its description, so that a test can call operations it knows nothing of.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

/// Makes values for schemas.
pub struct Sampler {
    schemas: Value,
    ids: HashMap<String, String>,
}

impl Sampler {
    /// `ids`: for each id schema by name (`MemberId`), an id to use.
    pub fn new(description: &Value, ids: HashMap<String, String>) -> Self {
        Self {
            schemas: description["components"]["schemas"].clone(),
            ids,
        }
    }

    /// The JSON body of an operation; null when it takes none.
    pub fn body(&self, operation: &Value) -> Value {
        match &operation["requestBody"]["content"]["application/json"]["schema"] {
            Value::Null => Value::Null,
            schema => self.value(schema),
        }
    }

    /// The id that stands for a path parameter.
    pub fn id(&self, parameter: &Value) -> &str {
        let name = self.schema_name(&parameter["schema"]);
        let known = self.ids.get(name);
        known.unwrap_or_else(|| {
            panic!("no sample for the path parameter {parameter}: add an id of its kind to the test")
        })
    }

    /// A value of this schema.
    pub fn value(&self, schema: &Value) -> Value {
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap_or_default();
            return match self.ids.get(name) {
                Some(id) => json!(id),
                None => self.value(&self.schemas[name]),
            };
        }
        if let Some(first) = schema["enum"].as_array().and_then(|values| values.first()) {
            return first.clone();
        }
        for choice in ["oneOf", "anyOf"] {
            let options = schema[choice].as_array().into_iter().flatten();
            if let Some(option) = options.into_iter().find(|option| option["type"] != "null") {
                return self.value(option);
            }
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let values = parts.iter().map(|part| self.value(part));
            return Value::Object(
                values
                    .filter_map(|value| value.as_object().cloned())
                    .flatten()
                    .collect(),
            );
        }
        match kind(&schema["type"]) {
            "object" => self.object(schema),
            "array" => json!([self.value(&schema["items"])]),
            "integer" | "number" => json!(schema["minimum"].as_i64().unwrap_or(1).max(1)),
            "boolean" => json!(true),
            "string" => json!(text(schema)),
            other => panic!("no sample for the schema type `{other}`: {schema}"),
        }
    }

    /// All properties, so that bodies in which everything is optional say something.
    fn object(&self, schema: &Value) -> Value {
        let properties = schema["properties"].as_object().into_iter().flatten();
        let sampled: Map<String, Value> = properties
            .map(|(name, part)| (name.clone(), self.value(part)))
            .collect();
        Value::Object(sampled)
    }

    fn schema_name<'s>(&self, schema: &'s Value) -> &'s str {
        schema["$ref"]
            .as_str()
            .and_then(|reference| reference.rsplit('/').next())
            .unwrap_or_default()
    }
}

fn kind(type_: &Value) -> &str {
    let listed = type_
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .find(|kind| *kind != "null");
    type_.as_str().or(listed).unwrap_or_default()
}

fn text(schema: &Value) -> String {
    match schema["format"].as_str() {
        Some("date-time") => "2027-03-05T12:00:00Z".to_owned(),
        Some("date") => "2027-03-05".to_owned(),
        Some("email") => "sample@example.com".to_owned(),
        Some("uri") => "https://example.com/".to_owned(),
        _ => "sample text long enough".to_owned(),
    }
}
