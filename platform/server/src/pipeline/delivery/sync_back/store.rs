//! Where reading back stopped, and when it goes on.

use chrono::{DateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use momentum_connectors::Cursor;
use sea_orm::{DbErr, FromQueryResult};
use serde_json::json;

use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::ConnectionId;
use crate::foundation::jobs::{self, NewJob};
use crate::signals::deliveries::{CRM_SYNC_QUEUE, CrmSyncJob};

/// The hour of the tenant's night in which everything is compared.
const NIGHT: NaiveTime = NaiveTime::from_hms_opt(3, 0, 0).expect("an hour of the day");

/// A connection that may be read back.
#[derive(Debug, FromQueryResult)]
pub(super) struct Connected {
    pub vendor: String,
    pub is_connected: bool,
    opportunities: Option<String>,
    activities: Option<String>,
    timezone: String,
}

impl Connected {
    pub async fn find(tx: &TenantTx, id: ConnectionId) -> Result<Option<Self>, DbErr> {
        Sql::new(
            "SELECT c.vendor, c.status <> 'disconnected' AS is_connected, c.settings->>'opportunities_cursor' AS opportunities,
                    c.settings->>'activities_cursor' AS activities, tenant.timezone
               FROM connections AS c JOIN tenants AS tenant ON tenant.tenant_id = c.tenant_id
              WHERE c.tenant_id = $1 AND c.id = $2 AND c.vendor <> 'slack'",
        )
        .bind(tx.tenant_id())
        .bind(id)
        .one(tx)
        .await
    }

    pub fn opportunities(&self) -> Option<Cursor> {
        self.opportunities.clone().map(Cursor::new)
    }

    pub fn activities(&self) -> Option<Cursor> {
        self.activities.clone().map(Cursor::new)
    }
}

/// Notes where to go on.
pub(super) async fn keep_cursor(tx: &TenantTx, id: ConnectionId, name: &str, cursor: &Cursor) -> Result<(), DbErr> {
    Sql::new("UPDATE connections SET settings = settings || $3 WHERE tenant_id = $1 AND id = $2")
        .bind(tx.tenant_id())
        .bind(id)
        .bind(json!({ name: cursor.as_str() }))
        .execute(tx)
        .await?;
    Ok(())
}

/// Has everything compared in the tenant's next night, unless that is going to happen anyhow. It has a lane of its own:
/// what waits for the night must not hold up what is due in five minutes.
pub(super) async fn request_reconciliation(
    tx: &TenantTx,
    id: ConnectionId,
    connected: &Connected,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let payload = CrmSyncJob { connection_id: id };
    let at = next_night(now, &connected.timezone) + spread(id);
    let job = NewJob::now(CRM_SYNC_QUEUE, format!("{id} night"), "reconcile", &payload, now)
        .unique(format!("reconcile {id}"))
        .at(at);
    jobs::enqueue(tx, now, job).await.map(drop)
}

/// The next three o'clock where the tenant works. Where the clocks leave it out, the hour after.
fn next_night(now: DateTime<Utc>, timezone: &str) -> DateTime<Utc> {
    let zone: chrono_tz::Tz = timezone.parse().unwrap_or(chrono_tz::UTC);
    let today = now.with_timezone(&zone).date_naive();
    let nights = (0..3).map(|days| (today + TimeDelta::days(days)).and_time(NIGHT));
    let at = |night: chrono::NaiveDateTime| {
        let there = zone.from_local_datetime(&night).earliest();
        there.or_else(|| zone.from_local_datetime(&(night + TimeDelta::hours(1))).earliest())
    };
    nights
        .filter_map(at)
        .map(|night| night.with_timezone(&Utc))
        .find(|night| *night > now)
        .unwrap_or(now + TimeDelta::days(1))
}

/// Tenants of one time zone do not ask their CRMs at the same minute.
fn spread(id: ConnectionId) -> TimeDelta {
    TimeDelta::minutes(i64::try_from(id.0.as_u128() % 60).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_night_comes_once_a_day_also_when_the_clocks_change() {
        let at = |text: &str| DateTime::parse_from_rfc3339(text).expect("a time").with_timezone(&Utc);
        let rows = [
            ("2027-03-02T12:00:00Z", "UTC", "2027-03-03T03:00:00Z"),
            ("2027-03-02T02:59:00Z", "UTC", "2027-03-02T03:00:00Z"),
            ("2027-03-02T03:00:00Z", "UTC", "2027-03-03T03:00:00Z"),
            ("2027-03-02T12:00:00Z", "America/New_York", "2027-03-03T08:00:00Z"),
            ("2027-03-27T12:00:00Z", "Europe/Berlin", "2027-03-28T01:00:00Z"),
            ("2027-10-30T12:00:00Z", "Europe/Berlin", "2027-10-31T02:00:00Z"),
            ("2027-03-27T12:00:00Z", "no such place", "2027-03-28T03:00:00Z"),
        ];
        for (now, zone, expected) in rows {
            assert_eq!(next_night(at(now), zone), at(expected), "{now} in {zone}");
        }
    }
}
