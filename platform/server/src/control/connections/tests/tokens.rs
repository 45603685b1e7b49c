//! Renewing tokens: once for everybody, before they end, and never in a storm.

use chrono::TimeDelta;
use futures_util::future::join_all;
use momentum_connectors::fakes::{Fault, FaultKind, Matching, Vendor};
use momentum_connectors::{ConnectorError, Crm, TokenSource};
use pretty_assertions::{assert_eq, assert_ne};
use secrecy::ExposeSecret;

use super::{ALLOW, HUBSPOT, SALESFORCE, SLACK, connection, stage, workspaces};
use crate::foundation::db::Sql;
use crate::foundation::ids::ConnectionId;
use crate::testing::{TestApp, TestClient, TestTenant};

const TOKEN: &str = "/services/oauth2/token";

async fn id(client: &TestClient, vendor: &str) -> ConnectionId {
    connection(client, vendor).await["id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap()
}

fn revoked_session(times: u32) -> Fault {
    Fault {
        vendor: Vendor::Salesforce,
        matching: Matching {
            method: None,
            path: Some("/services/data".to_owned()),
        },
        kind: FaultKind::RevokedToken,
        times,
        retry_after: None,
        status: None,
        code: None,
        message: None,
        field: None,
        delay_ms: 0,
        commit: true,
    }
}

/// Puts the end of the stored access token so far from now, as if it had been given out earlier.
async fn let_token_end(tenant: &TestTenant<'_>, app: &TestApp, vendor: &str) {
    let end = "SELECT expires_at AS value FROM credentials AS c JOIN connections AS n ON n.tenant_id = c.tenant_id
                AND n.id = c.connection_id WHERE c.tenant_id = $1 AND n.vendor = $2";
    let end: Option<chrono::DateTime<chrono::Utc>> = Sql::new(end)
        .bind(tenant.id)
        .bind(vendor)
        .scalar(&tenant.begin().await)
        .await
        .expect("the database answers");
    let end = end.expect("the vendor says when its token ends");
    app.clock.advance(end - app.clock.now() + TimeDelta::seconds(1));
}

/// A call that read the credential before somebody renewed it may remember it afterwards.
#[actix_web::test]
async fn a_token_that_was_refused_is_not_used_again_although_it_is_remembered() {
    let (app, vendors) = stage().await;
    let tenant = app.tenant("Northwind").await;
    let owner = tenant.owner().await;
    vendors.install(&owner, SALESFORCE, ALLOW).await;
    let connectors = &app.app.connectors;
    let salesforce = id(&owner, "salesforce").await;
    let tokens = connectors.tokens(&tenant.db(), salesforce, false);
    let old = tokens.access_token().await.expect("a token");
    let remembered = connectors.credentials.get(&salesforce).expect("it is remembered");
    tokens
        .invalidate(&old, "INVALID_SESSION_ID")
        .await
        .expect("another one");
    connectors.credentials.insert(salesforce, remembered);
    let new = tokens.access_token().await.expect("a token");
    assert_ne!(new.secret.expose_secret(), old.secret.expose_secret());
}

/// Failure 5: parallel refresh of one single-use token kills the connection.
#[actix_web::test]
async fn thirty_two_calls_in_two_processes_that_find_the_token_ended_make_one_refresh() {
    let (app, vendors) = TestApp::start_with_vendors(|config| {
        workspaces(config, &[("T0ONE", "One", None)]);
        config.slack.token_rotation = true;
        config.salesforce.rotate_refresh_tokens = true;
    })
    .await;
    let tenant = app.tenant("Northwind").await;
    let owner = tenant.owner().await;
    vendors.install(&owner, SLACK, ALLOW).await;
    vendors.install(&owner, SALESFORCE, ALLOW).await;
    let (second, _dir) = app.another_process().await;
    let processes = [&app.app.connectors, &second.connectors];
    let db = tenant.db();

    let slack = id(&owner, "slack").await;
    for round in 1..=2 {
        let_token_end(&tenant, &app, "slack").await;
        let before = vendors.fakes.token_requests("oauth.v2.access");
        let calls = (0..32).map(|n| {
            let chat = processes[n % 2].chat(&db, slack);
            async move { chat.auth_test().await.map(drop) }
        });
        for answer in join_all(calls).await {
            answer.expect("every call gets the one new token");
        }
        assert_eq!(
            vendors.fakes.token_requests("oauth.v2.access") - before,
            1,
            "round {round}"
        );
    }

    let salesforce = id(&owner, "salesforce").await;
    let clients: Vec<std::sync::Arc<dyn Crm>> = join_all(processes.map(|process| process.crm(&db, salesforce)))
        .await
        .into_iter()
        .map(|crm| crm.expect("a client"))
        .collect();
    for round in 1..=2 {
        // The first call's session is refused; those that follow with it find it gone.
        vendors.fakes.add_fault(revoked_session(1));
        let before = vendors.fakes.token_requests(TOKEN);
        let calls = (0..32).map(|n| {
            let crm = clients[n % 2].clone();
            async move { crm.probe().await.map(drop) }
        });
        for answer in join_all(calls).await {
            answer.expect("every call gets the one new session");
        }
        assert_eq!(vendors.fakes.token_requests(TOKEN) - before, 1, "round {round}");
    }
}

#[actix_web::test]
async fn a_refused_refresh_is_asked_once_and_told_once() {
    let (app, vendors) = stage().await;
    let tenant = app.tenant("Northwind").await;
    let owner = tenant.owner().await;
    vendors.install(&owner, SALESFORCE, ALLOW).await;
    let salesforce = id(&owner, "salesforce").await;
    let crm = app
        .app
        .connectors
        .crm(&tenant.db(), salesforce)
        .await
        .expect("a client");
    crm.probe().await.expect("it works");
    // The org's administrator takes the app away: sessions and the refresh token are dead.
    vendors.fakes.add_fault(revoked_session(1));
    vendors.fakes.add_fault(Fault {
        matching: Matching {
            method: None,
            path: Some(TOKEN.to_owned()),
        },
        kind: FaultKind::Status,
        times: 1000,
        status: Some(400),
        code: Some("invalid_grant".to_owned()),
        ..revoked_session(1)
    });
    let before = vendors.fakes.token_requests(TOKEN);
    for answer in join_all((0..32).map(|_| crm.probe())).await {
        assert!(matches!(answer, Err(ConnectorError::Unauthorized { .. })), "{answer:?}");
    }
    assert_eq!(vendors.fakes.token_requests(TOKEN) - before, 1);
    let shown = connection(&owner, "salesforce").await;
    assert_eq!(
        (shown["status"].as_str(), shown["token"]["state"].as_str()),
        (Some("disconnected"), Some("refused"))
    );
    let told = "stream_events WHERE kind = 'connection.updated' AND data->>'status' = 'disconnected'";
    assert_eq!(super::count(&tenant, told).await, 1);
}

#[actix_web::test]
async fn a_rotated_token_is_stored_before_it_is_used() {
    let (app, vendors) = TestApp::start_with_vendors(|config| config.salesforce.rotate_refresh_tokens = true).await;
    let tenant = app.tenant("Northwind").await;
    let owner = tenant.owner().await;
    vendors.install(&owner, SALESFORCE, ALLOW).await;
    let salesforce = id(&owner, "salesforce").await;
    // A caller that goes away right after the refresh, and a process that begins anew: the stored pair is the good one.
    for _ in 0..3 {
        vendors.fakes.add_fault(revoked_session(1));
        let (process, _dir) = app.another_process().await;
        let crm = process
            .connectors
            .crm(&tenant.db(), salesforce)
            .await
            .expect("a client");
        crm.probe().await.expect("the stored pair works");
    }
    assert_eq!(connection(&owner, "salesforce").await["status"], "connected");
}

/// Failure 15: HubSpot's tokens live 30 minutes, and a 401 is no reason to renew one.
#[actix_web::test]
async fn a_hubspot_token_is_renewed_ahead_of_its_end_and_never_because_of_a_401() {
    let (app, vendors) = stage().await;
    let tenant = app.tenant("Northwind").await;
    let owner = tenant.owner().await;
    vendors.install(&owner, HUBSPOT, ALLOW).await;
    let hubspot = id(&owner, "hubspot").await;
    let crm = app.app.connectors.crm(&tenant.db(), hubspot).await.expect("a client");
    let renewals = || vendors.fakes.token_requests("/token") - 1;
    for minute in 1..=180 {
        app.clock.advance(TimeDelta::minutes(1));
        crm.probe()
            .await
            .unwrap_or_else(|error| panic!("minute {minute}: {error}"));
    }
    assert_eq!(renewals(), 7, "every 25 minutes");
    app.clock.advance(TimeDelta::hours(9));
    crm.probe()
        .await
        .expect("a token that ended in the night is renewed before it is used");
    assert_eq!(renewals(), 8);

    vendors.fakes.add_fault(Fault {
        vendor: Vendor::Hubspot,
        matching: Matching::default(),
        ..revoked_session(1)
    });
    let answer = crm.probe().await;
    assert!(matches!(answer, Err(ConnectorError::Unauthorized { .. })), "{answer:?}");
    assert_eq!(renewals(), 8);
}
