//! From the button to the connection.

use pretty_assertions::assert_eq;
use serde_json::json;

use super::{ALLOW, HUBSPOT, SALESFORCE, SLACK, admin, audited, connection, count, stage};
use crate::testing::location;

#[actix_web::test]
async fn an_admin_connects_slack_and_salesforce_and_their_rooms_are_read() {
    let (app, vendors) = stage().await;
    let tenant = app.tenant("Northwind").await;
    let admin = admin(&tenant).await;
    assert_eq!(
        vendors.install(&admin, SLACK, ALLOW).await,
        "/connectors?connected=slack"
    );
    assert_eq!(
        vendors.install(&admin, SALESFORCE, ALLOW).await,
        "/connectors?connected=salesforce"
    );

    let slack = connection(&admin, "slack").await;
    assert_eq!(slack["external_id"], "T0ONE");
    assert_eq!(slack["name"], "One");
    assert_eq!(slack["status"], "connected");
    assert_eq!(slack["token"], json!({ "state": "ok", "expires_at": null }));
    assert_eq!(slack["missing_scopes"], json!([]));
    assert_eq!(slack["delivered_24h"], json!(null));
    let patterns = json!(["customer-*", "*-customer", "support*", "escalations*"]);
    assert_eq!(
        slack["settings"],
        json!({ "auto_join": patterns, "history_profile": "throttled", "sandbox": false })
    );
    let salesforce = connection(&admin, "salesforce").await;
    assert_eq!(salesforce["external_id"], "00D5g000008XyZaEAK");
    assert_eq!(salesforce["name"], "Simulated org");
    assert_eq!(salesforce["delivered_24h"], 0);

    assert_eq!(count(&tenant, "jobs WHERE queue = 'workspace_sync'").await, 1);
    assert_eq!(count(&tenant, "jobs WHERE queue = 'crm_import'").await, 1);
    let directory = "slack_installations WHERE slack_team_id = 'T0ONE' AND is_active AND bot_user_id = 'UT0ONE'";
    assert_eq!(count(&tenant, directory).await, 1);
    assert_eq!(count(&tenant, "oauth_states").await, 0);
    assert_eq!(audited(&tenant).await, ["connection.connected", "connection.connected"]);
}

#[actix_web::test]
async fn the_page_at_the_vendor_is_asked_for_the_right_things() {
    let (app, vendors) = stage().await;
    let tenant = app.tenant("Northwind").await;
    let admin = admin(&tenant).await;
    let config = vendors.fakes.config();
    let cases = [
        (
            SLACK,
            format!("{}/slack/oauth/v2/authorize?", config.public_url),
            "scope=app_mentions%3Aread%2Cchannels",
        ),
        (
            SLACK,
            String::new(),
            "redirect_uri=https%3A%2F%2Fmomentum.example.com%2Fslack%2Foauth%2Fcallback",
        ),
        (
            SALESFORCE,
            format!("{}/services/oauth2/authorize?", config.salesforce_url()),
            "code_challenge_method=S256",
        ),
        (SALESFORCE, String::new(), "scope=api+refresh_token"),
        (
            "/oauth/salesforce/start?my_domain=acme--uat.sandbox",
            "https://acme--uat.sandbox.my.salesforce.com/services/oauth2/authorize?".to_owned(),
            "redirect_uri=https%3A%2F%2Fmomentum.example.com%2Foauth%2Fsalesforce%2Fcallback",
        ),
    ];
    for (start, begins, contains) in cases {
        let page = location(&admin.get(start).await);
        assert!(page.starts_with(&begins), "{page}");
        assert!(page.contains(contains), "{page}");
    }
}

#[actix_web::test]
async fn a_whole_enterprise_grid_is_one_connection() {
    let (app, vendors) = stage().await;
    let tenant = app.tenant("Northwind").await;
    let admin = admin(&tenant).await;
    let end = vendors.install(&admin, SLACK, "allow=1&team=T0GRID&org=1").await;
    assert_eq!(end, "/connectors?connected=slack");
    assert_eq!(connection(&admin, "slack").await["external_id"], "E0GRID");
    let directory = "slack_installations WHERE slack_team_id = 'E0GRID' AND enterprise_id = 'E0GRID'";
    assert_eq!(count(&tenant, directory).await, 1);
}

