//! The query root: every noun's queries, and those of no noun.

use super::admin::AdminQuery;
use super::category::CategoryQuery;
use super::context::ContextExt;
use super::listing::ListingQuery;
use super::node::{Node, node};
use super::profile::ProfileQuery;
use super::service::Service;
use super::store::StoreQuery;
use super::user::UserQuery;
use super::viewer::Viewer;
use crate::error::{Code, Refusal, Result};
use async_graphql::{Context, ID, MergedObject, Object};

/// Ids that `nodes` takes at once
const MAX_NODES: usize = 100;

/// Everything that can be read
#[derive(Default, MergedObject)]
pub struct Query(
    PlatformQuery,
    UserQuery,
    ProfileQuery,
    CategoryQuery,
    StoreQuery,
    ListingQuery,
    AdminQuery,
);

/// Queries of no noun
#[derive(Default)]
pub struct PlatformQuery;

#[Object]
impl PlatformQuery {
    /// Anything by its global id; null where nothing is found or may be seen
    async fn node(&self, ctx: &Context<'_>, id: ID) -> Option<Result<Node>> {
        node(ctx, &id).await.transpose()
    }

    /// At most 100 ids; null where nothing is found or may be seen
    async fn nodes(&self, ctx: &Context<'_>, ids: Vec<ID>) -> Result<Vec<Option<Result<Node>>>> {
        if ids.len() > MAX_NODES {
            let message = format!("nodes takes at most {MAX_NODES} ids");
            return Err(Refusal::new(Code::OutOfRange, message).at("ids").into());
        }
        let found = futures_util::future::join_all(ids.iter().map(|id| node(ctx, id))).await;
        Ok(found.into_iter().map(Result::transpose).collect())
    }

    /// The signed-in user's own face; null for a guest
    async fn viewer(&self, ctx: &Context<'_>) -> Option<Viewer> {
        Viewer::of(ctx.viewer())
    }

    /// Running version and schema hash
    async fn service(&self, ctx: &Context<'_>) -> Service {
        Service::running(&ctx.request().schema_hash)
    }
}
