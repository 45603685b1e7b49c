//! Where people sign in to Salesforce: its page for production, the one for sandboxes, or the org's own domain.

use momentum_connectors::outbound::Url;

/// What belongs to Salesforce and to nobody else. Only a host below one of these may be sent people and codes.
const DOMAINS: [&str; 2] = [".my.salesforce.com", ".salesforce.com"];

/// The sign-in page of a My Domain, from what a person copies out of the address bar or remembers of it: `acme`,
/// `acme--uat.sandbox`, `acme.my.salesforce.com` or the whole address. `None` when it is not Salesforce's.
pub(super) fn my_domain(text: &str) -> Option<Url> {
    let text = text.trim();
    let host = text.strip_prefix("https://").unwrap_or(text);
    let host = host.strip_suffix('/').unwrap_or(host).to_ascii_lowercase();
    // Letters, digits, hyphens and dots: no port, no path, no name and password, nothing that a parser could read twice.
    let is_plain = host
        .split('.')
        .all(|label| !label.is_empty() && label.len() <= 63 && label.bytes().all(is_of_a_name));
    if !is_plain || host.len() > 200 {
        return None;
    }
    let is_whole = host.ends_with(DOMAINS[1]);
    // `salesforce.com` as a bare name would become a host of that name below Salesforce's: nothing to worry about.
    let host = if is_whole {
        host
    } else {
        format!("{host}{}", DOMAINS[0])
    };
    let url = Url::parse(&format!("https://{host}/")).ok()?;
    let parsed = url.host_str()?;
    DOMAINS.iter().any(|domain| parsed.ends_with(domain)).then_some(url)
}

fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

#[cfg(test)]
mod tests {
    use super::my_domain;

    #[test]
    fn a_my_domain_is_below_salesforces_own_domain_or_refused() {
        let good = [
            ("acme", "https://acme.my.salesforce.com/"),
            (" Acme ", "https://acme.my.salesforce.com/"),
            ("acme--uat.sandbox", "https://acme--uat.sandbox.my.salesforce.com/"),
            ("acme.my.salesforce.com", "https://acme.my.salesforce.com/"),
            ("https://acme.my.salesforce.com/", "https://acme.my.salesforce.com/"),
            ("test.salesforce.com", "https://test.salesforce.com/"),
            ("evil.example", "https://evil.example.my.salesforce.com/"),
        ];
        for (text, url) in good {
            assert_eq!(my_domain(text).map(String::from).as_deref(), Some(url), "{text}");
        }
        let bad = [
            "",
            ".",
            "acme.",
            "..my.salesforce.com",
            "http://acme.my.salesforce.com",
            "acme.my.salesforce.com:8443",
            "acme.my.salesforce.com/evil",
            "acme.my.salesforce.com?x",
            "acme.my.salesforce.com#.evil.example",
            "evil.example/.my.salesforce.com",
            "evil.example#.my.salesforce.com",
            "evil.example\\.my.salesforce.com",
            "user@evil.example",
            "user:pass@acme.my.salesforce.com",
            "javascript:alert(1)",
            "acme\u{3002}my\u{3002}salesforce.com",
            "acme my.salesforce.com",
            "%65vil.my.salesforce.com",
            "[::1]",
        ];
        for text in bad {
            assert_eq!(my_domain(text), None, "{text}");
        }
        assert_eq!(my_domain(&"a.".repeat(150)), None);
    }
}
