//! What the people of the demo did about old bad news: they settled it, and said so. Done through the API like everybody's actions, so
//! that an account is red for what is open today and not for an outage of last spring.

use anyhow::{Context, ensure};
use chrono::{SecondsFormat, TimeDelta};
use momentum_connectors::outbound::{Method, Url};
use momentum_connectors::{Outbound, OutboundOptions};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;

use super::generator::World;
use super::state::DemoState;
use crate::app::App;

/// Bad news that is older has been dealt with.
const SETTLED_AFTER: TimeDelta = TimeDelta::days(12);

#[derive(Deserialize)]
struct Page {
    items: Vec<Item>,
    next_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    account: Option<Named>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

/// Dismisses old risk and churn signals as resolved, except for the accounts whose story ends badly.
pub async fn settle(app: &App, world: &World, state: &mut DemoState) -> anyhow::Result<()> {
    if state.is_past_settled {
        return Ok(());
    }
    let api: Url = format!("{}/api/v1/", app.core.settings.base_url())
        .parse()
        .context("the own address")?;
    let http = Outbound::new(OutboundOptions {
        trusted: vec![api.clone()],
        ..OutboundOptions::default()
    })?;
    let key = SecretString::from(state.api_key.clone().context("the demo has no key")?);
    let until = (world.now - SETTLED_AFTER).to_rfc3339_opts(SecondsFormat::Secs, true);
    let unhappy = |name: &str| {
        world
            .scenario
            .accounts
            .iter()
            .any(|account| account.name == name && account.ends_badly)
    };
    let mut cursor = None;
    let mut settled = Vec::new();
    loop {
        let filter = [
            ("kind", "risk,churn"),
            ("until", until.as_str()),
            ("limit", "100"),
            ("cursor", cursor.as_deref().unwrap_or("")),
        ];
        let answer = http
            .request("demo.list", Method::GET, api.join("signals")?)
            .query(&filter)
            .bearer(&key)
            .send()
            .await?;
        ensure!(
            answer.status.is_success(),
            "the signals cannot be listed: {}",
            answer.status
        );
        let page: Page = answer.json()?;
        settled.extend(
            page.items
                .into_iter()
                .filter(|item| !item.account.as_ref().is_some_and(|account| unhappy(&account.name))),
        );
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    for item in settled {
        let body =
            json!({ "action": "dismiss", "reason": "resolved", "note": "Settled with the customer at the time." });
        let url = api.join(&format!("signals/{}/actions", item.id))?;
        let answer = http
            .request("demo.act", Method::POST, url)
            .json(&body)
            .bearer(&key)
            .send()
            .await?;
        ensure!(
            answer.status.is_success(),
            "a signal cannot be dismissed: {}",
            answer.status
        );
    }
    state.is_past_settled = true;
    state.save()
}
