//! What a tenant can change about detection: dictionaries, boosts, thresholds and calibration.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::message::{ChannelKind, SenderKind};
use crate::signal::{SignalKind, Thresholds};

/// The weight of a phrase a tenant adds without giving one, in log-odds: said by a customer it is shown on its own.
pub const DEFAULT_PHRASE_WEIGHT: f64 = 3.2;

/// One entry of a dictionary: a phrase that speaks for a kind.
///
/// Words match whole, in any case, with or without apostrophes. A single capital `X`, `Y` or `Z` stands for one to four
/// words of any kind (`using X heavily`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct DictionaryEntry {
    /// The phrase as an admin types it.
    pub phrase: String,
    /// How much the phrase speaks for its kind, in log-odds.
    #[serde(default = "default_phrase_weight")]
    pub weight: f64,
}

fn default_phrase_weight() -> f64 {
    DEFAULT_PHRASE_WEIGHT
}

impl DictionaryEntry {
    /// A phrase with the default weight.
    pub fn new(phrase: impl Into<String>) -> Self {
        Self {
            phrase: phrase.into(),
            weight: DEFAULT_PHRASE_WEIGHT,
        }
    }
}

/// Factors by which channel and sender change the odds. Defaults are the product specification's (week 2): 1.2 for a
/// customer channel, 1.5 for support, 2.0 for a customer's own words, 1.0 for colleagues.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", default)]
pub struct Boosts {
    /// By channel kind; a kind not listed has factor 1.
    pub channels: BTreeMap<ChannelKind, f64>,
    /// By sender kind; a kind not listed has factor 1.
    pub senders: BTreeMap<SenderKind, f64>,
}

impl Default for Boosts {
    fn default() -> Self {
        let channels = [
            (ChannelKind::Customer, 1.2),
            (ChannelKind::Support, 1.5),
            (ChannelKind::Escalations, 1.5),
            (ChannelKind::CustomerSuccess, 1.2),
        ];
        let senders = [(SenderKind::Customer, 2.0), (SenderKind::Internal, 1.0)];
        Self {
            channels: channels.into(),
            senders: senders.into(),
        }
    }
}

impl Boosts {
    /// The channel's boost as log-odds.
    pub fn channel_log_odds(&self, kind: ChannelKind) -> f64 {
        log_odds_of_factor(self.channels.get(&kind))
    }

    /// The sender's boost as log-odds.
    pub fn sender_log_odds(&self, kind: SenderKind) -> f64 {
        log_odds_of_factor(self.senders.get(&kind))
    }
}

/// A factor on the odds is an addend on the log-odds. Factors that are not positive numbers count as 1.
fn log_odds_of_factor(factor: Option<&f64>) -> f64 {
    factor
        .copied()
        .filter(|factor| factor.is_finite() && *factor > 0.0)
        .map_or(0.0, f64::ln)
}

/// The slope until a tenant has labels. Words, tone and sender of one message are not independent evidence, so their sum
/// overstates: unscaled, nearly every clear message came to 99 or 100, where about 95 of 100 were right. The threshold for
/// showing (50, log-odds 0) is where it was.
pub const UNTRAINED_SLOPE: f64 = 0.6;

/// Platt scaling of one kind: confidence is the logistic of `slope * log_odds + intercept`. Learned from labels; until
/// then [`UNTRAINED_SLOPE`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Calibration {
    /// Positive, so that more evidence never lowers a confidence.
    pub slope: f64,
    /// Log-odds.
    pub intercept: f64,
}

impl Default for Calibration {
    fn default() -> Self {
        Self {
            slope: UNTRAINED_SLOPE,
            intercept: 0.0,
        }
    }
}

impl Calibration {
    /// The calibrated log-odds. A slope that is not positive would turn evidence around and counts as untrained.
    pub fn apply(&self, log_odds: f64) -> f64 {
        let slope = if self.slope.is_finite() && self.slope > 0.0 {
            self.slope
        } else {
            UNTRAINED_SLOPE
        };
        let intercept = if self.intercept.is_finite() {
            self.intercept
        } else {
            0.0
        };
        slope * log_odds + intercept
    }
}

