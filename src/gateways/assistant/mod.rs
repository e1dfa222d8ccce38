//! The language model that answers people, where an endpoint is configured.
//!
//! What a model may look up, what is remembered of a conversation, and the assistant that answers
//! without a model are the service's. This is only: ask, and hear the answer piece by piece.
//!
//! - `ask`: what was said so far, and what the model may call
//! - `reply`: the pieces of an answer, and the ways to fail
//! - `limits`: how long, how much, how often
//! - `line`: an ask from cache over breaker and attempts to its outcome
//! - `attempt`: one request, and the pieces of its answer
//! - `breaker`: an endpoint that fails is left alone for a while
//! - `cache`: equal asks have equal answers
//! - `retry`: which pause before the next attempt
//! - `openai`: the protocol that most endpoints speak

mod ask;
mod attempt;
mod breaker;
mod cache;
mod limits;
mod line;
mod openai;
mod reply;
mod retry;

pub use ask::{Ask, Call, Said, Tool};
pub use limits::Limits;
pub use openai::{Reach, reach};
pub use reply::{Failure, Piece, Reply, Usage, Why};

use crate::config::ModelConfig;
use crate::error::Fault;
use futures_util::{StreamExt, stream};
use line::Line;
use std::future::ready;
use std::sync::Arc;

/// What completes a turn: an endpoint, or what stands in for one
pub trait Model: Send + Sync {
    /// Asks. Nothing happens until the reply is read, and everything ends where it is dropped.
    ///
    /// Text comes as it is made, calls once and whole, what was used at the end. After a failure
    /// nothing comes.
    fn ask(&self, ask: Ask) -> Reply;
}

/// The configured endpoint, or none
#[derive(Clone)]
pub struct Assistant(Option<Arc<Line>>);

impl Assistant {
    /// The endpoint as configured; `draw` gives random numbers.
    ///
    /// # Errors
    /// The machine has no certificates to know an `https` endpoint by.
    pub fn new(config: Option<&ModelConfig>, draw: fn() -> u64) -> Result<Self, Fault> {
        Self::with_limits(config, draw, Limits::default())
    }

    /// As [`Assistant::new`], with other limits.
    ///
    /// # Errors
    /// As [`Assistant::new`].
    pub fn with_limits(
        config: Option<&ModelConfig>,
        draw: fn() -> u64,
        limits: Limits,
    ) -> Result<Self, Fault> {
        let line = config.map(|config| Line::new(config, draw, limits)).transpose()?;
        Ok(Self(line.map(Arc::new)))
    }

    /// An endpoint is configured
    pub fn is_configured(&self) -> bool {
        self.0.is_some()
    }
}

impl Model for Assistant {
    fn ask(&self, ask: Ask) -> Reply {
        match &self.0 {
            Some(line) => Arc::clone(line).ask(ask),
            None => stream::once(ready(Err(Failure::Unavailable(Why::Absent)))).boxed(),
        }
    }
}
