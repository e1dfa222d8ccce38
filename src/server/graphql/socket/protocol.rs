//! Messages and close codes of `graphql-transport-ws`:
//! <https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md>

use crate::server::graphql::operations::MAX_ID;
use crate::server::graphql::params::Params;
use serde::Deserialize;
use serde_json::Value;

/// Name of the subprotocol
pub const PROTOCOL: &str = "graphql-transport-ws";

/// Why we close a socket
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Close {
    /// The server stops; come back, to another one
    Restart,
    /// The reader did not keep up; come back and go on by cursor
    TooSlow,
    /// Nothing was heard for too long
    Silent,
    /// Not a message of the protocol
    BadRequest,
    /// Subscribed before the connection was acknowledged
    Unauthorized,
    /// The token is not good, or has ended
    Forbidden,
    /// The client speaks another subprotocol
    Subprotocol,
    /// No `connection_init` in time
    InitTimeout,
    /// An operation with this id runs already
    SubscriberExists,
    /// A second `connection_init`
    TooManyInits,
}

impl Close {
    /// Code and name, as the protocol has them
    pub fn code(self) -> (u16, &'static str) {
        match self {
            Self::Restart => (1012, "restart"),
            Self::TooSlow => (1013, "too_slow"),
            Self::Silent => (4499, "silent"),
            Self::BadRequest => (4400, "bad_request"),
            Self::Unauthorized => (4401, "unauthorized"),
            Self::Forbidden => (4403, "forbidden"),
            Self::Subprotocol => (4406, "subprotocol"),
            Self::InitTimeout => (4408, "init_timeout"),
            Self::SubscriberExists => (4409, "subscriber_exists"),
            Self::TooManyInits => (4429, "too_many_inits"),
        }
    }
}

/// Closing, with words for whoever debugs a client
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    pub close: Close,
    pub reason: String,
}

/// Longest reason that a close frame carries, in bytes
const MAX_REASON: usize = 123;

impl Closing {
    pub fn new(close: Close, reason: impl Into<String>) -> Self {
        let mut reason: String = reason.into();
        while reason.len() > MAX_REASON {
            reason.pop();
        }
        Self { close, reason }
    }
}

/// What a client sends
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// First of all
    ConnectionInit {
        #[serde(default)]
        payload: Option<Value>,
    },
    /// A sign of life is wanted
    Ping {
        #[serde(default)]
        payload: Option<Value>,
    },
    /// A sign of life
    Pong {},
    /// Runs an operation
    Subscribe { id: String, payload: Params },
    /// No longer wants an operation's results
    Complete { id: String },
}

impl ClientMessage {
    /// Reads a message.
    ///
    /// # Errors
    /// Why the socket is closed.
    pub fn read(text: &str) -> Result<Self, Closing> {
        let bad = |reason: String| Closing::new(Close::BadRequest, reason);
        let message: Self = serde_json::from_str(text)
            .map_err(|err| bad(format!("Not a message of {PROTOCOL}: {err}")))?;
        let payload = match &message {
            Self::ConnectionInit { payload } | Self::Ping { payload } => payload.as_ref(),
            _ => None,
        };
        if payload.is_some_and(|payload| !payload.is_object() && !payload.is_null()) {
            return Err(bad("A payload is an object".to_owned()));
        }
        match &message {
            Self::Subscribe { id, .. } if id.is_empty() || id.len() > MAX_ID => {
                Err(bad(format!("An id has 1 to {MAX_ID} bytes")))
            }
            Self::Subscribe { payload, .. } if !payload.names_a_document() => {
                Err(bad("The payload of subscribe has a \"query\" or a \"documentId\"".to_owned()))
            }
            _ => Ok(message),
        }
    }
}

/// The text of a `next` or `error` message; `payload` is JSON
pub fn result(kind: &str, id: &str, payload: &[u8]) -> String {
    let id = Value::from(id).to_string();
    let payload = String::from_utf8_lossy(payload);
    format!("{{\"id\":{id},\"type\":\"{kind}\",\"payload\":{payload}}}")
}

/// The text of a `complete` message
pub fn complete(id: &str) -> String {
    format!("{{\"id\":{},\"type\":\"complete\"}}", Value::from(id))
}

/// The text of a message without an id: `connection_ack`, `ping`, `pong`
pub fn plain(kind: &str, payload: Option<&Value>) -> String {
    match payload {
        Some(payload) => format!("{{\"type\":\"{kind}\",\"payload\":{payload}}}"),
        None => format!("{{\"type\":\"{kind}\"}}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rubbish_closes_with_4400_and_says_why() {
        for text in [
            "",
            "{",
            "[]",
            "1",
            "{}",
            r#"{"type":"start"}"#,
            r#"{"type":"subscribe"}"#,
            r#"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":"1","payload":{}}"#,
            r#"{"type":"subscribe","id":1,"payload":{"query":"{a}"}}"#,
            r#"{"type":"connection_init","payload":[]}"#,
            r#"{"type":"ping","payload":"x"}"#,
            r#"{"type":"complete"}"#,
        ] {
            let closing = ClientMessage::read(text).expect_err(text);
            assert_eq!(closing.close, Close::BadRequest, "{text}");
            assert!(!closing.reason.is_empty() && closing.reason.len() <= MAX_REASON, "{text}");
        }
    }

    #[test]
    fn messages_are_read_and_written() {
        for text in [
            r#"{"type":"connection_init"}"#,
            r#"{"type":"connection_init","payload":null}"#,
            r#"{"type":"connection_init","payload":{"Authorization":"Bearer x"}}"#,
            r#"{"type":"ping","payload":{"a":1}}"#,
            r#"{"type":"pong","payload":{}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":{"a":1}}}"#,
            r#"{"type":"complete","id":"1"}"#,
        ] {
            assert!(ClientMessage::read(text).is_ok(), "{text}");
        }
        assert_eq!(result("next", "a\"b", b"{}"), r#"{"id":"a\"b","type":"next","payload":{}}"#);
        assert_eq!(complete("1"), r#"{"id":"1","type":"complete"}"#);
        assert_eq!(plain("connection_ack", None), r#"{"type":"connection_ack"}"#);
    }

    #[test]
    fn reasons_are_cut_between_letters() {
        let closing = Closing::new(Close::BadRequest, "ñ".repeat(100));
        assert_eq!(closing.reason.len(), 122);
    }
}
