//! Who is due: found by an index over all tenants, taken in batches, one transaction a tenant.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use super::calendar::{local_date, next_daily, next_weekly};
use super::model::{NoticePurpose, NoticeState, NoticeWay, Recipient};
use super::store::{self, NewNotice};
use crate::foundation::db::{Database, Sql, SystemPath, TenantTx};
use crate::foundation::ids::{MemberId, NotificationId, TenantId};
use crate::foundation::jobs::Schedule;

/// Members looked at in one round.
const BATCH: i32 = 500;
/// The longest that a daily digest reaches back: a long weekend.
const FURTHEST: TimeDelta = TimeDelta::days(4);

/// The schedules of this slice.
pub fn schedules() -> Vec<Schedule> {
    vec![Schedule {
        name: "notifications.due",
        cron: "* * * * *",
        task: Arc::new(|db, now| Box::pin(async move { Ok(claim(&db, now).await?) })),
    }]
}

/// Makes the digests that are due and releases the alerts whose time has come.
pub(super) async fn claim(db: &Database, now: DateTime<Utc>) -> Result<(), DbErr> {
    #[derive(FromQueryResult)]
    struct Due {
        tenant_id: TenantId,
        member_id: MemberId,
    }
    loop {
        let due: Vec<Due> = Sql::new("SELECT tenant_id, member_id FROM members_with_due_notices($1, $2)")
            .bind(now)
            .bind(BATCH)
            .all(db.system(SystemPath::Dispatch))
            .await?;
        let is_last = due.len() < BATCH as usize;
        let mut tenants: BTreeMap<TenantId, Vec<Uuid>> = BTreeMap::new();
        for row in due {
            tenants.entry(row.tenant_id).or_default().push(row.member_id.0);
        }
        for (tenant, members) in tenants {
            let tx = db.tenant(tenant).begin().await?;
            for member in take(&tx, members, now).await? {
                look_at(&tx, member, now).await?;
            }
            tx.commit().await?;
        }
        if is_last {
            return Ok(());
        }
    }
}

#[derive(FromQueryResult)]
struct Plan {
    id: MemberId,
    daily_digest_at: Option<DateTime<Utc>>,
    weekly_digest_at: Option<DateTime<Utc>>,
    alerts_held_until: Option<DateTime<Utc>>,
}

/// The members that are still due, held until the transaction ends.
async fn take(tx: &TenantTx, members: Vec<Uuid>, now: DateTime<Utc>) -> Result<Vec<Plan>, DbErr> {
    Sql::new(
        "SELECT id, daily_digest_at, weekly_digest_at, alerts_held_until FROM members
          WHERE tenant_id = $1 AND id = ANY($2) AND next_digest_at <= $3 ORDER BY id FOR NO KEY UPDATE",
    )
    .bind(tx.tenant_id())
    .bind(members)
    .bind(now)
    .all(tx)
    .await
}

async fn look_at(tx: &TenantTx, plan: Plan, now: DateTime<Utc>) -> Result<(), DbErr> {
    let Some(person) = store::person(tx, plan.id).await? else {
        return Ok(());
    };
    // A digest that nobody could send on its day (the process was down) is yesterday's news: the next one tells it.
    let is_due = |at: Option<DateTime<Utc>>| {
        at.filter(|at| *at <= now && local_date(person.zone, *at) == local_date(person.zone, now) && person.is_active)
    };
    if let Some(due) = is_due(plan.daily_digest_at) {
        begin_digest(tx, &person, NoticePurpose::DailyDigest, due, now).await?;
    }
    if let Some(due) = is_due(plan.weekly_digest_at) {
        begin_digest(tx, &person, NoticePurpose::WeeklyDigest, due, now).await?;
    }
    if plan.alerts_held_until.is_some_and(|at| at <= now) {
        release(tx, &person, now).await?;
    }
    set_next(tx, &person, now).await
}

