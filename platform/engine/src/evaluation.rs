//! Measuring detection, tone and account matching on labelled rows.
//!
//! Used by the `eval` example and by whoever calibrates; it holds no data of its own.

use serde::Deserialize;

use crate::detection::{Detector, MessageView};
use crate::matching::{AccountIndex, Query};
use crate::message::{ChannelKind, SenderKind};
use crate::signal::{Confidence, Sentiment, SignalKind};

/// A message with what a person says it means.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct LabelledMessage {
    /// The row's name.
    pub id: String,
    /// The message.
    pub text: String,
    /// Where it was posted.
    pub channel_kind: ChannelKind,
    /// Who wrote it.
    pub sender_kind: SenderKind,
    /// What it means; empty for nothing.
    pub labels: Vec<SignalKind>,
    /// Its tone, where it was labelled.
    #[serde(default)]
    pub sentiment: Option<Sentiment>,
}

/// A way of writing an account's name, and the account meant, if any.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LabelledQuery {
    /// As written.
    pub query: String,
    /// How it was made, for breaking figures down.
    pub kind: String,
    /// The account meant; `None` if the CRM does not hold it.
    pub account_id: Option<String>,
}

/// Reads JSON lines, leaving out empty ones.
///
/// # Errors
/// Of the first line that cannot be read.
pub fn read_rows<T: serde::de::DeserializeOwned>(json_lines: &str) -> Result<Vec<T>, serde_json::Error> {
    json_lines
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(serde_json::from_str)
        .collect()
}

/// Hits, false alarms and misses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Labelled and found.
    pub hits: usize,
    /// Found without a label.
    pub false_alarms: usize,
    /// Labelled and not found.
    pub misses: usize,
}

impl Counts {
    /// Counts one decision.
    pub fn add(&mut self, labelled: bool, found: bool) {
        match (labelled, found) {
            (true, true) => self.hits += 1,
            (false, true) => self.false_alarms += 1,
            (true, false) => self.misses += 1,
            (false, false) => {}
        }
    }

    /// The share of what was found that was labelled; 1 if nothing was found.
    pub fn precision(&self) -> f64 {
        ratio(self.hits, self.hits + self.false_alarms, 1.0)
    }

    /// The share of what was labelled that was found; 1 if nothing was labelled.
    pub fn recall(&self) -> f64 {
        ratio(self.hits, self.hits + self.misses, 1.0)
    }

    /// The harmonic mean of precision and recall.
    pub fn f1(&self) -> f64 {
        ratio(2 * self.hits, 2 * self.hits + self.false_alarms + self.misses, 1.0)
    }
}

fn ratio(part: usize, whole: usize, if_empty: f64) -> f64 {
    if whole == 0 {
        if_empty
    } else {
        part as f64 / whole as f64
    }
}

/// How detection does on labelled messages, at the configured threshold for showing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DetectionReport {
    /// Per kind, in the order of [`SignalKind::ALL`].
    pub per_kind: [Counts; 6],
    /// Messages with at least one shown detection.
    pub flagged: usize,
    /// Messages.
    pub messages: usize,
    /// Per tone, where labelled: positive, neutral, negative, urgent.
    pub sentiment: [Counts; 4],
    /// Of the shown detections per tenth of confidence from 50 on: how many, and how many were labelled.
    pub reliability: [(usize, usize); 5],
}

const TONES: [Sentiment; 4] = [
    Sentiment::Positive,
    Sentiment::Neutral,
    Sentiment::Negative,
    Sentiment::Urgent,
];

