//! A file of listings as partners send them, with lines that are wrong in every way there is.

use anyhow::Result;
use std::io::{BufWriter, Write};
use std::path::Path;

/// One line in so many is bad
const BAD: u32 = 100;

/// Writes a file of so many listings; the numbers of its bad lines, as editors count them.
///
/// # Errors
/// The file can't be written.
pub fn write(file: &Path, listings: u32) -> Result<Vec<u32>> {
    let mut out = BufWriter::new(std::fs::File::create(file)?);
    out.write_all(b"\xEF\xBB\xBFsku,title,description,price,currency,category,stock\r\n")?;
    let mut bad = Vec::new();
    for number in 0..listings {
        if number % BAD == BAD - 1 {
            out.write_all(&wrong(number))?;
            bad.push(number + 2);
        } else {
            out.write_all(right(number).as_bytes())?;
        }
    }
    out.flush()?;
    Ok(bad)
}

fn right(number: u32) -> String {
    let (price, cents, stock) = (number % 900 + 10, number % 100, number % 40);
    format!(
        "Q-{number},\"Queso ahumado, pieza {number}\",\"De Chontales, con \"\"certificado\"\" número {number}\",\
         \"1,{price:03}.{cents:02}\",NIO,lacteos,{stock}\r\n"
    )
}

fn wrong(number: u32) -> Vec<u8> {
    let text = match number / BAD % 8 {
        0 => format!("M-{number},Precio malo,x,doce,NIO,lacteos,1\r\n"),
        1 => format!("M-{number},Precio de dos lecturas,x,\"1,234\",NIO,lacteos,1\r\n"),
        2 => format!("M-{number},Moneda mala,x,12.50,XXY,lacteos,1\r\n"),
        3 => format!("M-{number},Categoría mala,x,12.50,NIO,no-existe,1\r\n"),
        4 => format!("M-{number},,Sin título,12.50,NIO,lacteos,1\r\n"),
        5 => format!("M-{number},Existencias malas,x,12.50,NIO,lacteos,-1\r\n"),
        6 => format!("M-{number},Campos de más,x,12.50,NIO,lacteos,1,2,3\r\n"),
        _ => {
            let mut bytes = format!("M-{number},Letras malas ").into_bytes();
            bytes.extend_from_slice(b"\xF1\xFF,x,12.50,NIO,lacteos,1\r\n");
            return bytes;
        }
    };
    text.into_bytes()
}
