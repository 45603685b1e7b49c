//! Which account is meant?

use serde::{Deserialize, Serialize};

use crate::signal::Confidence;

mod index;
mod likeness;
mod names;

pub use index::AccountIndex;

/// An account as the CRM knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct AccountRecord {
    /// The account's id, opaque here.
    pub id: String,
    /// Its name, as people typed it into the CRM.
    pub name: String,
    /// Its web or e-mail domain, if known.
    #[serde(default)]
    pub domain: Option<String>,
}

/// What is known of the account somebody means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Query<'a> {
    /// Free text that names one company: "call with Toro", "Udemy team".
    Text(&'a str),
    /// A channel name, with or without `#`.
    ChannelName(&'a str),
    /// An e-mail address or a domain.
    Email(&'a str),
}

impl<'a> Query<'a> {
    /// Tells the three apart by their looks: `#` begins a channel, `@` with a dot after it is an address.
    pub fn guess(text: &'a str) -> Self {
        let trimmed = text.trim();
        if trimmed.starts_with('#') {
            Self::ChannelName(trimmed)
        } else if trimmed
            .split_once('@')
            .is_some_and(|(_, host)| host.contains('.') && !host.contains(' '))
        {
            Self::Email(trimmed)
        } else {
            Self::Text(trimmed)
        }
    }
}

/// How a candidate was found, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchReason {
    /// The e-mail domain is the account's.
    Domain,
    /// The names are equal but for case and punctuation.
    ExactName,
    /// The names are equal without legal forms and channel affixes.
    NormalisedName,
    /// The initials of the name.
    Acronym,
    /// The names are written alike.
    Similar,
}

/// An account that may be meant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Candidate {
    /// The account.
    pub account_id: String,
    /// How likely it is the one. From `auto_map` (90) on it is mapped without asking.
    pub confidence: Confidence,
    /// How it was found.
    pub reason: MatchReason,
}
