//! From matches to a confidence: independent evidence summed as log-odds.

use std::cmp::Ordering;

use super::analysis::{Detection, Evidence, EvidenceTerm, MessageView, SuppressionReason};
use super::config::DetectionConfig;
use super::library::{Found, Meaning};
use super::scope::ScopeMap;
use super::sentiment::Mood;
use super::tokens::Tokens;
use crate::message::{PlainText, SenderKind};
use crate::signal::{Confidence, Sentiment, SignalKind};
use crate::stem;

/// How rare signals are among all messages before anything is known: odds of one to twenty.
const PRIOR: f64 = -3.0;
/// Every further phrase for the same kind counts for this much of the one before it: phrases of one message are not
/// independent of each other.
const FURTHER_PHRASE_FACTOR: f64 = 0.5;
/// Past this many phrases, the next one would add less than a hundredth of its weight.
const MOST_PHRASES: usize = 8;
/// What matches that do not count (negated, quoted …) take away: enough to bring certainty under any threshold.
const OUT_OF_SCOPE: f64 = -6.0;
/// Words that suit the kind's usual tone make it likelier; a tone against it makes it less so.
const TONE_FITS: f64 = 0.5;
const TONE_CLASHES: f64 = -0.8;
const URGENT: f64 = 0.4;
/// Several decision makers in one conversation.
const SEVERAL_DECISION_MAKERS: f64 = 0.4;

/// Everything known about one message when its evidence is weighed.
pub struct Weighing<'a> {
    /// The message.
    pub message: &'a MessageView<'a>,
    /// Its plain text.
    pub text: &'a PlainText<'a>,
    /// Its words.
    pub tokens: &'a Tokens,
    /// What does not count.
    pub scope: &'a ScopeMap<'a, 'a>,
    /// Its tone.
    pub mood: &'a Mood,
    /// The tenant's settings.
    pub config: &'a DetectionConfig,
}

