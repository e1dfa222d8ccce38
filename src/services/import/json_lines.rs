//! JSON Lines: an object a line, with the names of columns as keys.

use super::column::Column;
use super::csv::{NOT_UTF8, shown, too_long};
use super::lines::{Line, Lines};
use super::record::{Cell, Record};
use super::report::BadLine;
use rust_decimal::Decimal;
use serde_json::{Map, Value};
use std::io::{self, Read};

/// A file under way
#[derive(Default)]
pub(super) struct JsonLines {
    /// Keys that stand for nothing, each once
    unknown: Vec<String>,
}

/// Keys that stand for nothing and are remembered
const MAX_UNKNOWN: usize = 50;

impl JsonLines {
    /// The next record, or what is wrong with it; None at the end.
    pub(super) fn next<R: Read>(
        &mut self,
        lines: &mut Lines<R>,
    ) -> io::Result<Option<Result<Record, BadLine>>> {
        loop {
            match lines.next()? {
                None => return Ok(None),
                Some(line) if line.bytes.iter().all(u8::is_ascii_whitespace) => {}
                Some(line) => return Ok(Some(self.read(&line))),
            }
        }
    }

    /// Keys found since this was last asked that stand for nothing
    pub(super) fn unknown(&self) -> &[String] {
        &self.unknown
    }

    fn read(&mut self, line: &Line) -> Result<Record, BadLine> {
        let bad = |reason: String| BadLine::new(line.number, None, &shown(&line.bytes), reason);
        if line.cut {
            return Err(too_long(line));
        }
        let text =
            std::str::from_utf8(&line.bytes).map_err(|_| bad(NOT_UTF8.replace("CSV ", "")))?;
        let object: Map<String, Value> = serde_json::from_str(text.trim_end()).map_err(|err| {
            bad(format!(
                "Each line is one JSON object; this one is not, at character {}",
                err.column()
            ))
        })?;
        let mut record = Record::new(line.number);
        for (key, value) in object {
            let Some(column) = Column::of(&key) else {
                if self.unknown.len() < MAX_UNKNOWN && !self.unknown.contains(&key) {
                    self.unknown.push(key);
                }
                continue;
            };
            if *record.cell(column) != Cell::Absent {
                return Err(bad(format!("Two keys mean {}: leave one of them out", column.name())));
            }
            let cell = match value {
                Value::Null => Cell::Empty,
                Value::String(text) => Cell::of(&text),
                Value::Number(number) => match decimal(&number.to_string()) {
                    Some(number) => Cell::Number(number),
                    None => Cell::Text(number.to_string()),
                },
                other => {
                    let reason = "Write a text, a number or null here";
                    return Err(BadLine::new(
                        line.number,
                        Some(column.name()),
                        &other.to_string(),
                        reason,
                    ));
                }
            };
            record.set(column, cell);
        }
        Ok(record)
    }
}

fn decimal(text: &str) -> Option<Decimal> {
    text.parse().ok().or_else(|| Decimal::from_scientific(text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> Result<Record, BadLine> {
        let (mut lines, _) = Lines::new(text.as_bytes()).expect("memory reads");
        JsonLines::default().next(&mut lines).expect("memory reads").expect("a line")
    }

    #[test]
    fn numbers_are_numbers_and_null_is_empty() {
        let record = first(
            "\n{\"título\": \"Queso\", \"price\": 1.234, \"stock\": null, \"color\": \"rojo\"}\n",
        )
        .expect("good");
        assert_eq!(record.line, 2);
        assert_eq!(*record.cell(Column::Title), Cell::Text("Queso".to_owned()));
        assert_eq!(*record.cell(Column::Price), Cell::Number(Decimal::new(1234, 3)));
        assert_eq!(*record.cell(Column::Stock), Cell::Empty);
        assert_eq!(*record.cell(Column::Description), Cell::Absent);
    }

    #[test]
    fn what_is_no_object_is_named() {
        for text in
            ["[1]", "{\"title\": }", "{\"title\": [1]}", "{\"title\": \"a\", \"titulo\": \"b\"}"]
        {
            assert!(first(text).is_err(), "{text}");
        }
    }
}
