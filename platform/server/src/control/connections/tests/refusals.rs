//! What must not become a connection.

use chrono::TimeDelta;
use pretty_assertions::assert_eq;

use super::{ALLOW, SALESFORCE, SLACK, admin, connection, count, stage};
use crate::control::access::{Permission, Role};
use crate::testing::location;

const MISMATCH: &str = "/connectors?connect_error=state_mismatch&vendor=slack";

#[actix_web::test]
async fn an_answer_is_taken_once_within_ten_minutes_from_the_session_that_asked() {
    let (app, vendors) = stage().await;
    let (ours, theirs) = (app.tenant("Northwind").await, app.tenant("Contoso").await);
    let admin = admin(&ours).await;
    let page = location(&admin.get(SLACK).await);
    let home = vendors.press(&page, ALLOW).await;
    let strangers = [
        ("another session of the same tenant", ours.owner().await),
        ("another tenant", theirs.owner().await),
    ];
    for (who, stranger) in strangers {
        assert_eq!(location(&stranger.get(&home).await), MISMATCH, "{who}");
    }
    // A stranger of the same tenant used the state up: that is the price of telling them nothing.
    assert_eq!(location(&admin.get(&home).await), MISMATCH);

    let home = vendors.press(&location(&admin.get(SLACK).await), ALLOW).await;
    app.clock.advance(TimeDelta::minutes(10));
    assert_eq!(location(&admin.get(&home).await), MISMATCH, "too late");

    let home = vendors.press(&location(&admin.get(SLACK).await), ALLOW).await;
    app.clock.advance(TimeDelta::minutes(10) - TimeDelta::seconds(1));
    assert_eq!(location(&admin.get(&home).await), "/connectors?connected=slack");
    assert_eq!(location(&admin.get(&home).await), MISMATCH, "twice");
    assert_eq!(count(&theirs, "connections").await, 0);
}

#[actix_web::test]
async fn a_hostile_query_ends_on_our_own_page_or_as_a_problem() {
    let (app, vendors) = stage().await;
    let tenant = app.tenant("Northwind").await;
    let admin = admin(&tenant).await;
    let long = "a".repeat(5_000);
    let state = |page: &str| {
        page.split("state=")
            .nth(1)
            .unwrap()
            .split('&')
            .next()
            .unwrap()
            .to_owned()
    };
    let good = state(&location(&admin.get(SLACK).await));
    let queries = [
        String::new(),
        "?".to_owned(),
        "?code=x".to_owned(),
        "?state=".to_owned(),
        "?code=x&state=%00".to_owned(),
        "?code=x&state=%ff%fe".to_owned(),
        format!("?code=x&state={long}"),
        "?code=x&state=a&state=b".to_owned(),
        "?error=%22%3E%3Cscript%3E&state=x".to_owned(),
        "?connect_error=x&vendor=//evil.example&state=x".to_owned(),
        format!("?state={good}"),
        format!("?state={good}&code=x"),
    ];
    for query in &queries {
        let end = location(&admin.get(&format!("/slack/oauth/callback{query}")).await);
        assert_eq!(end, MISMATCH, "{query}");
    }
    // A state of one vendor is none of another's.
    let good = state(&location(&admin.get(SLACK).await));
    let end = location(
        &admin
            .get(&format!("/oauth/salesforce/callback?code=x&state={good}"))
            .await,
    );
    assert_eq!(end, "/connectors?connect_error=state_mismatch&vendor=salesforce");

    let starts = [
        ("/oauth/salesforce/start?my_domain=evil.example/", 303),
        ("/oauth/salesforce/start?my_domain=user@evil.example", 303),
        (
            "/oauth/salesforce/start?my_domain=https%3A%2F%2Fevil.example%2F.my.salesforce.com",
            303,
        ),
        (
            "/oauth/salesforce/start?my_domain=evil.example%23.my.salesforce.com",
            303,
        ),
        ("/oauth/salesforce/start?connection=nonsense", 404),
        (
            "/oauth/salesforce/start?connection=cnn_00000000000000000000000000000000",
            404,
        ),
        ("/oauth/salesforce/start?sandbox=1&sandbox=1", 400),
    ];
    for (start, status) in starts {
        let answer = admin.get(start).await;
        assert_eq!(answer.status, status, "{start}");
        if status == 303 && !start.ends_with('/') {
            assert_eq!(
                location(&answer),
                "/connectors?connect_error=bad_domain&vendor=salesforce",
                "{start}"
            );
        }
    }
    assert_eq!(vendors.fakes.token_requests("oauth.v2.access"), 0);
    assert_eq!(count(&tenant, "connections").await, 0);
}

