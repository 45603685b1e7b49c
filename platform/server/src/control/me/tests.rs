use pretty_assertions::assert_eq;
use serde_json::json;

use crate::control::access::{Permission, Role};
use crate::testing::{PASSWORD, TestApp};

#[actix_web::test]
async fn each_person_is_themselves_in_their_own_tenant() {
    let app = TestApp::start().await;
    for name in ["Acme", "Globex"] {
        let tenant = app.tenant(name).await;
        let me = tenant.owner().await.get("/api/v1/me").await.expect(200);
        assert_eq!(
            (&me["tenant"]["name"], &me["member"]["id"]),
            (&json!(name), &json!(tenant.owner_id))
        );
    }
}

#[actix_web::test]
async fn a_key_is_nobody() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let answer = tenant.api_client(Permission::ALL).await.get("/api/v1/me").await;
    assert_eq!((answer.status, answer.code()), (403, "permission_missing"));
}

#[actix_web::test]
async fn what_a_person_changes_about_themselves_stays_and_the_rest_too() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let client = tenant.client(Role::Rep).await;
    let changed = client
        .patch("/api/v1/me", json!({ "keyboard_shortcuts": false }))
        .await
        .expect(200);
    assert_eq!(changed["preferences"], json!({ "keyboard_shortcuts": false }));
    let changed = client
        .patch("/api/v1/me", json!({ "name": "Rob Roe" }))
        .await
        .expect(200);
    assert_eq!(
        (&changed["user"]["name"], &changed["preferences"]["keyboard_shortcuts"]),
        (&json!("Rob Roe"), &json!(false))
    );
    for (change, status) in [
        (json!({ "name": " " }), 422),
        (json!({ "role": "owner" }), 422),
        (json!({}), 200),
    ] {
        assert_eq!(client.patch("/api/v1/me", change).await.status, status);
    }
}

#[actix_web::test]
async fn a_new_password_needs_the_old_one_and_ends_the_other_sessions() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let (here, elsewhere) = (tenant.owner().await, tenant.owner().await);
    for current in [json!(null), json!("wrong password")] {
        let body = json!({ "current_password": current, "new_password": "a new pass phrase" });
        let answer = here.put("/api/v1/me/password", body).await;
        assert_eq!(
            (answer.status, &answer.body["errors"][0]["field"]),
            (422, &json!("current_password"))
        );
    }
    let body = json!({ "current_password": PASSWORD, "new_password": "a new pass phrase" });
    here.put("/api/v1/me/password", body).await.expect(204);
    here.get("/api/v1/me").await.expect(200);
    assert_eq!(elsewhere.get("/api/v1/me").await.status, 401);
    for (password, status) in [(PASSWORD, 401), ("a new pass phrase", 200)] {
        let form = json!({ "email": tenant.owner_email, "password": password });
        assert_eq!(app.anonymous().post("/api/v1/session", form).await.status, status);
    }
    // Who came by a link has no old one.
    let invited = tenant.client(Role::Rep).await;
    invited
        .put("/api/v1/me/password", json!({ "new_password": "my first pass phrase" }))
        .await
        .expect(204);
}
