//! People who use an app's buttons, commands and home in the simulated Slack.

use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::{
    Chat,
    chat::OutgoingMessage,
    slack::{SlackRequest, parse_request, signature, views::Ephemeral},
    testing::{Received, World, receiver},
};

fn verified(world: &World, (headers, body): &Received) -> SlackRequest {
    let secret = SecretString::from(world.fakes.config().slack.signing_secret.clone());
    let header = |name: &str| headers[name].as_str();
    let (at, proof) = (header("x-slack-request-timestamp"), header("x-slack-signature"));
    signature::verify(&secret, at, proof, body, world.now()).unwrap();
    parse_request(body, header("content-type")).unwrap()
}

fn blocks() -> Vec<Value> {
    vec![json!({"type": "actions", "block_id": "b.1", "elements": [
        {"type": "button", "action_id": "take", "value": "v1", "text": {"type": "plain_text", "text": "Take"}},
        {"type": "static_select", "action_id": "later", "options": [{"value": "hour", "text": {"type": "plain_text", "text": "1 hour"}}]},
        {"type": "users_select", "action_id": "give"},
        {"type": "external_select", "action_id": "find"},
    ]})]
}

async fn posted(world: &World) -> String {
    let message = OutgoingMessage {
        channel_id: "C1".into(),
        text: "Look".into(),
        blocks: blocks(),
        thread_ts: None,
    };
    world.slack().post_message(&message).await.unwrap().ts
}

#[tokio::test]
async fn a_press_arrives_signed_with_what_was_chosen() {
    let world = World::new().await;
    let (address, mut received) = receiver(&[200, 200, 200, 200]).await;
    world.fakes.set_events_url(address);
    let ts = posted(&world).await;
    // The post itself comes back as an event.
    received.recv().await.unwrap();
    for (action, value, expected) in [
        ("take", None, "v1"),
        ("later", Some("hour"), "hour"),
        ("give", Some("U2"), "U2"),
        ("find", Some("a1"), "a1"),
    ] {
        let press = json!({"channel": "C1", "ts": ts, "user": "U1", "action_id": action, "value": value});
        let answer = world.control(Method::POST, "slack/press", press).await;
        assert_eq!(answer["status"], 200, "{answer}");
        let SlackRequest::Interaction(interaction) = verified(&world, &received.recv().await.unwrap()) else {
            panic!("no interaction");
        };
        let actions = interaction.actions();
        assert_eq!(actions[0].action_id, action);
        assert_eq!(actions[0].block_id, "b.1");
        assert_eq!(actions[0].value.as_deref(), Some(expected));
        assert_eq!(
            (interaction.channel_id(), interaction.message_ts()),
            (Some("C1"), Some(ts.as_str()))
        );
        assert!(interaction.trigger_id().is_some());
    }
}

#[tokio::test]
async fn what_is_not_there_cannot_be_pressed() {
    let world = World::new().await;
    let ts = posted(&world).await;
    for press in [
        json!({"channel": "C1", "ts": ts, "user": "U1", "action_id": "other"}),
        json!({"channel": "C1", "ts": ts, "user": "U1", "action_id": "later", "value": "never"}),
        json!({"channel": "C1", "ts": ts, "user": "U1", "action_id": "later"}),
        json!({"channel": "C1", "ts": "1.1", "user": "U1", "action_id": "take"}),
        json!({"channel": "C1", "ts": ts, "user": "U99", "action_id": "take"}),
        json!({"user": "U1", "action_id": "take"}),
    ] {
        let answer = world.control(Method::POST, "slack/press", press.clone()).await;
        assert!(answer["error"].is_string(), "{press}: {answer}");
    }
}

#[tokio::test]
async fn a_slash_command_is_a_signed_form_and_its_answer_is_shown() {
    let world = World::new().await;
    let (address, mut received) = receiver(&[200]).await;
    world.fakes.set_events_url(address);
    let typed = json!({"channel": "C1", "user": "U1", "command": "/momentum", "text": "tag A&B <x>"});
    let answer = world.control(Method::POST, "slack/commands", typed).await;
    assert_eq!(answer["status"], 200);
    let SlackRequest::Command(command) = verified(&world, &received.recv().await.unwrap()) else {
        panic!("no command");
    };
    assert_eq!(
        (command.command.as_str(), command.text.as_str()),
        ("/momentum", "tag A&B <x>")
    );
    assert_eq!(
        (command.user_id.as_deref(), command.channel_id.as_deref()),
        (Some("U1"), Some("C1"))
    );
}

#[tokio::test]
async fn views_and_whispers_are_kept_and_blocks_beyond_the_limits_refused() {
    let world = World::new().await;
    let slack = world.slack();
    slack
        .publish_home("U1", &json!({"type": "home", "blocks": blocks()}))
        .await
        .unwrap();
    for view in [
        json!({"type": "modal", "blocks": []}),
        json!({"type": "home", "blocks": vec![json!({"type": "divider"}); 101]}),
    ] {
        let refused = slack.publish_home("U1", &view).await.unwrap_err();
        assert!(refused.has_code("invalid_arguments"), "{refused}");
    }
    let whisper = |user: &str| Ephemeral {
        channel_id: "C1".into(),
        user_id: user.into(),
        thread_ts: None,
        text: "Only you".into(),
    };
    slack.post_ephemeral(&whisper("U1")).await.unwrap();
    assert!(
        slack
            .post_ephemeral(&whisper("U99"))
            .await
            .unwrap_err()
            .has_code("user_not_in_channel")
    );
    let state = world.control(Method::GET, "state", Value::Null).await;
    assert_eq!(state["slack"]["views"][0]["user"], "U1");
    assert_eq!(state["slack"]["ephemerals"][0]["text"], "Only you");
    let message = OutgoingMessage {
        channel_id: "C1".into(),
        text: "Look".into(),
        blocks: vec![json!({"type": "section", "text": {"type": "mrkdwn", "text": "x".repeat(3001)}})],
        thread_ts: None,
    };
    assert!(
        slack
            .post_message(&message)
            .await
            .unwrap_err()
            .has_code("invalid_blocks")
    );
}
