//! Company names as people write them: legal forms, channel affixes, phrases around a name, addresses.

/// Legal forms: they tell nothing about which company is meant.
const LEGAL_FORMS: &[&str] = &[
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "co",
    "company",
    "ltd",
    "limited",
    "llc",
    "llp",
    "lp",
    "plc",
    "ag",
    "se",
    "nv",
    "sa",
    "spa",
    "ab",
    "asa",
    "as",
    "oyj",
    "oy",
    "gmbh",
    "kg",
    "kgaa",
    "bv",
    "sarl",
    "sas",
    "srl",
    "pty",
    "pte",
    "kk",
    "sab",
    "sadecv",
    "aps",
    "de",
    "cv",
];

/// Words that companies of one name often add or drop.
const SOFT_FORMS: &[&str] = &[
    "holdings",
    "holding",
    "group",
    "trust",
    "fund",
    "groupe",
    "gruppe",
    "partnership",
    "partners",
    "international",
    "plc",
];

/// What CRM users append to a name, and regions people append to channels.
const ANNOTATIONS: &[&str] = &[
    "hq",
    "renewal",
    "parent",
    "emea",
    "apac",
    "latam",
    "us",
    "usa",
    "uk",
    "eu",
    "dach",
    "na",
    "2023",
    "2024",
    "2025",
    "2026",
    "new",
    "old",
    "duplicate",
];

/// What channel names begin with before the account's name.
const CHANNEL_PREFIXES: &[&str] = &[
    "customer",
    "customers",
    "client",
    "clients",
    "cust",
    "ext",
    "external",
    "support",
    "proj",
    "project",
    "cs",
    "csm",
    "shared",
    "acct",
    "account",
    "accounts",
    "team",
    "sales",
    "partner",
    "help",
    "vip",
    "x",
    "slackconnect",
    "connect",
];

/// What channel names end with after the account's name.
const CHANNEL_SUFFIXES: &[&str] = &[
    "onboarding",
    "external",
    "ext",
    "support",
    "customer",
    "client",
    "shared",
    "internal",
    "pilot",
    "trial",
    "implementation",
    "renewal",
    "project",
    "success",
    "team",
    "emea",
    "apac",
    "us",
    "eu",
    "uk",
    "general",
    "alerts",
    "escalations",
    "poc",
    "rollout",
    "integration",
];

/// Phrases around a name in talk, in the order in which they are taken off.
const LEADING_PHRASES: &[&str] = &[
    "call with",
    "meeting with",
    "talked to",
    "spoke to",
    "spoke with",
    "talked with",
    "sync with",
    "met with",
    "email from",
    "mail from",
    "heard from",
    "update on",
    "news from",
    "the team at",
    "folks at",
    "regarding",
    "re",
];
const TRAILING_PHRASES: &[&str] = &[
    "today",
    "yesterday",
    "team",
    "folks",
    "account",
    "people",
    "this morning",
    "last week",
];

/// Channel names that name no account.
const GENERIC: &[&str] = &[
    "general",
    "random",
    "support",
    "escalations",
    "escalation",
    "product feedback",
    "customer success",
    "feedback",
    "sales",
    "engineering",
    "customers",
    "support requests",
    "announcements",
    "q1 planning",
    "q2 planning",
    "q3 planning",
    "q4 planning",
    "planning",
    "help",
    "marketing",
    "internal",
];

/// Mail hosts anybody can have an address at.
const FREE_MAIL: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "yahoo.com",
    "icloud.com",
    "me.com",
    "aol.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "proton.me",
    "protonmail.com",
    "mail.com",
    "yandex.com",
    "qq.com",
    "163.com",
    "hey.com",
    "msn.com",
];

/// The words of a name: lower case, `&` as "and", accents folded, everything else that is no letter or digit a space.
pub fn words(name: &str) -> Vec<String> {
    let mut spelled = String::with_capacity(name.len() + 8);
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            '&' => spelled.push_str(" and "),
            '+' => spelled.push_str(" plus "),
            '\'' | '’' | '.' => {}
            c if c.is_alphanumeric() => spelled.push(fold(c)),
            _ => spelled.push(' '),
        }
    }
    join_single_letters(spelled.split_whitespace())
}

/// "s p a" and "n v" are legal forms typed with spaces, "j p morgan" a name: single letters in a row are one word.
fn join_single_letters<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    let mut last_was_single = false;
    for word in words {
        let is_single = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
        match joined.last_mut() {
            Some(last) if is_single && last_was_single => last.push_str(word),
            _ => joined.push(word.to_owned()),
        }
        last_was_single = is_single;
    }
    joined
}

/// The commonest accented letters as plain ones: names are typed without accents in channel names and addresses.
fn fold(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        _ => c,
    }
}

/// The name without legal forms and CRM annotations at its end.
pub fn without_legal_form(words: &[String]) -> &[String] {
    strip_end(words, &[LEGAL_FORMS, ANNOTATIONS])
}

/// The name without legal forms, annotations and words like "Holdings" at its end, and without "the" in front.
pub fn core(words: &[String]) -> &[String] {
    let words = if words.len() > 1 && words[0] == "the" {
        &words[1..]
    } else {
        words
    };
    strip_end(words, &[LEGAL_FORMS, ANNOTATIONS, SOFT_FORMS])
}

fn strip_end<'w>(mut words: &'w [String], lists: &[&[&str]]) -> &'w [String] {
    while let [rest @ .., last] = words {
        if rest.is_empty() || !lists.iter().any(|list| list.contains(&last.as_str())) {
            break;
        }
        words = rest;
    }
    words
}

/// The words run together: channel names and domains have no spaces. "and" and "the" come and go, so they are left out.
pub fn squash(words: &[String]) -> String {
    words
        .iter()
        .filter(|word| !matches!(word.as_str(), "and" | "the"))
        .map(String::as_str)
        .collect()
}

