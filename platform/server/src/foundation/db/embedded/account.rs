//! The operating system user that PostgreSQL runs as.

use super::error::{EmbeddedError, io};
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The unprivileged user PostgreSQL runs as when momentum itself runs as root, which PostgreSQL refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub name: String,
    pub uid: u32,
    pub gid: u32,
}

impl Account {
    /// `None` when this process is not root: PostgreSQL then runs as the same user. A cluster that exists keeps the
    /// owner it has; a new one goes to `postgres`, or else to `nobody`.
    pub fn choose(cluster: &Path) -> Result<Option<Account>, EmbeddedError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        if let Ok(found) = std::fs::metadata(cluster)
            && found.uid() != 0
        {
            return Ok(Some(Account {
                name: format!("#{}", found.uid()),
                uid: found.uid(),
                gid: found.gid(),
            }));
        }
        ["postgres", "nobody"]
            .into_iter()
            .find_map(Account::named)
            .map(Some)
            .ok_or(EmbeddedError::NoAccount)
    }

    fn named(name: &str) -> Option<Account> {
        let number = |flag| -> Option<u32> { id(&[flag, name])?.parse().ok() };
        Some(Account {
            name: name.to_owned(),
            uid: number("-u")?,
            gid: number("-g")?,
        })
    }

    /// Hands a directory of ours over to this user.
    pub fn own(&self, path: &Path) -> Result<(), EmbeddedError> {
        io(chown(path, Some(self.uid), Some(self.gid)), "change the owner of", path)
    }

    /// Whether this user can pass every directory down to `path`.
    pub fn can_reach(&self, path: &Path) -> bool {
        let mut look = Command::new("/bin/sh");
        look.args(["-c", "cd \"$0\""]).arg(path).current_dir("/");
        look.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        run_as(&mut look, Some(self));
        look.status().is_ok_and(|status| status.success())
    }

    /// The error that names the first closed directory on the way to `path`.
    pub fn unreachable(&self, path: &Path) -> EmbeddedError {
        let mut way: Vec<&Path> = path.ancestors().collect();
        way.reverse();
        let closed = way.into_iter().find(|step| !self.can_reach(step)).unwrap_or(path);
        EmbeddedError::Unreachable {
            path: path.to_owned(),
            account: self.name.clone(),
            blocked_by: PathBuf::from(closed),
        }
    }
}

/// Makes the command run as `account`, if one is needed. The standard library also drops root's supplementary groups
/// when it changes the user.
pub(super) fn run_as(command: &mut Command, account: Option<&Account>) {
    if let Some(account) = account {
        command.gid(account.gid).uid(account.uid);
    }
}

/// The name of the user this process runs as; `None` where the user has no entry (a container with an arbitrary id).
pub(super) fn own_name() -> Option<String> {
    id(&["-un"])
}

/// `id` is asked instead of /etc/passwd because users may live in a directory service.
fn id(arguments: &[&str]) -> Option<String> {
    let output = Command::new("id").args(arguments).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !text.trim().is_empty()).then(|| text.trim().to_owned())
}
