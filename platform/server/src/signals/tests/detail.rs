//! One signal in full.

use chrono::TimeDelta;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::foundation::ids::MessageId;
use crate::testing::{Seed, SignalSeed, TestApp};

fn texts(messages: &Value) -> Vec<&str> {
    messages
        .as_array()
        .expect("messages")
        .iter()
        .map(|message| message["text"].as_str().expect("text"))
        .collect()
}

#[actix_web::test]
async fn a_message_in_a_channel_stands_among_its_neighbours_and_answers() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let seed = Seed::begin(&tenant, app.clock.now()).await;
    let (channel, elsewhere) = (seed.channel("acme").await, seed.channel("other").await);
    let minutes = TimeDelta::minutes;
    for at in 0..12 {
        seed.message(channel, &format!("before {at}"), minutes(120 - at), None)
            .await;
    }
    seed.message(channel, "a reply in another thread", minutes(61), Some(minutes(115)))
        .await;
    seed.message(elsewhere, "another channel", minutes(62), None).await;
    let message = seed
        .message(channel, "we said: need more seats", minutes(60), None)
        .await;
    seed.message(channel, "later in the channel", minutes(50), None).await;
    seed.message(channel, "first answer", minutes(40), Some(minutes(60)))
        .await;
    seed.message(channel, "second answer", minutes(39), Some(minutes(60)))
        .await;
    seed.message(channel, "third answer", minutes(38), Some(minutes(60)))
        .await;
    let signal = seed
        .signal_of(
            channel,
            message,
            SignalSeed {
                age: minutes(60),
                ..SignalSeed::default()
            },
        )
        .await;
    seed.done().await;

    let detail = tenant
        .owner()
        .await
        .get(&format!("/api/v1/signals/{signal}"))
        .await
        .expect(200);
    assert_eq!(detail["message"]["text"], "we said: need more seats");
    assert_eq!(
        detail["message"]["author"],
        json!({ "name": "Dana", "kind": "customer", "role": null })
    );
    let before: Vec<String> = (2..12).map(|at| format!("before {at}")).collect();
    assert_eq!(texts(&detail["context"]["before"]), before);
    assert_eq!(texts(&detail["context"]["after"]), ["first answer", "second answer"]);
    assert_eq!(detail["evidence"][0]["quote"], "said");
    assert_eq!(detail["evidence"][1]["start"], Value::Null);
}

#[actix_web::test]
async fn a_reply_stands_in_its_thread() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let seed = Seed::begin(&tenant, app.clock.now()).await;
    let channel = seed.channel("acme").await;
    let minutes = TimeDelta::minutes;
    let thread = Some(minutes(60));
    seed.message(channel, "the question", minutes(60), None).await;
    seed.message(channel, "small talk", minutes(55), None).await;
    seed.message(channel, "an answer", minutes(50), thread).await;
    let message = seed
        .message(channel, "then we need more seats", minutes(40), thread)
        .await;
    seed.message(channel, "small talk again", minutes(35), None).await;
    seed.message(channel, "noted", minutes(30), thread).await;
    let signal = seed
        .signal_of(
            channel,
            message,
            SignalSeed {
                age: minutes(40),
                ..SignalSeed::default()
            },
        )
        .await;
    seed.done().await;
    let detail = tenant
        .owner()
        .await
        .get(&format!("/api/v1/signals/{signal}"))
        .await
        .expect(200);
    assert_eq!(texts(&detail["context"]["before"]), ["the question", "an answer"]);
    assert_eq!(texts(&detail["context"]["after"]), ["noted"]);
}

#[actix_web::test]
async fn a_signal_outlives_its_message() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let seed = Seed::begin(&tenant, app.clock.now()).await;
    let channel = seed.channel("acme").await;
    let signal = seed
        .signal_of(channel, MessageId::generate(), SignalSeed::default())
        .await;
    seed.done().await;
    let detail = tenant
        .owner()
        .await
        .get(&format!("/api/v1/signals/{signal}"))
        .await
        .expect(200);
    assert_eq!(detail["message"]["text"], detail["quote"]);
    assert_eq!(detail["context"], json!({ "before": [], "after": [] }));
}

#[actix_web::test]
async fn what_belongs_to_the_same_account_is_related() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let seed = Seed::begin(&tenant, app.clock.now()).await;
    let (account, other) = (seed.account("Acme", None).await, seed.account("Globex", None).await);
    let channel = seed.channel("acme").await;
    let of = |account, title: &str, days| SignalSeed {
        account: Some(account),
        title: title.to_owned(),
        age: TimeDelta::days(days),
        ..SignalSeed::default()
    };
    let signal = seed.signal(channel, of(account, "This one", 1)).await;
    seed.signal(channel, of(account, "Last week", 8)).await;
    seed.signal(channel, of(account, "Last year", 400)).await;
    seed.signal(channel, of(other, "Somebody else's", 1)).await;
    seed.done().await;
    let detail = tenant
        .owner()
        .await
        .get(&format!("/api/v1/signals/{signal}"))
        .await
        .expect(200);
    let titles: Vec<_> = detail["related"]
        .as_array()
        .unwrap()
        .iter()
        .map(|related| &related["title"])
        .collect();
    assert_eq!(titles, ["Last week"]);
}

#[actix_web::test]
async fn an_unmapped_signal_suggests_the_account_of_its_channels_name() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Northwind").await;
    let seed = Seed::begin(&tenant, app.clock.now()).await;
    let account = seed.account("Globex", None).await;
    let channel = seed.channel("customer-globex").await;
    let signal = seed.signal(channel, SignalSeed::default()).await;
    seed.done().await;
    let detail = tenant
        .owner()
        .await
        .get(&format!("/api/v1/signals/{signal}"))
        .await
        .expect(200);
    assert_eq!(
        detail["suggested_accounts"][0]["account"],
        json!({ "id": account, "name": "Globex" })
    );
    assert!(detail["suggested_accounts"][0]["confidence"].as_u64().unwrap() >= 50);
}

#[actix_web::test]
async fn a_look_at_a_signal_is_audited_once_an_hour() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let seed = Seed::begin(&tenant, app.clock.now()).await;
    let channel = seed.channel("acme").await;
    let signal = seed.signal(channel, SignalSeed::default()).await;
    let second = seed.signal(channel, SignalSeed::default()).await;
    seed.done().await;
    let owner = tenant.owner().await;
    let looks = async || {
        let entries = owner
            .get("/api/v1/audit-entries?action=signal.viewed")
            .await
            .expect(200);
        entries["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["object"]["id"].to_string())
            .collect::<Vec<_>>()
    };
    for (id, minutes, expected) in [(signal, 0, 1), (signal, 30, 1), (second, 0, 2), (signal, 31, 3)] {
        app.clock.advance(TimeDelta::minutes(minutes));
        owner.get(&format!("/api/v1/signals/{id}")).await.expect(200);
        assert_eq!(looks().await.len(), expected, "{id} after {minutes} minutes");
    }
}
