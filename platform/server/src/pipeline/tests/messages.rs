use chrono::TimeDelta;
use serde_json::{Value, json};

use super::stage::{ACME, JANE, SAM, Stage, TEAM, deletion, edit, envelope_for, message};

const NEED: &str = "We're running out of capacity and need more seats for the new team.";
const CALM: &str = "Thanks, see you on Thursday.";

#[tokio::test]
async fn a_customers_need_becomes_an_explained_signal_of_the_account() {
    let stage = Stage::new().await;
    let ts = stage.ts(5);
    stage.jane_says(NEED, &ts).await;
    let signal = stage
        .text(
            "SELECT concat_ws(' | ', account.name, signal.author->>'name', signal.author->>'company', signal.permalink, status) AS value \
               FROM signals AS signal JOIN accounts AS account ON account.id = signal.account_id WHERE kind = 'expansion'",
        )
        .await;
    let link = format!("https://northwind.slack.com/archives/{ACME}/p{}", ts.replace('.', ""));
    assert_eq!(signal, format!("Acme Corp | Jane Doe | Acme Corp | {link} | open"));
    let quote = stage
        .text("SELECT quote AS value FROM signals WHERE kind = 'expansion'")
        .await;
    assert!(NEED.contains(&quote) && !quote.is_empty(), "{quote}");
    assert_eq!(
        stage
            .count("detections WHERE kind = 'expansion' AND signal_id IS NOT NULL")
            .await,
        1
    );
    assert_eq!(
        stage.count("stream_events WHERE kind = 'signal.created'").await,
        stage.count("signals").await
    );
    assert_eq!(
        stage.count("channel_mappings WHERE source = 'matcher'").await,
        1,
        "the channel was mapped by its name"
    );
}

/// Every order in which a message's story can arrive, with what is left of it.
#[tokio::test]
async fn a_message_ends_in_the_same_state_in_whatever_order_its_story_arrives() {
    let story = |ts: &str, from: &str, to: &str| -> [Value; 3] {
        [
            message(ACME, JANE, from, ts),
            edit(ACME, JANE, ts, from, to, &format!("{}.000900", &ts[..10])),
            deletion(ACME, ts, &format!("{}.000950", &ts[..10])),
        ]
    };
    let orders: [&[usize]; 8] = [
        &[0, 1, 2],
        &[0, 2, 1],
        &[1, 0, 2],
        &[1, 2, 0],
        &[2, 0, 1],
        &[2, 1, 0],
        &[2, 2, 0, 0],
        &[0, 1, 2, 1, 0],
    ];
    let stage = Stage::new().await;
    for order in orders {
        // Long after the last story, so that nothing continues it.
        stage.app.clock.advance(TimeDelta::days(90));
        let ts = stage.ts(60);
        let events = story(&ts, NEED, &format!("{NEED} Thanks!"));
        for at in order {
            stage.happen(events[*at].clone()).await;
        }
        assert_eq!(stage.text_of(&ts).await, "", "{order:?}");
        let deleted = format!("messages WHERE ts = '{ts}' AND deleted_at IS NOT NULL");
        assert_eq!(stage.count(&deleted).await, 1, "{order:?}");
        assert_eq!(
            stage.count("signals WHERE status = 'open' OR quote <> ''").await,
            0,
            "{order:?}"
        );
    }
    let edits: [&[usize]; 4] = [&[0, 1], &[1, 0], &[1, 0, 1], &[0, 1, 0]];
    for (from, to, open) in [(CALM, NEED, 1), (NEED, CALM, 0)] {
        for order in edits {
            stage.app.clock.advance(TimeDelta::days(90));
            let ts = stage.ts(60);
            let events = story(&ts, from, to);
            for at in order {
                stage.happen(events[*at].clone()).await;
            }
            assert_eq!(stage.text_of(&ts).await, to, "{order:?}");
            let signals = format!("signals WHERE message_ts = '{ts}' AND status = 'open' AND kind = 'expansion'");
            assert_eq!(stage.count(&signals).await, open, "{from} {order:?}");
        }
    }
}

#[tokio::test]
async fn what_nobody_said_anew_never_detects() {
    let stage = Stage::new().await;
    let ts = stage.ts(30);
    let events = [
        (
            "another bot",
            json!({ "type": "message", "channel": ACME, "bot_id": "B9", "text": NEED, "ts": stage.ts(29), "subtype": "bot_message" }),
        ),
        (
            "our own bot",
            json!({ "type": "message", "channel": ACME, "user": "U0BOT", "bot_id": "B0BOT", "app_id": "A0MOMENTUM", "text": NEED, "ts": stage.ts(28) }),
        ),
        ("an unfurled link", edit(ACME, JANE, &ts, NEED, NEED, &stage.ts(1))),
        (
            "a mention",
            json!({ "type": "app_mention", "channel": ACME, "user": JANE, "text": NEED, "ts": stage.ts(27), "event_ts": stage.ts(27) }),
        ),
        (
            "a join",
            json!({ "type": "message", "subtype": "channel_join", "channel": ACME, "user": JANE, "text": NEED, "ts": stage.ts(26) }),
        ),
    ];
    for (what, event) in events {
        stage.happen(event).await;
        assert_eq!(stage.count("signals").await, 0, "{what}");
    }
}

