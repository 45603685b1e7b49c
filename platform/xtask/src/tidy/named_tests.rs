//! A test that a document names as its proof is there.

use super::{SourceFile, line_of};
use std::collections::HashSet;

/// A name in code marks with at least so many underscores is a test's: settings and functions have shorter ones.
const UNDERSCORES: usize = 5;

/// Checks the names of tests in every Markdown file.
pub fn check(files: &[SourceFile]) -> Vec<String> {
    let there: HashSet<&str> = (files.iter().filter(|file| file.is("rs")))
        .flat_map(|file| file.text.split("fn ").skip(1))
        .filter_map(|rest| rest.split('(').next())
        .collect();
    (files.iter().filter(|file| file.is("md")))
        .flat_map(|file| named(&file.text).map(move |(at, name)| (file, at, name)))
        .filter(|(_, _, name)| !there.contains(name))
        .map(|(file, at, name)| format!("{}:{}: there is no test {name}", file.path, line_of(&file.text, at)))
        .collect()
}

fn named(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let starts = text.match_indices('`').map(|(at, _)| at + 1);
    starts.filter_map(|at| {
        let name = text[at..].split('`').next()?;
        let is_name = name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        (is_name && name.matches('_').count() >= UNDERSCORES).then_some((at, name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_test_that_is_not_there_is_found() {
        let file = |path: &str, text: &str| SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let code = file("a.rs", "fn what_is_there_does_really_stand_there() {}");
        let words = "`what_is_there_does_really_stand_there`, `not_named_like_that`\n`what_was_once_there_is_gone_now`";
        let found = check(&[code, file("a.md", words)]);
        assert_eq!(found, ["a.md:2: there is no test what_was_once_there_is_gone_now"]);
    }
}
