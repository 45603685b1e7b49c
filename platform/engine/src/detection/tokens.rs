//! A message as words: lower case, contractions spelled out, each with its place in the original.

use std::ops::Range;

use crate::message::{PlainText, SpanKind};

/// What surrounds a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// The author's own claim.
    Own,
    /// Inside inline quotation marks or a block quote.
    Quoted,
    /// Code or a log.
    Code,
}

/// One word.
#[derive(Debug, Clone)]
pub struct Token {
    /// Lower case, without apostrophes; contractions are two tokens ("can't" is "can", "not").
    pub word: String,
    /// Plain characters it covers.
    pub chars: Range<usize>,
    /// Whose word it is.
    pub voice: Voice,
    /// Counts up at full stops, question marks and line ends.
    pub sentence: usize,
    /// Counts up at commas, colons, dashes and conjunctions as well.
    pub clause: usize,
    /// A figure or a number word above one.
    pub is_number: bool,
    /// Written with a capital although the word is not known as an ordinary one.
    pub is_capitalised: bool,
}

/// A message's words and what its punctuation says.
#[derive(Debug, Clone, Default)]
pub struct Tokens {
    /// In order.
    pub words: Vec<Token>,
    /// Per sentence: whether it ends in a question mark.
    pub questions: Vec<bool>,
    /// Exclamation marks in the author's own words.
    pub exclamations: usize,
    /// Emoji and emoticons in the author's own words, as written.
    pub emoji: Vec<String>,
}

impl Tokens {
    /// Whether the sentence of this token is a question.
    pub fn is_question(&self, sentence: usize) -> bool {
        self.questions.get(sentence).copied().unwrap_or(false)
    }
}

/// Splits a message into words.
pub fn tokenize(text: &PlainText<'_>) -> Tokens {
    let chars: Vec<(char, SpanKind)> = text.chars().collect();
    let mut splitter = Splitter {
        chars: &chars,
        at: 0,
        in_quote: None,
        clause: 0,
        tokens: Tokens::default(),
    };
    splitter.tokens.questions.push(false);
    while splitter.at < chars.len() {
        splitter.step();
    }
    splitter.tokens
}

/// A quotation longer than this many characters was never closed: an inch mark or an apostrophe.
const LONGEST_QUOTATION: usize = 400;

struct Splitter<'a> {
    chars: &'a [(char, SpanKind)],
    at: usize,
    in_quote: Option<usize>,
    clause: usize,
    tokens: Tokens,
}

