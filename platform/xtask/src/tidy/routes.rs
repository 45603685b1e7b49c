//! Every operation of the API description says who may call it; the route test of the server then calls each of them
//! anonymously, from another tenant and with too low a role.

use serde_json::Value;
use std::path::Path;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// What anybody may call, because it is how one begins, or because the caller proves itself by a signature
/// or by a token that we issued. A new entry
/// is a decision about security.
const PUBLIC: [(&str, &str); 5] = [
    ("get", "/api/v1/openapi.json"),
    ("post", "/api/v1/session"),
    ("post", "/api/v1/signup"),
    ("post", "/api/v1/unsubscribe"),
    ("post", "/slack/events"),
];

/// Names the operations without a permission.
pub fn check(root: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(root.join("docs/openapi.json")).unwrap_or_default();
    match serde_json::from_str(&text) {
        Ok(description) => unguarded(&description),
        Err(error) => vec![format!("docs/openapi.json: {error}: run `cargo xtask openapi`")],
    }
}

fn unguarded(description: &Value) -> Vec<String> {
    let paths = description["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(path, item)| METHODS.iter().map(move |method| (path, *method, &item[*method])));
    let without = operations.filter(|(path, method, operation)| {
        let is_public = PUBLIC.contains(&(method, path.as_str()));
        operation.is_object() && !operation["x-permission"].is_string() && !is_public
    });
    without
        .map(|(path, method, _)| {
            format!(
                "docs/openapi.json: {} {path} has no x-permission",
                method.to_uppercase()
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_without_a_permission_is_found() {
        let description = serde_json::json!({"paths": {"/signals": {
            "get": {"x-permission": "signals:read"}, "post": {}, "parameters": []
        }}});
        assert_eq!(
            unguarded(&description),
            ["docs/openapi.json: POST /signals has no x-permission"]
        );
    }
}
