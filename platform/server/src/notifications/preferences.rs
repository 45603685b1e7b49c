//! How a person is told: what they chose, and what follows from it.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{Choices, DigestChoice, Immediate, NoticeWays, QuietHours, Recipient, ZoneSource, clock};
use super::{schedule, store};
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::http::{FieldError, Problem};
use crate::foundation::ids::MemberId;

/// More alerts than that in a day are no choice but a mistake.
const LARGEST_BUDGET: u16 = 500;

/// How a person is told.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotificationPreferences {
    /// Who.
    pub member_id: MemberId,
    /// IANA name; all times here are local to it.
    #[schema(example = "Europe/Berlin")]
    pub timezone: String,
    /// How we know.
    pub timezone_source: ZoneSource,
    /// By which ways.
    pub delivery: NoticeWays,
    /// What at once.
    pub immediate: Immediate,
    /// What in digests.
    pub digest: DigestChoice,
    /// When not.
    pub quiet_hours: QuietHours,
    /// How many alerts a day at most; the rest goes into the digest.
    pub daily_budget: u16,
    /// Whether Slack reaches the person.
    pub slack: SlackReach,
    /// Whether mail reaches the person.
    pub email: MailReach,
    /// When the next digests come.
    pub next: NextDigests,
}

/// Whether Slack reaches a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct SlackReach {
    /// The company has connected Slack.
    pub connected: bool,
    /// We know who the person is there.
    pub matched: bool,
}

/// Whether mail reaches a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailReach {
    /// This installation has a mail server; without one nothing is mailed.
    pub configured: bool,
    /// The address that the server refuses, if it does. Saving with `delivery.email` tries it again.
    pub failing: Option<FailingAddress>,
}

/// An address that the mail server refuses for good.
#[derive(Debug, Serialize, ToSchema)]
pub struct FailingAddress {
    /// Since when.
    pub since: DateTime<Utc>,
    /// In the server's words.
    pub reason: String,
}

/// When digests come.
#[derive(Debug, Serialize, ToSchema)]
pub struct NextDigests {
    /// The daily one; null when it is off.
    pub daily_at: Option<DateTime<Utc>>,
    /// The weekly one; null when it is off.
    pub weekly_at: Option<DateTime<Utc>>,
}

/// What a person chooses. The other fields of `NotificationPreferences` may be sent along and change nothing.
#[derive(Debug, Deserialize, ToSchema, garde::Validate)]
#[garde(allow_unvalidated)]
pub struct ChangeNotificationPreferences {
    /// IANA name.
    #[schema(example = "Europe/Berlin")]
    pub timezone: String,
    /// `slack` or `tenant` with the zone that is known anyway leaves it to follow; everything else is a choice.
    pub timezone_source: Option<ZoneSource>,
    /// By which ways.
    pub delivery: NoticeWays,
    /// What at once.
    pub immediate: Immediate,
    /// What in digests.
    pub digest: DigestChoice,
    /// When not.
    pub quiet_hours: QuietHours,
    /// How many alerts a day at most, up to 500.
    pub daily_budget: u16,
}

/// How this person is told.
pub async fn describe(
    tx: &TenantTx,
    member: MemberId,
    has_mail_server: bool,
    now: DateTime<Utc>,
) -> Result<Option<NotificationPreferences>, DbErr> {
    let Some(person) = store::person(tx, member).await? else {
        return Ok(None);
    };
    let (daily_at, weekly_at) = schedule::next(&person, now);
    let failing = person.failing.clone();
    Ok(Some(NotificationPreferences {
        member_id: person.id,
        timezone: person.zone.name().to_owned(),
        timezone_source: person.zone_source,
        slack: SlackReach {
            connected: store::slack_connection(tx).await?.is_some(),
            matched: person.slack_user_id.is_some(),
        },
        email: MailReach {
            configured: has_mail_server,
            failing: failing.map(|(since, reason)| FailingAddress { since, reason }),
        },
        next: NextDigests { daily_at, weekly_at },
        delivery: person.choices.delivery,
        immediate: person.choices.immediate,
        digest: person.choices.digest,
        quiet_hours: person.choices.quiet_hours,
        daily_budget: person.choices.daily_budget,
    }))
}

