//! The little language in which patterns are written, and the machine that runs it over a message's words.
//!
//! | written | matches |
//! |---|---|
//! | `seats` | the word |
//! | `+cancel` | the word and its inflections: cancels, cancelled, canceling … |
//! | `{seat}` | any entry of the class `seat`, one word or several |
//! | `#` | a figure or a number word |
//! | `<name>` | a proper name: capitalised and not an ordinary word |
//! | `(a b\|c)` | either |
//! | `x?` | `x` or nothing |
//! | `..3` | up to three words |
//! | `^`, `$` | begin, end of a sentence |
//!
//! A match never crosses the end of a sentence.

use std::collections::{BTreeSet, HashMap};

use super::tokens::Tokens;

/// Index of an interned word.
pub type WordId = u32;
/// Index of a class.
pub type ClassId = u32;

/// The pattern text is malformed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("pattern `{pattern}`: {problem}")]
pub struct PatternError {
    pattern: String,
    problem: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Instruction {
    Word(WordId),
    Class(ClassId),
    Number,
    Name,
    Any,
    SentenceStart,
    SentenceEnd,
    Split(usize, usize),
    Jump(usize),
    Done,
}

/// A compiled pattern.
#[derive(Debug, Clone)]
pub struct Program {
    instructions: Vec<Instruction>,
}

/// What the first word of a match can be; used to look up candidate patterns by word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Opening {
    /// This word.
    Word(WordId),
    /// A member of this class.
    Class(ClassId),
    /// A number.
    Number,
    /// A proper name.
    Name,
    /// Anything.
    Any,
}

/// Words and classes, shared by all patterns of a library.
#[derive(Debug, Default, Clone)]
pub struct Vocabulary {
    words: HashMap<String, WordId>,
    class_names: HashMap<String, ClassId>,
    by_first_word: HashMap<WordId, Vec<(ClassId, Vec<WordId>)>>,
}

impl Vocabulary {
    /// Interns a word.
    pub fn intern(&mut self, word: &str) -> WordId {
        let next = self.words.len() as WordId;
        *self.words.entry(word.to_owned()).or_insert(next)
    }

    /// Looks a word up.
    pub fn word(&self, word: &str) -> Option<WordId> {
        self.words.get(word).copied()
    }

    /// Looks a class up.
    pub fn class(&self, name: &str) -> Option<ClassId> {
        self.class_names.get(name).copied()
    }

    /// Adds a class of entries, each one or several words, with `+word` for all inflections of a word.
    pub fn add_class(&mut self, name: &str, entries: &[String]) -> ClassId {
        let class = self.class_names.len() as ClassId;
        self.class_names.insert(name.to_owned(), class);
        for entry in entries {
            let mut sequences: Vec<Vec<WordId>> = vec![Vec::new()];
            for part in entry.split_whitespace() {
                let forms = match part.strip_prefix('+') {
                    Some(verb) => inflections(verb),
                    None => vec![part.to_owned()],
                };
                let ids: Vec<WordId> = forms.iter().map(|form| self.intern(form)).collect();
                sequences = sequences
                    .iter()
                    .flat_map(|head| ids.iter().map(move |id| head.iter().copied().chain([*id]).collect()))
                    .collect();
            }
            for sequence in sequences {
                if let Some(first) = sequence.first() {
                    self.by_first_word.entry(*first).or_default().push((class, sequence));
                }
            }
        }
        class
    }

    /// Compiles a pattern. Words it names are interned.
    pub fn compile(&mut self, pattern: &str) -> Result<Program, PatternError> {
        let mut compiler = Compiler {
            vocabulary: self,
            pattern,
            rest: pattern.trim(),
            out: Vec::new(),
        };
        compiler.sequence()?;
        if !compiler.rest.is_empty() {
            return Err(compiler.error("unexpected `)` or `|`"));
        }
        compiler.out.push(Instruction::Done);
        Ok(Program {
            instructions: compiler.out,
        })
    }
}

struct Compiler<'a> {
    vocabulary: &'a mut Vocabulary,
    pattern: &'a str,
    rest: &'a str,
    out: Vec<Instruction>,
}

