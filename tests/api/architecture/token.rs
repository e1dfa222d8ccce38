//! Rust as words, signs and string literals, each with its line. Comments, lifetimes and characters
//! are left out.

#![expect(
    clippy::string_slice,
    reason = "every cut is at a place that `find` or a character's length gave"
)]

#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) line: usize,
    pub(crate) kind: Kind,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Word(String),
    Text(String),
    /// One character, but `::` for two colons.
    Sign(&'static str),
}

/// The signs that matter; every other one becomes `?`.
const SIGNS: [&str; 14] = ["::", "{", "}", "(", ")", "[", ";", ",", "*", "!", "$", "<", ">", "."];

pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut line = 1;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (length, kind) = if first.is_whitespace() {
            (first.len_utf8(), None)
        } else if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), None)
        } else if rest.starts_with("/*") {
            (block_comment(rest), None)
        } else if let Some((length, text)) = string(rest) {
            (length, Some(Kind::Text(text.to_owned())))
        } else if first == '\'' {
            (quote(rest), None)
        } else if first.is_alphanumeric() || first == '_' {
            let raw = usize::from(rest.starts_with("r#")) * 2;
            let word = rest[raw..].split(|c: char| !c.is_alphanumeric() && c != '_').next();
            let word = word.unwrap_or_default();
            (raw + word.len(), Some(Kind::Word(word.to_owned())))
        } else if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            (sign.len(), Some(Kind::Sign(sign)))
        } else {
            (first.len_utf8(), Some(Kind::Sign("?")))
        };
        out.extend(kind.map(|kind| Token { line, kind }));
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    out
}

/// Its length; block comments nest.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length and the inside of a string literal of any kind: `"…"`, `b"…"`, `r#"…"#` and so on.
fn string(rest: &str) -> Option<(usize, &str)> {
    let raw = rest.trim_start_matches(['b', 'c']);
    let prefix = rest.len() - raw.len();
    if prefix > 1 {
        return None;
    }
    if let Some(raw) = raw.strip_prefix('r') {
        let inside = raw.trim_start_matches('#');
        let hashes = raw.len() - inside.len();
        let inside = inside.strip_prefix('"')?;
        let end = format!("\"{}", "#".repeat(hashes));
        let length = inside.find(&end).unwrap_or(inside.len());
        let whole = (prefix + 2 + hashes + length + end.len()).min(rest.len());
        return Some((whole, &inside[..length]));
    }
    let inside = raw.strip_prefix('"')?;
    let mut escaped = false;
    let length = inside.find(|c| {
        let end = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        end
    });
    let length = length.unwrap_or(inside.len());
    Some(((prefix + 1 + length + 1).min(rest.len()), &inside[..length]))
}

/// The length of a character literal, or of the quote alone where it opens a lifetime.
fn quote(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some((after, escaped))) => {
            let from = after + escaped.len_utf8();
            rest[from..].find('\'').map_or(rest.len(), |end| from + end + 1)
        }
        (Some(_), Some((end, '\''))) => end + 1,
        _ => 1,
    }
}
