//! Real payloads, and payloads nobody should ever send.

use std::sync::LazyLock;

use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::slack::{
    event::{EventClass, SlackEvent, ts_to_time},
    request::{Installation, ParseError, SlackRequest, parse_request},
};

const PAYLOADS: &str = include_str!("../../../fixtures/slack/payloads_dev.json");
const CLASSES: &str = include_str!("../../../fixtures/slack/payloads_dev.classification.json");

#[derive(Deserialize)]
struct Payload {
    source: String,
    payload: Value,
}

static REAL: LazyLock<Vec<Payload>> = LazyLock::new(|| serde_json::from_str(PAYLOADS).unwrap());

#[derive(Deserialize)]
struct Row {
    index: usize,
    source: String,
    read_as: String,
    class: String,
    installation: Option<String>,
}

fn json_request(payload: &Value) -> Result<SlackRequest, ParseError> {
    parse_request(payload.to_string().as_bytes(), "application/json")
}

fn form_request(payload: &Value) -> Result<SlackRequest, ParseError> {
    let body = reqwest::Url::parse_with_params("http://form/", [("payload", payload.to_string())]).unwrap();
    parse_request(
        body.query().unwrap().as_bytes(),
        "application/x-www-form-urlencoded; charset=utf-8",
    )
}

fn name(class: EventClass) -> String {
    serde_json::to_value(class).unwrap().as_str().unwrap().to_owned()
}

fn installed_on(installation: Option<Installation>) -> Option<String> {
    installation.map(|installation| match installation {
        Installation::Workspace { team_id } => team_id,
        Installation::Enterprise { enterprise_id } => enterprise_id,
    })
}

/// The class of a request, and whose it is.
fn classified(request: Result<SlackRequest, ParseError>) -> (String, Option<String>) {
    match request {
        Ok(SlackRequest::UrlVerification { .. }) => ("url_verification".into(), None),
        Ok(SlackRequest::AppRateLimited { team_id, .. }) => ("app_rate_limited".into(), Some(team_id)),
        Ok(SlackRequest::EventCallback(envelope)) => (name(envelope.classify()), installed_on(envelope.installation())),
        Ok(SlackRequest::Interaction(i)) => (format!("interaction:{}", i.kind), installed_on(i.installation)),
        Ok(SlackRequest::Command(command)) => ("command".into(), installed_on(command.installation)),
        Ok(SlackRequest::SslCheck) => ("ssl_check".into(), None),
        Err(ParseError::UnknownType(_)) => ("not_a_request".into(), None),
        Err(error) => (format!("error: {error}"), None),
    }
}

