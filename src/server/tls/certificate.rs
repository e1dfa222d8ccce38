//! A certificate and its key, out of PEM files. What is wrong with them is said without what they
//! hold.

use crate::config::TlsConfig;
use crate::entities::Timestamp;
use crate::error::{Code, Refusal};
use std::path::Path;
use std::sync::Arc;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{Error, InconsistentKeys};
use x509_parser::parse_x509_certificate;

/// A certificate that can be shown
#[derive(Debug)]
pub struct Certificate {
    pub(super) key: Arc<CertifiedKey>,
    /// When it ends
    pub until: Timestamp,
}

/// What both files hold
#[derive(PartialEq, Eq)]
pub(super) struct Contents {
    cert: Vec<u8>,
    key: Vec<u8>,
}

impl Contents {
    pub(super) fn read(files: &TlsConfig) -> Result<Self, Refusal> {
        let read = |variable: &str, path: &Path| {
            std::fs::read(path)
                .map_err(|err| refuse(variable, path, &format!("can't be read: {err}")))
        };
        Ok(Self {
            cert: read("PLAZA_TLS_CERT", &files.cert)?,
            key: read("PLAZA_TLS_KEY", &files.key)?,
        })
    }
}

impl Certificate {
    /// Reads and checks both files.
    ///
    /// # Errors
    /// Refused where one can't be read, is no PEM, or where they don't belong together.
    pub fn read(files: &TlsConfig) -> Result<Self, Refusal> {
        Self::of(&Contents::read(files)?, files)
    }

    pub(super) fn of(contents: &Contents, files: &TlsConfig) -> Result<Self, Refusal> {
        let bad_cert = |what: &str| refuse("PLAZA_TLS_CERT", &files.cert, what);
        let bad_key = |what: &str| refuse("PLAZA_TLS_KEY", &files.key, what);
        let chain: Vec<_> = CertificateDer::pem_slice_iter(&contents.cert)
            .collect::<Result<_, _>>()
            .map_err(|_| bad_cert("is broken: it should hold certificates in PEM"))?;
        let Some(own) = chain.first() else {
            return Err(bad_cert("holds no certificate in PEM (-----BEGIN CERTIFICATE-----)"));
        };
        let (_, parsed) = parse_x509_certificate(own)
            .map_err(|_| bad_cert("is broken: its first part is no certificate"))?;
        let seconds = parsed.validity().not_after.timestamp();
        let key = PrivateKeyDer::from_pem_slice(&contents.key)
            .map_err(|_| bad_key("holds no private key in PEM (-----BEGIN PRIVATE KEY-----)"))?;
        let key = CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider());
        let key = key.map_err(|err| match err {
            Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
                bad_key(&format!("is not the key of the certificate in {}", files.cert.display()))
            }
            err => bad_key(&format!("can't be used with the certificate: {err}")),
        })?;
        let until = Timestamp(seconds.saturating_mul(1_000_000));
        Ok(Self { key: Arc::new(key), until })
    }

    /// Says until when it is good.
    pub(super) fn report(&self) {
        // Exact for the next 285 million years.
        #[expect(clippy::cast_precision_loss, reason = "a date in seconds")]
        metrics::gauge!("plaza_tls_certificate_ends_seconds")
            .set((self.until.0 / 1_000_000) as f64);
        tracing::info!(tls.until = %self.until.to_utc(), "TLS certificate is in use");
    }
}

fn refuse(variable: &str, path: &Path, what: &str) -> Refusal {
    Refusal::new(Code::Invalid, format!("{variable}: {} {what}", path.display()))
}
