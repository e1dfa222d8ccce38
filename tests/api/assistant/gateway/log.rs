//! What the log says of a failure: once, with the status and how the body began, and never the key.

use super::{assistant, failure, hear, limits, person};
use crate::support::{Answer, Endpoint};
use parking_lot::Mutex;
use plaza::gateways::assistant::Limits;
use std::io::Write;
use std::sync::Arc;
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Everything that is logged from now on by this thread, on which all of a test runs
fn listen() -> (Log, tracing::subscriber::DefaultGuard) {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(log.clone())
        .with_ansi(false)
        .with_max_level(tracing::Level::TRACE)
        .finish();
    (log, tracing::subscriber::set_default(subscriber))
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().clone()).expect("UTF-8")
    }

    fn warnings(&self) -> Vec<String> {
        self.text().lines().filter(|line| line.contains(" WARN ")).map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn an_ask_that_fails_is_logged_once_with_its_last_answer() {
    let (log, _guard) = listen();
    let body = format!("<h1>Sorry, sk-a-key-for-tests-alone</h1>{}", "long ".repeat(100));
    let endpoint = Endpoint::start([Answer::body(503, "text/html", &body)]).await;
    failure(&assistant(&endpoint, limits()), person("Bread?")).await;
    let warnings = log.warnings();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    let line = &warnings[0];
    for part in
        ["the assistant's endpoint failed", "status=503", "attempts=3", "<h1>Sorry, (secret)"]
    {
        assert!(line.contains(part), "{part}: {line}");
    }
    assert!(line.matches("long").count() < 50, "{line}");
}

#[tokio::test]
async fn the_key_is_in_no_line_of_any_level() {
    let (log, _guard) = listen();
    let key = "sk-a-key-for-tests-alone";
    let error = serde_json::json!({ "error": { "message": format!("bad key {key}") } });
    let script = [
        Answer::text(&["Yes."]),
        Answer::body(401, "application/json", &error.to_string()),
        Answer::body(200, "text/plain", key),
        Answer::stream().event(&error).waits(super::SHORT),
        Answer::hung_up(),
    ];
    let endpoint = Endpoint::start(script).await;
    let assistant = assistant(&endpoint, Limits { attempts: 1, failures: 2, ..limits() });
    for number in 1..=6 {
        hear(&assistant, person(&number.to_string())).await;
    }
    let text = log.text();
    assert!(text.contains("refuses the key") && text.contains("left alone for a while"), "{text}");
    assert!(!text.contains(key), "{text}");
}
