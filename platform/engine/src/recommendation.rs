//! What a rep should do about a signal: one of a closed set of actions, with a reason that names its facts.

use serde::{Deserialize, Serialize};

use crate::detection::Analysis;
use crate::signal::{Confidence, Sentiment, SignalKind, Thresholds};

/// What can be recommended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecommendedAction {
    /// Open an upsell opportunity in the CRM.
    CreateExpansionOpportunity,
    /// Open a deal and answer the question about price or terms.
    CreateDeal,
    /// Tell the customer success manager.
    AlertCsm,
    /// Get somebody senior on the phone today.
    EscalateToLeadership,
    /// Talk to the customer within days.
    ScheduleCall,
    /// Begin the retention playbook.
    StartRetentionPlaybook,
    /// Correct the contacts in the CRM and get introduced.
    UpdateContacts,
    /// Note the adoption facts on the account.
    RecordAdoption,
    /// Look at the message before doing anything.
    Review,
}

impl RecommendedAction {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CreateExpansionOpportunity => "create_expansion_opportunity",
            Self::CreateDeal => "create_deal",
            Self::AlertCsm => "alert_csm",
            Self::EscalateToLeadership => "escalate_to_leadership",
            Self::ScheduleCall => "schedule_call",
            Self::StartRetentionPlaybook => "start_retention_playbook",
            Self::UpdateContacts => "update_contacts",
            Self::RecordAdoption => "record_adoption",
            Self::Review => "review",
        }
    }

    /// The words on the button.
    pub fn label(self) -> &'static str {
        match self {
            Self::CreateExpansionOpportunity => "Create expansion opportunity",
            Self::CreateDeal => "Create deal",
            Self::AlertCsm => "Alert CSM",
            Self::EscalateToLeadership => "Escalate to leadership",
            Self::ScheduleCall => "Schedule call",
            Self::StartRetentionPlaybook => "Start retention playbook",
            Self::UpdateContacts => "Update contacts",
            Self::RecordAdoption => "Record adoption",
            Self::Review => "Review",
        }
    }
}

/// What is known about the account when a signal is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", default)]
pub struct AccountFacts {
    /// Risk and churn signals still open, without this one.
    pub open_risk_signals: u32,
    /// An opportunity of the last 14 days is open: it is commented, not repeated.
    pub has_open_opportunity: bool,
    /// Whole days until the contract renews, if known.
    pub days_to_renewal: Option<u32>,
}

/// An action and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Recommendation {
    /// What to do.
    pub action: RecommendedAction,
    /// Why, in one or two sentences that state only what is known.
    pub reason: String,
}

/// A renewal this close makes a risk urgent. One quarter, as in the specification's "renewal within 90 days".
const RENEWAL_IS_NEAR_DAYS: u32 = 90;

/// Recommends what to do about a signal of `kind`.
pub fn recommend(
    kind: SignalKind,
    confidence: Confidence,
    analysis: &Analysis,
    facts: &AccountFacts,
    thresholds: &Thresholds,
) -> Recommendation {
    let say = |action, reason: String| Recommendation { action, reason };
    if confidence < thresholds.task && !matches!(kind, SignalKind::Relationship | SignalKind::Usage) {
        let reason = format!(
            "The message may be {} ({confidence}); read it in its context before acting.",
            described(kind)
        );
        return say(RecommendedAction::Review, reason);
    }
    let renewal = facts.days_to_renewal.filter(|days| *days <= RENEWAL_IS_NEAR_DAYS);
    let renewal_clause = renewal
        .map(|days| format!(" The renewal is in {days} days."))
        .unwrap_or_default();
    let pressed = analysis.sentiment == Sentiment::Urgent;
    match kind {
        SignalKind::Churn => say(
            RecommendedAction::StartRetentionPlaybook,
            format!(
                "The customer speaks of leaving or is drifting away.{renewal_clause} Begin the retention playbook now."
            ),
        ),
        SignalKind::Risk if pressed || facts.open_risk_signals >= 2 || (renewal.is_some() && is_negative(analysis)) => {
            let open = match facts.open_risk_signals {
                0 => String::new(),
                1 => " One other risk signal is open.".to_owned(),
                n => format!(" {n} other risk signals are open."),
            };
            let tone = if pressed {
                "The customer is pressed for time."
            } else {
                "The customer is unhappy."
            };
            say(
                RecommendedAction::EscalateToLeadership,
                format!("{tone}{open}{renewal_clause}"),
            )
        }
        SignalKind::Risk if is_negative(analysis) => say(
            RecommendedAction::ScheduleCall,
            format!("The customer is unhappy and nobody has talked it through yet.{renewal_clause}"),
        ),
        SignalKind::Risk => say(
            RecommendedAction::AlertCsm,
            format!("The account may be at risk: the CSM should know before the next contact.{renewal_clause}"),
        ),
        SignalKind::Expansion | SignalKind::BuyingIntent if facts.has_open_opportunity => say(
            RecommendedAction::ScheduleCall,
            "An opportunity is already open: add this to it and call while the need is fresh.".to_owned(),
        ),
        SignalKind::Expansion if facts.open_risk_signals > 0 => say(
            RecommendedAction::AlertCsm,
            format!(
                "The customer wants more, but {} risk signal(s) are open: settle those before selling.",
                facts.open_risk_signals
            ),
        ),
        SignalKind::Expansion => say(
            RecommendedAction::CreateExpansionOpportunity,
            format!("The customer states a need beyond what they have.{renewal_clause}"),
        ),
        SignalKind::BuyingIntent => {
            let haste = if analysis.urgency >= 0.5 {
                " They gave a deadline: answer today."
            } else {
                ""
            };
            say(
                RecommendedAction::CreateDeal,
                format!("The customer asks about price, terms or buying.{haste}"),
            )
        }
        SignalKind::Usage => say(
            RecommendedAction::RecordAdoption,
            "The customer reports adoption: note it on the account; it is an argument at renewal.".to_owned(),
        ),
        SignalKind::Relationship => say(
            RecommendedAction::UpdateContacts,
            format!(
                "Somebody's role changed at the customer: correct the contacts and ask for an introduction.{renewal_clause}"
            ),
        ),
    }
}