#[actix_web::test]
async fn each_refusal_of_the_vendor_has_its_word() {
    let (app, vendors) = stage().await;
    let tenant = app.tenant("Northwind").await;
    let admin = admin(&tenant).await;
    let home = |start: &'static str, query: &'static str| {
        let admin = admin.clone();
        async move {
            let page = location(&admin.get(start).await);
            let state = page
                .split("state=")
                .nth(1)
                .unwrap()
                .split('&')
                .next()
                .unwrap()
                .to_owned();
            let callback = start.replace("start", "callback");
            location(&admin.get(&format!("{callback}?{query}&state={state}")).await)
        }
    };
    let cases = [
        (SLACK, "error=access_denied", "access_denied"),
        (SLACK, "error=invalid_scope", "missing_scope"),
        (SLACK, "error=server_error", "exchange_failed"),
        (SLACK, "code=never-given-out", "exchange_failed"),
        (
            SALESFORCE,
            "error=access_denied&error_description=end-user+denied+authorization",
            "access_denied",
        ),
        (
            SALESFORCE,
            "error=OAUTH_EC_APP_NOT_FOUND&error_description=External+client+app+is+not+installed+in+this+org",
            "app_not_installed",
        ),
        (
            SALESFORCE,
            "error=access_denied&error_description=app+not+installed",
            "app_not_installed",
        ),
        (SALESFORCE, "code=never-given-out", "exchange_failed"),
    ];
    for (start, query, code) in cases {
        let end = home(start, query).await;
        assert!(
            end.starts_with(&format!("/connectors?connect_error={code}&vendor=")),
            "{query}: {end}"
        );
    }
    assert_eq!(
        vendors.install(&admin, SLACK, "allow=0").await,
        "/connectors?connect_error=access_denied&vendor=slack"
    );
    assert_eq!(count(&tenant, "connections").await, 0);
}

#[actix_web::test]
async fn a_slack_workspace_of_another_tenant_stays_theirs_until_they_give_it_up() {
    let (app, vendors) = stage().await;
    let (ours, theirs) = (app.tenant("Northwind").await, app.tenant("Contoso").await);
    let (we, they) = (ours.owner().await, theirs.owner().await);
    vendors.install(&they, SLACK, ALLOW).await;
    let end = vendors.install(&we, SLACK, ALLOW).await;
    assert_eq!(
        end,
        "/connectors?connect_error=already_connected_elsewhere&vendor=slack"
    );
    assert_eq!(count(&ours, "connections").await, 0);
    assert_eq!(count(&ours, "credentials").await, 0);
    let id = connection(&they, "slack").await["id"].as_str().unwrap().to_owned();
    // Their token still works: nobody took it back.
    let checked = they
        .post(&format!("/api/v1/connections/{id}/check"), serde_json::Value::Null)
        .await
        .expect(200);
    assert_eq!(checked["status"], "connected");

    they.delete(&format!("/api/v1/connections/{id}")).await.expect(204);
    assert_eq!(vendors.install(&we, SLACK, ALLOW).await, "/connectors?connected=slack");
}

#[actix_web::test]
async fn only_who_may_change_connections_begins_or_ends_an_installation() {
    let (app, _vendors) = stage().await;
    let tenant = app.tenant("Northwind").await;
    for path in [SLACK, SALESFORCE, "/slack/oauth/callback?code=x&state=y"] {
        let anonymous = app.anonymous().get(path).await;
        assert_eq!(location(&anonymous), "/login?next=/connectors", "{path}");
        for role in [Role::Manager, Role::Rep, Role::Viewer] {
            let answer = tenant.client(role).await.get(path).await;
            assert_eq!(
                (answer.status, answer.code()),
                (403, "permission_missing"),
                "{path} {role:?}"
            );
        }
        let key = tenant.api_client(&[Permission::ConnectionsWrite]).await.get(path).await;
        assert_eq!(key.status, 403, "{path}");
    }
}

#[actix_web::test]
async fn a_tenant_has_one_crm_at_a_time() {
    let (app, vendors) = stage().await;
    let tenant = app.tenant("Northwind").await;
    let admin = admin(&tenant).await;
    vendors.install(&admin, SALESFORCE, ALLOW).await;
    // The org that is there stands for another one: only its id tells them apart.
    let other = "UPDATE connections SET external_id = '00D000000000OTHER' WHERE tenant_id = $1";
    let tx = tenant.begin().await;
    crate::foundation::db::Sql::new(other)
        .bind(tenant.id)
        .execute(&tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let end = vendors.install(&admin, SALESFORCE, ALLOW).await;
    assert_eq!(end, "/connectors?connect_error=another_org&vendor=salesforce");
    let id = connection(&admin, "salesforce").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    admin.delete(&format!("/api/v1/connections/{id}")).await.expect(204);
    assert_eq!(
        vendors.install(&admin, SALESFORCE, ALLOW).await,
        "/connectors?connected=salesforce"
    );
    assert_eq!(count(&tenant, "connections").await, 2);
}

#[actix_web::test]
async fn without_our_app_in_the_settings_nobody_is_sent_away() {
    let app = crate::testing::TestApp::start().await;
    let admin = app.tenant("Northwind").await.owner().await;
    assert_eq!(
        location(&admin.get(SLACK).await),
        "/connectors?connect_error=not_configured&vendor=slack"
    );
    let vendors = admin.get("/api/v1/connections/vendors").await.expect(200);
    let slack = &vendors["items"][0];
    assert_eq!(slack["is_configured"], false);
    let missing = serde_json::json!(["MOMENTUM_SLACK_CLIENT_ID", "MOMENTUM_SLACK_CLIENT_SECRET"]);
    assert_eq!(slack["missing_settings"], missing);
    assert_eq!(slack["connect_url"], SLACK);
}