impl Compiler<'_> {
    fn error(&self, problem: &str) -> PatternError {
        PatternError {
            pattern: self.pattern.to_owned(),
            problem: problem.to_owned(),
        }
    }

    fn sequence(&mut self) -> Result<(), PatternError> {
        loop {
            self.rest = self.rest.trim_start();
            if self.rest.is_empty() || self.rest.starts_with([')', '|']) {
                return Ok(());
            }
            let start = self.out.len();
            if let Some(inner) = self.rest.strip_prefix('(') {
                self.rest = inner;
                self.alternatives()?;
            } else {
                self.atom()?;
            }
            if let Some(after) = self.rest.strip_prefix('?') {
                self.rest = after;
                self.insert(start, Instruction::Split(start + 1, self.out.len() + 1));
            }
        }
    }

    fn alternatives(&mut self) -> Result<(), PatternError> {
        let mut jumps = Vec::new();
        loop {
            let start = self.out.len();
            self.sequence()?;
            if let Some(after) = self.rest.strip_prefix('|') {
                self.rest = after;
                self.insert(start, Instruction::Split(start + 1, self.out.len() + 2));
                jumps.push(self.out.len());
                self.out.push(Instruction::Jump(usize::MAX));
            } else if let Some(after) = self.rest.strip_prefix(')') {
                self.rest = after;
                break;
            } else {
                return Err(self.error("`(` is not closed"));
            }
        }
        let end = self.out.len();
        for jump in jumps {
            self.out[jump] = Instruction::Jump(end);
        }
        Ok(())
    }

    /// Inserts one instruction and moves the targets behind it.
    fn insert(&mut self, at: usize, instruction: Instruction) {
        for existing in &mut self.out[at..] {
            match existing {
                Instruction::Split(a, b) => {
                    *a += 1;
                    *b += 1;
                }
                Instruction::Jump(to) if *to != usize::MAX => *to += 1,
                _ => {}
            }
        }
        self.out.insert(at, instruction);
    }

    fn atom(&mut self) -> Result<(), PatternError> {
        let end = self
            .rest
            .find(|c: char| c.is_whitespace() || "()|?".contains(c))
            .unwrap_or(self.rest.len());
        let (atom, rest) = self.rest.split_at(end);
        self.rest = rest;
        if let Some(count) = atom.strip_prefix("..") {
            let count: usize = count.parse().map_err(|_| self.error("`..` needs a number"))?;
            let base = self.out.len();
            for index in 0..count {
                // The short way first, so that matches are as short as possible.
                self.out
                    .push(Instruction::Split(base + 2 * count, base + 2 * index + 1));
                self.out.push(Instruction::Any);
            }
            return Ok(());
        }
        if let Some(verb) = atom.strip_prefix('+') {
            let words: Vec<WordId> = inflections(verb)
                .iter()
                .map(|form| self.vocabulary.intern(form))
                .collect();
            self.any_of(&words);
            return Ok(());
        }
        let instruction = match atom {
            "#" => Instruction::Number,
            "<name>" => Instruction::Name,
            "^" => Instruction::SentenceStart,
            "$" => Instruction::SentenceEnd,
            _ => match atom.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                Some(name) => {
                    let class = self.vocabulary.class(name);
                    Instruction::Class(class.ok_or_else(|| self.error(&format!("no class `{name}`")))?)
                }
                None => Instruction::Word(self.vocabulary.intern(atom)),
            },
        };
        self.out.push(instruction);
        Ok(())
    }

    fn any_of(&mut self, words: &[WordId]) {
        let end = self.out.len() + 3 * words.len() - 2;
        for (index, word) in words.iter().enumerate() {
            let here = self.out.len();
            if index + 1 < words.len() {
                self.out.push(Instruction::Split(here + 1, here + 3));
                self.out.push(Instruction::Word(*word));
                self.out.push(Instruction::Jump(end));
            } else {
                self.out.push(Instruction::Word(*word));
            }
        }
    }
}

