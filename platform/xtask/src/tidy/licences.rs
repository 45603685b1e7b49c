//! Whether a crate's licence expression can be met with the licences we accept.

/// Whether the SPDX expression allows use under accepted licences only. Old crates separate alternatives by `/`.
pub fn acceptable(expression: &str, accepted: &[String]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let (met, rest) = alternatives(&words, accepted);
    met && rest.is_empty()
}

/// `a OR b`: one is enough.
fn alternatives<'w>(words: &'w [&'w str], accepted: &[String]) -> (bool, &'w [&'w str]) {
    let (mut met, mut rest) = together(words, accepted);
    while let ["OR", more @ ..] = rest {
        let (other, after) = together(more, accepted);
        met |= other;
        rest = after;
    }
    (met, rest)
}

/// `a AND b`: both are needed.
fn together<'w>(words: &'w [&'w str], accepted: &[String]) -> (bool, &'w [&'w str]) {
    let (mut met, mut rest) = one(words, accepted);
    while let ["AND", more @ ..] = rest {
        let (other, after) = one(more, accepted);
        met &= other;
        rest = after;
    }
    (met, rest)
}

/// A licence, with its exception if it has one, or a parenthesis.
fn one<'w>(words: &'w [&'w str], accepted: &[String]) -> (bool, &'w [&'w str]) {
    match words {
        ["(", inner @ ..] => match alternatives(inner, accepted) {
            (met, [")", after @ ..]) => (met, after),
            _ => (false, &[]),
        },
        [licence, "WITH", exception, rest @ ..] => (accepted.contains(&format!("{licence} WITH {exception}")), rest),
        // `MPL-2.0+` is this version or a later one.
        [licence, rest @ ..] => (accepted.iter().any(|one| one == licence.trim_end_matches('+')), rest),
        [] => (false, &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_met_by_accepted_licences_only() {
        let accepted = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "Unicode-3.0"].map(str::to_owned);
        let rows = [
            ("MIT", true),
            ("MIT/Apache-2.0", true),
            ("MIT+", true),
            ("GPL-3.0-or-later", false),
            ("MIT OR GPL-3.0-only", true),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
            ("MIT AND GPL-2.0-only", false),
            ("Apache-2.0 WITH LLVM-exception OR BSL-1.0", true),
            ("", false),
            ("(MIT", false),
        ];
        for (expression, wanted) in rows {
            assert_eq!(acceptable(expression, &accepted), wanted, "{expression}");
        }
    }
}
