//! Who may import whom inside the server, and that a slice is entered through its `mod.rs` only.

use super::{SourceFile, line_of};

const SERVER: &str = "platform/server/src/";

/// The layers from the bottom up: a module may import its own layer and those below it.
const LAYERS: [&[&str]; 5] = [
    &["foundation"],
    &["control"],
    &["accounts", "signals", "playbooks", "history"],
    &["pipeline", "dashboards", "notifications", "slack_app"],
    &["app", "commands", "main", "lib"],
];

/// File names that are a slice's own business.
const INSIDE: [&str; 7] = ["model", "entity", "store", "routes", "jobs", "error", "tests"];

/// Slices whose folder holds further slices: `control::identity` is a slice, `signals` is one by itself.
const HOLDERS: [&str; 3] = ["foundation", "control", "pipeline"];

/// Checks every path that begins with `crate::` outside of tests.
pub fn check(files: &[SourceFile]) -> Vec<String> {
    files
        .iter()
        .filter(|file| is_product_code(&file.path))
        .flat_map(check_file)
        .collect()
}

fn is_product_code(path: &str) -> bool {
    path.starts_with(SERVER)
        && path.ends_with(".rs")
        && !path.ends_with("tests.rs")
        && !path.contains("/tests/")
        && !path.starts_with(&format!("{SERVER}testing/"))
}

fn check_file(file: &SourceFile) -> Vec<String> {
    let own: Vec<&str> = file.path[SERVER.len()..].trim_end_matches(".rs").split('/').collect();
    let own_layer = layer(own[0]);
    let mut findings = Vec::new();
    for (at, path) in imports(product_part(&file.text)) {
        let place = format!("{}:{}", file.path, line_of(&file.text, at));
        let Some(other_layer) = layer(&path[0]) else {
            if path[0] == "testing" {
                findings.push(format!("{place}: product code does not use crate::testing"));
            }
            continue;
        };
        if own_layer.is_some_and(|own_layer| other_layer > own_layer) {
            findings.push(format!(
                "{place}: `{}` is above `{}` and may not be imported by it",
                path[0], own[0]
            ));
        }
        let depth = if HOLDERS.contains(&path[0].as_str()) { 2 } else { 1 };
        let same_slice =
            own.len() >= depth && path.len() >= depth && own.iter().zip(&path).take(depth).all(|(a, b)| a == b);
        if !same_slice && path.get(depth).is_some_and(|inner| INSIDE.contains(&inner.as_str())) {
            findings.push(format!(
                "{place}: `{}` is reached through its mod.rs only",
                path[..depth].join("::")
            ));
        }
    }
    findings
}

/// A module outside of every layer (a new slice that nobody placed yet) has none.
fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// A file's tests stand at its end.
fn product_part(text: &str) -> &str {
    text.find("#[cfg(test)]\nmod tests {").map_or(text, |at| &text[..at])
}

/// Every path after `crate::`, groups spelled out: `crate::{a::b, c}` is two.
fn imports(text: &str) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    for (at, marker) in text.match_indices("crate::") {
        let line_start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        if text[line_start..at].contains("//") {
            continue;
        }
        spell_out(&text[at + marker.len()..], &mut Vec::new(), &mut |path| {
            found.push((at, path))
        });
    }
    found
}

/// Follows one path, and each branch of a group, and returns what is left of the text after it.
fn spell_out<'t>(text: &'t str, before: &mut Vec<String>, give: &mut impl FnMut(Vec<String>)) -> &'t str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            let depth = before.len();
            rest = spell_out(rest, before, give);
            before.truncate(depth);
            rest = rest.trim_start();
            match rest.strip_prefix(',') {
                Some(more) if !more.trim_start().starts_with('}') => rest = more,
                _ => break,
            }
        }
        return rest.split_once('}').map_or("", |(_, after)| after);
    }
    let end = text
        .find(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .unwrap_or(text.len());
    before.push(text[..end].to_owned());
    match text[end..].strip_prefix("::") {
        Some(rest) if !rest.starts_with('<') => spell_out(rest, before, give),
        _ => {
            give(before.clone());
            // `a as b` and `*` end a branch too.
            let rest = &text[end..];
            rest.find([',', '}', ';']).map_or("", |at| &rest[at..])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        check(&[SourceFile {
            path: format!("{SERVER}{path}"),
            text: text.to_owned(),
        }])
    }

    #[test]
    fn a_layer_imports_only_what_lies_below_it() {
        let rows = [
            ("foundation/db/mod.rs", "use crate::control::tenants::Tenant;", 1),
            ("control/identity/mod.rs", "use crate::foundation::ids::UserId;", 0),
            ("signals/mod.rs", "use crate::{accounts::Account, pipeline::Stage};", 1),
            (
                "signals/mod.rs",
                "use crate::{accounts::{Account, find}, control::{access::Permission}};",
                0,
            ),
            (
                "pipeline/mod.rs",
                "// crate::app::run is above\nuse crate::signals::Signal;",
                0,
            ),
            ("pipeline/mod.rs", "fn x() { crate::app::run() }", 1),
            ("signals/tests.rs", "use crate::app::App;", 0),
            (
                "signals/mod.rs",
                "use crate::foundation::db;\n#[cfg(test)]\nmod tests { use crate::app::App; }",
                0,
            ),
            ("signals/mod.rs", "use crate::testing::TestDb;", 1),
        ];
        for (path, text, wanted) in rows {
            assert_eq!(found(path, text).len(), wanted, "{path}: {text}");
        }
    }

    #[test]
    fn a_slice_is_entered_through_its_door() {
        let rows = [
            ("pipeline/delivery/jobs.rs", "use crate::signals::store::insert;", 1),
            ("signals/routes.rs", "use crate::signals::store::insert;", 0),
            (
                "control/identity/mod.rs",
                "use crate::control::tenants::store::insert;",
                1,
            ),
            (
                "control/identity/mod.rs",
                "use crate::control::identity::store::insert;",
                0,
            ),
            ("pipeline/mod.rs", "use crate::signals::insert;", 0),
            ("pipeline/mod.rs", "use crate::foundation::jobs::store::x;", 1),
        ];
        for (path, text, wanted) in rows {
            assert_eq!(found(path, text).len(), wanted, "{path}: {text}");
        }
    }
}
