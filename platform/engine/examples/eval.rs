//! Measures the engine on the evaluation data and prints the figures.
//!
//! `cargo run -p momentum-engine --example eval [-- --check] [--rows FILE] [--errors FILE]`
//!
//! `--check` ends with failure if a figure falls under its gate; `--rows` measures another file of labelled messages;
//! `--errors` lists what was missed and what was wrongly found in a file of labelled messages, `--matching-errors` which
//! account queries were mapped wrongly without asking.

use std::process::ExitCode;

use momentum_engine::detection::{DetectionConfig, Detector, MessageView};
use momentum_engine::evaluation::{DetectionReport, LabelledMessage, LabelledQuery, MatchingReport, read_rows};
use momentum_engine::matching::{AccountIndex, AccountRecord, Query};
use momentum_engine::message::{ChannelKind, SenderKind};
use momentum_engine::signal::{SignalKind, Thresholds};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<ExitCode, Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value_of = |flag: &str| {
        arguments
            .iter()
            .position(|a| a == flag)
            .and_then(|at| arguments.get(at + 1))
    };
    let detector = Detector::new(&DetectionConfig::default());
    if let Some(path) = value_of("--rows") {
        print_detection(
            path,
            &DetectionReport::measure(&detector, &read_rows(&std::fs::read_to_string(path)?)?),
        );
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(path) = value_of("--errors") {
        print_errors(&detector, &read_rows(&std::fs::read_to_string(path)?)?);
        return Ok(ExitCode::SUCCESS);
    }
    if arguments.iter().any(|argument| argument == "--matching-errors") {
        print_matching_errors()?;
        return Ok(ExitCode::SUCCESS);
    }
    let gates = measure_all(&detector)?;
    let failed: Vec<&Gate> = gates.iter().filter(|gate| !gate.holds()).collect();
    for gate in &failed {
        println!(
            "gate failed: {} is {:.4}, wanted {} {:.4}",
            gate.name,
            gate.value,
            gate.sign(),
            gate.bound
        );
    }
    let is_check = arguments.iter().any(|argument| argument == "--check");
    Ok(if is_check && !failed.is_empty() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

struct Gate {
    name: &'static str,
    value: f64,
    bound: f64,
    at_least: bool,
}

impl Gate {
    fn holds(&self) -> bool {
        if self.at_least {
            self.value >= self.bound
        } else {
            self.value <= self.bound
        }
    }

    fn sign(&self) -> &'static str {
        if self.at_least { "at least" } else { "at most" }
    }
}

fn at_least(name: &'static str, value: f64, bound: f64) -> Gate {
    Gate {
        name,
        value,
        bound,
        at_least: true,
    }
}

fn at_most(name: &'static str, value: f64, bound: f64) -> Gate {
    Gate {
        name,
        value,
        bound,
        at_least: false,
    }
}

fn measure_all(detector: &Detector) -> Result<Vec<Gate>, Failure> {
    let dev: Vec<LabelledMessage> = read_rows(&fixture("eval_dev.jsonl")?)?;
    let chatter: Vec<LabelledMessage> = read_rows(&fixture("chatter_dev.jsonl")?)?;
    let vendor_chat: Vec<LabelledMessage> = read_rows(&fixture("vendorchat_dev.jsonl")?)?;
    let as_customer: Vec<LabelledMessage> = chatter.iter().map(as_if_said_by_a_customer).collect();

    let on_dev = DetectionReport::measure(detector, &dev);
    print_detection("eval_dev", &on_dev);
    let on_chatter = DetectionReport::measure(detector, &chatter);
    let on_customer_chatter = DetectionReport::measure(detector, &as_customer);
    let on_vendor_chat = DetectionReport::measure(detector, &vendor_chat);
    for (name, report) in [
        ("chatter", &on_chatter),
        ("chatter as if said by a customer", &on_customer_chatter),
        ("vendor help rooms", &on_vendor_chat),
    ] {
        println!(
            "{name:34} flagged {:4} of {:4} ({:.2} %)",
            report.flagged,
            report.messages,
            report.flag_rate() * 100.0
        );
    }
    println!("sentiment macro-F1 {:.3}", on_dev.sentiment_macro_f1());

    let matching = measure_matching()?;
    let micro = on_dev.micro();
    Ok(vec![
        at_least("precision on eval_dev", micro.precision(), 0.80),
        at_least("recall on eval_dev", micro.recall(), 0.50),
        at_least("sentiment macro-F1 on eval_dev", on_dev.sentiment_macro_f1(), 0.55),
        at_most("flag rate of chatter", on_chatter.flag_rate(), 0.005),
        at_most(
            "flag rate of chatter as a customer's",
            on_customer_chatter.flag_rate(),
            0.005,
        ),
        at_most("flag rate of vendor help rooms", on_vendor_chat.flag_rate(), 0.02),
        at_most("wrong automatic mappings", matching.auto_wrong_rate(), 0.015),
        at_least("matching accuracy", matching.accuracy(), 0.90),
    ])
}

fn as_if_said_by_a_customer(row: &LabelledMessage) -> LabelledMessage {
    LabelledMessage {
        channel_kind: ChannelKind::Customer,
        sender_kind: SenderKind::Customer,
        ..row.clone()
    }
}

fn print_matching_errors() -> Result<(), Failure> {
    let accounts: Vec<AccountRecord> = read_rows(&fixture("accounts_crm.jsonl")?)?;
    let name_of = |id: &str| {
        accounts
            .iter()
            .find(|account| account.id == id)
            .map_or("-", |account| account.name.as_str())
    };
    let index = AccountIndex::build(accounts.iter().cloned());
    let queries: Vec<LabelledQuery> = read_rows(&fixture("accounts_queries_dev.jsonl")?)?;
    for row in &queries {
        let Some(first) = index.candidates(&Query::guess(&row.query)).into_iter().next() else {
            continue;
        };
        let is_wrong = Some(first.account_id.as_str()) != row.account_id.as_deref();
        if is_wrong && first.confidence >= Thresholds::default().auto_map {
            let meant = row.account_id.as_deref().map_or("none", name_of);
            println!(
                "{:?}: mapped to {} ({}, {:?}), meant {meant}",
                row.query,
                name_of(&first.account_id),
                first.confidence,
                first.reason
            );
        }
    }
    Ok(())
}

fn measure_matching() -> Result<MatchingReport, Failure> {
    let accounts: Vec<AccountRecord> = read_rows(&fixture("accounts_crm.jsonl")?)?;
    let queries: Vec<LabelledQuery> = read_rows(&fixture("accounts_queries_dev.jsonl")?)?;
    let index = AccountIndex::build(accounts);
    let auto_map = Thresholds::default().auto_map;
    let mut kinds: Vec<&str> = queries.iter().map(|row| row.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        let report = MatchingReport::measure(&index, queries.iter().filter(|row| row.kind == kind), auto_map);
        print_matching(kind, &report);
    }
    let report = MatchingReport::measure(&index, &queries, auto_map);
    print_matching("all accounts queries", &report);
    Ok(report)
}

fn fixture(name: &str) -> Result<String, Failure> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/eval")
        .join(name);
    std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()).into())
}

