//! Imports through HTTP. What is in the files is tested where they are read.

use actix_web::test::TestRequest;
use pretty_assertions::assert_eq;

use crate::control::access::Role;
use crate::testing::{Answer, TestApp, TestClient};

async fn upload(client: &TestClient, kind: &str, name: &str, body: &'static [u8]) -> Answer {
    let request = TestRequest::post()
        .uri("/api/v1/imports")
        .insert_header(("content-type", kind))
        .insert_header(("x-file-name", name))
        .set_payload(body);
    client.send(request).await
}

#[actix_web::test]
async fn imports_of_another_tenant_are_not_there() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.tenant("Acme").await, app.tenant("Globex").await);
    let (our_owner, their_owner) = (ours.owner().await, theirs.owner().await);
    let import = upload(&their_owner, "application/zip", "export.zip", b"PK")
        .await
        .expect(202);
    let one = format!("/api/v1/imports/{}", import["id"].as_str().expect("an id"));
    assert_eq!(their_owner.get(&one).await.expect(200)["state"], "queued");
    assert_eq!(our_owner.get(&one).await.status, 404);
    let listed = our_owner.get("/api/v1/imports").await.expect(200);
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(0));
}

#[actix_web::test]
async fn an_upload_is_taken_by_its_type_and_known_by_a_harmless_name() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let owner = tenant.owner().await;
    let refused = upload(&owner, "application/json", "export.zip", b"{}").await;
    assert_eq!((refused.status, refused.code()), (415, "unsupported_media_type"));
    for (given, kept) in [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ann\\export.zip", "export.zip"),
        ("  ", "export.zip"),
    ] {
        let import = upload(&owner, "application/zip", given, b"PK").await.expect(202);
        assert_eq!(import["file_name"], kept, "{given}");
    }
    let newest = owner.get("/api/v1/imports?limit=2").await.expect(200);
    assert_eq!(newest["items"].as_array().map(Vec::len), Some(2));
    let cursor = newest["next_cursor"].as_str().expect("a further page");
    let rest = owner
        .get(&format!("/api/v1/imports?limit=2&cursor={cursor}"))
        .await
        .expect(200);
    assert_eq!(rest["items"].as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn only_those_who_may_import_can() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let rep = tenant.client(Role::Rep).await;
    assert_eq!(upload(&rep, "application/zip", "export.zip", b"PK").await.status, 403);
    let owner = tenant.owner().await;
    let listed = owner.get("/api/v1/imports").await.expect(200);
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(0));
}
