//! The Web API client against the simulated Slack.

use std::sync::Arc;

use pretty_assertions::assert_eq;
use reqwest::Method;
use serde_json::json;

use crate::{
    Chat, ConnectorError, Cursor, StaticToken,
    chat::{HistoryRange, OutgoingMessage},
    slack::oauth::{self, OauthApp},
    testing::{BOT_TOKEN, World},
};

fn message(channel: &str, text: &str) -> OutgoingMessage {
    OutgoingMessage {
        channel_id: channel.into(),
        text: text.into(),
        blocks: vec![],
        thread_ts: None,
    }
}

/// What a distributed app outside the Marketplace gets at most, and what lies after `oldest`.
fn range(oldest: Option<&str>) -> HistoryRange {
    HistoryRange {
        oldest: oldest.map(str::to_owned),
        latest: None,
        most: 15,
    }
}

#[tokio::test]
async fn we_learn_who_we_are_where_we_may_read_and_who_is_a_stranger() {
    let world = World::new().await;
    let slack = world.slack();
    let me = slack.auth_test().await.unwrap();
    assert_eq!(
        (me.team_id.as_str(), me.user_id.as_str(), me.bot_id.as_deref()),
        ("T0VENDOR", "UBOT", Some("BBOT"))
    );

    let channels = slack.channels(None).await.unwrap();
    let seen: Vec<_> = channels
        .items
        .iter()
        .map(|c| (c.name.as_str(), c.is_member, c.is_ext_shared))
        .collect();
    assert_eq!(seen, [("customer-techflow", true, true), ("general", false, false)]);
    assert_eq!(
        slack.channel("C3").await.unwrap(),
        None,
        "a private channel without us is not there"
    );
    assert_eq!(
        slack.channel("C1").await.unwrap().unwrap().shared_team_ids,
        ["T0VENDOR", "T0TECHFLOW"]
    );
    assert_eq!(
        slack.channel_members("C1", None).await.unwrap().items,
        ["U1", "U2", "UBOT"]
    );

    let john = slack.user("U2").await.unwrap().unwrap();
    assert_eq!(
        (john.is_stranger, john.email, john.team_id.as_deref()),
        (true, None, Some("T0TECHFLOW"))
    );
    let rita = slack.user("U1").await.unwrap().unwrap();
    assert_eq!(
        (rita.is_stranger, rita.email.as_deref()),
        (false, Some("rita@example.com"))
    );
    assert_eq!(slack.user("U9").await.unwrap(), None);
    let ids: Vec<_> = slack
        .users(None)
        .await
        .unwrap()
        .items
        .into_iter()
        .map(|user| user.id)
        .collect();
    assert_eq!(ids, ["U1", "UBOT"], "strangers are not listed");
}

