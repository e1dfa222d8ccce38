//! A server that dies between commit and bell, again and again: the moment at which the database
//! knows of an event and nobody was told.

use super::lag::Lags;
use super::load::{ENDLESS, Group, Load, Size};
use crate::support::{Process, on_both, times};
use std::time::{Duration, Instant};

const DEATHS: usize = 200;
/// Commits of a life at most
const COMMITS: u8 = 8;
/// Streams on each server
const STREAMS: usize = 10;

on_both! {
    async fn every_event_arrives_though_the_server_dies_between_commit_and_bell(app: &TestApp) {
        let mut mortal = Process::start(app, &[]).await;
        let url = mortal.url.clone();
        // The other streams are on a server that lives on. No bell is between the two: it has to
        // find by comparing numbers what the mortal one wrote.
        let streams = [
            Group { count: STREAMS, servers: &[&url] },
            Group { count: STREAMS, servers: &[&app.url] },
        ];
        let size = Size {
            streams: &streams,
            writers: Group { count: 8, servers: &[&url] },
            orders: ENDLESS,
            rest: Duration::ZERO,
        };
        let mut load = Load::start(Load::shop(app).await, size).await;
        let begun = Instant::now();
        mortal.kill();
        for _ in 0..times() * DEATHS {
            let [random] = plaza::app::random_bytes::<1>();
            let commits = (1 + random % COMMITS).to_string();
            mortal.live_and_die("PLAZA_TEST_DIES_AFTER_COMMIT", &commits).await;
        }
        load.stop_ordering();
        mortal.restart().await;
        let outcome = load.finish(app).await;
        // A stream that has heard nothing for a while comes back and resumes; this is sooner.
        let lags = Lags::of(&outcome, &outcome.heard[STREAMS..], begun, Instant::now());
        lags.hold();
        let repeats: usize = outcome.done.iter().map(|one| one.repeats).sum();
        println!(
            "{} deaths, {} orders, {} events, {repeats} mutations sent again; where no bell rings: {lags}",
            times() * DEATHS,
            outcome.done.len(),
            outcome.heard[0].len()
        );
    }
}
