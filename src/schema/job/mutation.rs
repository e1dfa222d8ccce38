//! Ordering jobs, giving them up, having them tried again.

use super::Job;
use crate::entities::{JobId, StoreId};
use crate::error::{Code, Refusal, Result};
use crate::schema::context::ContextExt;
use crate::schema::node::Global;
use crate::schema::scalar::Upload;
use crate::schema::user_error::{outcome, payload};
use crate::services::{self, JobsOf};
use async_graphql::{Context, ID, Object};
use std::sync::Arc;

payload! {
    /// Job after the change
    JobPayload { job: Job }
}
payload! {
    /// Import under way
    ListingImportPayload { job: Job }
}

/// Mutations on jobs
#[derive(Default)]
pub struct JobMutation;

#[Object]
impl JobMutation {
    /// CSV or JSON Lines; each bad line is named in the job's result, the good ones are kept. The
    /// store's owner and managers; the file is sent as `multipart/form-data`
    async fn listing_import(
        &self,
        ctx: &Context<'_>,
        store_id: ID,
        file: Upload,
    ) -> Result<ListingImportPayload> {
        let ordered = async {
            ctx.viewer().member()?;
            let store = StoreId::read(&store_id, "storeId")?;
            let Some(file) = ctx.request().files.get(file.0).cloned() else {
                let message = "Send the file itself, as multipart/form-data: \
                    https://github.com/jaydenseric/graphql-multipart-request-spec";
                return Err(Refusal::new(Code::Required, message).at("file").into());
            };
            services::listing_import(ctx.app(), ctx.viewer(), store, file).await
        };
        outcome(ordered.await, |row| ListingImportPayload::done(Job(Arc::new(row))))
    }

    /// At once where it waits, within some seconds where a worker is at it; what was done stays done
    async fn job_cancel(&self, ctx: &Context<'_>, id: ID) -> Result<JobPayload> {
        let cancelled = async {
            ctx.viewer().member()?;
            services::job_cancel(ctx.app(), JobsOf::Viewer(ctx.viewer()), JobId::read(&id, "id")?)
                .await
        };
        outcome(cancelled.await, |row| JobPayload::done(Job(Arc::new(row))))
    }

    /// From FAILED or CANCELLED; it goes on where it came to
    async fn job_retry(&self, ctx: &Context<'_>, id: ID) -> Result<JobPayload> {
        let queued = async {
            ctx.viewer().member()?;
            services::job_retry(ctx.app(), JobsOf::Viewer(ctx.viewer()), JobId::read(&id, "id")?)
                .await
        };
        outcome(queued.await, |row| JobPayload::done(Job(Arc::new(row))))
    }
}
