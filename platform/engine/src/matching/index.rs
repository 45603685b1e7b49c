//! The index over a tenant's accounts: equal keys first, likeness second.

use std::collections::HashMap;

use super::likeness::Likeness;
use super::{AccountRecord, Candidate, MatchReason, Query, names};
use crate::signal::Confidence;

/// At most this many candidates are suggested.
const MOST_CANDIDATES: usize = 5;

/// How often a match of each sort was right, measured on `fixtures/eval/accounts_queries_dev.jsonl` and rounded down. A key
/// shared by several accounts divides its confidence among them.
mod measured {
    pub const DOMAIN: f64 = 99.0;
    pub const FULL_NAME: f64 = 99.0;
    pub const NAME_WITHOUT_LEGAL_FORM: f64 = 98.0;
    /// Graham Corp and Graham Holdings Co are one name in people's mouths.
    pub const AMONG_TWINS: f64 = 85.0;
    /// `#proj-atlas` may be a code name of our own.
    pub const PROJECT_CHANNEL: f64 = 80.0;
    pub const CORE: f64 = 96.0;
    pub const SHORT_CORE: f64 = 92.0;
    pub const DOMAIN_LABEL: f64 = 80.0;
    pub const FIRST_WORDS: f64 = 72.0;
    pub const ACRONYM: f64 = 60.0;
    pub const MENTION: f64 = 70.0;
}

type Key = HashMap<String, Vec<usize>>;

/// A tenant's accounts, ready to be asked.
#[derive(Debug)]
pub struct AccountIndex {
    ids: Vec<String>,
    by_domain: Key,
    by_domain_label: Key,
    by_full_name: Key,
    by_legal_name: Key,
    by_core: Key,
    by_first_words: Key,
    by_acronym: Key,
    likeness: Likeness,
}

impl AccountIndex {
    /// Builds the index.
    pub fn build(accounts: impl IntoIterator<Item = AccountRecord>) -> Self {
        let mut index = Self {
            ids: Vec::new(),
            by_domain: Key::new(),
            by_domain_label: Key::new(),
            by_full_name: Key::new(),
            by_legal_name: Key::new(),
            by_core: Key::new(),
            by_first_words: Key::new(),
            by_acronym: Key::new(),
            likeness: Likeness::default(),
        };
        for account in accounts {
            index.add(account);
        }
        index.likeness.finish();
        index
    }

    fn add(&mut self, account: AccountRecord) {
        let at = self.ids.len();
        let words = names::words(&account.name);
        let core = names::core(&words);
        file(&mut self.by_full_name, names::squash(&words), at);
        file(
            &mut self.by_legal_name,
            names::squash(names::without_legal_form(&words)),
            at,
        );
        file(&mut self.by_core, names::squash(core), at);
        for length in 1..core.len() {
            file(&mut self.by_first_words, names::squash(&core[..length]), at);
        }
        for acronym in names::acronyms(core) {
            file(&mut self.by_acronym, acronym, at);
        }
        if let Some(domain) = account.domain.as_deref().and_then(names::domain_of) {
            let label = domain.split('.').next().unwrap_or_default().replace('-', "");
            file(&mut self.by_domain_label, label, at);
            file(&mut self.by_domain, domain, at);
        }
        self.likeness.add(core);
        self.ids.push(account.id);
    }

    /// The accounts that may be meant, the likeliest first, at most five.
    pub fn candidates(&self, query: &Query<'_>) -> Vec<Candidate> {
        let mut found = Found::default();
        match query {
            Query::Email(address) => {
                if let Some(domain) = names::domain_of(address) {
                    found.add(&self.by_domain, &domain, measured::DOMAIN, MatchReason::Domain);
                    let label: String = domain.split('.').next().unwrap_or_default().replace('-', "");
                    found.add(
                        &self.by_domain_label,
                        &label,
                        measured::DOMAIN_LABEL,
                        MatchReason::Domain,
                    );
                    found.add(
                        &self.by_core,
                        &label,
                        measured::DOMAIN_LABEL,
                        MatchReason::NormalisedName,
                    );
                }
            }
            Query::ChannelName(channel) => {
                let words = names::of_channel(channel);
                self.by_name(&words, &mut found);
                if words.len() == 1 && names::is_project_channel(channel) {
                    found.cap(measured::PROJECT_CHANNEL);
                }
            }
            Query::Text(text) => {
                self.by_name(&names::of_text(text), &mut found);
                if found.best.is_empty() {
                    self.mentions(text, &mut found);
                }
            }
        }
        found.ranked(&self.ids)
    }