impl Splitter<'_> {
    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).map_or('\n', |c| c.0)
    }

    fn step(&mut self) {
        let (c, kind) = self.chars[self.at];
        if let Some(end) = self.in_quote
            && self.at >= end
        {
            self.in_quote = None;
        }
        if c.is_alphanumeric() || (is_currency(c) && self.peek(1).is_ascii_digit()) {
            self.word();
        } else if c == ':' && self.emoji_code() {
        } else {
            self.punctuation(c, kind);
            self.at += 1;
        }
    }

    fn word(&mut self) {
        let start = self.at;
        if self.is_url() {
            while self.at < self.chars.len() && !self.peek(0).is_whitespace() {
                self.at += 1;
            }
            return;
        }
        let numeric = self.peek(0).is_numeric() || is_currency(self.peek(0));
        self.at += 1;
        while self.at < self.chars.len() {
            let (c, next) = (self.peek(0), self.peek(1));
            let continues = c.is_alphanumeric()
                || (is_apostrophe(c) && next.is_alphabetic())
                || (numeric && matches!(c, ',' | '.') && next.is_ascii_digit())
                || (numeric && c == '%')
                || (c == '&' && next.is_alphanumeric());
            if !continues {
                break;
            }
            self.at += 1;
        }
        let written: String = self.chars[start..self.at].iter().map(|c| c.0).collect();
        let voice = self.voice(start);
        let is_capitalised = written.chars().next().is_some_and(char::is_uppercase);
        let lower: String = written
            .chars()
            .flat_map(char::to_lowercase)
            .map(straight_apostrophe)
            .collect();
        let chars = start..self.at;
        let is_number = numeric || is_number_word(&lower);
        for (index, word) in spelled_out(&lower).into_iter().enumerate() {
            if matches!(word.as_str(), "but" | "because" | "although" | "however" | "though") {
                self.clause += 1;
            }
            self.tokens.words.push(Token {
                word,
                chars: chars.clone(),
                voice,
                sentence: self.tokens.questions.len() - 1,
                clause: self.clause,
                is_number: is_number && index == 0,
                is_capitalised: is_capitalised && index == 0,
            });
        }
    }

    fn is_url(&self) -> bool {
        let head: String = self.chars[self.at..].iter().take(8).map(|c| c.0).collect();
        head.starts_with("http://") || head.starts_with("https://") || head.starts_with("www.")
    }

    fn voice(&self, at: usize) -> Voice {
        match self.chars[at].1 {
            SpanKind::Code => Voice::Code,
            SpanKind::Quoted => Voice::Quoted,
            _ if self.in_quote.is_some() => Voice::Quoted,
            _ => Voice::Own,
        }
    }

    /// `:tada:` is an emoji, not a word.
    fn emoji_code(&mut self) -> bool {
        let is_name = |c: &&(char, SpanKind)| c.0.is_ascii_alphanumeric() || matches!(c.0, '_' | '+' | '-');
        let length = self.chars[self.at + 1..].iter().take(40).take_while(is_name).count();
        let name: String = self.chars[self.at + 1..self.at + 1 + length]
            .iter()
            .map(|c| c.0)
            .collect();
        if length < 2 || self.peek(length + 1) != ':' || name.chars().all(|c| c.is_ascii_digit()) {
            return false;
        }
        self.tokens.emoji.push(format!(":{name}:"));
        self.at += length + 2;
        true
    }

    fn punctuation(&mut self, c: char, kind: SpanKind) {
        let next = self.peek(1);
        match c {
            '?' | '!' | '\n' | '…' | '¿' | '¡' => self.end_sentence(c, kind),
            '.' if next.is_whitespace() || next == '.' || next == '"' || next == ')' => self.end_sentence(c, kind),
            ',' | ';' | ':' | '(' | ')' | '–' | '—' | '→' => self.clause += 1,
            '-' if next == ' ' => self.clause += 1,
            '"' | '“' | '„' | '«' if self.in_quote.is_none() => self.open_quote(c),
            '"' | '”' | '»' => self.in_quote = None,
            '\'' | '‘' if self.in_quote.is_none() && next.is_alphabetic() && self.opens_word() => self.open_quote(c),
            _ if is_emoji(c) => self.tokens.emoji.push(c.to_string()),
            _ => {}
        }
        if c == '(' && next.is_ascii_digit() {
            self.clause -= 1;
        }
        if matches!((c, next), (':' | ';', ')' | '(' | 'D' | 'P' | '/') | (':', '-')) {
            self.tokens.emoji.push(format!("{c}{next}"));
        }
    }

    fn opens_word(&self) -> bool {
        self.at == 0 || self.chars[self.at - 1].0.is_whitespace() || self.chars[self.at - 1].0 == '('
    }

    /// A quotation counts only if it is closed nearby.
    fn open_quote(&mut self, open: char) {
        let closes = |c: char| match open {
            '"' | '“' | '„' => matches!(c, '"' | '”' | '“'),
            '«' => c == '»',
            _ => matches!(c, '\'' | '’'),
        };
        let rest = &self.chars[self.at + 1..];
        let close = (0..rest.len().min(LONGEST_QUOTATION)).find(|&i| {
            let ends_word = rest.get(i + 1).is_none_or(|c| !c.0.is_alphanumeric());
            closes(rest[i].0) && ends_word
        });
        self.in_quote = close.map(|length| self.at + 1 + length);
    }

    fn end_sentence(&mut self, c: char, kind: SpanKind) {
        if c == '?'
            && let Some(last) = self.tokens.questions.last_mut()
        {
            *last = true;
        }
        if c == '!' && kind == SpanKind::Spoken {
            self.tokens.exclamations += 1;
        }
        let sentence = self.tokens.questions.len() - 1;
        if self.tokens.words.last().is_some_and(|word| word.sentence == sentence) {
            self.tokens.questions.push(false);
        }
        self.clause += 1;
    }
}

fn is_currency(c: char) -> bool {
    matches!(c, '$' | '€' | '£' | '¥')
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | '`')
}

fn straight_apostrophe(c: char) -> char {
    if is_apostrophe(c) { '\'' } else { c }
}

fn is_emoji(c: char) -> bool {
    matches!(c as u32, 0x1F300..=0x1FAFF | 0x2600..=0x27BF)
}

fn is_number_word(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "fifteen",
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "hundred",
        "hundreds",
        "thousand",
        "thousands",
        "million",
        "dozen",
        "dozens",
    ];
    WORDS.contains(&word)
}

