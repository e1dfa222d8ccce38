//! Numbers as people and spreadsheets write them: `1,234.50`, `1.234,50`, `1 234.50`.
//!
//! What can be read in two ways is refused: `1,234` is a thousand to some and one and a bit to
//! others, and a price that is wrong by a thousand is worse than a line that must be mended.

use rust_decimal::Decimal;

/// Why a text is no number
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NumberError {
    /// Reads in two ways
    Ambiguous { thousands: String, decimal: String },
    /// Reads in no way
    Malformed,
}

impl NumberError {
    /// What would be right
    pub(super) fn message(&self) -> String {
        match self {
            Self::Ambiguous { thousands, decimal } => {
                format!("This can mean {thousands} or {decimal}: write {thousands}, {thousands}.00 or {decimal}0")
            }
            Self::Malformed => {
                "Write the number alone, such as 1234.50, 1,234.50 or 1.234,50, without a currency sign".to_owned()
            }
        }
    }
}

/// The number that a text means.
pub(super) fn number(text: &str) -> Result<Decimal, NumberError> {
    let (sign, digits) = match text.trim().strip_prefix(['-', '\u{2212}']) {
        Some(rest) => ("-", rest),
        None => ("", text.trim()),
    };
    let (whole, fraction) = split(digits)?;
    let plain = match fraction {
        Some(fraction) => format!("{sign}{whole}.{fraction}"),
        None => format!("{sign}{whole}"),
    };
    plain.parse().map_err(|_| NumberError::Malformed)
}

/// The digits before and after the decimal sign
fn split(text: &str) -> Result<(String, Option<&str>), NumberError> {
    let is_sign = |c: char| c == '.' || c == ',';
    let Some((before, after)) = text.rsplit_once(is_sign) else {
        return Ok((ungroup(text, is_blank)?, None));
    };
    let (sign, other) = if text.rfind('.') > text.rfind(',') { ('.', ',') } else { (',', '.') };
    if before.contains(sign) {
        // Twice the same sign: thousands, as in 1.234.567.
        return if before.contains(other) {
            Err(NumberError::Malformed)
        } else {
            Ok((ungroup(text, |c| c == sign)?, None))
        };
    }
    if !is_digits(after) {
        return Err(NumberError::Malformed);
    }
    if before.contains(other) {
        return Ok((ungroup(before, |c| c == other)?, Some(after)));
    }
    let grouped = before.contains(is_blank);
    if !grouped
        && after.len() == 3
        && is_digits(before)
        && before.len() <= 3
        && !before.starts_with('0')
    {
        return Err(NumberError::Ambiguous {
            thousands: format!("{before}{after}"),
            decimal: format!("{before}.{after}"),
        });
    }
    let whole = if before.is_empty() { "0".to_owned() } else { ungroup(before, is_blank)? };
    Ok((whole, Some(after)))
}

/// Spaces and apostrophes divide thousands, too
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{A0}' | '\u{202F}' | '\u{2009}' | '\'' | '\u{2019}')
}

/// Digits without the signs between their thousands, which must stand where they belong
fn ungroup(text: &str, is_divider: impl Fn(char) -> bool) -> Result<String, NumberError> {
    let groups: Vec<&str> = text.split(is_divider).collect();
    let right = match groups.as_slice() {
        [all] => is_digits(all),
        [first, rest @ ..] => {
            is_digits(first)
                && first.len() <= 3
                && rest.iter().all(|group| group.len() == 3 && is_digits(group))
        }
        [] => false,
    };
    if right { Ok(groups.concat()) } else { Err(NumberError::Malformed) }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match number(text) {
            Ok(number) => number.to_string(),
            Err(NumberError::Ambiguous { .. }) => "ambiguous".to_owned(),
            Err(NumberError::Malformed) => "malformed".to_owned(),
        }
    }

    #[test]
    fn thousands_and_decimals_are_told_apart() {
        let cases = [
            ("1234.50", "1234.50"),
            ("1,234.50", "1234.50"),
            ("1.234,50", "1234.50"),
            ("1 234.50", "1234.50"),
            ("1\u{A0}234,50", "1234.50"),
            ("1'234.5", "1234.5"),
            ("12,50", "12.50"),
            ("12.5", "12.5"),
            ("1,234,567", "1234567"),
            ("1.234.567", "1234567"),
            ("1.234.567,8", "1234567.8"),
            ("1234,500", "1234.500"),
            ("0,125", "0.125"),
            (".5", "0.5"),
            ("-3", "-3"),
            (" 45 ", "45"),
            ("1 234", "1234"),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_reads_in_two_ways_is_refused() {
        for text in ["1,234", "1.234", "12.500", "999,000", "-1.234"] {
            assert_eq!(read(text), "ambiguous", "{text}");
        }
        let message = number("1,234").map_err(|err| err.message());
        assert_eq!(
            message,
            Err("This can mean 1234 or 1.234: write 1234, 1234.00 or 1.2340".to_owned())
        );
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "-",
            "C$ 100",
            "1,23,456",
            "12,3456.7",
            "1.2.3",
            "1,234.5.6",
            "abc",
            "5.",
            "1 23",
            "1e5",
            "١٢",
        ] {
            assert_eq!(read(text), "malformed", "{text}");
        }
    }
}
