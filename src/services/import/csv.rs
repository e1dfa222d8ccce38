//! CSV as spreadsheets write it: commas, semicolons or tabs, quotes, lines within quotes.
//!
//! Records are cut apart here, by the `csv` crate's own rules for quotes, so that every record keeps
//! the number of the line it begins on, and a quote that never closes costs its own line and not the
//! rest of the file. `fields` then takes them apart.

use super::column::Header;
use super::fields::Fields;
use super::lines::{Line, Lines, MAX_BYTES};
use super::record::{Cell, Record};
use super::report::BadLine;
use crate::error::{Code, Refusal};
use std::io::{self, Read};

const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// A file under way
pub(super) struct Csv {
    delimiter: u8,
    fields: Fields,
    header: Header,
}

/// A record's bytes, and the lines they came from
struct Raw {
    line: u64,
    bytes: Vec<u8>,
}

/// Where a byte stands, by the rules of the `csv` crate
struct Walk {
    delimiter: u8,
    inside: Inside,
    /// A quote closed before the end of its field
    broken: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    FieldStart,
    Field,
    Quotes,
    /// After a quote within quotes: the end of them, or half of a doubled one
    QuoteSeen,
}

impl Walk {
    fn over(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.inside = match (self.inside, *byte) {
                (Inside::Quotes, b'"') => Inside::QuoteSeen,
                (Inside::FieldStart | Inside::QuoteSeen, b'"') | (Inside::Quotes, _) => {
                    Inside::Quotes
                }
                (_, byte) if byte == self.delimiter || byte == b'\n' || byte == b'\r' => {
                    Inside::FieldStart
                }
                (before, _) => {
                    self.broken |= before == Inside::QuoteSeen;
                    Inside::Field
                }
            };
        }
    }
}

impl Csv {
    /// Reads the first line.
    pub(super) fn begin<R: Read>(lines: &mut Lines<R>) -> io::Result<Result<Self, Refusal>> {
        let empty =
            || Refusal::new(Code::Required, "The file is empty; its first line names the columns");
        let Some(mut first) = lines.next()? else { return Ok(Err(empty())) };
        let mut delimiter = None;
        // What Excel writes above the header, to tell the delimiter.
        if let Some(told) = first.bytes.strip_prefix(b"sep=").and_then(|rest| rest.first()) {
            delimiter = DELIMITERS.contains(told).then_some(*told);
            let Some(next) = lines.next()? else { return Ok(Err(empty())) };
            first = next;
        }
        let delimiter = delimiter.unwrap_or_else(|| most_used(&first.bytes));
        let mut fields = Fields::divided_by(delimiter);
        let names = fields.of(&first.bytes).unwrap_or_default();
        let names: Result<Vec<&str>, _> = names.into_iter().map(std::str::from_utf8).collect();
        Ok(names
            .map_err(|_| Refusal::new(Code::Invalid, NOT_UTF8))
            .and_then(|names| Header::read(names.into_iter()))
            .map(|header| Self { delimiter, fields, header }))
    }

    /// Names in the header that stand for nothing
    pub(super) fn unknown(&self) -> &[String] {
        &self.header.unknown
    }

    /// The next record, or what is wrong with it; None at the end.
    pub(super) fn next<R: Read>(
        &mut self,
        lines: &mut Lines<R>,
    ) -> io::Result<Option<Result<Record, BadLine>>> {
        Ok(self.cut(lines)?.map(|raw| raw.and_then(|raw| self.read(&raw))))
    }

    /// Takes lines until quotes are closed.
    fn cut<R: Read>(&self, lines: &mut Lines<R>) -> io::Result<Option<Result<Raw, BadLine>>> {
        let first = loop {
            match lines.next()? {
                None => return Ok(None),
                Some(line) if line.bytes.iter().all(u8::is_ascii_whitespace) => {}
                Some(line) => break line,
            }
        };
        if first.cut {
            return Ok(Some(Err(too_long(&first))));
        }
        let mut walk =
            Walk { delimiter: self.delimiter, inside: Inside::FieldStart, broken: false };
        walk.over(&first.bytes);
        if walk.inside != Inside::Quotes {
            return Ok(Some(Ok(Raw { line: first.number, bytes: first.bytes })));
        }
        let mut more: Vec<Line> = Vec::new();
        let mut bytes = first.bytes.clone();
        while walk.inside == Inside::Quotes && !walk.broken {
            let Some(next) = lines.next()? else { break };
            walk.broken |= next.cut || bytes.len() + next.bytes.len() > MAX_BYTES;
            walk.over(&next.bytes);
            bytes.extend_from_slice(&next.bytes);
            more.push(next);
        }
        if walk.inside != Inside::Quotes && !walk.broken {
            return Ok(Some(Ok(Raw { line: first.number, bytes })));
        }
        // What follows are lines of their own, for all that anybody can tell.
        lines.put_back(more);
        Ok(Some(Err(BadLine::new(
            first.number,
            None,
            &shown(&first.bytes),
            "A quote opens here and is not closed",
        ))))
    }

