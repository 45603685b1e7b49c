//! The visible top level is fixed, so that a newcomer finds the same few names for years.

use std::collections::BTreeSet;
use std::path::PathBuf;

const TOP: [&str; 13] = [
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "connectors",
    "docs",
    "frontend",
    "helm",
    "migrations",
    "platform",
    "plugins-sdk",
    "rust-toolchain.toml",
    "terraform",
];

/// Names the entries of the top level that are none of the fixed ones. Dotfiles hold the configuration of tools.
pub fn check(paths: &[PathBuf]) -> Vec<String> {
    let first = paths
        .iter()
        .filter_map(|path| path.components().next()?.as_os_str().to_str());
    let names: BTreeSet<&str> = first.collect();
    let strange = names
        .into_iter()
        .filter(|name| !name.starts_with('.') && !TOP.contains(name));
    strange
        .map(|name| format!("{name}: the top level of the tree is fixed; put this into one of its folders"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_fixed_names_and_dotfiles_stand_at_the_top() {
        let paths = [
            "Cargo.toml",
            ".ci/run",
            "platform/engine/src/lib.rs",
            "scripts/x.sh",
            "terraform/main.tf",
        ];
        let found = check(&paths.map(PathBuf::from));
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("scripts:"));
    }
}
