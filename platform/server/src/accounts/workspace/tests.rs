//! The workspace against a simulated Slack, through the events that it sends.

use chrono::TimeDelta;
use momentum_connectors::fakes::{ChannelSeed, UserSeed};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::control::access::Role;
use crate::foundation::db::Sql;
use crate::testing::{BOT, SlackWorld, channel, person};

fn people() -> Vec<UserSeed> {
    vec![
        UserSeed {
            timezone: Some("America/New_York".to_owned()),
            title: "Seller".to_owned(),
            ..person("U0SAM", "Sam Seller", "Owner@Northwind.example.com")
        },
        UserSeed {
            is_guest: true,
            ..person("U0GUS", "Gus Guest", "gus@initech.example")
        },
        UserSeed {
            external_team_id: Some("T0ACME".to_owned()),
            ..person("U0JANE", "Jane Doe", "jane@acme.example")
        },
    ]
}

fn channels() -> Vec<ChannelSeed> {
    vec![
        channel("C1", "customer-initech", &["U0SAM", "U0GUS"]),
        channel("C2", "general", &["U0SAM"]),
        ChannelSeed {
            is_private: true,
            ..channel("C3", "customer-secret", &["U0SAM"])
        },
        ChannelSeed {
            shared_with: vec!["T0ACME".to_owned()],
            ..channel("C4", "ext-acme", &["U0SAM", "U0JANE"])
        },
        ChannelSeed {
            is_private: true,
            ..channel("C5", "deals-room", &["U0SAM", BOT])
        },
    ]
}

async fn map(world: &SlackWorld, slack_id: &str, account: &str) -> String {
    let account = world
        .owner
        .post("/api/v1/accounts", json!({ "name": account }))
        .await
        .expect(201);
    let account = account["id"].as_str().expect("an id").to_owned();
    let channel = world.channel(slack_id).await;
    let path = format!("/api/v1/channel-mappings/{}", channel["id"].as_str().expect("an id"));
    world
        .owner
        .put(&path, json!({ "account_id": account }))
        .await
        .expect(200);
    account
}

#[actix_web::test]
async fn connecting_reads_the_whole_workspace_and_joins_what_the_patterns_name() {
    let world = SlackWorld::connected(people(), channels()).await;
    world.work().await;
    let states = "SELECT concat_ws(' ', slack_channel_id, name, class, is_member, is_private, is_external) AS value
                    FROM channels WHERE slack_channel_id <> 'C2' ORDER BY slack_channel_id";
    assert_eq!(
        world.text(states).await,
        "C1 customer-initech customer t f f,C4 ext-acme customer f f t,C5 deals-room sales t t f"
    );
    for (slack_id, state, num_members) in [("C1", "member", 3), ("C2", "can_join", 1), ("C4", "needs_invite", 2)] {
        let channel = world.channel(slack_id).await;
        assert_eq!(
            (channel["join_state"].as_str(), channel["num_members"].as_i64()),
            (Some(state), Some(num_members)),
            "{channel}"
        );
    }
    assert_eq!(
        world
            .text("SELECT concat_ws(' ', slack_user_id, kind, is_guest) AS value FROM slack_users ORDER BY 1")
            .await,
        "U0BOT bot f,U0GUS customer t,U0SAM internal f"
    );
    assert_eq!(
        world
            .text("SELECT concat_ws(' ', slack_user_id, timezone) AS value FROM members")
            .await,
        "U0SAM America/New_York",
        "the member is known by the e-mail address"
    );
    assert_eq!(
        world
            .text("SELECT slack_user_id AS value FROM channel_members ORDER BY 1")
            .await,
        "U0BOT,U0GUS,U0SAM",
        "of customers' channels in which the bot is"
    );
    // Once a day everything is read again.
    world
        .control(
            "POST",
            "/control/slack/channels",
            json!({ "channel": "C9", "change": "create", "name": "support-eu" }),
        )
        .await;
    world.pass(1, TimeDelta::hours(24)).await;
    assert_eq!(world.channel("C9").await["join_state"], "member");
}

