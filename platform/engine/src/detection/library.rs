//! Patterns read from data and filed by the words they can begin with.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use super::analysis::{EvidenceTerm, SuppressionReason};
use super::config::DetectionConfig;
use super::pattern::{Opening, PatternError, Program, Readable, Vocabulary};
use super::tokens::{Tokens, Voice, tokenize};
use crate::message::{SenderKind, parse};
use crate::signal::SignalKind;

/// The files our own patterns live in. A new file is one line here.
const SOURCES: [&str; 9] = [
    include_str!("patterns/classes.toml"),
    include_str!("patterns/scope.toml"),
    include_str!("patterns/expansion.toml"),
    include_str!("patterns/risk.toml"),
    include_str!("patterns/buying_intent.toml"),
    include_str!("patterns/usage.toml"),
    include_str!("patterns/relationship.toml"),
    include_str!("patterns/churn.toml"),
    include_str!("patterns/other_languages.toml"),
];

/// Our own patterns, compiled once per process.
pub static BUILT_IN: LazyLock<Library> =
    LazyLock::new(|| Library::from_sources(&SOURCES).expect("the built-in patterns are checked by a test"));

/// One file of patterns.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SourceFile {
    classes: BTreeMap<String, Vec<String>>,
    pattern: Vec<PatternSource>,
    scope: Vec<ScopeSource>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PatternSource {
    kind: SignalKind,
    strength: Strength,
    reason: String,
    any: Vec<String>,
    /// Phrases anywhere in the message that make the words mean something else.
    #[serde(default)]
    unless: Vec<String>,
    /// Where this is set, only such senders can mean it this way.
    sender: Option<SenderKind>,
    /// Where this is set, the sentence must be (or not be) a question.
    question: Option<bool>,
}

/// How much a pattern says on its own. With the default boosts a customer's strong statement in a customer channel comes to
/// 95 %, a clear one to 90, a likely one to 80, a weak one to 60; a hint (35 %) needs company.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Strength {
    Strong,
    Clear,
    Likely,
    Weak,
    Hint,
}

impl Strength {
    fn log_odds(self) -> f64 {
        match self {
            Self::Strong => 5.0,
            Self::Clear => 4.3,
            Self::Likely => 3.5,
            Self::Weak => 2.6,
            Self::Hint => 1.5,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScopeSource {
    effect: ScopeEffect,
    reach: Reach,
    #[serde(default)]
    kinds: Vec<SignalKind>,
    any: Vec<String>,
}

/// What a scope marker does to the matches in its reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeEffect {
    /// Says the opposite.
    Negated,
    /// Cancels a negation marker beginning at the same word ("not only").
    NotNegated,
    /// Not a fact.
    Hypothetical,
    /// No longer the case.
    Resolved,
    /// Not meant.
    Joke,
    /// About something that is not our product.
    OtherSubject,
    /// Colleagues about their own company.
    OwnCompany,
    /// A colleague passes on what a customer said.
    Relay,
}

impl ScopeEffect {
    /// The suppression the effect leads to, if it does.
    pub fn suppression(self) -> Option<SuppressionReason> {
        match self {
            Self::Negated => Some(SuppressionReason::Negated),
            Self::Hypothetical => Some(SuppressionReason::Hypothetical),
            Self::Resolved => Some(SuppressionReason::Resolved),
            Self::Joke => Some(SuppressionReason::Joke),
            Self::OtherSubject => Some(SuppressionReason::OtherSubject),
            Self::OwnCompany => Some(SuppressionReason::OwnCompany),
            Self::NotNegated | Self::Relay => None,
        }
    }
}

/// How far a scope marker reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Up to six words onward, within the clause.
    ClauseAfter,
    /// To the end of the sentence.
    SentenceAfter,
    /// The whole sentence.
    Sentence,
    /// Everything before it, and its own sentence.
    MessageBefore,
    /// The whole message.
    Message,
}

#[derive(Debug)]
struct Rule<T> {
    programs: Vec<Program>,
    unless: Vec<Program>,
    what: T,
}

/// What a pattern stands for.
#[derive(Debug, Clone)]
pub struct Meaning {
    /// The kind it speaks for.
    pub kind: SignalKind,
    /// Log-odds.
    pub weight: f64,
    /// A sentence a rep understands.
    pub reason: String,
    /// Ours or the tenant's.
    pub term: EvidenceTerm,
    sender: Option<SenderKind>,
    question: Option<bool>,
}

/// What a scope marker stands for.
#[derive(Debug, Clone)]
pub struct Scope {
    /// What it does.
    pub effect: ScopeEffect,
    /// How far.
    pub reach: Reach,
    /// To which kinds; all if empty.
    pub kinds: Vec<SignalKind>,
}

/// A pattern found: words `start..end`.
#[derive(Debug)]
pub struct Found<'l, T> {
    /// First word.
    pub start: usize,
    /// After the last word.
    pub end: usize,
    /// What it stands for.
    pub what: &'l T,
}

