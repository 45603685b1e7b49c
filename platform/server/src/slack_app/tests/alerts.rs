use chrono::TimeDelta;
use serde_json::{Value, json};

use super::stage::{ACME, ACME_INTERNAL, MIA, SALES, SAM, Stage};
use crate::foundation::db::Sql;
use crate::slack_app::alerts::{AlertError, AlertTarget};

/// Every text of a message's blocks.
pub fn shown(message: &Value) -> String {
    message["blocks"].to_string()
}

fn action_ids(message: &Value) -> Vec<String> {
    let mut ids = Vec::new();
    for block in message["blocks"].as_array().into_iter().flatten() {
        for element in block["elements"].as_array().into_iter().flatten() {
            ids.extend(element["action_id"].as_str().map(str::to_owned));
        }
    }
    ids
}

#[tokio::test]
async fn an_alert_shows_the_signal_and_what_can_be_done() {
    let stage = Stage::new().await;
    let sent = stage.alert(AlertTarget::Channel(SALES.into())).await.expect("sent");
    assert_eq!(sent.channel_id, SALES);
    let said = stage.said(SALES).await;
    assert_eq!(said.len(), 1);
    let blocks = shown(&said[0]);
    let link = format!("https://momentum.example.com/signals/{}", stage.signal);
    for part in [
        "Expansion",
        "Acme Corp",
        "85 % sure",
        "Somebody said: Needs more seats.",
        "*Why:* They said it.",
        "Dana (Acme) in #customer-acme",
        "<!date^",
        &link,
        &format!("<@{SAM}>"),
        "Schedule call",
    ] {
        assert!(blocks.contains(part), "{part} in {blocks}");
    }
    assert_eq!(
        action_ids(&said[0]),
        [
            "signal.handle",
            "signal.snooze",
            "signal.dismiss",
            "signal.assign",
            "open"
        ]
    );
}

#[tokio::test]
async fn words_of_customers_call_nobody() {
    let stage = Stage::new().await;
    let set = "UPDATE signals SET quote = '<!channel> <https://evil.example|Click> & more', title = '<@U0MIA> x' WHERE id = $1";
    stage.run(Sql::new(set).bind(stage.signal)).await;
    stage.alert(AlertTarget::Channel(SALES.into())).await.expect("sent");
    let said = stage.said(SALES).await;
    for text in [shown(&said[0]), said[0]["text"].to_string()] {
        for bad in ["<!channel>", "<https://evil", "<@U0MIA>"] {
            assert!(!text.contains(bad), "{bad} in {text}");
        }
    }
}

#[tokio::test]
async fn an_alert_goes_out_once_for_each_target() {
    let stage = Stage::new().await;
    let first = stage.alert(AlertTarget::Member(stage.sam)).await.expect("sent");
    let again = stage.alert(AlertTarget::Member(stage.sam)).await.expect("known");
    assert_eq!(first, again);
    let other = stage.alert(AlertTarget::Member(stage.mia)).await.expect("sent");
    assert_ne!(other.channel_id, first.channel_id);
    for (user, channel) in [(SAM, &first.channel_id), (MIA, &other.channel_id)] {
        assert_eq!(stage.said(channel).await.len(), 1, "{user}");
    }
}

#[tokio::test]
async fn an_answer_lost_after_the_post_makes_no_second_alert() {
    let stage = Stage::new().await;
    for kind in ["drop_after_commit", "drop_before"] {
        let (target, expected) = match kind {
            "drop_after_commit" => (AlertTarget::Channel(SALES.into()), SALES.to_owned()),
            _ => (AlertTarget::Member(stage.sam), String::new()),
        };
        stage
            .fault(json!({"vendor": "slack", "kind": kind, "match": {"path": "chat.postMessage"}}))
            .await;
        let lost = stage.alert(target.clone()).await;
        assert!(matches!(lost, Err(AlertError::Slack { .. })), "{kind}: {lost:?}");
        // Slack takes one message a second in a channel.
        stage.later(TimeDelta::seconds(1));
        let found = stage.alert(target.clone()).await.expect(kind);
        let known = stage.alert(target).await.expect(kind);
        assert_eq!(found, known, "{kind}");
        let channel = if expected.is_empty() {
            found.channel_id
        } else {
            expected
        };
        assert_eq!(stage.said(&channel).await.len(), 1, "{kind}");
    }
}

