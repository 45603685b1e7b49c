//! Interactions and commands as Slack sends them.

use serde_json::{Value, json};

use crate::slack::command::CommandWords;
use crate::slack::interaction::BlockAction;
use crate::slack::{Interaction, SlackRequest, parse_request};

fn interaction(payload: &Value) -> Option<Interaction> {
    let body = reqwest::Url::parse_with_params("http://x/", [("payload", payload.to_string())]).unwrap();
    match parse_request(body.query().unwrap().as_bytes(), "application/x-www-form-urlencoded") {
        Ok(SlackRequest::Interaction(interaction)) => Some(*interaction),
        _ => None,
    }
}

fn fixtures() -> Vec<(String, Value)> {
    let all: Vec<Value> = serde_json::from_str(include_str!("../../../fixtures/slack/payloads_dev.json")).unwrap();
    all.into_iter()
        .filter(|entry| entry["kind"] == "interactive")
        .map(|entry| {
            (
                entry["source"].as_str().unwrap_or_default().to_owned(),
                entry["payload"].clone(),
            )
        })
        .collect()
}

#[test]
fn every_interactive_payload_of_slacks_own_sdks_is_read() {
    let (mut presses, mut suggestions) = (0, 0);
    let fixtures = fixtures();
    assert!(fixtures.len() >= 25, "{}", fixtures.len());
    for (source, payload) in &fixtures {
        let Some(read) = interaction(payload) else { continue };
        let expected = payload["actions"].as_array().map_or(0, |actions| {
            actions.iter().filter(|action| action["action_id"].is_string()).count()
        });
        let actions = read.actions();
        assert_eq!(actions.len(), expected, "{source}");
        for (action, sent) in actions.iter().zip(payload["actions"].as_array().into_iter().flatten()) {
            let chosen = ["/value", "/selected_option/value", "/selected_user"]
                .iter()
                .find_map(|pointer| sent.pointer(pointer)?.as_str());
            if chosen.is_some() {
                assert_eq!(action.value.as_deref(), chosen, "{source}");
            }
            presses += 1;
        }
        if payload["type"] == "block_suggestion" {
            assert!(read.suggestion().is_some(), "{source}");
            suggestions += 1;
        }
        let channel = payload.pointer("/channel/id").and_then(Value::as_str);
        if let Some(channel) = channel.filter(|channel| !channel.is_empty()) {
            assert_eq!(read.channel_id(), Some(channel), "{source}");
        }
    }
    assert!(
        presses >= 5 && suggestions >= 2,
        "{presses} presses, {suggestions} suggestions"
    );
}

#[test]
fn hostile_payloads_are_read_as_nothing() {
    let rows = [
        json!({"type": "block_actions"}),
        json!({"type": "block_actions", "actions": "no list"}),
        json!({"type": "block_actions", "actions": [null, 1, {"action_id": 7}, {}]}),
        json!({"type": "block_suggestion", "action_id": {}}),
        json!({"type": "block_actions", "actions": [], "container": [], "channel": "C1"}),
    ];
    for payload in rows {
        let read = interaction(&payload).expect("an interaction");
        assert_eq!(read.actions(), Vec::<BlockAction>::new(), "{payload}");
        assert_eq!(
            (read.suggestion(), read.channel_id(), read.message_ts()),
            (None, None, None)
        );
    }
}

#[test]
fn a_command_is_read_as_it_was_typed() {
    let words = |verb: &str, rest: &str, ids: &[&str], names: &[&str], links: &[&str]| CommandWords {
        verb: verb.to_owned(),
        rest: rest.to_owned(),
        channel_ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        channel_names: names.iter().map(|name| (*name).to_owned()).collect(),
        links: links.iter().map(|link| (*link).to_owned()).collect(),
    };
    for (text, expected) in [
        ("", words("", "", &[], &[], &[])),
        ("  HELP ", words("help", "", &[], &[], &[])),
        ("tag @Acme  Corp", words("tag", "Acme Corp", &[], &[], &[])),
        ("tag <@U123|acme>", words("tag", "acme", &[], &[], &[])),
        ("tag AT&amp;T", words("tag", "AT&T", &[], &[], &[])),
        (
            "config TechFlow <#C0123|techflow customer>",
            words("config", "TechFlow", &["C0123"], &[], &[]),
        ),
        (
            "config TechFlow #techflow-customer",
            words("config", "TechFlow", &[], &["techflow-customer"], &[]),
        ),
        (
            "tag Acme <https://n.slack.com/archives/C1/p1700000000000100|a message>",
            words(
                "tag",
                "Acme",
                &[],
                &[],
                &["https://n.slack.com/archives/C1/p1700000000000100"],
            ),
        ),
        ("<", words("<", "", &[], &[], &[])),
        ("> <#", words(">", "<#", &[], &[], &[])),
    ] {
        assert_eq!(CommandWords::read(text), expected, "{text}");
    }
}
