//! What happened to a signal, and who did it.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::SignalId;

/// Entries shown; a signal on which people act more often than this has other problems.
const MOST: i64 = 100;

/// One thing that happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct Activity {
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it; null for Momentum itself.
    pub actor: Option<String>,
    /// What was done, such as `handle`.
    pub action: String,
    /// More about it, for people.
    pub detail: Option<String>,
}

#[derive(FromQueryResult)]
struct Row {
    at: DateTime<Utc>,
    member_name: Option<String>,
    action: String,
    detail: Value,
}

pub(super) async fn load(tx: &TenantTx, signal: SignalId) -> Result<Vec<Activity>, DbErr> {
    latest(tx, signal, MOST).await
}

/// What happened last.
pub async fn last_activity(tx: &TenantTx, signal: SignalId) -> Result<Option<Activity>, DbErr> {
    Ok(latest(tx, signal, 1).await?.pop())
}

async fn latest(tx: &TenantTx, signal: SignalId, most: i64) -> Result<Vec<Activity>, DbErr> {
    let rows: Vec<Row> = Sql::new(format!(
        "SELECT activity.at, member.name AS member_name, activity.action, activity.detail
           FROM signal_activities AS activity
           LEFT JOIN members AS member ON member.tenant_id = activity.tenant_id AND member.id = activity.member_id
          WHERE activity.tenant_id = $1 AND activity.signal_id = $2
          ORDER BY activity.at DESC, activity.id DESC LIMIT {most}"
    ))
    .bind(tx.tenant_id())
    .bind(signal)
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(Row::into_activity).collect())
}

impl Row {
    fn into_activity(self) -> Activity {
        let text = |name: &str| self.detail.get(name).and_then(Value::as_str).map(str::to_owned);
        Activity {
            at: self.at,
            actor: self.member_name.or_else(|| text("actor")),
            detail: text("summary").or_else(|| text("reason").map(|reason| explain(&reason))),
            action: self.action,
        }
    }
}

/// Why Momentum itself took a signal back, in words.
fn explain(reason: &str) -> String {
    match reason {
        "message_deleted" => "The message was deleted in Slack.".to_owned(),
        "message_edited" => "The message was changed in Slack and no longer says it.".to_owned(),
        other => other.to_owned(),
    }
}
