//! AES-256-GCM envelopes: `version (1) | data key id (4) | nonce (12) | ciphertext and tag`.

use std::path::PathBuf;
use std::sync::Arc;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::foundation::context::random_bytes;
use crate::foundation::ids::TenantId;

const VERSION: u8 = 1;
const NONCE: usize = 12;
const HEADER: usize = 1 + 4 + NONCE;

/// Why something could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The master key is not 32 bytes of base64.
    #[error("MOMENTUM_MASTER_KEY must be 32 bytes in base64, such as `openssl rand -base64 32` prints")]
    BadMasterKey,
    /// The file with the generated master key cannot be read or made.
    #[error("the master key file {path} cannot be used")]
    KeyFile {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Sealed with a key that this process does not have.
    #[error("sealed under master key {0}, which this server does not have; was it changed without `keys rotate`?")]
    UnknownMasterKey(String),
    /// The bytes are not ours, were changed, or belong to another tenant or purpose.
    #[error("the sealed value does not open: it was changed or belongs elsewhere")]
    DoesNotOpen,
}

/// The key above all others. Its id is derived from it, so that the same key has the same id everywhere.
#[derive(Clone)]
pub struct MasterKey {
    id: String,
    cipher: Aes256Gcm,
}

/// One tenant's key, ready for use. Lives in memory only.
#[derive(Clone)]
pub struct DataKey {
    id: i32,
    cipher: Aes256Gcm,
    tenant_id: TenantId,
}

/// One tenant's key as it is stored: sealed under a master key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedDataKey {
    /// What envelopes name it by; counts up from 1 within the tenant.
    pub id: i32,
    /// Which master key wrapped it.
    pub master_key_id: String,
    /// The envelope.
    pub wrapped: Vec<u8>,
}

/// Makes and opens data keys under the current master key, and opens those of former ones.
#[derive(Clone)]
pub struct Sealer {
    current: MasterKey,
    former: Arc<[MasterKey]>,
}

impl MasterKey {
    /// The key that the settings give.
    ///
    /// # Errors
    /// [`SealError::BadMasterKey`] when it is not 32 bytes of base64.
    pub fn from_base64(text: &SecretString) -> Result<Self, SealError> {
        let bytes = STANDARD
            .decode(text.expose_secret().trim())
            .map_err(|_| SealError::BadMasterKey)?;
        Ok(Self::from_bytes(
            &bytes.try_into().map_err(|_| SealError::BadMasterKey)?,
        ))
    }

    /// A new key that is kept nowhere.
    pub fn generate() -> Self {
        Self::from_bytes(&random_bytes::<32>())
    }

    pub(super) fn from_bytes(bytes: &[u8; 32]) -> Self {
        let digest = Sha256::new()
            .chain_update(b"momentum master key id\0")
            .chain_update(bytes)
            .finalize();
        Self {
            id: hex::encode(&digest[..8]),
            cipher: cipher(bytes),
        }
    }

    /// Names the key without revealing it; the same key has the same id everywhere.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl Sealer {
    /// Seals under `current`; opens what `former` keys sealed.
    pub fn new(current: MasterKey, former: Vec<MasterKey>) -> Self {
        Self {
            current,
            former: former.into(),
        }
    }

    /// The key that seals from now on.
    pub fn current(&self) -> &MasterKey {
        &self.current
    }

    /// A new data key for a tenant, and what to store of it. `id` is one that the tenant has not used yet.
    pub fn create_data_key(&self, tenant_id: TenantId, id: i32) -> Result<(DataKey, WrappedDataKey), SealError> {
        let bytes = random_bytes::<32>();
        let wrapped = self.wrap(tenant_id, id, &bytes)?;
        Ok((
            DataKey {
                id,
                cipher: cipher(&bytes),
                tenant_id,
            },
            wrapped,
        ))
    }