/// Everything a tenant can set, as one versioned document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", default)]
pub struct DetectionConfig {
    /// Raised with every change and stored with every detection.
    pub version: u32,
    /// The tenant's phrases per kind.
    pub dictionaries: BTreeMap<SignalKind, Vec<DictionaryEntry>>,
    /// Channel and sender factors.
    pub boosts: Boosts,
    /// From which confidence what happens.
    pub thresholds: Thresholds,
    /// Learned scaling per kind.
    pub calibration: BTreeMap<SignalKind, Calibration>,
}

impl Default for DetectionConfig {
    fn default() -> Self {
        Self {
            version: 1,
            dictionaries: starter_dictionaries(),
            boosts: Boosts::default(),
            thresholds: Thresholds::default(),
            calibration: BTreeMap::new(),
        }
    }
}

/// The product specification's starter dictionaries (week 2), phrase for phrase. The weights are ours: single common
/// words such as "cost" or "growth" say little alone, and were measured to be wrong most of the time.
const STARTER: &[(SignalKind, &[(&str, f64)])] = &[
    (
        SignalKind::Expansion,
        &[
            ("need more", 1.6),
            ("capacity", 0.7),
            ("scale", 0.5),
            ("growth", 0.3),
            ("increase users", 3.0),
            ("new team", 0.9),
        ],
    ),
    (
        SignalKind::Risk,
        &[
            ("can't work", 2.8),
            ("frustrated", 1.6),
            ("bug", 0.3),
            ("support slow", 3.0),
            ("alternatives", 1.0),
            ("budget cut", 3.0),
        ],
    ),
    (
        SignalKind::BuyingIntent,
        &[
            ("how much", 0.5),
            ("cost", 0.5),
            ("upgrade", 0.5),
            ("pricing", 0.9),
            ("demo", 0.4),
            ("when available", 1.4),
        ],
    ),
    (
        SignalKind::Usage,
        &[
            ("using X heavily", 3.2),
            ("integrated with Y", 1.8),
            ("rolled out to", 1.8),
        ],
    ),
    (
        SignalKind::Churn,
        &[
            ("pause", 0.4),
            ("migrate", 0.5),
            ("competitor", 0.5),
            ("contract over", 2.0),
            ("not working", 0.2),
        ],
    ),
];

fn starter_dictionaries() -> BTreeMap<SignalKind, Vec<DictionaryEntry>> {
    let entries = |phrases: &[(&str, f64)]| {
        phrases
            .iter()
            .map(|&(phrase, weight)| DictionaryEntry {
                phrase: phrase.to_owned(),
                weight,
            })
            .collect()
    };
    let mut dictionaries: BTreeMap<_, _> = STARTER
        .iter()
        .map(|(kind, phrases)| (*kind, entries(phrases)))
        .collect();
    dictionaries.insert(SignalKind::Relationship, Vec::new());
    dictionaries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_starter_dictionaries_are_the_specifications() {
        let config = DetectionConfig::default();
        let phrases = |kind| {
            config.dictionaries[&kind]
                .iter()
                .map(|e| e.phrase.as_str())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            phrases(SignalKind::Expansion),
            ["need more", "capacity", "scale", "growth", "increase users", "new team"]
        );
        assert_eq!(
            phrases(SignalKind::Risk),
            [
                "can't work",
                "frustrated",
                "bug",
                "support slow",
                "alternatives",
                "budget cut"
            ]
        );
        assert_eq!(
            phrases(SignalKind::BuyingIntent),
            ["how much", "cost", "upgrade", "pricing", "demo", "when available"]
        );
        assert_eq!(
            phrases(SignalKind::Usage),
            ["using X heavily", "integrated with Y", "rolled out to"]
        );
        assert_eq!(
            phrases(SignalKind::Churn),
            ["pause", "migrate", "competitor", "contract over", "not working"]
        );
    }

    #[test]
    fn a_configuration_survives_the_database() {
        let config = DetectionConfig::default();
        let json = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<DetectionConfig>(&json).unwrap(), config);
        let sparse = r#"{"version":3,"dictionaries":{"risk":[{"phrase":"fedramp"}]}}"#;
        let config: DetectionConfig = serde_json::from_str(sparse).unwrap();
        assert_eq!(config.dictionaries[&SignalKind::Risk][0].weight, DEFAULT_PHRASE_WEIGHT);
        assert_eq!(config.thresholds, Thresholds::default());
    }
}
