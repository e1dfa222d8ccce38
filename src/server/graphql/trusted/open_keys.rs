//! What is open with API keys: sockets and streams, which end at once when their key is revoked.

use crate::entities::ApiKeyId;
use crate::services::Viewer;
use parking_lot::Mutex;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

#[derive(Default)]
struct Kept {
    /// How many connections each key has open, and what ends them
    open: HashMap<ApiKeyId, (usize, CancellationToken)>,
    /// Keys that were revoked a moment ago: a connection may be on its way with one
    revoked: HashSet<ApiKeyId>,
}

/// What is open, by key
#[derive(Default)]
pub struct OpenKeys(Arc<Mutex<Kept>>);

impl OpenKeys {
    /// Comes when the viewer's key is revoked; never for a viewer without one. Counted as open until
    /// it is dropped.
    pub fn revoked(&self, viewer: &Viewer) -> impl Future<Output = ()> + Send + use<> {
        let open = viewer.key().map(|key| Open::new(&self.0, key.id));
        async move {
            match &open {
                Some(open) => open.token.cancelled().await,
                None => std::future::pending().await,
            }
        }
    }

    /// Keys with which something is open
    pub fn open(&self) -> Vec<ApiKeyId> {
        self.0.lock().open.keys().copied().collect()
    }

    /// Ends everything that is open with these keys, and what is on its way.
    pub fn close(&self, keys: Vec<ApiKeyId>) {
        let mut kept = self.0.lock();
        kept.revoked = keys.into_iter().collect();
        for key in &kept.revoked {
            if let Some((_, token)) = kept.open.get(key) {
                token.cancel();
            }
        }
    }
}

/// One connection that is open with a key
struct Open {
    kept: Arc<Mutex<Kept>>,
    key: ApiKeyId,
    token: CancellationToken,
}

impl Open {
    fn new(kept: &Arc<Mutex<Kept>>, key: ApiKeyId) -> Self {
        let mut state = kept.lock();
        let revoked = state.revoked.contains(&key);
        let (count, token) = state.open.entry(key).or_default();
        *count += 1;
        let token = token.clone();
        if revoked {
            token.cancel();
        }
        Self { kept: Arc::clone(kept), key, token }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut kept = self.kept.lock();
        if let Some((count, _)) = kept.open.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                kept.open.remove(&self.key);
            }
        }
    }
}
