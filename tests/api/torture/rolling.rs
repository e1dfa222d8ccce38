//! Two servers and Redis: rolling restarts under load, and Redis killed meanwhile.

use super::load::{Load, Size};
use super::{pause, times};
use crate::support::{Backend, Process, Redis, TestApp};
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
    let size = Size { streams: 50, writers: 8, orders: times() * ORDERS };
    let load = Load::start(shop, &[&one.url, &other.url], size).await;
    for restart in 1..=RESTARTS {
        load.reaches(restart * size.orders * 2 / (RESTARTS + 1)).await;
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
