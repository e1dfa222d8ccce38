//! Two servers and Redis: rolling restarts under load, and Redis killed meanwhile.

use super::load::{Group, Load, Size};
use super::pause;
use crate::support::{Backend, Process, Redis, TestApp, times};
use std::time::Duration;

/// An order takes 2.75 mutations on average
const ORDERS: usize = 600;
const RESTARTS: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_through_rolling_restarts_and_a_dead_redis() {
    let mut redis = Redis::start(&[]).await;
    let app = TestApp::start(Backend::Postgres).await;
    let shop = Load::shop(&app).await;
    let url = format!("redis://{}", redis.address());
    let settings = [("REDIS_URL", url.as_str())];
    let mut one = Process::start(&app, &settings).await;
    let mut other = Process::start(&app, &settings).await;
    let orders = times() * ORDERS;
    let urls = [one.url.clone(), other.url.clone()];
    let servers = [urls[0].as_str(), urls[1].as_str()];
    let on = |count| Group { count, servers: &servers };
    let size = Size { streams: &[on(50)], writers: on(8), orders, rest: Duration::ZERO };
    let load = Load::start(shop, size).await;
    for restart in 1..=RESTARTS {
        load.reaches(restart * orders * 2 / (RESTARTS + 1)).await;
        match restart {
            3 => redis.kill(),
            5 => redis.restart().await,
            _ => {}
        }
        let server = if restart % 2 == 0 { &mut other } else { &mut one };
        assert!(server.stop().await, "it ends well");
        pause(Duration::from_millis(200)).await;
        server.restart().await;
    }
    load.finish(&app).await;
    drop((one, other));
    app.finish().await;
}
