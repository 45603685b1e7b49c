//! Failure 6: the app is uninstalled, or its token revoked, while work is under way.

use chrono::TimeDelta;
use momentum_connectors::fakes::FaultKind;
use pretty_assertions::assert_eq;
use serde_json::json;

use super::{ACCOUNTS, Story, TROUBLE, fault};

#[actix_web::test]
async fn a_revoked_crm_pauses_its_queue_without_a_storm_and_goes_on_when_it_is_connected_again() {
    let story = Story::begin().await;
    story.everybody_says(TROUBLE).await;
    story.work_on(|queue| queue == "ingest").await;
    assert_eq!(
        story.count("deliveries WHERE state = 'pending'").await,
        ACCOUNTS.len() as i64
    );
    let before = story.connection("salesforce").await;

    // Sessions and the refresh token are dead from now on.
    story
        .vendors
        .fakes
        .add_fault(fault(FaultKind::RevokedToken, "/services/data", 1));
    story
        .vendors
        .fakes
        .add_fault(fault(FaultKind::Status, "/oauth2/token", 1_000));
    let asked = story.vendors.fakes.token_requests("/oauth2/token");
    let calls = story.calls().await;
    story.work().await;
    let shown = story.connection("salesforce").await;
    assert_eq!(
        (shown["status"].as_str(), shown["token"]["state"].as_str()),
        (Some("disconnected"), Some("refused"))
    );
    assert_eq!(shown["queue_depth"], ACCOUNTS.len());
    for _ in 0..12 {
        story.app.clock.advance(TimeDelta::hours(1));
        story.work().await;
    }
    assert_eq!(
        story.vendors.fakes.token_requests("/oauth2/token") - asked,
        1,
        "one look whether it can be renewed"
    );
    assert!(
        story.calls().await - calls <= 1,
        "{} calls",
        story.calls().await - calls
    );
    assert_eq!(story.count("deliveries WHERE state = 'dead_letter'").await, 0);
    let told = "stream_events WHERE kind = 'connection.updated' AND data->>'status' = 'disconnected'";
    assert_eq!(story.count(told).await, 1, "told once");

    story.control("DELETE", "/control/faults").await;
    story.connect("/oauth/salesforce/start").await;
    story.work().await;
    assert_eq!(story.connection("salesforce").await["id"], before["id"]);
    assert_eq!(story.tasks().await, ACCOUNTS.len(), "each task once");
    assert_eq!(story.connection("salesforce").await["queue_depth"], 0);
}

#[actix_web::test]
async fn an_uninstalled_slack_app_ends_its_work_whichever_event_comes_first() {
    let uninstalled = json!({ "type": "app_uninstalled", "event_ts": "1.1" });
    let revoked = json!({ "type": "tokens_revoked", "tokens": { "oauth": [], "bot": ["U0BOT"] }, "event_ts": "1.2" });
    for order in [[&uninstalled, &revoked], [&revoked, &uninstalled]] {
        let story = Story::begin().await;
        for (at, event) in order.into_iter().enumerate() {
            story.happens(&format!("EvGone{at}"), event.clone()).await;
        }
        story.work().await;
        let shown = story.connection("slack").await;
        assert_eq!(shown["status"], "disconnected");
        assert_eq!(shown["gaps"].as_array().map(Vec::len), Some(1));
        assert_eq!(story.count("slack_installations WHERE is_active").await, 0);
        let told = "stream_events WHERE kind = 'connection.updated' AND data->>'status' = 'disconnected'";
        assert_eq!(story.count(told).await, 1, "told once");

        let id = shown["id"].clone();
        story.connect("/slack/oauth/start").await;
        let shown = story.connection("slack").await;
        assert_eq!((&shown["id"], shown["status"].as_str()), (&id, Some("connected")));
        assert!(shown["gaps"][0]["ended_at"].is_string(), "{shown}");
        story.everybody_says(TROUBLE).await;
        story.work().await;
        assert_eq!(story.count("signals").await, ACCOUNTS.len() as i64);
    }
}
