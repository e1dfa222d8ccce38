//! Redis, cut off while all work.

use super::world::World;
use super::{USERS, until};
use crate::support::Redis;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;
use tokio::time::sleep;

/// After so many steps Redis is cut off
const CUTS: [usize; 6] = [10_000, 25_000, 40_000, 55_000, 70_000, 85_000];

/// Lets both nodes come to Redis.
pub fn admit(redis: &Redis) {
    for user in USERS {
        let password = format!(">{user}");
        redis.say(&["ACL", "SETUSER", user, "on", &password, "allkeys", "allchannels", "+@all"]);
    }
}

/// Cuts Redis off now and then: from both nodes, or from one, which the other does not notice.
pub async fn cut(world: &World, redis: &mut Redis) {
    for (number, at) in CUTS.into_iter().enumerate() {
        until("the steps go on", || world.steps.load(SeqCst) >= at).await;
        let deaf = world.deaf.load(SeqCst);
        let user = USERS[number / 3];
        let allow = |what| redis.say(&["ACL", "SETUSER", user, what]);
        let disconnect = || redis.say(&["CLIENT", "KILL", "USER", user]);
        let pause = |millis| sleep(Duration::from_millis(millis));
        match number % 3 {
            0 => {
                redis.kill();
                world.slow.store(true, SeqCst);
                pause(400).await;
                redis.restart().await;
                admit(redis);
            }
            1 => {
                // It can't tell, and nobody notices until it is cut off.
                allow("-publish");
                pause(50).await;
                world.slow.store(true, SeqCst);
                allow("+publish");
                disconnect();
            }
            _ => {
                // It hears nothing for a while, and the other tells as ever.
                allow("off");
                disconnect();
                pause(200).await;
                world.slow.store(true, SeqCst);
                allow("on");
            }
        }
        until("it is noticed", || world.deaf.load(SeqCst) > deaf).await;
        until("it passes", || world.bell_works()).await;
        world.slow.store(false, SeqCst);
    }
    world.cuts.store(false, SeqCst);
}
