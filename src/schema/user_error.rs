//! Refusals as data: the `userErrors` of every mutation's payload.

use crate::error::{Code, Refusal};
use async_graphql::{Enum, SimpleObject};

/// What kind of refusal
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum UserErrorCode {
    /// Malformed, or makes no sense here
    Invalid,
    /// Left out, empty, or can't be cleared
    Required,
    /// More characters than allowed
    TooLong,
    /// Fewer characters than needed
    TooShort,
    /// Number beyond its bounds
    OutOfRange,
    /// Somebody else has it
    Taken,
    /// Nothing there that the viewer may see
    NotFound,
    /// Viewer may not do this
    Forbidden,
    /// Changed since it was read, or in a state that does not allow this step
    Conflict,
    /// Less in stock than asked for
    OutOfStock,
    /// Store takes no orders at this time
    StoreClosed,
    /// Balance does not reach
    InsufficientFunds,
    /// Payment was declined by the provider
    PaymentDeclined,
    /// Same idempotency key was used with other input
    IdempotencyMismatch,
    /// Unknown login or wrong password
    BadCredentials,
    /// Was good once
    Expired,
    /// Too often; the message says how long to wait
    TooManyAttempts,
    /// Not offered here
    Unsupported,
    /// Not to be had at the moment; try again
    Unavailable,
}

impl From<Code> for UserErrorCode {
    fn from(code: Code) -> Self {
        match code {
            Code::Invalid => Self::Invalid,
            Code::Required => Self::Required,
            Code::TooLong => Self::TooLong,
            Code::TooShort => Self::TooShort,
            Code::OutOfRange => Self::OutOfRange,
            Code::Taken => Self::Taken,
            Code::NotFound => Self::NotFound,
            Code::Forbidden => Self::Forbidden,
            Code::Conflict => Self::Conflict,
            Code::OutOfStock => Self::OutOfStock,
            Code::StoreClosed => Self::StoreClosed,
            Code::IdempotencyMismatch => Self::IdempotencyMismatch,
            Code::BadCredentials => Self::BadCredentials,
            Code::Expired => Self::Expired,
            Code::TooManyAttempts => Self::TooManyAttempts,
            Code::Unsupported => Self::Unsupported,
            Code::Unavailable => Self::Unavailable,
        }
    }
}

/// Expected refusal, told as data: the input can be mended and sent again
#[derive(Clone, SimpleObject)]
pub struct UserError {
    /// Kind of refusal, for programs
    pub code: UserErrorCode,
    /// Sentence fit for a person
    pub message: String,
    /// Path of the input field at fault, such as `["items", "0", "quantity"]`; empty for the whole input
    pub field: Vec<String>,
}

impl From<Refusal> for UserError {
    fn from(refusal: Refusal) -> Self {
        Self {
            code: refusal.code.into(),
            message: refusal.message.into_owned(),
            field: refusal.field,
        }
    }
}

/// What a mutation answers with: its result, or why there is none
pub trait Payload: Sized {
    /// The payload of a refusal
    fn refused(errors: Vec<UserError>) -> Self;
}

/// Makes a payload of a service's outcome. Faults and missing sign-in stay errors.
///
/// # Errors
/// What can't be told as data.
pub fn outcome<T, P: Payload>(
    outcome: crate::error::Result<T>,
    done: impl FnOnce(T) -> P,
) -> crate::error::Result<P> {
    match outcome {
        Ok(value) => Ok(done(value)),
        Err(crate::error::Error::Refused(refusals)) => {
            Ok(P::refused(refusals.into_iter().map(UserError::from).collect()))
        }
        Err(other) => Err(other),
    }
}

/// Declares a mutation's payload: nullable results and `userErrors`
macro_rules! payload {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty),* }) => {
        $(#[$doc])*
        #[derive(async_graphql::SimpleObject)]
        pub struct $name {
            $(
                /// Null where the input was refused
                pub $field: Option<$type>,
            )*
            /// Why the input was refused; empty where it was not
            pub user_errors: Vec<crate::schema::user_error::UserError>,
        }

        impl $name {
            /// The payload of success
            pub fn done($($field: $type),*) -> Self {
                Self { $($field: Some($field),)* user_errors: Vec::new() }
            }
        }

        impl crate::schema::user_error::Payload for $name {
            fn refused(user_errors: Vec<crate::schema::user_error::UserError>) -> Self {
                Self { $($field: None,)* user_errors }
            }
        }
    };
}

pub(crate) use payload;