/// The forms an English word may take. Forms that do not exist do no harm, as nobody writes them.
pub fn inflections(word: &str) -> Vec<String> {
    let mut forms: BTreeSet<String> = [word.to_owned()].into();
    let last = word.chars().next_back().unwrap_or(' ');
    let vowel = |c: char| "aeiou".contains(c);
    if let Some(base) = word.strip_suffix('e') {
        forms.extend([format!("{word}s"), format!("{word}d"), format!("{base}ing")]);
    } else if last == 'y' && !word.chars().rev().nth(1).is_some_and(vowel) {
        let base = &word[..word.len() - 1];
        forms.extend([format!("{base}ies"), format!("{base}ied"), format!("{word}ing")]);
    } else {
        let sibilant = word.ends_with(['s', 'x', 'z']) || word.ends_with("ch") || word.ends_with("sh");
        forms.insert(format!("{word}{}", if sibilant { "es" } else { "s" }));
        forms.extend([format!("{word}ed"), format!("{word}ing")]);
        if !vowel(last) && word.is_ascii() {
            forms.extend([format!("{word}{last}ed"), format!("{word}{last}ing")]);
        }
    }
    forms.into_iter().collect()
}

/// A message's words looked up in a vocabulary, ready for programs to run over.
#[derive(Debug)]
pub struct Readable<'t> {
    /// The words.
    pub tokens: &'t Tokens,
    ids: Vec<Option<WordId>>,
    classes: Vec<Vec<(ClassId, usize)>>,
    names: Vec<bool>,
}

impl<'t> Readable<'t> {
    /// Looks the words up. `is_name` says which tokens are proper names.
    pub fn new(tokens: &'t Tokens, vocabulary: &Vocabulary, names: Vec<bool>) -> Self {
        let ids: Vec<Option<WordId>> = tokens.words.iter().map(|token| vocabulary.word(&token.word)).collect();
        let classes = (0..ids.len())
            .map(|at| Self::classes_at(tokens, vocabulary, &ids, at))
            .collect();
        Self {
            tokens,
            ids,
            classes,
            names,
        }
    }

    fn classes_at(
        tokens: &Tokens,
        vocabulary: &Vocabulary,
        ids: &[Option<WordId>],
        at: usize,
    ) -> Vec<(ClassId, usize)> {
        let Some(entries) = ids[at].and_then(|id| vocabulary.by_first_word.get(&id)) else {
            return Vec::new();
        };
        let sentence = tokens.words[at].sentence;
        let fits = |sequence: &[WordId]| {
            at + sequence.len() <= ids.len()
                && tokens.words[at + sequence.len() - 1].sentence == sentence
                && sequence
                    .iter()
                    .zip(&ids[at..])
                    .all(|(wanted, found)| Some(*wanted) == *found)
        };
        let mut found: Vec<(ClassId, usize)> = entries
            .iter()
            .filter(|(_, sequence)| fits(sequence))
            .map(|(class, sequence)| (*class, sequence.len()))
            .collect();
        found.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        found.dedup();
        found
    }

    /// Whether this word is a proper name.
    pub fn is_name(&self, at: usize) -> bool {
        self.names[at]
    }

    /// What a match starting here could open with.
    pub fn openings(&self, at: usize) -> impl Iterator<Item = Opening> + '_ {
        let number = self.tokens.words[at].is_number.then_some(Opening::Number);
        let name = self.names[at].then_some(Opening::Name);
        let classes = self.classes[at].iter().map(|(class, _)| Opening::Class(*class));
        self.ids[at]
            .map(Opening::Word)
            .into_iter()
            .chain(classes)
            .chain(number)
            .chain(name)
            .chain([Opening::Any])
    }
}

/// More steps than this from one starting word mean a pathological pattern; the match is given up.
const MOST_STEPS: usize = 4_000;

impl Program {
    /// The possible openings, by which the library files the pattern.
    pub fn openings(&self) -> BTreeSet<Opening> {
        let mut openings = BTreeSet::new();
        let mut pending = vec![0];
        let mut seen = BTreeSet::new();
        while let Some(at) = pending.pop() {
            if !seen.insert(at) {
                continue;
            }
            match &self.instructions[at] {
                Instruction::Word(word) => drop(openings.insert(Opening::Word(*word))),
                Instruction::Class(class) => drop(openings.insert(Opening::Class(*class))),
                Instruction::Number => drop(openings.insert(Opening::Number)),
                Instruction::Name => drop(openings.insert(Opening::Name)),
                Instruction::Any | Instruction::Done => drop(openings.insert(Opening::Any)),
                Instruction::SentenceStart | Instruction::SentenceEnd => pending.push(at + 1),
                Instruction::Split(a, b) => pending.extend([*a, *b]),
                Instruction::Jump(to) => pending.push(*to),
            }
        }
        openings
    }

