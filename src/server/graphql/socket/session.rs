//! One socket: from `connection_init` to the close frame.
//!
//! Everything of a socket runs on one task. Results are made when the socket can be written, so a
//! reader that does not read costs no memory: its streams wait, and go on by their numbers.

use super::protocol::{ClientMessage, Close, Closing, complete, plain, result};
use crate::error::{Error, Result};
use crate::events::Here;
use crate::server::graphql::answer::{Answer, told};
use crate::server::graphql::gate::Gate;
use crate::server::graphql::operations::{
    self, MAX_OPERATIONS, NoRoom, Operations, Outgoing, Step, payloads,
};
use crate::server::graphql::params::Params;
use crate::server::identity;
use crate::server::metrics::Counted;
use crate::services::{Caller, Viewer};
use futures_util::future::BoxFuture;
use futures_util::stream::{BoxStream, FuturesUnordered, SelectAll};
use futures_util::{FutureExt, SinkExt, StreamExt};
use poem::web::websocket::{CloseCode, Message, WebSocketStream};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// How long a client may take to say `connection_init`
const INIT_TIME: Duration = Duration::from_secs(10);
/// A sign of life is asked for this often; three without any, and the socket is closed
const PING: Duration = Duration::from_secs(20);
const SILENCE: Duration = Duration::from_secs(65);
/// A reader that takes nothing this long is closed
const SEND_TIME: Duration = Duration::from_secs(30);
/// How long a close frame may take
const CLOSE_TIME: Duration = Duration::from_secs(2);
/// When the server stops, sockets are closed within this time, not all at once
const SPREAD: Duration = Duration::from_secs(3);

/// What a socket is woken for, apart from messages and results
enum Signal {
    /// `connection_init` was due
    InitIsDue,
    /// A sign of life is to be asked for
    Ping,
    /// The server stops
    Stop,
    /// The viewer's token has ended
    TokenEnd,
    /// The API key was revoked
    Revoked,
}

/// One socket
pub struct Session {
    gate: Arc<Gate>,
    caller: Caller,
    /// The handshake's `Authorization`, which browsers can't send
    token: Option<String>,
    /// The client speaks our subprotocol
    understood: bool,
    /// Who it is, once they have said so
    viewer: Option<Viewer>,
    /// They are here as long as the socket is open
    here: Option<Here>,
    operations: Operations,
    results: SelectAll<BoxStream<'static, Outgoing>>,
    /// Looked at only when one of them is due: ten thousand sockets hear of the same event at once
    signals: FuturesUnordered<BoxFuture<'static, Signal>>,
}

impl Session {
    pub fn new(gate: Arc<Gate>, caller: Caller, token: Option<String>, understood: bool) -> Self {
        Self {
            gate,
            caller,
            token,
            understood,
            viewer: None,
            here: None,
            operations: Operations::default(),
            results: SelectAll::new(),
            signals: FuturesUnordered::new(),
        }
    }

    /// Serves the socket to its end.
    pub async fn run(mut self, mut socket: WebSocketStream) {
        let _counted = Counted::in_gauge("plaza_stream_sockets");
        let ended = if self.understood {
            self.serve(&mut socket).await
        } else {
            let reason = format!("Ask for the subprotocol {}", super::PROTOCOL);
            Err(Some(Closing::new(Close::Subprotocol, reason)))
        };
        let Err(Some(closing)) = ended else {
            metrics::counter!("plaza_stream_closed_total", "reason" => "client").increment(1);
            return;
        };
        let (code, name) = closing.close.code();
        metrics::counter!("plaza_stream_closed_total", "reason" => name).increment(1);
        let frame = Message::close_with(CloseCode::from(code), closing.reason);
        let said = async {
            socket.send(frame).await.ok();
            // The client answers with a close frame of its own; what it said before is of no use.
            while let Some(Ok(_)) = socket.next().await {}
        };
        timeout(CLOSE_TIME, said).await.ok();
    }

