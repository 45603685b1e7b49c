//! `/healthz`, `/readyz`, `/metrics`: asked by machines, never by people, and outside of the API's description.

use std::collections::BTreeSet;

use actix_web::{HttpResponse, web};
use momentum_migrations::{Migrator, MigratorTrait};
use sea_orm::{DbErr, FromQueryResult};

use crate::foundation::Core;
use crate::foundation::db::{Database, Sql, SystemPath};

#[derive(FromQueryResult)]
struct Applied {
    version: String,
}

/// The probes of one process.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/healthz", web::get().to(healthz))
        .route("/readyz", web::get().to(readyz))
        .route("/metrics", web::get().to(metrics));
}

/// Migrations that this binary knows and the database does not have. A database that has more than we know is served:
/// migrations suit the old code and the new.
pub async fn pending_migrations(database: &Database) -> Result<Vec<String>, DbErr> {
    let connection = database.system(SystemPath::Operation);
    let applied: Vec<Applied> = Sql::new("SELECT version FROM seaql_migrations").all(connection).await?;
    let applied: BTreeSet<String> = applied.into_iter().map(|row| row.version).collect();
    let known = Migrator::migrations()
        .into_iter()
        .map(|migration| migration.name().to_owned());
    Ok(known.filter(|name| !applied.contains(name)).collect())
}

/// The process runs.
async fn healthz() -> &'static str {
    "ok"
}

/// The process can serve: the database answers and has our schema.
async fn readyz(core: web::Data<Core>) -> HttpResponse {
    let reason = match pending_migrations(&core.db).await {
        Ok(pending) if pending.is_empty() => return HttpResponse::Ok().body("ready"),
        Ok(pending) => format!("not ready: migrations are missing: {}", pending.join(", ")),
        Err(_) => "not ready: the database does not answer".to_owned(),
    };
    tracing::warn!(ready.reason = reason, "Not ready to serve.");
    HttpResponse::ServiceUnavailable().body(reason)
}

async fn metrics() -> HttpResponse {
    let handle = super::metrics();
    handle.run_upkeep();
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4")
        .body(handle.render())
}
