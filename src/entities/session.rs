//! Table `session`: one signed-in device, from sign-in until it is revoked or runs out.
//!
//! `generation` counts the refresh tokens handed out: only the newest is good, and the one before
//! it for a few seconds (`rules/session.rs`).

use super::row::card;
use super::{SessionId, Timestamp, UserId};
use sea_orm::FromQueryResult;

#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Model {
    pub id: SessionId,
    pub user_id: UserId,
    pub generation: i64,
    pub rotated_at: Timestamp,
    pub user_agent: Option<String>,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

card! {
    Model:
    id,
    user_id,
    generation,
    rotated_at,
    user_agent,
    created_at,
    last_used_at,
    expires_at,
    revoked_at,
}
