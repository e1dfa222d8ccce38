//! An answer put together out of its pieces, or read in one.
//!
//! Unknown fields are ignored, and what servers do differently is understood: calls without an index
//! or an id, names told again with every piece, arguments as an object.

use super::super::ask::Call;
use super::super::cache::Outcome;
use super::super::limits::Limits;
use super::super::reply::{Trouble, Usage, Why};
use serde::Deserialize;
use serde_json::Value;

/// Data of the event that ends a stream
pub(in super::super) const DONE: &str = "[DONE]";

/// A piece of an answer, or all of it
#[derive(Deserialize)]
struct Chunk {
    model: Option<String>,
    choices: Option<Vec<Choice>>,
    usage: Option<Value>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    /// In a stream
    delta: Option<Message>,
    /// In one
    message: Option<Message>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
    /// What some models say instead, in words as well
    refusal: Option<String>,
    tool_calls: Option<Vec<Fragment>>,
}

/// A piece of a call
#[derive(Deserialize)]
struct Fragment {
    index: Option<u32>,
    id: Option<String>,
    function: Option<Function>,
}

#[derive(Deserialize)]
struct Function {
    name: Option<String>,
    arguments: Option<Value>,
}

/// What has come of an answer so far
pub(in super::super) struct Answer<'a> {
    limits: &'a Limits,
    text: String,
    characters: usize,
    /// By index, in the order of their first pieces
    calls: Vec<(u32, Call)>,
    /// Bytes of all arguments
    arguments: usize,
    model: Option<String>,
    prompt_tokens: u32,
    completion_tokens: u32,
    finished: bool,
    cut: bool,
}

impl<'a> Answer<'a> {
    pub(in super::super) fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            text: String::new(),
            characters: 0,
            calls: Vec::new(),
            arguments: 0,
            model: None,
            prompt_tokens: 0,
            completion_tokens: 0,
            finished: false,
            cut: false,
        }
    }

    /// Some of it was handed out
    pub(in super::super) fn is_heard(&self) -> bool {
        !self.text.is_empty()
    }

    /// The model has said that this is all, or it was cut
    pub(in super::super) fn is_finished(&self) -> bool {
        self.finished || self.cut
    }

    /// It was longer than allowed, and ends where it was cut
    pub(in super::super) fn is_cut(&self) -> bool {
        self.cut
    }

    /// Takes a piece, or the whole answer; gives the text that is new.
    ///
    /// # Errors
    /// It is no piece of an answer, or says that the endpoint failed.
    pub(in super::super) fn take(&mut self, data: &str) -> Result<String, Trouble> {
        let chunk: Chunk =
            serde_json::from_str(data).map_err(|_| Trouble::new(Why::Garbled, data))?;
        if chunk.error.is_some_and(|error| !error.is_null()) {
            return Err(Trouble::new(Why::Down, data));
        }
        if self.model.is_none() {
            self.model = chunk.model.filter(|model| !model.is_empty());
        }
        if let Some(usage) = chunk.usage {
            let tokens = |name| usage.get(name)?.as_u64()?.try_into().ok();
            self.prompt_tokens = tokens("prompt_tokens").unwrap_or(self.prompt_tokens);
            self.completion_tokens = tokens("completion_tokens").unwrap_or(self.completion_tokens);
        }
        // Other choices are other answers, which nobody asked for.
        let Some(choice) = chunk.choices.into_iter().flatten().next() else {
            return Ok(String::new());
        };
        self.finished |= choice.finish_reason.is_some_and(|reason| !reason.is_empty());
        let Some(message) = choice.delta.or(choice.message) else { return Ok(String::new()) };
        for fragment in message.tool_calls.into_iter().flatten() {
            self.add(fragment)?;
        }
        let new = message.content.unwrap_or_default() + &message.refusal.unwrap_or_default();
        Ok(self.bound(new))
    }

    /// As much of a text as is allowed
    fn bound(&mut self, new: String) -> String {
        let room = self.limits.text - self.characters;
        let kept = match new.char_indices().nth(room) {
            Some((at, _)) => {
                self.cut = true;
                new.get(..at).unwrap_or_default().to_owned()
            }
            None => new,
        };
        self.characters += kept.chars().count();
        self.text.push_str(&kept);
        kept
    }

    fn add(&mut self, fragment: Fragment) -> Result<(), Trouble> {
        let id = fragment.id.unwrap_or_default();
        let last = self.calls.last().map(|(index, call)| (*index, !id.is_empty() && call.id != id));
        let index = match (fragment.index, last) {
            (Some(index), _) => index,
            (None, None) => 0,
            (None, Some((index, other))) => index.saturating_add(u32::from(other)),
        };
        let (name, arguments) = match fragment.function {
            Some(function) => (function.name.unwrap_or_default(), text(function.arguments)),
            None => Default::default(),
        };
        let known = self.calls.iter().position(|(known, _)| *known == index);
        if known.is_none() && self.calls.len() == self.limits.calls {
            return Ok(());
        }
        self.arguments += arguments.len();
        if self.arguments > self.limits.arguments {
            return Err(Trouble::new(Why::Garbled, "the arguments of its calls are too long"));
        }
        match known.and_then(|at| self.calls.get_mut(at)) {
            Some((_, call)) => {
                grow(&mut call.id, &id);
                grow(&mut call.name, &name);
                call.arguments.push_str(&arguments);
            }
            None => self.calls.push((index, Call { id, name, arguments })),
        }
        Ok(())
    }

    /// The whole answer.
    ///
    /// # Errors
    /// There is nothing in it, or a call without a name.
    pub(in super::super) fn end(self, model: &str) -> Result<(Outcome, Usage), Trouble> {
        // Calls of an answer that was cut lack their ends.
        let calls = if self.cut { Vec::new() } else { self.calls };
        if self.text.is_empty() && calls.is_empty() {
            return Err(Trouble::new(Why::Garbled, "an empty answer"));
        }
        let calls: Vec<Call> = calls.into_iter().enumerate().map(with_id).collect();
        if calls.iter().any(|call| call.name.is_empty()) {
            return Err(Trouble::new(Why::Garbled, "a call without a name"));
        }
        let model = self.model.unwrap_or_else(|| model.to_owned());
        let usage = Usage {
            model: model.clone(),
            prompt_tokens: self.prompt_tokens,
            completion_tokens: self.completion_tokens,
            from_cache: false,
        };
        Ok((Outcome { model, text: self.text, calls }, usage))
    }
}

fn text(arguments: Option<Value>) -> String {
    match arguments {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
    }
}

/// Adds a piece to an id or a name, unless it is told again whole.
fn grow(whole: &mut String, piece: &str) {
    if whole != piece {
        whole.push_str(piece);
    }
}

/// A call that was told none has an id by its position.
fn with_id((position, (_, call)): (usize, (u32, Call))) -> Call {
    if call.id.is_empty() { Call { id: format!("call_{position}"), ..call } } else { call }
}
