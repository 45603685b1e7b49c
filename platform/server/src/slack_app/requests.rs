//! What was taken already.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::DbErr;

use crate::foundation::db::{Sql, TenantTx};

/// How long a request is remembered. Slack repeats within minutes; its signature holds for five.
const REMEMBERED: TimeDelta = TimeDelta::days(1);

/// Remembers a request within the transaction of its effect; false when it was taken before.
pub async fn is_first(tx: &TenantTx, key: &str, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let key: String = key.chars().take(500).collect();
    Sql::new("DELETE FROM slack_requests WHERE tenant_id = $1 AND received_at < $2")
        .bind(tx.tenant_id())
        .bind(now - REMEMBERED)
        .execute(tx)
        .await?;
    let inserted = Sql::new(
        "INSERT INTO slack_requests (tenant_id, request_key, received_at) VALUES ($1, $2, $3)
         ON CONFLICT (tenant_id, request_key) DO NOTHING",
    )
    .bind(tx.tenant_id())
    .bind(key)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(inserted == 1)
}
