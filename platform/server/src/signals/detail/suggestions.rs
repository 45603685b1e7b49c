//! Which account may be meant, while nobody knows.

use momentum_engine::matching::{AccountIndex, AccountRecord, Candidate, MatchReason, Query};
use sea_orm::{DbErr, FromQueryResult};
use serde::Serialize;
use utoipa::ToSchema;

use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::AccountId;
use crate::signals::model::{NamedRef, Signal};

/// Suggestions shown.
const MOST: usize = 3;

/// An account that may be meant.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AccountSuggestion {
    /// The account.
    pub account: NamedRef<AccountId>,
    /// 0 to 100; from 90 on it would have been mapped without asking.
    pub confidence: u8,
    /// Why.
    pub reason: String,
}

/// A tenant's accounts, ready to be asked which one is meant.
pub struct Suggester(AccountIndex, Vec<NamedRef<AccountId>>);

impl Suggester {
    /// Reads the tenant's accounts.
    pub async fn load(tx: &TenantTx) -> Result<Self, DbErr> {
        #[derive(FromQueryResult)]
        struct Row {
            id: AccountId,
            name: String,
            domain: Option<String>,
        }
        let rows: Vec<Row> = Sql::new("SELECT id, name, domain FROM accounts WHERE tenant_id = $1")
            .bind(tx.tenant_id())
            .all(tx)
            .await?;
        let names = rows
            .iter()
            .map(|row| NamedRef {
                id: row.id,
                name: row.name.clone(),
            })
            .collect();
        let records = rows.into_iter().map(|row| AccountRecord {
            id: row.id.to_string(),
            name: row.name,
            domain: row.domain,
        });
        Ok(Self(AccountIndex::build(records), names))
    }

    /// The accounts that may be meant by any of these hints, the likeliest first.
    pub fn suggest(&self, hints: &[Query<'_>]) -> Vec<AccountSuggestion> {
        let mut found: Vec<Candidate> = hints.iter().flat_map(|hint| self.0.candidates(hint)).collect();
        found.sort_by_key(|candidate| std::cmp::Reverse(candidate.confidence));
        let mut suggestions: Vec<AccountSuggestion> = Vec::new();
        for candidate in found {
            let Ok(id) = candidate.account_id.parse::<AccountId>() else {
                continue;
            };
            let is_new = suggestions.iter().all(|known| known.account.id != id);
            let Some(account) = self.1.iter().find(|account| account.id == id).filter(|_| is_new) else {
                continue;
            };
            suggestions.push(AccountSuggestion {
                account: account.clone(),
                confidence: candidate.confidence.percent(),
                reason: explain(candidate.reason).to_owned(),
            });
        }
        suggestions.truncate(MOST);
        suggestions
    }
}

fn explain(reason: MatchReason) -> &'static str {
    match reason {
        MatchReason::Domain => "The e-mail domain is the account's.",
        MatchReason::ExactName => "The name is the account's.",
        MatchReason::NormalisedName => "The name is the account's without its legal form.",
        MatchReason::Acronym => "The name has the account's initials.",
        MatchReason::Similar => "The name is written much like the account's.",
    }
}

pub(super) async fn load(tx: &TenantTx, signal: &Signal) -> Result<Vec<AccountSuggestion>, DbErr> {
    if signal.account.is_some() {
        return Ok(Vec::new());
    }
    let mut hints = vec![Query::ChannelName(&signal.channel.name)];
    hints.extend(signal.author.email.as_deref().map(Query::Email));
    hints.extend(signal.author.company.as_deref().map(Query::Text));
    Ok(Suggester::load(tx).await?.suggest(&hints))
}
