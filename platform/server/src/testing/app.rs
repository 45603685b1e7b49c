//! The application on a database of its own, at a time that stands still.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use momentum_connectors::fakes::SimConfig;
use serde_json::json;

use super::client::Service;
use super::{TestClient, TestDb, TestVendors};
use crate::app::App;
use crate::control::access::{CSRF_PURPOSE, Permission, Role};
use crate::control::members::{self, NewMember};
use crate::control::{api_keys, identity};
use crate::foundation::Core;
use crate::foundation::config::{Environment, Settings};
use crate::foundation::context::Clock;
use crate::foundation::crypto::{MasterKey, Sealer};
use crate::foundation::db::{TenantDb, TenantTx};
use crate::foundation::http::Origin;
use crate::foundation::ids::{MemberId, TenantId, UserId};
use crate::foundation::jobs::{Worker, WorkerOptions};

/// The password of everybody in tests.
pub const PASSWORD: &str = "correct horse battery";

/// The application on a database of its own.
pub struct TestApp {
    /// Its services.
    pub app: App,
    /// Its time, which stands still until a test moves it.
    pub clock: Clock,
    /// Its database.
    pub db: TestDb,
    service: Service,
    // Holds the data directory's files as long as the application.
    _data_dir: tempfile::TempDir,
}

/// A tenant with its owner.
pub struct TestTenant<'a> {
    /// Which one.
    pub id: TenantId,
    /// Its owner in it.
    pub owner_id: MemberId,
    /// Its owner's address.
    pub owner_email: String,
    owner_user: UserId,
    app: &'a TestApp,
}

impl TestApp {
    /// Starts on 2 March 2027, a Tuesday, at noon UTC.
    pub async fn start() -> Self {
        Self::start_with(Self::clock(), &[]).await
    }

    /// The same with Slack's Web API at this address.
    pub async fn start_with_slack(slack_api_url: &str) -> Self {
        let at = [("MOMENTUM_SLACK_API_URL", slack_api_url.to_owned())];
        Self::start_with(Self::clock(), &at).await
    }

    /// Starts at the same time with simulated vendors in which there is what `seed` puts there, and our apps set up.
    pub async fn start_with_vendors(seed: impl FnOnce(&mut SimConfig)) -> (Self, TestVendors) {
        let clock = Self::clock();
        let vendors = TestVendors::start(&clock, seed).await;
        (Self::start_with(clock, &vendors.variables()).await, vendors)
    }

    /// A further process on the same database at the same time, with the directory that it needs.
    pub async fn another_process(&self) -> (App, tempfile::TempDir) {
        let data_dir = tempfile::tempdir().expect("a directory");
        let mut settings = (*self.app.core.settings).clone();
        settings.data_dir = data_dir.path().to_owned();
        let core = Core {
            settings: Arc::new(settings),
            ..self.app.core.clone()
        };
        (App::new(core).await.expect("the application starts"), data_dir)
    }

    fn clock() -> Clock {
        let noon = DateTime::parse_from_rfc3339("2027-03-02T12:00:00Z")
            .expect("a date")
            .with_timezone(&Utc);
        Clock::fixed(noon)
    }

