//! Lines of a file, numbered and bounded: the memory that a line takes does not grow with the file.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};

/// Most bytes of a line, and of a record that runs over several
pub(super) const MAX_BYTES: usize = 256 * 1024;

/// One line with its end
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The first is 1
    pub(super) number: u64,
    pub(super) bytes: Vec<u8>,
    /// There was more of it than a line may have
    pub(super) cut: bool,
}

/// What a file starts with, where that tells its encoding
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    Utf8,
    Utf16,
}

/// Reads lines
pub(super) struct Lines<R> {
    source: BufReader<R>,
    number: u64,
    bytes: u64,
    returned: VecDeque<Line>,
}

impl<R: Read> Lines<R> {
    /// The lines of a file, without its byte order mark
    pub(super) fn new(source: R) -> io::Result<(Self, Start)> {
        let mut lines = Self {
            source: BufReader::with_capacity(64 * 1024, source),
            number: 0,
            bytes: 0,
            returned: VecDeque::new(),
        };
        let start = lines.source.fill_buf()?;
        if start.starts_with(&[0xFF, 0xFE]) || start.starts_with(&[0xFE, 0xFF]) {
            return Ok((lines, Start::Utf16));
        }
        // A first read may be short; three bytes it has wherever a file has them.
        if start.starts_with(b"\xEF\xBB\xBF") {
            lines.source.consume(3);
            lines.bytes = 3;
        }
        Ok((lines, Start::Utf8))
    }

    /// The next line; None at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        if let Some(line) = self.returned.pop_front() {
            return Ok(Some(line));
        }
        let mut bytes = Vec::with_capacity(256);
        let mut cut = false;
        loop {
            let buffer = self.source.fill_buf()?;
            if buffer.is_empty() {
                break;
            }
            let end = buffer.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
            let taken = end.unwrap_or(buffer.len());
            let room = MAX_BYTES - bytes.len();
            bytes.extend_from_slice(&buffer[..taken.min(room)]);
            cut |= taken > room;
            self.source.consume(taken);
            self.bytes += taken as u64;
            if end.is_some() {
                break;
            }
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        self.number += 1;
        Ok(Some(Line { number: self.number, bytes, cut }))
    }

    /// Gives lines back, to be read again.
    pub(super) fn put_back(&mut self, lines: Vec<Line>) {
        for line in lines.into_iter().rev() {
            self.returned.push_front(line);
        }
    }

    /// Bytes read so far
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8]) -> Vec<(u64, Vec<u8>, bool)> {
        let (mut lines, start) = Lines::new(text).expect("memory reads");
        assert_eq!(start, Start::Utf8);
        let mut all = Vec::new();
        while let Some(line) = lines.next().expect("memory reads") {
            all.push((line.number, line.bytes, line.cut));
        }
        all
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_line() {
        let lines = all(b"\xEF\xBB\xBFtitle\r\nx");
        assert_eq!(lines, [(1, b"title\r\n".to_vec(), false), (2, b"x".to_vec(), false)]);
    }

    #[test]
    fn utf_16_is_known_by_its_mark() {
        assert!(matches!(Lines::new(&b"\xFF\xFEt\0"[..]), Ok((_, Start::Utf16))));
    }

    #[test]
    fn a_line_without_end_is_cut() {
        let mut text = vec![b'a'; 3 * MAX_BYTES];
        text.extend_from_slice(b"\nb\n");
        let lines = all(&text);
        assert_eq!((lines[0].1.len(), lines[0].2), (MAX_BYTES, true));
        assert_eq!(lines[1], (2, b"b\n".to_vec(), false));
    }
}
