use pretty_assertions::assert_eq;
use serde_json::json;

use crate::control::access::Role;
use crate::foundation::ids::MemberId;
use crate::testing::TestApp;

fn path(member: MemberId) -> String {
    format!("/api/v1/members/{member}")
}

#[actix_web::test]
async fn a_member_of_another_tenant_is_not_there() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.tenant("Acme").await, app.tenant("Globex").await);
    let (member, _) = theirs.member(Role::Rep).await;
    let answer = ours
        .owner()
        .await
        .patch(&path(member), json!({ "is_active": false }))
        .await;
    assert_eq!((answer.status, answer.code()), (404, "not_found"));
}

#[actix_web::test]
async fn an_address_that_signs_in_already_is_not_invited_again() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.tenant("Acme").await, app.tenant("Globex").await);
    let owner = ours.owner().await;
    for email in [&ours.owner_email, &theirs.owner_email] {
        let answer = owner
            .post("/api/v1/members", json!({ "email": email, "name": "X", "role": "rep" }))
            .await;
        assert_eq!((answer.status, answer.code()), (409, "conflict"));
    }
}

#[actix_web::test]
async fn there_is_always_an_owner() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let owner = tenant.owner().await;
    for change in [json!({ "role": "admin" }), json!({ "is_active": false })] {
        let answer = owner.patch(&path(tenant.owner_id), change).await;
        assert_eq!((answer.status, answer.code()), (409, "conflict"));
    }
    let (second, second_client) = tenant.member(Role::Owner).await;
    owner
        .patch(&path(tenant.owner_id), json!({ "role": "admin" }))
        .await
        .expect(200);
    assert_eq!(
        second_client
            .patch(&path(second), json!({ "role": "rep" }))
            .await
            .status,
        409
    );
}

#[actix_web::test]
async fn only_an_owner_makes_or_touches_owners() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let (admin_id, admin) = tenant.member(Role::Admin).await;
    let (rep, _) = tenant.member(Role::Rep).await;
    let answers = [
        admin.patch(&path(admin_id), json!({ "role": "owner" })).await,
        admin.patch(&path(tenant.owner_id), json!({ "is_active": false })).await,
        admin
            .post(
                "/api/v1/members",
                json!({ "email": "x@acme.com", "name": "X", "role": "owner" }),
            )
            .await,
    ];
    for answer in answers {
        assert_eq!(
            (answer.status, answer.code()),
            (403, "permission_missing"),
            "{}",
            answer.body
        );
    }
    let changed = admin.patch(&path(rep), json!({ "role": "manager" })).await.expect(200);
    assert_eq!(changed["role"], "manager");
}

#[actix_web::test]
async fn a_deactivated_member_is_out_at_once_and_a_changed_role_counts_at_once() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let (rep, client) = tenant.member(Role::Rep).await;
    let owner = tenant.owner().await;
    assert_eq!(client.get("/api/v1/audit-entries").await.status, 403);
    owner.patch(&path(rep), json!({ "role": "admin" })).await.expect(200);
    client.get("/api/v1/audit-entries").await.expect(200);
    owner.patch(&path(rep), json!({ "is_active": false })).await.expect(200);
    assert_eq!(client.get("/api/v1/me").await.status, 401);
    owner.patch(&path(rep), json!({ "is_active": true })).await.expect(200);
    assert_eq!(
        client.get("/api/v1/me").await.status,
        401,
        "the old session stays ended"
    );
}
