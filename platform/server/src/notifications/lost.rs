//! A connection was lost: whoever administers is told once, by the way that reaches them.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};

use super::calendar::quiet_until;
use super::model::{NoticePurpose, NoticeReason, NoticeState, NoticeWay};
use super::request::{Ways, alert_way};
use super::store::{self, NewNotice};
use crate::control::access::Role;
use crate::control::connections::{ConnectionLostJob, Vendor};
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::ConnectionId;

/// Who can connect it again.
const ADMINISTER: [Role; 2] = [Role::Owner, Role::Admin];

/// A connection that is lost, for the letter about it.
#[derive(Clone, Debug)]
pub struct Lost {
    /// Whose software it connects.
    pub vendor: Vendor,
    /// What people call it: the workspace's or the org's name.
    pub name: String,
    /// Why, in the vendor's words.
    pub words: Option<String>,
    /// Since when.
    pub lost_at: DateTime<Utc>,
    /// How many records wait to be written there.
    pub waiting: i64,
}

/// Asks for the notices. They count in nobody's budget, and wait for the end of quiet hours: in the night nobody can
/// do anything about it, and nothing is lost until the morning.
pub(super) async fn request(
    tx: &TenantTx,
    lost: &ConnectionLostJob,
    can_mail: bool,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let ways = Ways::of(tx, can_mail).await?;
    for person in store::people(tx, &BTreeSet::new(), &ADMINISTER).await? {
        let way = alert_way(&person, ways);
        let notice = NewNotice {
            subject: subject(lost),
            recipient: person.id.to_string(),
            way: way.unwrap_or(NoticeWay::Email),
            purpose: NoticePurpose::System,
            member_id: Some(person.id),
            signal_id: None,
            state: NoticeState::Pending,
            reason: None,
            is_for_digest: false,
            due_at: now,
            covers: None,
        };
        let notice = match quiet_until(now, person.zone, &person.choices.quiet_hours) {
            _ if way.is_none() => notice.suppressed(NoticeReason::NoWay),
            Some(until) => NewNotice {
                state: NoticeState::Held,
                reason: Some(NoticeReason::QuietHours),
                due_at: until,
                ..notice
            },
            None => notice,
        };
        store::add(tx, &notice, now).await?;
    }
    Ok(())
}

/// What is so now of the connection that a notice is about; nothing when it is connected again.
pub(super) async fn facts(tx: &TenantTx, subject: &str) -> Result<Option<Lost>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        vendor: String,
        name: String,
        status_reason: Option<String>,
        waiting: i64,
    }
    let Some((connection, lost_at)) = read(subject) else {
        return Ok(None);
    };
    let row: Option<Row> = Sql::new(
        "SELECT vendor, name, status_reason, (SELECT count(*) FROM deliveries
            WHERE tenant_id = $1 AND connection_id = $2 AND state = 'pending') AS waiting
           FROM connections WHERE tenant_id = $1 AND id = $2 AND status = 'disconnected'",
    )
    .bind(tx.tenant_id())
    .bind(connection)
    .one(tx)
    .await?;
    row.map(|row| {
        Ok(Lost {
            vendor: row.vendor.parse().map_err(DbErr::Type)?,
            name: row.name,
            words: row.status_reason,
            lost_at,
            waiting: row.waiting,
        })
    })
    .transpose()
}

/// What these notices are about. A connection that is lost again is told of again.
fn subject(lost: &ConnectionLostJob) -> String {
    format!("connection:{}:{}", lost.connection_id, lost.lost_at.timestamp())
}

fn read(subject: &str) -> Option<(ConnectionId, DateTime<Utc>)> {
    let (connection, lost_at) = subject.strip_prefix("connection:")?.split_once(':')?;
    let lost_at = DateTime::from_timestamp(lost_at.parse().ok()?, 0)?;
    Some((connection.parse().ok()?, lost_at))
}
