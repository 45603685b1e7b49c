//! The stream of open pages.

use std::pin::Pin;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::test::TestRequest;
use chrono::TimeDelta;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::control::access::Role;
use crate::foundation::ids::{AccountId, SignalId};
use crate::foundation::stream::{StreamEvent, append};
use crate::testing::{Seed, SignalSeed, TestApp, TestClient, TestTenant};

/// An open page.
struct Page(Pin<Box<BoxBody>>);

impl Page {
    async fn open(client: &TestClient, last_event_id: Option<&str>) -> Self {
        let request = TestRequest::get().uri("/api/v1/stream");
        let request = match last_event_id {
            Some(id) => request.insert_header(("last-event-id", id)),
            None => request,
        };
        let response = client.open(request).await;
        assert_eq!(response.status().as_u16(), 200);
        assert_eq!(response.headers().get("content-type").unwrap(), "text/event-stream");
        let mut page = Self(Box::pin(response.into_body().boxed()));
        assert!(page.chunk().await.expect("a beginning").contains("\nid: "));
        page
    }

    /// The next piece; nothing when the stream has ended.
    async fn chunk(&mut self) -> Option<String> {
        let bytes = std::future::poll_fn(|context| self.0.as_mut().poll_next(context)).await?;
        Some(String::from_utf8(bytes.expect("a piece").to_vec()).expect("text"))
    }

    /// The next event's id, name and data.
    async fn event(&mut self) -> (String, String, Value) {
        let text = self.chunk().await.expect("an event");
        let field = |name: &str| {
            let line = text
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            line.unwrap_or_else(|| panic!("no {name} in {text}")).to_owned()
        };
        (
            field("id"),
            field("event"),
            serde_json::from_str(&field("data")).expect("JSON"),
        )
    }

    /// The signal that the next event is about.
    async fn signal(&mut self) -> Value {
        self.event().await.2["signal_id"].clone()
    }
}

async fn say(app: &TestApp, tenant: &TestTenant<'_>, account: Option<AccountId>) -> SignalId {
    let seed = Seed::begin(tenant, app.clock.now()).await;
    let channel = seed.channel("x").await;
    let signal = seed
        .signal(
            channel,
            SignalSeed {
                account,
                ..SignalSeed::default()
            },
        )
        .await;
    seed.done().await;
    signal
}

#[actix_web::test]
async fn each_tenant_is_told_of_its_own_signals_only() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.tenant("Acme").await, app.tenant("Globex").await);
    let mut our_page = Page::open(&ours.owner().await, None).await;
    let mut their_page = Page::open(&theirs.owner().await, None).await;
    let their_signal = say(&app, &theirs, None).await;
    let our_signal = say(&app, &ours, None).await;
    // Each page's first event is its own tenant's, whatever was written first.
    let (_, name, data) = our_page.event().await;
    assert_eq!(
        (name.as_str(), &data["signal_id"]),
        ("signal.created", &json!(our_signal))
    );
    assert_eq!(their_page.signal().await, json!(their_signal));
}

#[actix_web::test]
async fn a_page_that_was_away_is_told_what_it_missed_in_order() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let owner = tenant.owner().await;
    let mut page = Page::open(&owner, None).await;
    say(&app, &tenant, None).await;
    let (seen, ..) = page.event().await;
    drop(page);
    let missed = [say(&app, &tenant, None).await, say(&app, &tenant, None).await];
    let mut page = Page::open(&owner, Some(&seen)).await;
    for signal in missed {
        assert_eq!(page.signal().await, json!(signal));
    }
    let live = say(&app, &tenant, None).await;
    assert_eq!(page.signal().await, json!(live));
}

#[actix_web::test]
async fn a_change_that_takes_long_keeps_no_other_waiting_and_is_told_after_it() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let owner = tenant.owner().await;
    let mut page = Page::open(&owner, None).await;
    let event = |name: &str| StreamEvent {
        kind: "signal.created",
        account_id: None,
        data: json!({ "signal_id": name }),
        at: app.clock.now(),
    };
    let (long, short) = (tenant.begin().await, tenant.begin().await);
    append(&long, event("long"));
    append(&short, event("short"));
    let commit = actix_web::rt::time::timeout(std::time::Duration::from_secs(10), short.commit());
    commit.await.expect("it does not wait for the other").unwrap();
    let (first, _, data) = page.event().await;
    assert_eq!(data["signal_id"], "short");
    long.commit().await.unwrap();
    let (second, _, data) = page.event().await;
    assert_eq!(data["signal_id"], "long");
    assert_eq!(second.parse::<i64>().unwrap(), first.parse::<i64>().unwrap() + 1);
}

