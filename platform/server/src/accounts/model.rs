//! Accounts as people and programs see them.

use chrono::{DateTime, Utc};
use momentum_engine::scoring::AccountStatus;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::foundation::http::{engine_words, page_of, words};
use crate::foundation::ids::{AccountId, MemberId};
use crate::signals::NamedRef;

engine_words! {
    /// How an account is doing.
    pub struct Status(AccountStatus) as "AccountStatus" =
        [AccountStatus::Active, AccountStatus::Quiet, AccountStatus::AtRisk];
}

words! {
    /// The order of accounts.
    pub enum AccountSort {
        /// By name.
        Name = "name",
        /// The latest signal first; accounts without one last.
        LastSignal = "last_signal",
        /// The most signals of the last seven days first.
        Signals7d = "signals_7d",
    }
}

/// A customer of the tenant.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// Its web or e-mail domain.
    pub domain: Option<String>,
    /// How it is doing.
    pub status: Status,
    /// Why, in one sentence.
    pub status_reason: String,
    /// Who looks after it.
    pub owner: Option<NamedRef<MemberId>>,
    /// When its latest signal was said.
    pub last_signal_at: Option<DateTime<Utc>>,
    /// When somebody last wrote in one of its channels.
    pub last_message_at: Option<DateTime<Utc>>,
    /// Signals of the last seven days, whatever became of them.
    pub signals_7d: i64,
    /// Signals that wait for somebody.
    pub open_signals: i64,
    /// The account in the CRM.
    pub crm: Option<CrmAccountRef>,
}

/// The account in the CRM.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CrmAccountRef {
    /// The CRM, such as `salesforce`.
    pub system: String,
    /// The CRM's id.
    pub id: String,
    /// Where a person can look at it.
    pub url: Option<String>,
}

page_of! {
    /// One page of accounts.
    pub struct AccountPage(Account);
}

/// An account that no CRM knows yet.
#[derive(Clone, Debug, Deserialize, ToSchema, garde::Validate)]
#[garde(allow_unvalidated)]
pub struct CreateAccount {
    /// Its name.
    #[garde(length(chars, min = 1, max = 200))]
    pub name: String,
    /// Its web or e-mail domain, such as `acme.com`.
    #[garde(length(chars, max = 253))]
    #[serde(default)]
    pub domain: Option<String>,
}

/// What to change of an account. What is not given stays.
#[derive(Clone, Debug, Deserialize, ToSchema, garde::Validate)]
#[garde(allow_unvalidated)]
pub struct UpdateAccount {
    /// Who shall look after it; null for nobody.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<MemberId>)]
    pub owner_member_id: Option<Option<MemberId>>,
}

/// Tells `null` from "not given".
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}
