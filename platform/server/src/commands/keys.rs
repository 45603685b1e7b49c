//! `momentum keys`

use clap::{Args, Subcommand};

use super::database::open_database;
use crate::foundation::config::Settings;
use crate::foundation::crypto::{self, MasterKey, Sealer};

/// What is done with the keys that seal stored credentials.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Wraps every tenant's data key under a new master key. Interrupted, it is simply run again.
    Rotate(RotateArgs),
}

/// Options of `keys rotate`.
#[derive(Debug, Args)]
pub struct RotateArgs {
    /// Opens every key and says how many would be wrapped anew, and writes nothing.
    #[arg(long)]
    dry_run: bool,
}

/// With `MOMENTUM_MASTER_KEY`, that is the new key and `MOMENTUM_FORMER_MASTER_KEYS` holds the old one. Without, the new
/// key is made in the data directory and takes the old one's place at the end.
pub async fn run(settings: Settings, command: KeysCommand) -> anyhow::Result<()> {
    let KeysCommand::Rotate(RotateArgs { dry_run }) = command;
    let open = open_database(&settings).await?;
    let is_in_folder = settings.master_key.is_none();
    let sealer = match (is_in_folder, dry_run) {
        (false, _) => open.sealer.clone(),
        // A key that is kept nowhere: to see that all the others open.
        (true, true) => following(&open.sealer, MasterKey::generate()),
        (true, false) => following(&open.sealer, MasterKey::next(&settings.data_dir)?),
    };
    let rotated = crypto::rotate(&open.database, &sealer, dry_run).await;
    if rotated.is_ok() && is_in_folder && !dry_run {
        MasterKey::finish_rotation(&settings.data_dir)?;
    }
    open.stop().await?;
    let crypto::Rotation { tenants, keys } = rotated?;
    let verb = if dry_run {
        "would be wrapped anew"
    } else {
        "were wrapped anew"
    };
    println!("{keys} data keys of {tenants} tenants {verb}.");
    Ok(())
}

fn following(current: &Sealer, next: MasterKey) -> Sealer {
    Sealer::new(next, vec![current.current().clone()])
}
