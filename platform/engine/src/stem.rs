//! Word stems and function words, for comparing texts. English only; other words pass through unchanged.

/// Strips the commonest English inflections, so that "needs", "needed" and "needing" compare equal. It aims at equality
/// of forms, not at dictionary words.
pub fn stem(word: &str) -> String {
    let strip = |suffix: &str, keep: usize| {
        word.strip_suffix(suffix)
            .filter(|rest| rest.chars().count() >= keep)
            .map(str::to_owned)
    };
    let base = strip("ies", 3)
        .map(|rest| rest + "y")
        .or_else(|| strip("ing", 3).map(undouble))
        .or_else(|| strip("ed", 3).map(undouble))
        .or_else(|| strip("es", 4))
        .or_else(|| if word.ends_with("ss") { None } else { strip("s", 3) })
        .unwrap_or_else(|| word.to_owned());
    match base.strip_suffix('e') {
        Some(rest) if rest.chars().count() >= 3 => rest.to_owned(),
        _ => base,
    }
}

/// "running" leaves "runn"; English doubles the consonant, so one of the two goes.
fn undouble(base: String) -> String {
    let mut backwards = base.chars().rev();
    let doubled = match (backwards.next(), backwards.next()) {
        (Some(a), Some(b)) => a == b && !"aeiouls".contains(a),
        _ => false,
    };
    if doubled {
        base[..base.len() - base.chars().next_back().map_or(0, char::len_utf8)].to_owned()
    } else {
        base
    }
}

/// Words that carry no topic: articles, pronouns, auxiliaries, prepositions, courtesies.
pub fn is_function_word(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "a", "about", "after", "again", "all", "also", "am", "an", "and", "any", "are", "arent", "as", "at", "be",
        "been", "but", "by", "can", "cant", "could", "did", "do", "does", "dont", "for", "from", "get", "got", "had",
        "has", "have", "he", "hello", "hey", "hi", "how", "hows", "i", "id", "if", "ill", "im", "in", "into", "is",
        "isnt", "it", "its", "ive", "just", "like", "may", "me", "might", "more", "my", "news", "no", "not", "now",
        "of", "on", "or", "our", "out", "please", "pls", "really", "right", "she", "should", "so", "some", "still",
        "than", "thanks", "that", "thats", "the", "their", "them", "then", "there", "these", "they", "theyre", "this",
        "to", "too", "up", "us", "very", "was", "we", "wed", "well", "were", "weve", "what", "whats", "when", "where",
        "which", "who", "will", "with", "would", "you", "your", "youre",
    ];
    WORDS.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflected_forms_share_a_stem() {
        for forms in [
            &["need", "needs", "needed", "needing"][..],
            &["scale", "scaling", "scaled", "scales"],
            &["run", "running", "runs"],
            &["seat", "seats"],
            &["company", "companies"],
            &["upgrade", "upgrading", "upgrades"],
        ] {
            for form in forms {
                assert_eq!(stem(form), stem(forms[0]), "{form}");
            }
        }
        for word in ["é", "", "ss", "ing", "日本語"] {
            stem(word);
        }
    }
}