    fn read(&mut self, raw: &Raw) -> Result<Record, BadLine> {
        let bad = |reason: String| BadLine::new(raw.line, None, &shown(&raw.bytes), reason);
        let fields = self
            .fields
            .of(&raw.bytes)
            .ok_or_else(|| bad("This can't be read as CSV".to_owned()))?;
        let mut record = Record::new(raw.line);
        let columns = &self.header.columns;
        let extra = fields.iter().skip(columns.len()).any(|field| !field.is_empty());
        if fields.len() < columns.len() || extra {
            let (got, wanted) = (fields.len(), columns.len());
            return Err(bad(format!(
                "The line has {got} fields and the header {wanted}; quote fields that hold a delimiter"
            )));
        }
        for (column, field) in columns.iter().zip(&fields) {
            let Some(column) = column else { continue };
            let text = std::str::from_utf8(field).map_err(|_| {
                BadLine::new(raw.line, Some(column.name()), &shown(field), NOT_UTF8)
            })?;
            record.set(*column, Cell::of(text));
        }
        Ok(record)
    }
}

/// What to do about another encoding
pub(super) const NOT_UTF8: &str = "This is not UTF-8; save the file again as \"CSV UTF-8\"";

/// A line that is longer than any listing
pub(super) fn too_long(line: &Line) -> BadLine {
    let reason = format!("The line is longer than {} KB", MAX_BYTES / 1024);
    BadLine::new(line.number, None, &shown(&line.bytes), reason)
}

/// The beginning of bytes, as text
pub(super) fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(300)]).trim().to_owned()
}

/// The delimiter that stands most often in a header, outside of quotes
fn most_used(header: &[u8]) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut quoted = false;
    for byte in header {
        quoted ^= *byte == b'"';
        if let (false, Some(at)) =
            (quoted, DELIMITERS.iter().position(|delimiter| delimiter == byte))
        {
            counts[at] += 1;
        }
    }
    let most = counts.iter().max().copied().unwrap_or_default();
    DELIMITERS
        .into_iter()
        .zip(counts)
        .find(|(_, count)| *count == most)
        .map_or(b',', |(delimiter, _)| delimiter)
}

#[cfg(test)]
mod tests {
    use super::super::column::Column;
    use super::*;

    /// Titles by line, or what is wrong
    fn titles(text: &[u8]) -> Vec<(u64, Result<String, String>)> {
        let (mut lines, _) = Lines::new(text).expect("memory reads");
        let mut csv = Csv::begin(&mut lines).expect("memory reads").expect("a header");
        let mut titles = Vec::new();
        while let Some(record) = csv.next(&mut lines).expect("memory reads") {
            titles.push(match record {
                Ok(record) => (record.line, Ok(record.cell(Column::Title).shown())),
                Err(bad) => (bad.line, Err(bad.reason)),
            });
        }
        titles
    }

    fn good(titles: &[(u64, Result<String, String>)]) -> Vec<(u64, &str)> {
        titles.iter().filter_map(|(line, title)| Some((*line, title.as_deref().ok()?))).collect()
    }

    #[test]
    fn commas_semicolons_and_tabs_are_found_out() {
        for text in [
            "title,category,price\na,b,1\n",
            "title;category;price\na;b;1\n",
            "title\tcategory\tprice\r\na\tb\t1\r\n",
        ] {
            assert_eq!(good(&titles(text.as_bytes())), [(2, "a")], "{text:?}");
        }
        assert_eq!(
            good(&titles(
                b"\xEF\xBB\xBFsep=;\r\n\"title, long\";titulo;category;price\r\nx;a;b;\"1,5\"\r\n"
            )),
            [(3, "a")]
        );
    }

    #[test]
    fn records_keep_the_number_of_their_first_line() {
        let text = b"title,category,price\n\n\"two\nlines\",b,1\n  \nlast,b,1";
        assert_eq!(good(&titles(text)), [(3, "two\nlines"), (6, "last")]);
    }

    #[test]
    fn a_quote_that_never_closes_costs_its_own_line() {
        let found =
            titles(b"title,category,price\n\"open,b,1\nnext,b,1\ntubo 1/2\" pvc,b,1\nlast,b,1\n");
        assert_eq!(good(&found), [(3, "next"), (4, "tubo 1/2\" pvc"), (5, "last")]);
        assert_eq!(found[0], (2, Err("A quote opens here and is not closed".to_owned())));
        let found = titles(b"title,category,price\n\"open,b,1\nnext,b,1\nlast,\"b\",1\n");
        assert_eq!(good(&found), [(3, "next"), (4, "last")]);
        let found = titles(b"title,category,price\n\"open,b,1\nnext,b,1");
        assert_eq!(good(&found), [(3, "next")]);
    }

    #[test]
    fn doubled_quotes_are_one() {
        assert_eq!(
            good(&titles(b"title,category,price\n\"a \"\"b\"\" c\",b,1\n")),
            [(2, "a \"b\" c")]
        );
    }

    #[test]
    fn bytes_of_another_encoding_are_named_by_column() {
        let found = titles(b"title,category,price\ncaf\xE9,b,1\nok,b,1\n");
        assert_eq!(found[0], (2, Err(NOT_UTF8.to_owned())));
        assert_eq!(good(&found), [(3, "ok")]);
    }

    #[test]
    fn too_few_fields_are_a_shifted_line() {
        let found = titles(b"title,category,price\na,b\nc,d,1,,\n");
        assert!(found[0].1.is_err());
        assert_eq!(good(&found), [(3, "c")]);
    }
}