    /// Ends with why we close, or None where the client has gone.
    async fn serve(&mut self, socket: &mut WebSocketStream) -> Result<(), Option<Closing>> {
        self.signal_after(INIT_TIME, Signal::InitIsDue);
        self.signal_after(PING, Signal::Ping);
        let stop = self.gate.stop.clone().cancelled_owned();
        self.signals.push(stop.map(|()| Signal::Stop).boxed());
        let mut heard = Instant::now();
        loop {
            tokio::select! {
                message = socket.next() => {
                    heard = Instant::now();
                    let message = message.ok_or(None)?.map_err(|err| unreadable(&err))?;
                    if let Some(answer) = Box::pin(self.hear(message)).await? {
                        send(socket, answer).await?;
                    }
                }
                Some(outgoing) = self.results.next(), if !self.results.is_empty() => {
                    if let Some(text) = self.text(outgoing) {
                        send(socket, text).await?;
                    }
                }
                Some(signal) = self.signals.next() => {
                    Box::pin(self.heed(signal, socket, heard)).await?;
                }
            }
        }
    }

    fn signal_after(&self, time: Duration, signal: Signal) {
        self.signals.push(tokio::time::sleep(time).map(|()| signal).boxed());
    }

    async fn heed(
        &mut self,
        signal: Signal,
        socket: &mut WebSocketStream,
        heard: Instant,
    ) -> Result<(), Option<Closing>> {
        let closing = match signal {
            Signal::InitIsDue if self.viewer.is_some() => return Ok(()),
            Signal::InitIsDue => {
                let reason = format!("connection_init is due within {} s", INIT_TIME.as_secs());
                Closing::new(Close::InitTimeout, reason)
            }
            Signal::Ping if heard.elapsed() > SILENCE => {
                Closing::new(Close::Silent, "Nothing was heard for too long")
            }
            Signal::Ping => {
                self.signal_after(PING, Signal::Ping);
                return match timeout(SEND_TIME, socket.send(Message::Ping(Vec::new()))).await {
                    Ok(sent) => sent.map_err(|_| None),
                    Err(_) => Err(Some(too_slow())),
                };
            }
            Signal::Stop => {
                let [part] = crate::app::random_bytes::<1>();
                tokio::time::sleep(SPREAD * u32::from(part) / 256).await;
                Closing::new(Close::Restart, "This server stops; come back and go on by cursor")
            }
            Signal::TokenEnd => {
                let reason = "The access token has ended; connect with a new one";
                Closing::new(Close::Forbidden, reason)
            }
            Signal::Revoked => Closing::new(Close::Forbidden, "This API key was revoked"),
        };
        Err(Some(closing))
    }

    /// What is answered to a message, at once
    async fn hear(&mut self, message: Message) -> Result<Option<String>, Option<Closing>> {
        let text = match message {
            Message::Text(text) => text,
            Message::Binary(_) => {
                let reason = "Messages are texts";
                return Err(Some(Closing::new(Close::BadRequest, reason)));
            }
            Message::Close(_) => return Err(None),
            Message::Ping(_) | Message::Pong(_) => return Ok(None),
        };
        match ClientMessage::read(&text).map_err(Some)? {
            ClientMessage::ConnectionInit { payload } => {
                if self.viewer.is_some() {
                    let reason = "connection_init is said once";
                    return Err(Some(Closing::new(Close::TooManyInits, reason)));
                }
                let viewer = self.who(payload.as_ref()).await?;
                if let Some(client) = payload.as_ref().and_then(identity::client_of_payload) {
                    self.caller.client = Some(client);
                }
                if let Some(left) = operations::token_time(&self.gate, &viewer) {
                    self.signal_after(left, Signal::TokenEnd);
                }
                let revoked = self.gate.trusted.open_keys.revoked(&viewer);
                if viewer.key().is_some() {
                    self.signals.push(revoked.map(|()| Signal::Revoked).boxed());
                }
                let person = viewer.person_here();
                self.here = person.map(|person| self.gate.app.log.hub().presence().arrive(person));
                self.viewer = Some(viewer);
                Ok(Some(plain("connection_ack", None)))
            }
            ClientMessage::Ping { payload } => Ok(Some(plain("pong", payload.as_ref()))),
            ClientMessage::Pong {} => Ok(None),
            ClientMessage::Complete { id } => {
                self.operations.stop(&id);
                Ok(None)
            }
            ClientMessage::Subscribe { id, payload } => {
                let Some(viewer) = self.viewer.clone() else {
                    let reason = "Say connection_init first, and wait for connection_ack";
                    return Err(Some(Closing::new(Close::Unauthorized, reason)));
                };
                if let Some(here) = &self.here {
                    here.act();
                }
                self.subscribe(id, payload, viewer).await
            }
        }
    }

