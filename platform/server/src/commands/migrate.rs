//! `momentum migrate`

use momentum_migrations::{Migrator, MigratorTrait};
use sea_orm::ConnectOptions;
use secrecy::ExposeSecret;

use super::database::start_embedded;
use crate::foundation::config::Settings;

/// Applies what is missing. `MOMENTUM_DATABASE_URL` must name the owner of the database here; the embedded database knows
/// its owner.
pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let embedded = match &settings.database.url {
        Some(_) => None,
        None => Some(start_embedded(&settings).await?),
    };
    let url = match (&embedded, &settings.database.url) {
        (Some(embedded), _) => embedded.owner_url(),
        (None, Some(url)) => url.expose_secret().to_owned(),
        (None, None) => anyhow::bail!("there is no database"),
    };
    migrate(&url).await?;
    if let Some(embedded) = embedded {
        embedded.stop().await?;
    }
    println!("The schema is up to date.");
    Ok(())
}

/// Applies what is missing as the owner.
pub async fn migrate(owner_url: &str) -> anyhow::Result<()> {
    let mut options = ConnectOptions::new(owner_url);
    options.max_connections(1).sqlx_logging(false);
    let owner = sea_orm::Database::connect(options).await?;
    Migrator::up(&owner, None).await?;
    owner.close().await?;
    Ok(())
}