    /// A stored data key, ready for use.
    pub fn open_data_key(&self, tenant_id: TenantId, stored: &WrappedDataKey) -> Result<DataKey, SealError> {
        let bytes = self.unwrap(tenant_id, stored)?;
        Ok(DataKey {
            id: stored.id,
            cipher: cipher(&bytes),
            tenant_id,
        })
    }

    /// The same data key under the current master key, or nothing when it is already.
    pub fn rewrap(&self, tenant_id: TenantId, stored: &WrappedDataKey) -> Result<Option<WrappedDataKey>, SealError> {
        if stored.master_key_id == self.current.id {
            return Ok(None);
        }
        let bytes = self.unwrap(tenant_id, stored)?;
        self.wrap(tenant_id, stored.id, &bytes).map(Some)
    }

    /// Seals a statement that comes back to us through others' hands, such as the content of a link, for one purpose.
    pub fn issue(&self, purpose: &str, statement: &[u8]) -> Result<Vec<u8>, SealError> {
        seal(
            &self.current.cipher,
            0,
            format!("issued for {purpose}").as_bytes(),
            statement,
        )
    }

    /// The statement that we issued for this purpose, under the current master key or a former one.
    ///
    /// # Errors
    /// [`SealError::DoesNotOpen`] when it is not ours, was changed, or was issued for something else.
    pub fn recognise(&self, purpose: &str, issued: &[u8]) -> Result<Vec<u8>, SealError> {
        let binding = format!("issued for {purpose}");
        let mut masters = std::iter::once(&self.current).chain(self.former.iter());
        masters
            .find_map(|master| open(&master.cipher, binding.as_bytes(), issued).ok())
            .ok_or(SealError::DoesNotOpen)
    }

    fn wrap(&self, tenant_id: TenantId, id: i32, bytes: &[u8; 32]) -> Result<WrappedDataKey, SealError> {
        let wrapped = seal(
            &self.current.cipher,
            id,
            &binding(tenant_id, &format!("data key {id}")),
            bytes,
        )?;
        Ok(WrappedDataKey {
            id,
            master_key_id: self.current.id.clone(),
            wrapped,
        })
    }

    fn unwrap(&self, tenant_id: TenantId, stored: &WrappedDataKey) -> Result<[u8; 32], SealError> {
        let mut masters = std::iter::once(&self.current).chain(self.former.iter());
        let master = masters
            .find(|key| key.id == stored.master_key_id)
            .ok_or_else(|| SealError::UnknownMasterKey(stored.master_key_id.clone()))?;
        let bytes = open(
            &master.cipher,
            &binding(tenant_id, &format!("data key {}", stored.id)),
            &stored.wrapped,
        )?;
        bytes.try_into().map_err(|_| SealError::DoesNotOpen)
    }
}

impl DataKey {
    /// Seals a value for one purpose, such as `credential of cnn_…`.
    pub fn seal(&self, purpose: &str, secret: &SecretString) -> Result<Vec<u8>, SealError> {
        seal(
            &self.cipher,
            self.id,
            &binding(self.tenant_id, purpose),
            secret.expose_secret().as_bytes(),
        )
    }

    /// Opens a value that was sealed for the same purpose.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<SecretString, SealError> {
        let bytes = open(&self.cipher, &binding(self.tenant_id, purpose), sealed)?;
        String::from_utf8(bytes)
            .map(Into::into)
            .map_err(|_| SealError::DoesNotOpen)
    }

    /// Which data key an envelope needs.
    ///
    /// # Errors
    /// [`SealError::DoesNotOpen`] when it is no envelope of ours.
    pub fn id_in(sealed: &[u8]) -> Result<i32, SealError> {
        match sealed {
            [VERSION, a, b, c, d, rest @ ..] if rest.len() > NONCE => Ok(i32::from_be_bytes([*a, *b, *c, *d])),
            _ => Err(SealError::DoesNotOpen),
        }
    }
}

fn cipher(key: &[u8; 32]) -> Aes256Gcm {
    Aes256Gcm::new(&Key::<Aes256Gcm>::from(*key))
}

