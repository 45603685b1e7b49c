//! The master key beside an embedded database: `master.key`, and `master.key.next` while a rotation is under way.

use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{MasterKey, SealError, Sealer};
use crate::foundation::context::random_bytes;

const CURRENT: &str = "master.key";
const NEXT: &str = "master.key.next";

impl MasterKey {
    /// The key beside an embedded database: read from `master.key` in the data directory, or made there, for its owner only.
    ///
    /// # Errors
    /// [`SealError::KeyFile`] when the file cannot be read or made.
    pub fn load_or_create(data_dir: &Path) -> Result<Self, SealError> {
        read_or_make(&data_dir.join(CURRENT))
    }

    /// The key that the next rotation ends with: an earlier one that was interrupted goes on with the same.
    ///
    /// # Errors
    /// [`SealError::KeyFile`] when the file cannot be read or made.
    pub fn next(data_dir: &Path) -> Result<Self, SealError> {
        read_or_make(&data_dir.join(NEXT))
    }

    /// Puts the next key in the place of the current one, in one step: whoever starts finds one or the other.
    ///
    /// # Errors
    /// [`SealError::KeyFile`] when the file cannot be moved.
    pub fn finish_rotation(data_dir: &Path) -> Result<(), SealError> {
        let path = data_dir.join(NEXT);
        std::fs::rename(&path, data_dir.join(CURRENT)).map_err(|source| SealError::KeyFile { path, source })
    }
}

impl Sealer {
    /// Seals under the key of this data directory, and opens what a rotation that is not finished sealed already.
    ///
    /// # Errors
    /// [`SealError::KeyFile`] when a file cannot be read or made.
    pub fn in_folder(data_dir: &Path) -> Result<Self, SealError> {
        let current = MasterKey::load_or_create(data_dir)?;
        let next = data_dir
            .join(NEXT)
            .exists()
            .then(|| MasterKey::next(data_dir))
            .transpose()?;
        Ok(Self::new(current, next.into_iter().collect()))
    }
}

fn read_or_make(path: &Path) -> Result<MasterKey, SealError> {
    let failed = |source| SealError::KeyFile {
        path: PathBuf::from(path),
        source,
    };
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match made {
        Ok(mut file) => {
            let bytes = random_bytes::<32>();
            let written = file.write_all(STANDARD.encode(bytes).as_bytes());
            written.and_then(|()| file.sync_all()).map_err(failed)?;
            Ok(MasterKey::from_bytes(&bytes))
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            MasterKey::from_base64(&std::fs::read_to_string(path).map_err(failed)?.into())
        }
        Err(error) => Err(failed(error)),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_generated_master_key_is_kept_and_readable_by_its_owner_only() {
        let dir = tempfile::tempdir().unwrap();
        let first = MasterKey::load_or_create(dir.path()).unwrap();
        let second = MasterKey::load_or_create(dir.path()).unwrap();
        assert_eq!(first.id(), second.id());
        let mode = std::fs::metadata(dir.path().join("master.key"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(MasterKey::from_base64(&"c2hvcnQ=".into()).is_err());
    }

    #[test]
    fn a_rotation_goes_on_with_the_key_that_it_began_with_and_ends_with_it() {
        let dir = tempfile::tempdir().unwrap();
        let old = MasterKey::load_or_create(dir.path()).unwrap();
        let next = MasterKey::next(dir.path()).unwrap();
        assert_ne!(old.id(), next.id());
        assert_eq!(MasterKey::next(dir.path()).unwrap().id(), next.id());
        assert_eq!(Sealer::in_folder(dir.path()).unwrap().current().id(), old.id());
        MasterKey::finish_rotation(dir.path()).unwrap();
        assert_eq!(Sealer::in_folder(dir.path()).unwrap().current().id(), next.id());
    }
}
