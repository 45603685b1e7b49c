//! Bearer tokens: 256 random bits given out once, kept as a hash.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::foundation::context::random_bytes;

/// A secret that opens something: a session, a link, an API key. Shown once, never stored.
#[derive(Clone, Debug)]
pub struct Token(SecretString);

/// SHA-256 of a token. A slow hash would add nothing: the token has 256 random bits, no dictionary holds it.
pub type TokenHash = Vec<u8>;

impl Token {
    /// A new one: `prefix` and 43 characters of base64url.
    pub fn generate(prefix: &str) -> Self {
        Self(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(random_bytes::<32>())).into())
    }

    /// One that somebody presents.
    pub fn presented(text: impl Into<String>) -> Self {
        Self(text.into().into())
    }

    /// The text, to be given to its holder.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// What is stored and looked up.
    pub fn hash(&self) -> TokenHash {
        Sha256::digest(self.expose().as_bytes()).to_vec()
    }

    /// A second secret that follows from this one and does not reveal it, such as a session's CSRF token.
    pub fn derive(&self, purpose: &str) -> String {
        let digest = Sha256::new()
            .chain_update(purpose)
            .chain_update([0])
            .chain_update(self.expose())
            .finalize();
        URL_SAFE_NO_PAD.encode(digest)
    }
}

/// Compares two secrets in a time that does not tell where they differ.
pub fn is_same(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_recognised_by_its_hash_and_printed_by_nobody() {
        let token = Token::generate("mom_");
        let presented = Token::presented(token.expose());
        assert_eq!(token.expose().len(), 47);
        assert!(is_same(&token.hash(), &presented.hash()));
        assert!(!is_same(&token.hash(), &Token::generate("mom_").hash()));
        assert!(!format!("{token:?}").contains(&token.expose()[4..]));
        assert_ne!(token.derive("csrf"), token.derive("other"));
    }
}
