//! One server, killed with SIGKILL twenty times, on SQLite and on PostgreSQL.

use super::load::{Load, Size};
use super::{pause, times};
use crate::support::{Process, on_both};
use std::time::Duration;

/// Keyed mutations, at least
const WRITES: usize = 5000;
const KILLS: usize = 20;

on_both! {
    async fn nothing_is_lost_or_doubled_while_the_server_is_killed_twenty_times(app: &TestApp) {
        let shop = Load::shop(app).await;
        let mut server = Process::start(app, &[]).await;
        // An order takes 2.75 mutations on average.
        let (writes, kills) = (times() * WRITES, times() * KILLS);
        let size = Size { streams: 200, writers: 16, orders: writes / 2 };
        let load = Load::start(shop, &[&server.url], size).await;
        for kill in 1..=kills {
            // Spread over the whole work, each at a random moment of its stretch.
            load.reaches(kill * writes / (kills + 1)).await;
            pause(Duration::from_millis(50)).await;
            server.kill();
            server.restart().await;
        }
        assert!(load.finish(app).await >= writes);
    }
}
