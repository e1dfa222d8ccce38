//! `plaza jobs`: how jobs stand, for the operator.

use super::{Failure, connect, minute, say};
use crate::app::App;
use crate::entities::{Job, JobFilter, JobId, JobStatus};
use crate::services::{JobsOf, job_cancel, job_retry, jobs_list};
use clap::{Args, Subcommand, ValueEnum};
use uuid::Uuid;

/// Arguments of `plaza jobs`
#[derive(Args)]
pub struct JobsArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The newest jobs
    List(ListArgs),
    /// Give a job up; what it has done stays done
    Cancel(OneArgs),
    /// Queue a job anew that failed or was cancelled; it goes on where it came to
    Retry(OneArgs),
}

#[derive(Args)]
struct ListArgs {
    /// Only these
    #[arg(long, value_enum)]
    status: Option<Status>,
    /// Only of this kind, such as listings.import
    #[arg(long)]
    kind: Option<String>,
    /// How many
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    first: u16,
}

#[derive(Args)]
struct OneArgs {
    /// The job, as `plaza jobs list` names it
    id: Uuid,
}

#[derive(Clone, Copy, ValueEnum)]
enum Status {
    Queued,
    Running,
    Succeeded,
    /// Dead: not tried again by itself
    Failed,
    Cancelled,
}

impl From<Status> for JobStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Queued => Self::Queued,
            Status::Running => Self::Running,
            Status::Succeeded => Self::Succeeded,
            Status::Failed => Self::Failed,
            Status::Cancelled => Self::Cancelled,
        }
    }
}

/// Runs the command.
pub async fn run(args: JobsArgs) -> Result<(), Failure> {
    let app = connect().await?;
    let done = match args.what {
        What::List(args) => list(&app, args).await,
        What::Cancel(args) => one(job_cancel(&app, JobsOf::Everybody, JobId(args.id)).await),
        What::Retry(args) => one(job_retry(&app, JobsOf::Everybody, JobId(args.id)).await),
    };
    app.db.close().await;
    done
}

async fn list(app: &App, args: ListArgs) -> Result<(), Failure> {
    let filter = JobFilter { status: args.status.map(Into::into), kind: args.kind };
    let jobs = jobs_list(app, &filter, i64::from(args.first)).await?;
    if jobs.is_empty() {
        say("There are no such jobs");
    }
    jobs.iter().for_each(line);
    Ok(())
}

fn one(job: crate::error::Result<Job>) -> Result<(), Failure> {
    line(&job?);
    Ok(())
}

fn line(job: &Job) {
    let status = format!("{:?}", job.status).to_uppercase();
    let done = match job.total {
        Some(total) => format!("{} of {total}", job.done),
        None => job.done.to_string(),
    };
    say(&format!(
        "{}  {}  {status:<9}  {:<18}  {done}, attempt {}{}",
        job.id.0,
        minute(job.created_at),
        job.kind,
        job.attempts,
        job.message.as_deref().map(|message| format!(": {message}")).unwrap_or_default()
    ));
}
