//! Which account is meant by a name, among those that the asker sees.

use chrono::{DateTime, Utc};
use momentum_engine::matching::Query;
use sea_orm::DbErr;

use crate::accounts;
use crate::control::access::Visibility;
use crate::foundation::db::TenantTx;
use crate::foundation::ids::AccountId;
use crate::signals::{NamedRef, Suggester};

/// From this confidence on the matcher maps a channel without asking, so it may answer without asking too.
const SURE: u8 = 90;
/// A likelier account is meant when the next one is this much less likely.
const CLEARLY: u8 = 20;
/// Less likely than this is not worth a question.
const POSSIBLE: u8 = 40;

/// What a name means.
pub enum Found {
    /// No account that the asker sees.
    None,
    /// This one.
    One(NamedRef<AccountId>),
    /// One of these, the likeliest first.
    Several(Vec<NamedRef<AccountId>>),
}

/// Looks an account up by what somebody calls it.
pub async fn find_account(
    tx: &TenantTx,
    visibility: Visibility,
    name: &str,
    now: DateTime<Utc>,
) -> Result<Found, DbErr> {
    let mut visible = Vec::new();
    for suggestion in Suggester::load(tx).await?.suggest(&[Query::guess(name)]) {
        let is_seen = accounts::find(tx, visibility, suggestion.account.id, now)
            .await?
            .is_some();
        if is_seen && suggestion.confidence >= POSSIBLE {
            visible.push(suggestion);
        }
    }
    let second = visible.get(1).map_or(0, |next| next.confidence);
    Ok(match visible.first() {
        None => Found::None,
        Some(first) => {
            let is_clear = first.confidence.saturating_sub(second) >= CLEARLY;
            if is_clear || (first.confidence >= SURE && second < SURE) {
                Found::One(first.account.clone())
            } else {
                Found::Several(visible.into_iter().map(|suggestion| suggestion.account).collect())
            }
        }
    })
}
