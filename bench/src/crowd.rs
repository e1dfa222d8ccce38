//! Thousands of sockets that follow one subscription, as `graphql-transport-ws` clients do.
//!
//! Each is a task that notes when a payload came and the cursor it bore. Sockets leave from several
//! addresses, so that ports don't run out.

use anyhow::{Result, bail, ensure};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

/// Sockets of one source address
const AN_ADDRESS: usize = 5_000;
/// What has not come by then does not come
const PATIENCE: Duration = Duration::from_secs(60);
/// Pause of a client that was turned away
const PAUSE: Duration = Duration::from_millis(250);

/// What every socket follows
#[derive(Clone)]
pub struct Wanted {
    pub server: SocketAddr,
    pub query: String,
    pub variables: Value,
    /// Operations a socket
    pub operations: usize,
}

/// Open sockets
pub struct Crowd {
    wanted: Wanted,
    tokens: Vec<String>,
    /// Payload that each has seen last
    last: Arc<[Mutex<Option<Utf8Bytes>>]>,
    heard: UnboundedReceiver<Heard>,
    tell: UnboundedSender<Heard>,
    tasks: Vec<JoinHandle<()>>,
}

/// What a socket tells
#[derive(Debug)]
enum Heard {
    Payload(Instant),
    Trouble(String),
}

impl Crowd {
    /// Nobody is connected yet: a socket for each of the tokens.
    pub fn new(wanted: Wanted, tokens: &[String]) -> Self {
        let (tell, heard) = unbounded_channel();
        let last = tokens.iter().map(|_| Mutex::default()).collect();
        Self { wanted, tokens: tokens.to_vec(), last, heard, tell, tasks: Vec::new() }
    }

    /// Connects everybody, evenly over a time. Whoever has seen a cursor goes on after it.
    pub fn connect(&mut self, over: Duration) {
        let count = u32::try_from(self.tokens.len()).unwrap_or(u32::MAX);
        for (at, token) in (0..count).zip(&self.tokens) {
            let place = at as usize;
            let seat = Seat {
                wanted: self.wanted.clone(),
                token: token.clone(),
                source: Ipv4Addr::new(
                    127,
                    0,
                    0,
                    u8::try_from(2 + place / AN_ADDRESS).unwrap_or(u8::MAX),
                ),
                last: Arc::clone(&self.last),
                place,
                tell: self.tell.clone(),
            };
            self.tasks.push(tokio::spawn(seat.sit(over * at / count)));
        }
    }

    /// What they follow
    pub fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    /// Cuts every connection, without a word.
    pub fn cut(&mut self) {
        self.tasks.drain(..).for_each(|task| task.abort());
    }

    /// From now on they speak to another server.
    pub fn turn_to(&mut self, server: SocketAddr) {
        self.wanted.server = server;
    }

    /// Waits until so many payloads have come: when each did.
    ///
    /// # Errors
    /// They do not come in a minute, or a socket was refused.
    pub async fn hear(&mut self, count: usize) -> Result<Vec<Instant>> {
        let mut heard = Vec::with_capacity(count);
        while heard.len() < count {
            match tokio::time::timeout(PATIENCE, self.heard.recv()).await {
                Ok(Some(Heard::Payload(at))) => heard.push(at),
                Ok(Some(Heard::Trouble(trouble))) => bail!("a socket failed: {trouble}"),
                Ok(None) | Err(_) => bail!("only {} of {count} payloads came", heard.len()),
            }
        }
        Ok(heard)
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.cut();
    }
}

/// One socket's place in the crowd
struct Seat {
    wanted: Wanted,
    token: String,
    source: Ipv4Addr,
    last: Arc<[Mutex<Option<Utf8Bytes>>]>,
    place: usize,
    tell: UnboundedSender<Heard>,
}

impl Seat {
    async fn sit(self, after: Duration) {
        tokio::time::sleep(after).await;
        let stream = loop {
            match self.open().await {
                Ok(stream) => break stream,
                // As a client does
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        };
        if let Err(err) = self.follow(stream).await {
            self.tell.send(Heard::Trouble(format!("{err:#}"))).ok();
        }
    }

    async fn open(&self) -> Result<WebSocketStream<TcpStream>> {
        open(&self.wanted, self.source, &self.token, self.cursor(), None).await
    }

    /// The cursor that was seen last
    fn cursor(&self) -> Option<String> {
        let last = self.last[self.place].lock().unwrap_or_else(PoisonError::into_inner);
        let cursor = between(last.as_ref()?.as_str(), "\"cursor\":\"", "\"")?;
        Some(cursor.to_owned())
    }

    async fn follow(&self, mut stream: WebSocketStream<TcpStream>) -> Result<()> {
        while let Some(message) = stream.next().await {
            let text = match message? {
                Message::Text(text) => text,
                Message::Close(frame) => bail!("closed: {frame:?}"),
                _ => continue,
            };
            let at = Instant::now();
            let good = text.contains("\"type\":\"next\"") && !text.contains("\"errors\"");
            ensure!(good, "{}", text.as_str());
            *self.last[self.place].lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
            self.tell.send(Heard::Payload(at)).ok();
        }
        bail!("the server hung up")
    }
}

/// A socket that has said what it follows, and read the acknowledgement alone. With a receive buffer
/// as given, in bytes.
///
/// # Errors
/// The server refuses.
pub async fn open(
    wanted: &Wanted,
    source: Ipv4Addr,
    token: &str,
    after: Option<String>,
    receive_buffer: Option<u32>,
) -> Result<WebSocketStream<TcpStream>> {
    let socket = TcpSocket::new_v4()?;
    if let Some(bytes) = receive_buffer {
        socket.set_recv_buffer_size(bytes)?;
    }
    socket.bind((source, 0).into())?;
    let stream = socket.connect(wanted.server).await?;
    stream.set_nodelay(true)?;
    let mut request = format!("ws://{}/graphql", wanted.server).into_client_request()?;
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse()?);
    // Small, since there are so many of them here.
    let config = WebSocketConfig::default().read_buffer_size(2048).write_buffer_size(0);
    let (mut stream, _) = client_async_with_config(request, stream, Some(config)).await?;
    let init = json!({ "type": "connection_init", "payload": { "Authorization": format!("Bearer {token}") } });
    stream.send(Message::text(init.to_string())).await?;
    match stream.next().await {
        Some(Ok(Message::Text(text))) if text.contains("connection_ack") => {}
        other => bail!("not acknowledged: {other:?}"),
    }
    let mut variables = wanted.variables.clone();
    variables["after"] = json!(after);
    for operation in 0..wanted.operations {
        let payload = json!({ "query": wanted.query, "variables": variables });
        let subscribe =
            json!({ "type": "subscribe", "id": operation.to_string(), "payload": payload });
        stream.send(Message::text(subscribe.to_string())).await?;
    }
    Ok(stream)
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(part, _)| part)
}
