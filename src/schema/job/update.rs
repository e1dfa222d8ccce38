//! Jobs as they go on: the payloads of their stream.

use super::Job;
use crate::entities::JobId;
use crate::error::{Fault, Result};
use crate::events::Topic;
use crate::loaders::JobById;
use crate::schema::context::ContextExt;
use crate::schema::follow::{Delivery, UpdateKind, follow};
use crate::schema::node::Global;
use async_graphql::{Context, ID, Object, Subscription};
use futures_util::Stream;
use std::sync::Arc;

/// What a job's stream delivers
pub struct JobUpdate {
    job: JobId,
    delivery: Arc<Delivery>,
}

/// What a job's stream delivers
#[Object]
impl JobUpdate {
    /// Why it came
    async fn kind(&self) -> UpdateKind {
        self.delivery.kind
    }

    /// Place in the stream; send it as `after` to go on from here
    async fn cursor(&self) -> &str {
        &self.delivery.cursor
    }

    /// Job as it is now, at least as new as what happened
    async fn job(&self, ctx: &Context<'_>) -> Result<Job> {
        let row = ctx.loaders().load(JobById(self.job)).await?;
        Ok(Job(row.ok_or_else(|| Fault::new("following a job", "it is missing"))?))
    }
}

/// Jobs that can be followed
#[derive(Default)]
pub struct JobSubscription;

#[Subscription]
impl JobSubscription {
    /// Whoever ordered it, and administrators. Its progress comes a few times a second at most
    async fn job_updates(
        &self,
        ctx: &Context<'_>,
        id: ID,
        after: Option<String>,
    ) -> Result<impl Stream<Item = JobUpdate> + use<>> {
        let job = JobId::read(&id, "id")?;
        let delivery = follow(ctx, Topic::Job(job), after);
        Ok(futures_util::stream::iter(delivery.map(|delivery| JobUpdate { job, delivery })))
    }
}
