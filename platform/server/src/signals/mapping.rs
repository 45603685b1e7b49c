//! Signals follow their channel: when it becomes known whose channel it is, they belong to that account.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};
use serde_json::json;

use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{AccountId, ChannelId, SignalId};
use crate::foundation::stream::{StreamEvent, append};

/// Open pages are told of each signal up to this many; beyond, one event tells them to look at the lists again.
const TOLD_ONE_BY_ONE: usize = 20;

#[derive(FromQueryResult)]
struct Assigned {
    id: SignalId,
    kind: String,
    posted_at: DateTime<Utc>,
}

/// Gives `account` the signals of `channel` that wait for one. When the channel belonged to `former` until now, that
/// account's signals of the channel that nobody has settled and that are in no CRM yet move too: the mapping was wrong.
///
/// Answers the ids of the signals that moved.
pub async fn assign(
    tx: &TenantTx,
    channel: ChannelId,
    former: Option<AccountId>,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Vec<SignalId>, DbErr> {
    let assigned: Vec<Assigned> = Sql::new(
        "UPDATE signals SET account_id = $4, updated_at = $5
          WHERE tenant_id = $1 AND channel_id = $2
            AND (account_id IS NULL
                 OR (account_id = $3 AND account_id <> $4 AND status IN ('open', 'snoozed')
                     AND NOT EXISTS (SELECT 1 FROM deliveries
                                      WHERE deliveries.tenant_id = $1 AND deliveries.signal_id = signals.id
                                        AND deliveries.signal_detected_at = signals.detected_at
                                        AND deliveries.state = 'delivered')))
         RETURNING id, kind, posted_at",
    )
    .bind(tx.tenant_id())
    .bind(channel)
    .bind(former)
    .bind(account)
    .bind(now)
    .all(tx)
    .await?;
    if let Some(latest) = assigned.iter().map(|signal| signal.posted_at).max() {
        Sql::new("UPDATE accounts SET last_signal_at = GREATEST(last_signal_at, $3) WHERE tenant_id = $1 AND id = $2")
            .bind(tx.tenant_id())
            .bind(account)
            .bind(latest)
            .execute(tx)
            .await?;
        tell(tx, channel, account, &assigned, now).await?;
    }
    Ok(assigned.into_iter().map(|signal| signal.id).collect())
}

async fn tell(
    tx: &TenantTx,
    channel: ChannelId,
    account: AccountId,
    assigned: &[Assigned],
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let event = |data| StreamEvent {
        kind: "signal.updated",
        account_id: Some(account),
        data,
        at,
    };
    if assigned.len() > TOLD_ONE_BY_ONE {
        append(tx, event(json!({ "account_id": account, "channel_id": channel }))).await?;
        return Ok(());
    }
    for signal in assigned {
        append(
            tx,
            event(json!({ "signal_id": signal.id, "kind": signal.kind, "account_id": account })),
        )
        .await?;
    }
    Ok(())
}