#[tokio::test]
async fn nothing_is_posted_where_a_customer_reads() {
    let stage = Stage::new().await;
    let shared = stage.alert(AlertTarget::Channel(ACME.into())).await;
    assert!(matches!(shared, Err(AlertError::CustomerVisible(_))), "{shared:?}");
    // Of our own in Slack, and kept for a customer by the tenant.
    stage
        .run(
            Sql::new(
                "INSERT INTO channels (tenant_id, id, slack_team_id, slack_channel_id, name, class, created_at, updated_at)
                 VALUES ($1, gen_random_uuid(), 'T0NORTHWIND', $2, 'acme-internal', 'customer', $3, $3)",
            )
            .bind(stage.tenant)
            .bind(ACME_INTERNAL)
            .bind(stage.app.clock.now()),
        )
        .await;
    let kept = stage.alert(AlertTarget::Channel(ACME_INTERNAL.into())).await;
    assert!(matches!(kept, Err(AlertError::CustomerVisible(_))), "{kept:?}");
    let unknown = stage.alert(AlertTarget::Channel("C0NOWHERE".into())).await;
    assert!(matches!(unknown, Err(AlertError::NoChannel(_))), "{unknown:?}");
    for channel in [ACME, ACME_INTERNAL] {
        assert!(stage.said(channel).await.is_empty(), "{channel}");
    }
}

#[tokio::test]
async fn a_member_whom_slack_does_not_know_gets_none() {
    let stage = Stage::new().await;
    for change in [
        "email = 'else@northwind.example'",
        "email = 'sam@northwind.example', is_guest = true",
        "is_guest = false, is_stranger = true",
        "is_stranger = false, kind = 'customer'",
    ] {
        let set = format!("UPDATE slack_users SET {change} WHERE slack_user_id = '{SAM}'");
        stage.run(Sql::new(set)).await;
        let sent = stage.alert(AlertTarget::Member(stage.sam)).await;
        assert!(matches!(sent, Err(AlertError::NotMatched)), "{change}: {sent:?}");
    }
}

#[tokio::test]
async fn a_posted_alert_follows_what_is_done_on_the_page() {
    let stage = Stage::new().await;
    stage.alert(AlertTarget::Channel(SALES.into())).await.expect("sent");
    let dm = stage.alert(AlertTarget::Member(stage.sam)).await.expect("sent");
    stage.act(json!({ "action": "assign", "member_id": stage.mia })).await;
    stage.work().await;
    stage.act(json!({ "action": "handle" })).await;
    stage.work().await;
    for channel in [SALES, &dm.channel_id] {
        let said = stage.said(channel).await;
        assert_eq!(said.len(), 1);
        assert!(
            shown(&said[0]).contains("*Owner of Northwind* handles this"),
            "{}",
            shown(&said[0])
        );
        assert_eq!(action_ids(&said[0]), ["signal.reopen", "open"]);
    }
    stage.act(json!({ "action": "reopen" })).await;
    stage
        .act(json!({ "action": "dismiss", "reason": "duplicate", "note": "See <above>" }))
        .await;
    stage.work().await;
    let said = stage.said(SALES).await;
    assert!(
        shown(&said[0]).contains("Dismissed by Owner of Northwind"),
        "{}",
        shown(&said[0])
    );
    assert!(
        shown(&said[0]).contains("Duplicate: See &lt;above&gt;"),
        "{}",
        shown(&said[0])
    );
}

#[tokio::test]
async fn a_snoozed_alert_wakes_by_itself() {
    let stage = Stage::new().await;
    stage.alert(AlertTarget::Channel(SALES.into())).await.expect("sent");
    let until = stage.app.clock.now() + TimeDelta::hours(1);
    stage.act(json!({ "action": "snooze", "until": until })).await;
    stage.work().await;
    assert!(shown(&stage.said(SALES).await[0]).contains(":zzz: Snoozed until"));
    stage.later(TimeDelta::minutes(61));
    stage.work().await;
    assert!(!shown(&stage.said(SALES).await[0]).contains(":zzz:"));
}

#[tokio::test]
async fn a_message_that_somebody_deleted_is_no_reason_to_try_for_ever() {
    let stage = Stage::new().await;
    let sent = stage.alert(AlertTarget::Channel(SALES.into())).await.expect("sent");
    stage
        .control(
            "POST",
            "/control/slack/delete",
            json!({ "channel": SALES, "ts": sent.ts }),
        )
        .await;
    stage.act(json!({ "action": "handle" })).await;
    stage.work().await;
    let waiting = stage
        .text("SELECT kind AS value FROM jobs WHERE queue = 'slack_app'")
        .await;
    assert_eq!(waiting, "");
}
