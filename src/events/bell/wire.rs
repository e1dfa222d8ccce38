//! A connection to Redis: one server, or a Cluster.

use super::PATIENCE;
use super::shards::channel;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::cluster::ClusterClientBuilder;
use redis::cluster_async::ClusterConnection;
use redis::{Client, IntoConnectionInfo, ProtocolVersion, PushInfo, RedisResult};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;

/// Pause between attempts to connect
const PAUSE: Duration = Duration::from_millis(200);
/// What begins the address of a Cluster
const CLUSTER: &str = "redis+cluster://";

/// A connection to one Redis, or to a Cluster
#[derive(Clone)]
pub(super) enum Wire {
    One(ConnectionManager),
    Cluster(ClusterConnection),
}

impl Wire {
    pub(super) async fn open(url: &str, pushes: UnboundedSender<PushInfo>) -> RedisResult<Self> {
        let push = move |push| pushes.send(push).map_err(|_| redis::aio::SendError);
        if let Some(nodes) = url.strip_prefix(CLUSTER) {
            let client = ClusterClientBuilder::new(nodes.split(',').map(node_url))
                .use_protocol(ProtocolVersion::RESP3)
                .connection_timeout(PATIENCE)
                .response_timeout(PATIENCE)
                .push_sender(push)
                .build()?;
            return Ok(Self::Cluster(client.get_async_connection().await?));
        }
        let info = url.into_connection_info()?;
        let redis = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(info.set_redis_settings(redis))?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_number_of_retries(1)
            .set_min_delay(PAUSE)
            .set_push_sender(push)
            .set_automatic_resubscription();
        Ok(Self::One(ConnectionManager::new_with_config(client, config).await?))
    }

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

    pub(super) async fn ping(&mut self) -> RedisResult<()> {
        match self {
            Self::One(manager) => redis::cmd("PING").query_async(manager).await,
            Self::Cluster(cluster) => redis::cmd("PING").query_async(cluster).await,
        }
    }

    pub(super) async fn publish(&mut self, shard: u64, message: &str) -> RedisResult<()> {
        let mut command = redis::cmd(match self {
            Self::One(_) => "PUBLISH",
            Self::Cluster(_) => "SPUBLISH",
        });
        command.arg(channel(shard)).arg(message);
        match self {
            Self::One(manager) => command.query_async(manager).await,
            Self::Cluster(cluster) => command.query_async(cluster).await,
        }
    }
}

fn node_url(node: &str) -> String {
    format!("redis://{node}")
}
