//! Acting for somebody without their session: an operator at the terminal, a job that was ordered.

use super::viewer::{Member, Viewer};
use crate::app::App;
use crate::db::Reads;
use crate::entities::{SessionId, Timestamp, User, UserId};
use crate::error::{Code, Refusal, Result};
use sea_orm::FromQueryResult;
use std::sync::Arc;
use uuid::Uuid;

/// Whom somebody acts for
#[derive(Clone, Copy, Debug)]
pub enum ActFor<'a> {
    /// The person with an id
    Id(UserId),
    /// The person with a handle, a phone number or an e-mail address
    Login(&'a str),
}

/// A viewer with that person's rights, and no session.
///
/// # Errors
/// Refused where there is no such person, or they are suspended.
pub async fn act_for(app: &App, who: ActFor<'_>) -> Result<Viewer> {
    let mut sql = app.db.reader().sql(r#"SELECT u.* FROM "user" u WHERE "#);
    match who {
        ActFor::Id(id) => sql.push("u.id = ").bind(id),
        ActFor::Login(login) => {
            let login = login.trim().to_lowercase();
            sql.push("u.handle = ").bind(login.clone());
            sql.push(" OR u.phone = ").bind(login.clone()).push(" OR u.email = ").bind(login)
        }
    };
    let Some(row) = app.db.reader().one(sql).await? else {
        let message = "Nobody here has this handle, phone number or e-mail address";
        return Err(Refusal::new(Code::NotFound, message).into());
    };
    let user = User::from_query_result(&row, "")?;
    if user.suspended_at.is_some() {
        let message = format!("{} is suspended: nobody can act for them", user.handle);
        return Err(Refusal::new(Code::Forbidden, message).into());
    }
    let member = Member {
        user: Arc::new(user),
        session: SessionId(Uuid::nil()),
        until: Timestamp(i64::MAX),
        key: None,
    };
    Ok(Viewer::Member(Arc::new(member)))
}
