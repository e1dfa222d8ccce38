//! `plaza documents publish`: a build's documents, validated, measured, stored.

use super::source::{self, Found, MANIFEST};
use super::{Given, measure};
use crate::app::{App, hex};
use crate::cli::progress::Progress;
use crate::cli::{Failure, say, tell};
use crate::error::{Code, Error, Refusal, Result};
use crate::server::{Inspected, Inspector};
use crate::services::{DocumentNew, documents_publish, published_of};
use clap::Args;
use serde_json::json;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Arguments of `plaza documents publish`
#[derive(Args)]
#[command(after_help = "\
A path is one of
  a folder, or a .graphql or .gql file   operations, with the fragments that they reach in any of the files
  an Apollo manifest (version 1)         from @apollo/generate-persisted-query-manifest
  a Relay map or pairs                   from relay-compiler's persistConfig
  any {\"id\": \"text\"} map                such as GraphQL Code Generator's persisted documents

Each document is validated, and measured on demo data. Where one is not right, none is published, and
all that is wrong is named. A document never changes under its id. Running servers know what was
published within a second.

Examples:
  plaza documents publish --client mobile graphql/operations/mobile --manifest ids.json
  plaza documents publish --client web persisted-query-manifest.json")]
pub struct PublishArgs {
    #[command(flatten)]
    given: Given,
    /// Write what was published as an Apollo manifest, so that the client's build knows the ids
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// Do everything but publish
    #[arg(long)]
    dry_run: bool,
    /// Leave out how many SQL statements each takes, which is measured on demo data
    #[arg(long)]
    no_measure: bool,
}

/// Runs the command.
pub async fn run(app: &Arc<App>, args: PublishArgs) -> Result<(), Failure> {
    let found = source::read(&args.given.paths).map_err(|faults| refused(&faults))?;
    let scratch = if args.no_measure { None } else { Some(measure::Scratch::open().await?) };
    let on = scratch.as_ref().map(measure::Scratch::app);
    let mut progress = Progress::start("documents", found.len() as u64, "documents");
    let ready = ready(app, &args.given.client, &found, on, || progress.advance(1)).await;
    progress.finish();
    if let Some(scratch) = scratch {
        scratch.close().await;
    }
    let ready = ready?;
    if let Some(path) = &args.manifest {
        write_manifest(path, &ready)?;
    }
    if args.dry_run {
        say(&format!("Dry run, nothing was published: {} documents are right", ready.len()));
        return Ok(());
    }
    let documents: Vec<_> = ready.into_iter().map(|(document, _)| document).collect();
    let done = documents_publish(app, &args.given.client, &documents).await?;
    say(&format!(
        "{}: {} documents published, {} published again, {} as they were",
        args.given.client, done.new, done.revived, done.known
    ));
    Ok(())
}

/// The documents, found to be right, and measured on an app's data where one is given. Says when it is done
/// with each.
///
/// # Errors
/// Everything that is wrong with them.
pub async fn ready(
    app: &Arc<App>,
    client: &str,
    found: &[Found],
    on: Option<&Arc<App>>,
    mut done: impl FnMut(),
) -> Result<Vec<(DocumentNew, Inspected)>> {
    let inspector = Inspector::new(app);
    let known = published_of(app.db.reader(), Some(client)).await?;
    let known: HashMap<_, _> =
        known.iter().map(|row| (row.document_id.as_str(), row.sql_statements)).collect();
    let mut meter = match on {
        Some(app) if found.iter().any(|one| !known.contains_key(one.id.as_str())) => {
            Some(measure::Meter::new(app).await?)
        }
        _ => None,
    };
    let (mut ready, mut faults) = (Vec::new(), Vec::new());
    for one in found {
        match inspector.inspect(&one.text).await {
            Ok(inspected) => {
                let statements = match (known.get(one.id.as_str()), &mut meter) {
                    (Some(measured), _) => *measured,
                    (None, Some(meter)) => meter.statements(&one.text, &inspected).await,
                    (None, None) => None,
                };
                ready.push((document(one, &inspected, statements), inspected));
            }
            Err(wrong) => {
                faults.extend(wrong.iter().map(|fault| format!("{}: {fault}", one.place)));
            }
        }
        done();
    }
    if faults.is_empty() { Ok(ready) } else { Err(refused(&faults)) }
}

fn document(found: &Found, inspected: &Inspected, sql_statements: Option<i32>) -> DocumentNew {
    DocumentNew {
        document_id: found.id.clone(),
        operation_name: inspected.operation_name.clone(),
        hash: inspected.hash,
        body: found.text.clone(),
        cost: i32::try_from(inspected.cost).unwrap_or(i32::MAX),
        sql_statements,
    }
}

fn refused(faults: &[String]) -> Error {
    tell("Nothing was published:");
    let refusal = |fault: &String| Refusal::new(Code::Invalid, fault.clone());
    Error::Refused(faults.iter().map(refusal).collect())
}

fn write_manifest(path: &Path, ready: &[(DocumentNew, Inspected)]) -> Result<()> {
    let operations: Vec<_> = ready
        .iter()
        .map(|(document, inspected)| {
            json!({
                "id": document.document_id,
                "name": document.operation_name,
                "type": inspected.kind,
                "body": document.body,
                "sha256": hex(&document.hash),
            })
        })
        .collect();
    let manifest = json!({ "format": MANIFEST, "version": 1, "operations": operations });
    std::fs::write(path, format!("{manifest:#}\n")).map_err(|err| {
        let message = format!("{} can't be written: {err}", path.display());
        Refusal::new(Code::Invalid, message).into()
    })
}
