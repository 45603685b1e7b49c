//! Rules about single files and lines: how long a file may be, and what leaves traces of unfinished work.

use super::{SourceFile, line_of};
use std::path::Path;

/// Texts that must not stand in a source file, with the files they concern and what to do instead. Each is written in
/// two halves so that this file does not accuse itself.
const FORBIDDEN: [(&str, &[&str], &str); 13] = [
    (
        concat!("#[ig", "nore"),
        &["rs"],
        "no test is skipped: mend it or delete it",
    ),
    (
        concat!("#[al", "low("),
        &["rs"],
        "an exception is visible: #[expect(lint, reason = \"..\")]",
    ),
    (
        concat!("#![al", "low("),
        &["rs"],
        "an exception is visible: #[expect(lint, reason = \"..\")]",
    ),
    (
        concat!("TO", "DO"),
        &["rs", "ts", "tsx", "mjs", "sql", "md"],
        "do it now, or file an issue",
    ),
    (
        concat!("FIX", "ME"),
        &["rs", "ts", "tsx", "mjs", "sql", "md"],
        "do it now, or file an issue",
    ),
    (concat!("to", "do!("), &["rs"], "nothing unfinished is committed"),
    (
        concat!("unimple", "mented!("),
        &["rs"],
        "nothing unfinished is committed",
    ),
    (concat!("un", "safe {"), &["rs"], "unsafe code is forbidden"),
    (
        concat!("waitFor", "Timeout"),
        &["ts", "tsx", "mjs"],
        "wait for what should happen, not for time to pass",
    ),
    (
        concat!("test.", "skip"),
        &["ts", "tsx", "mjs"],
        "no test is skipped: mend it or delete it",
    ),
    (
        concat!("test.", "only"),
        &["ts", "tsx", "mjs"],
        "a lone test hides the others",
    ),
    (
        concat!("it.", "only"),
        &["ts", "tsx", "mjs"],
        "a lone test hides the others",
    ),
    (concat!("@ts-", "ignore"), &["ts", "tsx"], "mend the type"),
];

/// The longest a file may be: beyond it, two ideas live in one room.
const LONGEST: [(&str, usize); 4] = [("rs", 500), ("ts", 300), ("tsx", 300), ("mjs", 300)];

/// Generated files are as long as they are.
const GENERATED: [&str; 2] = ["schema.d.ts", "routeTree.gen.ts"];

/// Checks every file by itself.
pub fn check(files: &[SourceFile]) -> Vec<String> {
    files
        .iter()
        .filter(|file| !is_generated(file))
        .flat_map(check_file)
        .collect()
}

fn is_generated(file: &SourceFile) -> bool {
    Path::new(&file.path)
        .file_name()
        .is_some_and(|name| GENERATED.iter().any(|generated| name == *generated))
}

fn check_file(file: &SourceFile) -> Vec<String> {
    let mut findings = Vec::new();
    let lines = file.text.lines().count();
    for (extension, most) in LONGEST {
        if file.is(extension) && lines > most {
            findings.push(format!("{}: {lines} lines, more than {most}: split it", file.path));
        }
    }
    for (text, extensions, instead) in FORBIDDEN {
        if !extensions.iter().any(|extension| file.is(extension)) {
            continue;
        }
        for (at, _) in file.text.match_indices(text) {
            // A vendor's own word, such as HubSpot's type of a task, is a whole string.
            if file.text[..at].ends_with('"') && file.text[at + text.len()..].starts_with('"') {
                continue;
            }
            findings.push(format!(
                "{}:{}: `{text}`: {instead}",
                file.path,
                line_of(&file.text, at)
            ));
        }
    }
    if file.is("rs") {
        findings.extend(exceptions_without_reason(file));
    }
    findings
}

/// An expected lint must say why it is expected.
fn exceptions_without_reason(file: &SourceFile) -> Vec<String> {
    let marker = concat!("#[exp", "ect(");
    let without = file.text.match_indices(marker).filter(|(at, _)| {
        let attribute = file.text[*at..].split(")]").next().unwrap_or_default();
        !attribute.contains("reason")
    });
    without
        .map(|(at, _)| {
            format!(
                "{}:{}: an exception says why: reason = \"..\"",
                file.path,
                line_of(&file.text, at)
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        check(&[SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        }])
        .len()
    }

    #[test]
    fn traces_of_unfinished_work_are_found_in_the_files_they_concern() {
        let rows: [(&str, String, usize); 8] = [
            ("a.rs", format!("{}]\nfn x() {{}}", concat!("#[ig", "nore")), 1),
            ("a.rs", format!("// {}: later", concat!("TO", "DO")), 1),
            ("a.png", format!("// {}: later", concat!("TO", "DO")), 0),
            ("a.rs", format!("{}unused)]", concat!("#[exp", "ect(")), 1),
            (
                "a.rs",
                format!("{}unused, reason = \"because\")]", concat!("#[exp", "ect(")),
                0,
            ),
            ("a.rs", "x\n".repeat(501), 1),
            ("a.tsx", "x\n".repeat(300), 0),
            ("frontend/src/api/schema.d.ts", "x\n".repeat(3000), 0),
        ];
        for (path, text, wanted) in rows {
            assert_eq!(
                found(path, &text),
                wanted,
                "{path}: {}",
                text.lines().next().unwrap_or_default()
            );
        }
    }
}
