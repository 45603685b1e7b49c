//! Passwords and the limits on guessing them.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use crate::foundation::context::{Clock, random_bytes};
use crate::foundation::http::{Limits, Problem, RateLimit};

/// Hashes and checks passwords with argon2id at the library's defaults (19 MiB, two passes), which are OWASP's minimum.
#[derive(Clone)]
pub struct Passwords {
    /// One hash takes a core for some 20 ms and 19 MiB: no more at once than there are cores.
    slots: Arc<Semaphore>,
    /// The hash of a password that nobody has: checked for those who do not exist.
    nobody: Arc<str>,
}

/// What signing in needs.
#[derive(Clone)]
pub struct Identity {
    /// The passwords.
    pub passwords: Passwords,
    by_ip: RateLimit<IpAddr>,
    by_email: RateLimit<String>,
}

/// 20 tries at once from one address, then one in three seconds: an office behind one address signs in on Monday.
const PER_IP: Limits = Limits {
    burst: 20,
    refill: Duration::from_secs(3),
};
/// 10 tries at once for one account, then one in 30 seconds: 2,900 guesses a day.
const PER_EMAIL: Limits = Limits {
    burst: 10,
    refill: Duration::from_secs(30),
};

impl Identity {
    /// For one process.
    ///
    /// # Errors
    /// When the machine cannot compute a hash.
    pub async fn new(clock: Clock) -> Result<Self, Problem> {
        Ok(Self {
            passwords: Passwords::new().await?,
            by_ip: RateLimit::new(PER_IP, clock.clone()),
            by_email: RateLimit::new(PER_EMAIL, clock),
        })
    }

    /// Counts one try to sign in or up.
    ///
    /// # Errors
    /// 429 when the address or the account was tried too often.
    pub fn count_try(&self, ip: Option<IpAddr>, email: &str) -> Result<(), Problem> {
        if let Some(ip) = ip {
            self.by_ip.check(&ip)?;
        }
        self.by_email.check(&email.to_lowercase())
    }
}

impl Passwords {
    async fn new() -> Result<Self, Problem> {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let mut passwords = Self {
            slots: Arc::new(Semaphore::new(cores)),
            nobody: "".into(),
        };
        let unknowable = hex::encode(random_bytes::<32>());
        passwords.nobody = passwords.hash(&unknowable.into()).await?.into();
        Ok(passwords)
    }

    /// The hash to store, with its salt and parameters.
    pub async fn hash(&self, password: &SecretString) -> Result<String, Problem> {
        let password = password.clone();
        self.off_the_async_threads(move || {
            let salt = random_bytes::<16>();
            let hash = Argon2::default().hash_password_with_salt(password.expose_secret().as_bytes(), &salt);
            hash.map(|hash| hash.to_string())
                .map_err(|error| Problem::internal(error.to_string()))
        })
        .await?
    }

    /// Whether the password is the one behind `hash`. Takes the same time when there is no hash.
    pub async fn is_right(&self, password: &SecretString, hash: Option<String>) -> Result<bool, Problem> {
        let (password, is_somebody) = (password.clone(), hash.is_some());
        let hash = hash.unwrap_or_else(|| self.nobody.to_string());
        let is_match = self.off_the_async_threads(move || {
            PasswordHash::new(&hash).is_ok_and(|hash| {
                Argon2::default()
                    .verify_password(password.expose_secret().as_bytes(), &hash)
                    .is_ok()
            })
        });
        Ok(is_match.await? && is_somebody)
    }

    async fn off_the_async_threads<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let slot = self.slots.clone().acquire_owned().await.map_err(Problem::internal)?;
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(slot);
            result
        });
        done.await.map_err(Problem::internal)
    }
}
