//! Words for the timeline of an account or an opportunity.

use chrono::{DateTime, Utc};
use momentum_connectors::crm::{NoteDraft, NoteParent};

use super::facts::Facts;
use crate::foundation::ids::DeliveryId;
use crate::signals::deliveries::NoteDetail;

/// Writes the note: what somebody wrote, then what it is about. It belongs to the opportunity that `note` names, else
/// to the account; `None` when that is not known in the CRM.
pub(super) fn draft(
    facts: &Facts,
    delivery: DeliveryId,
    note: &NoteDetail,
    base_url: &str,
    now: DateTime<Utc>,
) -> Option<NoteDraft> {
    let lines = facts.lines(base_url).join("\n");
    Some(NoteDraft {
        external_id: delivery.to_string(),
        title: note.title.clone(),
        body: format!("{}\n\n{lines}", note.text),
        parent: match (&note.opportunity_id, &facts.crm_account_id) {
            (Some(opportunity), _) => NoteParent::Opportunity(opportunity.clone()),
            (None, Some(account)) => NoteParent::Account(account.clone()),
            (None, None) => return None,
        },
        owner_id: facts.crm_owner_id.clone(),
        date: facts.today(now),
        not_before: Some(facts.detected_at),
    })
}

/// What is said on an opportunity that a further signal is linked to.
pub(super) fn comment(facts: &Facts, opportunity: &str) -> NoteDetail {
    NoteDetail {
        title: format!("{} signal: {}", facts.signal_kind().label(), facts.quote_line()),
        text: "Another signal for this opportunity. It was linked here instead of becoming an opportunity of its own, \
               because this one was opened within the last 14 days."
            .to_owned(),
        opportunity_id: Some(opportunity.to_owned()),
    }
}
