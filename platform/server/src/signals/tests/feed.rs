//! The list and the counts beside it.

use chrono::TimeDelta;
use momentum_engine::signal::SignalKind;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::ids;
use crate::control::access::Role;
use crate::foundation::ids::{MemberId, SignalId};
use crate::testing::{Seed, SignalSeed, TestApp, TestClient, TestTenant};

/// Forty signals of every kind, over three accounts, three channels and two weeks; some acted upon.
async fn many(app: &TestApp, tenant: &TestTenant<'_>, rep: MemberId) {
    let seed = Seed::begin(tenant, app.clock.now()).await;
    let accounts = [
        Some(seed.account("Acme Corp", Some(rep)).await),
        Some(seed.account("Globex", Some(tenant.owner_id)).await),
        Some(seed.account("Initech", None).await),
        None,
    ];
    let channels = [
        seed.channel("acme").await,
        seed.channel("globex").await,
        seed.channel("other").await,
    ];
    let mut signals = Vec::new();
    for at in 0..40_usize {
        let signal = SignalSeed {
            kind: SignalKind::ALL[at % 6],
            confidence: 50 + u8::try_from(at * 7 % 50).unwrap(),
            account: accounts[at % 4],
            age: TimeDelta::hours(i64::try_from(at).unwrap() * 8),
            title: if at % 5 == 0 {
                format!("Budget question {at}")
            } else {
                format!("Needs seats {at}")
            },
            sentiment: ["positive", "neutral", "negative", "urgent"][at / 4 % 4],
            ..SignalSeed::default()
        };
        signals.push(seed.signal(channels[at % 3], signal).await);
    }
    seed.done().await;
    let owner = tenant.owner().await;
    for (at, signal) in signals.iter().enumerate() {
        let action = match at % 8 {
            1 => json!({ "action": "handle" }),
            3 => json!({ "action": "snooze", "until": "2027-03-03T12:00:00Z" }),
            5 => json!({ "action": "dismiss", "reason": "resolved" }),
            _ => continue,
        };
        act(&owner, *signal, action).await;
    }
}

async fn act(client: &TestClient, signal: SignalId, action: Value) {
    client
        .post(&format!("/api/v1/signals/{signal}/actions"), action)
        .await
        .expect(200);
}

/// Every signal under a query, page by page.
async fn all(client: &TestClient, query: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = client
            .get(&format!("/api/v1/signals?limit=25{query}{cursor}"))
            .await
            .expect(200);
        items.extend(page["items"].as_array().expect("items").clone());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
    }
}

#[actix_web::test]
async fn signals_of_another_tenant_are_not_there() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.tenant("Acme").await, app.tenant("Globex").await);
    let seed = Seed::begin(&theirs, app.clock.now()).await;
    let channel = seed.channel("x").await;
    let signal = seed.signal(channel, SignalSeed::default()).await;
    seed.done().await;
    let owner = ours.owner().await;
    assert_eq!(owner.get(&format!("/api/v1/signals/{signal}")).await.status, 404);
    let action = owner
        .post(
            &format!("/api/v1/signals/{signal}/actions"),
            json!({ "action": "handle" }),
        )
        .await;
    assert_eq!(action.status, 404);
    assert_eq!(all(&owner, "").await, Vec::<Value>::new());
    assert_eq!(owner.get("/api/v1/signals/counts").await.expect(200)["total"], 0);
    assert_eq!(
        all(&owner, &format!("&channel_id={channel}")).await,
        Vec::<Value>::new()
    );
    assert_eq!(
        theirs
            .owner()
            .await
            .get(&format!("/api/v1/signals/{signal}"))
            .await
            .status,
        200
    );
}

#[actix_web::test]
async fn the_count_of_a_facet_is_the_length_of_the_list_with_that_filter() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let (rep_id, rep) = tenant.member(Role::Rep).await;
    many(&app, &tenant, rep_id).await;
    let filters = [
        "",
        "&kind=risk,churn",
        "&kind=risk&kind=usage&status=open,handled",
        "&status=open,handled,snoozed,dismissed,converted",
        "&confidence_min=60&confidence_max=90",
        "&sentiment=negative,urgent",
        "&since=2027-02-25T00:00:00Z&until=2027-03-01T00:00:00Z",
        "&q=budget",
        "&q=acme%20seats",
        "&account_id=none&status=open,dismissed",
        "&member_id=none",
        "&kind=expansion&confidence_min=55&status=dismissed,open",
    ];
    // What a rep sees is a filter like the others; a few of the rest beside it will do.
    for (client, filters) in [(&tenant.owner().await, &filters[..]), (&rep, &filters[..4])] {
        for filter in filters {
            let counts = client
                .get(&format!("/api/v1/signals/counts?{}", filter.trim_start_matches('&')))
                .await;
            let counts = counts.expect(200);
            let listed = all(client, filter).await;
            assert_eq!(counts["total"], listed.len(), "total under {filter}");
            let facets = [
                ("by_kind", "kind", "/kind"),
                ("by_status", "status", "/status"),
                ("by_account", "account_id", "/account/id"),
                ("by_member", "member_id", "/member/id"),
                ("by_channel", "channel_id", "/channel/id"),
            ];
            for (facet, parameter, pointer) in facets {
                // A facet ignores its own filter, so it is taken out before one of its values is put in.
                let others: String = filter
                    .split('&')
                    .filter(|part| !part.is_empty() && !part.starts_with(&format!("{parameter}=")))
                    .map(|part| format!("&{part}"))
                    .collect();
                for entry in counts[facet].as_array().expect("a list") {
                    let value = entry.pointer(pointer).and_then(Value::as_str).unwrap_or("none");
                    let listed = all(client, &format!("{others}&{parameter}={value}")).await;
                    assert_eq!(entry["count"], listed.len(), "{facet} {value} under {filter}");
                }
            }
        }
    }
}

