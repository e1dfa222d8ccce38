//! The same key, the same result: a client that sends twice does once.
//!
//! The record is written in the transaction of the effect itself, so there is never one without
//! the other. Two at once: the second waits on the first's row, and then finds its result.

use super::viewer::Member;
use crate::app::App;
use crate::db::{Reads, WriteTx};
use crate::error::{Code, Refusal, Result};
use sea_orm::TryGetable;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// How long a key is remembered
pub(super) const KEPT_SECONDS: i64 = 24 * 3600;
/// Longest key, in characters
const MAX_KEY: usize = 128;

/// A mutation under a client's key
pub struct Keyed<'a> {
    mutation: &'static str,
    key: &'a str,
    input_hash: Vec<u8>,
}

impl<'a> Keyed<'a> {
    /// The key of an input, where it has one. `input` is anything that prints the whole input.
    ///
    /// # Errors
    /// The key is empty or too long.
    pub fn new(
        mutation: &'static str,
        key: Option<&'a str>,
        input: &impl std::fmt::Debug,
    ) -> Result<Option<Self>> {
        let Some(key) = key else { return Ok(None) };
        if key.is_empty() || key.chars().count() > MAX_KEY || key.contains(char::is_control) {
            let message = "An idempotency key has 1 to 128 visible characters, such as a UUID made by the client";
            return Err(Refusal::new(Code::Invalid, message).at("idempotencyKey").into());
        }
        let input_hash = Sha256::digest(format!("{input:?}")).to_vec();
        Ok(Some(Self { mutation, key, input_hash }))
    }

    /// The result this key had before, if any. Otherwise the key is taken for `result` until the
    /// transaction ends.
    ///
    /// # Errors
    /// The key was used with other input.
    pub async fn claim(
        &self,
        app: &App,
        tx: &WriteTx,
        viewer: &Member,
        result: Uuid,
    ) -> Result<Option<Uuid>> {
        let now = app.clock.now();
        let mut sql = tx.sql(
            "INSERT INTO idempotency (user_id, mutation, key, input_hash, result_id, created_at) VALUES (",
        );
        sql.bind(viewer.user.id).push(", ").bind(self.mutation).push(", ").bind(self.key);
        sql.push(", ").bind(self.input_hash.clone()).push(", ").bind(result);
        // A key that is too old counts as never sent. Somebody else's transaction with the same key
        // is waited for.
        sql.push(", ").bind(now).push(
            ") ON CONFLICT (user_id, mutation, key) DO UPDATE SET input_hash = EXCLUDED.input_hash, \
             result_id = EXCLUDED.result_id, created_at = EXCLUDED.created_at \
             WHERE idempotency.created_at < ",
        );
        sql.bind(now.plus_seconds(-KEPT_SECONDS));
        if tx.run(sql).await? == 1 {
            return Ok(None);
        }
        let mut sql = tx.sql("SELECT input_hash, result_id FROM idempotency WHERE user_id = ");
        sql.bind(viewer.user.id)
            .push(" AND mutation = ")
            .bind(self.mutation)
            .push(" AND key = ")
            .bind(self.key);
        let Some(row) = tx.one(sql).await? else { return Ok(None) };
        if Vec::<u8>::try_get_by_index(&row, 0)? != self.input_hash {
            let message = "This key was used with other input; make a new key for a new input";
            return Err(Refusal::new(Code::IdempotencyMismatch, message)
                .at("idempotencyKey")
                .into());
        }
        Ok(Some(Uuid::try_get_by_index(&row, 1)?))
    }
}
