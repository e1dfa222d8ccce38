//! One connection to a server, kept open: a request, its answer, and the time between.

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

/// A client of one server
pub struct Client {
    address: SocketAddr,
    sender: SendRequest<Full<Bytes>>,
}

/// What came back
pub struct Reply {
    pub status: StatusCode,
    pub body: Bytes,
    /// From handing the request over to having the whole answer
    pub took: Duration,
}

impl Reply {
    /// The data of an answer without errors.
    ///
    /// # Errors
    /// The answer is another.
    pub fn data(&self) -> Result<Value> {
        let mut body: Value = serde_json::from_slice(&self.body)?;
        if self.status != StatusCode::OK || body.get("errors").is_some() {
            bail!("the server answered {}: {body}", self.status);
        }
        Ok(body["data"].take())
    }
}

impl Client {
    /// Connects.
    ///
    /// # Errors
    /// Nobody listens.
    pub async fn connect(address: SocketAddr) -> Result<Self> {
        Ok(Self { address, sender: open(address).await? })
    }

    /// Sends a GraphQL request.
    ///
    /// # Errors
    /// The connection failed.
    pub async fn post(&mut self, body: Bytes) -> Result<Reply> {
        self.post_as(body, None).await
    }

    /// Sends a GraphQL request with somebody's access token.
    ///
    /// # Errors
    /// The connection failed.
    pub async fn post_as(&mut self, body: Bytes, token: Option<&str>) -> Result<Reply> {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri("/graphql")
            .header(header::HOST, self.address.to_string())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/graphql-response+json, application/json");
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        self.send(request.body(Full::new(body))?).await
    }

    /// Reads another page of the server's.
    ///
    /// # Errors
    /// The connection failed.
    pub async fn get(&mut self, path: &str) -> Result<Reply> {
        let request = Request::builder()
            .uri(path)
            .header(header::HOST, self.address.to_string())
            .body(Full::default())?;
        self.send(request).await
    }

    /// Statements that the server has run so far
    ///
    /// # Errors
    /// The connection failed.
    pub async fn statements(&mut self) -> Result<u64> {
        let body = self.get("/metrics").await?.body;
        let text = String::from_utf8_lossy(&body);
        let lines = text.lines().filter(|line| line.starts_with("plaza_db_statements_total"));
        Ok(lines.filter_map(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok()).sum())
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<Reply> {
        // Servers close connections that were quiet for long.
        if self.sender.is_closed() || self.sender.ready().await.is_err() {
            self.sender = open(self.address).await?;
        }
        let started = Instant::now();
        let (head, body) = self.sender.send_request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Reply { status: head.status, body, took: started.elapsed() })
    }

    /// The data that a request is answered with.
    ///
    /// # Errors
    /// The answer has errors.
    pub async fn data(&mut self, body: Bytes) -> Result<Value> {
        let asked = body.clone();
        let reply = self.post(body).await?;
        reply.data().with_context(|| String::from_utf8_lossy(&asked).into_owned())
    }
}

async fn open(address: SocketAddr) -> Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    // Ends with the sender; what goes wrong is told to whoever waits for an answer.
    tokio::spawn(connection);
    Ok(sender)
}
