use chrono::TimeDelta;
use momentum_connectors::slack::signature;
use serde_json::{Value, json};

use super::alerts::shown;
use super::stage::{ACME, JANE, MIA, NED, Press, SALES, SAM, Stage, TEAM, form};
use crate::foundation::db::Sql;
use crate::slack_app::alerts::AlertTarget;

/// A stage with the alert in the sales channel, and that alert.
async fn alerted() -> (Stage, Value) {
    let stage = Stage::new().await;
    stage.alert(AlertTarget::Channel(SALES.into())).await.expect("sent");
    let alert = stage.said(SALES).await.remove(0);
    (stage, alert)
}

fn press<'a>(user: &'a str, on: &'a Value, action: &'a str, value: Option<&'a str>) -> Press<'a> {
    Press {
        user,
        home: TEAM,
        on,
        action,
        value,
        at: "1.1",
    }
}

#[tokio::test]
async fn each_button_acts_as_the_member_and_shows_in_the_message_who_did_what() {
    for (action, value, standing, says) in [
        ("signal.handle", None, "handled Sam Seller", "*Sam Seller* handles this"),
        ("signal.snooze", Some("hour"), "snoozed", "by Sam Seller"),
        ("signal.snooze", Some("tomorrow"), "snoozed", ":zzz: Snoozed until"),
        ("signal.snooze", Some("monday"), "snoozed", ":zzz: Snoozed until"),
        ("signal.dismiss", Some("already_known"), "dismissed", "Already known"),
        (
            "signal.assign",
            Some(MIA),
            "open Mia Manager",
            "Assigned to *Mia Manager*",
        ),
    ] {
        let (stage, alert) = alerted().await;
        stage.press(press(SAM, &alert, action, value)).await.expect(200);
        assert_eq!(stage.standing().await, standing, "{action}");
        stage.work().await;
        let said = stage.said(SALES).await;
        assert_eq!(said.len(), 1, "{action}");
        assert!(shown(&said[0]).contains(says), "{action}: {}", shown(&said[0]));
        let who = "SELECT actor_name AS value FROM audit_entries WHERE action LIKE 'signal.%'";
        assert_eq!(stage.text(who).await, "Sam Seller", "{action}");
        assert!(stage.whispered().await.is_empty(), "{action}");
    }
}

#[tokio::test]
async fn whether_it_continues_another_signal_is_answered_by_a_button() {
    for (action, parent) in [("signal.is_new", 0), ("signal.continues", 1)] {
        let stage = Stage::new().await;
        let set = "INSERT INTO signals SELECT (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid()))).* FROM signals s WHERE id = $1";
        stage.run(Sql::new(set).bind(stage.signal)).await;
        let ask = "UPDATE signals SET continuation = jsonb_build_object('parent_title', 'The first one', 'similarity', 0.6, 'parent_id',
                     (SELECT 'sig_' || replace(o.id::text, '-', '') FROM signals o WHERE o.id <> $1)) WHERE id = $1";
        stage.run(Sql::new(ask).bind(stage.signal)).await;
        stage.alert(AlertTarget::Channel(SALES.into())).await.expect("sent");
        let alert = stage.said(SALES).await.remove(0);
        assert!(shown(&alert).contains("The first one"));
        stage.press(press(SAM, &alert, action, None)).await.expect(200);
        let count = "SELECT count(parent_id)::text AS value FROM signals";
        assert_eq!(stage.text(count).await, parent.to_string(), "{action}");
        stage.work().await;
        assert!(!shown(&stage.said(SALES).await[0]).contains("Is this new"), "{action}");
    }
}

#[tokio::test]
async fn the_same_press_twice_is_one_effect_and_a_later_one_is_another() {
    let (stage, alert) = alerted().await;
    for _ in 0..3 {
        stage
            .press(press(SAM, &alert, "signal.assign", Some(MIA)))
            .await
            .expect(200);
    }
    let count = "SELECT count(*)::text AS value FROM signal_activities";
    assert_eq!(stage.text(count).await, "1");
    let later = Press {
        at: "2.2",
        ..press(SAM, &alert, "signal.assign", Some(SAM))
    };
    stage.press(later).await.expect(200);
    assert_eq!(stage.text(count).await, "2");
}

