//! Positions of the database's log as clients have them: sealed, so that they tell nothing.
//!
//! Two bare ones would tell how many bytes lie between them, and so what somebody's mutation wrote
//! that only said no: whether a failed sign-in was of an account that there is. For the same reason the
//! same position is another text each time.

use super::token::{derive, keyed};
use crate::app::random_bytes;
use crate::config::Secret;
use crate::db::WalPosition;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// What begins each text: others may come with other databases
const VERSION: &str = "1";

/// Seals positions, and opens them on any server that has the secret
pub struct Positions {
    key: [u8; 32],
}

impl Positions {
    /// By a key from the one secret
    pub fn new(secret: &Secret) -> Self {
        Self { key: derive(secret, "log position") }
    }

    /// A position for a client
    pub fn seal(&self, position: WalPosition) -> String {
        let salt = random_bytes::<6>();
        let hidden = (position.bytes() ^ self.mask(salt)).to_be_bytes();
        let mut sealed = Vec::with_capacity(18);
        sealed.extend_from_slice(&salt);
        sealed.extend_from_slice(&hidden);
        sealed.extend_from_slice(&self.digest("seal", &[&salt[..], &hidden].concat())[..4]);
        format!("{VERSION}{}", URL_SAFE_NO_PAD.encode(sealed))
    }

    /// The position that was told; None: it is none of ours.
    pub fn open(&self, text: &str) -> Option<WalPosition> {
        let sealed = URL_SAFE_NO_PAD.decode(text.strip_prefix(VERSION)?).ok()?;
        let sealed: [u8; 18] = sealed.try_into().ok()?;
        let (told, seal) = sealed.split_first_chunk::<14>()?;
        if seal != &self.digest("seal", told)[..4] {
            return None;
        }
        let (salt, hidden) = told.split_first_chunk::<6>()?;
        let hidden = u64::from_be_bytes(hidden.try_into().ok()?);
        Some(WalPosition::of(hidden ^ self.mask(*salt)))
    }

    fn mask(&self, salt: [u8; 6]) -> u64 {
        let digest = self.digest("mask", &salt);
        digest.first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
    }

    fn digest(&self, purpose: &str, message: &[u8]) -> [u8; 32] {
        use hmac::Mac;
        let mut mac = keyed(&self.key, purpose.as_bytes());
        mac.update(message);
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn positions(secret: &str) -> Positions {
        Positions::new(&Secret::new(secret))
    }

    #[test]
    fn rubbish_is_no_position() {
        let ours = positions("a secret");
        let told = ours.seal(WalPosition::of(7));
        let changed: String = told.chars().rev().collect();
        let foreign = positions("another secret").seal(WalPosition::of(7));
        let longer = format!("{told}AAAA");
        let sealed = told.strip_prefix(VERSION).expect("its version");
        let rubbish = ["", "1", "7", "0/3000148", "ñ", sealed, &changed, &foreign, &longer];
        let other_version = format!("2{sealed}");
        for text in rubbish.into_iter().chain([&*other_version]) {
            assert_eq!(ours.open(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_same_position_is_another_text_each_time() {
        let ours = positions("a secret");
        assert_ne!(ours.seal(WalPosition::of(7)), ours.seal(WalPosition::of(7)));
    }

    proptest! {
        #[test]
        fn a_position_is_read_as_it_was_told(bytes: u64) {
            let told = positions("a secret").seal(WalPosition::of(bytes));
            prop_assert_eq!(positions("a secret").open(&told), Some(WalPosition::of(bytes)));
            prop_assert!(told.len() == 25 && told.is_ascii());
        }

        #[test]
        fn no_text_is_too_much(text: String) {
            prop_assert_eq!(positions("a secret").open(&text), None);
        }
    }
}
