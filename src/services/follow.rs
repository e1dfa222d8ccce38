//! Who may follow what. Asked again at every delivery, so that whoever was removed, suspended or
//! signed out hears nothing more; many streams ask at once, and one statement answers them.

use super::viewer::Viewer;
use crate::app::Clock;
use crate::db::{Reader, Reads, Sql};
use crate::entities::{SessionId, StoreRole, UserId, UserRole};
use crate::error::{Code, Error, Fault, Refusal, Result};
use crate::events::Topic;
use sea_orm::sea_query::{ArrayType, Value};
use sea_orm::{QueryResult, TryGetable};
use std::collections::HashMap;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Most questions of one statement
const MANY: usize = 5000;

/// Rights of streams
pub struct Rights {
    ask: mpsc::UnboundedSender<Question>,
    task: JoinHandle<()>,
}

/// Who, on which device, follows what
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Claim {
    topic: Topic,
    user: UserId,
    session: SessionId,
}

struct Question {
    claim: Claim,
    answer: oneshot::Sender<Result<Right>>,
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
        let (ask, asked) = mpsc::unbounded_channel();
        Self { ask, task: tokio::spawn(answer_all(reader, clock, asked)) }
    }

    /// Whether a viewer may follow a topic at this moment.
    ///
    /// # Errors
    /// They may not, have signed out, or the database gave no answer.
    pub async fn check(&self, viewer: &Viewer, topic: Topic) -> Result<()> {
        let member = viewer.member()?;
        let claim = Claim { topic, user: member.user.id, session: member.session };
        let (answer, answered) = oneshot::channel();
        let gone = |_| Error::from(Fault::new("checking rights", "nobody answers"));
        self.ask
            .send(Question { claim, answer })
            .map_err(|_| Fault::new("checking rights", "nobody listens"))?;
        match answered.await.map_err(gone)?? {
            Right::Granted => Ok(()),
            Right::SignedOut => Err(Error::Denied("This session has ended; sign in again")),
            Right::Refused => Err(match topic {
                Topic::Order(_) => Refusal::new(Code::NotFound, "There is no such order").at("id"),
                Topic::Store(_) => {
                    let message = "Only people who work in the store may follow its orders";
                    Refusal::new(Code::Forbidden, message).at("storeId")
                }
            }
            .into()),
        }
    }
}

impl Drop for Rights {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Answers what has come while the statement before ran, all at once.
async fn answer_all(reader: Reader, clock: Clock, mut asked: mpsc::UnboundedReceiver<Question>) {
    let mut questions = Vec::new();
    while asked.recv_many(&mut questions, MANY).await > 0 {
        let mut places: HashMap<Claim, usize> = HashMap::new();
        for question in &questions {
            let next = places.len();
            places.entry(question.claim).or_insert(next);
        }
        let mut claims: Vec<_> = places.iter().map(|(claim, place)| (*place, *claim)).collect();
        claims.sort_unstable_by_key(|(place, _)| *place);
        let claims: Vec<Claim> = claims.into_iter().map(|(_, claim)| claim).collect();
        let rights = read(&reader, &clock, &claims).await;
        for question in questions.drain(..) {
            let right = rights.as_ref().map_err(Clone::clone).map(|rights| {
                let place = places.get(&question.claim);
                place.and_then(|place| rights.get(*place)).copied().unwrap_or(Right::SignedOut)
            });
            // A stream that ended meanwhile does not want it.
            question.answer.send(right).ok();
        }
    }
}

async fn read(reader: &Reader, clock: &Clock, claims: &[Claim]) -> Result<Vec<Right>> {
    let mut sql = reader.sql("SELECT w.n, u.role, o.buyer_id, m.role FROM ");
    wanted(&mut sql, claims);
    sql.push(" JOIN session s ON s.id = w.session AND s.revoked_at IS NULL AND s.expires_at > ");
    sql.bind(clock.now());
    sql.push(
        r#" JOIN "user" u ON u.id = w.person AND u.id = s.user_id AND u.suspended_at IS NULL
           LEFT JOIN "order" o ON o.id = w.bought
           LEFT JOIN store_member m ON m.user_id = u.id AND m.store_id = COALESCE(o.store_id, w.store)"#,
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
    };
    Ok(if granted { Right::Granted } else { Right::Refused })
}

/// A table `w(n, session, person, bought, store)`
fn wanted(sql: &mut Sql, claims: &[Claim]) {
    // What a claim is not about is an id that nothing has.
    let bought = |claim: &Claim| match claim.topic {
        Topic::Order(id) => id.0,
        Topic::Store(_) => Uuid::nil(),
    };
    let store = |claim: &Claim| match claim.topic {
        Topic::Order(_) => Uuid::nil(),
        Topic::Store(id) => id.0,
    };
    if sql.is_postgres() {
        let array = |id: &dyn Fn(&Claim) -> Uuid| {
            let values = claims.iter().map(|claim| Value::from(id(claim))).collect();
            Value::Array(ArrayType::Uuid, Some(Box::new(values)))
        };
        sql.push("(SELECT n - 1 AS n, session, person, bought, store FROM unnest(");
        sql.bind(array(&|claim| claim.session.0)).push(", ").bind(array(&|claim| claim.user.0));
        sql.push(", ").bind(array(&bought)).push(", ").bind(array(&store));
        sql.push(") WITH ORDINALITY AS c(session, person, bought, store, n)) w");
    } else {
        let hex = |id: Uuid| id.simple().to_string();
        let rows: Vec<_> = claims
            .iter()
            .map(|claim| [claim.session.0, claim.user.0, bought(claim), store(claim)].map(hex))
            .collect();
        sql.push(
            "(SELECT key AS n, unhex(value ->> 0) AS session, unhex(value ->> 1) AS person, \
             unhex(value ->> 2) AS bought, unhex(value ->> 3) AS store FROM json_each(",
        );
        sql.bind_json(&rows).push(")) w");
    }
}