#[tokio::test]
async fn whoever_may_not_act_is_told_so_and_nothing_happens() {
    let guest = "UPDATE slack_users SET is_guest = true WHERE slack_user_id = 'U0SAM'";
    let stranger = "UPDATE slack_users SET is_stranger = true WHERE slack_user_id = 'U0SAM'";
    let left = "UPDATE members SET is_active = false WHERE email = 'sam@northwind.example'";
    let viewer = "UPDATE members SET role = 'viewer' WHERE email = 'sam@northwind.example'";
    let other_owner = "UPDATE accounts SET owner_member_id = NULL";
    let settled = "UPDATE signals SET status = 'converted'";
    let nothing = "SELECT 1";
    for (user, home, before, told) in [
        (JANE, "T0ACME", nothing, "full members of this Slack workspace"),
        (JANE, TEAM, nothing, "full members of this Slack workspace"),
        (SAM, "T0ELSEWHERE", nothing, "full members of this Slack workspace"),
        (SAM, TEAM, guest, "full members of this Slack workspace"),
        (SAM, TEAM, stranger, "full members of this Slack workspace"),
        (NED, TEAM, nothing, "does not know you yet"),
        ("U0NOBODY", TEAM, nothing, ""),
        (SAM, TEAM, left, "does not know you yet"),
        (SAM, TEAM, viewer, "needs the permission signals:act"),
        (SAM, TEAM, other_owner, "not one of yours"),
        (SAM, TEAM, settled, "settled in the CRM"),
    ] {
        let (stage, alert) = alerted().await;
        stage.run(Sql::new(before)).await;
        let was = stage.standing().await;
        let attempt = Press {
            home,
            ..press(user, &alert, "signal.handle", None)
        };
        stage.press(attempt).await.expect(200);
        stage.work().await;
        assert_eq!(stage.standing().await, was, "{user} {before}");
        if user == SAM || user == NED {
            let whispered = stage.whispered().await;
            assert_eq!(whispered.len(), 1, "{user} {before}");
            assert_eq!(whispered[0].0, user);
            assert!(whispered[0].1.contains(told), "{user} {before}: {whispered:?}");
        }
        let acted = "SELECT count(*)::text AS value FROM signal_activities";
        assert_eq!(stage.text(acted).await, "0", "{user} {before}");
    }
}

#[tokio::test]
async fn ids_of_another_tenant_reach_nothing() {
    let (stage, mut alert) = alerted().await;
    let other = stage.app.tenant("Globex").await;
    let seed = crate::testing::Seed::begin(&other, stage.app.clock.now()).await;
    let channel = seed.channel("customer-globex").await;
    let signal = seed.signal(channel, crate::testing::SignalSeed::default()).await;
    seed.done().await;
    for block in alert["blocks"].as_array_mut().expect("blocks") {
        if let Some(id) = block["block_id"].as_str() {
            block["block_id"] = id.replace(&stage.signal.to_string(), &signal.to_string()).into();
        }
    }
    stage.press(press(MIA, &alert, "signal.handle", None)).await.expect(200);
    stage.work().await;
    let tx = other.begin().await;
    let status: Option<String> = Sql::new("SELECT status AS value FROM signals")
        .scalar(&tx)
        .await
        .expect("a status");
    assert_eq!(status.as_deref(), Some("open"));
    assert!(stage.whispered().await[0].1.contains("not one of yours"));
}

#[tokio::test]
async fn values_that_no_button_of_ours_has_do_nothing() {
    let (stage, alert) = alerted().await;
    for (at, (action, value)) in [
        ("signal.snooze", "never"),
        ("signal.dismiss", "because"),
        ("signal.assign", "U0NED"),
        ("signal.assign", "'; DROP TABLE signals; --"),
    ]
    .into_iter()
    .enumerate()
    {
        let at = format!("{at}.5");
        let odd = Press {
            at: &at,
            ..press(SAM, &alert, action, Some(value))
        };
        stage.press(odd).await.expect(200);
    }
    stage.work().await;
    assert_eq!(stage.standing().await, "open");
    assert_eq!(stage.whispered().await.len(), 4);
    for payload in [
        "{}",
        "[]",
        "null",
        "{\"type\":\"block_actions\"}",
        "{\"type\":\"view_closed\",\"user\":{}}",
    ] {
        let status = stage.post("/slack/interactions", &[("payload", payload)]).await.status;
        assert!(status == 200 || status == 400, "{payload}: {status}");
    }
}

#[tokio::test]
async fn only_slacks_own_signature_of_the_last_five_minutes_opens_the_door() {
    let stage = Stage::new().await;
    let now = stage.app.clock.now().timestamp();
    let body = form(&[
        ("command", "/momentum"),
        ("text", "help"),
        ("team_id", TEAM),
        ("user_id", SAM),
    ]);
    let sign = |secret: &str, at: i64| signature::sign(&secret.into(), at, body.as_bytes());
    let secret = "8f742231b10e8888abcd99yyyzzz85a5";
    for (at, signature, status) in [
        (now, sign(secret, now), 200),
        (now - 300, sign(secret, now - 300), 200),
        (now - 301, sign(secret, now - 301), 401),
        (now + 301, sign(secret, now + 301), 401),
        (now, sign(secret, now - 1), 401),
        (now, sign("another", now), 401),
        (now, String::new(), 401),
    ] {
        for path in ["/slack/commands", "/slack/interactions"] {
            let answer = stage.post_raw(path, &body, &at.to_string(), &signature).await;
            assert_eq!(answer.status, status, "{path} {at}");
        }
    }
    let altered = form(&[
        ("command", "/momentum"),
        ("text", "status"),
        ("team_id", TEAM),
        ("user_id", SAM),
    ]);
    let answer = stage
        .post_raw("/slack/commands", &altered, &now.to_string(), &sign(secret, now))
        .await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn a_refusal_is_told_once_although_slack_is_away_for_a_while() {
    let (stage, alert) = alerted().await;
    stage
        .fault(json!({ "vendor": "slack", "kind": "status", "status": 503, "match": { "path": "chat.postEphemeral" } }))
        .await;
    stage.press(press(NED, &alert, "signal.handle", None)).await.expect(200);
    stage.work().await;
    assert!(stage.whispered().await.is_empty());
    stage.later(TimeDelta::minutes(1));
    stage.work().await;
    assert_eq!(stage.whispered().await.len(), 1);
    assert!(stage.said(ACME).await.is_empty());
}
