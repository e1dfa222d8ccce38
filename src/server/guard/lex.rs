//! Counts tokens and nesting in one pass over the text, before the parser sees it.

use super::Rejected;

/// Most tokens of a document
const MAX_TOKENS: usize = 1000;
/// Deepest nesting of brackets: the parser recurses into them
const MAX_NESTING: usize = 50;

/// Refuses texts with more tokens or deeper brackets than any document of ours needs; the number
/// of tokens otherwise.
///
/// # Errors
/// Too many tokens, or too deep.
pub fn check_tokens(text: &str) -> Result<usize, Rejected> {
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
            b'.' if bytes.get(at..).is_some_and(|rest| rest.starts_with(b"...")) => at += 3,
            b'-' | b'0'..=b'9' => at += number(bytes, at),
            byte if letter(*byte) => {
                at += run(bytes, at, |byte| letter(byte) || byte.is_ascii_digit());
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
    Ok(tokens)
}

fn letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

/// Bytes from here on that are all of a kind
fn run(bytes: &[u8], at: usize, of: impl Fn(u8) -> bool) -> usize {
    bytes.iter().skip(at).take_while(|byte| of(**byte)).count()
}

/// Bytes of a number: sign, digits, fraction, exponent
fn number(bytes: &[u8], at: usize) -> usize {
    let digits = |at| run(bytes, at, |byte| byte.is_ascii_digit());
    let mut end = at + 1 + digits(at + 1);
    if bytes.get(end) == Some(&b'.') && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + signed);
        end += if exponent > 0 { 1 + signed + exponent } else { 0 };
    }
    end - at
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
    fn tokens_end_where_the_next_begins() {
        for (text, tokens) in [
            ("{...a...b}", 6),
            ("[-1-1.5-1.5e3-1e-3-0]", 7),
            ("a.b 1.x 1ex 1.", 10),
            ("$a:[Int!]!=[1,2]", 13),
            ("\"\" \"a\\\"b\"\"c\" \"\"\"\"\"\"", 4),
            ("\u{FEFF}a#b\nc,,,d", 3),
            ("", 0),
        ] {
            assert_eq!(check_tokens(text), Ok(tokens), "{text}");
        }
    }

    #[test]
    fn deep_brackets_are_refused_before_they_are_parsed() {
        assert!(check_tokens(&"{a".repeat(51)).is_err());
        assert!(check_tokens(&"[".repeat(60)).is_err());
    }
}
