//! `cargo xtask certify`: the vendors' own clients, unmodified, against the simulated vendors, and our connectors against
//! servers that others wrote. A client that is content with a fake is the best witness there is that the fake
//! speaks the vendor's protocol, and so that tests against it mean something.

use crate::process::Process;
use crate::product::{self, Profile};
use crate::report::Report;
use crate::shell::{self, Count};
use crate::simulator::Simulator;
use crate::workspace::Workspace;
use crate::{install, test};
use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const FOLDER: &str = "connectors/certify";

/// One script for each client.
const CLIENTS: [&str; 8] = [
    "slack-web-api.mjs",
    "slack-bolt.mjs",
    "slack_sdk_client.py",
    "jsforce.mjs",
    "simple_salesforce_client.py",
    "hubspot-api-client.mjs",
    "hubspot_sdk_client.py",
    "aiosmtpd_server.py",
];

/// Calls that cannot pass, and why: the vendor's documentation is on our side.
const EXCUSED: [(&str, &str, &str); 1] = [(
    EMULATED,
    "a wrong token",
    "emulate takes any token for its admin; Slack answers invalid_auth (docs.slack.dev/reference/methods/auth.test)",
)];

/// What our connector is called where it runs against an emulator.
const EMULATED: &str = "ours, on emulate";

/// What a script prints at its end.
#[derive(Deserialize)]
struct Certificate {
    vendor: String,
    client: String,
    version: String,
    calls: u32,
    passed: u32,
    failed: Vec<Failure>,
}

#[derive(Deserialize)]
struct Failure {
    name: String,
    error: String,
}

/// Runs all clients and prints the table.
pub fn run(workspace: &Workspace, binary: Option<PathBuf>) -> Result<()> {
    let mut report = Report::default();
    report.step("vendors' clients", |count| certify(workspace, binary, count));
    report.finish()
}

/// Runs all clients, counting their calls, and fails if any call did.
pub fn certify(workspace: &Workspace, binary: Option<PathBuf>, count: &mut Count) -> Result<()> {
    install::node_packages(workspace, FOLDER)?;
    let python = install::python_packages(workspace, FOLDER)?;
    let binary = binary.map_or_else(|| product::build(workspace, Profile::Dev), Ok)?;
    let simulator = Simulator::start(&binary, &[])?;
    let mut certificates = Vec::new();
    for client in CLIENTS {
        certificates.push(certificate(workspace, &python, &simulator, client)?);
    }
    certificates.push(emulated(workspace)?);
    for certificate in &mut certificates {
        certificate.excuse();
    }
    println!(
        "\n{:<12}{:<22}{:>10}{:>7}{:>8}",
        "vendor", "client", "version", "calls", "passed"
    );
    for Certificate {
        vendor,
        client,
        version,
        calls,
        passed,
        ..
    } in &certificates
    {
        println!("{vendor:<12}{client:<22}{version:>10}{calls:>7}{passed:>8}");
        count.passed += passed;
        count.failed += calls - passed;
    }
    for Certificate { client, failed, .. } in &certificates {
        for Failure { name, error } in failed {
            println!("\n{client}: {name}\n{error}");
        }
    }
    ensure!(
        certificates.iter().all(|certificate| certificate.failed.is_empty()),
        "not every client is content with its simulated vendor"
    );
    Ok(())
}

impl Certificate {
    /// Takes out what cannot pass, and says so.
    fn excuse(&mut self) {
        let (client, calls) = (self.client.clone(), &mut self.calls);
        self.failed.retain(|failure| {
            let excuse = EXCUSED
                .iter()
                .find(|(whose, call, _)| *whose == client && *call == failure.name);
            if let Some((_, call, why)) = excuse {
                println!("{client}: \"{call}\" is left out: {why}");
                *calls -= 1;
            }
            excuse.is_none()
        });
    }
}

/// Our Slack connector against the emulator that others wrote. It needs a newer Node than we ask of people, which is among
/// the packages.
fn emulated(workspace: &Workspace) -> Result<Certificate> {
    let mut build = workspace.cargo();
    build.args([
        "build",
        "--quiet",
        "--package",
        "momentum-connectors",
        "--example",
        "slack_calls",
    ]);
    shell::run(&mut build)?;
    let modules = workspace.root.join(FOLDER).join("node_modules");
    let processor = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    let port = test::free_port()?;
    let mut emulator = Command::new(modules.join(format!("node-linux-{processor}/bin/node")));
    emulator
        .arg(modules.join("emulate/dist/index.js"))
        .args(["start", "--service", "slack", "--port", &port.to_string()])
        .stdout(Stdio::piped());
    let mut emulator = Process::spawn(&mut emulator)?;
    let output = emulator.output()?;
    let is_ready = |line: std::io::Result<String>| line.is_ok_and(|line| line.contains("Ready"));
    let mut lines = BufReader::new(output).lines();
    ensure!(lines.by_ref().any(is_ready), "the emulator ended before it was ready");
    let output = Command::new(workspace.target.join("debug/examples/slack_calls"))
        .env("SLACK_API_URL", format!("http://127.0.0.1:{port}/api/"))
        // The admin that the emulator begins with.
        .env("SLACK_TOKEN", "test_token_admin")
        .output()?;
    let mut certificate: Certificate = serde_json::from_slice(&output.stdout)
        .with_context(|| format!("slack_calls told nothing: {}", String::from_utf8_lossy(&output.stderr)))?;
    EMULATED.clone_into(&mut certificate.client);
    Ok(certificate)
}

fn certificate(workspace: &Workspace, python: &Path, simulator: &Simulator, client: &str) -> Result<Certificate> {
    let is_python = client.ends_with(".py");
    let mut command = if is_python {
        Command::new(python)
    } else {
        Command::new("node")
    };
    let output = command
        .arg(client)
        .current_dir(workspace.root.join(FOLDER))
        .envs(simulator.said.iter().map(|(name, value)| (name.to_uppercase(), value)))
        .env("MOMENTUM_BINARY", &simulator.binary)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stderr(Stdio::piped())
        .output()
        .with_context(|| format!("{client} did not start"))?;
    let lines = String::from_utf8_lossy(&output.stdout);
    let Some(certificate) = lines.lines().rev().find_map(|line| serde_json::from_str(line).ok()) else {
        bail!("{client} told nothing: {}", String::from_utf8_lossy(&output.stderr));
    };
    Ok(certificate)
}
