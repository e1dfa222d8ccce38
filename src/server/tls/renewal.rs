//! A certificate that was renewed is shown without a restart. Files are read and compared: times of
//! files say little where they are links into volumes that are swapped.

use super::Shown;
use super::certificate::{Certificate, Contents};
use crate::error::Refusal;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long a renewed certificate may wait
const EVERY: Duration = Duration::from_secs(2);

/// Looks for other contents until the server stops. Files that can't be used change nothing: the
/// certificate before them stays in use.
pub async fn renew(shown: Arc<Shown>, stop: CancellationToken) {
    let mut watch = Watch { served: Contents::read(&shown.files).ok(), failed: None, told: false };
    while stop.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
        let shown = Arc::clone(&shown);
        let looked = tokio::task::spawn_blocking(move || {
            watch.look(&shown);
            watch
        });
        let Ok(same) = looked.await else { return };
        watch = same;
    }
}

struct Watch {
    served: Option<Contents>,
    /// Contents that could not be used at the last look; None: not even read
    failed: Option<Option<Contents>>,
    told: bool,
}

impl Watch {
    fn look(&mut self, shown: &Shown) {
        let contents = Contents::read(&shown.files);
        if contents.as_ref().ok() == self.served.as_ref() {
            self.failed = None;
            return;
        }
        let read = contents.as_ref().map_err(Refusal::clone);
        match read.and_then(|contents| Certificate::of(contents, &shown.files)) {
            Ok(certificate) => {
                certificate.report();
                *shown.key.write() = certificate.key;
                (self.served, self.failed) = (contents.ok(), None);
            }
            Err(refusal) => self.fail(contents.ok(), &refusal),
        }
    }

    /// Certificate and key are written one after the other: only what stays unusable is told, once.
    fn fail(&mut self, contents: Option<Contents>, refusal: &Refusal) {
        let again = self.failed.as_ref() == Some(&contents);
        if again && !self.told {
            tracing::warn!(
                reason = refusal.message.as_ref(),
                "the new TLS certificate can't be used; the one before stays in use"
            );
        }
        self.told = again;
        self.failed = Some(contents);
    }
}
