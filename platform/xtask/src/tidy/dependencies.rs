//! The rules of `.deny.toml` (cargo-deny's own format, which it can read as well) against what cargo resolved, and the
//! purity of the engine.

use super::licences;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What the engine may use: text, numbers and data. It has no async, no I/O, no clock, no randomness.
const ENGINE_USES: [&str; 9] = [
    "aho-corasick",
    "chrono",
    "chrono-tz",
    "regex",
    "serde",
    "serde_json",
    "strsim",
    "thiserror",
    "toml",
];

#[derive(Deserialize)]
struct Rules {
    licenses: Licenses,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

/// One entry of `bans.deny`, as cargo-deny understands it.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    /// The only crates that may depend on it directly. Without any, nobody may.
    #[serde(default)]
    wrappers: Vec<String>,
    /// The crate is welcome, in one version.
    #[serde(default)]
    deny_multiple_versions: bool,
    reason: String,
}

/// One resolved package.
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    /// Names of direct dependencies that are built into the product or its tools (tests excluded).
    dependencies: BTreeSet<String>,
    ours: bool,
}

/// Checks licences, bans, doubles, and what the engine uses.
pub fn check(workspace: &Workspace) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(workspace.root.join(".deny.toml")).context("cannot read .deny.toml")?;
    let rules: Rules = toml::from_str(&text).context("cannot understand .deny.toml")?;
    Ok(check_packages(&rules, &resolved(&workspace.metadata(&[])?)?))
}

fn check_packages(rules: &Rules, packages: &[Package]) -> Vec<String> {
    let mut findings = Vec::new();
    for package in packages.iter().filter(|package| !package.ours) {
        let license = package.license.as_deref().unwrap_or_default();
        if !licences::acceptable(license, &rules.licenses.allow) {
            findings.push(format!(
                "{} {}: licence `{license}` is not accepted by .deny.toml",
                package.name, package.version
            ));
        }
    }
    for ban in &rules.bans.deny {
        let versions: Vec<&str> = packages
            .iter()
            .filter(|one| one.name == ban.name)
            .map(|one| &*one.version)
            .collect();
        if ban.deny_multiple_versions {
            if versions.len() > 1 {
                findings.push(format!(
                    "{}: versions {}: {}",
                    ban.name,
                    versions.join(" and "),
                    ban.reason
                ));
            }
            continue;
        }
        let users = packages
            .iter()
            .filter(|one| one.dependencies.contains(&ban.name) && !ban.wrappers.contains(&one.name));
        findings.extend(users.map(|user| format!("{} depends on {}: {}", user.name, ban.name, ban.reason)));
    }
    let engine = packages
        .iter()
        .filter(|package| package.name == "momentum-engine")
        .flat_map(|one| &one.dependencies);
    let impure = engine.filter(|name| !ENGINE_USES.contains(&name.as_str()));
    findings
        .extend(impure.map(|name| format!("momentum-engine depends on {name}: the engine is pure (no async, no I/O)")));
    findings
}

/// Reads `cargo metadata`: packages, and the edges that cargo chose (an optional dependency nobody asked for has none).
fn resolved(metadata: &Value) -> Result<Vec<Package>> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let packages = list(&metadata["packages"]);
    let names: BTreeMap<String, String> = packages
        .iter()
        .filter_map(|package| Some((text(&package["id"])?, text(&package["name"])?)))
        .collect();
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for node in list(&metadata["resolve"]["nodes"]) {
        let id = text(&node["id"]).context("a node without id")?;
        let built = list(&node["deps"]).into_iter().filter(|dependency| {
            let kinds = list(&dependency["dep_kinds"]);
            kinds.iter().any(|kind| kind["kind"].as_str() != Some("dev"))
        });
        let targets = built.filter_map(|dependency| names.get(dependency["pkg"].as_str()?).cloned());
        edges.insert(id, targets.collect());
    }
    let package = |value: &Value| {
        let id = text(&value["id"])?;
        Some(Package {
            name: text(&value["name"])?,
            version: text(&value["version"])?,
            license: text(&value["license"]),
            dependencies: edges.get(&id).cloned().unwrap_or_default(),
            ours: value["source"].is_null(),
        })
    };
    packages
        .iter()
        .map(package)
        .collect::<Option<_>>()
        .context("cargo metadata lacks a name or version")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, license: &str, dependencies: &[&str]) -> Package {
        Package {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            license: Some(license.to_owned()),
            dependencies: dependencies.iter().map(|&name| name.to_owned()).collect(),
            ours: name.starts_with("momentum"),
        }
    }

    #[test]
    fn a_foreign_licence_a_wrong_user_a_second_version_and_an_impure_engine_are_found() {
        let rules = r#"
            [licenses]
            allow = ["MIT"]
            [bans]
            deny = [
                { crate = "http-client", wrappers = ["momentum-connectors"], reason = "one outbound client" },
                { crate = "pool", deny-multiple-versions = true, reason = "one pool" },
            ]
        "#;
        let rules: Rules = toml::from_str(rules).expect("rules");
        let packages = [
            package("momentum-connectors", "", &["http-client"]),
            package("momentum-server", "", &["http-client", "pool"]),
            package("momentum-engine", "", &["regex", "tokio"]),
            package("http-client", "MIT", &[]),
            package("pool", "MIT", &[]),
            package("pool", "GPL-3.0-only", &[]),
        ];
        let found = check_packages(&rules, &packages);
        assert_eq!(found.len(), 4, "{found:#?}");
        for part in [
            "GPL-3.0-only",
            "momentum-server depends on http-client",
            "pool: versions",
            "depends on tokio",
        ] {
            assert!(
                found.iter().any(|finding| finding.contains(part)),
                "{part} in {found:#?}"
            );
        }
    }
}
