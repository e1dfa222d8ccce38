//! A file of listings as partners send them, with lines that are wrong in every way there is.

use anyhow::Result;
use std::fmt::Write as _;
use std::io::{BufWriter, Write};
use std::path::Path;

/// One line in so many is bad
const BAD: u32 = 100;

/// Writes a file of so many lines; the number of bad ones.
///
/// # Errors
/// The file can't be written.
pub fn write(file: &Path, lines: u32) -> Result<u32> {
    let mut out = BufWriter::new(std::fs::File::create(file)?);
    out.write_all(b"title,description,price,currency,category,stock\r\n")?;
    let mut bad = 0;
    let mut text = String::new();
    for line in 0..lines {
        text.clear();
        if line % BAD == BAD - 1 {
            wrong(&mut text, bad);
            bad += 1;
        } else {
            right(&mut text, line);
        }
        out.write_all(text.as_bytes())?;
    }
    out.flush()?;
    Ok(bad)
}

// Writing to a String can't fail.
fn right(text: &mut String, line: u32) {
    let (price, cents, stock) = (line % 900 + 10, line % 100, line % 40);
    let _ = write!(
        text,
        "\"Queso ahumado, pieza {line}\",\"De Chontales, con \"\"certificado\"\" número {line}\",\"1,{price:03}.{cents:02}\",NIO,lacteos,{stock}\r\n"
    );
}

fn wrong(text: &mut String, number: u32) {
    let _ = match number % 5 {
        0 => write!(text, "Precio malo {number},x,doce,NIO,lacteos,1\r\n"),
        1 => write!(text, "Moneda mala {number},x,12.50,XXX,lacteos,1\r\n"),
        2 => write!(text, "Categoría mala {number},x,12.50,NIO,no-existe,1\r\n"),
        3 => write!(text, ",Sin título {number},12.50,NIO,lacteos,1\r\n"),
        _ => write!(text, "Existencias malas {number},x,12.50,NIO,lacteos,-1\r\n"),
    };
}
