//! Sessions of a person.

use super::batch::{Table, question};
use crate::entities::{Session, SessionId, Timestamp, UserId};
use std::collections::HashMap;
use std::sync::Arc;

const SESSIONS: Table = Table { name: "session", only: "" };

question! {
    /// Sessions of a person that are live at an instant, last used first
    SessionsOfUser((UserId, Timestamp)) -> Arc<[Arc<Session>]>,
    |loads, keys| {
        let Some(SessionsOfUser((_, now))) = keys.first() else { return Ok(HashMap::new()) };
        let mut sql = loads.select::<Session>(SESSIONS);
        sql.push("t.revoked_at IS NULL AND t.expires_at > ").bind(*now);
        sql.push(" AND ").any_id("t.user_id", keys.iter().map(|key| key.0.0.0));
        sql.push(" ORDER BY t.last_used_at DESC, t.id DESC");
        loads.grouped(sql, keys, |key| key.0.0, |_, session: &Session| Ok(session.user_id)).await
    }
}

question! {
    /// One session, live or not
    SessionById(SessionId) -> Arc<Session>,
    |loads, keys| {
        let ids = keys.iter().map(|key| key.0.0);
        loads.rows_by_id(SESSIONS, "t.id", ids, |session: &Session| SessionById(session.id)).await
    }
}
