use pretty_assertions::assert_eq;

use crate::control::access::Role;
use crate::testing::TestApp;

#[actix_web::test]
async fn everybody_can_read_what_each_role_may_do() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let roles = tenant.client(Role::Viewer).await.get("/api/v1/roles").await.expect(200);
    let names: Vec<&str> = roles["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|role| role["role"].as_str().unwrap())
        .collect();
    assert_eq!(names, Role::ALL.map(Role::as_str));
    let viewer = tenant.client(Role::Viewer).await.get("/api/v1/me").await.expect(200);
    assert_eq!(roles["items"][6]["permissions"], viewer["permissions"]);
}
