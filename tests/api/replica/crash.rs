//! A replica that dies, hangs, and comes back, under reading.

use super::{Pair, Sign, plaza, until};
use crate::support::TestApp;
use futures_util::future::join_all;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const READERS: usize = 4;

/// Reads all the time while something happens. A read that fails, or shows less than the position
/// holds, ends the test: a replica that was killed comes back with less than it had. How long the
/// slowest took
async fn while_reading(sign: &Sign, position: &str, happens: impl Future<Output = ()>) -> Duration {
    let (over, slowest) = (AtomicBool::new(false), AtomicU64::new(0));
    let read = async |_| {
        while !over.load(Ordering::Relaxed) {
            let begun = Instant::now();
            assert_eq!(sign.read(position).await, "uno");
            let took = u64::try_from(begun.elapsed().as_millis()).expect("not for ever");
            slowest.fetch_max(took, Ordering::Relaxed);
        }
    };
    let happens = async {
        happens.await;
        over.store(true, Ordering::Relaxed);
    };
    tokio::join!(join_all((0..READERS).map(read)), happens);
    Duration::from_millis(slowest.load(Ordering::Relaxed))
}

async fn is_read(app: &TestApp) {
    let before = app.replica_statements().await;
    until(async || app.replica_statements().await > before + 20).await;
}

async fn rest() {
    tokio::time::sleep(Duration::from_millis(500)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_notices_that_a_replica_dies_and_it_is_taken_back() {
    let mut pair = Pair::start(&[]).await;
    pair.replica.kill();
    let app = plaza(&pair, &[]).await;
    let sign = Sign::put_up(&app, "rotulo").await;
    let position = sign.write("uno").await;
    assert_eq!(app.ready().await, (200, "degraded".to_owned(), "down".to_owned()));
    pair.replica.restart().await;
    app.replica_is("up").await;
    for _ in 0..3 {
        let slowest = while_reading(&sign, &position, async {
            is_read(&app).await;
            pair.replica.kill();
            app.replica_is("down").await;
            assert_eq!(app.ready().await.0, 200);
            rest().await;
            pair.replica.restart().await;
            app.replica_is("up").await;
            is_read(&app).await;
        })
        .await;
        assert!(slowest < Duration::from_secs(3), "{slowest:?}");
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_waits_for_a_replica_that_hangs_is_answered_by_the_primary() {
    let pair = Pair::start(&[]).await;
    let app = plaza(&pair, &[]).await;
    let sign = Sign::put_up(&app, "rotulo").await;
    let position = sign.write("uno").await;
    app.replica_is("up").await;
    let slowest = while_reading(&sign, &position, async {
        is_read(&app).await;
        pair.replica.freeze();
        app.replica_is("down").await;
        // Longer than anybody may have waited
        tokio::time::sleep(Duration::from_secs(4)).await;
        pair.replica.thaw();
        app.replica_is("up").await;
        is_read(&app).await;
    })
    .await;
    assert!(slowest < Duration::from_millis(3500), "{slowest:?}");
    app.finish().await;
}
