//! What is really there: in the product's database, and in the fake CRM.

use crate::process::pause;
use crate::product::{self, Ready};
use anyhow::{Context, Result, bail};
use postgres::{Client, Config, NoTls, Row, types::ToSql};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// The field in which a task carries the id of its signal.
const SIGNAL_FIELD: &str = "Momentum_Signal_Id__c";
/// How long the product may take to work off what it has accepted.
const DRAINED_WITHIN: Duration = Duration::from_secs(600);

/// A connection to the private database of a running product, as its superuser.
pub struct Store(Client);

impl Store {
    /// Reads where the server listens, and the passwords, from the data directory.
    pub fn open(data_dir: &Path) -> Result<Self> {
        let home = data_dir.join("postgres");
        let file =
            fs::read_to_string(home.join("cluster/postmaster.pid")).context("the private database is not running")?;
        let line = |number: usize| file.lines().nth(number).unwrap_or_default().trim().to_owned();
        let passwords: Value = serde_json::from_str(&fs::read_to_string(home.join("passwords.json"))?)?;
        let mut config = Config::new();
        config.user("postgres").dbname("momentum").port(line(3).parse()?);
        config.password(passwords["superuser"].as_str().unwrap_or_default());
        let socket = line(4);
        if socket.is_empty() {
            config.host("127.0.0.1")
        } else {
            config.host_path(socket)
        };
        Ok(Self(config.connect(NoTls)?))
    }

    /// The rows of a query.
    pub fn rows(&mut self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>> {
        Ok(self.0.query(sql, values)?)
    }

    /// Runs a statement, durably.
    pub fn execute(&mut self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<u64> {
        Ok(self.0.execute(sql, values)?)
    }

    /// The one number of a query.
    pub fn number(&mut self, sql: &str) -> Result<i64> {
        Ok(self.0.query_one(sql, &[])?.get(0))
    }

    /// What time it is for the product, in seconds.
    pub fn now(&mut self) -> Result<f64> {
        Ok(self
            .0
            .query_one("SELECT extract(epoch FROM clock_timestamp())::float8", &[])?
            .get(0))
    }

    /// Waits until nothing accepted is still waiting for work.
    pub fn drained(&mut self) -> Result<()> {
        let waiting = "SELECT count(*) FROM jobs WHERE state = 'pending' AND queue IN ('ingest', 'delivery')";
        let began = Instant::now();
        loop {
            let left = self.number(waiting)?;
            if left == 0 {
                return Ok(());
            }
            if began.elapsed() > DRAINED_WITHIN {
                bail!("{left} jobs are still waiting after {} s", DRAINED_WITHIN.as_secs());
            }
            pause(Duration::from_millis(100));
        }
    }

    /// What a restart must not leave behind, whatever happened: half-made or doubled rows.
    pub fn contradictions(&mut self) -> Result<Vec<String>> {
        let rules = [
            (
                "messages with two detections of one kind",
                "SELECT count(*) FROM (SELECT 1 FROM detections GROUP BY tenant_id, message_id, kind HAVING count(*) > 1) AS twice",
            ),
            (
                "signals opened twice by one message",
                "SELECT count(*) FROM (SELECT 1 FROM signals GROUP BY tenant_id, message_id, kind HAVING count(*) > 1) AS twice",
            ),
            (
                "signals whose occurrences are not their detections",
                "SELECT count(*) FROM signals AS s WHERE s.occurrences <> (SELECT count(*) FROM detections AS d \
                 WHERE d.tenant_id = s.tenant_id AND d.signal_id = s.id)",
            ),
            (
                "deliveries that became dead letters",
                "SELECT count(*) FROM deliveries WHERE state = 'dead_letter'",
            ),
            (
                "jobs that became dead letters",
                "SELECT count(*) FROM jobs WHERE state = 'dead'",
            ),
        ];
        let mut found = Vec::new();
        for (name, sql) in rules {
            let number = self.number(sql)?;
            if number > 0 {
                found.push(format!("{number} {name}"));
            }
        }
        Ok(found)
    }
}

/// The tasks of the fake CRM, by record id, each with the id of the signal it carries.
pub fn tasks(ready: &Ready) -> Result<BTreeMap<String, String>> {
    let url = format!("{}/control/salesforce/tasks", ready.sim_url);
    let answer: Value = product::client(Duration::from_secs(30))
        .get(url)
        .call()?
        .body_mut()
        .read_json()?;
    let items = answer["items"].as_array().cloned().unwrap_or_default();
    let pair = |task: &Value| Some((task["Id"].as_str()?.to_owned(), task[SIGNAL_FIELD].as_str()?.to_owned()));
    items
        .iter()
        .map(|task| pair(task).context("a task without id or signal"))
        .collect()
}

/// Makes the fake CRM misbehave at its next writes of tasks, whichever way they are written.
pub fn break_task_writes(ready: &Ready, fault: &Value) -> Result<()> {
    for method in ["PATCH", "POST"] {
        let mut fault = fault.clone();
        fault["vendor"] = "salesforce".into();
        fault["match"] = serde_json::json!({"method": method, "path": "/sobjects/Task"});
        control(ready, "POST", "/control/faults", &fault)?;
    }
    Ok(())
}

/// Makes the fake CRM behave again.
pub fn mend(ready: &Ready) -> Result<()> {
    control(ready, "DELETE", "/control/faults", &Value::Null)
}

fn control(ready: &Ready, method: &str, path: &str, body: &Value) -> Result<()> {
    let agent = product::client(Duration::from_secs(10));
    let url = format!("{}{path}", ready.sim_url);
    let answer = match method {
        "DELETE" => agent.delete(&url).call()?,
        _ => agent.post(&url).send_json(body)?,
    };
    if !answer.status().is_success() {
        bail!("{method} {path} of the simulator answered {}", answer.status());
    }
    Ok(())
}