    async fn start_with(clock: Clock, further: &[(&'static str, String)]) -> Self {
        let db = TestDb::new().await;
        let data_dir = tempfile::tempdir().expect("a directory");
        let variables = [
            ("MOMENTUM_DATA_DIR", data_dir.path().to_str().expect("a readable path")),
            ("MOMENTUM_BASE_URL", "https://momentum.example.com"),
            // Nobody listens there: what a test does not simulate fails at once and reaches nobody.
            ("MOMENTUM_SLACK_API_URL", "http://127.0.0.1:9/"),
            ("MOMENTUM_SLACK_SIGNING_SECRET", "8f742231b10e8888abcd99yyyzzz85a5"),
        ];
        let environment: Environment = variables
            .into_iter()
            .chain(further.iter().map(|(name, value)| (*name, value.as_str())))
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        let core = Core {
            db: db.database().clone(),
            clock: clock.clone(),
            settings: Arc::new(Settings::load(None, &environment).expect("the settings are complete")),
            sealer: Sealer::new(MasterKey::load_or_create(data_dir.path()).expect("a key"), vec![]),
        };
        let app = App::new(core).await.expect("the application starts");
        Self {
            service: Service::new(&app).await,
            app,
            clock,
            db,
            _data_dir: data_dir,
        }
    }

    /// Somebody who is not signed in.
    pub fn anonymous(&self) -> TestClient {
        TestClient::new(self.service.clone())
    }

    /// A tenant that has just signed up.
    pub async fn tenant(&self, name: &str) -> TestTenant<'_> {
        let owner_email = format!("owner@{}.example.com", name.to_lowercase());
        let new = identity::NewTenant {
            company_name: name.to_owned(),
            is_demo: false,
            name: format!("Owner of {name}"),
            email: owner_email.clone(),
            password: PASSWORD.into(),
        };
        let signed_up = identity::sign_up(&self.app.core, &self.app.identity, &new, None)
            .await
            .expect("a tenant");
        let (id, owner_id, owner_user) = (signed_up.tx.tenant_id(), signed_up.member_id, signed_up.user_id);
        signed_up.tx.commit().await.expect("committed");
        TestTenant {
            id,
            owner_id,
            owner_email,
            owner_user,
            app: self,
        }
    }
}

impl TestTenant<'_> {
    /// The application's time.
    pub fn now(&self) -> DateTime<Utc> {
        self.app.clock.now()
    }

    /// Its rows.
    pub fn db(&self) -> TenantDb {
        self.app.db.database().tenant(self.id)
    }

    /// Does all background work that is due.
    pub async fn work(&self) {
        let core = &self.app.app.core;
        let handlers = self.app.app.handlers();
        let worker = Worker::new(core.db.clone(), core.clock.clone(), WorkerOptions::default(), handlers);
        worker.drain().await.expect("the work is done");
    }

    /// A transaction on its rows.
    pub async fn begin(&self) -> TenantTx {
        self.db().begin().await.expect("a transaction")
    }

    /// Its owner, signed in.
    pub async fn owner(&self) -> TestClient {
        self.session(self.owner_user).await
    }

    /// A further person with this role.
    pub async fn member(&self, role: Role) -> (MemberId, TestClient) {
        let tx = self.begin().await;
        let now = self.app.clock.now();
        let name = format!("{} {}", role.label(), MemberId::generate().0.simple());
        let email = format!("{}@example.com", name.replace(' ', "."));
        let person = identity::NewPerson {
            name: name.clone(),
            email: email.clone(),
            password_hash: None,
        };
        let user_id = identity::create_user(&tx, now, &person)
            .await
            .expect("a user")
            .expect("a new address");
        let new = NewMember {
            user_id,
            name,
            email,
            role,
        };
        let id = members::create(&tx, now, new).await.expect("a member");
        tx.commit().await.expect("committed");
        (id, self.session(user_id).await)
    }

    /// A person with this role, signed in.
    pub async fn client(&self, role: Role) -> TestClient {
        self.member(role).await.1
    }

    /// A program with a key of these scopes.
    pub async fn api_client(&self, scopes: &[Permission]) -> TestClient {
        let tx = self.begin().await;
        let created = api_keys::create(&tx, self.app.clock.now(), "A program", scopes, Some(self.owner_id)).await;
        let (_, token) = created.expect("a key");
        tx.commit().await.expect("committed");
        self.app
            .anonymous()
            .with_header("authorization", format!("Bearer {}", token.expose()))
    }

    async fn session(&self, user_id: UserId) -> TestClient {
        let origin = Origin {
            request_id: "test".to_owned(),
            ip: None,
            user_agent: None,
        };
        let tx = self.begin().await;
        let started = identity::start_session(&tx, self.app.clock.now(), user_id, &origin)
            .await
            .expect("a session");
        tx.commit().await.expect("committed");
        let cookie = format!("momentum_session={}", started.token.expose());
        let client = self.app.anonymous().with_header("cookie", cookie);
        client.with_header("x-csrf-token", started.token.derive(CSRF_PURPOSE))
    }
}

impl std::fmt::Debug for TestTenant<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", json!({ "tenant": self.id }))
    }
}
