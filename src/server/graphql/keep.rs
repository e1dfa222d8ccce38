//! Answers that are kept: of queries, for guests, and for everybody where nothing depended on the
//! viewer. Kept is what the document selected; what an operation cost is told anew each time.
//!
//! What an answer was read from is noted while it is made (`db::Noted`), and what it depended on
//! besides (`schema::Seen`): nobody has to say it, so nobody can forget to.

use super::answer::Answer;
use super::charge::Costs;
use super::gate::Gate;
use super::media::Told;
use super::ready::Ready;
use crate::cache::{Answers, Asked, Found, Kept, keepable};
use crate::db::Noted;
use crate::entities::Timestamp;
use crate::schema::{Seen, Who};
use crate::services::{Caller, Viewer};
use async_graphql::Response;

/// Answers that are longer are not kept
const LONGEST: usize = 1_000_000;
/// Opening hours are told by the minute
const MINUTE: i64 = 60_000_000;

/// The part of an answer that is the same each time
pub struct Data {
    /// `data` as JSON
    json: Box<[u8]>,
    /// What it cost
    cost: u64,
    /// Nothing in it depends on the viewer
    everybody: bool,
}

impl Gate {
    /// The answer from memory, or else made and kept.
    pub(super) async fn recall(
        &self,
        answers: &Answers<Data>,
        ready: Ready,
        viewer: Viewer,
        caller: Caller,
    ) -> Answer {
        let key = ready.fingerprint();
        let now = self.app.clock.now();
        let asked = Asked { at: self.app.db.changes().now(), fresh: self.fresh_of(&ready), now };
        let guest = matches!(viewer, Viewer::Guest);
        let look = || match answers.get(&key, asked) {
            // It was made for guests.
            Found::Answer(kept) if !guest && !kept.answer.everybody => Found::Nothing,
            found => found,
        };
        let (mut found, mut turn) = (look(), None);
        // Of many guests one asks the database. Whose answer is their own asks at once.
        if guest && matches!(found, Found::Nothing | Found::Stale) {
            turn = Some(answers.turn(key).await);
            found = look();
        }
        found.count();
        if let Found::Answer(kept) = found {
            return self.again(&kept, &ready).await;
        }
        // Not before its turn has come: others may have written while it waited.
        let from = self.source_of(&ready, asked.fresh);
        let (noted, who) = (Noted::default(), Who::new(viewer));
        let seen = who.seen();
        let ran = noted.while_running(self.run(&ready, &from, who, caller)).await;
        let tables = keepable(noted.sources()).filter(|_| !seen.server());
        let data = ran.as_ref().ok().filter(|_| guest || !seen.viewer());
        let data = data.and_then(|(response, cost)| Data::of(response, *cost, &seen));
        if let (Some(answer), Some(tables)) = (data, tables) {
            let bytes = answer.json.len();
            let until = seen.clock().then(|| Timestamp((now.0.div_euclid(MINUTE) + 1) * MINUTE));
            let kept = answers.put(key, Kept { answer, bytes, mark: from.mark, tables, until });
            drop(turn);
            return self.again(&kept, &ready).await;
        }
        if guest {
            answers.refuse(key);
        }
        match ran {
            Ok((response, cost)) => self.told(&ready, response, cost, None).await,
            Err(failed) => failed,
        }
    }

    /// An answer that was kept, as it is told this time
    async fn again(&self, kept: &Kept<Data>, ready: &Ready) -> Answer {
        let Data { json, cost, .. } = &kept.answer;
        let left = self.settle(ready.charge, *cost).await;
        let mut body = Vec::with_capacity(json.len() + 150);
        body.extend_from_slice(br#"{"data":"#);
        body.extend_from_slice(json);
        if ready.tells_cost() {
            let costs = Costs { estimated: ready.cost, actual: Some(*cost), left };
            body.extend_from_slice(br#","extensions":{"cost":"#);
            body.extend_from_slice(costs.told().to_string().as_bytes());
            body.extend_from_slice(b"}");
        }
        body.extend_from_slice(b"}");
        Answer { told: Told::Executed, body, has_errors: false, quota: left }
    }
}

impl Data {
    /// None: it tells of an error, or is too long.
    fn of(response: &Response, cost: u64, seen: &Seen) -> Option<Self> {
        if !response.errors.is_empty() {
            return None;
        }
        let json = serde_json::to_vec(&response.data).ok()?.into_boxed_slice();
        (json.len() <= LONGEST).then(|| Self { json, cost, everybody: !seen.viewer() })
    }
}