#[actix_web::test]
async fn pages_follow_each_other_without_gaps_or_repetitions_in_both_orders() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    many(&app, &tenant, tenant.owner_id).await;
    let owner = tenant.owner().await;
    let everything = "&status=open,handled,snoozed,dismissed";
    let newest = all(&owner, everything).await;
    let surest = all(&owner, &format!("{everything}&sort=confidence")).await;
    assert_eq!((newest.len(), surest.len()), (40, 40));
    assert!(newest.is_sorted_by(|a, b| a["posted_at"].as_str() > b["posted_at"].as_str()));
    assert!(surest.is_sorted_by(|a, b| a["confidence"].as_u64() >= b["confidence"].as_u64()));
    let mut seen: Vec<_> = surest.iter().map(|signal| signal["id"].to_string()).collect();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 40);
}

#[actix_web::test]
async fn bad_filters_are_refused_by_name() {
    let app = TestApp::start().await;
    let owner = app.tenant("Acme").await.owner().await;
    for (query, field) in [
        ("kind=deal", "kind"),
        ("status=closed", "status"),
        ("confidence_min=101", "confidence_min"),
        ("account_id=sig_1", "account_id"),
        ("since=yesterday", "since"),
        ("sort=oldest", "sort"),
        ("limit=0", "limit"),
        ("cursor=x", "cursor"),
    ] {
        let answer = owner.get(&format!("/api/v1/signals?{query}")).await;
        assert_eq!(
            (answer.status, answer.body["errors"][0]["field"].as_str()),
            (422, Some(field)),
            "{query}"
        );
    }
}

#[actix_web::test]
async fn a_rep_sees_the_signals_of_their_accounts_and_those_assigned_to_them() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let ((rep_id, rep), (other_id, other)) = (tenant.member(Role::Rep).await, tenant.member(Role::Csm).await);
    let seed = Seed::begin(&tenant, app.clock.now()).await;
    let (mine, theirs) = (
        seed.account("Mine", Some(rep_id)).await,
        seed.account("Theirs", Some(other_id)).await,
    );
    let channel = seed.channel("x").await;
    let of = |account| SignalSeed {
        account,
        ..SignalSeed::default()
    };
    let my_signal = seed.signal(channel, of(Some(mine))).await;
    let their_signal = seed.signal(channel, of(Some(theirs))).await;
    let nobodys = seed.signal(channel, of(None)).await;
    seed.done().await;

    assert_eq!(
        ids(&rep.get("/api/v1/signals").await.expect(200)),
        [my_signal.to_string()]
    );
    assert_eq!(
        ids(&other.get("/api/v1/signals").await.expect(200)),
        [their_signal.to_string()]
    );
    assert_eq!(rep.get("/api/v1/signals/counts").await.expect(200)["total"], 1);
    for hidden in [their_signal, nobodys] {
        assert_eq!(rep.get(&format!("/api/v1/signals/{hidden}")).await.status, 404);
        let answer = rep
            .post(
                &format!("/api/v1/signals/{hidden}/actions"),
                json!({ "action": "handle" }),
            )
            .await;
        assert_eq!(answer.status, 404);
    }

    let owner = tenant.owner().await;
    act(&owner, nobodys, json!({ "action": "assign", "member_id": rep_id })).await;
    assert_eq!(rep.get(&format!("/api/v1/signals/{nobodys}")).await.status, 200);
    assert_eq!(rep.get("/api/v1/signals/counts").await.expect(200)["total"], 2);
    let everybody = owner.get("/api/v1/signals").await.expect(200);
    assert_eq!(ids(&everybody).len(), 3);
}

#[actix_web::test]
async fn a_snoozed_signal_whose_time_has_come_is_open() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let seed = Seed::begin(&tenant, app.clock.now()).await;
    let channel = seed.channel("x").await;
    let signal = seed.signal(channel, SignalSeed::default()).await;
    seed.done().await;
    let owner = tenant.owner().await;
    act(
        &owner,
        signal,
        json!({ "action": "snooze", "until": "2027-03-02T15:00:00Z" }),
    )
    .await;
    let standing = async || {
        let open = ids(&owner.get("/api/v1/signals").await.expect(200)).len();
        let snoozed = ids(&owner.get("/api/v1/signals?status=snoozed").await.expect(200)).len();
        (
            open,
            snoozed,
            owner.get(&format!("/api/v1/signals/{signal}")).await.expect(200)["status"].clone(),
        )
    };
    assert_eq!(standing().await, (0, 1, json!("snoozed")));
    app.clock.advance(TimeDelta::hours(3));
    assert_eq!(standing().await, (1, 0, json!("open")));
    let counts = owner.get("/api/v1/signals/counts").await.expect(200);
    assert_eq!(counts["by_status"][0], json!({ "status": "open", "count": 1 }));
}

#[actix_web::test]
async fn high_priority_is_what_is_sure_enough_for_an_alert_and_a_day_old_at_most() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let seed = Seed::begin(&tenant, app.clock.now()).await;
    let channel = seed.channel("x").await;
    for (confidence, hours) in [(80, 1), (79, 1), (95, 23), (95, 25)] {
        let signal = SignalSeed {
            confidence,
            age: TimeDelta::hours(hours),
            ..SignalSeed::default()
        };
        seed.signal(channel, signal).await;
    }
    seed.done().await;
    let counts = tenant.owner().await.get("/api/v1/signals/counts").await.expect(200);
    assert_eq!((&counts["total"], &counts["high_priority"]), (&json!(4), &json!(2)));
}
