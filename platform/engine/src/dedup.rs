//! Is this news, or the continuation of an open signal?
//!
//! The product specification's rule comes first: the same key phrase in the same channel less than 24 hours apart is
//! one signal. The same need in other words is caught by similarity to the open signals of the same account and kind;
//! where similarity is neither clear nor absent, a person is asked.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::signal::SignalKind;
use crate::stem;

/// The same key phrase in the same channel joins while strictly less than this has passed.
pub const JOIN_WINDOW: TimeDelta = TimeDelta::hours(24);
/// From this similarity on, other words for the same need join without asking.
pub const JOIN_SIMILARITY: f64 = 0.75;
/// From this similarity on, a person is asked.
pub const ASK_SIMILARITY: f64 = 0.40;
/// Signals older than this are history: a new mention is news even if the words are alike.
pub const SIMILARITY_WINDOW: TimeDelta = TimeDelta::days(14);

/// A detection about to become a signal.
#[derive(Debug, Clone, Copy)]
pub struct NewDetection<'a, A, C> {
    /// What was found.
    pub kind: SignalKind,
    /// The account, if the message is mapped.
    pub account: Option<A>,
    /// The channel.
    pub channel: C,
    /// The detection's normalised key phrase.
    pub key_phrase: &'a str,
    /// The message's text.
    pub text: &'a str,
}

/// A signal that is still open.
#[derive(Debug, Clone)]
pub struct OpenSignal<S, A, C> {
    /// Its identity.
    pub id: S,
    /// Its kind.
    pub kind: SignalKind,
    /// Its account, if mapped.
    pub account: Option<A>,
    /// The channel of its latest mention.
    pub channel: C,
    /// The key phrase of its latest mention.
    pub key_phrase: String,
    /// The text of its latest mention.
    pub text: String,
    /// When it was last mentioned.
    pub last_seen: DateTime<Utc>,
}

/// What becomes of a new detection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "decision")]
pub enum DedupDecision<S> {
    /// It is another mention of an open signal.
    Join {
        /// The open signal.
        signal: S,
        /// 0 to 1; 1 for the same key phrase.
        similarity: f64,
    },
    /// It may be: ask "new or continuation?".
    AskContinuation {
        /// The open signal it may belong to.
        signal: S,
        /// 0 to 1.
        similarity: f64,
    },
    /// It is news.
    Open,
}

/// Decides between joining, asking and opening. `now` is when the new message was posted.
pub fn decide<S: Clone, A: PartialEq, C: PartialEq>(
    new: &NewDetection<'_, A, C>,
    open_signals: &[OpenSignal<S, A, C>],
    now: DateTime<Utc>,
) -> DedupDecision<S> {
    let same_kind = || open_signals.iter().filter(|open| open.kind == new.kind);
    let repeated = same_kind()
        .filter(|open| open.channel == new.channel && !new.key_phrase.is_empty() && open.key_phrase == new.key_phrase)
        .filter(|open| (now - open.last_seen).abs() < JOIN_WINDOW)
        .max_by_key(|open| open.last_seen);
    if let Some(open) = repeated {
        return DedupDecision::Join {
            signal: open.id.clone(),
            similarity: 1.0,
        };
    }
    let closest = same_kind()
        .filter(|open| open.account.is_some() && open.account == new.account)
        .filter(|open| (now - open.last_seen).abs() <= SIMILARITY_WINDOW)
        .map(|open| (similarity_to(new, open), open))
        .max_by(|(a, open_a), (b, open_b)| a.total_cmp(b).then(open_a.last_seen.cmp(&open_b.last_seen)));
    match closest {
        Some((similarity, open)) if similarity >= JOIN_SIMILARITY => DedupDecision::Join {
            signal: open.id.clone(),
            similarity,
        },
        Some((similarity, open)) if similarity >= ASK_SIMILARITY => DedupDecision::AskContinuation {
            signal: open.id.clone(),
            similarity,
        },
        _ => DedupDecision::Open,
    }
}

