//! Channels whose account is certain are mapped before anybody writes in them, so that only the others ask for a person.

use chrono::{DateTime, Utc};
use momentum_engine::matching::Query;
use momentum_engine::signal::Thresholds;
use sea_orm::{DbErr, FromQueryResult};

use super::mapping::map_by_matcher;
use super::unmapped::addresses;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::ChannelId;
use crate::signals::Suggester;

/// Maps the watched customer channels without an account for which exactly one account is certain, by the channel's name
/// or by the e-mail addresses of the people in it. Call it when channels, people or accounts have changed. Channels that a
/// person took the account from are left alone. Answers how many were mapped.
pub(in crate::accounts) async fn map_certain(tx: &TenantTx, now: DateTime<Utc>) -> Result<usize, DbErr> {
    #[derive(FromQueryResult)]
    struct Unmapped {
        id: ChannelId,
        name: String,
    }
    let channels: Vec<Unmapped> = Sql::new(
        "SELECT c.id, c.name FROM channels AS c
          WHERE c.tenant_id = $1 AND c.class = 'customer' AND c.monitored AND NOT c.is_archived AND c.unmapped_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM channel_mappings AS m WHERE m.tenant_id = $1 AND m.channel_id = c.id)
          ORDER BY c.id",
    )
    .bind(tx.tenant_id())
    .all(tx)
    .await?;
    if channels.is_empty() {
        return Ok(0);
    }
    let people = addresses(tx, channels.iter().map(|channel| channel.id.0).collect()).await?;
    let suggester = Suggester::load(tx).await?;
    let enough = Thresholds::default().auto_map.percent();
    let mut mapped = 0;
    for channel in &channels {
        let emails = people.get(&channel.id.0).into_iter().flatten();
        let hints: Vec<Query<'_>> = std::iter::once(Query::ChannelName(&channel.name))
            .chain(emails.map(|email| Query::Email(email)))
            .collect();
        let certain: Vec<_> = (suggester.suggest(&hints).into_iter())
            .filter(|suggestion| suggestion.confidence >= enough)
            .collect();
        if let [only] = certain.as_slice() {
            let account = map_by_matcher(tx, channel.id, only.account.id, only.confidence, now).await?;
            mapped += usize::from(account.is_some());
        }
    }
    Ok(mapped)
}
