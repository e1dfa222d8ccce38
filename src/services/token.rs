//! Tokens: short-lived signed access tokens, and refresh tokens used once each.
//!
//! A refresh token is (session, generation) under a keyed digest. Nothing of it is stored but the
//! generation: the same successor can be handed out again within the grace, and whoever reads the
//! database can make none.

use crate::config::Secret;
use crate::entities::{SessionId, Timestamp, UserId};
use crate::error::{Error, Fault, Result};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use uuid::Uuid;

/// How long an access token is good
const ACCESS_SECONDS: i64 = 15 * 60;

/// What a client gets at sign-in and at each refresh
#[derive(Clone, Debug)]
pub struct AuthTokens {
    /// Sent as `Authorization: Bearer`
    pub access: String,
    /// When it ends
    pub access_until: Timestamp,
    /// Used once
    pub refresh: String,
}

/// What an access token says
pub struct Claims {
    /// The device
    pub session: SessionId,
    /// When the token ends
    pub until: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Payload {
    /// Person
    sub: Uuid,
    /// Session
    sid: Uuid,
    /// Seconds since 1970 at which it ends
    exp: i64,
}

/// Signs and reads tokens
pub struct Tokens {
    signs: EncodingKey,
    reads: DecodingKey,
    refresh_key: [u8; 32],
    subject_key: [u8; 32],
}

impl Tokens {
    /// Keys for each purpose, all from the one secret.
    pub fn new(secret: &Secret) -> Self {
        let access = derive(secret, "access token");
        Self {
            signs: EncodingKey::from_secret(&access),
            reads: DecodingKey::from_secret(&access),
            refresh_key: derive(secret, "refresh token"),
            subject_key: derive(secret, "sign-in subject"),
        }
    }

    /// Both tokens of a session at a generation.
    ///
    /// # Errors
    /// Signing failed, which only a broken key does.
    pub fn issue(
        &self,
        user: UserId,
        session: SessionId,
        generation: i64,
        now: Timestamp,
    ) -> Result<AuthTokens> {
        let until = now.plus_seconds(ACCESS_SECONDS);
        let payload = Payload { sub: user.0, sid: session.0, exp: until.0.div_euclid(1_000_000) };
        let access = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &payload, &self.signs)
            .map_err(|err| Fault::new("signing an access token", err))?;
        Ok(AuthTokens { access, access_until: until, refresh: self.refresh(session, generation) })
    }

    /// What an access token says, if it is ours and has not ended.
    ///
    /// # Errors
    /// It is not, or has.
    pub fn read_access(&self, token: &str, now: Timestamp) -> Result<Claims> {
        let mut validation = Validation::new(Algorithm::HS256);
        // By our clock, below.
        validation.validate_exp = false;
        validation.required_spec_claims.clear();
        let payload = jsonwebtoken::decode::<Payload>(token, &self.reads, &validation)
            .map_err(|_| {
                Error::Denied("This is not an access token of this server; sign in again")
            })?
            .claims;
        let until = Timestamp(payload.exp.saturating_mul(1_000_000));
        if until <= now {
            return Err(Error::Denied(
                "The access token has ended; call sessionRefresh, without this header",
            ));
        }
        Ok(Claims { session: SessionId(payload.sid), until })
    }

    /// The refresh token of a session at a generation; the same each time.
    pub fn refresh(&self, session: SessionId, generation: i64) -> String {
        let mut bytes = Vec::with_capacity(56);
        bytes.extend_from_slice(session.0.as_bytes());
        bytes.extend_from_slice(&generation.to_be_bytes());
        let mac = keyed(&self.refresh_key, &bytes).finalize().into_bytes();
        bytes.extend_from_slice(&mac);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Session and generation of a refresh token, if it is ours.
    pub fn read_refresh(&self, token: &str) -> Option<(SessionId, i64)> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (body, mac) = bytes.split_at_checked(24)?;
        keyed(&self.refresh_key, body).verify_slice(mac).ok()?;
        let (session, generation) = body.split_at_checked(16)?;
        Some((
            SessionId(Uuid::from_slice(session).ok()?),
            i64::from_be_bytes(generation.try_into().ok()?),
        ))
    }

    /// A digest under which attempts of an account or address are counted, without keeping either.
    pub fn subject(&self, kind: &str, name: &str) -> Vec<u8> {
        let mut mac = keyed(&self.subject_key, kind.as_bytes());
        mac.update(b":");
        mac.update(name.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }
}

pub(super) fn keyed(key: &[u8; 32], message: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(message);
    mac
}

pub(super) fn derive(secret: &Secret, purpose: &str) -> [u8; 32] {
    use sha2::Digest;
    let mut hash = Sha256::new();
    hash.update(secret.expose().as_bytes());
    hash.update(b"\0");
    hash.update(purpose.as_bytes());
    let root: [u8; 32] = hash.finalize().into();
    keyed(&root, purpose.as_bytes()).finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens() -> Tokens {
        Tokens::new(&Secret::new("0123456789abcdef0123456789abcdef"))
    }

    #[test]
    fn access_tokens_end() {
        let (user, session) = (UserId(Uuid::nil()), SessionId(Uuid::max()));
        let issued = tokens().issue(user, session, 0, Timestamp(0)).expect("signs");
        let read =
            |seconds: i64| tokens().read_access(&issued.access, Timestamp(seconds * 1_000_000));
        assert!(matches!(read(899), Ok(claims) if claims.session == session));
        assert!(matches!(read(900), Err(Error::Denied(_))));
    }

    #[test]
    fn a_changed_refresh_token_is_nobodys() {
        let tokens = tokens();
        let token = tokens.refresh(SessionId(Uuid::nil()), 7);
        assert_eq!(tokens.read_refresh(&token), Some((SessionId(Uuid::nil()), 7)));
        let mut bytes = URL_SAFE_NO_PAD.decode(&token).expect("ours");
        bytes[23] += 1;
        assert_eq!(tokens.read_refresh(&URL_SAFE_NO_PAD.encode(bytes)), None);
        assert_eq!(tokens.read_refresh("AAAA"), None);
    }
}