#[actix_web::test]
async fn a_sync_that_is_rate_limited_or_cut_off_goes_on_where_it_stopped() {
    let many = (0..450)
        .map(|n| channel(&format!("CX{n:03}"), &format!("team-{n}"), &[]))
        .collect();
    let world = SlackWorld::connected(people(), many).await;
    let fault = |path: &str, kind: &str| json!({ "vendor": "slack", "match": { "path": path }, "kind": kind, "retry_after": 30 });
    world
        .control("POST", "/control/faults", fault("users.list", "rate_limit"))
        .await;
    world.work().await;
    assert_eq!(world.text("SELECT count(*)::text AS value FROM channels").await, "450");
    assert_eq!(
        world.text("SELECT phase AS value FROM slack_workspace_syncs").await,
        "users"
    );
    world.pass(1, TimeDelta::seconds(29)).await;
    assert_eq!(
        world.text("SELECT phase AS value FROM slack_workspace_syncs").await,
        "users",
        "not before Slack's time"
    );
    world
        .control("POST", "/control/faults", fault("users.list", "drop_before"))
        .await;
    world.pass(1, TimeDelta::seconds(1)).await;
    assert_eq!(
        world.text("SELECT phase AS value FROM slack_workspace_syncs").await,
        "users"
    );
    world.pass(3, TimeDelta::seconds(30)).await;
    assert_eq!(
        world.text("SELECT phase AS value FROM slack_workspace_syncs").await,
        "done"
    );
    assert_eq!(
        world.text("SELECT status AS value FROM connections").await,
        "connected",
        "one lost answer is no news"
    );
}

/// Failure 7: renamed, archived, its id changed, our bot thrown out.
#[actix_web::test]
async fn a_channel_keeps_its_account_whatever_happens_to_it() {
    let world = SlackWorld::connected(people(), channels()).await;
    world.work().await;
    let account = map(&world, "C1", "Initech").await;
    let steps = [
        (
            json!({ "channel": "C1", "change": "rename", "name": "initech-premium" }),
            "C1",
            "member",
        ),
        (
            json!({ "channel": "C1", "change": "leave", "user": BOT }),
            "C1",
            "can_join",
        ),
        (
            json!({ "channel": "C1", "change": "rename", "name": "customer-initech-2" }),
            "C1",
            "member",
        ),
        (json!({ "channel": "C1", "change": "archive" }), "C1", "archived"),
        (json!({ "channel": "C1", "change": "unarchive" }), "C1", "member"),
        (
            json!({ "channel": "C1", "change": "share", "with_team": "T0INITECH" }),
            "C1",
            "member",
        ),
        (
            json!({ "channel": "C1", "change": "change_id", "new_id": "C77" }),
            "C77",
            "member",
        ),
    ];
    for (change, slack_id, state) in steps {
        world.happens("channels", change.clone()).await;
        let channel = world.channel(slack_id).await;
        assert_eq!(
            (channel["join_state"].as_str(), channel["account"]["id"].as_str()),
            (Some(state), Some(account.as_str())),
            "{change}: {channel}"
        );
    }
    assert_eq!(world.channel("C77").await["name"], "customer-initech-2");
}

#[actix_web::test]
async fn messages_under_a_new_id_that_come_before_its_announcement_end_in_the_old_row() {
    let world = SlackWorld::connected(people(), channels()).await;
    world.work().await;
    let account = map(&world, "C1", "Globex").await;
    let say = |text: &str, channel: &str| json!({ "channel": channel, "user": "U0GUS", "text": text });
    world.happens("messages", say("Hello", "C1")).await;
    world
        .control(
            "POST",
            "/control/slack/channels?wait=true",
            json!({ "channel": "C1", "change": "change_id", "new_id": "C77" }),
        )
        .await;
    let late = world.arrived().await;
    world.happens("messages", say("Hello again", "C77")).await;
    assert_eq!(world.channel("C77").await["account"], Value::Null, "nobody knows yet");
    for (headers, body) in late {
        world.deliver(&headers, body).await;
    }
    world.work().await;
    assert_eq!(world.channel("C77").await["account"]["id"], account.as_str());
    assert_eq!(world.channel("C1").await, Value::Null);
    assert_eq!(
        world.text("SELECT DISTINCT m.slack_channel_id || ' ' || count(*) OVER () AS value FROM messages AS m JOIN channels AS c ON c.id = m.channel_id").await,
        "C77 2"
    );
}

