//! Accepts connections with TCP_NODELAY: poem leaves Nagle's algorithm on, which holds small
//! answers back for up to 40 ms.

use poem::http::uri::Scheme;
use poem::listener::{Acceptor, TcpAcceptor};
use poem::web::{LocalAddr, RemoteAddr};
use std::io::Result;
use tokio::net::TcpStream;

/// poem's acceptor, without delays
pub struct NoDelay(pub TcpAcceptor);

impl Acceptor for NoDelay {
    type Io = TcpStream;

    fn local_addr(&self) -> Vec<LocalAddr> {
        self.0.local_addr()
    }

    async fn accept(&mut self) -> Result<(Self::Io, LocalAddr, RemoteAddr, Scheme)> {
        let (stream, local, remote, scheme) = self.0.accept().await?;
        // A connection that is gone already fails at its first read.
        stream.set_nodelay(true).ok();
        Ok((stream, local, remote, scheme))
    }
}
