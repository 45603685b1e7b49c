//! The product specification's own formula (week 2), word for word, as a reference.
//!
//! Lower-case the text, remove punctuation, count dictionary matches, multiply by channel and sender boosts, divide by the
//! number of words, cap at 100 %. It is not a probability: the tests below hold the figures that made us keep it as a
//! reference only. In particular it gives 48, 40 and no match where the specification's own feed shows 95, 92 and 87.

use crate::message::{ChannelKind, SenderKind};
use crate::signal::{Confidence, SignalKind};

use super::config::DetectionConfig;

/// The score of every kind with at least one match, in the order of [`SignalKind::ALL`].
pub fn score(
    text: &str,
    channel: ChannelKind,
    sender: SenderKind,
    config: &DetectionConfig,
) -> Vec<(SignalKind, Confidence)> {
    let words = normalise(text);
    if words.is_empty() {
        return Vec::new();
    }
    let channel_boost = config.boosts.channels.get(&channel).copied().unwrap_or(1.0);
    let sender_boost = config.boosts.senders.get(&sender).copied().unwrap_or(1.0);
    let scored = |kind: SignalKind| {
        let phrases = config.dictionaries.get(&kind)?;
        let matches = phrases
            .iter()
            .filter(|entry| contains(&words, &normalise(&entry.phrase)))
            .count();
        let share = matches as f64 * channel_boost * sender_boost / words.len() as f64;
        (matches > 0).then(|| (kind, Confidence::new((share * 100.0).round().min(100.0) as u8)))
    };
    SignalKind::ALL.into_iter().filter_map(scored).collect()
}

/// Lower case, punctuation removed: "can't" becomes "cant", in texts and dictionaries alike.
fn normalise(text: &str) -> Vec<String> {
    let kept: String = text
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || c.is_whitespace())
        .collect();
    kept.split_whitespace().map(str::to_owned).collect()
}

/// Whole words, so that "bug" is not found in "debug"; a slot letter stands for one word.
fn contains(words: &[String], phrase: &[String]) -> bool {
    let fits = |(wanted, word): (&String, &String)| wanted == word || matches!(wanted.as_str(), "x" | "y" | "z");
    !phrase.is_empty()
        && words
            .windows(phrase.len())
            .any(|window| phrase.iter().zip(window).all(fits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formula_gives_the_figures_that_made_it_a_reference_only() {
        use SignalKind as K;
        let rows: [(&str, &[(SignalKind, u8)]); 7] = [
            ("We're running out of capacity", &[(K::Expansion, 48)]),
            ("How much to add 50 users?", &[(K::BuyingIntent, 40)]),
            ("Can't get support to respond", &[]),
            ("no bug", &[(K::Risk, 100)]),
            ("cost", &[(K::BuyingIntent, 100)]),
            ("Need to scale", &[(K::Expansion, 80)]),
            ("the debug flag", &[]),
        ];
        for (text, expected) in rows {
            let scores = score(
                text,
                ChannelKind::Customer,
                SenderKind::Customer,
                &DetectionConfig::default(),
            );
            let scores: Vec<(SignalKind, u8)> = scores.into_iter().map(|(kind, c)| (kind, c.percent())).collect();
            assert_eq!(scores, expected, "{text}");
        }
    }
}
