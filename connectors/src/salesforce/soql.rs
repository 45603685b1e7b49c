//! Writing SOQL.

use chrono::{DateTime, SecondsFormat, Utc};

/// A string literal. Quotes and backslashes are escaped, so no value can end the literal
/// (SOQL and SOSL Reference, "Quoted String Escape Sequences").
pub(super) fn quoted(value: &str) -> String {
    let mut literal = String::with_capacity(value.len() + 2);
    literal.push('\'');
    for c in value.chars() {
        match c {
            '\'' => literal.push_str("\\'"),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            c if c.is_control() => {}
            c => literal.push(c),
        }
    }
    literal.push('\'');
    literal
}

/// A date-time literal, which stands without quotes.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Whether a configured field name is one: letters, digits and underscores. Anything else must not get into a query.
pub(super) fn is_field_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_ends_its_literal() {
        for (value, literal) in [
            ("sig_1", "'sig_1'"),
            ("O'Brien", r"'O\'Brien'"),
            (r"\' OR Name != '", r"'\\\' OR Name != \''"),
            ("a\nb\0", r"'a\nb'"),
        ] {
            assert_eq!(quoted(value), literal);
        }
    }
}
