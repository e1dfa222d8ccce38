//! A fixed piece of work, of the kind that answering is: text made and read, maps, sorting, hashing,
//! many small allocations, a few system calls. CPU time of a request is told in these pieces, so that
//! a slower machine, or a busy one, changes the figure little.
//!
//! Of the standard library alone: what it costs changes with the compiler and with nothing else that
//! is ours. A piece takes about a millisecond.

use anyhow::Result;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::hint::black_box;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

/// Rows of the text, and how often it is made
const ROWS: u64 = 150;
const TIMES: u64 = 4;
/// Messages to oneself, and bytes of one
const MESSAGES: usize = 25;
const MESSAGE: usize = 2_000;

/// Both ends of a connection
pub struct Calibration {
    near: TcpStream,
    far: TcpStream,
}

impl Calibration {
    /// Connects the two.
    ///
    /// # Errors
    /// The system refuses.
    pub fn new() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let near = TcpStream::connect(listener.local_addr()?)?;
        let (far, _) = listener.accept()?;
        near.set_nodelay(true)?;
        Ok(Self { near, far })
    }

    /// Does one piece.
    ///
    /// # Errors
    /// The system refuses.
    pub fn work(&mut self) -> Result<()> {
        for time in 0..TIMES {
            black_box(read(&black_box(text(time))));
        }
        let mut message = [0; MESSAGE];
        for _ in 0..MESSAGES {
            self.near.write_all(&message)?;
            self.far.read_exact(&mut message)?;
        }
        Ok(())
    }
}

/// Rows as JSON would have them
fn text(time: u64) -> String {
    let mut text = String::new();
    for row in 0..ROWS {
        let number = row.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(time);
        // Writing to a String can't fail.
        let _ = writeln!(
            text,
            "{{\"id\":\"{number:016x}\",\"row\":{row},\"price\":{}.{:02}}}",
            number >> 44,
            row % 100
        );
    }
    text
}

/// Reads them back into trees, looks each up, and hashes them in the order of their ids.
fn read(text: &str) -> u64 {
    let rows = text.lines().map(|line| {
        let fields = line.trim_matches(['{', '}']).split(',');
        let fields = fields.filter_map(|field| field.split_once(':'));
        fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<BTreeMap<_, _>>()
    });
    let mut rows: Vec<BTreeMap<String, String>> = rows.collect();
    rows.sort_by(|one, other| one.get("\"id\"").cmp(&other.get("\"id\"")));
    let mut hasher = DefaultHasher::new();
    for row in &rows {
        row.hash(&mut hasher);
    }
    hasher.finish()
}
