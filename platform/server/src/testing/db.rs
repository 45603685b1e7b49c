//! One database per test, cloned from a template that is migrated once per version of the schema.

use crate::foundation::context::new_uuid;
use crate::foundation::db::Database;
use crate::foundation::db::embedded::{BinarySearch, EmbeddedOptions, EmbeddedPostgres, Role};
use momentum_migrations::{Migrator, MigratorTrait};
use rustix::fs::Access;
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbErr, Statement};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// Tests wait for one another only while the template is made; the number is any that no product code locks.
const TEMPLATE_LOCK: i64 = 7_305_541_899;

/// A database of its own with all migrations applied and no rows, dropped with this value.
///
/// All test processes of a machine share one server, which starts with the first test and ends ten minutes after the
/// last. It forgets everything in a power cut; a test of durability starts an [`EmbeddedPostgres`] of its own.
pub struct TestDb {
    postgres: EmbeddedPostgres,
    name: String,
    database: Database,
}

impl TestDb {
    /// Clones the template. Panics where no PostgreSQL can be started, saying what to install.
    pub async fn new() -> Self {
        let postgres = server().await;
        let superuser = connect(&postgres.superuser_url())
            .await
            .expect("the server accepts connections");
        let template = template(&postgres, &superuser).await.expect("the migrations apply");
        let name = format!("test_{}", new_uuid().simple());
        let clone = format!("CREATE DATABASE {name} TEMPLATE {template} OWNER momentum_owner");
        superuser
            .execute_unprepared(&clone)
            .await
            .expect("the template can be cloned");
        superuser.close().await.expect("the connection closes");
        let url = postgres.url(Role::App, &name);
        let database = Database::connect(&url, 8).await.expect("the application can connect");
        Self {
            postgres,
            name,
            database,
        }
    }

    /// The database as the product sees it.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Where this database is, for parts of the product that connect by themselves.
    pub fn url(&self, role: Role) -> String {
        self.postgres.url(role, &self.name)
    }

    /// A connection that passes by row-level security: to look at the catalogue, or at what was really stored.
    pub async fn superuser(&self) -> DatabaseConnection {
        connect(&self.url(Role::Superuser))
            .await
            .expect("the superuser can connect")
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let (url, name) = (self.postgres.superuser_url(), self.name.clone());
        // Dropping is not async, and the test's runtime may be going down: a thread with a runtime of its own does it.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let superuser = connect(&url).await?;
                superuser
                    .execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
                    .await?;
                superuser.close().await
            })
        });
        if !matches!(dropping.join(), Ok(Ok(()))) {
            eprintln!("the test database {} was not dropped", self.name);
        }
    }
}

/// The shared server. One that is just ending after its idle time is joined and then gone: then the next try starts it.
async fn server() -> EmbeddedPostgres {
    let search = BinarySearch::from_environment();
    let mut hasher = DefaultHasher::new();
    format!("{search:?}").hash(&mut hasher);
    let user = rustix::process::geteuid().as_raw();
    let data_dir = quick_directory().join(format!("momentum-tests-{user}-{:08x}", hasher.finish() as u32));
    let options = EmbeddedOptions {
        durable: false,
        max_connections: 300,
        ..EmbeddedOptions::new(data_dir, search)
    };
    for _ in 0..3 {
        let postgres = EmbeddedPostgres::share(&options)
            .await
            .unwrap_or_else(|error| panic!("{error}"));
        if connect(&postgres.superuser_url()).await.is_ok() {
            return postgres;
        }
    }
    panic!(
        "the shared test server in {} does not accept connections",
        options.data_dir.display()
    );
}

/// Where files cost least: a clone is a thousand files, and in memory it takes a tenth of the time.
fn quick_directory() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let free = rustix::fs::statvfs(memory).map_or(0, |system| system.f_bavail * system.f_frsize);
    let is_ours = rustix::fs::access(memory, Access::WRITE_OK).is_ok();
    // Containers often have 64 MiB there; the server's log alone may grow to a gibibyte.
    if is_ours && free > 2 << 30 {
        memory.to_owned()
    } else {
        std::env::temp_dir()
    }
}

/// The name of the migrated template, which the first test of a schema version creates.
async fn template(postgres: &EmbeddedPostgres, superuser: &DatabaseConnection) -> Result<String, DbErr> {
    let name = format!("template_{:016x}", momentum_migrations::fingerprint());
    if exists(superuser, &name).await? {
        return Ok(name);
    }
    // The lock belongs to the session, and the pool has one connection.
    superuser
        .execute_unprepared(&format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})"))
        .await?;
    if !exists(superuser, &name).await? {
        let unfinished = format!("{name}_unfinished");
        superuser
            .execute_unprepared(&format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)"))
            .await?;
        postgres
            .create_database(&unfinished)
            .await
            .map_err(|error| DbErr::Custom(error.to_string()))?;
        let owner = connect(&postgres.url(Role::Owner, &unfinished)).await?;
        Migrator::up(&owner, None).await?;
        owner.close().await?;
        superuser
            .execute_unprepared(&format!("ALTER DATABASE {unfinished} RENAME TO {name}"))
            .await?;
    }
    superuser
        .execute_unprepared(&format!("SELECT pg_advisory_unlock({TEMPLATE_LOCK})"))
        .await?;
    Ok(name)
}

async fn exists(superuser: &DatabaseConnection, name: &str) -> Result<bool, DbErr> {
    let look = format!("SELECT 1 FROM pg_database WHERE datname = '{name}'");
    let statement = Statement::from_string(sea_orm::DbBackend::Postgres, look);
    Ok(superuser.query_one_raw(statement).await?.is_some())
}

async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    sea_orm::Database::connect(options).await
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn tables(db: &TestDb) -> i64 {
        let count = "SELECT count(*) AS value FROM information_schema.tables WHERE table_schema = 'public'";
        crate::foundation::db::Sql::new(count)
            .scalar(&db.superuser().await)
            .await
            .expect("the catalogue answers")
            .expect("a count")
    }

    #[tokio::test]
    async fn each_test_has_a_migrated_database_of_its_own() {
        let (one, other) = (TestDb::new().await, TestDb::new().await);
        assert!(tables(&one).await > 5);
        let superuser = one.superuser().await;
        superuser
            .execute_unprepared("CREATE TABLE only_here (id int)")
            .await
            .expect("a table");
        assert_eq!(tables(&one).await, tables(&other).await + 1);
    }

    #[tokio::test]
    async fn a_database_is_gone_with_its_test() {
        let kept = TestDb::new().await;
        let dropped = TestDb::new().await;
        let name = dropped.name.clone();
        let superuser = kept.superuser().await;
        assert!(exists(&superuser, &name).await.expect("an answer"));
        drop(dropped);
        assert!(!exists(&superuser, &name).await.expect("an answer"));
    }
}
