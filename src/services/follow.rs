//! Who may follow what. Asked again at every delivery, so that whoever was removed, suspended or
//! signed out hears nothing more; many streams ask at once, and one statement answers them.

use super::conversation::no_conversation;
use super::viewer::Viewer;
use crate::app::Clock;
use crate::db::{Gather, Reader, Reads, Sql};
use crate::entities::{SessionId, StoreRole, UserId, UserRole};
use crate::error::{Code, Error, Refusal, Result};
use crate::events::Topic;
use sea_orm::sea_query::{ArrayType, Value};
use sea_orm::{QueryResult, TryGetable};
use uuid::Uuid;

/// What is said of people whom the viewer shares no conversation with, whether or not they exist
pub(super) const NO_PERSON: &str = "There is no such person in your conversations";

/// Rights of streams
pub struct Rights(Gather<Claim, Right>);

/// Who, on which device, follows what
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Claim {
    topic: Topic,
    user: UserId,
    session: SessionId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Right {
    Granted,
    Refused,
    SignedOut,
}

impl Rights {
    /// Answers from this database.
    pub fn start(reader: Reader, clock: Clock) -> Self {
        Self(Gather::start(move |claims: Vec<Claim>| {
            let (reader, clock) = (reader.clone(), clock.clone());
            async move { read(&reader, &clock, &claims).await }
        }))
    }

    /// Whether a viewer may follow a topic at this moment.
    ///
    /// # Errors
    /// They may not, have signed out, or the database gave no answer.
    pub async fn check(&self, viewer: &Viewer, topic: Topic) -> Result<()> {
        let claim = claim(viewer, topic)?;
        answer(topic, self.0.ask_now(claim).await?)
    }

    /// As [`Rights::check`], for one of many who begin at once: they may wait for each other.
    ///
    /// # Errors
    /// As [`Rights::check`].
    pub async fn check_of_many(&self, viewer: &Viewer, topic: Topic) -> Result<()> {
        let claim = claim(viewer, topic)?;
        answer(topic, self.0.ask(claim).await?)
    }
}

fn claim(viewer: &Viewer, topic: Topic) -> Result<Claim> {
    let member = viewer.member()?;
    Ok(Claim { topic, user: member.user.id, session: member.session })
}

fn answer(topic: Topic, right: Right) -> Result<()> {
    match right {
        Right::Granted => Ok(()),
        Right::SignedOut => Err(Error::Denied("This session has ended; sign in again")),
        Right::Refused => Err(match topic {
            Topic::Order(_) => Refusal::new(Code::NotFound, "There is no such order").at("id"),
            Topic::Store(_) => {
                let message = "Only people who work in the store may follow its orders";
                Refusal::new(Code::Forbidden, message).at("storeId")
            }
            Topic::Conversation(_) => no_conversation("id"),
            Topic::Job(_) => Refusal::new(Code::NotFound, "There is no such job").at("id"),
            Topic::Inbox(_) => Refusal::new(Code::Forbidden, "An inbox is its owner's alone"),
            Topic::Presence(_) => Refusal::new(Code::NotFound, NO_PERSON).at("userIds"),
            Topic::Rights(_) | Topic::Guard => {
                Refusal::new(Code::Forbidden, "This can't be followed")
            }
        }
        .into()),
    }
}

async fn read(reader: &Reader, clock: &Clock, claims: &[Claim]) -> Result<Vec<Right>> {
    let mut sql = reader.sql(
        "SELECT w.n, u.role, o.buyer_id, m.role, p.user_id, \
         EXISTS (SELECT 1 FROM participant a JOIN participant b ON b.conversation_id = a.conversation_id \
         AND b.user_id = w.other WHERE a.user_id = u.id), j.id, j.owner_id FROM ",
    );
    wanted(&mut sql, claims);
    sql.push(
        r#" JOIN "user" u ON u.id = w.person AND u.suspended_at IS NULL
           LEFT JOIN "order" o ON o.id = w.bought
           LEFT JOIN store_member m ON m.user_id = u.id AND m.store_id = COALESCE(o.store_id, w.store)
           LEFT JOIN participant p ON p.conversation_id = w.talk AND p.user_id = u.id
           LEFT JOIN job j ON j.id = w.job
           WHERE EXISTS (SELECT 1 FROM session s WHERE s.id = w.session AND s.user_id = u.id
               AND s.revoked_at IS NULL AND s.expires_at > "#,
    );
    sql.bind(clock.now());
    sql.push(
        ") OR EXISTS (SELECT 1 FROM api_key k WHERE k.id = w.session AND k.user_id = u.id \
         AND k.revoked_at IS NULL)",
    );
    let mut rights = vec![Right::SignedOut; claims.len()];
    for row in reader.all(sql).await? {
        let at = usize::try_from(i64::try_get_by_index(&row, 0)?).unwrap_or(usize::MAX);
        if let (Some(right), Some(claim)) = (rights.get_mut(at), claims.get(at)) {
            *right = right_of(&row, claim)?;
        }
    }
    Ok(rights)
}

fn right_of(row: &QueryResult, claim: &Claim) -> Result<Right> {
    let role = UserRole::try_get_by_index(row, 1)?;
    let buyer = Option::<UserId>::try_get_by_index(row, 2)?;
    let works_there = Option::<StoreRole>::try_get_by_index(row, 3)?.is_some();
    let granted = match claim.topic {
        // The platform's staff helps with orders.
        Topic::Order(_) => match buyer {
            None => false,
            Some(buyer) => buyer == claim.user || works_there || role != UserRole::Member,
        },
        Topic::Store(_) => works_there || role == UserRole::Admin,
        Topic::Conversation(_) => Option::<UserId>::try_get_by_index(row, 4)?.is_some(),
        Topic::Inbox(owner) => owner == claim.user,
        Topic::Job(_) => {
            let is_there = Option::<Uuid>::try_get_by_index(row, 6)?.is_some();
            let owner = Option::<UserId>::try_get_by_index(row, 7)?;
            is_there && (owner == Some(claim.user) || role == UserRole::Admin)
        }
        Topic::Presence(other) => other == claim.user || bool::try_get_by_index(row, 5)?,
        Topic::Rights(_) | Topic::Guard => false,
    };
    Ok(if granted { Right::Granted } else { Right::Refused })
}

/// A table `w(n, session, person, bought, store, talk, other, job)`
fn wanted(sql: &mut Sql, claims: &[Claim]) {
    // What a claim is not about is an id that nothing has.
    let about = |claim: &Claim| {
        let mut ids = [Uuid::nil(); 5];
        match claim.topic {
            Topic::Order(id) => ids[0] = id.0,
            Topic::Store(id) => ids[1] = id.0,
            Topic::Conversation(id) => ids[2] = id.0,
            Topic::Presence(id) => ids[3] = id.0,
            Topic::Job(id) => ids[4] = id.0,
            Topic::Inbox(_) | Topic::Rights(_) | Topic::Guard => {}
        }
        let [bought, store, talk, other, job] = ids;
        [claim.session.0, claim.user.0, bought, store, talk, other, job]
    };
    if sql.is_postgres() {
        sql.push(
            "(SELECT n - 1 AS n, session, person, bought, store, talk, other, job FROM unnest(",
        );
        for column in 0..7 {
            let values = claims.iter().map(|claim| Value::from(about(claim)[column])).collect();
            sql.push(if column == 0 { "" } else { ", " });
            sql.bind(Value::Array(ArrayType::Uuid, Some(Box::new(values))));
        }
        sql.push(") WITH ORDINALITY AS c(session, person, bought, store, talk, other, job, n)) w");
    } else {
        let hex = |id: Uuid| id.simple().to_string();
        let rows: Vec<_> = claims.iter().map(|claim| about(claim).map(hex)).collect();
        sql.push(
            "(SELECT key AS n, unhex(value ->> 0) AS session, unhex(value ->> 1) AS person, \
             unhex(value ->> 2) AS bought, unhex(value ->> 3) AS store, \
             unhex(value ->> 4) AS talk, unhex(value ->> 5) AS other, unhex(value ->> 6) AS job \
             FROM json_each(",
        );
        sql.bind_json(&rows).push(")) w");
    }
}
