//! How an account is doing, and why, in one sentence. The rule is the engine's; the words are ours.

use chrono::{DateTime, Utc};
use momentum_engine::scoring::{AccountActivity, AccountStatus, account_status};

/// The status and its reason.
pub(super) fn of(activity: &AccountActivity, now: DateTime<Utc>) -> (AccountStatus, String) {
    let status = account_status(activity, now);
    (status, reason(status, activity, now))
}

fn reason(status: AccountStatus, activity: &AccountActivity, now: DateTime<Utc>) -> String {
    let days = activity.last_activity_at.map(|last| (now - last).num_days().max(0));
    match (status, days) {
        (AccountStatus::AtRisk, days) => match (activity.open_churn_signals, activity.open_risk_signals, days) {
            (0, 0, Some(days)) => format!("No message for {days} days after an unhappy last signal."),
            (0, 0, None) => "The last signal was an unhappy one.".to_owned(),
            (0, risk, _) => format!("{} open.", counted(risk, "risk signal")),
            (churn, 0, _) => format!("{} open.", counted(churn, "churn signal")),
            (churn, risk, _) => {
                format!(
                    "{} and {} open.",
                    counted(churn, "churn signal"),
                    counted(risk, "risk signal")
                )
            }
        },
        (AccountStatus::Quiet, Some(days)) => format!("No message for {days} days."),
        (AccountStatus::Quiet, None) => "No message seen yet.".to_owned(),
        (AccountStatus::Active, Some(0)) => "Last message today.".to_owned(),
        (AccountStatus::Active, Some(1)) => "Last message yesterday.".to_owned(),
        (AccountStatus::Active, Some(days)) => format!("Last message {days} days ago."),
        (AccountStatus::Active, None) => "Nothing alarming is open.".to_owned(),
    }
}

fn counted(count: u32, what: &str) -> String {
    if count == 1 {
        format!("1 {what}")
    } else {
        format!("{count} {what}s")
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn the_reason_names_the_facts_that_decided() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let activity = |days: Option<i64>, churn, risk, unhappy| AccountActivity {
            last_activity_at: days.map(|days| now - TimeDelta::days(days)),
            usual_silence: None,
            open_risk_signals: risk,
            open_churn_signals: churn,
            last_signal_negative: unhappy,
        };
        let rows = [
            (
                activity(Some(0), 0, 0, false),
                AccountStatus::Active,
                "Last message today.",
            ),
            (
                activity(Some(3), 0, 0, true),
                AccountStatus::Active,
                "Last message 3 days ago.",
            ),
            (
                activity(Some(12), 0, 0, false),
                AccountStatus::Quiet,
                "No message for 12 days.",
            ),
            (
                activity(None, 0, 0, false),
                AccountStatus::Quiet,
                "No message seen yet.",
            ),
            (
                activity(Some(0), 1, 2, false),
                AccountStatus::AtRisk,
                "1 churn signal and 2 risk signals open.",
            ),
            (
                activity(Some(0), 0, 1, false),
                AccountStatus::AtRisk,
                "1 risk signal open.",
            ),
            (
                activity(Some(20), 0, 0, true),
                AccountStatus::AtRisk,
                "No message for 20 days after an unhappy last signal.",
            ),
        ];
        for (activity, status, reason) in rows {
            assert_eq!(of(&activity, now), (status, reason.to_owned()), "{activity:?}");
        }
    }
}
