//! The vocabulary of signals: the six kinds, confidence, thresholds and sentiment.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What kind of news a signal carries. The product specification's first phase names five; `Relationship` is the sixth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignalKind {
    /// A new or unmet need, more capacity, seats, teams, regions or use cases.
    Expansion,
    /// Present dissatisfaction, blocked work, unanswered support, budget pressure, a look at alternatives.
    Risk,
    /// Price, quote, terms, timing, procurement, trial or demo, asked with a view to buy.
    BuyingIntent,
    /// Adoption facts: rolled out, integrated, in wide or heavy use.
    Usage,
    /// A person, role or organisation changed on the customer's side.
    Relationship,
    /// Stated or planned leaving, or a marked fall in engagement.
    Churn,
}

impl SignalKind {
    /// All kinds, in the order in which pages list them.
    pub const ALL: [SignalKind; 6] = [
        Self::Expansion,
        Self::Risk,
        Self::BuyingIntent,
        Self::Usage,
        Self::Relationship,
        Self::Churn,
    ];

    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Expansion => "expansion",
            Self::Risk => "risk",
            Self::BuyingIntent => "buying_intent",
            Self::Usage => "usage",
            Self::Relationship => "relationship",
            Self::Churn => "churn",
        }
    }

    /// The name people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Expansion => "Expansion",
            Self::Risk => "Risk",
            Self::BuyingIntent => "Buying intent",
            Self::Usage => "Usage",
            Self::Relationship => "Relationship",
            Self::Churn => "Churn",
        }
    }

    /// The position in [`SignalKind::ALL`], for tables with one row per kind.
    pub fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for SignalKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names none of the six kinds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a signal kind; use one of expansion, risk, buying_intent, usage, relationship, churn")]
pub struct UnknownSignalKind(pub String);

impl FromStr for SignalKind {
    type Err = UnknownSignalKind;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == s)
            .ok_or_else(|| UnknownSignalKind(s.to_owned()))
    }
}

/// How likely a signal is real, in percent: of the signals shown at 80, about 80 in 100 are confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(transparent)]
pub struct Confidence(u8);

impl Confidence {
    /// No chance.
    pub const MIN: Confidence = Confidence(0);
    /// Certainty.
    pub const MAX: Confidence = Confidence(100);

    /// A confidence of `percent`, capped at 100.
    pub fn new(percent: u8) -> Self {
        Self(percent.min(100))
    }

    /// The logistic function of `log_odds`, rounded to whole percents. Not-a-number counts as zero evidence (50).
    pub fn from_log_odds(log_odds: f64) -> Self {
        let log_odds = if log_odds.is_nan() { 0.0 } else { log_odds };
        let probability = 1.0 / (1.0 + (-log_odds).exp());
        Self((probability * 100.0).round() as u8)
    }

    /// Whole percents, 0 to 100.
    pub fn percent(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.0)
    }
}

impl<'de> Deserialize<'de> for Confidence {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let percent = u8::deserialize(deserializer)?;
        if percent > 100 {
            return Err(serde::de::Error::custom(format!(
                "a confidence is 0 to 100, not {percent}"
            )));
        }
        Ok(Self(percent))
    }
}

/// The confidences from which something happens, one table per tenant. Defaults are the product specification's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", default)]
pub struct Thresholds {
    /// Below this a detection is kept but not shown.
    pub show: Confidence,
    /// From here a CRM task is made.
    pub task: Confidence,
    /// From here a CRM opportunity is made.
    pub opportunity: Confidence,
    /// From here people are alerted at once.
    pub alert: Confidence,
    /// From here a message is mapped to an account without asking.
    pub auto_map: Confidence,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            show: Confidence(50),
            task: Confidence(70),
            opportunity: Confidence(80),
            alert: Confidence(80),
            auto_map: Confidence(90),
        }
    }
}

/// The speaker's attitude, derived from two separate numbers: polarity and urgency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sentiment {
    /// Pleased.
    Positive,
    /// Neither.
    Neutral,
    /// Displeased.
    Negative,
    /// Not pleased, and explicitly pressed for time.
    Urgent,
}

impl Sentiment {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Positive => "positive",
            Self::Neutral => "neutral",
            Self::Negative => "negative",
            Self::Urgent => "urgent",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_read_back_from_their_names() {
        for kind in SignalKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{kind}\""));
            assert_eq!(SignalKind::ALL[kind.index()], kind);
        }
        assert!("deal".parse::<SignalKind>().is_err());
    }

    #[test]
    fn confidence_stays_between_0_and_100() {
        let rows = [
            (f64::NEG_INFINITY, 0),
            (-2.0, 12),
            (0.0, 50),
            (3.0, 95),
            (1e9, 100),
            (f64::NAN, 50),
        ];
        for (log_odds, percent) in rows {
            assert_eq!(Confidence::from_log_odds(log_odds).percent(), percent, "{log_odds}");
        }
        assert!(serde_json::from_str::<Confidence>("101").is_err());
    }
}
