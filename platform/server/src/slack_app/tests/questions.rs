use serde_json::{Value, json};

use super::alerts::shown;
use super::stage::{MIA, NED, Press, SAM, Stage, TEAM};
use crate::foundation::db::Sql;
use crate::slack_app::consider_asking;

/// A stage with an administrator in Slack, on which a signal of an unmapped channel has just been found.
async fn asked() -> (Stage, String) {
    let stage = Stage::new().await;
    stage
        .run(Sql::new("UPDATE members SET role = 'admin' WHERE name = 'Mia Manager'"))
        .await;
    stage.run(Sql::new("UPDATE signals SET account_id = NULL")).await;
    consider(&stage).await;
    let direct = MIA.replacen('U', "D", 1);
    (stage, direct)
}

async fn consider(stage: &Stage) {
    let tx = stage.db().begin().await.expect("a transaction");
    consider_asking(&tx, &[stage.signal], stage.app.clock.now())
        .await
        .expect("considered");
    tx.commit().await.expect("committed");
    stage.work().await;
}

#[tokio::test]
async fn an_administrator_is_asked_once_and_the_answer_maps_the_channel() {
    let (stage, direct) = asked().await;
    consider(&stage).await;
    let said = stage.said(&direct).await;
    assert_eq!(said.len(), 1);
    assert!(
        shown(&said[0]).contains("Which account is #customer-acme?"),
        "{}",
        shown(&said[0])
    );
    let press = |action: &'static str, value: Option<&'static str>, user: &'static str, at: &'static str| Press {
        user,
        home: TEAM,
        on: &said[0],
        action,
        value,
        at,
    };
    // Somebody else who got hold of the message may not.
    stage
        .press(press("channel.suggested.0", None, SAM, "1"))
        .await
        .expect(200);
    let mapped = "SELECT a.name AS value FROM channel_mappings m JOIN accounts a ON a.id = m.account_id";
    assert_eq!(stage.text(mapped).await, "");
    // An account of another tenant is none.
    stage
        .press(press(
            "channel.account",
            Some("acc_0192f0c1a2b37c4d8e9fa0b1c2d3e4f5"),
            MIA,
            "2",
        ))
        .await
        .expect(200);
    assert_eq!(stage.text(mapped).await, "");
    stage
        .press(press("channel.suggested.0", None, MIA, "3"))
        .await
        .expect(200);
    assert_eq!(stage.text(mapped).await, "Acme Corp");
    assert_eq!(
        stage
            .text("SELECT a.name AS value FROM signals s JOIN accounts a ON a.id = s.account_id")
            .await,
        "Acme Corp"
    );
    stage.work().await;
    let said = stage.said(&direct).await;
    assert!(
        said[0]["text"]
            .as_str()
            .unwrap_or_default()
            .contains("is *Acme Corp*’s channel"),
        "{}",
        said[0]
    );
}

#[tokio::test]
async fn the_menu_finds_accounts_for_administrators_and_nothing_for_others() {
    let (stage, _) = asked().await;
    let options = async |user: &str, typed: &str, channel: &str| -> Vec<String> {
        let payload = json!({
            "type": "block_suggestion", "team": { "id": TEAM }, "user": { "id": user, "team_id": TEAM },
            "action_id": "channel.account", "block_id": format!("{channel}.question"), "value": typed,
        });
        let answer = stage
            .post("/slack/interactions", &[("payload", &payload.to_string())])
            .await
            .expect(200);
        let found = answer["options"].as_array().cloned().unwrap_or_default();
        found
            .iter()
            .map(|option: &Value| option["text"]["text"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    let channel = stage.channel.to_string();
    for (user, typed, expected) in [
        (MIA, "", vec!["Acme Corp"]),
        (MIA, "acm", vec!["Acme Corp"]),
        (MIA, "%", vec![]),
        (SAM, "acme", vec![]),
        (NED, "acme", vec![]),
    ] {
        assert_eq!(options(user, typed, &channel).await, expected, "{user} {typed}");
    }
    assert!(
        options(MIA, "acme", "chn_0192f0c1a2b37c4d8e9fa0b1c2d3e4f5")
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn nobody_is_asked_more_than_a_few_times_a_day() {
    let (stage, direct) = asked().await;
    for number in 0..5 {
        let channel =
            "INSERT INTO channels (tenant_id, id, slack_team_id, slack_channel_id, name, class, created_at, updated_at)
                       VALUES ($1, $2, 'T0NORTHWIND', $3, $4, 'customer', $5, $5)";
        let id = crate::foundation::ids::ChannelId::generate();
        let row = Sql::new(channel).bind(stage.tenant).bind(id).bind(format!("C{number}"));
        stage
            .run(row.bind(format!("customer-{number}")).bind(stage.app.clock.now()))
            .await;
        stage.run(Sql::new("UPDATE signals SET channel_id = $1").bind(id)).await;
        consider(&stage).await;
    }
    assert_eq!(stage.said(&direct).await.len(), 3);
}
