//! What a demo must remember between starts: its moment, its secrets, how far its making got. Kept in `demo.json` of the data directory.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::foundation::context::random_bytes;
use crate::foundation::db::embedded::EmbeddedPostgres;
use crate::foundation::ids::{ImportId, TenantId};

const FILE: &str = "demo.json";
/// What a demo keeps in its data directory besides PostgreSQL.
const FOLDERS: [&str; 3] = ["imports", "sim", "spool"];

/// The memory of one demo.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DemoState {
    /// What the messages follow from.
    pub seed: u64,
    /// The moment that "two hours ago" counts from.
    pub made_at: DateTime<Utc>,
    /// The tenant.
    pub tenant_id: TenantId,
    /// Everybody's password.
    pub password: String,
    /// What the simulated Slack signs with.
    pub signing_secret: String,
    /// The bot's token in the simulated Slack workspace.
    pub bot_token: String,
    /// Where the simulator listened last; links to its records hold it.
    pub sim_port: Option<u16>,
    /// The key for the API, once made.
    pub api_key: Option<String>,
    /// The import of the history, once begun.
    pub import_id: Option<ImportId>,
    /// Whether the messages of the last hours were sent live.
    pub is_live_sent: bool,
    /// Whether the bad news of the past was dealt with.
    pub is_past_settled: bool,
    #[serde(skip)]
    folder: PathBuf,
}

impl DemoState {
    /// The demo in a data directory, or a new one.
    ///
    /// # Errors
    /// When the directory holds something other than a demo, or cannot be written.
    pub fn open(folder: &Path, now: DateTime<Utc>) -> anyhow::Result<Self> {
        let path = folder.join(FILE);
        match std::fs::read(&path) {
            Ok(bytes) => {
                let state: Self = serde_json::from_slice(&bytes)
                    .with_context(|| format!("{} cannot be read; start over with --reset", path.display()))?;
                Ok(Self {
                    folder: folder.to_owned(),
                    ..state
                })
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                if folder.join("postgres").exists() {
                    bail!(
                        "{} holds data that is no demo's; choose another --data-dir",
                        folder.display()
                    );
                }
                let secret = |length: usize| hex::encode(&random_bytes::<32>()[..length]);
                let state = Self {
                    seed: u64::from_le_bytes(*b"momentum"),
                    made_at: now,
                    tenant_id: TenantId::generate(),
                    password: format!("northwind-{}", secret(4)),
                    signing_secret: secret(16),
                    bot_token: format!("xoxb-demo-{}", secret(12)),
                    sim_port: None,
                    api_key: None,
                    import_id: None,
                    is_live_sent: false,
                    is_past_settled: false,
                    folder: folder.to_owned(),
                };
                state.save()?;
                Ok(state)
            }
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
        }
    }

    /// Deletes a demo with all its data. A directory that holds none is left alone.
    pub fn remove(folder: &Path) -> anyhow::Result<()> {
        if !folder.join(FILE).exists() {
            return Ok(());
        }
        EmbeddedPostgres::remove(folder).context("the demo's database cannot be removed; is the demo running?")?;
        for name in FOLDERS.map(|name| folder.join(name)) {
            if name.exists() {
                std::fs::remove_dir_all(&name).with_context(|| format!("{} cannot be removed", name.display()))?;
            }
        }
        std::fs::remove_file(folder.join(FILE)).context("the demo's memory cannot be removed")
    }

    /// Where the simulator remembers what it was told.
    pub fn sim_folder(&self) -> PathBuf {
        self.folder.join("sim")
    }

    /// Writes the memory so that a kill leaves the old or the new one.
    pub fn save(&self) -> anyhow::Result<()> {
        let write = || -> std::io::Result<()> {
            std::fs::create_dir_all(&self.folder)?;
            let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
            file.write_all(&serde_json::to_vec_pretty(self)?)?;
            file.as_file().sync_all()?;
            file.persist(self.folder.join(FILE))?;
            Ok(())
        };
        write().with_context(|| format!("the demo cannot write into {}", self.folder.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demo_remembers_itself_until_it_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let now = "2031-03-10T12:00:00Z".parse().unwrap();
        let mut first = DemoState::open(folder.path(), now).unwrap();
        first.api_key = Some("mom_1".into());
        first.save().unwrap();
        let again = DemoState::open(folder.path(), now + chrono::TimeDelta::days(3)).unwrap();
        assert_eq!((again.made_at, again.api_key.as_deref()), (now, Some("mom_1")));
        DemoState::remove(folder.path()).unwrap();
        assert!(!folder.path().join(FILE).exists());
    }

    #[test]
    fn a_directory_with_other_data_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("postgres")).unwrap();
        assert!(DemoState::open(folder.path(), DateTime::UNIX_EPOCH).is_err());
        DemoState::remove(folder.path()).unwrap();
        assert!(folder.path().join("postgres").exists());
    }
}