    /// The end of the first match that starts exactly at `start`, if any.
    pub fn match_at(&self, text: &Readable<'_>, start: usize) -> Option<usize> {
        let words = &text.tokens.words;
        let sentence = words.get(start)?.sentence;
        let inside = |at: usize| words.get(at).is_some_and(|word| word.sentence == sentence);
        let mut pending = vec![(0usize, start)];
        let mut steps = 0;
        while let Some((pc, at)) = pending.pop() {
            steps += 1;
            if steps > MOST_STEPS {
                return None;
            }
            match &self.instructions[pc] {
                Instruction::Word(word) if inside(at) && text.ids[at] == Some(*word) => pending.push((pc + 1, at + 1)),
                Instruction::Class(class) if inside(at) => {
                    let lengths = text.classes[at].iter().filter(|(found, _)| found == class);
                    pending.extend(lengths.rev().map(|(_, length)| (pc + 1, at + length)));
                }
                Instruction::Number if inside(at) && words[at].is_number => pending.push((pc + 1, at + 1)),
                Instruction::Name if inside(at) && text.names[at] => pending.push((pc + 1, at + 1)),
                Instruction::Any if inside(at) => pending.push((pc + 1, at + 1)),
                Instruction::SentenceStart if at == 0 || words[at - 1].sentence != sentence => {
                    pending.push((pc + 1, at))
                }
                Instruction::SentenceEnd if !inside(at) => pending.push((pc + 1, at)),
                Instruction::Split(first, second) => pending.extend([(*second, at), (*first, at)]),
                Instruction::Jump(to) => pending.push((*to, at)),
                Instruction::Done => return (at > start).then_some(at),
                _ => {}
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detection::tokens::tokenize;
    use crate::message::parse;

    fn found(pattern: &str, text: &str) -> Option<String> {
        let mut vocabulary = Vocabulary::default();
        vocabulary.add_class("seat", &["seats".into(), "user licences".into(), "+login".into()]);
        let program = vocabulary.compile(pattern).expect(pattern);
        let tokens = tokenize(&parse(text));
        let names = tokens
            .words
            .iter()
            .map(|word| word.is_capitalised && vocabulary.word(&word.word).is_none())
            .collect();
        let readable = Readable::new(&tokens, &vocabulary, names);
        let end = |start| program.match_at(&readable, start).map(|end| (start, end));
        let (start, end) = (0..tokens.words.len()).find_map(end)?;
        Some(
            tokens.words[start..end]
                .iter()
                .map(|word| word.word.as_str())
                .collect::<Vec<_>>()
                .join(" "),
        )
    }

    #[test]
    fn patterns_match_what_their_table_says() {
        let rows = [
            ("need more {seat}", "we need more seats", Some("need more seats")),
            (
                "need more {seat}",
                "we need more user licences now",
                Some("need more user licences"),
            ),
            ("need ..2 {seat}", "we need a few seats", Some("need a few seats")),
            ("need ..2 {seat}", "we need quite a few seats", None),
            ("need ..2 {seat}", "all we need. Seats", None),
            (
                "+cancel (our|the) plan",
                "they cancelled the plan",
                Some("cancelled the plan"),
            ),
            ("(a b|c) d?", "x c d", Some("c d")),
            ("(a b|c) d?", "a b", Some("a b")),
            ("(a (b|c)?|e) f", "a f", Some("a f")),
            ("(a (b|c)?|e) f", "a c f", Some("a c f")),
            ("# {seat}", "for 20 seats", Some("20 seats")),
            ("<name> wants", "so Acme wants it", Some("acme wants")),
            ("<name> wants", "so he wants it", None),
            ("^ can we", "and can we", None),
            ("can we $", "yes. can we", Some("can we")),
        ];
        for (pattern, text, expected) in rows {
            assert_eq!(found(pattern, text).as_deref(), expected, "{pattern} on {text}");
        }
    }

    #[test]
    fn malformed_patterns_are_refused() {
        for pattern in ["(a", "a)", "{nothing}", "..x", "a|b"] {
            assert!(Vocabulary::default().compile(pattern).is_err(), "{pattern}");
        }
    }
}