#[actix_web::test]
async fn connecting_again_keeps_the_id_and_what_was_chosen() {
    let (app, vendors) = stage().await;
    let tenant = app.tenant("Northwind").await;
    let admin = admin(&tenant).await;
    vendors.install(&admin, SLACK, ALLOW).await;
    let before = connection(&admin, "slack").await;
    let path = format!("/api/v1/connections/{}", before["id"].as_str().unwrap());
    let chosen = json!({ "auto_join": ["#Kunden-*", "kunden-*"], "history_profile": "internal" });
    let changed = admin.patch(&path, chosen).await.expect(200);
    assert_eq!(changed["settings"]["auto_join"], json!(["kunden-*"]));

    let again = format!("{SLACK}?connection={}", before["id"].as_str().unwrap());
    assert_eq!(
        vendors.install(&admin, &again, ALLOW).await,
        "/connectors?connected=slack"
    );
    let after = connection(&admin, "slack").await;
    assert_eq!(after["id"], before["id"]);
    assert_eq!(after["settings"], changed["settings"]);
    let expected = ["connection.connected", "connection.changed", "connection.reauthorised"];
    assert_eq!(audited(&tenant).await, expected);

    // Another Slack workspace than the one that was to be renewed is told apart, and changes nothing.
    let end = vendors.install(&admin, &again, "allow=1&team=T0GRID").await;
    assert_eq!(end, "/connectors?connect_error=another_org&vendor=slack");
    assert_eq!(count(&tenant, "connections").await, 1);
    // Asked for as a further one, it is.
    vendors.install(&admin, SLACK, "allow=1&team=T0GRID").await;
    assert_eq!(count(&tenant, "connections").await, 2);
}

#[actix_web::test]
async fn hubspot_is_connected_beside_and_read() {
    let (app, vendors) = stage().await;
    let tenant = app.tenant("Northwind").await;
    let admin = admin(&tenant).await;
    let page = location(&admin.get(HUBSPOT).await);
    let begins = format!("{}/oauth/authorize?", vendors.fakes.config().hubspot_url());
    assert!(
        page.starts_with(&begins) && page.contains("scope=oauth+crm.objects.companies.read"),
        "{page}"
    );
    assert_eq!(
        vendors.install(&admin, HUBSPOT, ALLOW).await,
        "/connectors?connected=hubspot"
    );
    let hubspot = connection(&admin, "hubspot").await;
    assert_eq!(hubspot["status"], "connected");
    assert_eq!(hubspot["token"]["state"], "ok", "it is renewed by itself");
    assert_eq!(hubspot["token"]["expires_at"], "2027-03-02T12:30:00Z");
    assert_eq!(hubspot["missing_scopes"], json!([]));
    assert_eq!(count(&tenant, "jobs WHERE queue = 'crm_import'").await, 1);
    tenant.work().await;
    let path = format!("/api/v1/connections/{}", hubspot["id"].as_str().unwrap());
    admin.delete(&path).await.expect(204);
    app.clock.advance(chrono::TimeDelta::hours(2));
    tenant.work().await;
    assert_eq!(count(&tenant, "credentials").await, 0, "the app left the account");
}

#[actix_web::test]
async fn a_sandbox_is_remembered_as_one() {
    let (app, vendors) = stage().await;
    let tenant = app.tenant("Northwind").await;
    let admin = admin(&tenant).await;
    vendors
        .install(&admin, "/oauth/salesforce/start?sandbox=1", ALLOW)
        .await;
    assert_eq!(connection(&admin, "salesforce").await["settings"]["sandbox"], true);
}

#[actix_web::test]
async fn whoever_moves_to_another_crm_keeps_each_account_once() {
    let (app, vendors) = stage().await;
    let made = [
        (
            "salesforce/records/Account",
            json!({ "Name": "Acme Corp", "Website": "https://acme.example" }),
        ),
        (
            "hubspot/records/companies",
            json!({ "name": "ACME", "domain": "acme.example" }),
        ),
    ];
    for (kind, fields) in made {
        vendors.control("POST", &format!("/control/{kind}"), fields).await;
    }
    for (company, gives_up, expected) in [
        ("Northwind", true, vec!["hubspot"]),
        ("Globex", false, vec!["salesforce", "hubspot"]),
    ] {
        let tenant = app.tenant(company).await;
        let admin = admin(&tenant).await;
        vendors.install(&admin, SALESFORCE, ALLOW).await;
        tenant.work().await;
        let first = admin.get("/api/v1/accounts").await.expect(200)["items"][0].clone();
        if gives_up {
            let id = connection(&admin, "salesforce").await["id"].clone();
            let path = format!("/api/v1/connections/{}", id.as_str().unwrap());
            admin.delete(&path).await.expect(204);
        }
        vendors.install(&admin, HUBSPOT, ALLOW).await;
        tenant.work().await;
        let listed = admin.get("/api/v1/accounts").await.expect(200);
        let mut systems: Vec<&str> = (listed["items"].as_array().unwrap().iter())
            .map(|account| account["crm"]["system"].as_str().unwrap())
            .collect();
        systems.sort_unstable_by(|one, other| other.cmp(one));
        assert_eq!(systems, expected, "{company}");
        let ids: Vec<_> = listed["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|account| &account["id"])
            .collect();
        assert!(ids.contains(&&first["id"]), "the account is the one that it was");
    }
}
