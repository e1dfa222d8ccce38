//! TLS by rustls, where a certificate is configured: `certificate` reads it, `renewal` reads it
//! again, `handshake` brings connections as far as HTTP.
//!
//! Own wiring of tokio-rustls instead of poem's feature: that reads PEM by a crate nobody keeps any
//! more (RUSTSEC-2025-0134), does not ask whether certificate and key belong together, and gives a
//! handshake all the time in the world.

mod certificate;
mod handshake;
mod renewal;

pub use certificate::Certificate;
pub use handshake::Handshakes;
pub use renewal::renew;

use crate::config::TlsConfig;
use crate::error::{Fault, Result};
use parking_lot::RwLock;
use std::sync::Arc;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;

/// The certificate that is shown to whoever connects now
#[derive(Debug)]
pub struct Shown {
    files: TlsConfig,
    key: RwLock<Arc<CertifiedKey>>,
}

impl Shown {
    /// Reads the certificate for the first time.
    ///
    /// # Errors
    /// Refused where the files can't be used.
    pub fn read(files: &TlsConfig) -> Result<Arc<Self>> {
        let certificate = Certificate::read(files)?;
        certificate.report();
        Ok(Arc::new(Self { files: files.clone(), key: RwLock::new(certificate.key) }))
    }

    /// TLS 1.3 and 1.2, with HTTP/2 for whoever asks for it
    fn config(self: &Arc<Self>) -> Result<Arc<ServerConfig>> {
        // Named, since another crate brings a second one along.
        let builder = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
        let builder = builder.with_safe_default_protocol_versions();
        let builder = builder.map_err(|err| Fault::new("setting up TLS", err))?;
        let resolver: Arc<dyn ResolvesServerCert> = Arc::<Self>::clone(self);
        let mut config = builder.with_no_client_auth().with_cert_resolver(resolver);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.key.read()))
    }
}
