//! Who pays for an operation, and how much: taken before it runs, by its estimate, and what it did
//! not cost is given back. Every way in goes through [`Gate::admit`], so that it does not matter how
//! operations are packed.
//!
//! A document pays for being looked at before it is looked at: one that is refused has cost that, and
//! whoever has nothing left is refused unread. Where Redis can't say what is left, nobody is refused.

use super::answer::Answer;
use super::gate::Gate;
use super::load::Class;
use super::media::Told;
use super::params::Params;
use super::ready::Ready;
use crate::limits::{Bucket, Outcome, Subject, Verdict, network};
use crate::services::{Caller, Viewer};
use serde_json::json;
use std::time::Duration;

/// What a document costs that is refused, apart from its size
pub const REFUSED: u64 = 1;
/// Bytes of a document that cost one more
const BYTES: usize = 200;

/// What an operation was charged
#[derive(Clone, Copy, Debug)]
pub struct Charge {
    bucket: Bucket,
    subject: Subject,
    taken: u64,
    /// How the bucket stood after it
    pub verdict: Verdict,
}

/// What an operation costs, for its answer
#[derive(Clone, Copy, Debug)]
pub struct Costs {
    pub estimated: u64,
    /// None: it was not executed
    pub actual: Option<u64>,
    /// None: nobody counts
    pub left: Option<Verdict>,
}

impl Costs {
    /// As `extensions.cost` has it
    pub fn told(&self) -> serde_json::Value {
        let mut told = json!({ "estimated": self.estimated });
        if let Some(actual) = self.actual {
            told["actual"] = actual.into();
        }
        if let Some(left) = self.left {
            told["available"] = left.remaining.into();
            told["restoresPerSecond"] = (left.rate.restored / left.rate.seconds).into();
        }
        told
    }
}

impl Gate {
    /// Charges an operation while it is prepared.
    ///
    /// # Errors
    /// The answer, where it can't be prepared, costs more than is left, or the server has too much
    /// to do.
    pub async fn admit(
        &self,
        params: Params,
        viewer: &Viewer,
        caller: &Caller,
    ) -> Result<Ready, Answer> {
        let (bucket, subject) = self.payer(viewer, caller);
        let fee = REFUSED + (params.written() / BYTES) as u64;
        let mut left = match self.app.limits.take(bucket, subject, fee).await {
            Outcome::Known(left) if !left.allowed => return Err(limited(fee, left)),
            Outcome::Known(left) => Some(left),
            Outcome::Off | Outcome::Away => None,
        };
        let mut ready = match self.prepare(params, viewer, caller).await {
            Ok(ready) => ready,
            Err(answer) => return Err(Answer { quota: left, ..answer }),
        };
        self.load.check(Class::of(viewer, ready.is_mutation()))?;
        let rest = ready.cost.saturating_sub(fee);
        if rest > 0 && left.is_some() {
            match self.app.limits.take(bucket, subject, rest).await {
                Outcome::Known(now) if !now.allowed => return Err(limited(fee + rest, now)),
                Outcome::Known(now) => left = Some(now),
                Outcome::Off | Outcome::Away => left = None,
            }
        }
        ready.charge = left.map(|verdict| Charge { bucket, subject, taken: fee + rest, verdict });
        Ok(ready)
    }

    /// Gives back what an operation did not cost. How its bucket stands now
    pub(super) async fn settle(&self, charge: Option<Charge>, actual: u64) -> Option<Verdict> {
        let Charge { bucket, subject, taken, verdict } = charge?;
        if taken <= actual {
            return Some(verdict);
        }
        match self.app.limits.give_back(bucket, subject, taken - actual).await {
            Outcome::Known(now) => Some(now),
            Outcome::Off | Outcome::Away => None,
        }
    }

    /// Whose bucket pays: an API key's client's, a person's, or that of the address where a guest
    /// calls from
    fn payer(&self, viewer: &Viewer, caller: &Caller) -> (Bucket, Subject) {
        if let Some(key) = viewer.key() {
            let client = self.app.tokens.subject("client", &key.client);
            return (Bucket::CostClient, Subject::of_digest(&client));
        }
        match viewer {
            Viewer::Member(member) => (Bucket::CostPerson, Subject::of_id(member.user.id.0)),
            Viewer::Guest => {
                let address = self.app.tokens.subject("address", &network(caller.address));
                (Bucket::CostAddress, Subject::of_digest(&address))
            }
        }
    }
}

/// The answer to whoever has used up what there was
fn limited(cost: u64, left: Verdict) -> Answer {
    let wait = left.wait_for(cost).map(seconds);
    let capacity = left.rate.capacity;
    let message = match wait {
        Some(wait) => format!(
            "This may cost {cost}, and {} of {capacity} are left; try again in {wait} s",
            left.remaining
        ),
        None => format!(
            "This may cost {cost}, and nobody has more than {capacity} at once; ask for fewer rows or fields"
        ),
    };
    let mut error = json!({ "message": message, "extensions": { "code": "RATE_LIMITED" } });
    if let Some(wait) = wait {
        error["extensions"]["retryAfter"] = wait.into();
    }
    let costs = Costs { estimated: cost, actual: None, left: Some(left) };
    let body = json!({ "errors": [error], "extensions": { "cost": costs.told() } });
    let body = body.to_string().into_bytes();
    Answer { quota: Some(left), ..Answer::new(Told::Limited { retry_after: wait }, body) }
}

/// Whole seconds, at least one
pub fn seconds(time: Duration) -> u64 {
    time.as_millis().div_ceil(1000).max(1).try_into().unwrap_or(u64::MAX)
}
