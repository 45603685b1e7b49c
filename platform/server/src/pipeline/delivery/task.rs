//! The task that a signal becomes, in the words of the product specification (week 4).

use chrono::{DateTime, Utc};
use momentum_connectors::crm::TaskDraft;

use super::facts::Facts;

/// Writes the task. `base_url` is where people find Momentum.
pub(super) fn draft(facts: &Facts, base_url: &str, now: DateTime<Utc>) -> TaskDraft {
    TaskDraft {
        external_id: facts.external_id(),
        subject: format!("[SIGNAL] {}: {}", facts.account_name(), facts.quote_line()),
        description: facts.lines(base_url).join("\n"),
        account_id: facts.crm_account_id.clone(),
        contact_id: facts.crm_contact_id.clone(),
        owner_id: facts.crm_owner_id.clone(),
        kind: Some("Call".to_owned()),
        due_date: facts.today(now),
        priority: Some("High".to_owned()),
        not_before: Some(facts.detected_at),
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    #[test]
    fn a_task_reads_as_the_specification_writes_it() {
        let (facts, today) = (Facts::example(), NaiveDate::from_ymd_opt(2026, 3, 2).expect("a day"));
        let now = today.and_hms_opt(12, 0, 0).expect("a time").and_utc();
        let task = draft(&facts, "https://momentum.example", now);
        assert_eq!(task.subject, "[SIGNAL] TechFlow: We need more capacity");
        assert_eq!(
            task.description,
            "[Expansion Signal]\n\
             Message: 'We need more capacity'\n\
             Channel: #techflow-customer\n\
             Posted by: John Smith (john@techflow.com)\n\
             Link: https://northwind.slack.com/archives/C1/p1700000000000100\n\
             Recommended: Create expansion opportunity. The customer states a need beyond what they have.\n\
             Confidence: 92 %. Why, and what to do: https://momentum.example/signals/sig_0192f0c1a2b37c4d8e9fa0b1c2d3e4f5"
        );
        assert_eq!(
            (task.kind.as_deref(), task.priority.as_deref(), task.due_date),
            (Some("Call"), Some("High"), today)
        );
        assert_eq!(task.external_id, facts.external_id());
    }
}
