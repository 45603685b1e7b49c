//! Slack's mrkdwn as plain words, each still knowing where it stood in the original.
//!
//! Slack writes `&amp; &lt; &gt;` for the three characters it reserves, and puts mentions, channels and links between
//! angle brackets (<https://docs.slack.dev/messaging/formatting-message-text>). Evidence must quote the original
//! message verbatim, so every plain character carries the byte range it came from.

use std::ops::Range;

/// What a stretch of the message is. Only [`SpanKind::Spoken`] is the author's own claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanKind {
    /// The author's own words.
    Spoken,
    /// Somebody else's words: a block quote.
    Quoted,
    /// Code or a log, inline or as a block.
    Code,
    /// A mention, channel, link or emoji: not language.
    Markup,
}

/// One character of plain text.
#[derive(Debug, Clone, Copy)]
struct PlainChar {
    value: char,
    start: usize,
    end: usize,
    kind: SpanKind,
}

/// A message freed from markup, with the way back to the original.
#[derive(Debug, Clone)]
pub struct PlainText<'a> {
    original: &'a str,
    chars: Vec<PlainChar>,
}

impl<'a> PlainText<'a> {
    /// The message as Slack sent it.
    pub fn original(&self) -> &'a str {
        self.original
    }

    /// The text a person sees.
    pub fn plain(&self) -> String {
        self.chars.iter().map(|c| c.value).collect()
    }

    /// The number of plain characters.
    pub fn len(&self) -> usize {
        self.chars.len()
    }

    /// Whether nothing is left to read.
    pub fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    /// The plain characters with what each one is part of.
    pub fn chars(&self) -> impl Iterator<Item = (char, SpanKind)> + '_ {
        self.chars.iter().map(|c| (c.value, c.kind))
    }

    /// The byte range of the original behind a non-empty range of plain characters. It always lies on character
    /// boundaries, so `&original[range]` is a verbatim quote.
    pub fn original_range(&self, chars: Range<usize>) -> Range<usize> {
        match self.chars.get(chars) {
            Some([first, .., last]) => first.start..last.end,
            Some([only]) => only.start..only.end,
            _ => 0..0,
        }
    }
}

/// Reads Slack's mrkdwn. Never fails: what is not well-formed markup is taken as text.
pub fn parse(original: &str) -> PlainText<'_> {
    let mut reader = Reader {
        original,
        position: 0,
        chars: Vec::with_capacity(original.len()),
    };
    while reader.position < original.len() {
        reader.step();
    }
    PlainText {
        original,
        chars: reader.chars,
    }
}

struct Reader<'a> {
    original: &'a str,
    position: usize,
    chars: Vec<PlainChar>,
}

/// A markup element longer than this is text that happens to hold an angle bracket or a backtick; the bound also keeps
/// hostile input linear.
const LONGEST_ELEMENT: usize = 4096;

