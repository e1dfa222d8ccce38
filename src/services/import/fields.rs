//! The fields of one CSV record, by the machine of the `csv` crate (`csv-core`), which is built once
//! a file.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// Cuts records into fields
pub(super) struct Fields {
    machine: Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Fields {
    /// Fields divided by a sign
    pub(super) fn divided_by(delimiter: u8) -> Self {
        let machine = ReaderBuilder::new().delimiter(delimiter).build();
        Self { machine, text: Vec::new(), ends: Vec::new() }
    }

    /// The fields of a whole record; None where the bytes are no record.
    pub(super) fn of(&mut self, record: &[u8]) -> Option<Vec<&[u8]>> {
        self.machine.reset();
        // No field is longer than the record, and every field but the first takes a byte to begin.
        self.text.resize(self.text.len().max(record.len() + 1), 0);
        self.ends.resize(self.ends.len().max(record.len() + 2), 0);
        let (mut outcome, _, written, mut count) =
            self.machine.read_record(record, &mut self.text, &mut self.ends);
        if outcome == ReadRecordResult::InputEmpty {
            // A record without an end of line: nothing more tells the end of it.
            let (text, ends) = (self.text.get_mut(written..)?, self.ends.get_mut(count..)?);
            let (last, _, _, more) = self.machine.read_record(&[], text, ends);
            (outcome, count) = (last, count + more);
        }
        if outcome != ReadRecordResult::Record {
            return None;
        }
        let ends = self.ends.get(..count)?;
        let starts = std::iter::once(&0).chain(ends);
        starts.zip(ends).map(|(start, end)| self.text.get(*start..*end)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_needs_no_end_of_line() {
        let mut fields = Fields::divided_by(b',');
        for record in ["a,\"b,c\",", "a,\"b,c\",\n", "a,\"b,c\",\r\n"] {
            assert_eq!(
                fields.of(record.as_bytes()),
                Some(vec![&b"a"[..], b"b,c", b""]),
                "{record:?}"
            );
        }
        assert_eq!(fields.of(b"x"), Some(vec![&b"x"[..]]));
        assert_eq!(fields.of(b",,\n").map(|fields| fields.len()), Some(3));
        assert_eq!(fields.of(b""), None);
    }
}
