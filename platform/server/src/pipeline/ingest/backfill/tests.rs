//! History read back from a simulated Slack, with a clock that only tests move.

use chrono::{DateTime, TimeDelta, Utc};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::control::access::Role;
use crate::foundation::db::Sql;
use crate::testing::{BOT, SlackWorld, TEAM, channel, person};

const NEED: &str = "We're running out of capacity and need more seats for the new team.";

async fn world(throttled: bool) -> SlackWorld {
    let users = vec![person("U0SAM", "Sam Seller", "sam@northwind.example")];
    let channels = vec![
        channel("C1", "customer-acme", &["U0SAM", BOT]),
        channel("C2", "customer-initech", &["U0SAM", BOT]),
        channel("C3", "general", &["U0SAM"]),
    ];
    let world = SlackWorld::with(users, channels, throttled).await;
    world.work().await;
    world
}

fn ts(at: DateTime<Utc>) -> String {
    format!("{}.{:06}", at.timestamp(), at.timestamp_subsec_micros())
}

/// Puts messages into Slack's past, an hour apart: `count` in the channel, every tenth with two replies.
fn plant(world: &SlackWorld, channel: &str, count: i64, from: DateTime<Utc>) -> usize {
    let message = |at: DateTime<Utc>, thread: Option<&str>| {
        let mut message = json!({ "type": "message", "user": "U0SAM", "text": format!("Said at {at}"), "ts": ts(at) });
        if let Some(thread) = thread {
            message["thread_ts"] = thread.into();
        }
        (format!("{TEAM}/{channel}/{}", ts(at)), message)
    };
    let mut planted: Vec<(String, Value)> = Vec::new();
    for n in 0..count {
        let at = from + TimeDelta::hours(n);
        planted.push(message(at, None));
        if n % 10 == 9 {
            let thread = ts(at);
            planted.push(message(at + TimeDelta::minutes(3), Some(&thread)));
            planted.push(message(at + TimeDelta::minutes(4), Some(&thread)));
        }
    }
    let count = planted.len();
    world.fakes.remember_messages(planted).expect("remembered");
    count
}

async fn backfill(world: &SlackWorld, body: Value) -> String {
    let made = world.owner.post("/api/v1/backfills", body).await.expect(202);
    format!("/api/v1/backfills/{}", made["id"].as_str().expect("an id"))
}

/// Failure 8: one request a minute, 15 messages in it.
#[actix_web::test]
async fn history_at_one_request_a_minute_finishes_without_loss() {
    let world = world(true).await;
    let start = world.app.clock.now() - TimeDelta::days(10);
    let planted = plant(&world, "C1", 100, start) + plant(&world, "C2", 40, start);
    // Before the ninety days, and where the bot is not.
    plant(&world, "C1", 3, start - TimeDelta::days(200));
    plant(&world, "C3", 3, start);
    let path = backfill(&world, json!({ "days": 90 })).await;
    let mut minutes = 0;
    let done = loop {
        world.work().await;
        let state = world.owner.get(&path).await.expect(200);
        assert_ne!(state["state"], "waiting", "Slack never had to refuse: {state}");
        if state["state"] == "done" {
            break state;
        }
        if minutes == 5 {
            // Life goes on meanwhile.
            world
                .happens("messages", json!({ "channel": "C1", "user": "U0SAM", "text": NEED }))
                .await;
        }
        minutes += 1;
        assert!(minutes < 60, "{state}");
        world.app.clock.advance(TimeDelta::seconds(60));
    };
    let by_source = "SELECT source || ' ' || count(*) || ' ' || count(DISTINCT (slack_channel_id, ts)) AS value FROM messages GROUP BY source ORDER BY source";
    assert_eq!(
        world.text(by_source).await,
        format!("import {planted} {planted},live 1 1")
    );
    assert_eq!(done["profile"], "throttled");
    assert_eq!(
        done["oldest_reached"]
            .as_str()
            .and_then(|at| at.parse::<DateTime<Utc>>().ok()),
        Some(start)
    );
    // 7 pages and 10 threads of one channel, 3 and 4 of the other; a page that ends exactly costs none more.
    assert!((24..=27).contains(&minutes), "{minutes} requests");
    assert_eq!(
        world
            .text("SELECT count(*)::text AS value FROM messages WHERE slack_channel_id = 'C3'")
            .await,
        "0"
    );
}

#[actix_web::test]
async fn what_came_live_stays_and_an_edit_that_was_missed_is_made_up_for() {
    let world = world(false).await;
    world
        .run(Sql::new(
            "UPDATE connections SET settings = settings || '{\"history_profile\": \"internal\"}'",
        ))
        .await;
    let said = world
        .happens(
            "messages",
            json!({ "channel": "C1", "user": "U0SAM", "text": "First words" }),
        )
        .await;
    world
        .happens(
            "messages",
            json!({ "channel": "C1", "user": "U0SAM", "text": "Other words" }),
        )
        .await;
    // The edit's event is lost.
    world.app.clock.advance(TimeDelta::seconds(5));
    world
        .control(
            "POST",
            "/control/slack/edit?wait=true",
            json!({ "channel": "C1", "ts": said["ts"], "text": "Better words" }),
        )
        .await;
    world.arrived().await;
    world.app.clock.advance(TimeDelta::seconds(5));
    let channel = world.channel("C1").await["id"].clone();
    let path = backfill(&world, json!({ "channel_id": channel, "days": 1 })).await;
    world.pass(3, TimeDelta::seconds(2)).await;
    assert_eq!(world.owner.get(&path).await.expect(200)["state"], "done");
    assert_eq!(
        world
            .text("SELECT text || ' ' || source AS value FROM messages ORDER BY ts")
            .await,
        "Better words live,Other words live"
    );
}

