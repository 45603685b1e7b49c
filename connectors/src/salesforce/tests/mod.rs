//! The Salesforce client against the simulated org, which fails in Salesforce's ways.

mod changes;
mod errors;
mod once;
mod session;

use chrono::NaiveDate;

use crate::{crm::TaskDraft, testing::World};

/// A task as the pipeline drafts it, for the account TechFlow.
async fn draft(world: &World) -> TaskDraft {
    TaskDraft {
        external_id: "sig_0192f0c1".into(),
        subject: "[SIGNAL] TechFlow: Need more capacity".into(),
        description: "[Expansion Signal]\nMessage: 'We need more capacity'".into(),
        account_id: Some(world.id_of("Account", "TechFlow").await),
        contact_id: Some(world.id_of("Contact", "John Smith").await),
        owner_id: Some(world.id_of("User", "Olga Owner").await),
        kind: Some("Call".into()),
        due_date: NaiveDate::from_ymd_opt(2026, 11, 22).unwrap(),
        priority: Some("High".into()),
        not_before: Some(world.now()),
    }
}
