//! Every route of the API, called by those who must not, and by those who may.

mod stories;

use std::collections::BTreeSet;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use pretty_assertions::assert_eq;
use serde_json::Value;

use crate::control::access::{PUBLIC, Permission, Person, Policy, Role};
use crate::testing::{Sampler, TestApp, TestClient};

/// The routes that anybody may call. A new one is a security decision.
const PUBLIC_ROUTES: [&str; 4] = [
    "GET /api/v1/openapi.json",
    "POST /api/v1/session",
    "POST /api/v1/signup",
    "POST /api/v1/unsubscribe",
];

struct Operation {
    name: String,
    method: Method,
    path: String,
    permission: String,
    description: Value,
}

fn operations() -> Vec<Operation> {
    let description = description();
    let paths = description["paths"].as_object().expect("paths").clone();
    let operations = paths.into_iter().flat_map(|(path, item)| {
        let item = item.as_object().expect("operations").clone();
        item.into_iter()
            .map(move |(method, operation)| (path.clone(), method.to_uppercase(), operation))
    });
    operations
        .map(|(path, method, operation)| Operation {
            name: format!("{method} {path}"),
            method: method.parse().expect("a method"),
            permission: operation["x-permission"].as_str().unwrap_or_default().to_owned(),
            path,
            description: operation,
        })
        .collect()
}

fn description() -> Value {
    serde_json::to_value(super::openapi()).expect("the description is JSON")
}

impl Operation {
    fn is_guarded(&self) -> bool {
        Permission::ALL
            .iter()
            .any(|permission| permission.as_str() == self.permission)
    }

    fn has_id(&self) -> bool {
        self.path.contains('{')
    }

    /// The path with an id for each parameter, and a body that is accepted.
    fn request(&self, sampler: &Sampler) -> (String, Value) {
        let parameters = self.description["parameters"].as_array().cloned().unwrap_or_default();
        let in_path = parameters.iter().filter(|parameter| parameter["in"] == "path");
        let path = in_path.fold(self.path.clone(), |path, parameter| {
            path.replace(
                &format!("{{{}}}", parameter["name"].as_str().expect("a name")),
                sampler.id(parameter),
            )
        });
        assert!(
            !path.contains('{'),
            "{}: document its path parameters with `params(…)`",
            self.name
        );
        (path, sampler.body(&self.description))
    }

    async fn call(&self, client: &TestClient, sampler: &Sampler) -> crate::testing::Answer {
        let (path, body) = self.request(sampler);
        client.call(self.method.clone(), &path, &body).await
    }
}

#[test]
fn every_operation_says_who_may_call_it() {
    let operations = operations();
    let public: Vec<&str> = operations
        .iter()
        .filter(|operation| operation.permission == PUBLIC)
        .map(|operation| operation.name.as_str())
        .collect();
    assert_eq!(public, PUBLIC_ROUTES);
    for operation in &operations {
        let is_known = operation.is_guarded() || [PUBLIC, Person::NAME].contains(&operation.permission.as_str());
        assert!(
            is_known,
            "{}: x-permission is `{}`",
            operation.name, operation.permission
        );
    }
    let ids: Vec<_> = operations
        .iter()
        .map(|operation| operation.description["operationId"].to_string())
        .collect();
    let unique: BTreeSet<_> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len(), "two operations share an operationId: {ids:?}");
}

#[actix_web::test]
async fn nobody_calls_anything_without_signing_in() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let sampler = Sampler::new(&description(), tenant.one_of_each().await);
    let strangers = [
        app.anonymous(),
        app.anonymous()
            .with_header("cookie", "momentum_session=ses_00000000000000000000000000000000_x"),
        app.anonymous().with_header(
            "authorization",
            format!("Bearer mom_{}_{}", tenant.id.0.simple(), "a".repeat(43)),
        ),
        app.anonymous()
            .with_header("authorization", "Basic b3duZXI6cGFzc3dvcmQ="),
    ];
    for operation in operations().iter().filter(|operation| operation.permission != PUBLIC) {
        for stranger in &strangers {
            let answer = operation.call(stranger, &sampler).await;
            assert_eq!(
                (answer.status, answer.code()),
                (401, "not_authenticated"),
                "{}",
                operation.name
            );
        }
    }
}

