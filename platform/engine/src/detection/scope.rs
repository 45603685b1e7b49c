//! Which words do not count, and why not.

use super::analysis::{MessageView, SuppressionReason};
use super::library::{Found, Library, Meaning, Reach, Scope, ScopeEffect};
use super::pattern::Readable;
use super::tokens::{Tokens, Voice};
use crate::message::{ChannelKind, SenderKind};
use crate::signal::SignalKind;
use crate::stem;

/// A negation reaches this many words onward: English negates what follows closely.
const NEGATION_REACH: usize = 6;

/// Which words are proper names: capitalised, and unknown both to our patterns and as function words. The first word of
/// a sentence counts too, since colleagues begin notes with the account's name.
pub fn proper_names(tokens: &Tokens, library: &Library) -> Vec<bool> {
    let is_name = |word: &super::tokens::Token| {
        word.is_capitalised
            && word.word.chars().count() > 1
            && !stem::is_function_word(&word.word)
            && !library.knows(&word.word)
    };
    tokens.words.iter().map(is_name).collect()
}

/// The scope markers of one message.
pub struct ScopeMap<'l, 't> {
    markers: Vec<Found<'l, Scope>>,
    tokens: &'t Tokens,
    colleague: Option<ColleagueTalk>,
    is_random: bool,
}

/// What a colleague's message is about.
#[derive(Debug, Clone)]
struct ColleagueTalk {
    relays: bool,
    channel: ChannelKind,
    /// Per sentence: whether it speaks in the first or to the second person.
    first_person: Vec<bool>,
    names_somebody: Vec<bool>,
}

impl<'l, 't> ScopeMap<'l, 't> {
    /// Finds the markers.
    pub fn new(library: &'l Library, text: &Readable<'t>, message: &MessageView<'_>) -> Self {
        let tokens = text.tokens;
        let mut markers = library.scopes(text);
        let spared: Vec<usize> = markers
            .iter()
            .filter(|m| m.what.effect == ScopeEffect::NotNegated)
            .map(|m| m.start)
            .collect();
        markers.retain(|m| m.what.effect != ScopeEffect::Negated || !spared.contains(&m.start));
        markers.retain(|m| tokens.words[m.start].voice == Voice::Own || m.what.effect == ScopeEffect::Negated);
        let is_colleague = message.sender_kind == SenderKind::Internal;
        markers.retain(|m| is_colleague || !matches!(m.what.effect, ScopeEffect::OwnCompany | ScopeEffect::Relay));
        let colleague = is_colleague.then(|| ColleagueTalk {
            relays: markers.iter().any(|m| m.what.effect == ScopeEffect::Relay),
            channel: message.channel_kind,
            first_person: per_sentence(tokens, |at| is_first_or_second_person(&tokens.words[at].word)),
            names_somebody: per_sentence(tokens, |at| text.is_name(at)),
        });
        Self {
            markers,
            tokens,
            colleague,
            is_random: message.channel_kind == ChannelKind::Random,
        }
    }

    /// Whether the message negates anything.
    pub fn has_negation(&self) -> bool {
        self.markers.iter().any(|m| m.what.effect == ScopeEffect::Negated)
    }

    /// Why a match does not count, if it does not.
    pub fn verdict(&self, found: &Found<'_, Meaning>) -> Option<SuppressionReason> {
        self.quoted(found)
            .or_else(|| self.marked(found))
            .or_else(|| self.own_company(found))
            .or_else(|| self.is_random.then_some(SuppressionReason::Joke))
    }

    /// More than half of the words are somebody else's, and nobody is said to have said them.
    fn quoted(&self, found: &Found<'_, Meaning>) -> Option<SuppressionReason> {
        let words = &self.tokens.words[found.start..found.end];
        let foreign = words.iter().filter(|word| word.voice != Voice::Own).count();
        let is_code = words.iter().any(|word| word.voice == Voice::Code);
        let reported = self.colleague.as_ref().is_some_and(|talk| talk.relays) && !is_code;
        (foreign * 2 > words.len() && !reported).then_some(SuppressionReason::Quoted)
    }

    fn marked(&self, found: &Found<'_, Meaning>) -> Option<SuppressionReason> {
        self.markers
            .iter()
            .filter(|marker| self.reaches(marker, found))
            .find_map(|marker| marker.what.effect.suppression())
    }

    fn reaches(&self, marker: &Found<'_, Scope>, found: &Found<'_, Meaning>) -> bool {
        if !applies_to(marker.what, found.what.kind) {
            return false;
        }
        let words = &self.tokens.words;
        let same_sentence = words[marker.start].sentence == words[found.start].sentence;
        let is_before = marker.end <= found.start;
        match marker.what.reach {
            Reach::ClauseAfter => {
                is_before
                    && found.start - marker.end < NEGATION_REACH
                    && words[marker.start].clause == words[found.start].clause
                    && same_sentence
            }
            Reach::SentenceAfter => same_sentence && is_before,
            Reach::Sentence => same_sentence,
            Reach::MessageBefore => same_sentence || marker.start > found.start,
            Reach::Message => true,
        }
    }

    /// Colleagues who say "we" mean our own company, unless they pass on what a customer said.
    fn own_company(&self, found: &Found<'_, Meaning>) -> Option<SuppressionReason> {
        let talk = self.colleague.as_ref()?;
        let sentence = self.tokens.words[found.start].sentence;
        let in_match = self.tokens.words[found.start..found.end]
            .iter()
            .any(|word| is_first_person(&word.word));
        let about_us = match (talk.channel.is_about_customers(), talk.relays) {
            (false, relays) => !relays || !talk.names_somebody.iter().any(|named| *named),
            (true, true) => false,
            (true, false) => talk.first_person[sentence] && !talk.names_somebody[sentence] || in_match,
        };
        about_us.then_some(SuppressionReason::OwnCompany)
    }
}

fn applies_to(scope: &Scope, kind: SignalKind) -> bool {
    scope.kinds.is_empty() || scope.kinds.contains(&kind)
}

fn per_sentence(tokens: &Tokens, holds: impl Fn(usize) -> bool) -> Vec<bool> {
    let mut found = vec![false; tokens.questions.len()];
    for (at, word) in tokens.words.iter().enumerate() {
        if holds(at) {
            found[word.sentence] = true;
        }
    }
    found
}

fn is_first_person(word: &str) -> bool {
    matches!(word, "i" | "we" | "our" | "ours" | "us" | "my" | "me" | "mine")
}

fn is_first_or_second_person(word: &str) -> bool {
    is_first_person(word) || matches!(word, "you" | "your" | "yours")
}
