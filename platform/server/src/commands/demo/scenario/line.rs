//! One line of a conversation: `[> ]who [expected kinds] [+delay]: text`.

use std::str::FromStr;

use anyhow::{Context, bail};
use momentum_engine::signal::SignalKind;

/// One line of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Whether it answers in the thread of the conversation's first line.
    pub in_thread: bool,
    /// Who says it.
    pub speaker: Speaker,
    /// What a good reader would see in it. Never shown to the pipeline; tests measure against it.
    pub expected: Vec<SignalKind>,
    /// Minutes after the line before; a natural pause when not given.
    pub delay_minutes: Option<i64>,
    /// The text, with `{slots}` and `@mentions`.
    pub text: String,
}

/// Who says a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Speaker {
    /// A handle (in stories) or a role such as `customer` or `eng2` (in templates).
    Role(String),
    /// A program.
    Bot(String),
}

impl FromStr for Line {
    type Err = anyhow::Error;

    fn from_str(line: &str) -> anyhow::Result<Self> {
        let (in_thread, rest) = match line.strip_prefix('>') {
            Some(rest) => (true, rest.trim_start()),
            None => (false, line),
        };
        let (head, text) = rest.split_once(": ").context("expected `who: text`")?;
        let mut words = head.split_whitespace();
        let who = words.next().context("expected who speaks")?;
        let speaker = match who.strip_prefix("bot:") {
            Some(bot) => Speaker::Bot(bot.to_owned()),
            None if who.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()) => Speaker::Role(who.to_owned()),
            None => bail!("`{who}` is not a handle"),
        };
        let mut line = Self {
            in_thread,
            speaker,
            expected: Vec::new(),
            delay_minutes: None,
            text: text.to_owned(),
        };
        for word in words {
            if let Some(delay) = word.strip_prefix('+') {
                line.delay_minutes = Some(minutes(delay)?);
            } else if let Some(kinds) = word.strip_prefix('[').and_then(|word| word.strip_suffix(']')) {
                line.expected = kinds.split(',').map(str::parse).collect::<Result<_, _>>()?;
            } else {
                bail!("`{word}` is neither `+delay` nor `[kinds]`");
            }
        }
        Ok(line)
    }
}

/// `2h05m`, `40m`, `26h` or `2d` in minutes.
pub(super) fn minutes(text: &str) -> anyhow::Result<i64> {
    let mut total = 0;
    let mut number = String::new();
    for c in text.chars() {
        let unit = match c {
            '0'..='9' => {
                number.push(c);
                continue;
            }
            'm' => 1,
            'h' => 60,
            'd' => 24 * 60,
            _ => bail!("`{text}` is not a duration such as 2h05m"),
        };
        total += unit
            * std::mem::take(&mut number)
                .parse::<i64>()
                .context("a duration without a number")?;
    }
    anyhow::ensure!(number.is_empty() && !text.is_empty(), "`{text}` has no unit");
    Ok(total)
}

/// `09:42` in minutes after midnight.
pub(super) fn minutes_of_day(text: &str) -> anyhow::Result<i64> {
    let (hours, minutes) = text
        .split_once(':')
        .with_context(|| format!("`{text}` is not a time such as 09:42"))?;
    Ok(hours.parse::<i64>()? * 60 + minutes.parse::<i64>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_who_what_where_and_when() {
        let line: Line = "> maya [usage,expansion] +2h05m: hi: there".parse().unwrap();
        assert_eq!(
            line,
            Line {
                in_thread: true,
                speaker: Speaker::Role("maya".into()),
                expected: vec![SignalKind::Usage, SignalKind::Expansion],
                delay_minutes: Some(125),
                text: "hi: there".into(),
            }
        );
        assert_eq!("bot:ci: ok".parse::<Line>().unwrap().speaker, Speaker::Bot("ci".into()));
    }

    #[test]
    fn a_line_that_is_none_is_refused() {
        for bad in [
            "",
            "no colon",
            "Maya: hi",
            "maya [sale]: hi",
            "maya +2: hi",
            "maya soon: hi",
        ] {
            assert!(bad.parse::<Line>().is_err(), "{bad}");
        }
    }
}
