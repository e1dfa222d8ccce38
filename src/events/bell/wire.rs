//! What a bell says over a connection to Redis: shards to hear, and what rings in them.

use super::shards::channel;
use crate::gateways::redis::Wire;
use redis::RedisResult;

impl Wire {
    pub(super) async fn hear(&mut self, shard: u64) -> RedisResult<()> {
        match self {
            Self::One(manager) => manager.subscribe(channel(shard)).await,
            Self::Cluster(cluster) => cluster.ssubscribe(channel(shard)).await,
        }
    }

    pub(super) async fn forget(&mut self, shard: u64) -> RedisResult<()> {
        match self {
            Self::One(manager) => manager.unsubscribe(channel(shard)).await,
            Self::Cluster(cluster) => cluster.sunsubscribe(channel(shard)).await,
        }
    }

    pub(super) async fn publish(&mut self, shard: u64, message: &str) -> RedisResult<()> {
        let mut command = redis::cmd(match self {
            Self::One(_) => "PUBLISH",
            Self::Cluster(_) => "SPUBLISH",
        });
        command.arg(channel(shard)).arg(message);
        self.run(&command).await
    }
}
