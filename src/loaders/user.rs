//! People, by id and by handle. Suspended ones are found by id alone: what they did stays theirs.

use super::batch::{Table, question};
use crate::entities::{User, UserId};
use std::sync::Arc;

const USERS: Table = Table { name: r#""user""#, only: "" };
const ACTIVE_USERS: Table = Table { only: "t.suspended_at IS NULL", ..USERS };

question! {
    /// The person with an id
    UserById(UserId) -> Arc<User>,
    |loads, keys| {
        loads.kept(keys, |key| key.0.0, async |keys| {
            let ids = keys.iter().map(|key| key.0.0);
            loads.rows_by_id(USERS, "t.id", ids, |user: &User| UserById(user.id)).await
        }).await
    }
}

question! {
    /// The person behind a handle, unless suspended
    UserByHandle(String) -> Arc<User>,
    |loads, keys| {
        let mut sql = loads.select::<User>(ACTIVE_USERS);
        sql.any_text("t.handle", keys.into_iter().map(|key| key.0));
        loads.keyed(sql, |user: &User| UserByHandle(user.handle.clone())).await
    }
}
