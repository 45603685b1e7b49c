//! What people choose, through HTTP.

use actix_web::test::TestRequest;
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::control::access::Role;
use crate::foundation::ids::MemberId;
use crate::notifications::unsubscribe;
use crate::testing::TestApp;

const MINE: &str = "/api/v1/notification-preferences";

#[actix_web::test]
async fn a_person_chooses_for_themselves_and_an_admin_for_others() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.tenant("Acme").await, app.tenant("Globex").await);
    let (rep, client) = ours.member(Role::Rep).await;
    let mut mine = client.get(MINE).await.expect(200);
    assert_eq!(
        (&mine["timezone"], &mine["timezone_source"]),
        (&json!("UTC"), &json!("tenant"))
    );
    assert_eq!(mine["email"]["configured"], false);
    mine["timezone"] = "America/New_York".into();
    mine["digest"]["daily_at"] = "07:30".into();
    mine["daily_budget"] = 3.into();
    let changed = client.put(MINE, mine).await.expect(200);
    assert_eq!(
        (&changed["timezone_source"], &changed["daily_budget"]),
        (&json!("chosen"), &json!(3))
    );
    let next = changed["next"]["daily_at"].as_str().expect("a time");
    assert!(
        next.starts_with("2027-03-02T12:3"),
        "half past seven in New York: {next}"
    );

    let path = |member: MemberId| format!("/api/v1/members/{member}/notification-preferences");
    let seen = ours.owner().await.get(&path(rep)).await.expect(200);
    assert_eq!(seen["digest"]["daily_at"], "07:30");
    assert_eq!(theirs.owner().await.get(&path(rep)).await.status, 404);
    assert_eq!(client.get(&path(ours.owner_id)).await.status, 403);

    let mut bad = changed.clone();
    (bad["timezone"], bad["quiet_hours"]["from"]) = (json!("Mars/Base"), json!("25:00"));
    let refused = client.put(MINE, bad).await.expect(422);
    let fields: Vec<_> = refused["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["field"].clone())
        .collect();
    assert_eq!(fields, ["timezone", "quiet_hours.from"]);
}

#[actix_web::test]
async fn one_click_ends_mails_without_signing_in() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let (rep, client) = tenant.member(Role::Rep).await;
    let url = unsubscribe::url(&app.app.core.sealer, "", tenant.id, rep, app.clock.now()).expect("an address");
    let form = TestRequest::post().uri(&url).set_payload("List-Unsubscribe=One-Click");
    let form = form.insert_header(("content-type", "application/x-www-form-urlencoded"));
    assert_eq!(app.anonymous().send(form).await.status, 200);
    assert_eq!(client.get(MINE).await.expect(200)["delivery"]["email"], false);
    let token = url.rsplit('/').next().expect("a token");
    let answer = app
        .anonymous()
        .post("/api/v1/unsubscribe", json!({ "token": token }))
        .await
        .expect(200);
    assert_eq!(answer, json!({ "address_hint": "S…@example.com", "what": "email" }));
    let made_up = app
        .anonymous()
        .post("/api/v1/unsubscribe", json!({ "token": "AAAA" }))
        .await;
    assert_eq!(made_up.status, 404);
}

#[actix_web::test]
async fn a_channel_that_customers_read_is_never_the_teams() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let seed = crate::testing::Seed::begin(&tenant, app.clock.now()).await;
    let channel = seed.channel("customer-acme").await;
    seed.done().await;
    let owner = tenant.owner().await;
    let route = |id: String| {
        json!({ "team_channel": { "slack_channel_id": id },
            "rules": [{ "kinds": ["risk"], "min_confidence": 80, "to": "team_channel", "when": "at_once" }] })
    };
    for id in [format!("C{}", channel.0.simple()), "C0UNKNOWN".to_owned()] {
        let refused = owner.put("/api/v1/notification-routes", route(id)).await.expect(422);
        assert_eq!(refused["errors"][0]["field"], "team_channel");
    }
    let rules = owner.get("/api/v1/notification-routes").await.expect(200);
    assert_eq!(rules["rules"][0]["to"], "owner");
}

#[actix_web::test]
async fn every_mail_can_be_looked_at_before_it_is_sent() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let client = tenant.client(Role::Rep).await;
    for purpose in ["alert", "daily_digest", "weekly_digest", "system"] {
        let preview = client
            .post(
                "/api/v1/notification-preferences/preview",
                json!({ "purpose": purpose }),
            )
            .await
            .expect(200);
        let (html, text) = (preview["html"].as_str().unwrap(), preview["text"].as_str().unwrap());
        assert!(html.starts_with("<!doctype html>") && !html.contains("<img"), "{html}");
        assert!(text.contains("https://momentum.example.com/"), "{text}");
        assert!(!text.contains("{{") && !text.contains("&"), "{text}");
    }
}
