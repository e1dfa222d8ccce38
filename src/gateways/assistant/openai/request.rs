//! What is asked, as JSON: `POST /chat/completions`.

use crate::gateways::assistant::ask::{Ask, Call, Said, Tool};
use serde::de::IgnoredAny;
use serde_json::{Value, json};

/// The request's body, which asks for a stream and for what it took
pub(super) fn body(model: &str, ask: &Ask) -> Value {
    let mut body = json!({
        "model": model,
        "messages": ask.said.iter().map(message).collect::<Vec<_>>(),
        "stream": true,
        "stream_options": { "include_usage": true },
        "user": ask.person,
    });
    // An empty list is refused.
    if !ask.tools.is_empty() {
        body["tools"] = ask.tools.iter().map(tool).collect();
    }
    body
}

fn message(said: &Said) -> Value {
    match said {
        Said::System(text) => json!({ "role": "system", "content": text }),
        Said::Person(text) => json!({ "role": "user", "content": text }),
        Said::Assistant { text, calls } if calls.is_empty() => {
            json!({ "role": "assistant", "content": text })
        }
        Said::Assistant { text, calls } => json!({
            "role": "assistant",
            "content": if text.is_empty() { Value::Null } else { json!(text) },
            "tool_calls": calls.iter().map(call).collect::<Vec<_>>(),
        }),
        Said::Result { call, json } => {
            json!({ "role": "tool", "tool_call_id": call, "content": json })
        }
    }
}

fn call(call: &Call) -> Value {
    // Some endpoints refuse to be told again what rubbish their model wrote.
    let is_json = serde_json::from_str::<IgnoredAny>(&call.arguments).is_ok();
    let arguments = if is_json { &call.arguments } else { "{}" };
    json!({
        "id": call.id,
        "type": "function",
        "function": { "name": call.name, "arguments": arguments },
    })
}

fn tool(tool: &Tool) -> Value {
    json!({
        "type": "function",
        "function": {
            "name": tool.name,
            "description": tool.description,
            "parameters": tool.parameters,
        },
    })
}
