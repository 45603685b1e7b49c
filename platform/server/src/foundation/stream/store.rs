//! The SQL of the stream.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{DbErr, FromQueryResult};
use serde_json::Value;

use crate::foundation::db::{Sql, TenantTx, Topic};
use crate::foundation::ids::AccountId;

/// A page that was away for longer than this starts over with a `reset`.
const KEPT_FOR: TimeDelta = TimeDelta::hours(24);
/// Old events are removed at every append whose number divides by this, so that no schedule must walk all tenants.
const TRIM_EVERY: i64 = 256;

/// Something that open pages want to know.
#[derive(Clone, Debug)]
pub struct StreamEvent {
    /// The event's name on the wire, such as `signal.created`.
    pub kind: &'static str,
    /// The account it concerns: people who only see their own accounts are told by it.
    pub account_id: Option<AccountId>,
    /// What the page needs to find what changed; never message text. An object, to which `seq` is added on the wire.
    pub data: Value,
    /// When it happened.
    pub at: DateTime<Utc>,
}

/// An event as stored.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Recorded {
    /// Its place in the tenant's order.
    pub seq: i64,
    /// Its name on the wire.
    pub kind: String,
    /// The account it concerns.
    pub account_id: Option<AccountId>,
    /// What the page needs to know.
    pub data: Value,
}

/// What can still be resumed from.
#[derive(Clone, Copy, Debug, PartialEq, FromQueryResult)]
pub(super) struct Bounds {
    /// The newest event's number; 0 before the first.
    pub head: i64,
    /// The oldest event that is still kept; above `head` when none is.
    pub oldest: i64,
}

/// Adds an event to the tenant's stream. Open pages are told once `tx` is committed.
///
/// It is written as the last of `tx`: it takes the tenant's head row, for which all other transactions with an event wait.
pub fn append(tx: &TenantTx, event: StreamEvent) {
    let append = Sql::new(format!(
        "WITH head AS (
            INSERT INTO stream_heads (tenant_id, seq) VALUES ($1, 1)
            ON CONFLICT (tenant_id) DO UPDATE SET seq = stream_heads.seq + 1 RETURNING seq
         ), trimmed AS (
            DELETE FROM stream_events
             WHERE tenant_id = $1 AND created_at < $6 AND seq < (SELECT seq FROM head WHERE seq % {TRIM_EVERY} = 0)
         )
         INSERT INTO stream_events (tenant_id, seq, kind, account_id, data, created_at)
         SELECT $1, seq, $2, $3, $4, $5 FROM head"
    ));
    tx.run_last(
        append
            .bind(tx.tenant_id())
            .bind(event.kind)
            .bind(event.account_id)
            .bind(event.data)
            .bind(event.at)
            .bind(event.at - KEPT_FOR),
    );
    tx.announce_on_commit(Topic::Stream);
}

/// The newest and the oldest number that there are.
pub(super) async fn bounds(tx: &TenantTx) -> Result<Bounds, DbErr> {
    let bounds = Sql::new(
        "SELECT head.seq AS head, COALESCE((SELECT min(seq) FROM stream_events WHERE tenant_id = $1), head.seq + 1) AS oldest
           FROM stream_heads AS head WHERE head.tenant_id = $1",
    )
    .bind(tx.tenant_id())
    .one::<Bounds>(tx)
    .await?;
    Ok(bounds.unwrap_or(Bounds { head: 0, oldest: 1 }))
}

/// Up to `most` events after `seq`, in order.
pub(super) async fn after(tx: &TenantTx, seq: i64, most: usize) -> Result<Vec<Recorded>, DbErr> {
    Sql::new(
        "SELECT seq, kind, account_id, data FROM stream_events WHERE tenant_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
    )
    .bind(tx.tenant_id())
    .bind(seq)
    .bind(most as i64)
    .all(tx)
    .await
}
