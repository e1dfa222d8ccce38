//! Whom people share a conversation with, and when somebody was last here.

use super::batch::question;
use crate::entities::{Timestamp, UserId};
use sea_orm::TryGetable;

question! {
    /// That two people, the viewer first, are in a conversation together
    SharesConversation((UserId, UserId)) -> (),
    |loads, keys| {
        let mut sql = loads.sql(
            "SELECT DISTINCT a.user_id, b.user_id FROM participant a \
             JOIN participant b ON b.conversation_id = a.conversation_id WHERE ",
        );
        sql.any_id("a.user_id", keys.iter().map(|key| key.0.0.0));
        sql.push(" AND ").any_id("b.user_id", keys.iter().map(|key| key.0.1.0));
        let rows = loads.rows(sql).await?;
        let entry = |row| {
            let pair = (UserId::try_get_by_index(row, 0)?, UserId::try_get_by_index(row, 1)?);
            Ok((SharesConversation(pair), ()))
        };
        rows.iter().map(entry).collect()
    }
}

question! {
    /// When a person was last here, where it is known
    SeenAt(UserId) -> Timestamp,
    |loads, keys| {
        let mut sql = loads.sql("SELECT t.user_id, t.seen_at FROM presence t WHERE ");
        sql.any_id("t.user_id", keys.iter().map(|key| key.0.0));
        let rows = loads.rows(sql).await?;
        let entry = |row| {
            Ok((SeenAt(UserId::try_get_by_index(row, 0)?), Timestamp::try_get_by_index(row, 1)?))
        };
        rows.iter().map(entry).collect()
    }
}
