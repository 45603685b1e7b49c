//! A short human title for a signal, made only of what the message says.

use crate::detection::Detection;

/// The longest quote in a title, in characters; longer ones end in an ellipsis at a word boundary.
pub const LONGEST_QUOTE: usize = 72;

/// `Acme Corp: "We're running out of capacity"`, or `Expansion: "…"` while the account is unknown.
///
/// The quote is the detection's best one, widened to the whole sentence where that fits. Nothing is paraphrased, so
/// nothing is invented.
pub fn title(account: Option<&str>, detection: &Detection, text: &str) -> String {
    let lead = account
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .unwrap_or(detection.kind.label());
    match best_sentence(detection, text) {
        Some(quote) => format!("{lead}: \"{quote}\""),
        None => match account {
            Some(_) => format!("{lead}: {}", detection.kind.label().to_lowercase()),
            None => lead.to_owned(),
        },
    }
}

fn best_sentence(detection: &Detection, text: &str) -> Option<String> {
    let evidence = detection.evidence.iter().find(|evidence| evidence.quote.is_some())?;
    let quote = text.get(evidence.start..evidence.end)?;
    let sentence = sentence_around(text, evidence.start, evidence.end);
    let chosen = if sentence.chars().count() <= LONGEST_QUOTE {
        sentence
    } else {
        quote
    };
    let flat = chosen
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('"', "'");
    let flat = flat.trim_matches(|c: char| c == '.' || c == ',' || c == ';' || c.is_whitespace());
    if flat.is_empty() {
        None
    } else {
        Some(shorten(flat, LONGEST_QUOTE))
    }
}

/// The sentence of `text` that holds the bytes from `start` to `end`, verbatim.
pub fn sentence_around(text: &str, start: usize, end: usize) -> &str {
    let ends_sentence = |c: char| matches!(c, '.' | '!' | '?' | '\n');
    let from = text[..start]
        .char_indices()
        .rev()
        .find(|&(at, c)| c == '\n' || (ends_sentence(c) && text[at + c.len_utf8()..].starts_with(char::is_whitespace)))
        .map_or(0, |(at, c)| at + c.len_utf8());
    let to = text[end..]
        .char_indices()
        .find(|&(at, c)| {
            let after = &text[end + at + c.len_utf8()..];
            c == '\n' || (ends_sentence(c) && (after.is_empty() || after.starts_with(char::is_whitespace)))
        })
        .map_or(text.len(), |(at, c)| end + at + if c == '?' { 1 } else { 0 });
    text[from..to].trim()
}

fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let cut: String = text.chars().take(limit - 1).collect();
    let at_word = cut.rfind(' ').filter(|at| *at > limit / 2).unwrap_or(cut.len());
    format!("{}…", cut[..at_word].trim_end_matches([',', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detection::{Evidence, EvidenceTerm};
    use crate::signal::{Confidence, SignalKind};

    fn detection(text: &str, quote: &str) -> Detection {
        let start = text.find(quote).unwrap();
        Detection {
            kind: SignalKind::Expansion,
            confidence: Confidence::new(90),
            log_odds: 2.2,
            evidence: vec![Evidence {
                quote: Some(quote.to_owned()),
                start,
                end: start + quote.len(),
                reason: "states a need".into(),
                weight: 3.0,
                term: EvidenceTerm::Pattern,
            }],
            key_phrase: String::new(),
            suppressed: None,
        }
    }

    #[test]
    fn a_title_names_the_account_and_quotes_the_message() {
        let long = "as you may remember from the last quarterly review in which we talked at some length about it all we need more seats";
        let rows = [
            (
                Some("Acme Corp"),
                "Hi. We need more seats! Thanks",
                "need more seats",
                "Acme Corp: \"We need more seats\"",
            ),
            (
                None,
                "can we add 50 users?",
                "add 50 users",
                "Expansion: \"can we add 50 users?\"",
            ),
            (
                Some(" "),
                "need more \"seats\"",
                "need more \"seats\"",
                "Expansion: \"need more 'seats'\"",
            ),
            (None, long, "we need more seats", "Expansion: \"we need more seats\""),
        ];
        for (account, text, quote, expected) in rows {
            assert_eq!(title(account, &detection(text, quote), text), expected);
        }
    }

    #[test]
    fn a_long_quote_is_cut_at_a_word() {
        let text = "we need more of everything ".repeat(10);
        let made = title(None, &detection(&text, text.trim()), &text);
        assert!(made.ends_with("…\"") && made.chars().count() < 100, "{made}");
    }
}
