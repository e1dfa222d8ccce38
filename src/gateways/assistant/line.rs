//! The line to an endpoint: an ask goes over the cache, the breaker and some attempts to its outcome,
//! which is counted and logged once.

use super::ask::Ask;
use super::attempt::{Attempt, Tell};
use super::breaker::Breaker;
use super::cache::{self, Cache, Outcome};
use super::limits::Limits;
use super::openai::{Answer, OpenAi};
use super::reply::{Failure, Piece, Reply, Trouble, Usage, Why};
use super::retry;
use crate::config::ModelConfig;
use crate::error::Fault;
use futures_util::{StreamExt, stream};
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::{Instant, sleep};
use tracing::Instrument;

/// Characters of a piece of a remembered text
const PIECE: usize = 400;

/// An endpoint, and what is known of it
pub(super) struct Line {
    model: OpenAi,
    breaker: Breaker,
    cache: Cache,
    limits: Limits,
    draw: fn() -> u64,
}

/// An answer that is whole
struct Whole {
    outcome: Outcome,
    usage: Usage,
    /// May be remembered
    keep: bool,
}

impl Line {
    pub(super) fn new(
        config: &ModelConfig,
        draw: fn() -> u64,
        limits: Limits,
    ) -> Result<Self, Fault> {
        Ok(Self {
            model: OpenAi::new(config, limits.connect, limits.tail)?,
            breaker: Breaker::new(&limits),
            cache: Cache::new(&limits),
            limits,
            draw,
        })
    }

    /// The work is done in the reader's own task: whoever stops reading ends the request.
    pub(super) fn ask(self: Arc<Self>, ask: Ask) -> Reply {
        let (tell, told) = unbounded_channel();
        let span = tracing::info_span!(
            "assistant.ask",
            assistant.model = self.model.model(),
            assistant.outcome = tracing::field::Empty,
        );
        let recorded = span.clone();
        let work = async move {
            let begun = Instant::now();
            let outcome = self.answer(&ask, &tell, begun).await;
            recorded.record("assistant.outcome", outcome);
            metrics::counter!("plaza_assistant_requests_total", "outcome" => outcome).increment(1);
            metrics::histogram!("plaza_assistant_seconds", "outcome" => outcome)
                .record(begun.elapsed().as_secs_f64());
        };
        let work = stream::once(work.instrument(span)).filter_map(|()| ready(None));
        let pieces = stream::unfold(told, |mut told| async move {
            let piece = told.recv().await?;
            Some((piece, told))
        });
        stream::select(pieces, work).boxed()
    }

    /// Answers, and says how it went.
    async fn answer(&self, ask: &Ask, tell: &Tell, begun: Instant) -> &'static str {
        let key = cache::key(self.model.model(), ask);
        if let Some(outcome) = self.cache.get(&key) {
            remembered(&outcome).for_each(|piece| drop(tell.send(Ok(piece))));
            return "cached";
        }
        match self.attempts(ask, tell, begun).await {
            Ok(Whole { outcome, usage, keep }) => {
                if !outcome.calls.is_empty() {
                    tell.send(Ok(Piece::Calls(outcome.calls.clone()))).ok();
                }
                tell.send(Ok(Piece::Used(usage))).ok();
                if keep {
                    self.cache.keep(key, outcome);
                }
                "ok"
            }
            Err(failure) => {
                tell.send(Err(failure)).ok();
                match failure {
                    Failure::Unavailable(Why::KeyRefused | Why::Refused) => "refused",
                    Failure::Unavailable(_) => "unavailable",
                    Failure::BrokenOff(_) => "broken_off",
                }
            }
        }
    }

    async fn attempts(&self, ask: &Ask, tell: &Tell, begun: Instant) -> Result<Whole, Failure> {
        let body = self.model.body(ask);
        let mut number = 0;
        let mut last: Option<Trouble> = None;
        loop {
            let Some(pass) = self.breaker.admit() else {
                let why = last.as_ref().map_or(Why::Resting, |trouble| trouble.why);
                return Err(self.give_up(last.as_ref(), number, Failure::Unavailable(why)));
            };
            number += 1;
            let mut attempt = Attempt {
                model: &self.model,
                limits: &self.limits,
                tell,
                answer: Answer::new(&self.limits),
                first_by: (begun + self.limits.speak).min(Instant::now() + self.limits.first),
                whole_by: begun + self.limits.whole,
            };
            let run = attempt.run(body.clone()).await;
            let Attempt { answer, .. } = attempt;
            let (is_heard, keep) = (answer.is_heard(), !answer.is_cut());
            let trouble = match run.and_then(|()| answer.end(self.model.model())) {
                Ok((outcome, usage)) => {
                    pass.worked();
                    return Ok(Whole { outcome, usage, keep });
                }
                Err(trouble) => trouble,
            };
            if trouble.blames_endpoint() {
                pass.failed();
            } else {
                pass.worked();
            }
            if is_heard {
                return Err(self.give_up(Some(&trouble), number, Failure::BrokenOff(trouble.why)));
            }
            let Some(pause) = self.pause(&trouble, number, begun) else {
                let failure = Failure::Unavailable(trouble.why);
                return Err(self.give_up(Some(&trouble), number, failure));
            };
            last = Some(trouble);
            sleep(pause).await;
        }
    }

    /// How long to wait before another attempt; None: there is none
    fn pause(&self, trouble: &Trouble, number: u32, begun: Instant) -> Option<Duration> {
        if !trouble.again || number >= self.limits.attempts {
            return None;
        }
        let wish = trouble.after.unwrap_or_default();
        let pause = wish.checked_add(retry::pause(self.limits.pause, number, (self.draw)()))?;
        let left = self.limits.speak.saturating_sub(begun.elapsed());
        (pause < left).then_some(pause)
    }

    /// Logs what an ask failed of, once, whatever the number of attempts.
    fn give_up(&self, trouble: Option<&Trouble>, attempts: u32, failure: Failure) -> Failure {
        // An open breaker has been logged when it opened.
        let Some(trouble) = trouble else { return failure };
        let sentence = match trouble.why {
            Why::KeyRefused => "the assistant's endpoint refuses the key",
            Why::Refused => "the assistant's endpoint refuses a request",
            _ => "the assistant's endpoint failed",
        };
        tracing::warn!(
            assistant.failure = ?failure,
            assistant.status = trouble.status,
            assistant.told = self.model.shown(&trouble.told),
            assistant.attempts = attempts,
            "{sentence}"
        );
        failure
    }
}

/// A remembered answer, piece by piece, for no tokens
fn remembered(outcome: &Outcome) -> impl Iterator<Item = Piece> {
    let characters: Vec<char> = outcome.text.chars().collect();
    let text: Vec<Piece> =
        characters.chunks(PIECE).map(|part| Piece::Text(part.iter().collect())).collect();
    let calls = (!outcome.calls.is_empty()).then(|| Piece::Calls(outcome.calls.clone()));
    let model = outcome.model.clone();
    let used = Piece::Used(Usage { model, from_cache: true, ..Usage::default() });
    text.into_iter().chain(calls).chain([used])
}
