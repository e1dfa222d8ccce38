//! Handles and display names.
//!
//! Owns: their spelling and the reserved handles. Leaves to services whether a handle is taken;
//! demo data and staff accounts that use a reserved handle are made without asking here.

use crate::rules::text::{TextError, line};

/// Handles nobody can have: they would pass for the house, or could be mistaken for a path of it.
const RESERVED: [&str; 43] = [
    "about",
    "account",
    "admin",
    "administrator",
    "anonymous",
    "api",
    "assistant",
    "auth",
    "billing",
    "dashboard",
    "deleted",
    "everyone",
    "guest",
    "graphiql",
    "graphql",
    "health",
    "help",
    "info",
    "login",
    "mail",
    "me",
    "media",
    "metrics",
    "moderator",
    "news",
    "null",
    "official",
    "owner",
    "payments",
    "plaza",
    "ready",
    "root",
    "security",
    "settings",
    "shop",
    "signup",
    "staff",
    "status",
    "store",
    "support",
    "system",
    "undefined",
    "webhooks",
];

const SEPARATORS: [char; 3] = ['_', '.', '-'];

/// Why a handle is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HandleError {
    TooShort,
    TooLong,
    /// The first character that no handle holds.
    Character(char),
    /// It begins or ends with `_`, `.` or `-`.
    Edge,
    /// Two of `_`, `.` and `-` in a row.
    DoubleSeparator,
    Reserved,
}

impl HandleError {
    /// What would be right, for the person who chose the handle.
    pub fn message(self) -> String {
        match self {
            Self::TooShort => "Use at least 3 characters".to_owned(),
            Self::TooLong => "Use at most 30 characters".to_owned(),
            Self::Character(c) if c.is_whitespace() => {
                "Use no spaces: letters a to z, digits, _ . and -".to_owned()
            }
            Self::Character(c) if c.is_control() => {
                "Use only letters a to z, digits, _ . and -".to_owned()
            }
            Self::Character(c) => {
                format!("Use only letters a to z, digits, _ . and -, not \"{c}\"")
            }
            Self::Edge => "Begin and end with a letter or a digit".to_owned(),
            Self::DoubleSeparator => "Put a letter or a digit between two of _ . and -".to_owned(),
            Self::Reserved => "This handle is reserved: choose another".to_owned(),
        }
    }
}

/// A handle of a person or a store in lower case: 3 to 30 of a-z, 0-9, `_`, `.` and `-`, each
/// separator between two letters or digits. A reserved word stays one with separators in it.
///
/// # Errors
/// The first that applies: characters, length, shape, reserved words.
pub fn handle(text: &str) -> Result<String, HandleError> {
    let handle = text.trim().to_ascii_lowercase();
    let is_allowed =
        |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || SEPARATORS.contains(c);
    if let Some(other) = handle.chars().find(|c| !is_allowed(c)) {
        return Err(HandleError::Character(other));
    }
    if handle.len() < 3 {
        return Err(HandleError::TooShort);
    }
    if handle.len() > 30 {
        return Err(HandleError::TooLong);
    }
    if handle.starts_with(SEPARATORS) || handle.ends_with(SEPARATORS) {
        return Err(HandleError::Edge);
    }
    if handle.split(SEPARATORS).any(str::is_empty) {
        return Err(HandleError::DoubleSeparator);
    }
    if RESERVED.contains(&handle.replace(SEPARATORS, "").as_str()) {
        return Err(HandleError::Reserved);
    }
    Ok(handle)
}

/// A name as others see it: 1 to 80 characters, trimmed, blanks inside made one space.
///
/// # Errors
/// As [`line`]: nothing to see, a control character, or too long.
pub fn display_name(text: &str) -> Result<String, TextError> {
    const MAX: usize = 80;
    // Blanks are made one first, so that they don't count; other lines and tabs are refused, not
    // swallowed.
    let name = line(text, 1, usize::MAX)?.split_whitespace().collect::<Vec<_>>().join(" ");
    line(&name, 1, MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn handles_are_lower_case() {
        for (text, expected) in
            [("Ana", "ana"), (" cafeteria-central ", "cafeteria-central"), ("a.b_c-4", "a.b_c-4")]
        {
            assert_eq!(handle(text), Ok(expected.to_owned()));
        }
    }

    #[test]
    fn handles_that_are_none() {
        let cases = [
            ("an", HandleError::TooShort),
            ("", HandleError::TooShort),
            ("a234567890123456789012345678901", HandleError::TooLong),
            ("niña", HandleError::Character('ñ')),
            ("ana lopez", HandleError::Character(' ')),
            ("аna", HandleError::Character('а')),
            ("-ana", HandleError::Edge),
            ("ana.", HandleError::Edge),
            ("ana._b", HandleError::DoubleSeparator),
            ("Support", HandleError::Reserved),
            ("plaza", HandleError::Reserved),
            ("gr.aph-ql", HandleError::Reserved),
        ];
        for (text, expected) in cases {
            assert_eq!(handle(text), Err(expected), "{text}");
        }
    }

    #[test]
    fn names_have_single_spaces() {
        assert_eq!(display_name("  María   José\u{A0} Núñez "), Ok("María José Núñez".to_owned()));
        assert_eq!(display_name(&format!("a{}b", " ".repeat(200))), Ok("a b".to_owned()));
        assert_eq!(display_name(" \u{200B} "), Err(TextError::Required));
        assert_eq!(display_name("Ana\nAdmin"), Err(TextError::Control { position: 3 }));
        assert_eq!(display_name(&"ñ".repeat(81)), Err(TextError::TooLong { max: 80, got: 81 }));
    }

    proptest! {
        #[test]
        fn accepted_once_is_accepted_again_unchanged(
            text in "[a-zA-Z0-9_.-]{1,32}",
            name in any::<String>(),
        ) {
            if let Ok(once) = handle(&text) {
                prop_assert_eq!(handle(&once), Ok(once));
            }
            if let Ok(once) = display_name(&name) {
                prop_assert_eq!(display_name(&once), Ok(once));
            }
        }
    }
}
