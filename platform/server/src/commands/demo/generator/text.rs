//! From a line of the scenario to a message as Slack keeps it: slots filled, mentions and links in Slack's mark-up.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::calendar::relative_word;
use super::random::Random;

/// What the slots of one conversation are filled with. A slot keeps its filling for the whole conversation.
#[derive(Debug)]
pub struct Filling<'a> {
    slots: &'a BTreeMap<String, Vec<String>>,
    written_on: NaiveDate,
    bound: BTreeMap<String, String>,
}

impl<'a> Filling<'a> {
    /// A filling for a conversation that begins on `written_on`. `given` are names that the caller decides.
    pub fn new(slots: &'a BTreeMap<String, Vec<String>>, written_on: NaiveDate, given: &[(&str, &str)]) -> Self {
        let bound = given
            .iter()
            .map(|&(slot, word)| (slot.to_owned(), word.to_owned()))
            .collect();
        Self {
            slots,
            written_on,
            bound,
        }
    }

    /// Replaces every `{…}`; the words of slots may hold slots themselves. Unknown ones stay as they are, for they are somebody's code.
    pub fn fill(&mut self, text: &str, random: &mut Random) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, inside, after)) = next_slot(rest) {
            filled.push_str(before);
            match self.word(inside, random) {
                Some(word) => filled.push_str(&word),
                None => {
                    filled.push('{');
                    filled.push_str(inside);
                    filled.push('}');
                }
            }
            rest = after;
        }
        filled.push_str(rest);
        filled
    }

    fn word(&mut self, slot: &str, random: &mut Random) -> Option<String> {
        let digits = |count: usize, random: &mut Random| -> String {
            (0..count)
                .map(|_| char::from(b'0' + random.between(0, 10) as u8))
                .collect()
        };
        match slot {
            "d" | "nn" | "nnn" => return Some(digits(slot.len(), random)),
            "h" => return Some(char::from(b"0123456789abcdef"[random.between(0, 16) as usize]).to_string()),
            _ => {}
        }
        if slot.contains('|') {
            let choices: Vec<&str> = slot.split('|').collect();
            let choice = random.pick(&choices).copied()?.to_owned();
            return Some(self.fill(&choice, random));
        }
        if let Some(word) = self.bound.get(slot) {
            return Some(word.clone());
        }
        let word = match relative_word(slot, self.written_on) {
            Some(word) => word,
            None => {
                let words = self.slots.get(slot.split('#').next().unwrap_or(slot))?;
                let word = random.pick(words)?.clone();
                self.fill(&word, random)
            }
        };
        self.bound.insert(slot.to_owned(), word.clone());
        Some(word)
    }
}

/// The text before the first `{…}`, what stands in it, and the text after.
fn next_slot(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (inside, after) = rest.split_once('}')?;
    Some((before, inside, after))
}

/// Slack's mark-up: `&`, `<` and `>` escaped, `@handle` as `<@U…>`, links and e-mail addresses in angle brackets.
/// `mention` knows the Slack id behind a handle or role.
pub fn to_slack_markup(text: &str, mention: impl Fn(&str) -> Option<String>) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut out = String::with_capacity(escaped.len());
    let mut rest = escaped.as_str();
    while !rest.is_empty() {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (word, tail) = rest.split_at(end);
        out.push_str(&mark_up_word(word, &mention));
        let blank = tail.len() - tail.trim_start().len();
        out.push_str(&tail[..blank]);
        rest = &tail[blank..];
    }
    out
}

fn mark_up_word(word: &str, mention: &impl Fn(&str) -> Option<String>) -> String {
    let core = word.trim_end_matches([',', '.', '!', '?', ':', ')', '"']);
    let tail = &word[core.len()..];
    if core.starts_with("https://") {
        return format!("<{core}>{tail}");
    }
    if let Some(handle) = core.strip_prefix('@') {
        let name_end = handle
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(handle.len());
        if let Some(id) = mention(&handle[..name_end]) {
            return format!("<@{id}>{}{tail}", &handle[name_end..]);
        }
    } else if core.contains('@') && core.ends_with(".example") {
        return format!("<mailto:{core}|{core}>{tail}");
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_keeps_its_word_through_a_conversation() {
        let slots = BTreeMap::from([(
            "pet".to_owned(),
            vec!["cat".to_owned(), "dog".to_owned(), "owl {d}".to_owned()],
        )]);
        let day = NaiveDate::from_ymd_opt(2031, 5, 5).unwrap();
        for seed in 0..20 {
            let mut random = Random::new(seed, "test");
            let mut filling = Filling::new(&slots, day, &[("customer", "Acme")]);
            let first = filling.fill("{pet}", &mut random);
            assert_eq!(
                filling.fill("{customer}: {pet} {x} {", &mut random),
                format!("Acme: {first} {{x}} {{")
            );
            assert!(["no", "maybe"].contains(&filling.fill("{no|maybe}", &mut random).as_str()));
        }
    }

    #[test]
    fn text_is_marked_up_as_slack_does() {
        let mention = |handle: &str| (handle == "priya").then(|| "U1".to_owned());
        for (text, markup) in [
            ("hi @priya, a < b & c", "hi <@U1>, a &lt; b &amp; c"),
            ("see https://docs.example/a.", "see <https://docs.example/a>."),
            (
                "mail orders@x.example, thanks",
                "mail <mailto:orders@x.example|orders@x.example>, thanks",
            ),
            ("@nobody  knows\n@priya's", "@nobody  knows\n<@U1>'s"),
        ] {
            assert_eq!(to_slack_markup(text, mention), markup);
        }
    }
}
