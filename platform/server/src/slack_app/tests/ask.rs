use chrono::TimeDelta;
use serde_json::json;

use super::alerts::shown;
use super::stage::{ACME, JANE, MIA, NED, Press, SALES, SAM, Stage, TEAM};
use crate::foundation::db::Sql;
use crate::testing::Seed;

/// The direct message of the bot with a person.
fn direct(user: &str) -> String {
    user.replacen('U', "D", 1)
}

#[tokio::test]
async fn a_question_is_answered_in_the_thread_with_what_is_known() {
    let stage = Stage::new().await;
    let ts = stage.mention(SAM, SALES, "what's up with Acme?").await;
    let said = stage.said(SALES).await;
    assert_eq!(said.len(), 1);
    assert_eq!(said[0]["thread_ts"], ts);
    let account = format!("https://momentum.example.com/accounts/{}", stage.account);
    let signal = format!("https://momentum.example.com/signals/{}", stage.signal);
    for part in [
        &account,
        &signal,
        "*quiet*",
        "Owner: <@U0SAM>",
        "1 signal open",
        "Needs more seats",
        "no message seen yet",
    ] {
        assert!(shown(&said[0]).contains(part), "{part} in {}", shown(&said[0]));
    }
}

#[tokio::test]
async fn copies_of_a_question_are_answered_once() {
    let stage = Stage::new().await;
    let ts = stage.next_ts();
    for _ in 0..3 {
        stage
            .event(
                json!({ "type": "app_mention", "user": SAM, "channel": SALES, "ts": ts, "text": "<@U0MOMENTUM> Acme" }),
            )
            .await;
    }
    assert_eq!(stage.said(SALES).await.len(), 1);
}

#[tokio::test]
async fn where_customers_read_the_answer_comes_by_direct_message() {
    let stage = Stage::new().await;
    stage.mention(SAM, ACME, "what's up with Acme?").await;
    stage.mention(SAM, ACME, "what's up here?").await;
    assert!(stage.said(ACME).await.is_empty());
    let said = stage.said(&direct(SAM)).await;
    assert!(shown(&said[0]).contains("Needs more seats"), "{}", shown(&said[0]));
    assert!(
        said[1]["text"]
            .as_str()
            .unwrap_or_default()
            .starts_with("Nobody has said whose this channel is")
    );
}

#[tokio::test]
async fn a_direct_message_is_answered_and_kept_out_of_the_log() {
    let stage = Stage::new().await;
    let channel = direct(SAM);
    stage
        .alert(crate::slack_app::alerts::AlertTarget::Member(stage.sam))
        .await
        .expect("opened");
    let ts = stage.next_ts();
    let event = json!({
        "type": "message", "channel_type": "im", "user": SAM, "channel": channel, "ts": ts, "text": "how is Acme doing?",
    });
    stage.event(event).await;
    let said = stage.said(&channel).await;
    assert_eq!(said.len(), 2);
    assert!(shown(&said[1]).contains("Acme Corp"));

    // Slack tells us of our own alert that was brought up to date, and of an answer that was taken back.
    let at = stage.next_ts();
    let asked = json!({ "type": "message", "user": "U0BOT", "bot_id": "B0BOT", "text": "It was handled", "ts": ts });
    let changed = json!({
        "type": "message", "subtype": "message_changed", "channel_type": "im", "channel": channel, "ts": at, "event_ts": at,
        "hidden": true, "message": asked,
        "previous_message": { "type": "message", "user": "U0BOT", "bot_id": "B0BOT", "text": "An alert", "ts": ts },
    });
    let deleted = json!({
        "type": "message", "subtype": "message_deleted", "channel": channel, "ts": at, "event_ts": at, "deleted_ts": ts,
    });
    for event in [changed, deleted] {
        stage.event(event).await;
    }
    assert_eq!(stage.text("SELECT text AS value FROM messages").await, "");
    let direct = "SELECT slack_channel_id AS value FROM channels WHERE slack_channel_id LIKE 'D%'";
    assert_eq!(stage.text(direct).await, "", "a direct message is no channel");
}

#[tokio::test]
async fn nobody_learns_of_accounts_that_are_not_theirs() {
    let stage = Stage::new().await;
    stage.run(Sql::new("UPDATE accounts SET owner_member_id = NULL")).await;
    stage.mention(SAM, SALES, "what's up with Acme?").await;
    let said = stage.said(SALES).await;
    let text = said[0]["text"].as_str().unwrap_or_default();
    assert!(text.starts_with("I know no account “Acme” of yours."), "{text}");
    stage.mention(MIA, SALES, "what's up with Acme?").await;
    assert!(shown(&stage.said(SALES).await[1]).contains("Nobody owns it"));
}

