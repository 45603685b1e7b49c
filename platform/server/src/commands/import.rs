//! `momentum import`: history from a file, without the page.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::Subcommand;
use futures_util::stream;
use tokio::io::AsyncReadExt;

use super::database::open_database;
use crate::control::tenants;
use crate::foundation::config::Settings;
use crate::foundation::context::Clock;
use crate::foundation::db::Database;
use crate::foundation::ids::TenantId;
use crate::foundation::jobs::{Worker, WorkerOptions};
use crate::history::imports::{self, ImportState, Spool};
use crate::pipeline::Pipeline;
use crate::pipeline::ingest::slack_export::ImportHandler;

/// What can be imported.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// A Slack export: the ZIP that a Slack administrator downloads.
    SlackExport {
        /// The ZIP.
        file: PathBuf,
        /// The tenant, `ten_…`.
        #[arg(long)]
        tenant: TenantId,
    },
}

/// Imports a file to its end and says what came of it.
pub async fn run(settings: Settings, command: ImportCommand) -> anyhow::Result<()> {
    let ImportCommand::SlackExport { file, tenant } = command;
    let database = open_database(&settings).await?;
    let imported = import(&database.database, &settings, &file, tenant).await;
    database.stop().await?;
    println!("{}", imported?);
    Ok(())
}

async fn import(
    db: &Database,
    settings: &Settings,
    file: &std::path::Path,
    tenant: TenantId,
) -> anyhow::Result<String> {
    let clock = Clock::system();
    let rows = db.tenant(tenant);
    let tx = rows.begin().await?;
    tenants::current(&tx)
        .await?
        .with_context(|| format!("there is no tenant {tenant}"))?;
    tx.commit().await?;

    let source = tokio::fs::File::open(file)
        .await
        .with_context(|| format!("{} cannot be read", file.display()))?;
    let body = stream::try_unfold(source, |mut source| async move {
        let mut chunk = Vec::with_capacity(1 << 20);
        let read = (&mut source).take(1 << 20).read_to_end(&mut chunk).await?;
        Ok::<_, std::io::Error>((read > 0).then(|| (chunk.into(), source)))
    });
    let spooled = Spool::new(&settings.data_dir, u64::MAX).keep(body).await?;
    let name = file
        .file_name()
        .map_or_else(|| "export.zip".to_owned(), |name| name.to_string_lossy().into_owned());
    let tx = rows.begin().await?;
    imports::begin(&tx, &spooled, &name, None, clock.now()).await?;
    tx.commit().await?;

    let handler = ImportHandler::new(db.clone(), clock.clone(), Pipeline::new(clock.clone()), Arc::default());
    Worker::new(db.clone(), clock, WorkerOptions::default(), vec![Arc::new(handler)])
        .drain()
        .await?;
    let tx = rows.begin().await?;
    let import = imports::find(&tx, spooled.id).await?.context("the import is gone")?;
    match import.state {
        ImportState::Done => Ok(format!(
            "{}: {} channels, {} messages, {} skipped, {} signals.",
            import.file_name, import.channels_done, import.messages_done, import.skipped, import.signals_found
        )),
        ImportState::Failed => bail!("{}: {}", import.file_name, import.error.unwrap_or_default()),
        ImportState::Queued | ImportState::Running => {
            bail!("{} waits; a running server goes on with it", import.file_name)
        }
    }
}