#[actix_web::test]
async fn public_channels_are_joined_by_pattern_when_they_appear_and_never_against_anybodys_will() {
    let world = SlackWorld::connected(people(), channels()).await;
    world.work().await;
    let create = |id: &str, name: &str| json!({ "channel": id, "change": "create", "name": name });
    world.happens("channels", create("C10", "customer-umbrella")).await;
    world.happens("channels", create("C11", "random-talk")).await;
    assert_eq!(world.channel("C10").await["join_state"], "member", "created");
    assert_eq!(
        world.channel("C11").await["join_state"],
        "can_join",
        "no pattern names it"
    );
    world
        .happens(
            "channels",
            json!({ "channel": "C11", "change": "rename", "name": "hooli-customer" }),
        )
        .await;
    assert_eq!(world.channel("C11").await["join_state"], "member", "renamed");
    world
        .happens("channels", json!({ "channel": "C11", "change": "leave", "user": BOT }))
        .await;
    world.pass(1, TimeDelta::hours(25)).await;
    assert_eq!(
        world.channel("C11").await["join_state"],
        "can_join",
        "whoever throws the bot out does not get it back"
    );
    // Unless somebody asks.
    let id = world.channel("C11").await["id"].as_str().expect("an id").to_owned();
    let asked = world
        .owner
        .post(&format!("/api/v1/channels/{id}/join"), Value::Null)
        .await
        .expect(200);
    assert_eq!(asked["join_state"], "joining");
    world.work().await;
    assert_eq!(world.channel("C11").await["join_state"], "member");
    // What Slack refuses is not asked again and again.
    let refusal = json!({ "vendor": "slack", "match": { "path": "conversations.join" }, "kind": "status", "status": 200, "code": "restricted_action" });
    world.control("POST", "/control/faults", refusal).await;
    world.happens("channels", create("C12", "support-apac")).await;
    assert_eq!(world.channel("C12").await["join_state"], "needs_invite");
    world.pass(1, TimeDelta::hours(25)).await;
    assert_eq!(world.channel("C12").await["join_state"], "needs_invite");
    // The tenant's own patterns.
    world
        .run(Sql::new(
            "UPDATE connections SET settings = settings || '{\"auto_join\": [\"gen*\"]}'",
        ))
        .await;
    world.happens("channels", create("C13", "customer-none")).await;
    world.pass(1, TimeDelta::hours(25)).await;
    assert_eq!(world.channel("C13").await["join_state"], "can_join");
    assert_eq!(world.channel("C2").await["join_state"], "member");
}

#[actix_web::test]
async fn an_invitation_shows_a_private_channel_with_its_name_and_a_message_of_a_stranger_tells_who_it_was() {
    let world = SlackWorld::connected(people(), channels()).await;
    world.work().await;
    assert_eq!(world.channel("C3").await, Value::Null);
    world
        .happens("channels", json!({ "channel": "C3", "change": "join", "user": BOT }))
        .await;
    let invited = world.channel("C3").await;
    assert_eq!(
        (invited["name"].as_str(), invited["join_state"].as_str()),
        (Some("customer-secret"), Some("member"))
    );
    world
        .happens("channels", json!({ "channel": "C4", "change": "join", "user": BOT }))
        .await;
    world
        .happens(
            "messages",
            json!({ "channel": "C4", "user": "U0JANE", "text": "Hello" }),
        )
        .await;
    assert_eq!(
        world.text("SELECT concat_ws(' ', name, kind, is_stranger) AS value FROM slack_users WHERE slack_user_id = 'U0JANE'").await,
        "Jane Doe customer t"
    );
}

#[actix_web::test]
async fn people_stay_current_and_a_person_may_say_who_somebody_is() {
    let world = SlackWorld::connected(people(), channels()).await;
    world.work().await;
    world
        .happens(
            "users",
            json!({ "user": "U0NEW", "name": "Nia New", "email": "nia@northwind.example.com", "tz": "Asia/Tokyo" }),
        )
        .await;
    world
        .happens(
            "users",
            json!({ "user": "U0SAM", "tz": "Europe/Berlin", "title": "Head of Sales" }),
        )
        .await;
    assert_eq!(
        world.text("SELECT concat_ws(' ', name, title, timezone) AS value FROM slack_users WHERE slack_user_id IN ('U0SAM', 'U0NEW') ORDER BY 1").await,
        "Nia New Asia/Tokyo,Sam Seller Head of Sales Europe/Berlin"
    );
    assert_eq!(
        world.text("SELECT timezone AS value FROM members").await,
        "Europe/Berlin"
    );

    let members = world.owner.get("/api/v1/members").await.expect(200);
    let path = format!("/api/v1/members/{}", members["items"][0]["id"].as_str().expect("an id"));
    let patch = |slack_user: &'static str| world.owner.patch(&path, json!({ "slack_user_id": slack_user }));
    assert_eq!(patch("U0NEW").await.expect(200)["slack_user_id"], "U0NEW");
    world.pass(1, TimeDelta::hours(25)).await;
    assert_eq!(
        world
            .text("SELECT concat_ws(' ', slack_user_id, timezone) AS value FROM members")
            .await,
        "U0NEW Asia/Tokyo",
        "a person's word stays"
    );
    for nobody in ["U0GUS", "U0BOT", "U0NOBODY", "'; DROP TABLE members"] {
        assert_eq!(patch(nobody).await.status, 422, "{nobody}");
    }
    assert_eq!(
        patch("").await.expect(200)["slack_user_id"],
        "U0SAM",
        "the e-mail address decides again"
    );
    let other = world.app.tenant("Globex").await.client(Role::Admin).await;
    assert_eq!(
        other.patch(&path, json!({ "slack_user_id": "U0SAM" })).await.status,
        404
    );
}

