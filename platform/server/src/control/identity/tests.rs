use chrono::TimeDelta;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::*;
use crate::control::access::Role;
use crate::foundation::db::Sql;
use crate::testing::{Answer, PASSWORD, TestApp, TestClient};

fn sign_up_form(email: &str) -> Value {
    json!({ "company_name": "Acme", "name": "Ada", "email": email, "password": PASSWORD })
}

async fn sign_in(client: &TestClient, email: &str, password: &str) -> Answer {
    client
        .post("/api/v1/session", json!({ "email": email, "password": password }))
        .await
}

/// The client with the cookie that an answer set.
fn with_cookie(app: &TestApp, answer: &Answer) -> TestClient {
    let cookie = answer.headers.get("set-cookie").expect("a cookie").to_str().unwrap();
    app.anonymous().with_header("cookie", cookie.split(';').next().unwrap())
}

#[actix_web::test]
async fn a_session_of_one_tenant_shows_nothing_of_another() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.tenant("Acme").await, app.tenant("Globex").await);
    let (member, _) = theirs.member(Role::Rep).await;
    let owner = ours.owner().await;
    let names = owner.get("/api/v1/members").await.expect(200).to_string();
    assert!(!names.contains("Globex"), "{names}");
    let change = json!({ "role": "viewer" });
    assert_eq!(
        owner.patch(&format!("/api/v1/members/{member}"), change).await.status,
        404
    );
}

#[actix_web::test]
async fn signing_up_makes_a_tenant_with_its_owner_signed_in() {
    let app = TestApp::start().await;
    let answer = app
        .anonymous()
        .post("/api/v1/signup", sign_up_form("ada@acme.com"))
        .await;
    let cookie = answer.headers.get("set-cookie").unwrap().to_str().unwrap().to_owned();
    for part in ["momentum_session=ses_", "HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let ada = with_cookie(&app, &answer);
    let me = answer.expect(201);
    assert_eq!(
        (&me["member"]["role"], &me["tenant"]["name"]),
        (&json!("owner"), &json!("Acme"))
    );
    assert_eq!(ada.get("/api/v1/me").await.expect(200), me);

    let again = app
        .anonymous()
        .post("/api/v1/signup", sign_up_form("ADA@acme.com"))
        .await;
    assert_eq!((again.status, again.code()), (409, "conflict"));
}

#[actix_web::test]
async fn a_sign_up_form_with_mistakes_names_them() {
    let app = TestApp::start().await;
    let cases = [
        ("email", json!("not an address")),
        ("password", json!("short")),
        ("password", json!("x".repeat(201))),
        ("name", json!("   ")),
        ("company_name", json!("")),
    ];
    for (field, value) in cases {
        let mut form = sign_up_form("ada@acme.com");
        form[field] = value;
        let answer = app.anonymous().post("/api/v1/signup", form).await;
        assert_eq!(
            (answer.status, &answer.body["errors"][0]["field"]),
            (422, &json!(field)),
            "{}",
            answer.body
        );
    }
}

#[actix_web::test]
async fn a_wrong_password_and_an_unknown_address_are_told_the_same() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let mut answers = Vec::new();
    for (email, password) in [
        (tenant.owner_email.as_str(), "wrong password"),
        ("nobody@acme.com", PASSWORD),
    ] {
        let answer = sign_in(&app.anonymous(), email, password).await;
        assert_eq!((answer.status, answer.code()), (401, "bad_credentials"));
        let mut body = answer.body;
        body["request_id"].take();
        answers.push(body);
    }
    assert_eq!(answers[0], answers[1]);
    sign_in(&app.anonymous(), &tenant.owner_email.to_uppercase(), PASSWORD)
        .await
        .expect(200);
}

#[actix_web::test]
async fn an_account_is_not_guessed_and_the_wait_is_told() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    for _ in 0..10 {
        sign_in(&app.anonymous(), &tenant.owner_email, "wrong password")
            .await
            .expect(401);
    }
    let answer = sign_in(&app.anonymous(), &tenant.owner_email, PASSWORD).await;
    assert_eq!(
        (
            answer.status,
            answer.headers.get("retry-after").unwrap().to_str().unwrap()
        ),
        (429, "30")
    );
    // Another account is not concerned, and time heals.
    sign_in(&app.anonymous(), "nobody@acme.com", PASSWORD).await.expect(401);
    app.clock.advance(TimeDelta::seconds(30));
    sign_in(&app.anonymous(), &tenant.owner_email, PASSWORD)
        .await
        .expect(200);
}

