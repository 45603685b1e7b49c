//! Sessions: refreshing, rotating, losing them, and getting one.

use std::sync::{Arc, atomic::Ordering};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use pretty_assertions::assert_eq;
use reqwest::Method;
use secrecy::SecretString;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{
    ConnectorError, Crm,
    salesforce::{
        Salesforce, SalesforceConfig,
        oauth::{self, OauthApp},
    },
    testing::{Refreshing, World},
};

const REFRESH: &str = "5Aep861-fake-refresh";

fn client(world: &World, tokens: Arc<Refreshing>) -> Salesforce {
    Salesforce::new(world.http.clone(), tokens, world.clock(), SalesforceConfig::default())
}

#[tokio::test]
async fn many_calls_with_an_expired_session_refresh_it_once() {
    let world = World::with(|config| config.salesforce.rotate_refresh_tokens = true).await;
    let tokens = Arc::new(Refreshing::new(&world, REFRESH));
    let crm = Arc::new(client(&world, tokens.clone()));
    let calls: Vec<_> = (0..32)
        .map(|_| {
            tokio::spawn({
                let crm = crm.clone();
                async move { crm.probe().await }
            })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap().org_name.as_deref(), Some("Simulated org"));
    }
    assert_eq!(tokens.refreshes.load(Ordering::SeqCst), 1);

    // The session is revoked in the middle: once more, with the rotated refresh token.
    world
        .fault(json!({"vendor": "salesforce", "kind": "revoked_token"}))
        .await;
    crm.probe().await.unwrap();
    assert_eq!(tokens.refreshes.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_refresh_token_that_is_gone_ends_the_connection_in_salesforces_words() {
    let world = World::new().await;
    let error = client(&world, Arc::new(Refreshing::new(&world, "gone")))
        .probe()
        .await
        .unwrap_err();
    match error {
        ConnectorError::Unauthorized { message } => assert_eq!(message, "invalid_grant: expired access/refresh token"),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn the_identity_tells_org_and_user() {
    let world = World::new().await;
    let identity = world.salesforce().probe().await.unwrap();
    assert_eq!(identity.org_id, "00D5g000008XyZaEAK");
    assert_eq!(identity.user_id, Some(world.id_of("User", "Inga Integration").await));
}

#[tokio::test]
async fn signing_in_with_pkce_gives_tokens_that_work_until_they_are_revoked() {
    let world = World::new().await;
    let seed = &world.fakes.config().salesforce;
    let app = OauthApp {
        login_url: world.salesforce_url(),
        client_id: seed.client_id.clone(),
        client_secret: seed.client_secret.clone().into(),
        redirect_uri: "https://momentum.test/oauth/salesforce/callback".into(),
    };
    let verifier = "a-verifier-of-more-than-forty-three-characters-0123456789";
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    let code = |allow: &'static str| {
        let mut url = oauth::authorize_url(&app, "state-1", &challenge).unwrap();
        url.query_pairs_mut().append_pair("allow", allow);
        let http = world.http.clone();
        async move {
            let answer = http.request("authorize", Method::GET, url).send().await.unwrap();
            let back: reqwest::Url = answer.header("location").unwrap().parse().unwrap();
            back.query_pairs()
                .into_owned()
                .collect::<std::collections::HashMap<_, _>>()
        }
    };
    let denied = code("0").await;
    let error = oauth::explain_redirect_error(&denied["error"], &denied["error_description"]);
    assert!(error.to_string().contains("said no"), "{error}");

    let now = world.now();
    let stolen = code("1").await;
    let error = oauth::exchange_code(&world.http, &app, &stolen["code"], "another verifier", now)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, ConnectorError::Unauthorized { message } if message.contains("code verifier")),
        "{error}"
    );

    let granted = code("1").await;
    assert_eq!(granted["state"], "state-1");
    let grant = oauth::exchange_code(&world.http, &app, &granted["code"], verifier, now)
        .await
        .unwrap();
    assert_eq!(grant.access.api_base, Some(world.salesforce_url()));
    let refresh: SecretString = grant.refresh_token.unwrap();
    let fresh = oauth::refresh(&world.http, &app, &refresh, now).await.unwrap();
    assert!(fresh.refresh_token.is_none(), "this org does not rotate");
    oauth::revoke(&world.http, &app, &refresh, now).await.unwrap();
    assert!(matches!(
        oauth::refresh(&world.http, &app, &refresh, now).await,
        Err(ConnectorError::Unauthorized { .. })
    ));
}

#[test]
fn an_app_that_is_not_installed_in_the_org_is_explained_to_the_admin() {
    let error = oauth::explain_redirect_error(
        "OAUTH_EC_APP_NOT_FOUND",
        "External client app is not installed in this org",
    );
    assert!(
        error.to_string().contains("has to install the Momentum package"),
        "{error}"
    );
}