#[tokio::test]
async fn lists_are_read_page_by_page() {
    let world = World::with(|config| {
        let workspace = &mut config.slack.workspaces[0];
        let model = workspace.channels[1].clone();
        workspace.channels.extend((0..450).map(|n| crate::fakes::ChannelSeed {
            id: format!("CX{n:03}"),
            ..model.clone()
        }));
    })
    .await;
    let slack = world.slack();
    let (mut cursor, mut ids): (Option<Cursor>, Vec<String>) = (None, vec![]);
    loop {
        let page = slack.channels(cursor.as_ref()).await.unwrap();
        assert!(page.items.len() <= 200);
        ids.extend(page.items.into_iter().map(|channel| channel.id));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(ids.len(), 452);
    let error = slack.channels(Some(&Cursor::new("nonsense"))).await.unwrap_err();
    assert!(error.has_code("invalid_cursor"), "{error}");
}

#[tokio::test]
async fn a_message_is_posted_changed_linked_and_read_back() {
    let world = World::new().await;
    let slack = world.slack();
    assert!(
        slack
            .post_message(&message("C2", "hi"))
            .await
            .unwrap_err()
            .has_code("not_in_channel")
    );
    assert!(slack.join("C3").await.unwrap_err().has_code("channel_not_found"));
    assert!(slack.join("C2").await.unwrap().is_member);
    world.pass(1);

    let posted = slack.post_message(&message("C2", "hi")).await.unwrap();
    let reply = OutgoingMessage {
        thread_ts: Some(posted.ts.clone()),
        ..message("C2", "a reply")
    };
    let too_soon = slack.post_message(&reply).await.unwrap_err();
    assert!(
        matches!(too_soon, ConnectorError::RateLimited { retry_after, .. } if retry_after.as_secs() == 1),
        "{too_soon}"
    );
    world.pass(1);
    slack.post_message(&reply).await.unwrap();
    slack.update_message(&posted, &message("C2", "hi, all")).await.unwrap();
    let history = slack.history("C2", &range(None), None).await.unwrap().items;
    assert_eq!(history.len(), 1, "replies are not part of the channel's history");
    assert_eq!(
        (history[0].text.as_str(), history[0].edited_ts.is_some()),
        ("hi, all", true)
    );
    let thread = slack.replies("C2", &posted.ts, &range(None), None).await.unwrap().items;
    let texts: Vec<&str> = thread.iter().map(|message| message.text.as_str()).collect();
    assert_eq!((history[0].reply_count, texts), (1, vec!["hi, all", "a reply"]));
    world.pass(1);
    assert_eq!(
        slack.history("C2", &range(Some(&posted.ts)), None).await.unwrap().items,
        []
    );

    let link = slack.permalink("C2", &posted.ts).await.unwrap();
    let page = world.page(&link).await;
    assert!(page.contains("hi, all") && page.contains("a reply"), "{page}");

    let direct = slack.open_direct("U1").await.unwrap();
    assert_eq!(
        slack.post_message(&message("U1", "psst")).await.unwrap().channel_id,
        direct
    );
    assert!(
        slack
            .post_message(&message("C2", ""))
            .await
            .unwrap_err()
            .has_code("no_text")
    );
}

#[tokio::test]
async fn what_slack_says_decides_what_we_do() {
    let world = World::new().await;
    let slack = world.slack();
    let outcome = |error: ConnectorError| match error {
        ConnectorError::Unauthorized { message } => format!("unauthorized {message}"),
        ConnectorError::RateLimited { retry_after, .. } => format!("wait {}", retry_after.as_secs()),
        ConnectorError::Transient { ambiguous, .. } => format!("transient, ambiguous: {ambiguous}"),
        ConnectorError::Rejected { code, .. } => format!("rejected {code}"),
    };
    for (fault, expected) in [
        (
            json!({"kind": "status", "status": 200, "code": "invalid_auth"}),
            "unauthorized invalid_auth",
        ),
        (
            json!({"kind": "status", "status": 200, "code": "account_inactive"}),
            "unauthorized account_inactive",
        ),
        (
            json!({"kind": "status", "status": 200, "code": "token_revoked"}),
            "unauthorized token_revoked",
        ),
        (
            json!({"kind": "status", "status": 200, "code": "is_archived"}),
            "rejected is_archived",
        ),
        (
            json!({"kind": "status", "status": 200, "code": "restricted_action"}),
            "rejected restricted_action",
        ),
        (
            json!({"kind": "status", "status": 200, "code": "ratelimited"}),
            "wait 60",
        ),
        (json!({"kind": "rate_limit", "retry_after": 7}), "wait 7"),
        (
            json!({"kind": "status", "status": 200, "code": "fatal_error"}),
            "transient, ambiguous: true",
        ),
        (
            json!({"kind": "status", "status": 200, "code": "service_unavailable"}),
            "transient, ambiguous: false",
        ),
        (json!({"kind": "drop_after_commit"}), "transient, ambiguous: true"),
        (json!({"kind": "drop_before"}), "transient, ambiguous: true"),
    ] {
        let mut fault = fault;
        fault["vendor"] = "slack".into();
        fault["match"] = json!({"path": "chat.postMessage"});
        world.fault(fault.clone()).await;
        assert_eq!(
            outcome(slack.post_message(&message("C1", "hi")).await.unwrap_err()),
            expected,
            "{fault}"
        );
        // A pause that Slack asked for is kept, and a channel gets a message a second.
        world.pass(60);
    }
    // A lost answer to a question is not ambiguous: nothing can have happened.
    world
        .fault(json!({"vendor": "slack", "kind": "drop_after_commit"}))
        .await;
    assert_eq!(
        outcome(slack.auth_test().await.unwrap_err()),
        "transient, ambiguous: false"
    );
    // Revoked for good.
    world.fault(json!({"vendor": "slack", "kind": "revoked_token"})).await;
    assert_eq!(
        outcome(slack.auth_test().await.unwrap_err()),
        "unauthorized token_revoked"
    );
    assert_eq!(
        outcome(slack.auth_test().await.unwrap_err()),
        "unauthorized invalid_auth"
    );
}

#[tokio::test]
async fn history_of_a_distributed_app_is_given_once_a_minute() {
    let world = World::with(|config| config.slack.throttle_history = true).await;
    let slack = world.slack();
    slack.history("C1", &range(None), None).await.unwrap();
    let error = slack.history("C1", &range(None), None).await.unwrap_err();
    assert!(
        matches!(error, ConnectorError::RateLimited { retry_after, .. } if retry_after.as_secs() == 60),
        "{error}"
    );
    world.pass(60);
    slack.history("C1", &range(None), None).await.unwrap();
}

#[tokio::test]
async fn installing_gives_a_token_that_rotates_and_can_be_revoked() {
    let world = World::with(|config| config.slack.token_rotation = true).await;
    let seed = &world.fakes.config().slack;
    let app = OauthApp {
        api_url: world.fakes.config().slack_api_url().parse().unwrap(),
        client_id: seed.client_id.clone(),
        client_secret: seed.client_secret.clone().into(),
        redirect_uri: "https://momentum.test/slack/oauth/callback".into(),
    };
    let start = oauth::authorize_url(
        world.base.join("/slack/oauth/v2/authorize?allow=1").unwrap(),
        &app,
        "state-1",
    );
    let answer = world
        .http
        .request("authorize", Method::GET, start)
        .send()
        .await
        .unwrap();
    let back: reqwest::Url = answer.header("location").unwrap().parse().unwrap();
    let code = back
        .query_pairs()
        .find(|(key, _)| key == "code")
        .unwrap()
        .1
        .into_owned();

    let installed = oauth::exchange_code(&world.http, &app, &code, world.now())
        .await
        .unwrap();
    assert_eq!(
        (installed.team_id.as_deref(), installed.grant.expires_in),
        (Some("T0VENDOR"), Some(43_200))
    );
    let again = oauth::exchange_code(&world.http, &app, &code, world.now()).await;
    assert!(
        matches!(again, Err(ConnectorError::Unauthorized { .. })),
        "a code works once"
    );

    let with = |secret: &secrecy::SecretString| {
        use secrecy::ExposeSecret;
        world.slack_with(Arc::new(StaticToken::new(secret.expose_secret(), None)))
    };
    let first = installed.grant.access.secret;
    with(&first).auth_test().await.unwrap();
    world.pass(43_200);
    assert!(
        matches!(with(&first).auth_test().await, Err(ConnectorError::Unauthorized { message }) if message == "token_expired")
    );

    let refresh = installed.grant.refresh_token.unwrap();
    let next = oauth::refresh(&world.http, &app, &refresh, world.now())
        .await
        .unwrap()
        .grant
        .access
        .secret;
    with(&next).auth_test().await.unwrap();
    let twice = oauth::refresh(&world.http, &app, &refresh, world.now()).await;
    assert!(
        matches!(twice, Err(ConnectorError::Unauthorized { .. })),
        "a refresh token works once"
    );

    for _ in 0..2 {
        oauth::revoke(&world.http, &app.api_url, &next, world.now())
            .await
            .unwrap();
    }
    assert!(with(&next).auth_test().await.is_err());
    assert_eq!(BOT_TOKEN, "xoxb-test");
}

#[tokio::test]
async fn what_people_do_to_channels_and_profiles_is_told_and_seen() {
    let world = World::new().await;
    let (url, mut events) = crate::testing::receiver(&[200]).await;
    world.fakes.set_events_url(url);
    let slack = world.slack();
    let changes = [
        (
            "channels",
            json!({"channel": "C9", "change": "create", "name": "customer-new"}),
            "channel_created",
        ),
        (
            "channels",
            json!({"channel": "C9", "change": "rename", "name": "customer-newer"}),
            "channel_rename",
        ),
        (
            "channels",
            json!({"channel": "C9", "change": "join", "user": "UBOT"}),
            "member_joined_channel",
        ),
        (
            "channels",
            json!({"channel": "C9", "change": "leave", "user": "UBOT"}),
            "channel_left",
        ),
        (
            "channels",
            json!({"channel": "C9", "change": "archive"}),
            "channel_archive",
        ),
        (
            "channels",
            json!({"channel": "C9", "change": "unarchive"}),
            "channel_unarchive",
        ),
        (
            "channels",
            json!({"channel": "C9", "change": "share", "with_team": "T0X"}),
            "channel_shared",
        ),
        (
            "channels",
            json!({"channel": "C9", "change": "change_id", "new_id": "C10"}),
            "channel_id_changed",
        ),
        (
            "users",
            json!({"user": "U9", "name": "Gus Guest", "guest": "true", "tz": "Europe/Berlin"}),
            "team_join",
        ),
        ("users", json!({"user": "U9", "title": "CTO"}), "user_change"),
    ];
    for (what, body, expected) in changes {
        let path = format!("slack/{what}?wait=true");
        world.control(Method::POST, &path, body.clone()).await;
        let (_, sent) = events.recv().await.unwrap();
        let sent: serde_json::Value = serde_json::from_slice(&sent).unwrap();
        assert_eq!(sent["event"]["type"], expected, "{body}");
    }
    let channel = slack.channel("C10").await.unwrap().unwrap();
    assert_eq!(
        (channel.name.as_str(), channel.is_ext_shared, channel.is_member),
        ("customer-newer", true, false)
    );
    assert!(
        slack
            .join("C10")
            .await
            .unwrap_err()
            .has_code("method_not_supported_for_channel_type")
    );
    let guest = slack.user("U9").await.unwrap().unwrap();
    assert_eq!(
        (
            guest.is_guest,
            guest.is_stranger,
            guest.title.as_deref(),
            guest.timezone.as_deref()
        ),
        (true, false, Some("CTO"), Some("Europe/Berlin"))
    );
}
