//! What comes back: pieces of an answer, or a failure; and what is known of a failure inside.

use futures_util::stream::BoxStream;
use std::time::Duration;

/// Pieces as they come; nothing comes after an error
pub type Reply = BoxStream<'static, Result<Piece, Failure>>;

/// A piece of an answer
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text that goes on where the piece before ended; never empty
    Text(String),
    /// All calls, once, after the text
    Calls(Vec<super::Call>),
    /// What it took, once, at the end of every answer
    Used(Usage),
}

/// What an answer took; by default nothing, of nobody
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// The model, as the endpoint names it
    pub model: String,
    /// Tokens read; 0 where the endpoint didn't say
    pub prompt_tokens: u32,
    /// Tokens written; 0 where the endpoint didn't say
    pub completion_tokens: u32,
    /// Nobody was asked: it was remembered
    pub from_cache: bool,
}

/// There is no answer, or no end of it
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Nothing was handed out: somebody else can still be asked
    Unavailable(Why),
    /// It broke off after text had been handed out
    BrokenOff(Why),
}

/// What kept the endpoint from answering
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// None is configured
    Absent,
    /// It failed so often that it is left alone for a while
    Resting,
    /// It asks for fewer requests (429)
    Busy,
    /// It can't be reached, hung up, or says that it failed (5xx)
    Down,
    /// It took longer than allowed
    Slow,
    /// It refuses the key (401, 403)
    KeyRefused,
    /// It refuses this request (other 4xx)
    Refused,
    /// What it said is no answer
    Garbled,
}

/// A failed attempt, with what only the log is told
#[derive(Debug)]
pub(super) struct Trouble {
    pub why: Why,
    /// HTTP status, where there was one
    pub status: Option<u16>,
    /// The error, or how the body begins, without secrets
    pub told: String,
    /// Another attempt may do better
    pub again: bool,
    /// How long the endpoint wants to be left alone
    pub after: Option<Duration>,
}

impl Trouble {
    pub(super) fn new(why: Why, told: impl Into<String>) -> Self {
        let again = matches!(why, Why::Busy | Why::Down | Why::Slow);
        Self { why, status: None, told: told.into(), again, after: None }
    }

    pub(super) fn with_status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    /// The endpoint is at fault. One that refuses a request is alive.
    pub(super) fn blames_endpoint(&self) -> bool {
        self.why != Why::Refused
    }
}