impl Weighing<'_> {
    /// The detection of one kind, or `None` if nothing at all speaks for it.
    pub fn detection(&self, kind: SignalKind, found: &[Found<'_, Meaning>]) -> Option<Detection> {
        let of_kind: Vec<Found<'_, Meaning>> = found.iter().filter(|found| found.what.kind == kind).copied().collect();
        let extra: Vec<Evidence> = self
            .message
            .extra
            .iter()
            .filter(|e| e.kind == kind)
            .map(extra_evidence)
            .collect();
        if of_kind.is_empty() && extra.is_empty() {
            return None;
        }
        let counts = |found: &Found<'_, Meaning>| self.scope.verdict(found).is_none();
        let (counting, discounted): (Vec<_>, Vec<_>) = of_kind.into_iter().partition(counts);
        let (counting, discounted) = (best_first(counting), best_first(discounted));
        let verdict = if counting.is_empty() {
            discounted.first().and_then(|found| self.scope.verdict(found))
        } else {
            None
        };
        let carrying = if counting.is_empty() { &discounted } else { &counting };

        let mut evidence = self.phrase_evidence(carrying);
        evidence.extend(extra);
        evidence.extend(self.context_evidence(kind, verdict));
        evidence.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        let log_odds = evidence.iter().map(|evidence| evidence.weight).sum::<f64>();
        let calibration = self.config.calibration.get(&kind).copied().unwrap_or_default();
        let confidence = Confidence::from_log_odds(calibration.apply(log_odds));
        let is_bot = self.message.sender_kind == SenderKind::Bot;
        let is_low = confidence < self.config.thresholds.show;
        let suppressed = is_bot
            .then_some(SuppressionReason::Bot)
            .or(verdict.filter(|_| is_low))
            .or(is_low.then_some(SuppressionReason::BelowThreshold));
        let key_phrase = carrying.first().map(|found| self.key_phrase(found)).unwrap_or_default();
        Some(Detection {
            kind,
            confidence,
            log_odds,
            evidence,
            key_phrase,
            suppressed,
        })
    }

    /// The strongest phrase counts in full, each further one for half of the one before.
    fn phrase_evidence(&self, found: &[Found<'_, Meaning>]) -> Vec<Evidence> {
        let mut factor = 1.0;
        let mut evidence = Vec::new();
        for found in found {
            evidence.push(self.quoting(found, found.what.weight * factor));
            factor *= FURTHER_PHRASE_FACTOR;
        }
        evidence
    }

    fn quoting(&self, found: &Found<'_, Meaning>, weight: f64) -> Evidence {
        let words = &self.tokens.words;
        let range = self
            .text
            .original_range(words[found.start].chars.start..words[found.end - 1].chars.end);
        Evidence {
            quote: self.text.original().get(range.clone()).map(str::to_owned),
            start: range.start,
            end: range.end,
            reason: found.what.reason.clone(),
            weight,
            term: found.what.term,
        }
    }

    fn context_evidence(&self, kind: SignalKind, verdict: Option<SuppressionReason>) -> Vec<Evidence> {
        let mut evidence = vec![unquoted(EvidenceTerm::Prior, PRIOR, "Most messages carry no signal.")];
        let mut add = |term, weight: f64, reason: &str| {
            if weight != 0.0 {
                evidence.push(unquoted(term, weight, reason));
            }
        };
        let boosts = &self.config.boosts;
        let channel = boosts.channel_log_odds(self.message.channel_kind);
        add(
            EvidenceTerm::Channel,
            channel,
            "Said in a channel where customers are heard.",
        );
        let sender = boosts.sender_log_odds(self.message.sender_kind);
        add(EvidenceTerm::Sender, sender, "Said by the customer.");
        if self.message.decision_makers > 1 {
            let reason = "Several decision makers take part in the conversation.";
            add(EvidenceTerm::DecisionMakers, SEVERAL_DECISION_MAKERS, reason);
        }
        let (tone, reason) = self.tone(kind);
        add(EvidenceTerm::Sentiment, tone, reason);
        if self.mood.urgency >= 0.5 && matches!(kind, SignalKind::Risk | SignalKind::BuyingIntent | SignalKind::Churn) {
            add(EvidenceTerm::Urgency, URGENT, "The message presses for time.");
        }
        if let Some(verdict) = verdict {
            add(EvidenceTerm::Scope, OUT_OF_SCOPE, verdict.explain());
        }
        evidence
    }

    fn tone(&self, kind: SignalKind) -> (f64, &'static str) {
        let sentiment = self.mood.sentiment();
        let displeased = matches!(sentiment, Sentiment::Negative | Sentiment::Urgent);
        match kind {
            SignalKind::Risk | SignalKind::Churn if displeased => (TONE_FITS, "The tone is displeased."),
            SignalKind::Risk if sentiment == Sentiment::Positive => (TONE_CLASHES, "The tone is pleased."),
            SignalKind::Usage if sentiment == Sentiment::Positive => (TONE_FITS, "The tone is pleased."),
            SignalKind::Usage if displeased => (TONE_CLASHES, "The tone is displeased."),
            _ => (0.0, ""),
        }
    }

    /// The match's content words, stemmed, without numbers: "need 20 more seats" and "need 5 seats" are the same news.
    fn key_phrase(&self, found: &Found<'_, Meaning>) -> String {
        let words = &self.tokens.words[found.start..found.end];
        let content = |words: &[super::tokens::Token]| -> Vec<String> {
            let topical = words
                .iter()
                .filter(|word| !word.is_number && !stem::is_function_word(&word.word));
            topical.map(|word| stem::stem(&word.word)).collect()
        };
        let stems = content(words);
        if stems.is_empty() {
            words
                .iter()
                .map(|word| word.word.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        } else {
            stems.join(" ")
        }
    }
}

/// The strongest first, the longest among equals; of overlapping matches with the same words only the strongest stays.
fn best_first<'l>(mut found: Vec<Found<'l, Meaning>>) -> Vec<Found<'l, Meaning>> {
    found.sort_by(|a, b| {
        let by_length = (b.end - b.start).cmp(&(a.end - a.start));
        b.what
            .weight
            .total_cmp(&a.what.weight)
            .then(by_length)
            .then(a.start.cmp(&b.start))
            .then(Ordering::Equal)
    });
    let mut kept: Vec<Found<'l, Meaning>> = Vec::new();
    for candidate in found {
        let inside = |other: &Found<'_, Meaning>| candidate.start < other.end && other.start < candidate.end;
        if !kept.iter().any(inside) {
            kept.push(candidate);
        }
        if kept.len() == MOST_PHRASES {
            break;
        }
    }
    kept
}

fn extra_evidence(extra: &super::analysis::ExtraEvidence) -> Evidence {
    let weight = if extra.log_odds.is_finite() {
        extra.log_odds
    } else {
        0.0
    };
    unquoted(extra.term, weight, &extra.reason)
}

fn unquoted(term: EvidenceTerm, weight: f64, reason: &str) -> Evidence {
    Evidence {
        quote: None,
        start: 0,
        end: 0,
        reason: reason.to_owned(),
        weight,
        term,
    }
}
