//! Which database a command works on: the private one of the data directory, or one that somebody else runs.

use anyhow::{Context, bail};
use sea_orm::FromQueryResult;
use secrecy::{ExposeSecret, SecretString};

use super::migrate::migrate;
use crate::foundation::config::Settings;
use crate::foundation::crypto::{MasterKey, SealError, Sealer};
use crate::foundation::db::embedded::{BinarySearch, EmbeddedOptions, EmbeddedPostgres};
use crate::foundation::db::{Database, Sql, SystemPath};
use crate::foundation::telemetry::pending_migrations;

/// A database that is ready to work with. Stop it when done.
pub struct OpenDatabase {
    /// Under the application's role.
    pub database: Database,
    /// Seals what is stored in it.
    pub sealer: Sealer,
    embedded: Option<EmbeddedPostgres>,
}

impl OpenDatabase {
    /// Closes the pool, and stops the private server when there is one.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.database.close().await?;
        match self.embedded {
            Some(embedded) => embedded.stop().await.context("the private PostgreSQL did not stop"),
            None => Ok(()),
        }
    }
}

/// Starts the private database and migrates it, or connects to the one that is set and refuses it unless it is safe and
/// current.
///
/// # Errors
/// Says what is wrong and what to do.
pub async fn open_database(settings: &Settings) -> anyhow::Result<OpenDatabase> {
    let most = settings.database.max_connections;
    let Some(url) = &settings.database.url else {
        let embedded = start_embedded(settings).await?;
        migrate(&embedded.owner_url())
            .await
            .context("the private database could not be migrated")?;
        let database = Database::connect(&embedded.app_url(), most).await?;
        let sealer = match &settings.master_key {
            Some(key) => set_keys(settings, key)?,
            None => Sealer::in_folder(&settings.data_dir)?,
        };
        return Ok(OpenDatabase {
            database,
            sealer,
            embedded: Some(embedded),
        });
    };
    let key = settings.master_key.as_ref().context("MOMENTUM_MASTER_KEY is not set")?;
    let sealer = set_keys(settings, key)?;
    let database = Database::connect(url.expose_secret(), most)
        .await
        .context("the database of MOMENTUM_DATABASE_URL does not accept the connection")?;
    check_role(&database).await?;
    check_schema(&database).await?;
    Ok(OpenDatabase {
        database,
        sealer,
        embedded: None,
    })
}

/// The keys of the settings: one that seals, and others that still open.
fn set_keys(settings: &Settings, current: &SecretString) -> Result<Sealer, SealError> {
    let former = settings
        .former_master_keys
        .as_ref()
        .map_or("", |keys| keys.expose_secret());
    let former = former.split(',').map(str::trim).filter(|key| !key.is_empty());
    let former: Result<Vec<MasterKey>, SealError> = former
        .map(|key| MasterKey::from_base64(&key.to_owned().into()))
        .collect();
    Ok(Sealer::new(MasterKey::from_base64(current)?, former?))
}

/// Starts the private PostgreSQL of the data directory.
pub async fn start_embedded(settings: &Settings) -> anyhow::Result<EmbeddedPostgres> {
    let mut search = BinarySearch::from_environment();
    if settings.pg_bin.is_some() {
        search.pg_bin.clone_from(&settings.pg_bin);
    }
    let options = EmbeddedOptions::new(settings.data_dir.clone(), search);
    Ok(EmbeddedPostgres::start(&options).await?)
}

#[derive(FromQueryResult)]
struct RoleRow {
    name: String,
    is_super: bool,
    bypasses: bool,
    owns: bool,
}

/// Row-level security does not hold superusers, those who bypass it, and, were it ever not forced, owners.
pub async fn check_role(database: &Database) -> anyhow::Result<()> {
    let role: Option<RoleRow> = Sql::new(
        "SELECT rolname::text AS name, rolsuper AS is_super, rolbypassrls AS bypasses,
                EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                         WHERE n.nspname = 'public' AND pg_has_role(current_user, c.relowner, 'MEMBER')) AS owns
           FROM pg_roles WHERE rolname = current_user",
    )
    .one(database.system(SystemPath::Operation))
    .await?;
    let role = role.context("the database does not say who is connected")?;
    let reason = match &role {
        RoleRow { is_super: true, .. } => "is a superuser",
        RoleRow { bypasses: true, .. } => "has BYPASSRLS",
        RoleRow { owns: true, .. } => "owns the tables",
        _ => return Ok(()),
    };
    bail!(
        "MOMENTUM_DATABASE_URL logs in as `{}`, which {reason}: tenants would not be kept apart. Let it log in as \
         `momentum_app` (LOGIN, NOSUPERUSER, NOBYPASSRLS), and run `momentum migrate` as `momentum_owner`.",
        role.name
    )
}

/// The schema must be at least ours.
pub async fn check_schema(database: &Database) -> anyhow::Result<()> {
    let advice = "Run `momentum migrate` with a MOMENTUM_DATABASE_URL that logs in as `momentum_owner`.";
    let pending = pending_migrations(database).await;
    let pending = pending.with_context(|| format!("the database has no schema of ours. {advice}"))?;
    if !pending.is_empty() {
        bail!(
            "the database's schema is older than this binary: {} are missing. {advice}",
            pending.join(", ")
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::db::embedded::Role;
    use crate::testing::TestDb;

    #[tokio::test]
    async fn only_a_role_that_the_walls_hold_is_served() {
        let db = TestDb::new().await;
        let cases = [
            (Role::App, None),
            (Role::Owner, Some("owns the tables")),
            (Role::Superuser, Some("is a superuser")),
        ];
        for (role, reason) in cases {
            let database = Database::connect(&db.url(role), 2).await.expect("the role can connect");
            let refusal = check_role(&database).await.err().map(|error| error.to_string());
            assert_eq!(refusal.is_some(), reason.is_some(), "{role:?}: {refusal:?}");
            let said = refusal.unwrap_or_default();
            assert!(said.contains(reason.unwrap_or_default()), "{said}");
            check_schema(&database)
                .await
                .expect("the schema is current for every role");
            database.close().await.expect("the pool closes");
        }
    }

    #[tokio::test]
    async fn a_schema_without_its_last_migration_is_refused_with_what_to_do() {
        let db = TestDb::new().await;
        let latest = "DELETE FROM seaql_migrations WHERE version = (SELECT max(version) FROM seaql_migrations)";
        Sql::new(latest).execute(&db.superuser().await).await.expect("deleted");
        let refusal = check_schema(db.database())
            .await
            .expect_err("a migration is missing")
            .to_string();
        assert!(
            refusal.contains("momentum migrate") && refusal.contains("m2026"),
            "{refusal}"
        );
    }
}
