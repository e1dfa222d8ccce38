//! `plaza import listings`: a file of listings into a store.

use super::progress::{Progress, per_second};
use super::{Failure, connect, say, tell};
use crate::app::App;
use crate::error::{Code, Fault, Refusal, Result};
use crate::services::{
    ActFor, BadLine, ImportCounts, ImportEvent, ImportFormat, ListingsImport, act_for,
    listings_import, store_with_handle,
};
use clap::{Args, Subcommand, ValueEnum};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Exit code where lines were left out
const BAD_LINES: u8 = 2;

/// Arguments of `plaza import`
#[derive(Args, Debug)]
pub struct ImportArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Listings of a store, from CSV or JSON Lines
    Listings(ListingsArgs),
}

/// Arguments of `plaza import listings`
#[derive(Args, Debug)]
#[command(after_help = "\
Columns (keys, in JSON Lines); Spanish names do as well:
  title, category, price      every line has them; the category by its slug
  sku                         key of the listing in your own system
  description, stock, location_name, latitude, longitude
  currency                    the store's if left out
  status                      active (new ones if left out) or draft

A line is matched with its listing by sku, without one by title and category: run the same file as
often as you like, and only what differs is written. A column that the file lacks stays as it is; an
empty description or stock clears it. Prices may be written 1234.50, 1,234.50 or 1.234,50; what can
be read in two ways, such as 1,234, is refused. CSV may use commas, semicolons or tabs, and must be
UTF-8.

Bad lines are named on stderr and left out; the exit code is 2 then, and 0 otherwise.

Examples:
  plaza import listings --store cafeteria-central --dry-run menu.csv
  plaza import listings --store cafeteria-central --report bad.csv menu.csv")]
struct ListingsArgs {
    /// Handle of the store
    #[arg(long, value_name = "HANDLE")]
    store: String,
    /// Do everything, and undo it
    #[arg(long)]
    dry_run: bool,
    /// Handle, phone number or e-mail address of who publishes; the store's owner if left out
    #[arg(long = "as", value_name = "LOGIN_OR_HANDLE")]
    publisher: Option<String>,
    /// How the file is written; by its ending if left out
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write the bad lines to this file too, as CSV
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// The file; - reads standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Csv,
    Jsonl,
}

/// Runs the command.
pub async fn run(args: ImportArgs) -> Result<(), Failure> {
    let What::Listings(args) = args.what;
    let (source, size) = open(&args.file)?;
    let format = format(&args)?;
    let report = args.report.as_deref().map(Report::create).transpose()?;
    let app = connect().await?;
    let counts = listings(&app, &args, format, (source, size), report).await;
    app.db.close().await;
    if counts?.bad > 0 { Err(Failure::Code(BAD_LINES)) } else { Ok(()) }
}

async fn listings(
    app: &App,
    args: &ListingsArgs,
    format: ImportFormat,
    (source, size): (Box<dyn Read + Send>, u64),
    mut report: Option<Report>,
) -> Result<ImportCounts> {
    let started = Instant::now();
    let store = store_with_handle(app, &args.store).await?;
    let who = args.publisher.as_deref().map_or(ActFor::Id(store.owner_id), ActFor::Login);
    let viewer = act_for(app, who).await?;
    let import = ListingsImport { store, format, dry_run: args.dry_run };
    let mut progress = Progress::start("import", size, "bytes");
    let mut watch = |event: ImportEvent<'_>| match event {
        ImportEvent::Warning(text) => progress.tell(text),
        ImportEvent::Bad(bad) => {
            progress.tell(&sentence(bad));
            if let Some(report) = &mut report {
                report.add(bad);
            }
        }
        ImportEvent::Progress(bytes, _) => progress.reach(bytes),
    };
    let counts = listings_import(app, &viewer, import, source, &mut watch).await;
    progress.finish();
    if let Some(report) = report {
        report.finish()?;
    }
    let counts = counts?;
    say(&summary(&counts, args.dry_run, started.elapsed()));
    Ok(counts)
}

fn sentence(bad: &BadLine) -> String {
    match bad.column {
        Some(column) => format!("line {}, {column} \"{}\": {}", bad.line, bad.value, bad.reason),
        None => format!("line {} \"{}\": {}", bad.line, bad.value, bad.reason),
    }
}

fn summary(counts: &ImportCounts, dry_run: bool, took: Duration) -> String {
    let ImportCounts { created, updated, unchanged, bad } = counts;
    let lines = created + updated + unchanged + bad;
    let undone = if dry_run { "Dry run, nothing was written: " } else { "" };
    format!(
        "{undone}{created} created, {updated} updated, {unchanged} unchanged, {bad} bad; \
         {lines} lines in {:.1} s, {:.0} a second",
        took.as_secs_f64(),
        per_second(lines, took)
    )
}

/// The file and its size; a stream's is not known
fn open(path: &Path) -> Result<(Box<dyn Read + Send>, u64)> {
    if path.as_os_str() == "-" {
        return Ok((Box::new(std::io::stdin()), 0));
    }
    let opened = File::open(path).and_then(|file| Ok((file.metadata()?, file)));
    let (about, file) = opened.map_err(|err| unusable(path, "be read", &err))?;
    if about.is_dir() {
        let message = format!("{} is a folder; name a file", path.display());
        return Err(Refusal::new(Code::Invalid, message).into());
    }
    Ok((Box::new(file), about.len()))
}

fn unusable(path: &Path, what: &str, err: &std::io::Error) -> Refusal {
    Refusal::new(Code::Invalid, format!("{} can't {what}: {err}", path.display()))
}

fn format(args: &ListingsArgs) -> Result<ImportFormat> {
    if let Some(format) = args.format {
        return Ok(match format {
            Format::Csv => ImportFormat::Csv,
            Format::Jsonl => ImportFormat::JsonLines,
        });
    }
    let ending = args.file.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    match ending.as_str() {
        "csv" | "tsv" | "txt" => Ok(ImportFormat::Csv),
        "jsonl" | "ndjson" | "json" => Ok(ImportFormat::JsonLines),
        _ => {
            let message = "The file's ending tells no format; add --format csv or --format jsonl";
            Err(Refusal::new(Code::Required, message).into())
        }
    }
}

/// The bad lines as a file
struct Report {
    writer: csv::Writer<File>,
    failed: Option<csv::Error>,
}

impl Report {
    fn create(path: &Path) -> Result<Self> {
        let file = File::create(path).map_err(|err| unusable(path, "be written", &err))?;
        let mut report = Self { writer: csv::Writer::from_writer(file), failed: None };
        report.write(["line", "column", "value", "reason"]);
        Ok(report)
    }

    fn add(&mut self, bad: &BadLine) {
        let line = bad.line.to_string();
        self.write([&line, bad.column.unwrap_or_default(), &bad.value, &bad.reason]);
    }

    fn write(&mut self, fields: [&str; 4]) {
        if let Err(err) = self.writer.write_record(fields) {
            self.failed.get_or_insert(err);
        }
    }

    fn finish(mut self) -> Result<()> {
        let flushed = self.writer.flush().map_err(csv::Error::from);
        match self.failed.map_or(flushed, Err) {
            Ok(()) => Ok(()),
            Err(err) => {
                tell("The report is not whole");
                Err(Fault::new("writing the report", err).into())
            }
        }
    }
}
