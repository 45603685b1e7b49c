//! The words behind a slash command.
//!
//! Slack writes channels, people and addresses as `<#C0123|name>`, `<@U0123|name>` and `<https://…|words>` ("Escape channels, users, and
//! links" of the command's settings); without that setting they come as they were typed.

use super::SlashCommand;

/// A command's first word and what follows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommandWords {
    /// The first word, in lower case; empty when nothing was typed.
    pub verb: String,
    /// The other words that are neither channels nor addresses, joined by single spaces. A leading `@` is taken away: people write
    /// `@acme` for a customer.
    pub rest: String,
    /// Channels by Slack's id.
    pub channel_ids: Vec<String>,
    /// Channels by name, where Slack did not write their id.
    pub channel_names: Vec<String>,
    /// Addresses.
    pub links: Vec<String>,
}

impl SlashCommand {
    /// Reads what was typed.
    #[must_use]
    pub fn words(&self) -> CommandWords {
        CommandWords::read(&self.text)
    }
}

impl CommandWords {
    /// Reads words as Slack sends them in commands and messages.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut words = Self::default();
        let mut rest = Vec::new();
        for (at, word) in pieces(text).into_iter().enumerate() {
            let marked = word.strip_prefix('<').and_then(|inner| inner.strip_suffix('>'));
            match marked.map(|inner| inner.split('|').next().unwrap_or_default()) {
                Some(inner) if inner.starts_with('#') => words.channel_ids.push(inner[1..].to_owned()),
                Some(inner) if inner.starts_with("http") => words.links.push(inner.to_owned()),
                // A person: the name, where Slack tells it, is what was meant.
                Some(_) => rest.extend(
                    word.trim_end_matches('>')
                        .split_once('|')
                        .map(|(_, name)| unescaped(name)),
                ),
                None if at == 0 => words.verb = word.to_lowercase(),
                None if word.len() > 1 && word.starts_with('#') => words.channel_names.push(word[1..].to_lowercase()),
                None if word.starts_with("https://") || word.starts_with("http://") => words.links.push(word),
                None => rest.push(unescaped(word.trim_start_matches('@'))),
            }
        }
        words.rest = rest.join(" ");
        words
    }
}

/// Words separated by blanks; what stands in `<…>` is one word.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut depth = 0_u32;
    for letter in text.chars() {
        match letter {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if letter.is_whitespace() && depth == 0 {
            pieces.push(String::new());
        } else if let Some(last) = pieces.last_mut() {
            last.push(letter);
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
