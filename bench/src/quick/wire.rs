//! A connection for one request after the other, by a thread that waits: written once and read into
//! the same memory again, so that measuring adds next to nothing of its own.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

/// Bytes of the longest answer
const LONGEST: usize = 1 << 20;
const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// A connection to a server
pub struct Wire {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Wire {
    /// Connects.
    ///
    /// # Errors
    /// Nobody listens.
    pub fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, read: vec![0; LONGEST] })
    }

    /// A GraphQL request, with somebody's access token if any
    pub fn request(body: &[u8], token: Option<&str>) -> Vec<u8> {
        let token =
            token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             accept: application/graphql-response+json\r\n{token}content-length: {}\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), body].concat()
    }

    /// Sends a request: the body of a good answer.
    ///
    /// # Errors
    /// The connection failed, or the answer is another.
    pub fn send(&mut self, request: &[u8]) -> Result<&[u8]> {
        self.stream.write_all(request)?;
        let mut read = 0;
        let (head, length) = loop {
            read += self.more(read)?;
            let Some(head) = position(&self.read[..read], END_OF_HEAD) else { continue };
            break (head, length(&self.read[..head])?);
        };
        let end = head + END_OF_HEAD.len() + length;
        while read < end {
            read += self.more(read)?;
        }
        let body = &self.read[head + END_OF_HEAD.len()..end];
        let good =
            self.read.starts_with(b"HTTP/1.1 200") && position(body, b"\"errors\":[{").is_none();
        ensure!(good, "the server answered {}", String::from_utf8_lossy(&self.read[..end]));
        Ok(body)
    }

    /// The data that a request is answered with.
    ///
    /// # Errors
    /// As [`Wire::send`].
    pub fn data(&mut self, request: &[u8]) -> Result<Value> {
        let mut answer: Value = serde_json::from_slice(self.send(request)?)?;
        Ok(answer["data"].take())
    }

    fn more(&mut self, read: usize) -> Result<usize> {
        let more = self.stream.read(&mut self.read[read..])?;
        ensure!(more > 0, "the server hung up, or the answer is too long");
        Ok(more)
    }
}

fn position(of: &[u8], part: &[u8]) -> Option<usize> {
    of.windows(part.len()).position(|window| window == part)
}

fn length(head: &[u8]) -> Result<usize> {
    let head = std::str::from_utf8(head)?;
    let value = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim())
    });
    Ok(value.context("the answer has no length")?.parse()?)
}
