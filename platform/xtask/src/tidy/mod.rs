//! What the compiler does not check and a reviewer should not have to: each rule says what it found and where.

mod dependencies;
mod layers;
mod licences;
mod links;
mod named_tests;
mod routes;
mod sources;
mod tree;

use crate::workspace::Workspace;
use anyhow::{Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file of the repository: its path from the root, and its text.
pub struct SourceFile {
    pub path: String,
    pub text: String,
}

impl SourceFile {
    fn is(&self, extension: &str) -> bool {
        Path::new(&self.path)
            .extension()
            .is_some_and(|found| found == extension)
    }
}

/// Checks everything and prints what is wrong; an error if anything is.
pub fn run(workspace: &Workspace) -> Result<()> {
    let findings = findings(workspace)?;
    for finding in &findings {
        println!("{finding}");
    }
    ensure!(
        findings.is_empty(),
        "{} place(s) break a rule of the house (docs/CONTRIBUTING.md)",
        findings.len()
    );
    println!("tidy: the tree, its layers, dependencies, licences, sources, routes and links are in order");
    Ok(())
}

fn findings(workspace: &Workspace) -> Result<Vec<String>> {
    let paths = paths(&workspace.root)?;
    let files = read(&workspace.root, &paths);
    let mut findings = tree::check(&paths);
    findings.extend(sources::check(&files));
    findings.extend(layers::check(&files));
    findings.extend(links::check(&workspace.root, &files));
    findings.extend(named_tests::check(&files));
    findings.extend(routes::check(&workspace.root));
    findings.extend(dependencies::check(workspace)?);
    Ok(findings)
}

/// Every file that is committed or about to be: what git ignores is nobody's business here.
fn paths(root: &Path) -> Result<Vec<PathBuf>> {
    let mut git = Command::new("git");
    git.current_dir(root)
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let output = git.output()?;
    ensure!(
        output.status.success(),
        "git ls-files failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let listed = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(listed
        .split('\0')
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
        .collect())
}

/// The text files among them; what was deleted but not yet committed is left out.
fn read(root: &Path, paths: &[PathBuf]) -> Vec<SourceFile> {
    let text = |path: &PathBuf| {
        let text = std::fs::read_to_string(root.join(path)).ok()?;
        Some(SourceFile {
            path: path.to_string_lossy().into_owned(),
            text,
        })
    };
    paths.iter().filter_map(text).collect()
}

/// The line (from 1) on which this byte lies.
fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_keeps_its_own_rules() {
        let workspace = Workspace::find().expect("the repository");
        let findings = findings(&workspace).expect("the rules can be checked");
        assert!(findings.is_empty(), "{}", findings.join("\n"));
    }
}
