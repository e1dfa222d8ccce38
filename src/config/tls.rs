//! Certificate and key, where Plaza speaks TLS itself. What is in the files is `server::tls`'s affair.

use super::read::Source;
use std::path::PathBuf;

/// PEM files, read again when they change
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsConfig {
    /// The server's certificate, and those between it and its root
    pub cert: PathBuf,
    /// Its private key
    pub key: PathBuf,
}

impl TlsConfig {
    /// None: plain HTTP
    pub(super) fn read(source: &mut Source) -> Option<Self> {
        let path = |text: &str| (!text.is_empty()).then(|| PathBuf::from(text));
        let (cert, key) = (source.parse("tls_cert", path), source.parse("tls_key", path));
        match (cert, key) {
            (Some(cert), Some(key)) => Some(Self { cert, key }),
            (Some(_), None) => {
                source.miss("tls_key", "is demanded with PLAZA_TLS_CERT");
                None
            }
            (None, Some(_)) => {
                source.miss("tls_cert", "is demanded with PLAZA_TLS_KEY");
                None
            }
            (None, None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Config, ConfigError};

    #[test]
    fn there_are_both_files_or_none() {
        let (cert, key) = (("PLAZA_TLS_CERT", "cert.pem"), ("PLAZA_TLS_KEY", "key.pem"));
        assert_eq!(Config::from_pairs([]).expect("it holds").tls, None);
        assert!(Config::from_pairs([cert, key]).expect("they hold").tls.is_some());
        for (one, missing) in [(cert, "PLAZA_TLS_KEY"), (key, "PLAZA_TLS_CERT")] {
            let Err(ConfigError(problems)) = Config::from_pairs([one]) else {
                panic!("{one:?} alone is taken");
            };
            assert_eq!(problems[0].key, missing);
        }
    }
}
