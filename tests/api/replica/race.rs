//! Many who write and read while the replica stands still and goes on at random. The primary
//! acknowledges before it has written: the hardest case for a position.

use super::{Pair, Sign, plaza};
use crate::support::times;
use futures_util::future::join_all;
use plaza::app::random_bytes;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const WRITERS: usize = 6;
const TIME: Duration = Duration::from_secs(6);
/// With all caches: what is read at a replica is kept as of what it knows.
const SETTINGS: [(&str, &str); 3] =
    [("PLAZA_REPLICA_MAX_LAG", "600"), ("PLAZA_CACHE_ROWS", "on"), ("PLAZA_CACHE_ANSWERS", "on")];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_ever_shown_what_was_before_their_own_write() {
    let pair = Pair::start(&["synchronous_commit=off"]).await;
    let app = plaza(&pair, &SETTINGS).await;
    let signs = join_all(
        (0..WRITERS).map(async |number| Sign::put_up(&app, &format!("rotulo-{number}")).await),
    )
    .await;
    app.replica_is("up").await;
    let (over, until) =
        (AtomicBool::new(false), Instant::now() + TIME * u32::try_from(times()).unwrap_or(1));
    let write = async |sign: &Sign| {
        let mut writes = 0;
        while Instant::now() < until {
            writes += 1;
            let name = format!("vez {writes}");
            let position = sign.write(&name).await;
            // Longer than a replica needs, or shorter
            for _ in 0..8 {
                assert_eq!(sign.read(&position).await, name);
                pass_up_to(90).await;
            }
        }
        writes
    };
    let stand_still_now_and_then = async {
        while !over.load(Ordering::Relaxed) {
            pair.replica.pause().await;
            pass_up_to(400).await;
            pair.replica.resume().await;
            pass_up_to(800).await;
        }
    };
    let writing = async {
        let writes = join_all(signs.iter().map(write)).await;
        over.store(true, Ordering::Relaxed);
        writes
    };
    let (writes, ()) = tokio::join!(writing, stand_still_now_and_then);
    assert!(writes.iter().all(|writes| *writes > 3), "{writes:?}");
    let there = app.replica_statements().await;
    assert!(there > 20, "the replica has answered {there}");
    app.finish().await;
}

async fn pass_up_to(millis: u64) {
    let [part] = random_bytes::<1>();
    tokio::time::sleep(Duration::from_millis(millis * u64::from(part) / 256)).await;
}
