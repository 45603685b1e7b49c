//! `momentum match`: which account people mean, JSON lines in and out, no database.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use momentum_engine::matching::{AccountIndex, AccountRecord, Query};
use momentum_engine::signal::{Confidence, Thresholds};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Options of `match`.
#[derive(Debug, Args)]
pub struct MatchArgs {
    /// The accounts: JSON lines of id, name and domain.
    #[arg(long, value_name = "FILE")]
    accounts: PathBuf,
}

#[derive(Deserialize)]
struct Input {
    #[serde(default)]
    id: Value,
    query: String,
}

#[derive(Serialize)]
struct Output<'a> {
    id: &'a Value,
    candidates: Vec<Candidate<'a>>,
    auto: Option<&'a str>,
}

#[derive(Serialize)]
struct Candidate<'a> {
    account_id: &'a str,
    confidence: Confidence,
}

/// Reads queries from standard input and writes the candidates of each, the likeliest first. `auto` is the account that
/// would be mapped without asking.
///
/// # Errors
/// Names the file or the line that cannot be read.
pub fn run(args: &MatchArgs) -> anyhow::Result<()> {
    let index = AccountIndex::build(accounts(&args.accounts)?);
    answer(&index, io::stdin().lock(), BufWriter::new(io::stdout().lock()))
}

fn accounts(path: &Path) -> anyhow::Result<Vec<AccountRecord>> {
    let file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
    let lines = BufReader::new(file).lines().enumerate();
    let filled = lines.filter(|(_, line)| !line.as_ref().is_ok_and(|line| line.trim().is_empty()));
    filled
        .map(|(at, line)| {
            let place = || format!("{}, line {} cannot be read", path.display(), at + 1);
            serde_json::from_str(&line.with_context(place)?).with_context(place)
        })
        .collect()
}

fn answer(index: &AccountIndex, input: impl BufRead, mut output: impl Write) -> anyhow::Result<()> {
    let auto_map = Thresholds::default().auto_map;
    for (at, line) in input.lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let asked: Input = serde_json::from_str(&line).with_context(|| format!("line {} cannot be read", at + 1))?;
        let candidates = index.candidates(&Query::guess(&asked.query));
        let first = candidates.first().filter(|first| first.confidence >= auto_map);
        let answer = Output {
            id: &asked.id,
            auto: first.map(|first| first.account_id.as_str()),
            candidates: candidates
                .iter()
                .map(|candidate| Candidate {
                    account_id: &candidate.account_id,
                    confidence: candidate.confidence,
                })
                .collect(),
        };
        serde_json::to_writer(&mut output, &answer)?;
        output.write_all(b"\n")?;
    }
    output.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certain_account_is_mapped_and_an_unknown_one_is_not() {
        let record = |id: &str, name: &str, domain: &str| AccountRecord {
            id: id.to_owned(),
            name: name.to_owned(),
            domain: Some(domain.to_owned()),
        };
        let index = AccountIndex::build([
            record("A1", "Acme Corporation Inc", "acme.com"),
            record("A2", "TechFlow Inc", "techflow.io"),
        ]);
        let input = concat!(
            "{\"id\":1,\"query\":\"#customer-acme\"}\n",
            "{\"id\":2,\"query\":\"jane@techflow.io\"}\n",
            "{\"id\":3,\"query\":\"Zebra Logistics\"}\n",
        );
        let mut output = Vec::new();
        answer(&index, input.as_bytes(), &mut output).expect("all lines are read");
        let autos: Vec<Value> = String::from_utf8(output)
            .expect("text")
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["auto"].clone())
            .collect();
        assert_eq!(autos, [Value::from("A1"), Value::from("A2"), Value::Null]);
    }
}