/// The words that name an account in a channel name; empty if it is a channel of our own.
pub fn of_channel(channel: &str) -> Vec<String> {
    let all = words(channel.trim_start_matches('#'));
    if GENERIC.contains(&all.join(" ").as_str()) {
        return Vec::new();
    }
    let mut rest = all.as_slice();
    if let [first, after @ ..] = rest
        && !after.is_empty()
        && CHANNEL_PREFIXES.contains(&first.as_str())
    {
        rest = after;
    }
    while let [before @ .., last] = rest {
        if before.is_empty() || !CHANNEL_SUFFIXES.contains(&last.as_str()) {
            break;
        }
        rest = before;
    }
    rest.to_vec()
}

/// Whether a channel is named as a project, which may be a code name rather than an account.
pub fn is_project_channel(channel: &str) -> bool {
    words(channel.trim_start_matches('#'))
        .first()
        .is_some_and(|word| matches!(word.as_str(), "proj" | "project"))
}

/// The parts of a name that number a series: "Fund II", "Trust 2027". Names that differ in them are different companies.
pub fn series_numbers(words: &[String]) -> Vec<&str> {
    const ROMAN: &[&str] = &[
        "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xx", "xxi",
        "xxii", "xxiii", "xxiv", "xxv",
    ];
    let is_number = |word: &&str| ROMAN.contains(word) || word.chars().all(|c| c.is_ascii_digit());
    words.iter().map(String::as_str).filter(is_number).collect()
}

/// The words of the name in a short piece of talk: "call with Toro", "Udemy's", "talked to Draftkings today".
pub fn of_text(text: &str) -> Vec<String> {
    let mut rest = text.trim().trim_end_matches("'s").trim_end_matches("’s");
    let lower = |text: &str| text.to_lowercase();
    for phrase in LEADING_PHRASES {
        if lower(rest).starts_with(&format!("{phrase} "))
            && let Some(after) = rest.get(phrase.len() + 1..)
        {
            rest = after;
            break;
        }
    }
    for phrase in TRAILING_PHRASES {
        if lower(rest).ends_with(&format!(" {phrase}"))
            && let Some(before) = rest.len().checked_sub(phrase.len() + 1).and_then(|end| rest.get(..end))
        {
            rest = before;
        }
    }
    words(rest)
}

/// The registrable part of an address's or a URL's host: `john@mail.eu.acme.co.uk` belongs to `acme.co.uk`. `None` for
/// free mail hosts, where the domain says nothing.
pub fn domain_of(address: &str) -> Option<String> {
    let host = address
        .rsplit_once('@')
        .map_or(address, |(_, host)| host)
        .trim()
        .trim_end_matches('.')
        .to_lowercase();
    let host = host
        .trim_start_matches("https://")
        .trim_start_matches("http://")
        .split('/')
        .next()?
        .to_owned();
    let labels: Vec<&str> = host.split('.').filter(|label| !label.is_empty()).collect();
    let two_part = ["co", "com", "org", "net", "ac", "gov"];
    let kept = match labels.as_slice() {
        [.., second, last] if labels.len() > 2 && last.len() == 2 && two_part.contains(second) => 3,
        [_, _, ..] => 2,
        _ => return None,
    };
    let domain = labels[labels.len() - kept..].join(".");
    (!FREE_MAIL.contains(&domain.as_str())).then_some(domain)
}

/// The initials of a name, with and without those of "and" and "of".
pub fn acronyms(words: &[String]) -> Vec<String> {
    let initials =
        |words: &mut dyn Iterator<Item = &String>| words.filter_map(|word| word.chars().next()).collect::<String>();
    let mut found = vec![initials(&mut words.iter())];
    found.push(initials(
        &mut words
            .iter()
            .filter(|word| !matches!(word.as_str(), "and" | "of" | "the")),
    ));
    found.retain(|acronym| acronym.chars().count() >= 3);
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_does_not_tell_companies_apart() {
        let rows = [
            ("  MOSAIC IMMUNOENGINEERING INC **", "mosaic immunoengineering"),
            ("Stevanato Group S.p.A", "stevanato"),
            ("stevanato s p a", "stevanato"),
            ("ICON PLC (Parent)", "icon"),
            ("Eurodry Inc (US)", "eurodry"),
            ("Kulicke & Soffa Industries Inc", "kulicke and soffa industries"),
            ("Nestlé S.A.", "nestle"),
            ("Company", "company"),
        ];
        for (name, expected) in rows {
            assert_eq!(core(&words(name)).join(" "), expected, "{name}");
        }
    }

    #[test]
    fn channels_and_talk_give_up_the_name_in_them() {
        let channels = [
            ("#customer-worthington-steel", "worthington steel"),
            ("#ext-foot-locker-onboarding", "foot locker"),
            ("#customer-success", ""),
            ("acme-customer", "acme"),
        ];
        for (channel, expected) in channels {
            assert_eq!(of_channel(channel).join(" "), expected, "{channel}");
        }
        for (text, expected) in [
            ("call with Toro", "toro"),
            ("Blue Owl Capital's", "blue owl capital"),
            ("talked to Draftkings today", "draftkings"),
        ] {
            assert_eq!(of_text(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn addresses_lead_to_their_registrable_domain() {
        let rows = [
            ("john@mail.replimune.com", Some("replimune.com")),
            ("joe@gmail.com", None),
            ("a@eu.acme.co.uk", Some("acme.co.uk")),
            ("ops@or.co", Some("or.co")),
            ("localhost", None),
        ];
        for (address, expected) in rows {
            assert_eq!(domain_of(address).as_deref(), expected, "{address}");
        }
    }
}
