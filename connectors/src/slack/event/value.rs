//! Reading fields out of JSON that may be anything.

use serde_json::Value;

/// An id or a name: a string that is neither empty nor absurdly long, and that a database takes. Anything else counts as absent.
pub(crate) fn id(json: &Value, key: &str) -> Option<String> {
    let text = json.get(key)?.as_str()?;
    (!text.is_empty() && text.len() <= 255 && !text.contains('\0')).then(|| text.to_owned())
}

/// A text, with NUL replaced because no PostgreSQL text can hold it.
pub(crate) fn text(json: &Value, key: &str) -> Option<String> {
    json.get(key)?.as_str().map(|text| text.replace('\0', "\u{fffd}"))
}

/// A whole number, also one written as a string.
pub(crate) fn int(json: &Value, key: &str) -> Option<i64> {
    let found = json.get(key)?;
    found.as_i64().or_else(|| found.as_str()?.parse().ok())
}

/// True only if it says true.
pub(crate) fn flag(json: &Value, key: &str) -> bool {
    json.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// The strings in a list.
pub(crate) fn strings(json: Option<&Value>) -> Vec<String> {
    let list = json.and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// The fields of a form body.
pub(crate) fn form(body: &str) -> Vec<(String, String)> {
    let mut url = reqwest::Url::parse("http://form/").unwrap_or_else(|_| unreachable!("a constant address"));
    url.set_query(Some(body));
    url.query_pairs().into_owned().collect()
}
