//! HubSpot against the simulated account: what the suite for every CRM does not ask.

mod describe;
mod errors;
mod session;
mod webhooks;

use crate::{
    ConnectorResult, Crm,
    crm::{TaskDraft, Written},
    testing::World,
};

/// Writes a task with this id, on no company.
async fn write(world: &World, crm: &dyn Crm, external_id: &str) -> ConnectorResult<Written> {
    let draft = TaskDraft {
        external_id: external_id.into(),
        subject: "Need more capacity".into(),
        description: "a <b> & c\nd".into(),
        account_id: None,
        contact_id: None,
        owner_id: None,
        kind: Some("Call".into()),
        due_date: "2026-11-22".parse().unwrap(),
        priority: Some("High".into()),
        not_before: Some(world.now()),
    };
    crm.upsert_task(&draft).await
}

/// The records of a kind that are not deleted.
async fn records(world: &World, kind: &str) -> Vec<serde_json::Value> {
    world.state().await["hubspot"]["records"][kind]
        .as_array()
        .unwrap()
        .clone()
}
