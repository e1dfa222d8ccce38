//! Phone numbers and e-mail addresses.
//!
//! Owns: their spelling, so that one number and one address are stored in one way. Leaves to
//! services whether they reach the person. The plan of numbers is that of the `phonenumber` crate
//! (Google's libphonenumber data).

use email_address::{EmailAddress, Options};
use phonenumber::Mode;

const EXAMPLE: &str = "such as +50588880001";

/// Why a phone number is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PhoneError {
    Required,
    /// No `+` and country code in front.
    NoCountryCode,
    /// The first character that no phone number holds.
    Character(char),
    /// No country has such a number.
    Invalid,
}

impl PhoneError {
    /// What would be right, for the person whose number it is.
    pub fn message(self) -> String {
        match self {
            Self::Required => format!("Write a phone number with its country code, {EXAMPLE}"),
            Self::NoCountryCode => format!("Begin with + and the country code, {EXAMPLE}"),
            Self::Character(c) if c.is_control() => format!("Use digits after the +, {EXAMPLE}"),
            Self::Character(c) => format!("Use digits after the +, {EXAMPLE}, not \"{c}\""),
            Self::Invalid => {
                format!(
                    "No phone has this number: check the country code and the digits, {EXAMPLE}"
                )
            }
        }
    }
}

/// A phone number as E.164 (`+` and up to 15 digits). Spaces, dashes, dots and brackets in it are
/// dropped.
///
/// # Errors
/// See [`PhoneError`].
pub fn phone(text: &str) -> Result<String, PhoneError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(PhoneError::Required);
    }
    let digits = text.strip_prefix('+').ok_or(PhoneError::NoCountryCode)?;
    let is_filler = |c: &char| matches!(c, ' ' | '\u{A0}' | '-' | '.' | '(' | ')');
    if let Some(other) = digits.chars().find(|c| !c.is_ascii_digit() && !is_filler(c)) {
        return Err(PhoneError::Character(other));
    }
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    if !(4..=15).contains(&digits.len()) {
        return Err(PhoneError::Invalid);
    }
    let number = phonenumber::parse(None, format!("+{digits}")).map_err(|_| PhoneError::Invalid)?;
    if !number.is_valid() {
        return Err(PhoneError::Invalid);
    }
    Ok(number.format().mode(Mode::E164).to_string())
}

/// Why an e-mail address is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EmailError {
    Required,
    TooLong,
    Invalid,
}

impl EmailError {
    /// What would be right, for the person whose address it is.
    pub fn message(self) -> String {
        match self {
            Self::Required => "Write an e-mail address, such as ana@example.com".to_owned(),
            Self::TooLong => "Use an e-mail address of at most 254 characters".to_owned(),
            Self::Invalid => "Write a whole e-mail address, such as ana@example.com".to_owned(),
        }
    }
}

/// An e-mail address, at most 254 bytes, its domain in lower case. What stands before the @ stays
/// as it is: only its own server knows whether case matters there. Quoted names, display names,
/// comments and literal IP addresses are refused: valid, but never meant.
///
/// # Errors
/// See [`EmailError`].
pub fn email(text: &str) -> Result<String, EmailError> {
    const MAX: usize = 254;
    let text = text.trim();
    if text.is_empty() {
        return Err(EmailError::Required);
    }
    if text.len() > MAX {
        return Err(EmailError::TooLong);
    }
    if text.contains(|c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '"' | '(' | ')' | '\\')
    }) {
        return Err(EmailError::Invalid);
    }
    let options =
        Options::default().with_required_tld().without_domain_literal().without_display_text();
    let address =
        EmailAddress::parse_with_options(text, options).map_err(|_| EmailError::Invalid)?;
    let address = format!("{}@{}", address.local_part(), address.domain().to_lowercase());
    if address.len() > MAX { Err(EmailError::TooLong) } else { Ok(address) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn phone_numbers_have_one_spelling() {
        for text in [
            "+50588880001",
            " +505 8888-0001 ",
            "+505 (8888) 0001",
            "+505.8888.0001",
            "+505\u{A0}88880001",
        ] {
            assert_eq!(phone(text), Ok("+50588880001".to_owned()), "{text}");
        }
        assert_eq!(phone("+1 (212) 555-2368"), Ok("+12125552368".to_owned()));
        assert_eq!(
            phone("+39 06 698 12345"),
            Ok("+390669812345".to_owned()),
            "Italy keeps its zero"
        );
        for last in ["2", "3", "9"] {
            assert!(phone(&format!("+5058888000{last}")).is_ok());
        }
    }

    #[test]
    fn phone_numbers_that_are_none() {
        let cases = [
            ("", PhoneError::Required),
            ("88880001", PhoneError::NoCountryCode),
            ("0050588880001", PhoneError::NoCountryCode),
            ("+", PhoneError::Invalid),
            ("+505", PhoneError::Invalid),
            ("+505 8888 000", PhoneError::Invalid),
            ("+505 8888 00012", PhoneError::Invalid),
            ("+999 123 456 789", PhoneError::Invalid),
            ("+505 8888 0001 ext 5", PhoneError::Character('e')),
            ("+505+88880001", PhoneError::Character('+')),
            ("+٥٠٥88880001", PhoneError::Character('٥')),
        ];
        for (text, expected) in cases {
            assert_eq!(phone(text), Err(expected), "{text}");
        }
        assert!(PhoneError::NoCountryCode.message().contains("+50588880001"));
    }

    #[test]
    fn domains_are_lower_case() {
        assert_eq!(
            email(" Ana.Lopez+plaza@Example.COM "),
            Ok("Ana.Lopez+plaza@example.com".to_owned())
        );
        assert_eq!(email("ana@correo.com.ni"), Ok("ana@correo.com.ni".to_owned()));
        assert_eq!(email("ana@café.NI"), Ok("ana@café.ni".to_owned()));
    }

    #[test]
    fn addresses_that_are_none() {
        let invalid = [
            "ana",
            "ana@",
            "@example.com",
            "ana@localhost",
            "ana@@example.com",
            "ana@example..com",
            "a b@example.com",
            "Ana <ana@example.com>",
            "\"ana\"@example.com",
            "ana@[127.0.0.1]",
            "ana\r\n@example.com",
        ];
        for text in invalid {
            assert_eq!(email(text), Err(EmailError::Invalid), "{text}");
        }
        assert_eq!(email(" "), Err(EmailError::Required));
        assert_eq!(email(&format!("ana@{}com", "example.".repeat(40))), Err(EmailError::TooLong));
    }

    proptest! {
        #[test]
        fn accepted_once_is_accepted_again_unchanged(
            number in "\\+(505|1|34|39|52)[0-9 ()-]{6,12}",
            address in "\\PC{1,8}@\\PC{1,8}\\.[a-zA-Z]{2,3}",
        ) {
            if let Ok(once) = phone(&number) {
                prop_assert!(once.len() <= 16);
                prop_assert_eq!(phone(&once), Ok(once));
            }
            if let Ok(once) = email(&address) {
                prop_assert_eq!(email(&once), Ok(once));
            }
        }
    }
}