/// Undoes contractions, with or without their apostrophe, so that patterns need one spelling only.
fn spelled_out(word: &str) -> Vec<String> {
    const WHOLE: &[(&str, &str)] = &[
        ("can't", "can not"),
        ("cant", "can not"),
        ("cannot", "can not"),
        ("won't", "will not"),
        ("wont", "will not"),
        ("shan't", "shall not"),
        ("ain't", "is not"),
        ("dont", "do not"),
        ("doesnt", "does not"),
        ("didnt", "did not"),
        ("isnt", "is not"),
        ("arent", "are not"),
        ("wasnt", "was not"),
        ("werent", "were not"),
        ("havent", "have not"),
        ("hasnt", "has not"),
        ("couldnt", "could not"),
        ("wouldnt", "would not"),
        ("shouldnt", "should not"),
        ("im", "i am"),
        ("ive", "i have"),
        ("youre", "you are"),
        ("theyre", "they are"),
        ("weve", "we have"),
        ("thats", "that is"),
        ("whats", "what is"),
        ("i'd", "i would"),
        ("let's", "let us"),
        ("lets", "let us"),
        ("gonna", "going to"),
        ("wanna", "want to"),
        ("gotta", "got to"),
        ("y'all", "you all"),
    ];
    if let Some((_, spelled)) = WHOLE.iter().find(|(short, _)| *short == word) {
        return spelled.split(' ').map(str::to_owned).collect();
    }
    let Some((stem, ending)) = word.rsplit_once('\'') else {
        return vec![word.to_owned()];
    };
    if ending == "t" && stem.ends_with('n') && stem.len() > 2 {
        return vec![stem[..stem.len() - 1].to_owned(), "not".to_owned()];
    }
    let second = match ending {
        "re" => "are",
        "ve" => "have",
        "ll" => "will",
        "d" => "would",
        "m" => "am",
        "s" if is_pronoun(stem) => "is",
        "s" => "'s",
        _ => return vec![word.replace('\'', "")],
    };
    vec![stem.replace('\'', ""), second.to_owned()]
}

fn is_pronoun(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "it",
        "that",
        "what",
        "there",
        "who",
        "he",
        "she",
        "here",
        "how",
        "where",
        "when",
        "this",
        "nobody",
        "everyone",
        "everything",
    ];
    WORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::parse;

    fn words(text: &str) -> String {
        tokenize(&parse(text))
            .words
            .iter()
            .map(|t| t.word.clone())
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn contractions_are_spelled_out() {
        let rows = [
            ("We can't, won’t and DON'T", "we can not will not and do not"),
            ("I'm sure Acme's CTO isn't", "i am sure acme 's cto is not"),
            (
                "what's on-prem at €12k/yr, 1,000 seats?",
                "what is on prem at €12k yr 1,000 seats",
            ),
            ("cant cannot dont", "can not can not do not"),
            ("see https://x.example/why-cancel now", "see now"),
            ("nice :tada: 10:30", "nice 10 30"),
        ];
        for (text, expected) in rows {
            assert_eq!(words(text), expected);
        }
    }

    #[test]
    fn quotation_marks_and_code_mark_other_voices() {
        let rows = [
            ("he wrote \"we are leaving\" ok", "leaving", Voice::Quoted),
            ("phrases: 'budget cut', 'contract over'", "over", Voice::Quoted),
            ("don't say we're leaving", "leaving", Voice::Own),
            ("a 5\" screen for leaving", "leaving", Voice::Own),
            ("run `leaving` now", "leaving", Voice::Code),
            ("&gt; leaving", "leaving", Voice::Quoted),
        ];
        for (text, word, voice) in rows {
            let tokens = tokenize(&parse(text));
            let token = tokens.words.iter().find(|t| t.word == word).expect(text);
            assert_eq!(token.voice, voice, "{text}");
        }
    }

    #[test]
    fn sentences_and_questions_are_told_apart() {
        let tokens = tokenize(&parse("Hi. Can we do X? Thanks!! v1.2 is"));
        let sentences: Vec<usize> = tokens.words.iter().map(|t| t.sentence).collect();
        assert_eq!(sentences, [0, 1, 1, 1, 1, 2, 3, 3, 3]);
        assert_eq!(tokens.questions, [false, true, false, false]);
        assert_eq!(tokens.exclamations, 2);
    }
}
