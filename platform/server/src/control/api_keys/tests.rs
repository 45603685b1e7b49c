use pretty_assertions::assert_eq;
use serde_json::json;

use crate::control::access::{Permission, Role};
use crate::testing::TestApp;

#[actix_web::test]
async fn a_key_of_another_tenant_is_not_there() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.tenant("Acme").await, app.tenant("Globex").await);
    let made = theirs
        .owner()
        .await
        .post("/api/v1/api-keys", json!({ "name": "k", "scopes": ["signals:read"] }))
        .await;
    let id = made.expect(201)["id"].as_str().unwrap().to_owned();
    let owner = ours.owner().await;
    assert_eq!(owner.delete(&format!("/api/v1/api-keys/{id}")).await.status, 404);
    assert_eq!(owner.get("/api/v1/api-keys").await.expect(200), json!({ "items": [] }));
}

#[actix_web::test]
async fn a_key_is_shown_once_works_without_csrf_and_ends_with_its_revocation() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let owner = tenant.owner().await;
    let scopes = ["members:read", "members:write"];
    let made = owner
        .post("/api/v1/api-keys", json!({ "name": "CI", "scopes": scopes }))
        .await
        .expect(201);
    let (id, key) = (made["id"].as_str().unwrap(), made["key"].as_str().unwrap());
    let program = app.anonymous().with_header("authorization", format!("Bearer {key}"));
    program
        .post(
            "/api/v1/members",
            json!({ "email": "x@acme.com", "name": "X", "role": "rep" }),
        )
        .await
        .expect(201);
    assert_eq!(program.get("/api/v1/api-keys").await.status, 403);

    let listed = owner.get("/api/v1/api-keys").await.expect(200);
    assert!(!listed.to_string().contains(key));
    assert_eq!(listed["items"][0]["last_used_at"], "2027-03-02T12:00:00Z");
    owner.delete(&format!("/api/v1/api-keys/{id}")).await.expect(204);
    assert_eq!(program.get("/api/v1/members").await.status, 401);
    assert_eq!(owner.delete(&format!("/api/v1/api-keys/{id}")).await.status, 404);
}

#[actix_web::test]
async fn nobody_gives_a_key_more_than_they_have() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let program = tenant
        .api_client(&[Permission::ApiKeysWrite, Permission::SignalsRead])
        .await;
    let cases = [
        (json!(["signals:read"]), 201, ""),
        (json!(["members:write"]), 422, "scopes"),
        (json!([]), 422, "scopes"),
        (json!(["signals:fly"]), 422, "scopes[0]"),
    ];
    for (scopes, status, field) in cases {
        let answer = program
            .post("/api/v1/api-keys", json!({ "name": "k", "scopes": scopes }))
            .await;
        assert_eq!(answer.status, status, "{}", answer.body);
        if status == 422 {
            assert_eq!(answer.body["errors"][0]["field"], field);
        }
    }
    assert_eq!(
        tenant.client(Role::Manager).await.get("/api/v1/api-keys").await.status,
        403
    );
}
