//! What somebody wants to know, read out of plain words.

/// What is asked.
#[derive(Debug, PartialEq, Eq)]
pub enum Question {
    /// Nothing in particular.
    Help,
    /// About the account of this name.
    About(String),
    /// About the account of the channel.
    Here,
    /// The thread is about the account of this name.
    Tag(String),
}

/// Words before a name. What follows the last of them is the name.
const BEFORE: [&str; 22] = [
    "what's up",
    "whats up",
    "what is up",
    "what's new",
    "up with",
    "new with",
    "new at",
    "going on with",
    "going on at",
    "happening with",
    "happening at",
    "status of",
    "state of",
    "summary of",
    "tell me about",
    "know about",
    "how is",
    "how's",
    "hows",
    "who owns",
    "who has",
    "about",
];
/// Words after a name that do not belong to it.
const AFTER: [&str; 9] = [
    "doing",
    "looking",
    "going",
    "today",
    "lately",
    "now",
    "please",
    "account",
    "at the moment",
];
/// Words for the account of the channel.
const HERE: [&str; 7] = [
    "here",
    "this",
    "this account",
    "this customer",
    "this channel",
    "this client",
    "them",
];

impl Question {
    /// Reads a message to the bot whose id in Slack is `bot`.
    pub fn read(text: &str, bot: &str) -> Self {
        let own = format!("<@{bot}");
        let words = text
            .split_whitespace()
            .filter(|word| bot.is_empty() || !word.starts_with(&own));
        let text = words.collect::<Vec<_>>().join(" ").replace('’', "'");
        let text = text.trim_matches(|letter: char| letter.is_whitespace() || "?!.,:;\"“”".contains(letter));
        let lower = text.to_ascii_lowercase();
        if matches!(
            lower.as_str(),
            "" | "help" | "hi" | "hello" | "hey" | "thanks" | "thank you"
        ) {
            return Self::Help;
        }
        if let Some(name) = lower.strip_prefix("tag ").map(|_| &text[4..]) {
            return Self::Tag(cleaned(name));
        }
        let begin = BEFORE
            .iter()
            .filter_map(|words| Some(lower.rfind(&format!("{words} "))? + words.len() + 1))
            .max();
        let name = cleaned(begin.map_or(text, |begin| &text[begin..]));
        match name.to_ascii_lowercase().as_str() {
            "" => Self::Help,
            word if HERE.contains(&word) || lower.ends_with("what's up") => Self::Here,
            _ => Self::About(name),
        }
    }
}

/// A name without what people put around it.
fn cleaned(name: &str) -> String {
    let mut name = name.trim().trim_start_matches(['@', '#']);
    loop {
        let shorter = AFTER.iter().find_map(|word| {
            let at = name.len().checked_sub(word.len())?;
            let is_word = name.is_char_boundary(at) && name[at..].eq_ignore_ascii_case(word);
            (is_word && name[..at].ends_with(' ')).then(|| name[..at].trim_end())
        });
        match shorter {
            Some(shorter) => name = shorter,
            None => break,
        }
    }
    let name = name.strip_prefix("the ").unwrap_or(name);
    let name = name.trim_matches(|letter: char| letter.is_whitespace() || "?!.,:;\"“”<>".contains(letter));
    name.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_understood_however_they_are_put() {
        let about = |name: &str| Question::About(name.to_owned());
        for (text, question) in [
            ("<@U0MOM> what's up with Acme?", about("Acme")),
            ("<@U0MOM|momentum> what’s up with Acme Corp today?", about("Acme Corp")),
            ("How is Acme doing", about("Acme")),
            ("who owns AT&amp;T?", about("AT&T")),
            ("tell me about the Initech account please", about("Initech")),
            ("what is going on with Café Zoë?", about("Café Zoë")),
            ("Acme", about("Acme")),
            ("any news about Acme?", about("Acme")),
            ("what's up here?", Question::Here),
            ("how's this customer doing?", Question::Here),
            ("<@U0MOM> what's up?", Question::Here),
            ("<@U0MOM>", Question::Help),
            ("  hi! ", Question::Help),
            ("tag @Acme Corp", Question::Tag("Acme Corp".to_owned())),
            ("Tag Acme", Question::Tag("Acme".to_owned())),
        ] {
            assert_eq!(Question::read(text, "U0MOM"), question, "{text}");
        }
    }

    #[test]
    fn no_text_makes_it_stumble() {
        for text in [
            "İ how is İİ",
            "tag ",
            "how is ",
            "???",
            "ẞ doing",
            "<@",
            "what's up with 🙂 doing doing",
        ] {
            let _ = Question::read(text, "U0MOM");
            let _ = Question::read(text, "");
        }
    }
}
