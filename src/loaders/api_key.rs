//! Keys of partners.

use super::batch::{Table, question};
use crate::entities::{ApiKey, ApiKeyId, UserId};
use std::sync::Arc;

const KEYS: Table = Table { name: "api_key", only: "" };

question! {
    /// All keys that a person made, revoked ones too, the newest first
    ApiKeysOfUser(UserId) -> Arc<[Arc<ApiKey>]>,
    |loads, keys| {
        let mut sql = loads.select::<ApiKey>(KEYS);
        sql.any_id("t.user_id", keys.iter().map(|key| key.0.0));
        sql.push(" ORDER BY t.created_at DESC, t.id DESC");
        loads.grouped(sql, keys, |key| key.0, |_, row: &ApiKey| Ok(row.user_id)).await
    }
}

question! {
    /// One key, revoked or not
    ApiKeyById(ApiKeyId) -> Arc<ApiKey>,
    |loads, keys| {
        let ids = keys.iter().map(|key| key.0.0);
        loads.rows_by_id(KEYS, "t.id", ids, |row: &ApiKey| ApiKeyById(row.id)).await
    }
}
