//! How an account is doing, from when it was last heard of and what is still open.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// The state of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountStatus {
    /// Heard of lately and nothing alarming open.
    Active,
    /// Not heard of for a while.
    Quiet,
    /// Something alarming is open.
    AtRisk,
}

impl AccountStatus {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Quiet => "quiet",
            Self::AtRisk => "at_risk",
        }
    }

    /// The name people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Quiet => "Quiet",
            Self::AtRisk => "At risk",
        }
    }
}

/// An account not heard of for this long is quiet, unless its own rhythm is known. The specification's example of
/// alarming silence is 10 days.
pub const QUIET_AFTER: TimeDelta = TimeDelta::days(10);

/// What the status is decided from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AccountActivity {
    /// The latest message in any of the account's channels.
    pub last_activity_at: Option<DateTime<Utc>>,
    /// The account's own usual longest gap between active days, if there is enough history to know it.
    pub usual_silence: Option<TimeDelta>,
    /// Shown risk signals that nobody has handled.
    pub open_risk_signals: u32,
    /// Shown churn signals that nobody has handled.
    pub open_churn_signals: u32,
    /// Whether the last signal was frustrated: negative or urgent.
    pub last_signal_negative: bool,
}

/// The rule, in this order:
/// 1. at risk: any open churn signal, or any open risk signal, or silence after a frustrated last signal;
/// 2. quiet: silence, or never heard of;
/// 3. active otherwise.
///
/// Silence is more than [`QUIET_AFTER`], or more than twice the account's usual gap where that is longer: an account that
/// writes once a month is not quiet after ten days.
pub fn account_status(activity: &AccountActivity, now: DateTime<Utc>) -> AccountStatus {
    let patience = activity
        .usual_silence
        .map_or(QUIET_AFTER, |usual| QUIET_AFTER.max(usual * 2));
    let silent = activity.last_activity_at.is_none_or(|last| now - last > patience);
    let open_trouble = activity.open_churn_signals > 0 || activity.open_risk_signals > 0;
    if open_trouble || (silent && activity.last_signal_negative) {
        AccountStatus::AtRisk
    } else if silent {
        AccountStatus::Quiet
    } else {
        AccountStatus::Active
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn silence_and_open_trouble_decide_the_status() {
        let now = Utc.with_ymd_and_hms(2025, 6, 30, 12, 0, 0).unwrap();
        let row = |days: Option<i64>, usual: Option<i64>, risk, churn, negative| AccountActivity {
            last_activity_at: days.map(|days| now - TimeDelta::days(days)),
            usual_silence: usual.map(TimeDelta::days),
            open_risk_signals: risk,
            open_churn_signals: churn,
            last_signal_negative: negative,
        };
        let rows = [
            (row(Some(1), None, 0, 0, false), AccountStatus::Active),
            (row(Some(1), None, 0, 0, true), AccountStatus::Active),
            (row(Some(1), None, 1, 0, false), AccountStatus::AtRisk),
            (row(Some(1), None, 0, 1, false), AccountStatus::AtRisk),
            (row(Some(10), None, 0, 0, false), AccountStatus::Active),
            (row(Some(11), None, 0, 0, false), AccountStatus::Quiet),
            (row(Some(11), None, 0, 0, true), AccountStatus::AtRisk),
            (row(Some(40), Some(30), 0, 0, false), AccountStatus::Active),
            (row(Some(61), Some(30), 0, 0, false), AccountStatus::Quiet),
            (row(None, None, 0, 0, false), AccountStatus::Quiet),
        ];
        for (activity, status) in rows {
            assert_eq!(account_status(&activity, now), status, "{activity:?}");
        }
    }
}