/// Takes a person's choice.
///
/// # Errors
/// 404 when there is no such person; 422 naming the fields that cannot be.
pub async fn change(
    tx: &TenantTx,
    member: MemberId,
    form: ChangeNotificationPreferences,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let mut person = store::person(tx, member).await?.ok_or_else(Problem::not_found)?;
    let zone = checked(&form)?;
    let follows = form.timezone_source.is_some_and(|source| source != ZoneSource::Chosen) && zone == person.zone;
    if !(follows && person.zone_source != ZoneSource::Chosen) {
        person.zone_source = ZoneSource::Chosen;
        person.zone = zone;
        choose_zone(tx, member, zone).await?;
    }
    if form.delivery.email {
        forget_failure(tx, member).await?;
    }
    person.choices = Choices {
        delivery: form.delivery,
        immediate: form.immediate,
        digest: form.digest,
        quiet_hours: form.quiet_hours,
        daily_budget: form.daily_budget,
    };
    write(tx, &person, now).await?;
    Ok(())
}

/// Keeps a person's choices, and when they are next to be looked at because of them.
pub(super) async fn write(tx: &TenantTx, person: &Recipient, now: DateTime<Utc>) -> Result<(), DbErr> {
    Sql::new("UPDATE members SET notification_preferences = $3 WHERE tenant_id = $1 AND id = $2")
        .bind(tx.tenant_id())
        .bind(person.id)
        .bind(serde_json::to_value(&person.choices).unwrap_or_default())
        .execute(tx)
        .await?;
    schedule::set_next(tx, person, now).await
}

fn checked(form: &ChangeNotificationPreferences) -> Result<Tz, Problem> {
    let zone = form.timezone.parse::<Tz>().ok();
    let is_clock = |text: &str| clock(text).is_some();
    let checks = [
        (
            zone.is_some(),
            "timezone",
            "Use the name of a time zone, such as Europe/Berlin.",
        ),
        (
            form.immediate.min_confidence <= 100,
            "immediate.min_confidence",
            "Use a number from 0 to 100.",
        ),
        (
            is_clock(&form.digest.daily_at),
            "digest.daily_at",
            "Use a time such as 09:00.",
        ),
        (
            is_clock(&form.quiet_hours.from),
            "quiet_hours.from",
            "Use a time such as 20:00.",
        ),
        (
            is_clock(&form.quiet_hours.to),
            "quiet_hours.to",
            "Use a time such as 08:00.",
        ),
        (
            form.daily_budget <= LARGEST_BUDGET,
            "daily_budget",
            "Use a number from 0 to 500.",
        ),
    ];
    let errors: Vec<FieldError> = checks
        .into_iter()
        .filter(|(is_good, ..)| !is_good)
        .map(|(_, field, message)| FieldError {
            field: field.to_owned(),
            code: "invalid".to_owned(),
            message: message.to_owned(),
        })
        .collect();
    match zone {
        Some(zone) if errors.is_empty() => Ok(zone),
        _ => Err(Problem::fields(errors)),
    }
}

async fn choose_zone(tx: &TenantTx, member: MemberId, zone: Tz) -> Result<(), DbErr> {
    Sql::new("UPDATE members SET timezone = $3, timezone_is_chosen = true WHERE tenant_id = $1 AND id = $2")
        .bind(tx.tenant_id())
        .bind(member)
        .bind(zone.name())
        .execute(tx)
        .await?;
    Ok(())
}

async fn forget_failure(tx: &TenantTx, member: MemberId) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE members SET email_failing_since = NULL, email_failing_reason = NULL WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tx.tenant_id())
    .bind(member)
    .execute(tx)
    .await?;
    Ok(())
}