fn print_detection(name: &str, report: &DetectionReport) {
    println!("{name}: {} messages at threshold 50", report.messages);
    let row = |name: &str, c: &momentum_engine::evaluation::Counts| {
        println!(
            "  {name:14} precision {:.3}  recall {:.3}  F1 {:.3}   ({} hits, {} false alarms, {} misses)",
            c.precision(),
            c.recall(),
            c.f1(),
            c.hits,
            c.false_alarms,
            c.misses
        );
    };
    for kind in SignalKind::ALL {
        row(kind.as_str(), &report.per_kind[kind.index()]);
    }
    row("micro", &report.micro());
    for (tenth, (shown, labelled)) in report.reliability.iter().enumerate() {
        println!(
            "  shown at {}-{}: {labelled} of {shown} labelled",
            50 + tenth * 10,
            59 + tenth * 10
        );
    }
}

fn print_matching(name: &str, report: &MatchingReport) {
    println!(
        "{name:22} accuracy {:.3}  suggested {:.3}  automatic {:.3}  wrong among automatic {:.4} ({} of {})",
        report.accuracy(),
        report.suggested as f64 / report.answerable.max(1) as f64,
        report.auto_rate(),
        report.auto_wrong_rate(),
        report.auto_wrong,
        report.auto_mapped
    );
}

fn print_errors(detector: &Detector, rows: &[LabelledMessage]) {
    for row in rows {
        let analysis = detector.detect(&MessageView::new(&row.text, row.channel_kind, row.sender_kind));
        let shown: Vec<SignalKind> = analysis.shown().map(|detection| detection.kind).collect();
        let missed: Vec<&SignalKind> = row.labels.iter().filter(|kind| !shown.contains(kind)).collect();
        let wrong: Vec<String> = analysis
            .shown()
            .filter(|detection| !row.labels.contains(&detection.kind))
            .map(|d| format!("{} {} ({})", d.kind, d.confidence, d.best_quote().unwrap_or("-")))
            .collect();
        let tone = row.sentiment.filter(|tone| *tone != analysis.sentiment);
        if missed.is_empty() && wrong.is_empty() && tone.is_none() {
            continue;
        }
        println!(
            "{} [{}/{}] {}",
            row.id,
            row.channel_kind.as_str(),
            row.sender_kind.as_str(),
            row.text.replace('\n', " ")
        );
        for kind in missed {
            let found = analysis.detections.iter().find(|detection| detection.kind == *kind);
            let why = found.map(|d| {
                format!(
                    "{} {:?} ({})",
                    d.confidence,
                    d.suppressed,
                    d.best_quote().unwrap_or("-")
                )
            });
            println!("    MISSED {kind} {}", why.unwrap_or_default());
        }
        for wrong in wrong {
            println!("    WRONG  {wrong}");
        }
        if let Some(tone) = tone {
            println!(
                "    TONE   {} labelled {} ({:.2}, {:.2})",
                analysis.sentiment.as_str(),
                tone.as_str(),
                analysis.polarity,
                analysis.urgency
            );
        }
    }
}
