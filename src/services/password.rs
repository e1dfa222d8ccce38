//! Passwords to and from argon2id hashes, a few at a time and off the request threads.
//!
//! 19 MiB, 2 passes, 1 lane: the OWASP Password Storage Cheat Sheet's first choice for argon2id.

use crate::app::random_bytes;
use crate::error::{Fault, Result};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Semaphore;

/// Hashes at once: each takes 19 MiB and a core for some 20 ms
const AT_ONCE: usize = 4;
/// Memory in KiB, passes, lanes
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);
/// Longest password in bytes: 128 characters of four
pub(super) const MAX_BYTES: usize = 512;
/// Checked against where the login is unknown, so that both answers take the same time: random
/// bytes in place of a hash, at the cost above
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$6CkhG4NOeHmFD66EVwo8yw$QkbZJpQVLfI3JTyPKMGe2ahxY471QQYX6Loo+Ffc7jI";

/// Hashes and checks passwords
pub struct Passwords {
    places: Arc<Semaphore>,
    checked: AtomicU64,
}

impl Passwords {
    /// Nothing hashed yet
    pub fn new() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE)), checked: AtomicU64::new(0) }
    }

    /// The hash of a new password, as a PHC string.
    ///
    /// # Errors
    /// The hasher failed.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.apart(move || hash(&password)).await
    }

    /// Whether this is the password of a hash. Without a hash: no, after the same work.
    ///
    /// # Errors
    /// The stored hash can't be read.
    pub async fn check(&self, password: String, stored: Option<String>) -> Result<bool> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| NOBODY.to_owned());
        self.checked.fetch_add(1, Ordering::Relaxed);
        metrics::counter!("plaza_password_checks_total").increment(1);
        let matches = self
            .apart(move || {
                let stored = PasswordHash::new(&stored).map_err(|err| err.to_string())?;
                Ok(Argon2::default().verify_password(password.as_bytes(), &stored).is_ok())
            })
            .await?;
        Ok(known && matches)
    }

    /// Passwords checked since the start, right or wrong
    pub fn checked(&self) -> u64 {
        self.checked.load(Ordering::Relaxed)
    }

    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, String> + Send + 'static,
    ) -> Result<T> {
        let doing = "hashing a password";
        let place =
            Arc::clone(&self.places).acquire_owned().await.map_err(|err| Fault::new(doing, err))?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(place);
            done
        });
        let outcome = done.await.map_err(|err| Fault::new(doing, err))?;
        Ok(outcome.map_err(|err| Fault::new(doing, err))?)
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

fn hash(password: &str) -> Result<String, String> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(|err| err.to_string())?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let salt: [u8; 16] = random_bytes();
    let hash: PasswordHash = argon2
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|err| err.to_string())?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checking_nobodys_password_costs_what_anybodys_does() {
        let cost = |phc: &str| {
            let hash = PasswordHash::new(phc).expect("a PHC string");
            let length = hash.hash.as_ref().map(|output| output.as_ref().len());
            (hash.algorithm, hash.version, hash.params.to_string(), length)
        };
        let anybody = hash("volcán masaya brilla").expect("hashes");
        assert_eq!(cost(NOBODY), cost(&anybody));
    }
}
