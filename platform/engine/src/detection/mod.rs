//! What does this message say, how sure are we, and why?
//!
//! One message goes through [`Detector::detect`] in six steps:
//! 1. [`crate::message::parse`] takes Slack's markup off, `tokens` makes words;
//! 2. `library` finds the patterns (ours, from `patterns/*.toml`, and the tenant's dictionaries) among the words;
//! 3. `scope` says which of them do not count, because they are negated, hypothetical, quoted, resolved, a joke, or about
//!    something other than our product;
//! 4. `sentiment` measures polarity and urgency;
//! 5. `weighing` sums independent evidence as log-odds, calibrates the sum, and keeps every term with its words;
//! 6. what falls under the threshold stays, marked as suppressed with the reason.
//!
//! The specification's own formula is kept in [`legacy_formula`] as a reference.

mod analysis;
mod config;
pub mod legacy_formula;
mod library;
mod pattern;
mod scope;
mod sentiment;
mod tokens;
mod weighing;

#[cfg(test)]
mod tests;

use std::cmp::Reverse;

pub use analysis::{Analysis, Detection, Evidence, EvidenceTerm, ExtraEvidence, MessageView, SuppressionReason};
pub use config::{Boosts, Calibration, DEFAULT_PHRASE_WEIGHT, DetectionConfig, DictionaryEntry};

use crate::message::parse;
use crate::signal::SignalKind;
use library::{BUILT_IN, Library};

/// The version of this detector. Raised whenever the same input could give another result; stored with every detection.
pub const DETECTOR_VERSION: &str = "1.0.0";

/// A compiled detector: cheap per message, shared between threads.
#[derive(Debug)]
pub struct Detector {
    dictionaries: Library,
    config: DetectionConfig,
}

impl Detector {
    /// Compiles a tenant's configuration.
    pub fn new(config: &DetectionConfig) -> Self {
        Self {
            dictionaries: Library::from_dictionaries(config),
            config: config.clone(),
        }
    }

    /// The configuration it was compiled from.
    pub fn config(&self) -> &DetectionConfig {
        &self.config
    }

    /// Says what a message means. Never fails; the same message and configuration give the same analysis.
    pub fn detect(&self, message: &MessageView<'_>) -> Analysis {
        let text = parse(message.text);
        let tokens = tokens::tokenize(&text);
        let names = scope::proper_names(&tokens, &BUILT_IN);
        let ours = BUILT_IN.read(&tokens, names.clone());
        let theirs = self.dictionaries.read(&tokens, names);
        let scope = scope::ScopeMap::new(&BUILT_IN, &ours, message);
        let mood = sentiment::measure(&tokens);

        let mut found = BUILT_IN.meanings(&ours, message.sender_kind);
        found.extend(self.dictionaries.meanings(&theirs, message.sender_kind));
        let weighing = weighing::Weighing {
            message,
            text: &text,
            tokens: &tokens,
            scope: &scope,
            mood: &mood,
            config: &self.config,
        };
        let mut detections: Vec<Detection> = SignalKind::ALL
            .into_iter()
            .filter_map(|kind| weighing.detection(kind, &found))
            .collect();
        detections.sort_by_key(|detection| Reverse(detection.confidence));
        Analysis {
            detections,
            polarity: mood.polarity,
            urgency: mood.urgency,
            sentiment: mood.sentiment(),
            has_negation: scope.has_negation(),
        }
    }
}
