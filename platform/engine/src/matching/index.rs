//! The index over a tenant's accounts.

use std::collections::HashMap;

use super::{AccountRecord, Candidate, MatchReason, Query, names};
use crate::signal::Confidence;

/// A tenant's accounts, ready to be asked.
#[derive(Debug)]
pub struct AccountIndex {
    accounts: Vec<AccountRecord>,
    by_name: HashMap<String, Vec<usize>>,
}

impl AccountIndex {
    /// Builds the index.
    pub fn build(accounts: impl IntoIterator<Item = AccountRecord>) -> Self {
        let accounts: Vec<AccountRecord> = accounts.into_iter().collect();
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, account) in accounts.iter().enumerate() {
            by_name
                .entry(names::words(&account.name).join(" "))
                .or_default()
                .push(at);
        }
        Self { accounts, by_name }
    }

    /// The accounts that may be meant, the likeliest first, at most five.
    pub fn candidates(&self, query: &Query<'_>) -> Vec<Candidate> {
        let (Query::Text(text) | Query::ChannelName(text) | Query::Email(text)) = query;
        let found = self
            .by_name
            .get(&names::words(text).join(" "))
            .map(Vec::as_slice)
            .unwrap_or_default();
        let confidence = Confidence::new(if found.len() == 1 { 98 } else { 50 });
        let candidate = |at: &usize| Candidate {
            account_id: self.accounts[*at].id.clone(),
            confidence,
            reason: MatchReason::ExactName,
        };
        found.iter().map(candidate).collect()
    }
}
