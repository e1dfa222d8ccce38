//! Counts tokens and nesting in one pass over the text, before the parser sees it.

use super::Rejected;

/// Most tokens of a document
const MAX_TOKENS: usize = 1000;
/// Deepest nesting of brackets: the parser recurses into them
const MAX_NESTING: usize = 50;

/// Refuses texts with more tokens or deeper brackets than any document of ours needs.
///
/// # Errors
/// Too many tokens, or too deep.
pub fn check_tokens(text: &str) -> Result<(), Rejected> {
    let bytes = text.as_bytes();
    let (mut at, mut tokens, mut nesting) = (0, 0, 0_usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' | 0xEF | 0xBB | 0xBF => {
                at += 1;
                continue;
            }
            b'#' => {
                at += line(bytes, at);
                continue;
            }
            b'"' => at += string(bytes, at),
            b'{' | b'[' | b'(' => {
                nesting += 1;
                at += 1;
            }
            b'}' | b']' | b')' => {
                nesting = nesting.saturating_sub(1);
                at += 1;
            }
            byte if word(*byte) => {
                at += bytes.iter().skip(at).take_while(|byte| word(**byte)).count();
            }
            _ => at += 1,
        }
        tokens += 1;
        if tokens > MAX_TOKENS {
            return Err(Rejected::limit(format!("A document has at most {MAX_TOKENS} tokens")));
        }
        if nesting > MAX_NESTING {
            return Err(Rejected::limit(format!("Brackets nest at most {MAX_NESTING} deep")));
        }
    }
    Ok(())
}

fn word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'+')
}

/// Bytes to the end of the line
fn line(bytes: &[u8], at: usize) -> usize {
    bytes.iter().skip(at).take_while(|byte| !matches!(byte, b'\n' | b'\r')).count().max(1)
}

/// Bytes of a string, quotes included; an open one runs to the end
fn string(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let (quotes, escape): (&[u8], &[u8]) =
        if rest.starts_with(b"\"\"\"") { (b"\"\"\"", b"\\\"\"\"") } else { (b"\"", b"\\") };
    let mut length = quotes.len();
    while let Some(rest) = rest.get(length..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with(escape) {
            length += if quotes.len() == 3 { escape.len() } else { 2 };
        } else if rest.starts_with(quotes) {
            return length + quotes.len();
        } else {
            length += 1;
        }
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_comments_are_one_token_or_none() {
        let long = "a ".repeat(2000);
        assert!(check_tokens(&format!("{{ a(b: \"{long}\") }}")).is_ok());
        assert!(check_tokens(&format!("{{ a(b: \"\"\"{long} \\\"\"\" {long}\"\"\") }}")).is_ok());
        assert!(check_tokens(&format!("# {long}\n{{ a }}")).is_ok());
        assert!(check_tokens(&format!("{{ {long} }}")).is_err());
    }

    #[test]
    fn deep_brackets_are_refused_before_they_are_parsed() {
        assert!(check_tokens(&"{a".repeat(51)).is_err());
        assert!(check_tokens(&"[".repeat(60)).is_err());
    }
}