impl<T> Clone for Found<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Found<'_, T> {}

/// A set of patterns over one vocabulary.
#[derive(Debug, Default)]
pub struct Library {
    vocabulary: Vocabulary,
    meanings: Vec<Rule<Meaning>>,
    scopes: Vec<Rule<Scope>>,
    meaning_index: HashMap<Opening, Vec<(usize, usize)>>,
    scope_index: HashMap<Opening, Vec<(usize, usize)>>,
}

/// The pattern files cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// Not the TOML we expect.
    #[error("a pattern file is malformed")]
    Toml(#[from] toml::de::Error),
    /// Not the pattern language.
    #[error(transparent)]
    Pattern(#[from] PatternError),
}

impl Library {
    /// Compiles pattern files. Classes may be named before or after they are defined, and `@name` as an entry takes in
    /// another class.
    pub fn from_sources(sources: &[&str]) -> Result<Self, LibraryError> {
        let files = sources
            .iter()
            .map(|source| toml::from_str(source))
            .collect::<Result<Vec<SourceFile>, _>>()?;
        let mut library = Library::default();
        let classes: BTreeMap<&String, &Vec<String>> = files.iter().flat_map(|file| &file.classes).collect();
        for (name, entries) in &classes {
            let mut all = Vec::new();
            for entry in entries.iter() {
                match entry.strip_prefix('@').and_then(|other| classes.get(&other.to_owned())) {
                    Some(included) => all.extend(included.iter().cloned()),
                    None => all.push(entry.clone()),
                }
            }
            library.vocabulary.add_class(name, &all);
        }
        for source in files.iter().flat_map(|file| &file.pattern) {
            let what = Meaning {
                kind: source.kind,
                weight: source.strength.log_odds(),
                reason: source.reason.clone(),
                term: EvidenceTerm::Pattern,
                sender: source.sender,
                question: source.question,
            };
            library.add_meaning(&source.any, &source.unless, what)?;
        }
        for source in files.iter().flat_map(|file| &file.scope) {
            let programs = library.compile_all(&source.any)?;
            let what = Scope {
                effect: source.effect,
                reach: source.reach,
                kinds: source.kinds.clone(),
            };
            file_under(&mut library.scope_index, library.scopes.len(), &programs);
            library.scopes.push(Rule {
                programs,
                unless: Vec::new(),
                what,
            });
        }
        Ok(library)
    }

    /// Compiles a tenant's dictionaries. A phrase without words is left out: it can match nothing.
    pub fn from_dictionaries(config: &DetectionConfig) -> Self {
        let mut library = Library::default();
        for (kind, entries) in &config.dictionaries {
            for entry in entries {
                let pattern = dictionary_pattern(&entry.phrase);
                let what = Meaning {
                    kind: *kind,
                    weight: if entry.weight.is_finite() { entry.weight } else { 0.0 },
                    reason: format!(
                        "Contains \"{}\", a phrase of your {} dictionary.",
                        entry.phrase.trim(),
                        kind.label()
                    ),
                    term: EvidenceTerm::Dictionary,
                    sender: None,
                    question: None,
                };
                if !pattern.is_empty() && library.add_meaning(&[pattern], &[], what).is_err() {
                    debug_assert!(false, "dictionary phrases are reduced to plain words");
                }
            }
        }
        library
    }

    fn add_meaning(&mut self, any: &[String], unless: &[String], what: Meaning) -> Result<(), PatternError> {
        let programs = self.compile_all(any)?;
        let unless = self.compile_all(unless)?;
        file_under(&mut self.meaning_index, self.meanings.len(), &programs);
        self.meanings.push(Rule { programs, unless, what });
        Ok(())
    }

    fn compile_all(&mut self, patterns: &[String]) -> Result<Vec<Program>, PatternError> {
        patterns
            .iter()
            .map(|pattern| self.vocabulary.compile(pattern))
            .collect()
    }

    /// Looks a message's words up. `names` says which are proper names.
    pub fn read<'t>(&self, tokens: &'t Tokens, names: Vec<bool>) -> Readable<'t> {
        Readable::new(tokens, &self.vocabulary, names)
    }

    /// Whether any pattern knows the word: then a capital makes it no name.
    pub fn knows(&self, word: &str) -> bool {
        self.vocabulary.word(word).is_some()
    }

    /// Every pattern found, at most once per pattern and starting word.
    pub fn meanings<'l>(&'l self, text: &Readable<'_>, sender: SenderKind) -> Vec<Found<'l, Meaning>> {
        let mut excluded: HashMap<usize, bool> = HashMap::new();
        let mut fits = |rule: usize, found: &Found<'l, Meaning>| {
            let what = found.what;
            let sentence = text.tokens.words[found.start].sentence;
            let unless = &self.meanings[rule].unless;
            what.sender.is_none_or(|wanted| wanted == sender)
                && what
                    .question
                    .is_none_or(|wanted| wanted == text.tokens.is_question(sentence))
                && !*excluded
                    .entry(rule)
                    .or_insert_with(|| unless.iter().any(|program| occurs(program, text)))
        };
        search(&self.meaning_index, &self.meanings, text)
            .filter(|(rule, found)| fits(*rule, found))
            .map(|(_, found)| found)
            .collect()
    }

    /// Every scope marker found.
    pub fn scopes<'l>(&'l self, text: &Readable<'_>) -> Vec<Found<'l, Scope>> {
        search(&self.scope_index, &self.scopes, text)
            .map(|(_, found)| found)
            .collect()
    }
}

