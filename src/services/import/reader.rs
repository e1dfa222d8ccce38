//! From a file to batches of checked lines, on a thread of its own.

use super::csv::{Csv, NOT_UTF8};
use super::json_lines::JsonLines;
use super::lines::{Lines, Start};
use super::offer::Offer;
use super::record::Record;
use super::report::BadLine;
use crate::entities::Currency;
use crate::error::{Code, Error, Fault, Refusal};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read};
use tokio::sync::mpsc::Sender;

/// Lines that are written in one transaction
const BATCH: usize = 500;

/// How a file is written
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportFormat {
    /// Comma, semicolon or tab separated, the first line naming the columns
    Csv,
    /// One JSON object a line
    JsonLines,
}

/// What the reading thread sends
pub(super) enum News {
    Warning(String),
    Batch(Batch),
    Failed(Error),
}

/// Some lines in a row
#[derive(Default)]
pub(super) struct Batch {
    pub(super) offers: Vec<Offer>,
    /// What is wrong with the others
    pub(super) bad: Vec<BadLine>,
    /// How many others there are
    pub(super) bad_lines: u64,
    /// Bytes of the file up to here
    pub(super) bytes: u64,
}

/// Reads a file to its end, or until nobody listens any more.
pub(super) fn read(
    source: impl Read,
    format: ImportFormat,
    currency: Currency,
    news: &Sender<News>,
) {
    let mut reader = Reader {
        currency,
        news,
        seen: HashMap::new(),
        hasher: RandomState::new(),
        batch: Batch::default(),
    };
    if let Err(error) = reader.run(source, format) {
        // Where nobody listens, nobody wants to know.
        news.blocking_send(News::Failed(error)).ok();
    }
}

/// The format, as far as it has been read
enum Format {
    Csv(Box<Csv>),
    JsonLines(JsonLines),
}

impl Format {
    fn next<R: Read>(
        &mut self,
        lines: &mut Lines<R>,
    ) -> io::Result<Option<Result<Record, BadLine>>> {
        match self {
            Self::Csv(csv) => csv.next(lines),
            Self::JsonLines(json) => json.next(lines),
        }
    }

    fn unknown(&self) -> &[String] {
        match self {
            Self::Csv(csv) => csv.unknown(),
            Self::JsonLines(json) => json.unknown(),
        }
    }
}

struct Reader<'a> {
    currency: Currency,
    news: &'a Sender<News>,
    /// Digest of each key and the line it stood on: 16 bytes a line, all that grows with the file
    seen: HashMap<u64, u32>,
    hasher: RandomState,
    batch: Batch,
}

impl Reader<'_> {
    fn run(&mut self, source: impl Read, format: ImportFormat) -> Result<(), Error> {
        let fault = |err: io::Error| Error::from(Fault::new("reading the file", err));
        let (mut lines, start) = Lines::new(source).map_err(fault)?;
        if start == Start::Utf16 {
            return Err(Refusal::new(Code::Invalid, NOT_UTF8).into());
        }
        let mut format = match format {
            ImportFormat::Csv => Format::Csv(Box::new(Csv::begin(&mut lines).map_err(fault)??)),
            ImportFormat::JsonLines => Format::JsonLines(JsonLines::default()),
        };
        let mut named = 0;
        loop {
            let record = format.next(&mut lines).map_err(fault)?;
            for name in &format.unknown()[named..] {
                named += 1;
                self.send(News::Warning(format!(
                    "There is no column \"{name}\"; what it holds is left out"
                )));
            }
            let Some(record) = record else { break };
            self.take(record);
            if self.batch.offers.len() + self.batch.bad.len() >= BATCH {
                self.flush(lines.bytes());
            }
            if self.news.is_closed() {
                return Ok(());
            }
        }
        self.flush(lines.bytes());
        Ok(())
    }

    fn take(&mut self, record: Result<Record, BadLine>) {
        let outcome = match record {
            Ok(record) if record.is_empty() => return,
            Ok(record) => Offer::read(&record, self.currency)
                .and_then(|offer| self.once(offer).map_err(|bad| vec![bad])),
            Err(bad) => Err(vec![bad]),
        };
        match outcome {
            Ok(offer) => self.batch.offers.push(offer),
            Err(bad) => {
                self.batch.bad.extend(bad);
                self.batch.bad_lines += 1;
            }
        }
    }

    /// Refuses a listing that the file has already: the second line would undo the first, at every
    /// run.
    fn once(&mut self, offer: Offer) -> Result<Offer, BadLine> {
        let line = u32::try_from(offer.line).unwrap_or(u32::MAX);
        match self.seen.insert(self.hasher.hash_one(&offer.key), line) {
            None => Ok(offer),
            Some(before) if offer.has_sku => {
                let sku = offer.key.trim_start_matches("sku:");
                Err(BadLine::new(
                    offer.line,
                    Some("sku"),
                    sku,
                    format!("Line {before} has this sku already"),
                ))
            }
            Some(before) => {
                let reason = format!(
                    "Line {before} has this title in this category already; give both a sku"
                );
                Err(BadLine::new(offer.line, Some("title"), &offer.title, reason))
            }
        }
    }

    fn flush(&mut self, bytes: u64) {
        let batch = Batch { bytes, ..std::mem::take(&mut self.batch) };
        self.send(News::Batch(batch));
    }

    fn send(&self, news: News) {
        // Where nobody listens, the loop ends soon.
        self.news.blocking_send(news).ok();
    }
}