impl DetectionReport {
    /// Runs the detector over the rows.
    pub fn measure<'r>(detector: &Detector, rows: impl IntoIterator<Item = &'r LabelledMessage>) -> Self {
        let mut report = Self::default();
        for row in rows {
            let analysis = detector.detect(&MessageView::new(&row.text, row.channel_kind, row.sender_kind));
            for kind in SignalKind::ALL {
                let shown = analysis.shown().find(|detection| detection.kind == kind);
                let labelled = row.labels.contains(&kind);
                report.per_kind[kind.index()].add(labelled, shown.is_some());
                if let Some(detection) = shown {
                    let tenth = usize::from(detection.confidence.percent().saturating_sub(50) / 10).min(4);
                    report.reliability[tenth].0 += 1;
                    report.reliability[tenth].1 += usize::from(labelled);
                }
            }
            if let Some(tone) = row.sentiment {
                for (counts, candidate) in report.sentiment.iter_mut().zip(TONES) {
                    counts.add(tone == candidate, analysis.sentiment == candidate);
                }
            }
            report.messages += 1;
            report.flagged += usize::from(analysis.shown().next().is_some());
        }
        report
    }

    /// All kinds together.
    pub fn micro(&self) -> Counts {
        self.per_kind.iter().fold(Counts::default(), |sum, counts| Counts {
            hits: sum.hits + counts.hits,
            false_alarms: sum.false_alarms + counts.false_alarms,
            misses: sum.misses + counts.misses,
        })
    }

    /// The share of messages with at least one shown detection.
    pub fn flag_rate(&self) -> f64 {
        ratio(self.flagged, self.messages, 0.0)
    }

    /// The mean F1 over the four tones.
    pub fn sentiment_macro_f1(&self) -> f64 {
        self.sentiment.iter().map(Counts::f1).sum::<f64>() / self.sentiment.len() as f64
    }
}

/// How account matching does on labelled queries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MatchingReport {
    /// Queries.
    pub queries: usize,
    /// The first candidate is right, or there is no right one and nothing was mapped by itself.
    pub right: usize,
    /// Mapped by itself.
    pub auto_mapped: usize,
    /// Mapped by itself to the wrong account, or where none is right.
    pub auto_wrong: usize,
    /// Queries with a right answer.
    pub answerable: usize,
    /// Among the answerable: the right account is among the candidates.
    pub suggested: usize,
}

impl MatchingReport {
    /// Asks the index about every row; `auto_map` is the confidence from which a mapping needs no person.
    pub fn measure<'r>(
        index: &AccountIndex,
        rows: impl IntoIterator<Item = &'r LabelledQuery>,
        auto_map: Confidence,
    ) -> Self {
        let mut report = Self::default();
        for row in rows {
            let candidates = index.candidates(&Query::guess(&row.query));
            let first = candidates.first();
            let mapped = first.filter(|candidate| candidate.confidence >= auto_map);
            let first_id = first.map(|candidate| candidate.account_id.as_str());
            let wanted = row.account_id.as_deref();
            report.queries += 1;
            report.answerable += usize::from(wanted.is_some());
            report.right += usize::from(if wanted.is_some() {
                first_id == wanted
            } else {
                mapped.is_none()
            });
            report.auto_mapped += usize::from(mapped.is_some());
            report.auto_wrong += usize::from(mapped.is_some() && first_id != wanted);
            let among = candidates
                .iter()
                .any(|candidate| Some(candidate.account_id.as_str()) == wanted);
            report.suggested += usize::from(among);
        }
        report
    }

    /// Share of right answers.
    pub fn accuracy(&self) -> f64 {
        ratio(self.right, self.queries, 1.0)
    }

    /// Share of queries mapped without asking.
    pub fn auto_rate(&self) -> f64 {
        ratio(self.auto_mapped, self.queries, 0.0)
    }

    /// Share of those that were mapped wrongly.
    pub fn auto_wrong_rate(&self) -> f64 {
        ratio(self.auto_wrong, self.auto_mapped, 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precision_and_recall_follow_from_the_counts() {
        let mut counts = Counts::default();
        for (labelled, found) in [(true, true), (true, true), (true, false), (false, true), (false, false)] {
            counts.add(labelled, found);
        }
        assert_eq!(
            counts,
            Counts {
                hits: 2,
                false_alarms: 1,
                misses: 1
            }
        );
        assert!((counts.precision() - 2.0 / 3.0).abs() < 1e-9 && (counts.f1() - 2.0 / 3.0).abs() < 1e-9);
        assert_eq!(Counts::default().precision(), 1.0);
    }
}