/// Writes down when the person is next to be looked at. Call it whenever they choose something else.
pub(super) async fn set_next(tx: &TenantTx, person: &Recipient, now: DateTime<Utc>) -> Result<(), DbErr> {
    let (daily, weekly) = next(person, now);
    Sql::new(
        "UPDATE members SET daily_digest_at = $3, weekly_digest_at = $4, alerts_held_until = (
             SELECT min(due_at) FROM notifications
              WHERE tenant_id = $1 AND member_id = $2 AND state = 'held' AND NOT is_for_digest)
          WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tx.tenant_id())
    .bind(person.id)
    .bind(daily)
    .bind(weekly)
    .execute(tx)
    .await?;
    Ok(())
}

/// When the person's next digests come.
pub(super) fn next(person: &Recipient, now: DateTime<Utc>) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
    let (digest, quiet) = (&person.choices.digest, &person.choices.quiet_hours);
    let with_weekends = !(quiet.enabled && quiet.weekends);
    let daily = || next_daily(now, person.zone, digest.time(), with_weekends, person.id);
    let weekly = || next_weekly(now, person.zone, digest.time(), digest.weekly_day.into(), person.id);
    (digest.daily.then(daily), digest.weekly.then(weekly))
}

/// One notice for each way that the person wants digests by; known by the local date, so there is one a day at most.
async fn begin_digest(
    tx: &TenantTx,
    person: &Recipient,
    purpose: NoticePurpose,
    due: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let (word, reach) = match purpose {
        NoticePurpose::WeeklyDigest => ("weekly", TimeDelta::days(7)),
        _ => ("daily", TimeDelta::days(1)),
    };
    let from = match purpose {
        NoticePurpose::DailyDigest => last_told(tx, person.id)
            .await?
            .map_or(due - reach, |last| last.max(due - FURTHEST)),
        _ => due - reach,
    };
    let delivery = &person.choices.delivery;
    let ways = [(NoticeWay::SlackDm, delivery.slack), (NoticeWay::Email, delivery.email)];
    for (way, _) in ways.into_iter().filter(|(_, is_on)| *is_on) {
        let notice = NewNotice {
            subject: format!("{word}:{}", local_date(person.zone, due)),
            recipient: person.id.to_string(),
            way,
            purpose,
            member_id: Some(person.id),
            signal_id: None,
            state: NoticeState::Pending,
            reason: None,
            is_for_digest: false,
            due_at: due,
            covers: Some((from, due)),
        };
        store::add(tx, &notice, now).await?;
    }
    Ok(())
}

/// Up to when the person was last told by a daily digest, or there was nothing to tell. One that reached nobody counts
/// for nothing: the next tells what it would have told.
async fn last_told(tx: &TenantTx, member: MemberId) -> Result<Option<DateTime<Utc>>, DbErr> {
    Sql::new(
        "SELECT max(covers_to) AS value FROM notifications
          WHERE tenant_id = $1 AND member_id = $2 AND purpose = 'daily_digest'
            AND (state IN ('sent', 'pending') OR reason = 'nothing_to_say')",
    )
    .bind(tx.tenant_id())
    .bind(member)
    .scalar::<Option<DateTime<Utc>>>(tx)
    .await
    .map(Option::flatten)
}

/// Held alerts whose time has come are sent; whether they still may be is decided again when they are.
async fn release(tx: &TenantTx, person: &Recipient, now: DateTime<Utc>) -> Result<(), DbErr> {
    #[derive(FromQueryResult)]
    struct Held {
        id: NotificationId,
        way: String,
    }
    let held: Vec<Held> = Sql::new(
        "UPDATE notifications SET state = 'pending', due_at = $3, updated_at = $3
          WHERE tenant_id = $1 AND member_id = $2 AND state = 'held' AND NOT is_for_digest AND due_at <= $3
         RETURNING id, way",
    )
    .bind(tx.tenant_id())
    .bind(person.id)
    .bind(now)
    .all(tx)
    .await?;
    for notice in held {
        let way = notice.way.parse().map_err(DbErr::Type)?;
        store::enqueue(tx, notice.id, &person.id.to_string(), way, now).await?;
    }
    Ok(())
}
