//! Links between documents lead somewhere.

use super::{SourceFile, line_of};
use std::path::Path;

/// Checks the relative links of every Markdown file, with their headings.
pub fn check(root: &Path, files: &[SourceFile]) -> Vec<String> {
    files
        .iter()
        .filter(|file| file.is("md"))
        .flat_map(|file| check_file(root, file))
        .collect()
}

fn check_file(root: &Path, file: &SourceFile) -> Vec<String> {
    let folder = root
        .join(&file.path)
        .parent()
        .map(Path::to_path_buf)
        .unwrap_or_default();
    let mut findings = Vec::new();
    for (at, target) in links(&file.text) {
        if target.contains("://") || target.starts_with("mailto:") {
            continue;
        }
        let (path, heading) = target.split_once('#').unwrap_or((target, ""));
        let path = if path.is_empty() {
            root.join(&file.path)
        } else {
            folder.join(path)
        };
        let place = format!("{}:{}", file.path, line_of(&file.text, at));
        if !path.exists() {
            findings.push(format!("{place}: the link leads nowhere: {target}"));
        } else if !heading.is_empty() && path.extension().is_some_and(|extension| extension == "md") {
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            if !headings(&text).any(|found| found == heading) {
                findings.push(format!("{place}: there is no heading #{heading} in {target}"));
            }
        }
    }
    findings
}

/// The targets of `[text](target)` with their positions.
fn links(text: &str) -> Vec<(usize, &str)> {
    let target = |at: usize| {
        let rest = &text[at + 2..];
        let target = &rest[..rest.find(')')?];
        (!target.contains(char::is_whitespace)).then_some((at, target))
    };
    text.match_indices("](").filter_map(|(at, _)| target(at)).collect()
}

/// Headings as GitHub makes anchors of them: lower case, spaces to hyphens, no punctuation.
fn headings(text: &str) -> impl Iterator<Item = String> {
    text.lines().filter_map(|line| {
        let title = line.strip_prefix('#')?.trim_start_matches('#').trim().to_lowercase();
        let kept = |letter: &char| letter.is_alphanumeric() || [' ', '-', '_'].contains(letter);
        Some(title.chars().filter(kept).collect::<String>().replace(' ', "-"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_a_missing_file_or_heading_is_found() {
        let root = tempfile::tempdir().expect("a directory");
        std::fs::create_dir(root.path().join("docs")).expect("a folder");
        std::fs::write(root.path().join("docs/B.md"), "# The second, page\n").expect("a file");
        let rows = [
            ("[b](B.md)", 0),
            ("[b](B.md#the-second-page)", 0),
            ("[b](B.md#first)", 1),
            ("[c](C.md)", 1),
            ("[web](https://example.com/x)", 0),
            ("text ](not a link) more", 0),
        ];
        for (text, wanted) in rows {
            let file = SourceFile {
                path: "docs/A.md".to_owned(),
                text: text.to_owned(),
            };
            assert_eq!(check(root.path(), &[file]).len(), wanted, "{text}");
        }
    }
}
