//! Whose channel is it? A person's word counts more than the matcher's, and the latest word counts.

use chrono::{DateTime, Utc};
use sea_orm::DbErr;

use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{AccountId, ChannelId, MemberId, SignalId};
use crate::signals::{deliveries, mapping};

/// A person's decision about a channel.
#[derive(Clone, Copy, Debug)]
pub struct NewMapping {
    /// Which channel.
    pub channel: ChannelId,
    /// Whose it is.
    pub account: AccountId,
    /// Who says so; `None` for an API key.
    pub mapped_by: Option<MemberId>,
}

/// What a mapping changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapped {
    /// The account before, if there was one.
    pub former: Option<AccountId>,
    /// Signals that belong to the account now and did not before.
    pub signals: Vec<SignalId>,
}

/// Why a channel cannot be mapped.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// No such channel in this tenant.
    #[error("there is no such channel")]
    NoChannel,
    /// No such account in this tenant.
    #[error("there is no such account")]
    NoAccount,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Maps a channel because a person says so.
///
/// # Errors
/// [`MappingError`] when the tenant has no such channel or account.
pub async fn map(tx: &TenantTx, mapping: NewMapping, now: DateTime<Utc>) -> Result<Mapped, MappingError> {
    map_as(tx, mapping, ("manual", BY_HAND), now).await
}

/// Maps a channel because a list that a person imported says so, in this line.
///
/// # Errors
/// [`MappingError`] when the tenant has no such channel or account.
pub(super) async fn map_imported(
    tx: &TenantTx,
    mapping: NewMapping,
    line: u64,
    now: DateTime<Utc>,
) -> Result<Mapped, MappingError> {
    map_as(
        tx,
        mapping,
        ("import", &format!("Line {line} of an imported list says so.")),
        now,
    )
    .await
}

async fn map_as(
    tx: &TenantTx,
    mapping: NewMapping,
    why: (&str, &str),
    now: DateTime<Utc>,
) -> Result<Mapped, MappingError> {
    if !exists(tx, "channels", mapping.channel.0).await? {
        return Err(MappingError::NoChannel);
    }
    if !exists(tx, "accounts", mapping.account.0).await? {
        return Err(MappingError::NoAccount);
    }
    let former = account_of(tx, mapping.channel).await?;
    put(tx, mapping, why, now).await?;
    let signals = settle(tx, mapping.channel, former, mapping.account, now).await?;
    Ok(Mapped { former, signals })
}

/// Maps a channel because the matcher is sure enough. A mapping that is there stays, and a channel that somebody took the
/// account from stays without one: a person knows better. Answers whose the channel is now.
pub async fn map_by_matcher(
    tx: &TenantTx,
    channel: ChannelId,
    account: AccountId,
    confidence: u8,
    now: DateTime<Utc>,
) -> Result<Option<AccountId>, DbErr> {
    let inserted = Sql::new(
        "INSERT INTO channel_mappings (tenant_id, channel_id, account_id, source, confidence, reason, mapped_at)
         SELECT $1, id, $3, 'matcher', $4, 'The name or the e-mail domain is the account''s.', $5
           FROM channels WHERE tenant_id = $1 AND id = $2 AND unmapped_at IS NULL
         ON CONFLICT (tenant_id, channel_id) DO NOTHING",
    )
    .bind(tx.tenant_id())
    .bind(channel)
    .bind(account)
    .bind(i16::from(confidence.min(100)))
    .bind(now)
    .execute(tx)
    .await?;
    if inserted == 0 {
        return account_of(tx, channel).await;
    }
    settle(tx, channel, None, account, now).await?;
    Ok(Some(account))
}

/// Puts back the mapping that was there before a person's mistake: `former`, or none. Signals stay where they are.
pub async fn restore(
    tx: &TenantTx,
    channel: ChannelId,
    former: Option<AccountId>,
    by: Option<MemberId>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    match former {
        None => unmap(tx, channel, now).await.map(drop),
        Some(account) => {
            put(
                tx,
                NewMapping {
                    channel,
                    account,
                    mapped_by: by,
                },
                ("manual", BY_HAND),
                now,
            )
            .await
        }
    }
}

