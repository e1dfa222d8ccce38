//! Two nodes on the doorbells that Plaza has: in one process, and by Redis, which is cut off and killed
//! meanwhile. Many tasks read and write at once, with a pause of any length between any two steps.
//!
//! A write is acknowledged where it was written as soon as it is counted. How far the other node has
//! heard is asked by a marker: somebody who arrives behind the write, and is told of by the same bell on the same
//! channel. Once they are here, no read may yield less.
//!
//! - `world`: both nodes, and what is true
//! - `worker`: who reads and writes
//! - `cut`: Redis, cut off

mod cut;
mod worker;
mod world;

use crate::support::Redis;
use cut::{admit, cut};
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};
use tokio::time::sleep;
use worker::Worker;
use world::{Node, World};

const STEPS: usize = 100_000;
const ROWS: usize = 240;
/// Rows that are in use most of the time; what was lost of the others stays lost for a while
const BUSY: usize = 12;
/// Tasks of a node
const WORKERS: u64 = 12;
/// What each node is called at Redis
const USERS: [&str; 2] = ["one", "two"];
/// Longest wait for what has to come
const PATIENCE: Duration = Duration::from_secs(20);

async fn until(what: &str, is: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        sleep(Duration::from_millis(1)).await;
    }
}

/// Lets all work until the steps are done, and all is heard.
async fn run(mut redis: Option<Redis>, writers: usize, late: bool, seed: u64) -> Arc<World> {
    redis.iter().for_each(admit);
    let folder = tempfile::TempDir::new().expect("a folder");
    let world = Arc::new(World::new(folder.path(), redis.as_ref(), writers, late).await);
    until("the bell works", || world.bell_works()).await;
    let begun = Instant::now();
    let workers: Vec<_> = (0..2 * WORKERS)
        .map(|number| {
            let random = StdRng::seed_from_u64(seed * 1_000 + number);
            let at = usize::from(number >= WORKERS);
            tokio::spawn(Worker { world: Arc::clone(&world), at, random }.work())
        })
        .collect();
    if let Some(redis) = redis.as_mut().filter(|_| !late) {
        cut(&world, redis).await;
    }
    for worker in workers {
        worker.await.expect("does not panic");
    }
    until("all is heard", || world.nodes.iter().all(Node::learn)).await;
    println!(
        "seed {seed}: {} steps in {:?}, {} writes, {} hits, {} steps unhearing, lies {:?}",
        world.steps.load(SeqCst),
        begun.elapsed(),
        world.writes.load(SeqCst),
        world.hits.load(SeqCst),
        world.deaf.load(SeqCst),
        world.lies(),
    );
    world
}

/// Nothing that was read was older than it may, and nothing that is kept is.
fn is_right(world: &World) {
    assert_eq!(world.lies(), [0; 2]);
    for node in &world.nodes {
        for row in 0..ROWS {
            let truth = world.truth[row].load(SeqCst);
            assert_eq!(node.known[row].load(SeqCst), truth, "all was heard");
            assert_eq!(node.kept(row).unwrap_or(truth), truth);
        }
    }
    // There was much to lie about.
    let hits = world.hits.load(SeqCst);
    assert!(hits > STEPS / 20, "{hits} hits");
    assert!(world.writes.load(SeqCst) > STEPS / 50, "writes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_one_process_no_read_sees_less_than_was_acknowledged() {
    is_right(&*run(None, 2, false, 1).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_redis_no_read_sees_less_than_was_acknowledged_and_heard() {
    let world = run(Some(Redis::start(&[]).await), 2, false, 2).await;
    is_right(&world);
    assert!(world.deaf.load(SeqCst) > 0, "Redis was away");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mark_that_is_taken_too_late_is_found_out_over_either_bell() {
    for (redis, seed) in [(None, 3), (Some(Redis::start(&[]).await), 4)] {
        // The second node writes nothing: whatever it tells that is old, the bell had told it of.
        let [_, told] = run(redis, 1, true, seed).await.lies();
        assert!(told > 10, "seed {seed}: {told} lies");
    }
}
