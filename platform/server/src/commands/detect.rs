//! `momentum detect`: JSON lines in, JSON lines out, no database.

use std::io::{self, BufRead, BufWriter, Write};

use anyhow::Context;
use clap::{Args, ValueEnum};
use momentum_engine::detection::{DetectionConfig, Detector, Evidence, MessageView};
use momentum_engine::message::{ChannelKind, SenderKind};
use momentum_engine::signal::{Confidence, Sentiment, SignalKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Options of `detect`.
#[derive(Debug, Args)]
pub struct DetectArgs {
    /// The sentence encoder that adds its evidence. This version has phrases and patterns only.
    #[arg(long, value_enum, default_value_t = Model::Off)]
    model: Model,
}

/// Which encoder is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Model {
    /// None.
    Off,
}

#[derive(Deserialize)]
struct Input {
    #[serde(default)]
    id: Value,
    text: String,
    #[serde(default = "customer_channel")]
    channel_kind: ChannelKind,
    #[serde(default = "customer")]
    sender_kind: SenderKind,
}

fn customer_channel() -> ChannelKind {
    ChannelKind::Customer
}

fn customer() -> SenderKind {
    SenderKind::Customer
}

#[derive(Serialize)]
struct Output<'a> {
    id: &'a Value,
    detections: Vec<Found<'a>>,
    polarity: f32,
    urgency: f32,
    sentiment: Sentiment,
}

#[derive(Serialize)]
struct Found<'a> {
    kind: SignalKind,
    confidence: Confidence,
    evidence: &'a [Evidence],
}

/// Reads messages from standard input and writes what is shown of each. What is suppressed is not written.
///
/// # Errors
/// Names the line that cannot be read.
pub fn run(args: &DetectArgs) -> anyhow::Result<()> {
    let Model::Off = args.model;
    detect(io::stdin().lock(), BufWriter::new(io::stdout().lock()))
}

fn detect(input: impl BufRead, mut output: impl Write) -> anyhow::Result<()> {
    let detector = Detector::new(&DetectionConfig::default());
    for (at, line) in input.lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let message: Input = serde_json::from_str(&line).with_context(|| format!("line {} cannot be read", at + 1))?;
        let view = MessageView::new(&message.text, message.channel_kind, message.sender_kind);
        let analysis = detector.detect(&view);
        let answer = Output {
            id: &message.id,
            detections: analysis
                .shown()
                .map(|found| Found {
                    kind: found.kind,
                    confidence: found.confidence,
                    evidence: &found.evidence,
                })
                .collect(),
            polarity: analysis.polarity,
            urgency: analysis.urgency,
            sentiment: analysis.sentiment,
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
    fn each_line_is_answered_with_its_id_and_what_it_says() {
        let input = concat!(
            r#"{"id":"a","text":"We're running out of capacity","channel_kind":"customer","sender_kind":"customer"}"#,
            "\n\n",
            r#"{"id":7,"text":"Thanks, see you tomorrow","channel_kind":"customer","sender_kind":"customer"}"#,
            "\n"
        );
        let mut output = Vec::new();
        detect(input.as_bytes(), &mut output).expect("both lines are read");
        let lines: Vec<Value> = String::from_utf8(output)
            .expect("text")
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0]["id"], "a");
        assert_eq!(lines[0]["detections"][0]["kind"], "expansion");
        assert!(lines[0]["detections"][0]["evidence"][0]["quote"].is_string());
        assert_eq!(lines[1]["id"], 7);
        assert_eq!(lines[1]["detections"], serde_json::json!([]));
    }

    #[test]
    fn a_line_that_is_no_message_is_named() {
        let error = detect("{\"id\":1}\n".as_bytes(), Vec::new()).expect_err("no text");
        assert_eq!(error.to_string(), "line 1 cannot be read");
    }
}