fn similarity_to<S, A, C>(new: &NewDetection<'_, A, C>, open: &OpenSignal<S, A, C>) -> f64 {
    similarity(new.text, &open.text).max(similarity(new.key_phrase, &open.key_phrase))
}

/// How much two texts share, 0 to 1: the Dice coefficient of their content-word stems. Texts without content words share
/// nothing.
pub fn similarity(a: &str, b: &str) -> f64 {
    let (a, b) = (content_stems(a), content_stems(b));
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    2.0 * a.intersection(&b).count() as f64 / (a.len() + b.len()) as f64
}

fn content_stems(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’')
        .map(|word| word.to_lowercase().replace(['\'', '’'], ""))
        .filter(|word| !word.is_empty() && !stem::is_function_word(word))
        .map(|word| stem::stem(&word))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn at(hours: i64, minutes: i64) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2025, 3, 1, 9, 0, 0).unwrap() + TimeDelta::hours(hours) + TimeDelta::minutes(minutes)
    }

    fn open(
        channel: &'static str,
        account: Option<&'static str>,
        key: &str,
        text: &str,
    ) -> OpenSignal<u32, &'static str, &'static str> {
        OpenSignal {
            id: 1,
            kind: SignalKind::Expansion,
            account,
            channel,
            key_phrase: key.into(),
            text: text.into(),
            last_seen: at(0, 0),
        }
    }

    #[test]
    fn a_second_mention_within_a_day_joins_the_open_signal() {
        let signals = [open("C1", None, "run capacity", "We're running out of capacity")];
        let new = |channel| NewDetection {
            kind: SignalKind::Expansion,
            account: None,
            channel,
            key_phrase: "run capacity",
            text: "running out of capacity again",
        };
        let rows = [
            ("C1", at(23, 59), true),
            ("C1", at(24, 0), false),
            ("C1", at(24, 1), false),
            ("C2", at(1, 0), false),
        ];
        for (channel, now, joins) in rows {
            let decision = decide(&new(channel), &signals, now);
            assert_eq!(
                matches!(decision, DedupDecision::Join { .. }),
                joins,
                "{channel} {now} {decision:?}"
            );
        }
    }

    #[test]
    fn the_same_need_in_other_words_joins_or_asks() {
        let signals = [open(
            "C1",
            Some("acme"),
            "need seat",
            "We need 20 more seats for the Lisbon team",
        )];
        let decide_for = |account, kind, text| {
            let new = NewDetection {
                kind,
                account: Some(account),
                channel: "C2",
                key_phrase: "",
                text,
            };
            decide(&new, &signals, at(48, 0))
        };
        let rows = [
            (
                "acme",
                SignalKind::Expansion,
                "the Lisbon team needs more seats, 20",
                "join",
            ),
            (
                "acme",
                SignalKind::Expansion,
                "Any news on the seats for Lisbon?",
                "ask",
            ),
            ("acme", SignalKind::Expansion, "is there an on-prem version", "open"),
            ("acme", SignalKind::Risk, "the Lisbon team needs 20 more seats", "open"),
            (
                "other",
                SignalKind::Expansion,
                "the Lisbon team needs 20 more seats",
                "open",
            ),
        ];
        for (account, kind, text, expected) in rows {
            let name = match decide_for(account, kind, text) {
                DedupDecision::Join { .. } => "join",
                DedupDecision::AskContinuation { .. } => "ask",
                DedupDecision::Open => "open",
            };
            assert_eq!(name, expected, "{account} {kind} {text}");
        }
    }

    #[test]
    fn similarity_is_symmetric_and_between_0_and_1() {
        let texts = ["", "we need more seats", "More seats needed!", "budget cut", "…"];
        for a in texts {
            for b in texts {
                let s = similarity(a, b);
                assert!((0.0..=1.0).contains(&s));
                assert_eq!(s, similarity(b, a));
            }
        }
        assert_eq!(similarity("need more seats", "more seats needed"), 1.0);
    }
}