#[actix_web::test]
async fn each_role_calls_what_its_permissions_allow_and_nothing_else() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let sampler = Sampler::new(&description(), tenant.one_of_each().await);
    let policy = Policy::load().await.expect("the policy parses");
    for role in Role::ALL {
        let (client, allowed) = (tenant.client(role).await, policy.permissions(role));
        for operation in operations().iter().filter(|operation| operation.is_guarded()) {
            let may = allowed
                .iter()
                .any(|permission| permission.as_str() == operation.permission);
            if may {
                continue;
            }
            let answer = operation.call(&client, &sampler).await;
            let place = format!("{} as {}: {}", operation.name, role.as_str(), answer.body);
            assert_eq!((answer.status, answer.code()), (403, "permission_missing"), "{place}");
            // The handler asks for the permission that its description names.
            assert!(
                answer.body["detail"]
                    .as_str()
                    .unwrap_or_default()
                    .contains(&operation.permission),
                "{place}"
            );
        }
        let reads = operations();
        let reads = reads
            .iter()
            .filter(|read| read.is_guarded() && read.method == Method::GET);
        for read in reads.filter(|read| allowed.iter().any(|permission| permission.as_str() == read.permission)) {
            // Streams do not end: only the status is waited for.
            let (path, _) = read.request(&sampler);
            let status = client.open(TestRequest::get().uri(&path)).await.status();
            let place = format!("{} as {}: {status}", read.name, role.as_str());
            assert!([200, 404].contains(&status.as_u16()), "{place}");
        }
    }
}

#[actix_web::test]
async fn a_key_calls_what_its_scopes_allow_and_is_never_a_person() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let sampler = Sampler::new(&description(), tenant.one_of_each().await);
    for operation in operations().iter().filter(|operation| operation.permission != PUBLIC) {
        let others: Vec<Permission> = Permission::ALL
            .iter()
            .copied()
            .filter(|permission| permission.as_str() != operation.permission)
            .collect();
        let answer = operation.call(&tenant.api_client(&others).await, &sampler).await;
        assert_eq!(
            (answer.status, answer.code()),
            (403, "permission_missing"),
            "{}: {}",
            operation.name,
            answer.body
        );
    }
}

#[actix_web::test]
async fn what_belongs_to_another_tenant_is_not_there() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.tenant("Acme").await, app.tenant("Globex").await);
    let description = description();
    let sampler = Sampler::new(&description, theirs.one_of_each().await);
    let (owner, key) = (ours.owner().await, ours.api_client(Permission::ALL).await);
    for operation in operations()
        .iter()
        .filter(|operation| operation.is_guarded() && operation.has_id())
    {
        for client in [&owner, &key] {
            let answer = operation.call(client, &sampler).await;
            assert_eq!(
                (answer.status, answer.code()),
                (404, "not_found"),
                "{}: {}",
                operation.name,
                answer.body
            );
        }
    }
}

#[actix_web::test]
async fn a_write_by_cookie_needs_the_sessions_own_csrf_token() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let sampler = Sampler::new(&description(), tenant.one_of_each().await);
    let (owner, other) = (tenant.owner().await, tenant.owner().await);
    let me = other.get("/api/v1/me").await.expect(200);
    let forged = [
        owner.clone().without_header("x-csrf-token"),
        owner.with_header("x-csrf-token", me["csrf_token"].as_str().unwrap()),
    ];
    for operation in operations()
        .iter()
        .filter(|operation| operation.permission != PUBLIC && operation.method != Method::GET)
    {
        for client in &forged {
            let answer = operation.call(client, &sampler).await;
            assert_eq!(
                (answer.status, answer.code()),
                (403, "csrf_mismatch"),
                "{}: {}",
                operation.name,
                answer.body
            );
        }
    }
}

#[actix_web::test]
async fn the_description_is_served_as_it_is_committed() {
    let app = TestApp::start().await;
    assert_eq!(
        app.anonymous().get("/api/v1/openapi.json").await.expect(200),
        description()
    );
}
