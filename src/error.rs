//! The two kinds of error, and when to use which.
//!
//! - [`Refusal`]: the caller asked for something that can't be done; it is safe to show and says
//!   what would be right. Mutations return it as data (`userErrors`), queries as an error with a
//!   code.
//! - [`Fault`]: we failed (database gone, bug). Its cause is never shown: it has no `Display`. It
//!   is logged once, where it becomes an answer, under an id that the client gets to see.
//! - [`Error::Denied`]: the request as a whole can't be answered (not signed in).

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

/// Result of everything that can be refused or fail
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a request was refused; the names are those of `UserErrorCode`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Malformed, or makes no sense here
    Invalid,
    /// Left out or empty
    Required,
    /// More characters than allowed
    TooLong,
    /// Fewer characters than needed
    TooShort,
    /// A number beyond its bounds
    OutOfRange,
    /// Somebody else has it
    Taken,
    /// Nothing there, or not for this viewer's eyes
    NotFound,
    /// The viewer may not
    Forbidden,
    /// Changed since it was read, or in a state that does not allow this step
    Conflict,
    /// Less in stock than asked for
    OutOfStock,
    /// The store takes no orders at this time
    StoreClosed,
    /// The same key came with other input
    IdempotencyMismatch,
    /// Unknown login or wrong password
    BadCredentials,
    /// Was good once
    Expired,
    /// Too often
    TooManyAttempts,
    /// Not offered here
    Unsupported,
    /// Not to be had at the moment
    Unavailable,
}

/// An expected refusal: safe to show, and says what would be right
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What kind of refusal
    pub code: Code,
    /// Sentence fit for a person
    pub message: Cow<'static, str>,
    /// Path of the input field at fault; empty for the whole input
    pub field: Vec<String>,
}

impl Refusal {
    /// A refusal of the input as a whole.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into(), field: Vec::new() }
    }

    /// The same refusal, blamed on an input field such as `price.amount`.
    #[must_use]
    pub fn at(mut self, path: &str) -> Self {
        self.field = path.split('.').map(str::to_owned).collect();
        self
    }
}

/// Something on our side failed. Copies share the id: a batch that fails is one fault, however many
/// waited for it.
#[derive(Clone, Debug)]
pub struct Fault(Arc<Failure>);

#[derive(Debug)]
struct Failure {
    doing: &'static str,
    cause: String,
    id: OnceLock<String>,
}

impl Fault {
    /// A fault with its cause, both for the log alone.
    pub fn new(doing: &'static str, cause: impl ToString) -> Self {
        Self(Arc::new(Failure { doing, cause: cause.to_string(), id: OnceLock::new() }))
    }

    /// Logs the fault, the first time, and says the id under which it was.
    pub fn report(&self, new_id: impl FnOnce() -> String) -> &str {
        self.0.id.get_or_init(|| {
            let id = new_id();
            metrics::counter!("plaza_faults_total").increment(1);
            tracing::error!(
                fault.id = id,
                fault.doing = self.0.doing,
                fault.cause = self.0.cause,
                "request failed"
            );
            id
        })
    }

    /// For the operator's terminal: commands have no log.
    pub fn for_operator(&self) -> String {
        format!("{} failed: {}", self.0.doing, self.0.cause)
    }
}

/// Whatever kept us from answering
#[derive(Clone, Debug)]
pub enum Error {
    /// The input can be mended and sent again
    Refused(Vec<Refusal>),
    /// The viewer must sign in (again) first
    Denied(&'static str),
    /// Our failure
    Fault(Fault),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(vec![refusal])
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<sea_orm::DbErr> for Error {
    fn from(err: sea_orm::DbErr) -> Self {
        Self::Fault(Fault::new("talking to the database", err))
    }
}

impl From<sea_orm::TryGetError> for Error {
    fn from(err: sea_orm::TryGetError) -> Self {
        sea_orm::DbErr::from(err).into()
    }
}

/// Collects refusals, so that a form learns all that is wrong with it at once.
#[derive(Default)]
pub struct Refusals(Vec<Refusal>);

impl Refusals {
    /// Notes a refusal.
    pub fn add(&mut self, refusal: Refusal) {
        self.0.push(refusal);
    }

    /// The value, or None after noting why there is none.
    pub fn keep<T>(&mut self, outcome: Result<T, Refusal>) -> Option<T> {
        outcome.map_err(|refusal| self.add(refusal)).ok()
    }

    /// Nothing so far
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Fails with everything noted.
    ///
    /// # Errors
    /// All refusals noted so far, where there are any.
    pub fn check(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Refused(self.0)) }
    }
}
