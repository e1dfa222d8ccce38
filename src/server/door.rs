//! The listening socket, and how it is shut: everybody who got in is served, and whoever comes later
//! is refused at once, so that a load balancer asks another server.
//!
//! A socket that is closed tells those off who wait in its queue. Their requests may be on their
//! way, and a balancer may not send them anywhere else, since they might have been done. So the queue
//! is emptied first; what remains is the instant between the last look and the close.

use poem::web::{LocalAddr, RemoteAddr};
use std::collections::VecDeque;
use std::io::Result;
use std::net::{SocketAddr, TcpStream as Waiting};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// Where connections come in, with TCP_NODELAY: small answers would be held back for up to 40 ms
pub struct Door {
    /// None: it is shut
    socket: Option<TcpListener>,
    address: SocketAddr,
    /// Who was in the queue when it was shut
    last: VecDeque<(Waiting, SocketAddr)>,
    shut: CancellationToken,
}

impl Door {
    /// Binds the address.
    ///
    /// # Errors
    /// The address is taken or not ours.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let socket = TcpListener::bind(address).await?;
        let address = socket.local_addr()?;
        let shut = CancellationToken::new();
        Ok(Self { socket: Some(socket), address, last: VecDeque::new(), shut })
    }

    /// Where it is
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same, as poem has it
    pub fn local(&self) -> LocalAddr {
        LocalAddr(self.address.into())
    }

    /// Shuts it, when it is cancelled
    pub fn key(&self) -> CancellationToken {
        self.shut.clone()
    }

    /// Whoever comes next; nobody, once it is shut and the queue is empty
    ///
    /// # Errors
    /// The system had no connection to give.
    pub async fn next(&mut self) -> Result<(TcpStream, RemoteAddr)> {
        loop {
            if let Some((stream, from)) = self.last.pop_front() {
                return Ok(begin(TcpStream::from_std(stream)?, from));
            }
            let Some(socket) = &self.socket else { return std::future::pending().await };
            tokio::select! {
                came = socket.accept() => {
                    let (stream, from) = came?;
                    return Ok(begin(stream, from));
                }
                () = self.shut.cancelled() => {}
            }
            self.close();
        }
    }

    fn close(&mut self) {
        let Some(Ok(socket)) = self.socket.take().map(TcpListener::into_std) else { return };
        // It does not wait: tokio made it so.
        while let Ok((stream, from)) = socket.accept() {
            if stream.set_nonblocking(true).is_ok() {
                self.last.push_back((stream, from));
            }
        }
    }
}

fn begin(stream: TcpStream, from: SocketAddr) -> (TcpStream, RemoteAddr) {
    // A connection that is gone already fails at its first read.
    stream.set_nodelay(true).ok();
    (stream, RemoteAddr(from.into()))
}
