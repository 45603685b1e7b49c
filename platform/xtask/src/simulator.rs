//! `momentum sim`: the simulated vendors in a process of their own.

use crate::process::Process;
use crate::test;
use anyhow::{Context, Result};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The simulated vendors.
pub struct Simulator {
    _process: Process,
    /// The binary that they are part of.
    pub binary: PathBuf,
    /// Where they are and what opens them, as they say themselves.
    pub said: BTreeMap<String, String>,
}

impl Simulator {
    /// Starts them, with further arguments.
    pub fn start(binary: &Path, arguments: &[&str]) -> Result<Self> {
        let port = test::free_port()?;
        let mut command = Command::new(binary);
        command.args(["sim", "--json", "--port", &port.to_string()]);
        let mut process = Process::spawn(command.args(arguments).stdout(Stdio::piped()))?;
        let mut line = String::new();
        BufReader::new(process.output()?).read_line(&mut line)?;
        let said: Map<String, Value> =
            serde_json::from_str(&line).with_context(|| format!("the simulator said {line:?}"))?;
        let texts = |(name, value): (String, Value)| Some((name, value.as_str()?.to_owned()));
        Ok(Self {
            _process: process,
            binary: binary.to_owned(),
            said: said.into_iter().filter_map(texts).collect(),
        })
    }

    /// What they say under this name.
    pub fn told(&self, name: &str) -> Result<&str> {
        let told = self.said.get(name).map(String::as_str);
        told.with_context(|| format!("the simulator tells no {name}"))
    }
}
