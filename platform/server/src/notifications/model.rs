use chrono::{DateTime, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;
use sea_orm::{DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::control::access::Role;
use crate::foundation::http::{page_of, words};
use crate::foundation::ids::{MemberId, NotificationId, SignalId};
use crate::signals::{Kind, NamedRef};

words! {
    /// By which way a notice goes.
    pub enum NoticeWay {
        /// A direct message.
        SlackDm = "slack_dm",
        /// The team's channel.
        SlackChannel = "slack_channel",
        /// A mail.
        Email = "email",
    }
}

words! {
    /// What a notice is for.
    pub enum NoticePurpose {
        /// One signal.
        Alert = "alert",
        /// What came since the last one.
        DailyDigest = "daily_digest",
        /// The week in figures.
        WeeklyDigest = "weekly_digest",
        /// About Momentum itself.
        System = "system",
    }
}

words! {
    /// How a notice stands.
    pub enum NoticeState {
        /// Waits for the end of quiet hours, or for the digest.
        Held = "held",
        /// Will be sent at once.
        Pending = "pending",
        /// Was sent, by itself or in a digest.
        Sent = "sent",
        /// Will not be sent; the reason says why.
        Suppressed = "suppressed",
        /// Could not be sent.
        Failed = "failed",
    }
}

words! {
    /// Why a notice was not sent at once, or not at all.
    pub enum NoticeReason {
        /// Less sure than the person wants to be told at once.
        LessSure = "less_sure",
        /// Of a kind that the person does not want to be told at once.
        OtherKind = "other_kind",
        /// The tenant's rule says so.
        Rule = "rule",
        /// It came in quiet hours.
        QuietHours = "quiet_hours",
        /// The person had as many alerts as they want in a day.
        Budget = "budget",
        /// Another signal of the same message was surer.
        SameMessage = "same_message",
        /// The signal has another owner by now, who is told instead.
        Reassigned = "reassigned",
        /// Somebody dealt with the signal before.
        DealtWith = "dealt_with",
        /// There was nothing to say.
        NothingToSay = "nothing_to_say",
        /// Neither Slack nor mail reaches the person.
        NoWay = "no_way",
        /// The mail server refuses the address.
        AddressFailing = "address_failing",
        /// The channel can be read by people of other companies.
        CustomersRead = "customers_read",
        /// The person is no longer with the company.
        Left = "left",
        /// It was tried until there was no point in trying again.
        GaveUp = "gave_up",
        /// The other side refused it for good.
        Refused = "refused",
    }
}

words! {
    /// When a rule's signals are told.
    pub enum NoticeTiming {
        /// As soon as they are found.
        AtOnce = "at_once",
        /// In the digest.
        Digest = "digest",
    }
}

words! {
    /// A day of the week.
    pub enum DayOfWeek {
        /// The first.
        Monday = "monday",
        /// The second.
        Tuesday = "tuesday",
        /// The third.
        Wednesday = "wednesday",
        /// The fourth.
        Thursday = "thursday",
        /// The fifth.
        Friday = "friday",
        /// The sixth.
        Saturday = "saturday",
        /// The last.
        Sunday = "sunday",
    }
}

words! {
    /// Where a person's time zone comes from.
    pub enum ZoneSource {
        /// Chosen by the person.
        Chosen = "chosen",
        /// Slack's.
        Slack = "slack",
        /// The company's.
        Tenant = "tenant",
    }
}

impl From<DayOfWeek> for Weekday {
    fn from(day: DayOfWeek) -> Self {
        match day {
            DayOfWeek::Monday => Self::Mon,
            DayOfWeek::Tuesday => Self::Tue,
            DayOfWeek::Wednesday => Self::Wed,
            DayOfWeek::Thursday => Self::Thu,
            DayOfWeek::Friday => Self::Fri,
            DayOfWeek::Saturday => Self::Sat,
            DayOfWeek::Sunday => Self::Sun,
        }
    }
}

/// What a person chose, or the product's own choice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    /// By which ways.
    pub delivery: NoticeWays,
    /// What at once.
    pub immediate: Immediate,
    /// What in digests.
    pub digest: DigestChoice,
    /// When not.
    pub quiet_hours: QuietHours,
    /// How many alerts a day at most.
    pub daily_budget: u16,
}

/// By which ways a person is told. Alerts go by Slack where both are on and Slack reaches the person; digests go by every
/// way that is on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NoticeWays {
    /// Direct messages.
    pub slack: bool,
    /// Mails.
    pub email: bool,
}

/// What a person wants to know at once. The rest goes into the digest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Immediate {
    /// From this confidence on, 0 to 100.
    #[schema(maximum = 100)]
    pub min_confidence: u8,
    /// Of these kinds.
    pub kinds: Vec<Kind>,
}

/// Which digests a person wants, at local times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DigestChoice {
    /// Every day; not on weekends when those are quiet.
    pub daily: bool,
    /// `HH:MM`; the weekly digest comes at the same time.
    #[schema(example = "09:00")]
    pub daily_at: String,
    /// Every week.
    pub weekly: bool,
    /// On this day.
    pub weekly_day: DayOfWeek,
}