    fn by_name(&self, words: &[String], found: &mut Found) {
        if words.is_empty() {
            return;
        }
        let core = names::squash(names::core(words));
        found.add(
            &self.by_full_name,
            &names::squash(words),
            measured::FULL_NAME,
            MatchReason::ExactName,
        );
        let legal_name = names::squash(names::without_legal_form(words));
        let twins = self.by_core.get(&core).map_or(0, Vec::len);
        let of_legal_name = if twins > 1 {
            measured::AMONG_TWINS
        } else {
            measured::NAME_WITHOUT_LEGAL_FORM
        };
        found.add(
            &self.by_legal_name,
            &legal_name,
            of_legal_name,
            MatchReason::NormalisedName,
        );
        let is_short = core.chars().count() < 4;
        let confidence = if is_short { measured::SHORT_CORE } else { measured::CORE };
        found.add(&self.by_core, &core, confidence, MatchReason::NormalisedName);
        found.add(
            &self.by_domain_label,
            &core,
            measured::DOMAIN_LABEL,
            MatchReason::Domain,
        );
        found.add(&self.by_first_words, &core, measured::FIRST_WORDS, MatchReason::Similar);
        if let [word] = words {
            found.add(&self.by_acronym, word, measured::ACRONYM, MatchReason::Acronym);
        }
        if twins == 0 {
            for (at, confidence) in self.likeness.closest(names::core(words), MOST_CANDIDATES) {
                found.note(at, confidence, MatchReason::Similar);
            }
        }
    }

    /// Names inside a longer text: runs of capitalised words that are an account's name.
    fn mentions(&self, text: &str, found: &mut Found) {
        let written: Vec<&str> = text.split_whitespace().take(400).collect();
        for start in 0..written.len() {
            if !written[start]
                .chars()
                .find(|c| c.is_alphanumeric())
                .is_some_and(char::is_uppercase)
            {
                continue;
            }
            for end in (start + 1..=written.len().min(start + 5)).rev() {
                let run = written[start..end].join(" ");
                let core = names::squash(names::core(&names::words(
                    run.trim_end_matches("'s").trim_end_matches("’s"),
                )));
                if core.chars().count() >= 4 && self.by_core.contains_key(&core) {
                    found.add(&self.by_core, &core, measured::MENTION, MatchReason::NormalisedName);
                    break;
                }
            }
        }
    }
}

fn file(key: &mut Key, value: String, at: usize) {
    if !value.is_empty() {
        let accounts = key.entry(value).or_default();
        if accounts.last() != Some(&at) {
            accounts.push(at);
        }
    }
}

#[derive(Default)]
struct Found {
    best: HashMap<usize, (f64, MatchReason)>,
}

impl Found {
    /// Every account filed under the key. Several share the confidence: none of them can be likelier than its share, and
    /// never likely enough to be mapped by itself.
    fn add(&mut self, key: &Key, value: &str, confidence: f64, reason: MatchReason) {
        let Some(accounts) = key.get(value) else { return };
        let share = if accounts.len() == 1 {
            confidence
        } else {
            confidence.min(85.0) / (accounts.len() as f64).sqrt()
        };
        for at in accounts {
            self.note(*at, share, reason);
        }
    }

    fn note(&mut self, at: usize, confidence: f64, reason: MatchReason) {
        let entry = self.best.entry(at).or_insert((confidence, reason));
        if confidence > entry.0 {
            *entry = (confidence, reason);
        }
    }

    fn cap(&mut self, most: f64) {
        for (confidence, _) in self.best.values_mut() {
            *confidence = confidence.min(most);
        }
    }

    fn ranked(self, ids: &[String]) -> Vec<Candidate> {
        let mut all: Vec<(usize, f64, MatchReason)> =
            self.best.into_iter().map(|(at, (c, reason))| (at, c, reason)).collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.2.cmp(&b.2)).then(a.0.cmp(&b.0)));
        all.truncate(MOST_CANDIDATES);
        all.into_iter()
            .map(|(at, confidence, reason)| Candidate {
                account_id: ids[at].clone(),
                confidence: Confidence::new(confidence.clamp(0.0, 100.0) as u8),
                reason,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> AccountIndex {
        let rows = [
            ("A1", "Acme Corp", Some("acme.com")),
            ("A2", "TechFlow Inc", None),
            ("A3", "Techflow Holdings Ltd", None),
            ("A4", "Worthington Steel, Inc", Some("worthington-steel.net")),
            ("A5", "General Motors Co", None),
        ];
        AccountIndex::build(rows.map(|(id, name, domain)| AccountRecord {
            id: id.into(),
            name: name.into(),
            domain: domain.map(str::to_owned),
        }))
    }

    #[test]
    fn an_account_is_found_however_people_write_it() {
        let index = index();
        let rows = [
            ("#customer-acme", Some("A1")),
            ("#acme-corp-external", Some("A1")),
            ("jane@eu.acme.com", Some("A1")),
            ("call with Acme", Some("A1")),
            ("ACME CORP **", Some("A1")),
            ("TechFlow Inc", Some("A2")),
            ("#customer-worthingtonsteel", Some("A4")),
            ("#customer-techflow", None),
            ("#general", None),
            ("joe@gmail.com", None),
            ("Unknown Gmbh", None),
            ("", None),
        ];
        for (query, expected) in rows {
            let candidates = index.candidates(&Query::guess(query));
            let mapped = candidates
                .first()
                .filter(|c| c.confidence.percent() >= 90)
                .map(|c| c.account_id.as_str());
            assert_eq!(mapped, expected, "{query} {candidates:?}");
        }
    }

    #[test]
    fn a_name_inside_a_sentence_is_a_suggestion_only() {
        let candidates = index().candidates(&Query::Text("FYI General Motors wants ten more seats by May"));
        assert_eq!(candidates[0].account_id, "A5");
        assert!(candidates[0].confidence.percent() < 90);
    }
}
