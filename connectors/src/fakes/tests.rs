//! What the fakes send, remember and show.

use pretty_assertions::assert_eq;
use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::{
    fakes::SimConfig,
    outbound::OutboundResponse,
    slack::{EventClass, Installation, SlackRequest, parse_request, signature},
    testing::{Received, SF_TOKEN, World, receiver},
};

/// Checks the signature as the product does, and reads the event.
fn verified(world: &World, (headers, body): &Received) -> SlackRequest {
    let secret = SecretString::from(world.fakes.config().slack.signing_secret.clone());
    let header = |name: &str| headers[name].as_str();
    signature::verify(
        &secret,
        header("x-slack-request-timestamp"),
        header("x-slack-signature"),
        body,
        world.now(),
    )
    .unwrap();
    parse_request(body, header("content-type")).unwrap()
}

fn class(world: &World, received: &Received) -> (EventClass, Option<Installation>, Option<bool>) {
    match verified(world, received) {
        SlackRequest::EventCallback(envelope) => (
            envelope.classify(),
            envelope.installation(),
            envelope.author_is_external(),
        ),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_a_customer_writes_arrives_signed_and_under_our_installation() {
    let world = World::new().await;
    let (address, mut events) = receiver(&[200]).await;
    world.fakes.set_events_url(address);
    let ours = Some(Installation::Workspace {
        team_id: "T0VENDOR".into(),
    });

    let said = json!({"channel": "C1", "user": "U2", "text": "We need more seats"});
    let answer = world.control(Method::POST, "slack/messages?wait=true", said).await;
    let received = events.recv().await.unwrap();
    assert_eq!(
        class(&world, &received),
        (EventClass::Message, ours.clone(), Some(true))
    );
    let raw: Value = serde_json::from_slice(&received.1).unwrap();
    assert_eq!(
        raw["team_id"], "T0TECHFLOW",
        "the outer team is the customer's, as in Slack Connect"
    );

    let delivery = &world.state().await["slack"]["deliveries"][0];
    assert_eq!(
        (&delivery["event_id"], &delivery["done"]),
        (&answer["event_ids"][0], &json!(true))
    );
    assert_eq!(delivery["attempts"][0]["status"], 200);

    let place = json!({"channel": "C1", "ts": answer["ts"], "text": "We need 50 more seats"});
    for (path, expected) in [
        ("slack/unfurl?wait=true", EventClass::Unfurl),
        ("slack/edit?wait=true", EventClass::Edit),
        ("slack/delete?wait=true", EventClass::Delete),
    ] {
        world.control(Method::POST, path, place.clone()).await;
        assert_eq!(class(&world, &events.recv().await.unwrap()).0, expected, "{path}");
    }
    let gone = json!({"event": {"type": "app_uninstalled"}});
    world.control(Method::POST, "slack/events?wait=true", gone).await;
    assert_eq!(
        class(&world, &events.recv().await.unwrap()).0,
        EventClass::AppUninstalled
    );
}

#[tokio::test]
async fn deleting_the_first_message_of_a_thread_leaves_a_tombstone() {
    let world = World::new().await;
    let (address, mut events) = receiver(&[200]).await;
    world.fakes.set_events_url(address);
    let first = world
        .control(
            Method::POST,
            "slack/messages",
            json!({"channel": "C1", "user": "U2", "text": "Help"}),
        )
        .await;
    let reply = json!({"channel": "C1", "user": "U1", "text": "Sure", "thread_ts": first["ts"]});
    world.control(Method::POST, "slack/messages", reply).await;
    world
        .control(
            Method::POST,
            "slack/delete?wait=true",
            json!({"channel": "C1", "ts": first["ts"]}),
        )
        .await;
    let mut classes = Vec::new();
    for _ in 0..3 {
        let received = events.recv().await.unwrap();
        let raw: Value = serde_json::from_slice(&received.1).unwrap();
        classes.push((class(&world, &received).0, raw["event"]["subtype"].clone()));
    }
    assert!(
        classes.contains(&(EventClass::Delete, json!("message_changed"))),
        "{classes:?}"
    );
}

#[tokio::test]
async fn one_message_can_come_under_several_event_ids() {
    let world = World::new().await;
    let (address, mut events) = receiver(&[200]).await;
    world.fakes.set_events_url(address);
    let said = json!({"channel": "C1", "user": "U2", "text": "We need more seats", "copies": 11});
    world.control(Method::POST, "slack/messages?wait=true", said).await;
    let (mut ids, mut stamps) = (std::collections::HashSet::new(), std::collections::HashSet::new());
    for _ in 0..11 {
        let received = events.recv().await.unwrap();
        let raw: Value = serde_json::from_slice(&received.1).unwrap();
        assert!(!received.0.contains_key("x-slack-retry-num"));
        ids.insert(raw["event_id"].to_string());
        stamps.insert(raw["event"]["ts"].to_string());
    }
    assert_eq!((ids.len(), stamps.len()), (11, 1));
}

#[tokio::test]
async fn what_is_not_acknowledged_is_sent_again_with_slacks_headers() {
    let world = World::new().await;
    let (address, mut events) = receiver(&[500, 503, 200]).await;
    world.fakes.set_events_url(address);
    world
        .control(
            Method::POST,
            "slack/messages",
            json!({"channel": "C1", "user": "U2", "text": "Hello?"}),
        )
        .await;
    let mut bodies = std::collections::HashSet::new();
    for retry in [None, Some("1"), Some("2")] {
        let received = events.recv().await.unwrap();
        assert_eq!(received.0.get("x-slack-retry-num").map(String::as_str), retry);
        assert_eq!(
            received.0.get("x-slack-retry-reason").map(String::as_str),
            retry.map(|_| "http_error")
        );
        verified(&world, &received);
        bodies.insert(received.1);
    }
    assert_eq!(bodies.len(), 1, "a retry is the same event");
}

#[tokio::test]
async fn our_own_posts_come_back_as_our_own() {
    use crate::{Chat, chat::OutgoingMessage};
    let world = World::new().await;
    let (address, mut events) = receiver(&[200]).await;
    world.fakes.set_events_url(address);
    let message = OutgoingMessage {
        channel_id: "C1".into(),
        text: "hi".into(),
        blocks: vec![],
        thread_ts: None,
    };
    world.slack().post_message(&message).await.unwrap();
    assert_eq!(class(&world, &events.recv().await.unwrap()).0, EventClass::OwnMessage);
}

/// Asks the org as any client would.
async fn soql(world: &World, query: &str) -> OutboundResponse {
    let url = format!("{}/services/data/v62.0/query", world.salesforce_url())
        .parse()
        .unwrap();
    let token = SecretString::from(SF_TOKEN);
    world
        .http
        .request("soql", Method::GET, url)
        .query(&[("q", query)])
        .bearer(&token)
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn the_org_understands_the_queries_clients_send() {
    let world = World::new().await;
    for (query, found) in [
        ("SELECT Id FROM Account", 2),
        ("select id, name from account where name = 'techflow'", 1),
        ("SELECT COUNT() FROM Account", 2),
        ("SELECT Id FROM Account WHERE Name LIKE 'Tech%'", 1),
        (
            "SELECT Id FROM Account WHERE Name LIKE '_nitech' OR (Website != null AND ARR__c > 100000)",
            2,
        ),
        ("SELECT Id FROM Account WHERE NOT Name = 'Initech'", 1),
        ("SELECT Id FROM Account WHERE Name IN ('Initech', 'Nobody')", 1),
        ("SELECT Id FROM Account WHERE Name NOT IN ('Initech')", 1),
        ("SELECT Id FROM Account WHERE Owner.Email = 'olga@example.com'", 1),
        ("SELECT Id FROM Account WHERE CreatedDate >= 2026-11-22T12:00:00Z", 2),
        ("SELECT Id FROM Account WHERE CreatedDate > 2026-11-22T12:00:00.000Z", 0),
        ("SELECT Id FROM Account WHERE Renewal_Date__c < 2027-04-01", 1),
        ("SELECT Id FROM Account WHERE IsDeleted = true", 0),
        (
            "SELECT Name FROM Account ORDER BY Name DESC NULLS LAST LIMIT 1 OFFSET 1",
            1,
        ),
        ("SELECT Id, Contact.Name FROM Contact", 400),
        ("SELECT Nothing FROM Account", 400),
        ("SELECT Id FROM Nothing", 400),
        ("SELECT Id FROM Task WHERE Description = 'x'", 400),
        ("SELECT Id FROM Account WHERE CreatedDate > '2026-11-22'", 400),
        ("SELECT Id FROM Account WHERE Name = 'unfinished", 400),
        ("SELECT Id FROM Account WHERE", 400),
        ("SELECT Id Account", 400),
        ("DELETE FROM Account", 400),
    ] {
        let answer = soql(&world, query).await;
        let body: Value = answer.json().unwrap();
        if found == 400 {
            assert_eq!(answer.status.as_u16(), 400, "{query}: {body}");
            assert!(body[0]["errorCode"].is_string(), "{query}: {body}");
        } else {
            assert_eq!(body["totalSize"], found, "{query}: {body}");
        }
    }
    let first: Value = soql(&world, "SELECT Name, Owner.Name FROM Account ORDER BY Name DESC")
        .await
        .json()
        .unwrap();
    assert_eq!(first["records"][0]["Owner"]["Name"], "Olga Owner");
}

#[tokio::test]
async fn everything_is_remembered_over_a_restart_and_forgotten_at_a_reset() {
    let dir = tempfile::tempdir().unwrap();
    let keep = |config: &mut SimConfig| config.state_dir = Some(dir.path().to_owned());
    let world = World::with(keep).await;
    world
        .control(
            Method::POST,
            "slack/messages",
            json!({"channel": "C1", "user": "U2", "text": "Remember me"}),
        )
        .await;
    let accounts = world.records("Account").await;

    let world = World::with(keep).await;
    let state = world.state().await;
    assert_eq!(state["slack"]["messages"][0]["text"], "Remember me");
    assert_eq!(world.records("Account").await, accounts, "the seed is planted once");
    assert!(!state.to_string().contains(SF_TOKEN), "credentials are not shown");

    world.control(Method::POST, "reset", json!({})).await;
    assert_eq!(world.state().await["slack"]["messages"], json!([]));
    let world = World::with(keep).await;
    assert_eq!(world.state().await["slack"]["messages"], json!([]));
    assert_eq!(world.records("Account").await.len(), 2);
}

#[tokio::test]
async fn the_page_brings_everything_it_needs_and_shows_names_as_text() {
    let world = World::new().await;
    for (path, kind) in [
        ("/", "text/html"),
        ("/sim.js", "text/javascript"),
        ("/slack.js", "text/javascript"),
        ("/sim.css", "text/css"),
    ] {
        let answer = world
            .http
            .request("page", Method::GET, world.base.join(path).unwrap())
            .send()
            .await
            .unwrap();
        assert!(answer.header("content-type").unwrap().starts_with(kind), "{path}");
        assert_eq!(
            answer.header("content-security-policy"),
            Some("default-src 'self'; frame-ancestors 'none'")
        );
        let text = String::from_utf8(answer.body.to_vec()).unwrap();
        assert!(
            !text.contains("http://") && !text.contains("https://"),
            "{path} asks nobody else"
        );
    }
    let nasty = json!({"channel": "C1", "user": "U2", "text": "<script>alert(1)</script>"});
    let said = world.control(Method::POST, "slack/messages", nasty).await;
    let link = format!("/slack/archives/C1/p{}", said["ts"].as_str().unwrap().replace('.', ""));
    let page = world
        .http
        .request("page", Method::GET, world.base.join(&link).unwrap())
        .send()
        .await
        .unwrap();
    let text = String::from_utf8(page.body.to_vec()).unwrap();
    assert!(text.contains("&lt;script&gt;") && !text.contains("<script>"), "{text}");
}

#[tokio::test]
async fn wrong_controls_are_refused_in_words() {
    let world = World::new().await;
    for (path, body) in [
        ("faults", json!({"vendor": "stripe", "kind": "slow"})),
        ("slack/messages", json!({"channel": "C1"})),
        ("slack/messages", json!({"channel": "C9", "user": "U2", "text": "x"})),
        ("slack/edit", json!({"channel": "C1", "ts": "1.2", "text": "x"})),
        ("salesforce/records/Nothing", json!({})),
        ("nothing", json!({})),
    ] {
        assert!(
            world.control(Method::POST, path, body).await["error"].is_string(),
            "{path}"
        );
    }
}
