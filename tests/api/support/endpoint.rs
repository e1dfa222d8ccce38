//! A language model's endpoint that does what a test tells it: raw HTTP/1.1, so that it can also
//! hang, hang up, and talk rubbish.

use parking_lot::Mutex;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Listens on a free port until it is dropped
pub struct Endpoint {
    /// What goes into `ASSISTANT_URL`
    pub url: String,
    told: Arc<Told>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Told {
    script: Mutex<VecDeque<Answer>>,
    asked: Mutex<Vec<Asked>>,
}

/// A request that it was sent
#[derive(Clone, Debug)]
pub struct Asked {
    /// `POST /v1/chat/completions`
    pub line: String,
    /// Header lines, as they came
    pub head: String,
    /// Null where there was none
    pub body: Value,
}

/// How one request is answered
#[derive(Clone, Debug)]
pub struct Answer {
    head: Option<String>,
    steps: Vec<Step>,
    chunked: bool,
}

#[derive(Clone, Debug)]
enum Step {
    Send(Vec<u8>),
    Wait(Duration),
    /// For ever
    Hang,
    /// Closes the connection in the middle of the body
    Cut,
}

impl Answer {
    /// A stream of pieces of text, with its end
    pub fn text(pieces: &[&str]) -> Self {
        pieces.iter().fold(Self::stream(), |answer, piece| answer.says(piece)).stops()
    }

    /// A stream of calls (name, arguments), each in pieces, with its end
    pub fn calls(calls: &[(&str, &str)]) -> Self {
        let mut answer = Self::stream();
        for (index, (name, _)) in calls.iter().enumerate() {
            let function = json!({ "name": name, "arguments": "" });
            let call = json!({
                "index": index, "id": format!("call_{name}_{index}"), "type": "function",
                "function": function,
            });
            answer = answer.delta(&json!({ "tool_calls": [call] }));
        }
        for (index, (_, arguments)) in calls.iter().enumerate() {
            for letter in arguments.chars() {
                let function = json!({ "arguments": letter.to_string() });
                let call = json!({ "index": index, "function": function });
                answer = answer.delta(&json!({ "tool_calls": [call] }));
            }
        }
        answer.finishes("tool_calls")
    }

