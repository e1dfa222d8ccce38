//! Handshakes beside each other: a client that is slow in its own, or says nothing, keeps nobody
//! else waiting, and is let go after a while.

use super::Shown;
use crate::error::Result;
use crate::server::door::Door;
use poem::web::{LocalAddr, RemoteAddr};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// Longest handshake
const PATIENCE: Duration = Duration::from_secs(10);
/// Connections that wait to be taken
const WAITING: usize = 64;
/// Pause after the system had no connection to give, as where it is out of files
const PAUSE: Duration = Duration::from_millis(50);

/// A connection that speaks TLS by now, and both its ends
pub type Shaken = (TlsStream<TcpStream>, LocalAddr, RemoteAddr);

/// Connections after their handshakes
pub struct Handshakes {
    ready: mpsc::Receiver<Shaken>,
    accepting: JoinHandle<()>,
    local: Vec<LocalAddr>,
}

impl Handshakes {
    /// Accepts from now on.
    ///
    /// # Errors
    /// TLS can't be set up.
    pub fn start(door: Door, shown: &Arc<Shown>) -> Result<Self> {
        let tls = TlsAcceptor::from(shown.config()?);
        let local = vec![door.local()];
        let (sender, ready) = mpsc::channel(WAITING);
        Ok(Self { ready, accepting: tokio::spawn(accept(door, tls, sender)), local })
    }

    /// Where it listens
    pub fn local_addr(&self) -> Vec<LocalAddr> {
        self.local.clone()
    }

    /// The next connection
    ///
    /// # Errors
    /// There will be none.
    pub async fn next(&mut self) -> io::Result<Shaken> {
        self.ready.recv().await.ok_or_else(|| io::Error::other("nothing is accepted any more"))
    }
}

impl Drop for Handshakes {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(mut door: Door, tls: TlsAcceptor, sender: mpsc::Sender<Shaken>) {
    loop {
        let Ok((stream, remote)) = door.next().await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let (handshake, sender, local) = (tls.accept(stream), sender.clone(), door.local());
        tokio::spawn(async move {
            if let Ok(Ok(stream)) = tokio::time::timeout(PATIENCE, handshake).await {
                // Nobody takes it any more where the server stops.
                sender.send((stream, local, remote)).await.ok();
            }
        });
    }
}
