//! `plaza documents retire`: a client may no longer run documents.

use crate::app::App;
use crate::cli::{Failure, say};
use crate::error::{Code, Refusal, Result};
use crate::services::{Retirement, documents_retire};
use clap::Args;

/// Arguments of `plaza documents retire`
#[derive(Args)]
pub struct RetireArgs {
    /// Name of the client
    #[arg(long, value_name = "NAME")]
    client: String,
    /// All that were neither used nor published for so many days
    #[arg(long, value_name = "DAYS", conflicts_with = "ids")]
    unused_for: Option<i64>,
    /// Ids of documents
    #[arg(value_name = "ID")]
    ids: Vec<String>,
}

/// Runs the command.
pub async fn run(app: &App, args: RetireArgs) -> Result<(), Failure> {
    let which = match args.unused_for {
        Some(days) => Retirement::UnusedSince(app.clock.now().plus_seconds(-days * 86_400)),
        None if args.ids.is_empty() => {
            let message =
                "Name the documents by their ids, or all unused ones by --unused-for DAYS";
            return Err(Refusal::new(Code::Required, message).into());
        }
        None => Retirement::Ids(args.ids),
    };
    let retired = documents_retire(app, &args.client, &which).await?;
    say(&format!("{}: {} documents retired", args.client, retired.len()));
    Ok(())
}
