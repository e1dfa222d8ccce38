//! An import by a worker: each batch commits together with how far the file has come, so that whoever
//! goes on after a worker has died writes no line twice and leaves none out.

use super::batch::{Done, Ends};
use super::order::Order;
use super::report::{BadLine, ImportCounts, ImportEvent};
use super::{run, store_with_id};
use crate::app::App;
use crate::db::WriteTx;
use crate::entities::{StoreId, UploadId};
use crate::error::{Code, Fault, Refusal, Result};
use crate::jobs::queue::{Lease, Progress, Taken};
use crate::services::acting::{ActFor, act_for};
use crate::services::upload::Pieces;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Complaints that a job's result names; the lines they are about are all counted
const NAMED: usize = 1000;
/// Warnings that it names
const WARNINGS: usize = 50;

/// Where an import stands
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Checkpoint {
    batches: u64,
    counts: Counts,
    bad_lines: Vec<Told>,
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Counts {
    created: u64,
    updated: u64,
    unchanged: u64,
    bad: u64,
}

/// A bad line as the result has it
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Told {
    line: u64,
    #[serde(default)]
    column: Option<String>,
    value: String,
    reason: String,
}

impl From<&BadLine> for Told {
    fn from(bad: &BadLine) -> Self {
        let column = bad.column.map(str::to_owned);
        Self { line: bad.line, column, value: bad.value.clone(), reason: bad.reason.clone() }
    }
}

impl From<ImportCounts> for Counts {
    fn from(ImportCounts { created, updated, unchanged, bad }: ImportCounts) -> Self {
        Self { created, updated, unchanged, bad }
    }
}

/// The steps of a job that imports
pub(super) struct JobSteps<'a> {
    app: &'a App,
    lease: &'a mut Lease,
    total: i64,
    at: Checkpoint,
}

impl JobSteps<'_> {
    pub(super) fn batches(&self) -> u64 {
        self.at.batches
    }

    pub(super) fn counts(&self) -> ImportCounts {
        let Counts { created, updated, unchanged, bad } = self.at.counts;
        ImportCounts { created, updated, unchanged, bad }
    }

    pub(super) async fn step(&mut self, tx: WriteTx, done: Done<'_>) -> Result<()> {
        let mut at = self.at.clone();
        at.batches += 1;
        at.counts = done.counts.into();
        let room = NAMED.saturating_sub(at.bad_lines.len());
        at.bad_lines.extend(done.bad.iter().take(room).map(Told::from));
        let state =
            serde_json::to_string(&at).map_err(|err| Fault::new("noting an import", err))?;
        let progress = Progress {
            done: i64::try_from(done.bytes).unwrap_or(i64::MAX).min(self.total),
            total: Some(self.total),
            message: Some(sentence(&done.counts)),
            state: Some(state),
        };
        self.lease.step(&self.app.log, tx, progress, self.app.clock.now()).await?;
        self.at = at;
        Ok(())
    }
}

fn sentence(counts: &ImportCounts) -> String {
    let ImportCounts { created, updated, unchanged, bad } = counts;
    let lines = created + updated + unchanged + bad;
    format!("{lines} lines: {created} created, {updated} updated, {unchanged} unchanged, {bad} bad")
}

/// Does what [`super::listing_import`] has ordered. What it answers is the job's result.
///
/// # Errors
/// Refused where whoever ordered it may no longer, or the store is gone.
pub async fn listings_import_job(app: &App, taken: &mut Taken) -> Result<Value> {
    let broken = |err: serde_json::Error| Fault::new("reading an order to import", err);
    let order: Order = serde_json::from_str(&taken.input).map_err(broken)?;
    let state = taken.state.as_deref().map(serde_json::from_str).transpose().map_err(broken)?;
    let Some(owner) = taken.job.owner_id else {
        let message = "Whoever ordered this is no longer here";
        return Err(Refusal::new(Code::NotFound, message).into());
    };
    let viewer = act_for(app, ActFor::Id(owner)).await?;
    let store = store_with_id(app, StoreId(order.store)).await?;
    let source = Pieces::of(app, UploadId(order.upload));
    let total = taken.job.total.unwrap_or_default();
    let steps = JobSteps { app, lease: &mut taken.lease, total, at: state.unwrap_or_default() };
    let mut ends = Ends::Step(Box::new(steps));
    let mut warnings: Vec<String> = Vec::new();
    let mut watch = |event: ImportEvent<'_>| {
        if let ImportEvent::Warning(text) = event
            && warnings.len() < WARNINGS
        {
            warnings.push(text.to_owned());
        }
    };
    let what = (store, order.format.into());
    run(app, &viewer, what, source, &mut ends, &mut watch).await?;
    let at = match ends {
        Ends::Step(steps) => steps.at,
        Ends::Commit | Ends::Undo => Checkpoint::default(),
    };
    Ok(result(&at, &warnings))
}

fn result(at: &Checkpoint, warnings: &[String]) -> Value {
    json!({
        "created": at.counts.created,
        "updated": at.counts.updated,
        "unchanged": at.counts.unchanged,
        "bad": at.counts.bad,
        "badLines": at.bad_lines,
        "warnings": warnings,
    })
}