#[actix_web::test]
async fn a_session_ends_by_signing_out_by_idleness_and_by_age() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let client = tenant.owner().await;
    client.delete("/api/v1/session").await.expect(204);
    assert_eq!(client.get("/api/v1/me").await.status, 401);

    let idle = tenant.owner().await;
    app.clock.advance(TimeDelta::days(6));
    idle.get("/api/v1/me").await.expect(200);
    app.clock.advance(TimeDelta::days(6));
    idle.get("/api/v1/me").await.expect(200);
    app.clock.advance(TimeDelta::days(7));
    assert_eq!(idle.get("/api/v1/me").await.status, 401, "a week without use");

    let busy = tenant.owner().await;
    for _ in 0..5 {
        app.clock.advance(TimeDelta::days(5));
        busy.get("/api/v1/me").await.expect(200);
    }
    app.clock.advance(TimeDelta::days(5));
    assert_eq!(busy.get("/api/v1/me").await.status, 401, "thirty days in all");

    let deleted = sessions::delete_expired(&tenant.begin().await, app.clock.now())
        .await
        .unwrap();
    assert_eq!(deleted, 2);
}

#[actix_web::test]
async fn a_link_opens_once_and_not_after_a_week() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let invite = |email: &str| json!({ "email": email, "name": "Rob", "role": "rep" });
    let mut links = Vec::new();
    for email in ["rob@acme.com", "late@acme.com"] {
        let invited = tenant
            .owner()
            .await
            .post("/api/v1/members", invite(email))
            .await
            .expect(201);
        let link = invited["invite_link"].as_str().unwrap().to_owned();
        links.push(link.strip_prefix("https://momentum.example.com").unwrap().to_owned());
    }
    let first = app.anonymous().get(&links[0]).await;
    assert_eq!(
        (first.status, first.headers.get("location").unwrap().to_str().unwrap()),
        (303, "/")
    );
    let me = with_cookie(&app, &first).get("/api/v1/me").await.expect(200);
    assert_eq!(
        (&me["member"]["role"], &me["user"]["has_password"]),
        (&json!("rep"), &json!(false))
    );

    app.clock.advance(TimeDelta::days(8));
    for link in [links[0].as_str(), links[1].as_str(), "/login/link/lnk_unknown"] {
        let answer = app.anonymous().get(link).await;
        assert_eq!(
            (answer.status, answer.headers.get("location").unwrap().to_str().unwrap()),
            (303, "/login?problem=link_expired")
        );
        assert!(!answer.headers.contains_key("set-cookie"));
    }
}

#[actix_web::test]
async fn only_a_demo_has_links_that_open_again() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    for (is_demo, second) in [(false, "/login?problem=link_expired"), (true, "/")] {
        let tx = tenant.begin().await;
        Sql::new("UPDATE tenants SET is_demo = $2 WHERE tenant_id = $1")
            .bind(tenant.id)
            .bind(is_demo)
            .execute(&tx)
            .await
            .unwrap();
        let owner = find_user(&tx, &tenant.owner_email).await.unwrap().unwrap();
        let link = create_link(&tx, app.clock.now(), owner.id, LinkKind::Reusable, "")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        for expected in ["/", second] {
            let answer = app.anonymous().get(&link).await;
            assert_eq!(
                answer.headers.get("location").unwrap().to_str().unwrap(),
                expected,
                "demo: {is_demo}"
            );
        }
    }
}

#[actix_web::test]
async fn nothing_that_opens_something_is_stored_as_it_is() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let invite = json!({ "email": "rob@acme.com", "name": "Rob", "role": "rep" });
    let invited = tenant.owner().await.post("/api/v1/members", invite).await;
    let link = invited.expect(201)["invite_link"].as_str().unwrap().to_owned();
    let token = link.rsplit('/').next().unwrap();
    let superuser = app.db.superuser().await;
    for table in ["users", "sessions", "sign_in_links", "audit_entries", "members"] {
        let sql = format!(
            "SELECT count(*) AS value FROM {table} t WHERE t::text LIKE '%{token}%' OR t::text LIKE '%{PASSWORD}%'"
        );
        assert_eq!(
            Sql::new(sql).scalar::<i64>(&superuser).await.unwrap(),
            Some(0),
            "{table}"
        );
    }
}