#[tokio::test]
async fn a_stranger_in_a_shared_channel_is_a_customer_and_a_new_colleague_elsewhere_is_not() {
    let stage = Stage::new().await;
    stage.add_channel("C0ENG", "engineering", false).await;
    let authors = [
        (ACME, json!({}), "customer"),
        (ACME, json!({ "team": TEAM }), "customer"),
        (ACME, json!({ "user_team": TEAM, "source_team": TEAM }), "internal"),
        ("C0ENG", json!({}), "internal"),
        ("C0ENG", json!({ "user_team": "T0ACME" }), "customer"),
    ];
    for (at, (channel, extra, kind)) in authors.into_iter().enumerate() {
        let ts = stage.ts(20 - at as i64);
        let mut event = message(channel, &format!("U9UNKNOWN{at}"), "hello", &ts);
        event
            .as_object_mut()
            .expect("an object")
            .extend(extra.as_object().expect("an object").clone());
        stage.happen(event).await;
        let found = stage
            .text(&format!("SELECT author_kind AS value FROM messages WHERE ts = '{ts}'"))
            .await;
        assert_eq!(found, kind, "author {at}");
    }
    stage.happen(message(ACME, SAM, "hi Jane", &stage.ts(1))).await;
    assert_eq!(
        stage
            .count("messages WHERE author_name = 'Sam Seller' AND author_kind = 'internal'")
            .await,
        1
    );
}

#[tokio::test]
async fn a_second_mention_within_a_day_joins_the_open_signal_and_a_later_one_is_news() {
    for (hours, minutes, expected) in [(23, 59, "2"), (24, 1, "1,1")] {
        let stage = Stage::new().await;
        // Two channels without an account, so that only the phrase and the channel can join them.
        stage
            .run(crate::foundation::db::Sql::new(
                "UPDATE channels SET name = 'customer-zzz'",
            ))
            .await;
        stage.jane_says("We need more seats.", &stage.ts(0)).await;
        stage
            .app
            .clock
            .advance(TimeDelta::hours(hours) + TimeDelta::minutes(minutes));
        stage.jane_says("We need more seats.", &stage.ts(0)).await;
        let occurrences = stage
            .text("SELECT occurrences::text AS value FROM signals WHERE kind = 'expansion' ORDER BY posted_at")
            .await;
        assert_eq!(occurrences, expected, "{hours}:{minutes}");
    }
}

#[tokio::test]
async fn uninstalling_twice_in_any_order_disconnects_once_and_opens_one_gap() {
    let uninstalled = json!({ "type": "app_uninstalled" });
    let revoked = json!({ "type": "tokens_revoked", "tokens": { "oauth": ["U1"], "bot": ["U0BOT"] } });
    for events in [
        [&uninstalled, &revoked],
        [&revoked, &uninstalled],
        [&uninstalled, &uninstalled],
    ] {
        let stage = Stage::new().await;
        for event in events {
            stage.post(&envelope_for(TEAM, "Ev1", event)).await.expect(200);
        }
        stage.work().await;
        assert_eq!(
            stage.text("SELECT status AS value FROM connections").await,
            "disconnected"
        );
        assert_eq!(stage.count("ingest_gaps WHERE ended_at IS NULL").await, 1);
    }
}

#[tokio::test]
async fn a_dropped_minute_is_a_visible_gap() {
    let stage = Stage::new().await;
    let minute = stage.now().timestamp() - 120;
    let body = json!({ "type": "app_rate_limited", "token": "t", "team_id": TEAM, "minute_rate_limited": minute, "api_app_id": "A0MOMENTUM" });
    for _ in 0..2 {
        stage.post(body.to_string().as_bytes()).await.expect(200);
    }
    stage.work().await;
    assert_eq!(
        stage
            .count("ingest_gaps WHERE reason = 'app_rate_limited' AND ended_at IS NOT NULL")
            .await,
        1
    );
    assert_eq!(stage.text("SELECT status AS value FROM connections").await, "degraded");
}

#[tokio::test]
async fn channels_follow_what_slack_says_of_them() {
    let stage = Stage::new().await;
    let steps = [
        (
            json!({ "type": "channel_rename", "channel": { "id": ACME, "name": "escalations-acme", "created": 1 } }),
            "name",
            "escalations-acme",
        ),
        (
            json!({ "type": "channel_archive", "channel": ACME, "user": SAM }),
            "is_archived::text",
            "true",
        ),
        (
            json!({ "type": "channel_unarchive", "channel": ACME, "user": SAM }),
            "is_archived::text",
            "false",
        ),
        (
            json!({ "type": "channel_id_changed", "old_channel_id": ACME, "new_channel_id": "C0ACME2", "event_ts": "1612206778.000000" }),
            "slack_channel_id",
            "C0ACME2",
        ),
    ];
    for (event, column, expected) in steps {
        stage.happen(event.clone()).await;
        assert_eq!(
            stage.text(&format!("SELECT {column} AS value FROM channels")).await,
            expected,
            "{event}"
        );
    }
}