#[test]
fn every_payload_of_slacks_own_tests_is_what_the_table_says() {
    let payloads = &*REAL;
    let rows: Vec<Row> = serde_json::from_str(CLASSES).unwrap();
    assert_eq!((payloads.len(), rows.len()), (143, 143));
    let mut wrong = Vec::new();
    for (at, (payload, row)) in payloads.iter().zip(&rows).enumerate() {
        assert_eq!((row.index, &row.source), (at, &payload.source));
        let (class, installation) = match row.read_as.as_str() {
            "event" => (name(SlackEvent::parse(&payload.payload).classify()), None),
            "form" => classified(form_request(&payload.payload)),
            _ => classified(json_request(&payload.payload)),
        };
        if class != row.class || (row.installation.is_some() && installation != row.installation) {
            wrong.push(format!(
                "{at}: {class} on {installation:?}, expected {} on {:?}",
                row.class, row.installation
            ));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn what_came_through_socket_mode_or_an_inner_event_is_never_taken_for_a_request() {
    for payload in REAL.iter().filter(|p| p.payload["type"] == "message") {
        assert!(matches!(json_request(&payload.payload), Err(ParseError::UnknownType(t)) if t == "message"));
    }
}

fn envelope(event: Value) -> Value {
    json!({
        "type": "event_callback", "team_id": "T_OUTER", "api_app_id": "A1", "event_id": "Ev1", "event_time": 1,
        "authorizations": [{"team_id": "T_OURS", "user_id": "UBOT", "is_bot": true, "is_enterprise_install": false}],
        "event": event,
    })
}

#[test]
fn lifecycle_events_carry_what_their_handlers_need() {
    let rows = [
        (
            json!({"type": "channel_created", "channel": {"id": "C1", "name": "customer-acme"}}),
            "channel_created",
            Some("C1"),
        ),
        (
            json!({"type": "channel_rename", "channel": {"id": "C1", "name": "acme"}}),
            "channel_renamed",
            Some("C1"),
        ),
        (
            json!({"type": "group_rename", "channel": {"id": "G1", "name": "acme"}}),
            "channel_renamed",
            Some("G1"),
        ),
        (
            json!({"type": "channel_archive", "channel": "C1", "user": "U1"}),
            "channel_archived",
            Some("C1"),
        ),
        (
            json!({"type": "channel_unarchive", "channel": "C1", "user": "U1"}),
            "channel_unarchived",
            Some("C1"),
        ),
        (
            json!({"type": "channel_deleted", "channel": "C1"}),
            "channel_deleted",
            Some("C1"),
        ),
        (
            json!({"type": "channel_shared", "channel": "C1", "connected_team_id": "T2"}),
            "channel_shared",
            Some("C1"),
        ),
        (
            json!({"type": "channel_unshared", "channel": "C1", "is_ext_shared": false}),
            "channel_unshared",
            Some("C1"),
        ),
        (
            json!({"type": "channel_id_changed", "old_channel_id": "G1", "new_channel_id": "C9"}),
            "channel_id_changed",
            Some("G1"),
        ),
        (
            json!({"type": "channel_left", "channel": "C1"}),
            "bot_removed",
            Some("C1"),
        ),
        (
            json!({"type": "user_change", "user": {"id": "U1"}}),
            "user_changed",
            None,
        ),
        (json!({"type": "team_join", "user": {"id": "U1"}}), "team_joined", None),
        (
            json!({"type": "team_access_revoked", "team_ids": ["T1"]}),
            "team_access",
            None,
        ),
        (
            json!({"type": "channel_id_changed", "old_channel_id": "G1"}),
            "incomplete",
            None,
        ),
        (json!({"type": "user_change", "user": 7}), "incomplete", None),
        (json!({"type": "pin_added"}), "other", None),
        (json!({}), "other", None),
    ];
    for (event, class, channel) in rows {
        let parsed = SlackEvent::parse(&event);
        assert_eq!(name(parsed.classify()), class, "{event}");
        assert_eq!(parsed.channel(), channel, "{event}");
    }
}

#[test]
fn the_tenant_is_never_found_by_the_outer_team() {
    let with_authorization = |authorization: Value| {
        let mut payload = envelope(json!({"type": "app_uninstalled"}));
        payload["authorizations"] = authorization;
        payload["context_team_id"] = "T_CONTEXT".into();
        classified(json_request(&payload)).1
    };
    for (authorizations, expected) in [
        (json!([{"team_id": "T_OURS"}]), Some("T_OURS")),
        (json!([{"team_id": "T_OURS"}, {"team_id": "T_OTHER"}]), Some("T_OURS")),
        (
            json!([{"team_id": "T_OURS", "enterprise_id": "E1", "is_enterprise_install": true}]),
            Some("E1"),
        ),
        (json!([{"team_id": null, "enterprise_id": "E1"}]), Some("E1")),
        (json!([{}]), None),
        (json!([]), Some("T_CONTEXT")),
        (json!(null), Some("T_CONTEXT")),
        (json!(["T_OURS"]), Some("T_CONTEXT")),
    ] {
        assert_eq!(
            with_authorization(authorizations.clone()).as_deref(),
            expected,
            "{authorizations}"
        );
    }
}

#[test]
fn a_stranger_in_a_shared_channel_is_known_where_slack_tells() {
    let external = |shared: bool, event: Value| {
        let mut payload = envelope(event);
        payload["is_ext_shared_channel"] = shared.into();
        match json_request(&payload).unwrap() {
            SlackRequest::EventCallback(envelope) => envelope.author_is_external(),
            other => panic!("{other:?}"),
        }
    };
    let message = |extra: Value| {
        let mut event = json!({"type": "message", "channel": "C1", "ts": "1.000001", "user": "U1", "text": "hi"});
        event
            .as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        event
    };
    assert_eq!(external(false, message(json!({"user_team": "T_THEIRS"}))), Some(false));
    assert_eq!(
        external(true, message(json!({"user_team": "T_THEIRS", "team": "T_OURS"}))),
        Some(true)
    );
    assert_eq!(external(true, message(json!({"source_team": "T_THEIRS"}))), Some(true));
    assert_eq!(
        external(true, message(json!({"team": "T_OURS"}))),
        None,
        "the receiver's as often as the author's"
    );
    assert_eq!(external(true, message(json!({}))), None);
}

#[test]
fn a_message_without_text_says_what_its_blocks_or_attachments_say() {
    let said = |event: Value| match SlackEvent::parse(&event) {
        SlackEvent::Message(message) => message.text,
        other => panic!("{other:?}"),
    };
    let base = |extra: Value| {
        let mut event = json!({"type": "message", "channel": "C1", "ts": "1.000001", "user": "U1", "text": ""});
        event
            .as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        event
    };
    let rich = json!({"blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
        {"type": "user", "user_id": "U2"}, {"type": "text", "text": " need more seats "}, {"type": "link", "url": "https://x.test"}]}]}]});
    assert_eq!(said(base(rich)), "<@U2> need more seats https://x.test");
    let section = json!({"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "Plan full"}},
        {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "OK"}}]}]});
    assert_eq!(said(base(section)), "Plan full");
    assert_eq!(
        said(base(json!({"attachments": [{"fallback": "f", "text": "Choose"}]}))),
        "Choose"
    );
    assert_eq!(said(base(json!({"text": "nul\u{0}"}))), "nul\u{fffd}");
}

