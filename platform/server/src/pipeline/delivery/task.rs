//! The task that a signal becomes, in the words of the product specification (week 4).

use chrono::{DateTime, NaiveDate, Utc};
use momentum_connectors::crm::TaskDraft;
use momentum_engine::signal::SignalKind;

use crate::foundation::ids::SignalId;

/// What the task is made of.
#[derive(Clone, Debug)]
pub struct TaskFacts<'a> {
    /// The signal; its id is the task's external id.
    pub signal_id: SignalId,
    /// Its kind.
    pub kind: SignalKind,
    /// How sure we are, in percent.
    pub confidence: i16,
    /// The account's name.
    pub account: &'a str,
    /// The words that say it.
    pub quote: &'a str,
    /// The channel without `#`.
    pub channel: &'a str,
    /// Who said it.
    pub author: &'a str,
    /// The author's e-mail address, where known.
    pub author_email: Option<&'a str>,
    /// A link to the message in Slack.
    pub permalink: Option<&'a str>,
    /// A link to the signal in Momentum.
    pub signal_url: String,
    /// What we recommend, and why.
    pub advice: Option<String>,
    /// The account in the CRM.
    pub crm_account_id: Option<String>,
    /// The author as a contact in the CRM.
    pub crm_contact_id: Option<String>,
    /// The account's owner in the CRM.
    pub crm_owner_id: Option<String>,
    /// The present day in the tenant's time zone.
    pub today: NaiveDate,
    /// When the signal was made.
    pub detected_at: DateTime<Utc>,
}

/// Writes the task.
pub fn draft(facts: &TaskFacts<'_>) -> TaskDraft {
    let quote = facts.quote.split_whitespace().collect::<Vec<_>>().join(" ");
    let poster = match facts.author_email {
        Some(email) => format!("{} ({email})", facts.author),
        None => facts.author.to_owned(),
    };
    let mut lines = vec![
        format!("[{} Signal]", facts.kind.label()),
        format!("Message: '{quote}'"),
        format!("Channel: #{}", facts.channel),
        format!("Posted by: {poster}"),
    ];
    lines.extend(facts.permalink.map(|link| format!("Link: {link}")));
    lines.extend(facts.advice.clone().map(|advice| format!("Recommended: {advice}")));
    lines.push(format!(
        "Confidence: {} %. Why, and what to do: {}",
        facts.confidence, facts.signal_url
    ));
    TaskDraft {
        external_id: facts.signal_id.to_string(),
        subject: format!("[SIGNAL] {}: {quote}", facts.account),
        description: lines.join("\n"),
        account_id: facts.crm_account_id.clone(),
        contact_id: facts.crm_contact_id.clone(),
        owner_id: facts.crm_owner_id.clone(),
        kind: Some("Call".to_owned()),
        due_date: facts.today,
        priority: Some("High".to_owned()),
        not_before: Some(facts.detected_at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_reads_as_the_specification_writes_it() {
        let today = NaiveDate::from_ymd_opt(2026, 3, 2).expect("a day");
        let facts = TaskFacts {
            signal_id: "sig_0192f0c1a2b37c4d8e9fa0b1c2d3e4f5".parse().expect("an id"),
            kind: SignalKind::Expansion,
            confidence: 92,
            account: "TechFlow",
            quote: "We need more\ncapacity",
            channel: "techflow-customer",
            author: "John Smith",
            author_email: Some("john@techflow.com"),
            permalink: Some("https://northwind.slack.com/archives/C1/p1700000000000100"),
            signal_url: "https://momentum.example/signals/sig_0192f0c1a2b37c4d8e9fa0b1c2d3e4f5".to_owned(),
            advice: Some("Create expansion opportunity. The customer states a need beyond what they have.".to_owned()),
            crm_account_id: Some("001000000000001AAA".to_owned()),
            crm_contact_id: None,
            crm_owner_id: Some("005000000000001AAA".to_owned()),
            today,
            detected_at: DateTime::UNIX_EPOCH,
        };
        let task = draft(&facts);
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
        assert_eq!(task.external_id, facts.signal_id.to_string());
    }
}