fn file_under(index: &mut HashMap<Opening, Vec<(usize, usize)>>, rule: usize, programs: &[Program]) {
    for (number, program) in programs.iter().enumerate() {
        for opening in program.openings() {
            index.entry(opening).or_default().push((rule, number));
        }
    }
}

fn search<'l, T>(
    index: &'l HashMap<Opening, Vec<(usize, usize)>>,
    rules: &'l [Rule<T>],
    text: &Readable<'_>,
) -> impl Iterator<Item = (usize, Found<'l, T>)> {
    (0..text.tokens.words.len()).flat_map(move |start| {
        let candidates: BTreeSet<(usize, usize)> = text
            .openings(start)
            .filter_map(|opening| index.get(&opening))
            .flatten()
            .copied()
            .collect();
        let mut found: BTreeMap<usize, usize> = BTreeMap::new();
        for (rule, number) in candidates {
            if let Some(end) = rules[rule].programs[number].match_at(text, start) {
                let longest = found.entry(rule).or_insert(end);
                *longest = end.max(*longest);
            }
        }
        found
            .into_iter()
            .map(|(rule, end)| {
                (
                    rule,
                    Found {
                        start,
                        end,
                        what: &rules[rule].what,
                    },
                )
            })
            .collect::<Vec<_>>()
    })
}

fn occurs(program: &Program, text: &Readable<'_>) -> bool {
    let own = |start: usize| text.tokens.words[start].voice == Voice::Own;
    (0..text.tokens.words.len()).any(|start| own(start) && program.match_at(text, start).is_some())
}

/// Turns what an admin typed into a pattern: the same normalisation as messages get, and slots.
fn dictionary_pattern(phrase: &str) -> String {
    let slots: Vec<&str> = phrase.split_whitespace().collect();
    let last = slots.len().saturating_sub(1);
    let mut parts = Vec::new();
    for (at, slot) in slots.into_iter().enumerate() {
        if matches!(slot, "X" | "Y" | "Z") {
            // A slot at the edge matches whatever is there; asking for a word would only lose matches.
            if at != 0 && at != last {
                parts.push("..4".to_owned());
            }
            continue;
        }
        parts.extend(tokenize(&parse(slot)).words.into_iter().map(|token| token.word));
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_patterns_compile() {
        if let Err(error) = Library::from_sources(&SOURCES) {
            panic!("{error}: {error:?}");
        }
    }

    #[test]
    fn dictionary_phrases_become_patterns() {
        let rows = [
            ("can't work", "can not work"),
            ("using X heavily", "using ..4 heavily"),
            ("integrated with Y", "integrated with"),
            ("  Budget-Cut! ", "budget cut"),
            ("(a|b)?", "a b"),
            ("…", ""),
        ];
        for (phrase, pattern) in rows {
            assert_eq!(dictionary_pattern(phrase), pattern, "{phrase}");
        }
    }
}
