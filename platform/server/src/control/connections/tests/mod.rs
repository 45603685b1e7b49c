//! Connections through HTTP, against the simulated vendors.

mod install;
mod manage;
mod refusals;
mod tokens;

use momentum_connectors::fakes::{SimConfig, WorkspaceSeed};
use serde_json::Value;

use crate::control::access::Role;
use crate::foundation::db::Sql;
use crate::testing::{TestApp, TestClient, TestTenant, TestVendors};

const SLACK: &str = "/slack/oauth/start";
const SALESFORCE: &str = "/oauth/salesforce/start";
const HUBSPOT: &str = "/oauth/hubspot/start";
const ALLOW: &str = "allow=1";

/// Two Slack workspaces, the second in an Enterprise Grid, and an org.
async fn stage() -> (TestApp, TestVendors) {
    TestApp::start_with_vendors(|config| {
        workspaces(config, &[("T0ONE", "One", None), ("T0GRID", "Grid", Some("E0GRID"))])
    })
    .await
}

fn workspaces(config: &mut SimConfig, named: &[(&str, &str, Option<&str>)]) {
    let workspace = |(team_id, name, enterprise): &(&str, &str, Option<&str>)| WorkspaceSeed {
        team_id: (*team_id).to_owned(),
        name: (*name).to_owned(),
        enterprise_id: enterprise.map(str::to_owned),
        bot_token: None,
        bot_user_id: format!("U{team_id}"),
        bot_id: format!("B{team_id}"),
        users: vec![],
        channels: vec![],
    };
    config.slack.workspaces = named.iter().map(workspace).collect();
}

/// The connection to this vendor, as the API shows it.
async fn connection(client: &TestClient, vendor: &str) -> Value {
    let list = client.get("/api/v1/connections").await.expect(200);
    let items = list["items"].as_array().expect("a list").clone();
    let found = items.into_iter().find(|connection| connection["vendor"] == vendor);
    found.unwrap_or_else(|| panic!("no connection to {vendor}: {list}"))
}

/// What was written down in the audit, the oldest first.
async fn audited(tenant: &TestTenant<'_>) -> Vec<String> {
    #[derive(sea_orm::FromQueryResult)]
    struct Row {
        action: String,
    }
    let rows: Vec<Row> =
        Sql::new("SELECT action FROM audit_entries WHERE tenant_id = $1 AND action LIKE 'connection.%' ORDER BY seq")
            .bind(tenant.id)
            .all(&tenant.begin().await)
            .await
            .expect("the database answers");
    rows.into_iter().map(|row| row.action).collect()
}

/// One number out of the tenant's rows.
async fn count(tenant: &TestTenant<'_>, from: &str) -> i64 {
    let count = Sql::new(format!("SELECT count(*) AS value FROM {from}"));
    let count = count.scalar(&tenant.begin().await).await;
    count.expect("the database answers").expect("a number")
}

async fn admin(tenant: &TestTenant<'_>) -> TestClient {
    tenant.client(Role::Admin).await
}
