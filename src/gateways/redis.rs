//! A connection to Redis: one server, or a Cluster. What is said over it is the caller's matter.

use redis::aio::{ConnectionManager, ConnectionManagerConfig, SendError};
use redis::cluster::ClusterClientBuilder;
use redis::cluster_async::ClusterConnection;
use redis::{
    Client, Cmd, FromRedisValue, IntoConnectionInfo, ProtocolVersion, PushInfo, RedisError,
    RedisResult, ScriptInvocation,
};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::timeout;

/// Redis that takes longer is down
pub const PATIENCE: Duration = Duration::from_millis(500);
/// Pause between attempts to connect
const PAUSE: Duration = Duration::from_millis(200);
/// What begins the address of a Cluster
const CLUSTER: &str = "redis+cluster://";

/// A connection to one Redis, or to a Cluster
#[derive(Clone)]
pub enum Wire {
    One(ConnectionManager),
    Cluster(ClusterConnection),
}

impl Wire {
    /// Connects. What Redis says unasked goes to `pushes`.
    ///
    /// # Errors
    /// It does not answer, or refuses us.
    pub async fn open(url: &str, pushes: Option<UnboundedSender<PushInfo>>) -> RedisResult<Self> {
        let push =
            pushes.map(|pushes| move |push: PushInfo| pushes.send(push).map_err(|_| SendError));
        if let Some(nodes) = url.strip_prefix(CLUSTER) {
            let client = ClusterClientBuilder::new(nodes.split(',').map(node_url))
                .use_protocol(ProtocolVersion::RESP3)
                .connection_timeout(PATIENCE)
                .response_timeout(PATIENCE);
            let client = match push {
                Some(push) => client.push_sender(push),
                None => client,
            };
            return Ok(Self::Cluster(client.build()?.get_async_connection().await?));
        }
        let info = url.into_connection_info()?;
        let redis = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(info.set_redis_settings(redis))?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_number_of_retries(1)
            .set_min_delay(PAUSE);
        let config = match push {
            Some(push) => config.set_push_sender(push).set_automatic_resubscription(),
            None => config,
        };
        Ok(Self::One(ConnectionManager::new_with_config(client, config).await?))
    }

    /// Asks for a sign of life.
    ///
    /// # Errors
    /// There is none.
    pub async fn ping(&mut self) -> RedisResult<()> {
        self.run(&redis::cmd("PING")).await
    }

    /// Runs a command.
    ///
    /// # Errors
    /// Redis refuses it, or does not answer.
    pub async fn run<T: FromRedisValue>(&mut self, command: &Cmd) -> RedisResult<T> {
        match self {
            Self::One(manager) => command.query_async(manager).await,
            Self::Cluster(cluster) => command.query_async(cluster).await,
        }
    }

    /// Runs a script by its digest, and hands it over first where Redis does not know it.
    ///
    /// # Errors
    /// It fails, or Redis does not answer.
    pub async fn script<T: FromRedisValue>(
        &mut self,
        call: &ScriptInvocation<'_>,
    ) -> RedisResult<T> {
        match self {
            Self::One(manager) => call.invoke_async(manager).await,
            Self::Cluster(cluster) => call.invoke_async(cluster).await,
        }
    }
}

/// Whether Redis answers at an address.
pub async fn redis_answers(url: &str) -> bool {
    let asked = async { Wire::open(url, None).await?.ping().await };
    matches!(timeout(4 * PATIENCE, asked).await, Ok(Ok(())))
}

/// Whether an error came from a Redis that is there: a refusal is an answer.
pub fn is_answer(err: &RedisError) -> bool {
    !err.is_io_error() && !err.is_connection_dropped() && !err.is_timeout()
}

fn node_url(node: &str) -> String {
    format!("redis://{node}")
}
