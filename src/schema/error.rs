//! How our errors look to a client: refusals with a code, faults with an id and nothing else.

use crate::error::{Code, Error, Refusal};
use async_graphql::{ErrorExtensionValues, Name, Value};

/// The sentence of every fault
pub const WENT_WRONG: &str = "Something went wrong";

impl From<Error> for async_graphql::Error {
    fn from(err: Error) -> Self {
        match err {
            Error::Refused(refusals) => match refusals.into_iter().next() {
                Some(refusal) => refused(&refusal),
                None => error(WENT_WRONG, "INTERNAL"),
            },
            Error::Denied(message) => error(message, "UNAUTHENTICATED"),
            Error::Fault(fault) => {
                let mut answer = error(WENT_WRONG, "INTERNAL");
                set(&mut answer, "id", Value::from(fault.report(crate::app::random_hex::<8>)));
                answer
            }
        }
    }
}

impl From<Refusal> for async_graphql::Error {
    fn from(refusal: Refusal) -> Self {
        refused(&refusal)
    }
}

fn refused(refusal: &Refusal) -> async_graphql::Error {
    let mut answer = error(&refusal.message, name(refusal.code));
    if !refusal.field.is_empty() {
        set(
            &mut answer,
            "field",
            Value::List(refusal.field.iter().map(|part| Value::from(part.as_str())).collect()),
        );
    }
    answer
}

/// An error with a code.
pub fn error(message: &str, code: &str) -> async_graphql::Error {
    let mut answer = async_graphql::Error::new(message);
    set(&mut answer, "code", Value::from(code));
    answer
}

fn set(answer: &mut async_graphql::Error, key: &str, value: Value) {
    answer
        .extensions
        .get_or_insert_with(ErrorExtensionValues::default)
        .set(Name::new(key).as_str(), value);
}

/// A code as clients know it
pub fn name(code: Code) -> &'static str {
    match code {
        Code::Invalid => "INVALID",
        Code::Required => "REQUIRED",
        Code::TooLong => "TOO_LONG",
        Code::TooShort => "TOO_SHORT",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Taken => "TAKEN",
        Code::NotFound => "NOT_FOUND",
        Code::Forbidden => "FORBIDDEN",
        Code::Conflict => "CONFLICT",
        Code::OutOfStock => "OUT_OF_STOCK",
        Code::StoreClosed => "STORE_CLOSED",
        Code::IdempotencyMismatch => "IDEMPOTENCY_MISMATCH",
        Code::BadCredentials => "BAD_CREDENTIALS",
        Code::Expired => "EXPIRED",
        Code::TooManyAttempts => "TOO_MANY_ATTEMPTS",
        Code::Unsupported => "UNSUPPORTED",
        Code::Unavailable => "UNAVAILABLE",
    }
}
