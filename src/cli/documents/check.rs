//! `plaza documents check`: which published documents a schema does not answer, and how recently they
//! were used. By a library's validation, since the schema need not be this server's.

use crate::app::App;
use crate::cli::{Failure, say};
use crate::entities::{Document, Timestamp};
use crate::error::{Code, Refusal, Result};
use crate::services::published_of;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};
use clap::Args;
use std::path::PathBuf;

/// Exit code where a document would break
const BROKEN: u8 = 2;

/// Arguments of `plaza documents check`
#[derive(Args)]
#[command(after_help = "\
Exit code 2 where a published document would break. Run it in CI with the schema of the next release, against
the production database:
  plaza schema > next.graphql
  plaza documents check --schema next.graphql")]
pub struct CheckArgs {
    /// Name of the client; all of them if left out
    #[arg(long, value_name = "NAME")]
    client: Option<String>,
    /// The schema; this binary's if left out
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    /// Leave out documents that nobody used for so many days
    #[arg(long, value_name = "DAYS")]
    used_within: Option<i64>,
}

/// A schema's text, read.
///
/// # Errors
/// What is wrong with it.
pub fn schema(text: &str, place: &str) -> Result<Valid<Schema>, String> {
    Schema::parse_and_validate(text, place).map_err(|broken| {
        let told: Vec<_> = broken.errors.iter().map(|error| error.to_json().message).collect();
        told.join("; ")
    })
}

/// Runs the command.
pub async fn run(app: &App, args: &CheckArgs) -> Result<(), Failure> {
    let (text, place) = match &args.schema {
        Some(path) => {
            let place = path.display().to_string();
            let text = std::fs::read_to_string(path).map_err(|err| {
                Refusal::new(Code::Invalid, format!("{place} can't be read: {err}"))
            })?;
            (text, place)
        }
        None => (crate::schema::sdl(), "this server's schema".to_owned()),
    };
    let schema = schema(&text, &place)
        .map_err(|wrong| Refusal::new(Code::Invalid, format!("{place}: {wrong}")))?;
    let since = args.used_within.map(|days| app.clock.now().plus_seconds(-days * 86_400));
    let documents = published_of(app.db.reader(), args.client.as_deref()).await?;
    let wanted = |row: &&Document| {
        let at = row.last_used_at.unwrap_or(row.published_at);
        row.retired_at.is_none() && since.is_none_or(|since| at >= since)
    };
    let (mut checked, mut broken) = (0, 0);
    for row in documents.iter().filter(wanted) {
        checked += 1;
        let text = row.body.get().map(ToString::to_string).unwrap_or_default();
        if let Err(wrong) = ExecutableDocument::parse_and_validate(&schema, text, "document") {
            broken += 1;
            say(&format!(
                "{} {} {}, {}",
                row.client,
                row.operation_name,
                row.document_id,
                used(row, app.clock.now())
            ));
            for error in wrong.errors.iter() {
                say(&format!("    {}", error.to_json().message));
            }
        }
    }
    say(&format!("{checked} documents, {broken} would break"));
    if broken > 0 { Err(Failure::Code(BROKEN)) } else { Ok(()) }
}

fn used(row: &Document, now: Timestamp) -> String {
    let Some(at) = row.last_used_at else { return "never used".to_owned() };
    let days = (now.0 - at.0) / (86_400 * 1_000_000);
    let when = match days {
        ..=0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    };
    format!("used {} times, last {when}", row.uses)
}
