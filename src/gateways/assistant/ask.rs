//! What a model is asked: everything said so far, and what it may call.

use serde_json::Value;
use std::sync::Arc;

/// One turn to be completed
#[derive(Clone, Debug)]
pub struct Ask {
    /// What was said so far, oldest first
    pub said: Vec<Said>,
    /// What the model may call
    pub tools: Arc<[Tool]>,
    /// Stable, opaque name of the person, by which the endpoint notices abuse
    pub person: String,
}

/// Something that was said
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// How to behave
    System(String),
    /// By the person
    Person(String),
    /// By the model: a text, calls, or both
    Assistant {
        /// What the person saw; empty where it only called
        text: String,
        /// What it called
        calls: Vec<Call>,
    },
    /// What a call gave
    Result {
        /// The call's id
        call: String,
        /// JSON text
        json: String,
    },
}

/// Something that the model may call
#[derive(Clone, Debug)]
pub struct Tool {
    /// By which it is called: letters, digits, `_` and `-`
    pub name: &'static str,
    /// What it is good for, to the model
    pub description: &'static str,
    /// JSON schema of its arguments
    pub parameters: Value,
}

/// A call that the model makes
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// By which its result is told; made by the endpoint
    pub id: String,
    /// Which tool, perhaps one that there is not
    pub name: String,
    /// JSON text as the model wrote it, perhaps rubbish
    pub arguments: String,
}