    async fn subscribe(
        &mut self,
        id: String,
        params: Params,
        viewer: Viewer,
    ) -> Result<Option<String>, Option<Closing>> {
        match self.operations.check(&id) {
            Ok(()) => {}
            Err(NoRoom::Taken) => {
                let reason = format!("Subscriber for {id} already exists");
                return Err(Some(Closing::new(Close::SubscriberExists, reason)));
            }
            Err(NoRoom::Full) => {
                let message = format!("A socket has at most {MAX_OPERATIONS} operations at a time");
                return Ok(Some(error(&id, &told(&message, "LIMIT"))));
            }
        }
        let ready = match self.gate.admit(params, &viewer, &self.caller).await {
            Ok(ready) => ready,
            Err(answer) => return Ok(Some(error(&id, &answer.body))),
        };
        let gate = Arc::clone(&self.gate);
        let results = payloads(gate, ready, viewer, self.caller.clone(), None);
        self.results.push(self.operations.start(id, results));
        Ok(None)
    }

    /// The message of a result, if its operation is still wanted
    fn text(&mut self, outgoing: Outgoing) -> Option<String> {
        let (id, step) = self.operations.step(outgoing)?;
        Some(match step {
            Step::Result(body) => result("next", &id, &body),
            // An error is the end: no `complete` after it.
            Step::Failure(body) => error(&id, &body),
            Step::Complete => complete(&id),
        })
    }

    /// The viewer behind the payload of `connection_init`, or behind the handshake's header
    async fn who(&mut self, payload: Option<&Value>) -> Result<Viewer, Option<Closing>> {
        let said = payload.and_then(|payload| {
            ["Authorization", "authorization"].iter().find_map(|name| payload.get(name))
        });
        let token = match said {
            Some(Value::String(token)) => Some(token.as_str()),
            Some(Value::Null) | None => self.token.as_deref(),
            Some(_) => {
                let reason = "Authorization is \"Bearer\" and an access token";
                return Err(Some(Closing::new(Close::Forbidden, reason)));
            }
        };
        let closing = |err: Error| match err {
            Error::Denied(reason) => Closing::new(Close::Forbidden, reason),
            // The fault is logged, under the id that it is told by.
            err => {
                let told = Answer::failed(err).body;
                Closing::new(Close::TooSlow, String::from_utf8_lossy(&told).into_owned())
            }
        };
        identity::viewer_of_socket(&self.gate.app, token).await.map_err(|err| Some(closing(err)))
    }
}

/// An `error` message from an answer that holds errors alone
fn error(id: &str, body: &[u8]) -> String {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    result("error", id, answer["errors"].to_string().as_bytes())
}

async fn send(socket: &mut WebSocketStream, text: String) -> Result<(), Option<Closing>> {
    match timeout(SEND_TIME, socket.send(Message::Text(text))).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(None),
        Err(_) => Err(Some(too_slow())),
    }
}

fn too_slow() -> Closing {
    Closing::new(Close::TooSlow, "Nothing was read for too long; come back and go on by cursor")
}

/// The client has gone, or what it sent is no message
fn unreadable(err: &std::io::Error) -> Option<Closing> {
    let told = err.to_string();
    // Size and encoding are the client's to mend; all else is a broken connection.
    let bad = told.contains("too long")
        || told.contains("too big")
        || told.contains("UTF-8")
        || told.contains("utf-8");
    bad.then(|| {
        let reason = format!("A message is a text of at most {} bytes", super::MAX_MESSAGE);
        Closing::new(Close::BadRequest, reason)
    })
}
