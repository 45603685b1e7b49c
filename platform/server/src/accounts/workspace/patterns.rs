//! Which channels our bot joins by itself.

use serde_json::Value;

/// The specification's channels: customers', support and escalations.
pub const DEFAULT_PATTERNS: [&str; 4] = ["customer-*", "*-customer", "support*", "escalations*"];

/// Names of channels with `*` for any letters and `?` for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patterns(Vec<String>);

impl Patterns {
    /// What a connection's settings say under `auto_join`, a list of patterns. An empty list means none.
    pub fn of(settings: &Value) -> Self {
        match settings.get("auto_join").and_then(Value::as_array) {
            Some(chosen) => Self(
                chosen
                    .iter()
                    .filter_map(Value::as_str)
                    .map(|pattern| pattern.trim().trim_start_matches('#').to_lowercase())
                    .filter(|pattern| !pattern.is_empty())
                    .collect(),
            ),
            None => Self(DEFAULT_PATTERNS.map(str::to_owned).to_vec()),
        }
    }

    /// Whether a channel of this name is to be joined.
    pub fn wants(&self, channel_name: &str) -> bool {
        let name: Vec<char> = channel_name.to_lowercase().chars().collect();
        (self.0.iter()).any(|pattern| matches(&pattern.chars().collect::<Vec<_>>(), &name))
    }
}

/// Takes the latest `*` back by one letter whenever the rest does not fit, so a hostile pattern costs the product of the
/// lengths and no more.
fn matches(pattern: &[char], name: &[char]) -> bool {
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '?' || *c == name[n] => {
                p += 1;
                n += 1;
            }
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    p = at + 1;
                    n = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pattern_means_what_people_expect() {
        let cases = [
            (json!({}), "customer-acme", true),
            (json!({}), "Customer-Acme", true),
            (json!({}), "acme-customer", true),
            (json!({}), "support", true),
            (json!({}), "support-requests", true),
            (json!({}), "escalations", true),
            (json!({}), "general", false),
            (json!({}), "customer", false),
            (json!({ "auto_join": [] }), "customer-acme", false),
            (json!({ "auto_join": ["#ext-?-*"] }), "ext-a-team", true),
            (json!({ "auto_join": ["ext-?-*"] }), "ext-ab-team", false),
            (json!({ "auto_join": ["*a*b*c"] }), "xaybzbc", true),
            (json!({ "auto_join": [" ", 7] }), "anything", false),
        ];
        for (settings, name, wanted) in cases {
            assert_eq!(Patterns::of(&settings).wants(name), wanted, "{settings} {name}");
        }
        let hostile = json!({ "auto_join": ["*a".repeat(2000)] });
        assert!(!Patterns::of(&hostile).wants(&"a".repeat(500)));
    }
}