    /// All in one, as servers answer that do not stream
    pub fn whole(message: &Value) -> Self {
        let choice = json!({ "index": 0, "message": message, "finish_reason": "stop" });
        let usage = json!({ "prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18 });
        let body = json!({ "id": "x", "model": "whole-1", "choices": [choice], "usage": usage });
        Self::body(200, "application/json", &body.to_string())
    }

    /// Any status and body
    pub fn body(status: u16, kind: &str, body: &str) -> Self {
        let head = format!("HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\n");
        Self { head: Some(head), steps: Vec::new(), chunked: true }.bytes(body.as_bytes())
    }

    /// An error as endpoints tell it
    pub fn error(status: u16) -> Self {
        let error = json!({ "error": { "message": "not today", "type": "some_error" } });
        Self::body(status, "application/json", &error.to_string())
    }

    /// The beginning of a stream: the rest is told step by step
    pub fn stream() -> Self {
        Self::body(200, "text/event-stream; charset=utf-8", ": hello\n\n")
            .delta(&json!({ "role": "assistant", "content": "" }))
    }

    /// Not a byte, for ever
    pub fn silence() -> Self {
        Self { head: None, steps: vec![Step::Hang], chunked: false }
    }

    /// A closed connection
    pub fn hung_up() -> Self {
        Self { head: None, steps: vec![Step::Cut], chunked: false }
    }

    /// One more header
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let head = self.head.as_mut().expect("there is a head");
        head.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    /// The end of the connection ends the body, as of old
    pub fn until_closed(mut self) -> Self {
        self.chunked = false;
        self
    }

    /// A piece of text
    pub fn says(self, text: &str) -> Self {
        self.delta(&json!({ "content": text }))
    }

    /// A piece of a message
    pub fn delta(self, delta: &Value) -> Self {
        let choice = json!({ "index": 0, "delta": delta, "finish_reason": null });
        self.event(&json!({ "model": "fake-1", "choices": [choice], "usage": null }))
    }

    /// An event with this data
    pub fn event(self, data: &Value) -> Self {
        self.bytes(format!("data: {data}\n\n").as_bytes())
    }

    /// Raw bytes of the body, in a chunk of their own
    pub fn bytes(self, bytes: &[u8]) -> Self {
        self.step(Step::Send(bytes.to_vec()))
    }

    /// A pause
    pub fn waits(self, pause: Duration) -> Self {
        self.step(Step::Wait(pause))
    }

    /// Nothing more, and the connection stays open
    pub fn hangs(self) -> Self {
        self.step(Step::Hang)
    }

    /// The connection is closed before the end
    pub fn breaks(self) -> Self {
        self.step(Step::Cut)
    }

    /// The end of a text, as it should be
    pub fn stops(self) -> Self {
        self.finishes("stop")
    }

    /// Reason, usage and `[DONE]`
    pub fn finishes(self, reason: &str) -> Self {
        let usage = json!({ "prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18 });
        self.reason(reason)
            .event(&json!({ "model": "fake-1", "choices": [], "usage": usage }))
            .bytes(b"data: [DONE]\n\n")
    }

    /// Why it ends, and nothing after
    pub fn reason(self, reason: &str) -> Self {
        let choice = json!({ "index": 0, "delta": {}, "finish_reason": reason });
        self.event(&json!({ "model": "fake-1", "choices": [choice] }))
    }

    fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }
}

impl Endpoint {
    /// Answers one request after the other as told, and all further ones like the last.
    pub async fn start(script: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let address = listener.local_addr().expect("is bound");
        let told = Arc::new(Told::default());
        told.script.lock().extend(script);
        let task = tokio::spawn(serve(listener, Arc::clone(&told)));
        Self { url: format!("http://{address}/v1"), told, task }
    }

    /// Forgets what is left of the script for this one.
    pub fn now(&self, script: impl IntoIterator<Item = Answer>) {
        *self.told.script.lock() = script.into_iter().collect();
    }

    /// What it was sent so far
    pub fn asked(&self) -> Vec<Asked> {
        self.told.asked.lock().clone()
    }

    /// How often it was asked
    pub fn count(&self) -> usize {
        self.told.asked.lock().len()
    }

    /// What Plaza is set up with to ask here
    pub fn settings(&self) -> [(&str, &str); 3] {
        [
            ("ASSISTANT_URL", &self.url),
            ("ASSISTANT_KEY", "sk-a-key-for-tests-alone"),
            ("ASSISTANT_MODEL", "fake-1"),
        ]
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, told: Arc<Told>) {
    let mut open = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let told = Arc::clone(&told);
        open.spawn(async move {
            // A client that leaves is what some tests are about.
            answer(stream, &told).await.ok();
        });
    }
}

async fn answer(stream: TcpStream, told: &Told) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let (mut line, mut head) = (String::new(), String::new());
    stream.read_line(&mut line).await?;
    while stream.read_line(&mut head).await? > 2 {}
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await?;
    let line = line.trim_end().trim_end_matches(" HTTP/1.1").to_owned();
    let body = serde_json::from_slice(&body).unwrap_or_default();
    told.asked.lock().push(Asked { line, head, body });
    let next = {
        let mut script = told.script.lock();
        if script.len() > 1 { script.pop_front() } else { script.front().cloned() }
    };
    play(stream.get_mut(), next.expect("it was told what to answer")).await
}

async fn play(stream: &mut TcpStream, answer: Answer) -> std::io::Result<()> {
    if let Some(head) = answer.head {
        stream.write_all(head.as_bytes()).await?;
        let framing = if answer.chunked { "transfer-encoding: chunked\r\n" } else { "" };
        stream.write_all(format!("{framing}connection: close\r\n\r\n").as_bytes()).await?;
    }
    for step in answer.steps {
        match step {
            Step::Send(bytes) if bytes.is_empty() => {}
            Step::Send(bytes) if answer.chunked => {
                let size = format!("{:x}\r\n", bytes.len());
                stream.write_all(&[size.as_bytes(), &bytes, b"\r\n"].concat()).await?;
            }
            Step::Send(bytes) => stream.write_all(&bytes).await?,
            Step::Wait(pause) => tokio::time::sleep(pause).await,
            Step::Hang => std::future::pending().await,
            Step::Cut => return stream.shutdown().await,
        }
        stream.flush().await?;
    }
    if answer.chunked {
        stream.write_all(b"0\r\n\r\n").await?;
    }
    stream.shutdown().await
}
