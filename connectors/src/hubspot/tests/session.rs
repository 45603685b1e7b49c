//! Tokens: getting them, replacing them in time, losing them.

use std::sync::{Arc, atomic::Ordering};

use pretty_assertions::assert_eq;
use reqwest::Method;
use secrecy::SecretString;
use serde_json::json;

use crate::{
    ConnectorError, Crm,
    hubspot::{HubspotConfig, oauth},
    testing::{RefreshingAhead, World},
};

const REFRESH: &str = "fake-hubspot-refresh";

/// Failure 15.
#[tokio::test]
async fn a_token_of_thirty_minutes_is_replaced_before_it_ends() {
    let world = World::new().await;
    let tokens = Arc::new(RefreshingAhead::new(&world, REFRESH));
    let crm = world.hubspot_with(tokens.clone(), HubspotConfig::default());
    // Three hours, a call every minute: HubSpot never has to refuse a token.
    for _ in 0..180 {
        crm.probe().await.unwrap();
        world.pass(60);
    }
    // Each token is used 25 of its 30 minutes.
    assert_eq!(tokens.refreshes.load(Ordering::SeqCst), 8);
    let calls = world.state().await["hubspot"]["calls"].as_u64();
    assert_eq!(calls, Some(180), "no call was made twice");
}

#[tokio::test]
async fn many_calls_at_once_refresh_the_token_once() {
    let world = World::new().await;
    let tokens = Arc::new(RefreshingAhead::new(&world, REFRESH));
    let crm = Arc::new(world.hubspot_with(tokens.clone(), HubspotConfig::default()));
    let calls: Vec<_> = (0..32)
        .map(|_| {
            let crm = crm.clone();
            tokio::spawn(async move { crm.probe().await })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap().org_id, "62515");
    }
    assert_eq!(tokens.refreshes.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_token_taken_back_in_between_costs_one_more_try_and_no_second_record() {
    let world = World::new().await;
    let tokens = Arc::new(RefreshingAhead::new(&world, REFRESH));
    let crm = world.hubspot_with(tokens.clone(), HubspotConfig::default());
    crm.describe().await.unwrap();
    let fault = json!({"vendor": "hubspot", "match": {"path": "/batch/upsert"}, "kind": "revoked_token"});
    world.fault(fault).await;
    super::write(&world, &crm, "sig_1").await.unwrap();
    assert_eq!(super::records(&world, "tasks").await.len(), 1);
    assert_eq!(tokens.refreshes.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn an_app_that_was_uninstalled_ends_the_connection_in_hubspots_words() {
    let world = World::new().await;
    let tokens = Arc::new(RefreshingAhead::new(&world, "gone"));
    let crm = world.hubspot_with(tokens, HubspotConfig::default());
    match crm.probe().await.unwrap_err() {
        ConnectorError::Unauthorized { message } => {
            assert_eq!(message, "BAD_REFRESH_TOKEN: missing or invalid refresh token");
        }
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn installing_gives_tokens_that_work_until_the_app_is_taken_out() {
    let world = World::new().await;
    let (app, now) = (world.hubspot_app(), world.now());
    let mut url = oauth::authorize_url(&app, "state-1").unwrap();
    assert!(url.query().unwrap().contains("crm.objects.deals.write"), "{url}");
    url.query_pairs_mut().append_pair("allow", "1");
    let answer = world.http.request("authorize", Method::GET, url).send().await.unwrap();
    let back: reqwest::Url = answer.header("location").unwrap().parse().unwrap();
    let given: std::collections::HashMap<_, _> = back.query_pairs().into_owned().collect();
    assert_eq!(given["state"], "state-1");

    let grant = oauth::exchange(&world.http, &app, &given["code"], now).await.unwrap();
    assert_eq!(grant.expires_in, Some(1800));
    assert!(grant.scope.unwrap().contains("crm.objects.deals.write"));
    let again = oauth::exchange(&world.http, &app, &given["code"], now)
        .await
        .unwrap_err();
    assert!(
        again.to_string().contains("BAD_AUTH_CODE"),
        "a code works once: {again}"
    );

    let refresh: SecretString = grant.refresh_token.unwrap();
    let fresh = oauth::refresh(&world.http, &app, &refresh, now).await.unwrap();
    oauth::uninstall(&world.http, &app, &fresh.access.secret, now)
        .await
        .unwrap();
    let gone = oauth::refresh(&world.http, &app, &refresh, now).await.unwrap_err();
    assert!(matches!(gone, ConnectorError::Unauthorized { .. }), "{gone}");
}

#[test]
fn a_token_is_due_five_minutes_before_its_end() {
    let now = "2026-11-22T12:00:00Z".parse().unwrap();
    for (seconds, due) in [(1800, false), (301, false), (300, true), (0, true), (-60, true)] {
        let expires_at = now + chrono::Duration::seconds(seconds);
        assert_eq!(oauth::refresh_is_due(expires_at, now), due, "{seconds}");
    }
}