#[test]
fn commands_and_certificate_checks_are_recognised() {
    let command = b"token=x&team_id=T1&enterprise_id=E1&channel_id=C1&user_id=U1&command=%2Fmomentum&text=list+all&trigger_id=1.2";
    match parse_request(command, "application/x-www-form-urlencoded").unwrap() {
        SlackRequest::Command(c) => {
            assert_eq!(
                (c.command.as_str(), c.text.as_str(), c.user_id.as_deref()),
                ("/momentum", "list all", Some("U1"))
            );
            assert_eq!(installed_on(c.installation).as_deref(), Some("T1"));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(
        parse_request(b"ssl_check=1&token=x", "application/x-www-form-urlencoded"),
        Ok(SlackRequest::SslCheck)
    );
}

#[test]
fn what_cannot_be_a_request_is_refused_in_words() {
    let deep = "[".repeat(100_000);
    let deep_event = format!(
        "{{\"type\":\"event_callback\",\"event\":{}{}}}",
        "{\"a\":".repeat(200),
        "}".repeat(200)
    );
    for (body, content_type) in [
        ("", "application/json"),
        ("nonsense", "application/json"),
        (deep.as_str(), "application/json"),
        (deep_event.as_str(), "application/json"),
        ("[]", "application/json"),
        ("null", "text/plain"),
        ("{}", "application/json"),
        ("{\"type\":7}", "application/json"),
        ("{\"type\":\"event_callback\"}", "application/json"),
        (
            "{\"type\":\"event_callback\",\"event\":\"message\"}",
            "application/json",
        ),
        ("{\"type\":\"url_verification\"}", "application/json"),
        ("{\"type\":\"app_rate_limited\",\"team_id\":\"T1\"}", "application/json"),
        ("payload=nonsense", "application/x-www-form-urlencoded"),
        ("payload=%5B%5D", "application/x-www-form-urlencoded"),
        ("payload=%7B%7D", "application/x-www-form-urlencoded"),
        ("a=b", "application/x-www-form-urlencoded"),
        ("", "application/x-www-form-urlencoded"),
    ] {
        let error = parse_request(body.as_bytes(), content_type).unwrap_err();
        assert!(error.to_string().len() > 10, "{error}");
    }
}

#[test]
fn a_ts_is_a_time_or_nothing() {
    assert_eq!(
        ts_to_time("1355517523.000005").unwrap().timestamp_micros(),
        1_355_517_523_000_005
    );
    assert_eq!(ts_to_time("123.42").unwrap().timestamp_micros(), 123_420_000);
    for ts in ["", "now", "1.x", "99999999999999999999.0", "1.-1"] {
        assert_eq!(ts_to_time(ts), None, "{ts}");
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        ".{0,12}".prop_map(Value::from),
        prop::sample::select(vec![
            "message",
            "message_changed",
            "message_deleted",
            "tombstone",
            "app_mention",
            "C1",
            "1.000001"
        ])
        .prop_map(Value::from),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text
    ];
    let key = prop::sample::select(vec![
        "type",
        "subtype",
        "channel",
        "ts",
        "event_ts",
        "thread_ts",
        "user",
        "bot_id",
        "text",
        "message",
        "previous_message",
        "edited",
        "files",
        "blocks",
        "attachments",
        "elements",
        "tokens",
        "team_ids",
        "authorizations",
        "name",
        "id",
    ]);
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..8).prop_map(|pairs| pairs
                .into_iter()
                .map(|(k, v)| (k.to_owned(), v))
                .collect::<serde_json::Map<_, _>>()
                .into()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_json_whatever_makes_the_parser_panic(payload in any_json(), kind in "message|app_mention|channel_rename|user_change|tokens_revoked|x") {
        let _ = json_request(&payload);
        let _ = form_request(&payload);
        let mut event = payload.clone();
        if let Some(fields) = event.as_object_mut() {
            fields.insert("type".into(), kind.into());
        }
        let _ = SlackEvent::parse(&event).classify();
        let wrapped = json!({"type": "event_callback", "authorizations": payload, "event": event});
        if let Ok(SlackRequest::EventCallback(envelope)) = json_request(&wrapped) {
            let _ = (envelope.classify(), envelope.installation(), envelope.author_is_external());
        }
    }

    #[test]
    fn no_bytes_whatever_make_the_parser_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse_request(&body, "application/json");
        let _ = parse_request(&body, "application/x-www-form-urlencoded");
    }

    #[test]
    fn a_real_payload_with_one_field_altered_never_panics(at in 0_usize..143, path in 0_usize..40, value in any_json()) {
        let mut payload = REAL[at].payload.clone();
        let mut seen = 0;
        alter(&mut payload, path, &mut seen, &value);
        let _ = classified(json_request(&payload));
        let _ = classified(form_request(&payload));
        let _ = SlackEvent::parse(&payload).classify();
    }
}

/// Replaces the `wanted`-th value of a tree.
fn alter(node: &mut Value, wanted: usize, seen: &mut usize, value: &Value) {
    if *seen == wanted {
        *seen += 1;
        *node = value.clone();
        return;
    }
    *seen += 1;
    match node {
        Value::Array(items) => items.iter_mut().for_each(|item| alter(item, wanted, seen, value)),
        Value::Object(fields) => fields.values_mut().for_each(|field| alter(field, wanted, seen, value)),
        _ => {}
    }
}
