//! One server, killed with SIGKILL twenty times, on SQLite and on PostgreSQL.

use super::load::{Group, Load, Size};
use super::pause;
use crate::support::{Process, on_both, times};
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
        let url = server.url.clone();
        let servers = [url.as_str()];
        let on = |count| Group { count, servers: &servers };
        let size = Size {
            streams: &[on(200)],
            writers: on(16),
            orders: writes / 2,
            rest: Duration::ZERO,
        };
        let load = Load::start(shop, size).await;
        for kill in 1..=kills {
            // Spread over the whole work, each at a random moment of its stretch.
            load.reaches(kill * writes / (kills + 1)).await;
            pause(Duration::from_millis(50)).await;
            server.kill();
            server.restart().await;
        }
        assert!(load.finish(app).await.writes >= writes);
    }
}
