//! Two servers whose Redis is away for a while: nobody notices but the streams, and they by seconds.

use super::lag::Lags;
use super::load::{ENDLESS, Group, Load, Outcome, Size};
use crate::support::{Backend, Client, Process, Redis, TestApp, times};
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How long Redis is away: a minute with `PLAZA_TORTURE=10`
const AWAY: Duration = Duration::from_secs(6);
/// How long it is there, before and after
const THERE: Duration = Duration::from_secs(4);
/// Streams on each server
const STREAMS: usize = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_are_two_seconds_behind_at_most_while_redis_is_away() {
    let mut redis = Redis::start(&[]).await;
    let app = TestApp::start(Backend::Postgres).await;
    let shop = Load::shop(&app).await;
    let url = format!("redis://{}", redis.address());
    let settings = [("REDIS_URL", url.as_str())];
    let near = Process::start(&app, &settings).await;
    let far = Process::start(&app, &settings).await;
    let servers = [[near.url.as_str()], [far.url.as_str()]];
    // All is written on one server: what the other one's streams hear has come by the bell or, where
    // there is none, by comparing numbers.
    let [near_streams, far_streams] =
        [0, 1].map(|at| Group { count: STREAMS, servers: &servers[at] });
    let size = Size {
        streams: &[near_streams, far_streams],
        writers: Group { count: 4, servers: &servers[0] },
        orders: ENDLESS,
        // The machine is to have room: time is measured.
        rest: Duration::from_millis(600),
    };
    let (end, ended) = watch::channel(());
    let asking =
        [&near, &far].map(|server| tokio::spawn(ask_on(server.client(&shop.buyer), ended.clone())));
    let mut load = Load::start(Arc::clone(&shop), size).await;

    tokio::time::sleep(THERE).await;
    let killed = Instant::now();
    redis.kill();
    tokio::time::sleep(AWAY * u32::try_from(times()).expect("few")).await;
    redis.restart().await;
    redis.say(&["FLUSHALL"]);
    let back = Instant::now();
    tokio::time::sleep(THERE).await;

    load.stop_ordering();
    let outcome = load.finish(&app).await;
    drop((end, ended));
    for asked in asking {
        println!("{}", asked.await.expect("no query fails"));
    }
    assert_eq!(outcome.done.iter().map(|one| one.repeats).sum::<usize>(), 0, "no mutation fails");
    check_lags(&outcome, killed, back);
    drop((near, far));
    app.finish().await;
}

/// Asks plain queries until the end. How many, and how long the slowest took
async fn ask_on(client: Client, mut end: watch::Receiver<()>) -> String {
    let query = "{ viewer { orders(first: 3) { totalCount nodes { id status version } } }
        store(handle: \"pulperia\") { name listings(first: 3) { nodes { title } } } }";
    let (mut asked, mut slowest) = (0, Duration::ZERO);
    loop {
        let begun = Instant::now();
        let answer = client.try_ask(query, json!({})).await.expect("a query is answered");
        assert_eq!(answer["store"]["name"], "Tienda pulperia");
        (asked, slowest) = (asked + 1, slowest.max(begun.elapsed()));
        tokio::select! {
            _ = end.changed() => return format!("{asked} queries, the slowest {slowest:?}"),
            () = tokio::time::sleep(Duration::from_millis(20)) => {}
        }
    }
}

fn check_lags(outcome: &Outcome, killed: Instant, back: Instant) {
    let (near, far) = outcome.heard.split_at(STREAMS);
    let (begin, end) = (killed - 2 * THERE, Instant::now());
    let times = [("before", begin, killed), ("away", killed, back), ("after", back, end)];
    for (when, from, to) in times {
        for (whose, streams) in [("same", near), ("other", far)] {
            let lags = Lags::of(outcome, streams, from, to);
            println!("{when}, {whose} server: {lags}");
            lags.hold();
            if (when, whose) == ("away", "other") {
                let median = lags.of_hundred(50);
                assert!(median > Duration::from_millis(100), "a bell was heard: {median:?}");
            }
        }
    }
}
