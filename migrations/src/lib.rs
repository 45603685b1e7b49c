//! The schema of Momentum, one migration a change.
//!
//! A migration that shipped is never edited; the next one expands, a later one contracts. Row-level security,
//! partitions and functions have no builder, so each migration is a pair of SQL files beside this one.
//!
//! Three roles must exist before the first migration: `momentum_owner` (runs migrations, owns the tables),
//! `momentum_app` (the application; owns nothing, cannot pass by row-level security) and `momentum_dispatch` (owns the
//! functions that tell a worker which tenants have work, and nothing else).

use std::hash::{DefaultHasher, Hash, Hasher};

use sea_orm_migration::prelude::{MigrationName, MigrationTrait, async_trait};
pub use sea_orm_migration::prelude::{MigratorTrait, SchemaManager};
use sea_orm_migration::sea_orm::{ConnectionTrait, DbErr};

/// Every migration in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        MIGRATIONS
            .iter()
            .map(|migration| Box::new(*migration) as Box<dyn MigrationTrait>)
            .collect()
    }
}

macro_rules! migrations {
    ($($name:literal),* $(,)?) => {
        &[$(SqlMigration {
            name: $name,
            up: include_str!(concat!("sql/", $name, ".up.sql")),
            down: include_str!(concat!("sql/", $name, ".down.sql")),
        }),*]
    };
}

const MIGRATIONS: &[SqlMigration] = migrations![
    "m20261122_000001_control_plane",
    "m20261122_000002_jobs_and_stream",
    "m20261122_000003_messages_and_signals",
    "m20261122_000004_feed_indexes",
    "m20261122_000005_slack_workspaces",
    "m20261122_000006_oauth",
    "m20261122_000007_notifications",
    "m20261122_000008_crm_both_ways",
    "m20261122_000009_slack_app",
    "m20261123_000010_queue_turns",
    "m20261123_000011_longest_due",
    "m20261123_000012_no_truncation",
    "m20261124_000013_keys_of_dead_jobs",
];

/// A number that changes whenever a migration's text does. It names the migrated database that tests clone.
pub fn fingerprint() -> u64 {
    let mut hasher = DefaultHasher::new();
    for migration in MIGRATIONS {
        (migration.name, migration.up, migration.down).hash(&mut hasher);
    }
    hasher.finish()
}

#[derive(Clone, Copy)]
struct SqlMigration {
    name: &'static str,
    up: &'static str,
    down: &'static str,
}

impl MigrationName for SqlMigration {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for SqlMigration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(self.up).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(self.down).await.map(drop)
    }
}