/// When a person is left alone: alerts are held, never dropped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QuietHours {
    /// Whether there are any.
    pub enabled: bool,
    /// `HH:MM`, local.
    #[schema(example = "20:00")]
    pub from: String,
    /// `HH:MM`, local; before `from` it is the next morning.
    #[schema(example = "08:00")]
    pub to: String,
    /// All of Saturday and Sunday too.
    pub weekends: bool,
}

impl Default for Choices {
    /// Ten alerts a day: more, and people mute the sender.
    fn default() -> Self {
        Self {
            delivery: NoticeWays::default(),
            immediate: Immediate::default(),
            digest: DigestChoice::default(),
            quiet_hours: QuietHours::default(),
            daily_budget: 10,
        }
    }
}

impl Default for NoticeWays {
    fn default() -> Self {
        Self {
            slack: true,
            email: true,
        }
    }
}

impl Default for Immediate {
    /// 80, the specification's threshold for alerts.
    fn default() -> Self {
        Self {
            min_confidence: 80,
            kinds: momentum_engine::signal::SignalKind::ALL.map(Kind).to_vec(),
        }
    }
}

impl Default for DigestChoice {
    fn default() -> Self {
        Self {
            daily: true,
            daily_at: "09:00".to_owned(),
            weekly: true,
            weekly_day: DayOfWeek::Monday,
        }
    }
}

impl Default for QuietHours {
    /// Off: Slack already keeps silent by each person's own hours there.
    fn default() -> Self {
        Self {
            enabled: false,
            from: "20:00".to_owned(),
            to: "08:00".to_owned(),
            weekends: true,
        }
    }
}

impl DigestChoice {
    /// The local time of digests.
    pub fn time(&self) -> NaiveTime {
        clock(&self.daily_at).unwrap_or_else(|| NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default())
    }
}

impl QuietHours {
    /// When they begin.
    pub fn begins(&self) -> NaiveTime {
        clock(&self.from).unwrap_or_default()
    }

    /// When they end; the same as the beginning means that there are none.
    pub fn ends(&self) -> NaiveTime {
        clock(&self.to).unwrap_or_default()
    }
}

/// A time as `HH:MM`.
pub fn clock(text: &str) -> Option<NaiveTime> {
    (text.len() == 5)
        .then(|| NaiveTime::parse_from_str(text, "%H:%M").ok())
        .flatten()
}

/// A person as this slice knows them.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// Who.
    pub id: MemberId,
    /// What they are called.
    pub name: String,
    /// Where they read mail.
    pub email: String,
    /// What they are.
    pub role: Role,
    /// Whether they still work here.
    pub is_active: bool,
    /// Who they are in Slack.
    pub slack_user_id: Option<String>,
    /// What they chose.
    pub choices: Choices,
    /// Where they are.
    pub zone: Tz,
    /// How we know.
    pub zone_source: ZoneSource,
    /// Since when, and in which words, the mail server refuses their address.
    pub failing: Option<(DateTime<Utc>, String)>,
}

impl FromQueryResult for Recipient {
    fn from_query_result(row: &sea_orm::QueryResult, prefix: &str) -> Result<Self, DbErr> {
        let role: String = row.try_get(prefix, "role")?;
        let own: Option<String> = row.try_get(prefix, "timezone")?;
        let is_chosen: bool = row.try_get(prefix, "timezone_is_chosen")?;
        let tenants: String = row.try_get(prefix, "tenant_timezone")?;
        let choices: serde_json::Value = row.try_get(prefix, "notification_preferences")?;
        let since: Option<DateTime<Utc>> = row.try_get(prefix, "email_failing_since")?;
        let words: Option<String> = row.try_get(prefix, "email_failing_reason")?;
        let (zone, zone_source) = match own.as_deref().and_then(|name| name.parse().ok()) {
            Some(zone) if is_chosen => (zone, ZoneSource::Chosen),
            Some(zone) => (zone, ZoneSource::Slack),
            None => (tenants.parse().unwrap_or(Tz::UTC), ZoneSource::Tenant),
        };
        Ok(Self {
            id: row.try_get(prefix, "id")?,
            name: row.try_get(prefix, "name")?,
            email: row.try_get(prefix, "email")?,
            role: role.parse().map_err(|error| DbErr::Type(format!("{error}")))?,
            is_active: row.try_get(prefix, "is_active")?,
            slack_user_id: row.try_get(prefix, "slack_user_id")?,
            choices: serde_json::from_value(choices).unwrap_or_default(),
            zone,
            zone_source,
            failing: since.map(|since| (since, words.unwrap_or_default())),
        })
    }
}

/// One notice, for the people it concerns.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Notification {
    /// Which.
    pub id: NotificationId,
    /// About which signal; null for digests.
    pub signal: Option<NamedRef<SignalId>>,
    /// By which way.
    pub way: NoticeWay,
    /// For what.
    pub purpose: NoticePurpose,
    /// How it stands.
    pub state: NoticeState,
    /// Why it was not sent at once, or not at all.
    pub reason: Option<NoticeReason>,
    /// When it is, or was, due.
    pub due_at: DateTime<Utc>,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
}

page_of! {
    /// One page of notices, newest first.
    pub struct NotificationPage(Notification);
}
