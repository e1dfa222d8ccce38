//! Speaks `graphql-transport-ws`, word by word.

use super::Client;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// What has not come by then does not come
const PATIENCE: Duration = Duration::from_secs(20);

/// An open socket
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Client {
    /// A socket after `connection_ack`
    pub async fn socket(&self) -> Socket {
        let mut socket =
            self.raw_socket(&[("sec-websocket-protocol", "graphql-transport-ws")]).await;
        socket.init(self.bearer()).await;
        socket
    }

    /// The same, on a server that may be gone
    pub async fn try_socket(&self) -> Option<Socket> {
        let stream =
            self.handshake(&[("sec-websocket-protocol", "graphql-transport-ws")]).await.ok()?;
        let mut socket = Socket { stream };
        let payload = json!({ "Authorization": self.bearer() });
        let init = json!({ "type": "connection_init", "payload": payload }).to_string();
        socket.stream.send(Message::text(init)).await.ok()?;
        let acknowledged =
            tokio::time::timeout(PATIENCE, socket.stream.next()).await.ok()??.ok()?;
        acknowledged.is_text().then_some(socket)
    }

    /// A socket on which nothing was said yet
    pub async fn raw_socket(&self, headers: &[(&str, &str)]) -> Socket {
        Socket { stream: self.handshake(headers).await.expect("connects") }
    }

    /// Status of a handshake that is refused
    pub async fn refused_handshake(&self, headers: &[(&str, &str)]) -> u16 {
        match self.handshake(headers).await {
            Err(Error::Http(response)) => response.status().as_u16(),
            other => panic!("a refusal was expected: {other:?}"),
        }
    }

    async fn handshake(
        &self,
        headers: &[(&str, &str)],
    ) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>, Error> {
        let url = format!("{}/graphql", self.url().replacen("http", "ws", 1));
        let mut request = url.into_client_request().expect("a request");
        for (name, value) in headers {
            let name = name.parse::<reqwest::header::HeaderName>().expect("a name");
            request.headers_mut().insert(name, value.parse().expect("a value"));
        }
        Ok(connect_async(request).await?.0)
    }
}

impl Socket {
    /// Says who we are, and waits for the acknowledgement.
    pub async fn init(&mut self, authorization: Option<String>) {
        let payload = authorization.map(|bearer| json!({ "Authorization": bearer }));
        self.say(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(self.hear().await, json!({ "type": "connection_ack" }));
    }

    pub async fn say(&mut self, message: Value) {
        self.say_text(&message.to_string()).await;
    }

    pub async fn say_text(&mut self, text: &str) {
        self.send(Message::text(text)).await;
    }

    pub async fn send(&mut self, message: Message) {
        self.stream.send(message).await.expect("the socket takes it");
    }

    /// Subscribes on a server that may be gone.
    pub async fn try_subscribe(&mut self, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        let message = json!({ "id": "1", "type": "subscribe", "payload": payload });
        // Whoever listens next learns that it is gone.
        self.stream.send(Message::text(message.to_string())).await.ok();
    }

    pub async fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.say(json!({ "id": id, "type": "subscribe", "payload": payload })).await;
    }

    /// The next message, pings aside
    pub async fn hear(&mut self) -> Value {
        self.hear_within(PATIENCE).await
    }

    /// The same, where it may take longer
    pub async fn hear_within(&mut self, patience: Duration) -> Value {
        match self.next_within(patience).await {
            Message::Text(text) => serde_json::from_str(&text).expect("JSON"),
            other => panic!("a text was expected: {other:?}"),
        }
    }

    /// The data of the next result of an operation
    pub async fn data(&mut self, id: &str) -> Value {
        let message = self.hear().await;
        assert_eq!((&message["type"], &message["id"]), (&json!("next"), &json!(id)), "{message:#}");
        assert_eq!(message["payload"]["errors"], Value::Null, "{message:#}");
        message["payload"]["data"].clone()
    }

    /// The first error of an `error` message
    pub async fn error(&mut self, id: &str) -> Value {
        let message = self.hear().await;
        assert_eq!(
            (&message["type"], &message["id"]),
            (&json!("error"), &json!(id)),
            "{message:#}"
        );
        message["payload"][0].clone()
    }

    /// Code and reason of the close frame that must come next
    pub async fn closes(&mut self) -> (u16, String) {
        match self.next().await {
            Message::Close(Some(frame)) => (frame.code.into(), frame.reason.to_string()),
            other => panic!("a close frame was expected: {other:?}"),
        }
    }

    /// The data of the next result, on a server that may be gone: None once it is
    pub async fn try_data(&mut self) -> Option<Value> {
        loop {
            match tokio::time::timeout(PATIENCE, self.stream.next()).await.ok()?? {
                Ok(Message::Text(text)) => {
                    let message: Value = serde_json::from_str(&text).expect("JSON");
                    let next = message["type"] == "next" && message["payload"]["errors"].is_null();
                    return next.then(|| message["payload"]["data"].clone());
                }
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                Ok(_) | Err(_) => return None,
            }
        }
    }

    /// Nothing comes for a while
    pub async fn is_silent(&mut self) {
        let heard = tokio::time::timeout(Duration::from_millis(300), self.next()).await;
        assert!(heard.is_err(), "silence was expected: {heard:?}");
    }

    async fn next(&mut self) -> Message {
        self.next_within(PATIENCE).await
    }

    async fn next_within(&mut self, patience: Duration) -> Message {
        loop {
            let next = tokio::time::timeout(patience, self.stream.next()).await;
            match next.expect("something comes").expect("the socket is open").expect("a message") {
                Message::Ping(_) | Message::Pong(_) => {}
                message => return message,
            }
        }
    }
}