impl Reader<'_> {
    fn step(&mut self) {
        let rest = &self.original[self.position..];
        let at_line_start = self.position == 0 || self.original[..self.position].ends_with('\n');
        if at_line_start && self.block_quote(rest) {
            return;
        }
        let handled = match rest.as_bytes()[0] {
            b'<' => self.angle_brackets(rest),
            b'`' => self.code(rest),
            _ => false,
        };
        if !handled {
            self.character(SpanKind::Spoken);
        }
    }

    /// `>` quotes to the end of the line, `>>>` to the end of the message. Slack sends the sign as `&gt;`.
    fn block_quote(&mut self, rest: &str) -> bool {
        let Some(after) = rest.strip_prefix("&gt;").or_else(|| rest.strip_prefix('>')) else {
            return false;
        };
        let to_the_end = after.starts_with("&gt;&gt;") || after.starts_with(">>");
        let length = if to_the_end {
            rest.len()
        } else {
            rest.find('\n').unwrap_or(rest.len())
        };
        self.take(length, SpanKind::Quoted);
        true
    }

    /// `<@U1>`, `<#C1|name>`, `<!here>`, `<https://… |label>`: the label is what people read.
    fn angle_brackets(&mut self, rest: &str) -> bool {
        let window = &rest[..floor_char_boundary(rest, LONGEST_ELEMENT)];
        let Some(close) = window.find('>') else { return false };
        let inside = &window[1..close];
        let is_element = inside.starts_with(['@', '#', '!']) || inside.contains("://") || inside.starts_with("mailto:");
        if !is_element || inside.contains('\n') {
            return false;
        }
        let end = self.position + close + 1;
        match inside.split_once('|') {
            Some((target, label)) if !target.starts_with(['@', '#', '!']) => {
                let label_end = end - 1;
                self.position = label_end - label.len();
                self.take(label.len(), SpanKind::Spoken);
            }
            _ => self.push(' ', self.position, end, SpanKind::Markup),
        }
        self.position = end;
        true
    }

    /// Three backticks open a block, one opens an inline span of one line.
    fn code(&mut self, rest: &str) -> bool {
        let window = &rest[..floor_char_boundary(rest, LONGEST_ELEMENT)];
        if let Some(body) = rest.strip_prefix("```") {
            let length = body.find("```").map_or(rest.len(), |close| close + 6);
            self.take(length, SpanKind::Code);
            return true;
        }
        let Some(close) = window[1..].find(['`', '\n']) else {
            return false;
        };
        if window.as_bytes()[1 + close] != b'`' {
            return false;
        }
        self.take(close + 2, SpanKind::Code);
        true
    }

    fn take(&mut self, bytes: usize, kind: SpanKind) {
        let end = self.position + bytes;
        while self.position < end {
            self.character(kind);
        }
    }

    /// One character, with Slack's three entities undone.
    fn character(&mut self, kind: SpanKind) {
        let rest = &self.original[self.position..];
        let start = self.position;
        for (entity, value) in [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>')] {
            if rest.starts_with(entity) {
                self.position += entity.len();
                self.push(value, start, self.position, kind);
                return;
            }
        }
        if let Some(value) = rest.chars().next() {
            self.position += value.len_utf8();
            self.push(value, start, self.position, kind);
        }
    }

    fn push(&mut self, value: char, start: usize, end: usize, kind: SpanKind) {
        self.chars.push(PlainChar {
            value,
            start,
            end,
            kind,
        });
    }
}

fn floor_char_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_what_people_read() {
        let rows = [
            ("a &amp; b &lt;c&gt;", "a & b <c>"),
            ("hi <@U12AB>, see <#C1|general>", "hi  , see  "),
            (
                "the <https://x.example/a?b=1&amp;c|price list> please",
                "the price list please",
            ),
            ("see <https://x.example>", "see  "),
            ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
            ("open `tick", "open `tick"),
            ("", ""),
        ];
        for (original, plain) in rows {
            assert_eq!(parse(original).plain(), plain, "{original}");
        }
    }

    #[test]
    fn code_and_block_quotes_are_not_the_authors_words() {
        let rows = [
            ("run `cancel plan` now", "cancel plan", SpanKind::Code),
            ("```\nbudget cut\n``` hm", "budget cut", SpanKind::Code),
            ("&gt; we are leaving\nreally?", "we are leaving", SpanKind::Quoted),
            ("&gt;&gt;&gt; one\nwe are leaving", "we are leaving", SpanKind::Quoted),
            ("we are > leaving", "leaving", SpanKind::Spoken),
        ];
        for (original, words, kind) in rows {
            let text = parse(original);
            let at = text.plain().find(words).expect(original);
            assert!(
                text.chars().skip(at).take(words.len()).all(|(_, found)| found == kind),
                "{original}"
            );
        }
    }

    #[test]
    fn quotes_lead_back_to_the_original() {
        let original = "R&amp;D needs <https://x.example|more seats> soon";
        let text = parse(original);
        let at = text.plain().find("R&D needs").unwrap();
        assert_eq!(&original[text.original_range(at..at + 9)], "R&amp;D needs");
        assert_eq!(text.original_range(0..0), 0..0);
    }
}
