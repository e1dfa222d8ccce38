//! Lets a test end a server where no kill from outside can aim at: after a commit, before the bell.
//!
//! With `PLAZA_TEST_DIES_AFTER_COMMIT=7` the seventh commit that has news is the last thing that
//! the process does; it ends as by SIGKILL, without a word. A release build has nothing of it.
//!
//! Own code, and not the crate `fail`: its last release is of 2022, it can't end a process by
//! itself, and it stays a dependency (with its own `rand`) of builds in which it does nothing.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Commits to come until the last; 0 where nobody is to die
static LEFT: LazyLock<AtomicU64> = LazyLock::new(|| AtomicU64::new(asked()));

#[expect(clippy::disallowed_methods, reason = "a test's wish is no configuration")]
fn asked() -> u64 {
    let asked = std::env::var("PLAZA_TEST_DIES_AFTER_COMMIT");
    asked.ok().and_then(|commits| commits.parse().ok()).unwrap_or_default()
}

/// A transaction with news was committed, and nobody was told yet.
pub(super) fn committed() {
    let left = LEFT.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
    if left == Ok(1) {
        std::process::abort();
    }
}