#[actix_web::test]
async fn a_disconnected_workspace_is_left_alone_until_it_is_connected_again() {
    let world = SlackWorld::connected(people(), channels()).await;
    let revoked = json!({ "vendor": "slack", "match": { "path": "conversations.list" }, "kind": "status", "status": 200, "code": "account_inactive", "times": 1 });
    world.control("POST", "/control/faults", revoked).await;
    world.work().await;
    assert_eq!(
        world.text("SELECT status AS value FROM connections").await,
        "disconnected"
    );
    world.pass(3, TimeDelta::hours(2)).await;
    assert_eq!(
        world.text("SELECT count(*)::text AS value FROM channels").await,
        "0",
        "nobody asks"
    );
    world.run(Sql::new("UPDATE connections SET status = 'connected'")).await;
    world.run(Sql::new("DELETE FROM job_pauses")).await;
    world.pass(1, TimeDelta::hours(2)).await;
    assert_eq!(world.text("SELECT count(*)::text AS value FROM channels").await, "4");
}

#[actix_web::test]
async fn channels_whose_account_is_certain_are_mapped_before_anybody_writes_and_never_against_a_persons_word() {
    let channels = [
        "customer-initech",
        "customer-acme-corp",
        "customer-blue-project",
        "customer-initech-labs",
        "general",
    ];
    let seeds = (channels.iter().enumerate())
        .map(|(n, name)| channel(&format!("C{n}"), name, if n == 2 { &["U0GUS"] } else { &[] }))
        .collect();
    let world = SlackWorld::connected(people(), seeds).await;
    for (name, domain) in [("Initech", "initech.example"), ("Acme Corp", "acme.example")] {
        let account = json!({ "name": name, "domain": domain });
        world.owner.post("/api/v1/accounts", account).await.expect(201);
    }
    world.work().await;
    let mapped = "SELECT concat_ws(' ', c.name, a.name, m.source) AS value FROM channel_mappings AS m
                    JOIN channels AS c ON c.id = m.channel_id JOIN accounts AS a ON a.id = m.account_id ORDER BY c.name";
    assert_eq!(
        world.text(mapped).await,
        "customer-acme-corp Acme Corp matcher,customer-blue-project Initech matcher,customer-initech Initech matcher",
        "by the name, and by the people in it; what is only alike is left to a person"
    );
    let wrong = world.channel("C2").await;
    let path = format!("/api/v1/channel-mappings/{}", wrong["id"].as_str().expect("an id"));
    world.owner.delete(&path).await.expect(204);
    world.pass(1, TimeDelta::hours(24)).await;
    assert_eq!(
        world.text(mapped).await,
        "customer-acme-corp Acme Corp matcher,customer-initech Initech matcher",
        "what somebody took away is not given back"
    );
}

#[actix_web::test]
async fn a_channels_name_maps_it_while_slack_lets_us_read_its_people_slowly() {
    let channels = ["customer-initech", "customer-blue-project", "customer-acme-corp"];
    let seeds = (channels.iter().enumerate())
        .map(|(n, name)| channel(&format!("C{n}"), name, &["U0GUS"]))
        .collect();
    let world = SlackWorld::connected(people(), seeds).await;
    for name in ["Initech", "Acme Corp"] {
        let account = json!({ "name": name });
        world.owner.post("/api/v1/accounts", account).await.expect(201);
    }
    let limit = json!({ "vendor": "slack", "match": { "path": "conversations.members" }, "kind": "rate_limit", "retry_after": 30 });
    world.control("POST", "/control/faults", limit).await;
    world.work().await;
    let mapped =
        "SELECT c.name AS value FROM channel_mappings AS m JOIN channels AS c ON c.id = m.channel_id ORDER BY 1";
    let sync = "SELECT phase AS value FROM slack_workspace_syncs";
    assert_eq!(
        (world.text(sync).await.as_str(), world.text(mapped).await.as_str()),
        ("members", "customer-acme-corp,customer-initech")
    );
    world.pass(1, TimeDelta::seconds(30)).await;
    let asked_of =
        "SELECT DISTINCT c.name AS value FROM channel_members AS m JOIN channels AS c ON c.id = m.channel_id";
    assert_eq!(
        (world.text(sync).await.as_str(), world.text(asked_of).await.as_str()),
        ("done", "customer-blue-project"),
        "the people of the others need not be known"
    );
}