fn is_negative(analysis: &Analysis) -> bool {
    matches!(analysis.sentiment, Sentiment::Negative | Sentiment::Urgent)
}

fn described(kind: SignalKind) -> &'static str {
    match kind {
        SignalKind::Expansion => "a wish for more",
        SignalKind::Risk => "a sign of trouble",
        SignalKind::BuyingIntent => "a wish to buy",
        SignalKind::Usage => "a report of use",
        SignalKind::Relationship => "a change of people",
        SignalKind::Churn => "a warning of leaving",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn analysis(sentiment: Sentiment, urgency: f32) -> Analysis {
        Analysis {
            detections: vec![],
            polarity: 0.0,
            urgency,
            sentiment,
            has_negation: false,
        }
    }

    #[test]
    fn the_action_follows_kind_tone_and_account() {
        use RecommendedAction as A;
        use SignalKind as K;
        let quiet = AccountFacts::default();
        let troubled = AccountFacts {
            open_risk_signals: 2,
            ..quiet
        };
        let renewing = AccountFacts {
            days_to_renewal: Some(30),
            ..quiet
        };
        let in_talks = AccountFacts {
            has_open_opportunity: true,
            ..quiet
        };
        let rows = [
            (
                K::Expansion,
                90,
                Sentiment::Neutral,
                quiet,
                A::CreateExpansionOpportunity,
            ),
            (K::Expansion, 90, Sentiment::Neutral, troubled, A::AlertCsm),
            (K::Expansion, 90, Sentiment::Neutral, in_talks, A::ScheduleCall),
            (K::Expansion, 60, Sentiment::Neutral, quiet, A::Review),
            (K::BuyingIntent, 90, Sentiment::Neutral, quiet, A::CreateDeal),
            (K::Risk, 90, Sentiment::Neutral, quiet, A::AlertCsm),
            (K::Risk, 90, Sentiment::Negative, quiet, A::ScheduleCall),
            (K::Risk, 90, Sentiment::Negative, renewing, A::EscalateToLeadership),
            (K::Risk, 90, Sentiment::Urgent, quiet, A::EscalateToLeadership),
            (K::Churn, 90, Sentiment::Neutral, quiet, A::StartRetentionPlaybook),
            (K::Usage, 60, Sentiment::Positive, quiet, A::RecordAdoption),
            (K::Relationship, 60, Sentiment::Neutral, quiet, A::UpdateContacts),
        ];
        for (kind, percent, sentiment, facts, action) in rows {
            let confidence = Confidence::new(percent);
            let found = recommend(
                kind,
                confidence,
                &analysis(sentiment, 0.0),
                &facts,
                &Thresholds::default(),
            );
            assert_eq!(found.action, action, "{kind} {sentiment:?} {facts:?}");
            assert!(
                found.reason.ends_with('.') && found.reason.len() > 30,
                "{}",
                found.reason
            );
        }
    }
}