/// Takes a mapping away because a person says so; new messages of the channel wait for another word of theirs, and the
/// matcher leaves it alone. Signals keep the account they have. Answers the account that the channel belonged to.
pub async fn unmap(tx: &TenantTx, channel: ChannelId, now: DateTime<Utc>) -> Result<Option<AccountId>, DbErr> {
    Sql::new("UPDATE channels SET unmapped_at = $3 WHERE tenant_id = $1 AND id = $2")
        .bind(tx.tenant_id())
        .bind(channel)
        .bind(now)
        .execute(tx)
        .await?;
    Sql::new("DELETE FROM channel_mappings WHERE tenant_id = $1 AND channel_id = $2 RETURNING account_id AS value")
        .bind(tx.tenant_id())
        .bind(channel)
        .scalar(tx)
        .await
}

/// What people see as the reason of a mapping that one of them made.
const BY_HAND: &str = "Somebody of your team said so.";

async fn put(
    tx: &TenantTx,
    mapping: NewMapping,
    (source, reason): (&str, &str),
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "INSERT INTO channel_mappings (tenant_id, channel_id, account_id, source, confidence, reason, mapped_by, mapped_at)
         VALUES ($1, $2, $3, $6, 100, $7, $4, $5)
         ON CONFLICT (tenant_id, channel_id) DO UPDATE SET account_id = EXCLUDED.account_id, source = EXCLUDED.source,
            confidence = EXCLUDED.confidence, reason = EXCLUDED.reason, mapped_by = EXCLUDED.mapped_by,
            mapped_at = EXCLUDED.mapped_at",
    )
    .bind(tx.tenant_id())
    .bind(mapping.channel)
    .bind(mapping.account)
    .bind(mapping.mapped_by)
    .bind(now)
    .bind(source)
    .bind(reason)
    .execute(tx)
    .await?;
    Ok(())
}

/// Gives what has no account in a mapped channel the channel's.
pub async fn settle_mapped(tx: &TenantTx, channel: ChannelId, now: DateTime<Utc>) -> Result<(), DbErr> {
    if let Some(account) = account_of(tx, channel).await? {
        settle(tx, channel, None, account, now).await?;
    }
    Ok(())
}

async fn settle(
    tx: &TenantTx,
    channel: ChannelId,
    former: Option<AccountId>,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Vec<SignalId>, DbErr> {
    let signals = mapping::assign(tx, channel, former, account, now).await?;
    Sql::new(
        "UPDATE accounts SET last_message_at = GREATEST(accounts.last_message_at, channel.last_message_at)
           FROM channels AS channel
          WHERE accounts.tenant_id = $1 AND accounts.id = $2 AND channel.tenant_id = $1 AND channel.id = $3",
    )
    .bind(tx.tenant_id())
    .bind(account)
    .bind(channel)
    .execute(tx)
    .await?;
    deliveries::release_waiting(tx, account, now).await?;
    Ok(signals)
}

async fn account_of(tx: &TenantTx, channel: ChannelId) -> Result<Option<AccountId>, DbErr> {
    Sql::new("SELECT account_id AS value FROM channel_mappings WHERE tenant_id = $1 AND channel_id = $2 FOR UPDATE")
        .bind(tx.tenant_id())
        .bind(channel)
        .scalar(tx)
        .await
}

async fn exists(tx: &TenantTx, table: &'static str, id: uuid::Uuid) -> Result<bool, DbErr> {
    let found = Sql::new(format!(
        "SELECT true AS value FROM {table} WHERE tenant_id = $1 AND id = $2"
    ))
    .bind(tx.tenant_id())
    .bind(id)
    .scalar::<bool>(tx)
    .await?;
    Ok(found.is_some())
}
