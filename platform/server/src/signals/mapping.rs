//! Signals follow their channel: when it becomes known whose channel it is, they belong to that account.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};
use serde_json::json;

use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{AccountId, ChannelId, SignalId};
use crate::foundation::stream::{StreamEvent, append};
use crate::signals::{alerts, deliveries};

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
        touch(tx, account, latest).await?;
        tell(tx, channel, account, &assigned, now).await?;
    }
    Ok(assigned.into_iter().map(|signal| signal.id).collect())
}

/// Gives `account` the unsettled signals of one thread of a channel: those that wait for an account, and unless
/// `only_unknown` also those of another one that are in no CRM yet. Answers the ids of the signals that moved.
pub async fn assign_thread(
    tx: &TenantTx,
    (channel, thread_ts): (ChannelId, &str),
    account: AccountId,
    only_unknown: bool,
    now: DateTime<Utc>,
) -> Result<Vec<SignalId>, DbErr> {
    let assigned: Vec<Assigned> = Sql::new(
        "UPDATE signals SET account_id = $4, updated_at = $6
          WHERE tenant_id = $1 AND channel_id = $2 AND (message_ts = $3 OR thread_ts = $3) AND status IN ('open', 'snoozed')
            AND (account_id IS NULL
                 OR (NOT $5 AND account_id <> $4
                     AND NOT EXISTS (SELECT 1 FROM deliveries
                                      WHERE deliveries.tenant_id = $1 AND deliveries.signal_id = signals.id
                                        AND deliveries.signal_detected_at = signals.detected_at
                                        AND deliveries.state = 'delivered')))
         RETURNING id, kind, posted_at",
    )
    .bind(tx.tenant_id())
    .bind(channel)
    .bind(thread_ts)
    .bind(account)
    .bind(only_unknown)
    .bind(now)
    .all(tx)
    .await?;
    if let Some(latest) = assigned.iter().map(|signal| signal.posted_at).max() {
        touch(tx, account, latest).await?;
        tell(tx, channel, account, &assigned, now).await?;
        deliveries::release_waiting(tx, account, now).await?;
    }
    Ok(assigned.into_iter().map(|signal| signal.id).collect())
}

async fn touch(tx: &TenantTx, account: AccountId, at: DateTime<Utc>) -> Result<(), DbErr> {
    Sql::new("UPDATE accounts SET last_signal_at = GREATEST(last_signal_at, $3) WHERE tenant_id = $1 AND id = $2")
        .bind(tx.tenant_id())
        .bind(account)
        .bind(at)
        .execute(tx)
        .await
        .map(drop)
}

async fn tell(
    tx: &TenantTx,
    channel: ChannelId,
    account: AccountId,
    assigned: &[Assigned],
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    for signal in assigned {
        alerts::refresh(tx, signal.id, at).await?;
    }
    let event = |data| StreamEvent {
        kind: "signal.updated",
        account_id: Some(account),
        data,
        at,
    };
    if assigned.len() > TOLD_ONE_BY_ONE {
        append(tx, event(json!({ "account_id": account, "channel_id": channel })));
        return Ok(());
    }
    for signal in assigned {
        append(
            tx,
            event(json!({ "signal_id": signal.id, "kind": signal.kind, "account_id": account })),
        );
    }
    Ok(())
}
