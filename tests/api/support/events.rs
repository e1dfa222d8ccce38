//! Reads event streams, event by event.

use reqwest::{RequestBuilder, Response};
use serde_json::Value;
use std::time::Duration;

/// An event that has not come by then does not come
const PATIENCE: Duration = Duration::from_secs(20);

/// An open stream
pub struct Events {
    response: Response,
    received: String,
}

/// An event as it came, comments aside
#[derive(Debug)]
pub struct Event {
    pub id: String,
    pub kind: String,
    pub data: String,
}

impl Events {
    /// The answer to a request, which must be a stream
    pub async fn open(request: RequestBuilder) -> Self {
        let response = request.header("accept", "text/event-stream").send().await.expect("answers");
        assert_eq!(response.status(), 200);
        let kind = response.headers()["content-type"].to_str().expect("ASCII");
        assert!(kind.starts_with("text/event-stream"), "{kind}");
        assert_eq!(
            response.headers().get("content-encoding"),
            None,
            "an event must not wait for a block to fill"
        );
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        Self { response, received: String::new() }
    }

    /// The next event; None at the end of the stream
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.received.split_once("\n\n") {
                let field = |name: &str| {
                    let lines =
                        event.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
                    lines.map(str::trim_start).collect::<Vec<_>>().join("\n")
                };
                let found = Event { id: field("id"), kind: field("event"), data: field("data") };
                self.received = rest.to_owned();
                if found.kind.is_empty() && found.data.is_empty() {
                    continue;
                }
                return Some(found);
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk())
                .await
                .expect("something comes");
            self.received +=
                std::str::from_utf8(&chunk.expect("the stream is whole")?).expect("UTF-8");
        }
    }

    /// The next result, and its id
    pub async fn result_with_id(&mut self) -> (String, Value) {
        let event = self.next().await.expect("an event");
        assert_eq!(event.kind, "next", "{event:?}");
        (event.id, serde_json::from_str(&event.data).expect("JSON"))
    }

    /// The next result
    pub async fn result(&mut self) -> Value {
        self.result_with_id().await.1
    }

    /// Nothing but `complete` and the end is left
    pub async fn completes(mut self) {
        assert_eq!(self.next().await.expect("an event").kind, "complete");
        self.ends().await;
    }

    /// Nothing is left
    pub async fn ends(mut self) {
        let next = self.next().await;
        assert!(next.is_none(), "and that is the end: {next:?}");
    }

    /// Nothing comes for a while
    pub async fn is_silent(&mut self) {
        let heard = tokio::time::timeout(Duration::from_millis(300), self.next()).await;
        assert!(heard.is_err(), "silence was expected: {heard:?}");
    }
}
