//! Accepts connections, plain or by TLS, as poem wants them.

use super::door::Door;
use super::tls::Handshakes;
use poem::http::uri::Scheme;
use poem::listener::Acceptor;
use poem::web::{LocalAddr, RemoteAddr};
use std::io::Result;
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;
use tokio_util::either::Either;

/// Where connections come from
pub enum Connections {
    /// Plain HTTP
    Plain(Door),
    /// HTTP under TLS, and nothing else
    Tls(Handshakes),
}

impl Acceptor for Connections {
    type Io = Either<TcpStream, TlsStream<TcpStream>>;

    fn local_addr(&self) -> Vec<LocalAddr> {
        match self {
            Self::Plain(door) => vec![door.local()],
            Self::Tls(handshakes) => handshakes.local_addr(),
        }
    }

    async fn accept(&mut self) -> Result<(Self::Io, LocalAddr, RemoteAddr, Scheme)> {
        match self {
            Self::Plain(door) => {
                let (stream, remote) = door.next().await?;
                Ok((Either::Left(stream), door.local(), remote, Scheme::HTTP))
            }
            Self::Tls(handshakes) => {
                let (stream, local, remote) = handshakes.next().await?;
                Ok((Either::Right(stream), local, remote, Scheme::HTTPS))
            }
        }
    }
}
