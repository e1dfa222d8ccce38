//! The platform as its administrators see it: caches, databases, streams, operations, jobs, documents,
//! the audit log, settings.

pub mod audit;
pub mod figure;
pub mod job;
pub mod setting;

pub use setting::SettingMutation;

use super::connection::Connection;
use super::context::ContextExt;
use super::document::TrustedDocument;
use super::job::JobStatus;
use super::page::PageArgs;
use crate::error::{Code, Refusal, Result};
use crate::loaders::{DocumentsOfAll, DocumentsOfClient};
use crate::services::{self, Figures};
use async_graphql::{Context, Object};
use audit::AuditEntryConnection;
use figure::{CacheFigures, DatabaseFigures, OperationFigures, StreamFigures};
use job::JobConnection;
use setting::Setting;
use std::sync::{Arc, OnceLock};
use tokio::sync::OnceCell;

/// Most rows of a plain list
const MOST: i32 = 1000;

/// Administrators only. Figures of caches, databases and streams are of the server that answers;
/// operations, jobs and the audit log are of all
#[derive(Default)]
pub struct Admin {
    // Read once, however many fields and aliases ask.
    figures: OnceLock<Figures>,
    databases: OnceCell<Vec<services::DatabaseFigures>>,
    operations: OnceCell<Vec<services::OperationFigure>>,
    settings: OnceCell<Vec<services::Setting>>,
}

/// Administrators only. Figures of caches, databases and streams are of the server that answers;
/// operations, jobs and the audit log are of all
#[Object]
impl Admin {
    #[graphql(skip)]
    fn figures(&self, ctx: &Context<'_>) -> &Figures {
        self.figures.get_or_init(|| Figures::now(ctx.app()))
    }

    /// What is kept in memory of what was read, since this server started
    async fn caches(&self, ctx: &Context<'_>) -> Vec<CacheFigures> {
        self.figures(ctx).caches(ctx.app()).into_iter().map(CacheFigures).collect()
    }

    /// Connections to each database, by what they are for
    async fn databases(&self, ctx: &Context<'_>) -> Result<Vec<DatabaseFigures>> {
        let read = || self.figures(ctx).databases(ctx.app());
        let figures = self.databases.get_or_try_init(read).await?;
        Ok(figures.iter().cloned().map(DatabaseFigures).collect())
    }

    /// Live streams of this server
    async fn streams(&self, ctx: &Context<'_>) -> StreamFigures {
        StreamFigures(self.figures(ctx).streams())
    }

    /// Operations of the last 24 hours on all servers, those with the slowest 95th percentile first.
    /// Those that were published have names; all others are `other`. First is 1 to 1,000
    async fn slow_operations(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20)] first: i32,
    ) -> Result<Vec<OperationFigures>> {
        let first = some(first)?;
        let read = || services::slow_operations(ctx.app());
        let figures = self.operations.get_or_try_init(read).await?;
        Ok(figures.iter().take(first).cloned().map(OperationFigures).collect())
    }

    /// What clients may run, by client and operation; retired ones are left out. First is 1 to 1,000
    async fn trusted_documents(
        &self,
        ctx: &Context<'_>,
        client: Option<String>,
        #[graphql(default = 100)] first: i32,
    ) -> Result<Vec<TrustedDocument>> {
        let first = some(first)?;
        let rows = match client {
            Some(client) => ctx.loaders().load(DocumentsOfClient(client)).await?,
            None => {
                let first = u32::try_from(first).unwrap_or_default();
                ctx.loaders().load(DocumentsOfAll(first)).await?
            }
        };
        let rows = rows.unwrap_or_default();
        Ok(rows.iter().take(first).map(|row| TrustedDocument(Arc::clone(row))).collect())
    }

    /// Who signed in, who was given or lost a right, what was published or set; newest first
    async fn audit_log(
        &self,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<AuditEntryConnection> {
        let page = PageArgs { first, after, last: None, before: None };
        Ok(AuditEntryConnection(Connection::plain("audit", (), ("at", true), &page)?))
    }

    /// Jobs of everybody and of the clock, newest first; failed ones are dead, and kept for 90 days
    async fn jobs(
        &self,
        status: Option<JobStatus>,
        kind: Option<String>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<JobConnection> {
        job::list(status, kind, &PageArgs { first, after, last: None, before: None })
    }

    /// Settings that hold for all servers
    async fn settings(&self, ctx: &Context<'_>) -> Result<Vec<Setting>> {
        let settings = self.settings.get_or_try_init(|| services::settings(ctx.app())).await?;
        Ok(settings.iter().cloned().map(Setting).collect())
    }
}

fn some(first: i32) -> Result<usize> {
    match usize::try_from(first) {
        Ok(some) if (1..=MOST).contains(&first) => Ok(some),
        _ => {
            Err(Refusal::new(Code::OutOfRange, format!("first is 1 to {MOST}")).at("first").into())
        }
    }
}

/// Queries of administrators
#[derive(Default)]
pub struct AdminQuery;

#[Object]
impl AdminQuery {
    /// The platform as its administrators see it; null for everybody else
    async fn admin(&self, ctx: &Context<'_>) -> Option<Admin> {
        let member = ctx.viewer().member().ok()?;
        member.user.is_admin().then(Admin::default)
    }
}
