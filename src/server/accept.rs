//! Accepts connections, plain or by TLS, with TCP_NODELAY: poem leaves Nagle's algorithm on, which
//! holds small answers back for up to 40 ms.

use super::tls::Handshakes;
use poem::http::uri::Scheme;
use poem::listener::{Acceptor, TcpAcceptor};
use poem::web::{LocalAddr, RemoteAddr};
use std::io::Result;
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;
use tokio_util::either::Either;

/// Where connections come from
pub enum Connections {
    /// Plain HTTP
    Plain(TcpAcceptor),
    /// HTTP under TLS, and nothing else
    Tls(Handshakes),
}

impl Acceptor for Connections {
    type Io = Either<TcpStream, TlsStream<TcpStream>>;

    fn local_addr(&self) -> Vec<LocalAddr> {
        match self {
            Self::Plain(tcp) => tcp.local_addr(),
            Self::Tls(handshakes) => handshakes.local_addr(),
        }
    }

    async fn accept(&mut self) -> Result<(Self::Io, LocalAddr, RemoteAddr, Scheme)> {
        match self {
            Self::Plain(tcp) => {
                let (stream, local, remote, scheme) = tcp.accept().await?;
                // A connection that is gone already fails at its first read.
                stream.set_nodelay(true).ok();
                Ok((Either::Left(stream), local, remote, scheme))
            }
            Self::Tls(handshakes) => {
                let (stream, local, remote) = handshakes.next().await?;
                Ok((Either::Right(stream), local, remote, Scheme::HTTPS))
            }
        }
    }
}
