//! Torture: clients that retry and streams that resume, while servers are killed at random moments.
//! Afterwards nothing that was acknowledged is missing, nothing happened twice, and every stream saw
//! every event of its topic exactly once and in order.
//!
//! Bounded to a few minutes; `PLAZA_TORTURE=10` does ten times as much.

mod crash;
mod reader;
mod writer;

use std::time::Duration;

/// How many times the usual amount
#[expect(clippy::disallowed_methods, reason = "a longer run is asked for by the environment")]
fn times() -> usize {
    std::env::var("PLAZA_TORTURE").ok().and_then(|times| times.parse().ok()).unwrap_or(1)
}

/// A pause of a random length
async fn pause(most: Duration) {
    let [part] = plaza::app::random_bytes::<1>();
    tokio::time::sleep(most * u32::from(part) / 256).await;
}