/// A random nonce is safe here: one key seals some thousand values, far below the 2^32 that NIST SP 800-38D allows.
fn seal(cipher: &Aes256Gcm, key_id: i32, binding: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let nonce = random_bytes::<NONCE>();
    let payload = Payload {
        msg: plain,
        aad: binding,
    };
    let sealed = cipher
        .encrypt(&Nonce::from(nonce), payload)
        .map_err(|_| SealError::DoesNotOpen)?;
    Ok([&[VERSION][..], &key_id.to_be_bytes(), &nonce, &sealed].concat())
}

fn open(cipher: &Aes256Gcm, binding: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
    DataKey::id_in(sealed)?;
    let nonce: [u8; NONCE] = sealed[5..HEADER].try_into().map_err(|_| SealError::DoesNotOpen)?;
    let payload = Payload {
        msg: &sealed[HEADER..],
        aad: binding,
    };
    cipher
        .decrypt(&Nonce::from(nonce), payload)
        .map_err(|_| SealError::DoesNotOpen)
}

fn binding(tenant_id: TenantId, purpose: &str) -> Vec<u8> {
    [tenant_id.0.as_bytes().as_slice(), purpose.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn master(byte: u8) -> MasterKey {
        MasterKey::from_bytes(&[byte; 32])
    }

    #[test]
    fn a_sealed_value_opens_only_for_its_tenant_and_its_purpose() {
        let sealer = Sealer::new(master(1), vec![]);
        let (ours, theirs) = (TenantId::generate(), TenantId::generate());
        let (key, stored) = sealer.create_data_key(ours, 1).unwrap();
        let sealed = key.seal("token", &"xoxb-1".into()).unwrap();

        let again = sealer.open_data_key(ours, &stored).unwrap();
        assert_eq!(again.open("token", &sealed).unwrap().expose_secret(), "xoxb-1");
        assert_eq!(DataKey::id_in(&sealed).unwrap(), stored.id);
        assert!(matches!(again.open("refresh", &sealed), Err(SealError::DoesNotOpen)));
        assert!(matches!(
            sealer.open_data_key(theirs, &stored),
            Err(SealError::DoesNotOpen)
        ));
        for place in [0, 6, 20, sealed.len() - 1] {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(again.open("token", &changed).is_err(), "byte {place}");
        }
        for length in 0..sealed.len() {
            assert!(again.open("token", &sealed[..length]).is_err(), "length {length}");
        }
    }

    #[test]
    fn rotation_rewraps_the_data_key_and_leaves_what_it_sealed() {
        let (tenant, old) = (TenantId::generate(), Sealer::new(master(1), vec![]));
        let (key, stored) = old.create_data_key(tenant, 1).unwrap();
        let sealed = key.seal("token", &"xoxb-1".into()).unwrap();

        let rotating = Sealer::new(master(2), vec![master(1)]);
        let rewrapped = rotating.rewrap(tenant, &stored).unwrap().unwrap();
        assert_eq!(rotating.rewrap(tenant, &rewrapped).unwrap(), None);

        let new = Sealer::new(master(2), vec![]);
        let key = new.open_data_key(tenant, &rewrapped).unwrap();
        assert_eq!(key.open("token", &sealed).unwrap().expose_secret(), "xoxb-1");
        assert!(matches!(
            new.open_data_key(tenant, &stored),
            Err(SealError::UnknownMasterKey(_))
        ));
    }

    #[test]
    fn an_issued_statement_is_recognised_for_its_purpose_and_through_a_rotation() {
        let old = Sealer::new(master(1), vec![]);
        let issued = old.issue("unsubscribe", b"ann").unwrap();
        let rotated = Sealer::new(master(2), vec![master(1)]);
        assert_eq!(rotated.recognise("unsubscribe", &issued).unwrap(), b"ann");
        assert!(rotated.recognise("sign-in", &issued).is_err());
        assert!(
            Sealer::new(master(2), vec![])
                .recognise("unsubscribe", &issued)
                .is_err()
        );
        assert!(old.recognise("unsubscribe", &issued[1..]).is_err());
    }
}
