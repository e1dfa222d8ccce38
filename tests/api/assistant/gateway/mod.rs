//! The gateway to a language model, against an endpoint that does what it is told. Limits are either
//! far away or sure to be met, so that a busy machine makes no difference.

mod answer;
mod breaker;
mod cache;
mod check;
mod failure;
mod figure;
mod log;
mod retry;

use crate::support::Endpoint;
use futures_util::StreamExt;
use plaza::config::Config;
use plaza::gateways::assistant::{
    Ask, Assistant, Call, Failure, Limits, Model, Piece, Said, Tool, Usage,
};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// Longer than any test takes
const LONG: Duration = Duration::from_mins(5);
/// Soon over, and met only by what hangs for ever
const SHORT: Duration = Duration::from_millis(60);

/// Limits that nothing meets, and pauses that nobody notices
fn limits() -> Limits {
    Limits {
        connect: LONG,
        first: LONG,
        speak: LONG,
        silence: LONG,
        tail: LONG,
        whole: LONG,
        pause: Duration::from_millis(1),
        rest: LONG,
        longest_rest: LONG,
        ..Limits::default()
    }
}

fn assistant(endpoint: &Endpoint, limits: Limits) -> Assistant {
    let config = Config::from_pairs(endpoint.settings()).expect("the settings hold");
    Assistant::with_limits(config.assistant.as_ref(), || 1, limits).expect("is made")
}

fn person(text: &str) -> Ask {
    ask(vec![Said::System("Be short.".to_owned()), Said::Person(text.to_owned())])
}

fn ask(said: Vec<Said>) -> Ask {
    let parameters = json!({ "type": "object", "properties": { "text": { "type": "string" } } });
    let tool = Tool { name: "listings", description: "Finds listings", parameters };
    Ask { said, tools: Arc::new([tool]), person: "person-1".to_owned() }
}

/// Everything of an answer
#[derive(Debug, Default, PartialEq, Eq)]
struct Heard {
    text: String,
    calls: Vec<Call>,
    used: Option<Usage>,
    failure: Option<Failure>,
}

/// Asks, and hears it to its end.
async fn hear(assistant: &Assistant, ask: Ask) -> Heard {
    let mut reply = assistant.ask(ask);
    let mut heard = Heard::default();
    while let Some(piece) = reply.next().await {
        assert!(heard.used.is_none() && heard.failure.is_none(), "something comes after the end");
        match piece {
            Ok(Piece::Text(text)) => {
                assert!(!text.is_empty() && heard.calls.is_empty());
                heard.text.push_str(&text);
            }
            Ok(Piece::Calls(calls)) => {
                assert!(!calls.is_empty() && heard.calls.is_empty());
                heard.calls = calls;
            }
            Ok(Piece::Used(usage)) => heard.used = Some(usage),
            Err(failure) => heard.failure = Some(failure),
        }
    }
    assert!(heard.used.is_some() != heard.failure.is_some(), "an end or a failure: {heard:?}");
    heard
}

/// Text of an answer that is whole
async fn text(assistant: &Assistant, ask: Ask) -> String {
    let heard = hear(assistant, ask).await;
    assert_eq!(heard.failure, None);
    heard.text
}

async fn failure(assistant: &Assistant, ask: Ask) -> Failure {
    let heard = hear(assistant, ask).await;
    heard.failure.expect("it fails")
}
