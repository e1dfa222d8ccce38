//! Buckets that services take from, field by field: however often a field stands in a document, and
//! however that came, each time counts.

use super::viewer::Caller;
use crate::app::App;
use crate::entities::UserId;
use crate::error::{Code, Error, Refusal, Result};
use crate::limits::{Bucket, Outcome, Subject, network};
use std::time::Duration;

/// Counts an account that is about to be made from an address.
pub(super) async fn count_sign_up(app: &App, caller: &Caller) -> Result<()> {
    let address = app.tokens.subject("address", &network(caller.address));
    match app.limits.take(Bucket::SignUp, Subject::of_digest(&address), 1).await {
        Outcome::Known(verdict) if !verdict.allowed => {
            let wait = in_minutes(verdict.retry_after.unwrap_or_default());
            let message = format!("Too many accounts were made from here; try again in {wait}");
            Err(Refusal::new(Code::TooManyAttempts, message).into())
        }
        Outcome::Known(_) | Outcome::Off => Ok(()),
        Outcome::Away => Err(counted_out("Signing up")),
    }
}

/// Counts a question to the assistant. Where nobody can count, it is answered.
pub(super) async fn count_question(app: &App, person: UserId) -> Result<()> {
    match app.limits.take(Bucket::Question, Subject::of_id(person.0), 1).await {
        Outcome::Known(verdict) if !verdict.allowed => {
            let wait = verdict.retry_after.unwrap_or_default().as_secs() + 1;
            let message = format!("Too many questions at once; ask again in {wait} s");
            Err(Refusal::new(Code::TooManyAttempts, message).at("conversationId").into())
        }
        Outcome::Known(_) | Outcome::Off | Outcome::Away => Ok(()),
    }
}

/// The refusal of what nobody may do uncounted
pub(super) fn counted_out(what: &str) -> Error {
    let message = format!("{what} is not possible at the moment; try again in a minute");
    Refusal::new(Code::Unavailable, message).into()
}

/// A wait in whole minutes, as a sentence has it
pub(super) fn in_minutes(wait: Duration) -> String {
    format!("{} min", wait.as_micros().div_ceil(60_000_000).max(1))
}
