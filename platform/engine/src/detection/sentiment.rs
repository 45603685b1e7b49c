//! Tone: polarity and urgency are two numbers, because a calm message may be urgent and an angry one may not.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::pattern::inflections;
use super::tokens::{Tokens, Voice};
use crate::signal::Sentiment;

/// From this polarity on a message counts as pleased, and from its negative on as displeased.
const CLEAR_POLARITY: f32 = 0.34;
/// From this urgency on a message presses for time.
const CLEAR_URGENCY: f32 = 0.55;
/// A negation turns words of feeling this many words onward.
const NEGATION_REACH: usize = 3;
/// Negated praise is not quite blame and negated blame not quite praise.
const NEGATED: f32 = -0.5;
/// Valences sum to a polarity through `x / sqrt(x² + SOFTNESS)`: one clear word is about 0.6, and more never pass 1. The
/// form is VADER's (Hutto and Gilbert 2014).
const SOFTNESS: f32 = 7.0;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    polarity: BTreeMap<String, Vec<String>>,
    intensity: Intensity,
    urgency: BTreeMap<String, Vec<String>>,
    emoji: Emoji,
}

#[derive(Debug, Deserialize)]
struct Intensity {
    strengthen: Vec<String>,
    weaken: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Emoji {
    positive: Vec<String>,
    negative: Vec<String>,
}

struct Lexicon {
    polarity: BTreeMap<String, f32>,
    urgency: BTreeMap<String, f32>,
    intensity: Intensity,
    emoji: Emoji,
    longest: usize,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let source: Source = toml::from_str(include_str!("patterns/sentiment.toml")).expect("checked by a test");
    let polarity = by_phrase(&source.polarity);
    let urgency = by_phrase(&source.urgency);
    let longest = polarity
        .keys()
        .chain(urgency.keys())
        .map(|phrase| phrase.split(' ').count())
        .max()
        .unwrap_or(1);
    Lexicon {
        polarity,
        urgency,
        intensity: source.intensity,
        emoji: source.emoji,
        longest,
    }
});

fn by_phrase(groups: &BTreeMap<String, Vec<String>>) -> BTreeMap<String, f32> {
    let mut phrases = BTreeMap::new();
    for (value, entries) in groups {
        let value: f32 = value.parse().unwrap_or(0.0);
        for entry in entries {
            match entry.strip_prefix('+') {
                Some(word) => phrases.extend(inflections(word).into_iter().map(|form| (form, value))),
                None => drop(phrases.insert(entry.clone(), value)),
            }
        }
    }
    phrases
}

/// The tone of a message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mood {
    /// -1 (displeased) to 1 (pleased).
    pub polarity: f32,
    /// 0 to 1.
    pub urgency: f32,
}

impl Mood {
    /// The label: urgent is time pressure without pleasure.
    pub fn sentiment(&self) -> Sentiment {
        let pleased = self.polarity >= CLEAR_POLARITY;
        let displeased = self.polarity <= -CLEAR_POLARITY;
        match (pleased, displeased) {
            (false, displeased) if self.urgency >= if displeased { CLEAR_URGENCY } else { 0.9 } => Sentiment::Urgent,
            (true, _) => Sentiment::Positive,
            (_, true) => Sentiment::Negative,
            _ => Sentiment::Neutral,
        }
    }
}

/// Measures the author's own words; quotes and code have no tone.
pub fn measure(tokens: &Tokens) -> Mood {
    let words: Vec<&str> = tokens
        .words
        .iter()
        .map(|word| {
            if word.voice == Voice::Own {
                word.word.as_str()
            } else {
                ""
            }
        })
        .collect();
    let mut valence = 0.0;
    let mut urgency: f32 = 0.0;
    let mut at = 0;
    while at < words.len() {
        if let Some((length, pressure)) = longest_phrase(&LEXICON.urgency, &words, at) {
            urgency = 1.0 - (1.0 - urgency) * (1.0 - pressure);
            at += length;
        } else if let Some((length, value)) = longest_phrase(&LEXICON.polarity, &words, at) {
            valence += in_context(tokens, &words, at, value);
            at += length;
        } else {
            at += 1;
        }
    }
    let has = |list: &[String]| tokens.emoji.iter().any(|emoji| list.contains(emoji));
    if has(&LEXICON.emoji.negative) {
        // Eye-rolling turns praise into sarcasm.
        valence = -valence.abs() - 1.5;
    } else if has(&LEXICON.emoji.positive) {
        valence += 1.5;
    }
    if tokens.exclamations >= 2 {
        urgency = 1.0 - (1.0 - urgency) * if valence > 0.0 { 1.0 } else { 0.7 };
    }
    Mood {
        polarity: valence / (valence * valence + SOFTNESS).sqrt(),
        urgency: urgency.clamp(0.0, 1.0),
    }
}

fn longest_phrase(phrases: &BTreeMap<String, f32>, words: &[&str], at: usize) -> Option<(usize, f32)> {
    (1..=LEXICON.longest.min(words.len() - at)).rev().find_map(|length| {
        phrases
            .get(&words[at..at + length].join(" "))
            .map(|value| (length, *value))
    })
}

fn in_context(tokens: &Tokens, words: &[&str], at: usize, value: f32) -> f32 {
    let clause = tokens.words[at].clause;
    let before: Vec<&str> = (at.saturating_sub(NEGATION_REACH)..at)
        .filter(|&i| tokens.words[i].clause == clause)
        .map(|i| words[i])
        .collect();
    let mut value = value;
    if let Some(previous) = before.last() {
        if LEXICON.intensity.strengthen.iter().any(|word| word == previous) {
            value *= 1.4;
        } else if LEXICON.intensity.weaken.iter().any(|word| word == previous) {
            value *= 0.5;
        }
    }
    if before.iter().any(|word| {
        matches!(
            *word,
            "not" | "no" | "never" | "without" | "nothing" | "neither" | "nicht" | "pas"
        )
    }) {
        value *= NEGATED;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detection::tokens::tokenize;
    use crate::message::parse;

    #[test]
    fn tone_is_read_from_words_negation_and_emoji() {
        let rows = [
            ("I hate this", Sentiment::Negative),
            ("we're frustrated", Sentiment::Negative),
            ("the export is broken", Sentiment::Negative),
            ("it doesn't work", Sentiment::Negative),
            ("awesome", Sentiment::Positive),
            ("we love it", Sentiment::Positive),
            ("this is great", Sentiment::Positive),
            ("you saved us", Sentiment::Positive),
            ("not frustrated at all, super helpful", Sentiment::Positive),
            ("great, another broken dashboard 🙃", Sentiment::Negative),
            ("Payments are failing, need help immediately!!!", Sentiment::Urgent),
            ("where is the file?", Sentiment::Neutral),
            ("&gt; I hate this\nok", Sentiment::Neutral),
        ];
        for (text, expected) in rows {
            let mood = measure(&tokenize(&parse(text)));
            assert_eq!(mood.sentiment(), expected, "{text} {mood:?}");
        }
    }
}