#[actix_web::test]
async fn what_slack_dropped_is_read_back_and_neighbouring_minutes_together() {
    let world = world(false).await;
    let began = world.app.clock.now();
    world.app.clock.advance(TimeDelta::minutes(3));
    let planted = plant(&world, "C2", 1, began + TimeDelta::seconds(30));
    for minute in [0, 60, 60] {
        let body = json!({ "type": "app_rate_limited", "token": "t", "team_id": TEAM, "minute_rate_limited": began.timestamp() + minute, "api_app_id": "A0MOMENTUM" });
        let body = body.to_string().into_bytes();
        let secret = world
            .app
            .app
            .core
            .settings
            .slack
            .signing_secret
            .clone()
            .expect("a secret");
        let at = world.app.clock.now().timestamp();
        let headers = [
            ("content-type".to_owned(), "application/json".to_owned()),
            ("x-slack-request-timestamp".to_owned(), at.to_string()),
            (
                "x-slack-signature".to_owned(),
                momentum_connectors::slack::signature::sign(&secret, at, &body),
            ),
        ];
        world.deliver(&headers, body).await;
        world.work().await;
    }
    let listed = world.owner.get("/api/v1/backfills").await.expect(200);
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1), "{listed}");
    assert_eq!(
        (&listed["items"][0]["reason"], &listed["items"][0]["state"]),
        (&json!("gap"), &json!("queued"))
    );
    assert_eq!(
        world.text("SELECT count(*)::text AS value FROM messages").await,
        "0",
        "Slack may still be dropping"
    );
    world.pass(6, TimeDelta::minutes(1)).await;
    assert_eq!(
        world
            .text("SELECT source || ' ' || count(*) AS value FROM messages GROUP BY source")
            .await,
        format!("import {planted}")
    );
    assert_eq!(
        world
            .text("SELECT count(*)::text AS value FROM ingest_gaps WHERE backfill_id IS NULL")
            .await,
        "0"
    );
}

#[actix_web::test]
async fn slacks_pause_is_kept_and_a_page_that_was_lost_is_read_again() {
    let world = world(false).await;
    let planted = plant(&world, "C1", 30, world.app.clock.now() - TimeDelta::days(5));
    let fault = |kind: &str| json!({ "vendor": "slack", "match": { "path": "conversations.history" }, "kind": kind, "retry_after": 300 });
    let channel = world.channel("C1").await["id"].clone();
    let path = backfill(&world, json!({ "channel_id": channel, "days": 30 })).await;
    world.work().await;
    world.control("POST", "/control/faults", fault("rate_limit")).await;
    world.pass(4, TimeDelta::minutes(1)).await;
    let waiting = world.owner.get(&path).await.expect(200);
    assert_eq!(waiting["state"], "waiting", "{waiting}");
    world
        .control("POST", "/control/faults", fault("drop_after_commit"))
        .await;
    world.pass(20, TimeDelta::minutes(1)).await;
    let done = world.owner.get(&path).await.expect(200);
    assert_eq!(
        (done["state"].as_str(), done["error"].as_str()),
        (Some("done"), None),
        "{done}"
    );
    assert_eq!(
        world.text("SELECT count(*)::text AS value FROM messages").await,
        planted.to_string()
    );
}

#[actix_web::test]
async fn a_channel_without_the_bot_says_what_to_do_and_a_stopped_backfill_stays_stopped() {
    let world = world(false).await;
    plant(&world, "C1", 100, world.app.clock.now() - TimeDelta::days(8));
    let general = world.channel("C3").await["id"].clone();
    let path = backfill(&world, json!({ "channel_id": general, "days": 30 })).await;
    world.work().await;
    let failed = world.owner.get(&path).await.expect(200);
    assert_eq!(failed["state"], "failed");
    assert!(
        failed["error"]
            .as_str()
            .is_some_and(|words| words.contains("Invite it")),
        "{failed}"
    );

    let path = backfill(&world, json!({})).await;
    world.pass(2, TimeDelta::minutes(1)).await;
    let read = world.text("SELECT count(*)::text AS value FROM messages").await;
    assert_ne!(read, "0");
    let stop = format!("{path}/cancel");
    assert_eq!(
        world.owner.post(&stop, Value::Null).await.expect(200)["state"],
        "cancelled"
    );
    assert_eq!(world.owner.post(&stop, Value::Null).await.status, 409);
    world.pass(5, TimeDelta::minutes(1)).await;
    assert_eq!(
        world.text("SELECT count(*)::text AS value FROM messages").await,
        read,
        "what was read stays, nothing more comes"
    );

    let globex = world.app.tenant("Globex").await;
    let other = globex.client(Role::Admin).await;
    assert_eq!(other.get(&path).await.status, 404);
    assert_eq!(other.post(&stop, Value::Null).await.status, 404);
    for (body, status) in [
        (json!({ "channel_id": general }), 422),
        (json!({}), 409),
        (json!({ "days": 0 }), 422),
        (json!({ "days": 366 }), 422),
        (json!({ "days": 1, "profile": "internal" }), 422),
    ] {
        assert_eq!(
            other.post("/api/v1/backfills", body.clone()).await.status,
            status,
            "{body}"
        );
    }
}