#[tokio::test]
async fn an_ambiguous_name_is_asked_back_and_the_choice_is_answered() {
    let stage = Stage::new().await;
    let tenant = stage.app.db.database().tenant(stage.tenant);
    for name in ["Acme Inc", "Acme GmbH"] {
        let tx = tenant.begin().await.expect("a transaction");
        Sql::new("INSERT INTO accounts (tenant_id, id, name, created_at, updated_at) VALUES ($1, gen_random_uuid(), $2, $3, $3)")
            .bind(stage.tenant)
            .bind(name)
            .bind(stage.app.clock.now())
            .execute(&tx)
            .await
            .expect("an account");
        tx.commit().await.expect("committed");
    }
    // In the thread where it was asked; where customers read, in a direct message, which has no such thread.
    for (asked_in, answered_in) in [(SALES, SALES.to_owned()), (ACME, direct(MIA))] {
        let ts = stage.mention(MIA, asked_in, "what's up with acme?").await;
        let asked = stage.said(&answered_in).await.remove(0);
        assert!(
            shown(&asked).contains("Which account do you mean?"),
            "{}",
            shown(&asked)
        );
        let press = Press {
            user: MIA,
            home: TEAM,
            on: &asked,
            action: "ask.account.1",
            value: None,
            at: &ts,
        };
        stage.press(press).await.expect(200);
        stage.work().await;
        let said = stage.said(&answered_in).await;
        assert_eq!(said.len(), 2, "{asked_in}");
        let thread = (asked_in == SALES).then_some(ts.as_str());
        assert_eq!(said[1]["thread_ts"].as_str(), thread, "{asked_in}");
    }
}

#[tokio::test]
async fn strangers_get_no_answer_about_accounts() {
    let stage = Stage::new().await;
    for user in [JANE, NED] {
        stage.mention(user, ACME, "what's up with Acme?").await;
        stage.mention(user, SALES, "what's up with Acme?").await;
    }
    for channel in [SALES, ACME] {
        assert!(stage.said(channel).await.is_empty(), "{channel}");
    }
    for (_, words) in stage.whispered().await {
        assert!(!words.contains("seats"), "{words}");
    }
}

#[tokio::test]
async fn a_thread_is_tagged_with_an_account_by_words() {
    let stage = Stage::new().await;
    stage
        .run(Sql::new(
            "UPDATE signals SET account_id = NULL, thread_ts = '1700000000.000100'",
        ))
        .await;
    stage
        .run(Sql::new(
            "UPDATE channels SET slack_channel_id = 'C0SALES', is_external = false, class = 'sales'",
        ))
        .await;
    // Slack asks for patience: what was done is done once, and said when Slack allows it.
    stage
        .fault(json!({ "vendor": "slack", "kind": "rate_limit", "retry_after": 30, "match": { "path": "chat.postMessage" } }))
        .await;
    let ts = stage.next_ts();
    stage
        .event(json!({
            "type": "app_mention", "user": SAM, "channel": SALES, "ts": ts, "thread_ts": "1700000000.000100",
            "text": "<@U0MOMENTUM> tag @Acme",
        }))
        .await;
    let account = "SELECT a.name AS value FROM signals s JOIN accounts a ON a.id = s.account_id";
    assert_eq!(stage.text(account).await, "Acme Corp");
    assert!(stage.said(SALES).await.is_empty());
    stage.later(TimeDelta::seconds(40));
    stage.work().await;
    assert_eq!(
        stage.said(SALES).await[0]["text"],
        "1 signal of this thread is *Acme Corp*’s now."
    );
}

#[tokio::test]
async fn nothing_that_people_write_stops_the_queue() {
    let stage = Stage::new().await;
    let tenant = stage.app.tenant("Globex").await;
    Seed::begin(&tenant, stage.app.clock.now()).await.done().await;
    for text in [
        "",
        "help",
        "🙂",
        "<@U0MOMENTUM>",
        "tag",
        "tag ",
        "what's up with",
        "%_\\",
        "' OR 1=1 --",
    ] {
        stage.mention(SAM, SALES, text).await;
    }
    let waiting = stage
        .text("SELECT kind AS value FROM jobs WHERE queue = 'slack_app'")
        .await;
    assert_eq!(waiting, "");
    assert_eq!(stage.said(SALES).await.len(), 9);
}