#[actix_web::test]
async fn a_page_that_was_away_too_long_starts_over() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let tx = tenant.begin().await;
    for _ in 0..300 {
        let event = StreamEvent {
            kind: "signal.created",
            account_id: None,
            data: json!({}),
            at: app.clock.now(),
        };
        append(&tx, event);
    }
    tx.commit().await.unwrap();
    app.clock.advance(TimeDelta::hours(25));
    let tx = tenant.begin().await;
    for _ in 0..300 {
        let event = StreamEvent {
            kind: "signal.created",
            account_id: None,
            data: json!({}),
            at: app.clock.now(),
        };
        append(&tx, event);
    }
    tx.commit().await.unwrap();
    let head = 600;
    let owner = tenant.owner().await;
    // Too old, and from a database that no longer exists.
    for unknown in ["5", "99999"] {
        let mut page = Page::open(&owner, Some(unknown)).await;
        let (id, name, _) = page.event().await;
        assert_eq!((id, name.as_str()), (head.to_string(), "reset"), "{unknown}");
    }
    let mut page = Page::open(&owner, Some(&(head - 1).to_string())).await;
    assert_eq!(page.event().await.0, head.to_string());
}

#[actix_web::test]
async fn a_rep_is_told_of_their_accounts_and_of_what_is_assigned_to_them() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let (rep_id, rep) = tenant.member(Role::Rep).await;
    let seed = Seed::begin(&tenant, app.clock.now()).await;
    let (mine, other) = (
        seed.account("Mine", Some(rep_id)).await,
        seed.account("Other", None).await,
    );
    seed.done().await;
    let mut page = Page::open(&rep, None).await;
    let hidden = say(&app, &tenant, Some(other)).await;
    say(&app, &tenant, None).await;
    let seen = say(&app, &tenant, Some(mine)).await;
    assert_eq!(page.signal().await, json!(seen));
    let assign = json!({ "action": "assign", "member_id": rep_id });
    tenant
        .owner()
        .await
        .post(&format!("/api/v1/signals/{hidden}/actions"), assign)
        .await
        .expect(200);
    assert_eq!(page.signal().await, json!(hidden));
}

#[actix_web::test]
async fn a_stream_ends_with_the_session_the_member_or_the_role_it_was_opened_with() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let owner = tenant.owner().await;
    let (leaver_id, leaver) = tenant.member(Role::Rep).await;
    let (mover_id, mover) = tenant.member(Role::Manager).await;
    let signed_out = tenant.client(Role::Viewer).await;
    let mut stays = Page::open(&owner, None).await;
    let mut pages = [
        Page::open(&signed_out, None).await,
        Page::open(&leaver, None).await,
        Page::open(&mover, None).await,
    ];
    signed_out.delete("/api/v1/session").await.expect(204);
    owner
        .patch(&format!("/api/v1/members/{leaver_id}"), json!({ "is_active": false }))
        .await
        .expect(200);
    owner
        .patch(&format!("/api/v1/members/{mover_id}"), json!({ "role": "rep" }))
        .await
        .expect(200);
    for page in &mut pages {
        assert_eq!(page.chunk().await, None);
    }
    let signal = say(&app, &tenant, None).await;
    assert_eq!(stays.signal().await, json!(signal));
}

#[actix_web::test]
async fn many_pages_of_a_tenant_are_one_reader() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let owner = tenant.owner().await;
    let mut pages = Vec::new();
    for _ in 0..200 {
        pages.push(Page::open(&owner, None).await);
    }
    assert_eq!(app.app.stream.open_feeds(), 1);
    let signal = say(&app, &tenant, None).await;
    for page in &mut pages {
        assert_eq!(page.signal().await, json!(signal));
    }
}
