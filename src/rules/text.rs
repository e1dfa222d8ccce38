//! Text that people write: what may be stored and shown to others.
//!
//! Owns: trimming, lengths, and the characters that are refused because they hide or reorder what
//! others see, or because a database refuses them (NUL). Leaves to others: which field allows how
//! much, and names and addresses (`account`).

/// Why a text is refused. Lengths are in characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TextError {
    /// Nothing to be seen in it.
    Required,
    TooShort {
        min: usize,
    },
    TooLong {
        max: usize,
        got: usize,
    },
    /// A control character or one that changes the direction of text, at this character (0 = first)
    /// as it was sent.
    Control {
        position: usize,
    },
}

impl TextError {
    /// What would be right, for the person who wrote the text.
    pub fn message(self) -> String {
        match self {
            Self::Required => "Write something here: it can't be empty".to_owned(),
            Self::TooShort { min } => format!("Use at least {min} characters"),
            Self::TooLong { max, got } => format!("Use at most {max} characters; these are {got}"),
            Self::Control { position } => {
                format!("Remove the control character at place {}", position.saturating_add(1))
            }
        }
    }
}

/// A text of one line, trimmed, of `min` to `max` characters. With `min` 0 it may be empty.
///
/// # Errors
/// Refused characters first, then whether there is anything to see, then the length.
pub fn line(text: &str, min: usize, max: usize) -> Result<String, TextError> {
    let is_refused = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let leading = text.chars().take_while(|c| c.is_whitespace()).count();
    let text = text.trim();
    refuse(text, is_refused).map_err(|inner| TextError::Control { position: leading + inner })?;
    if min > 0 && !text.chars().any(is_visible) {
        return Err(TextError::Required);
    }
    let got = text.chars().count();
    if got < min {
        return Err(TextError::TooShort { min });
    }
    fits(text, got, max)
}

/// A long text, trimmed, of at most `max` characters; it may be empty. Newlines and tabs stay, line
/// ends become `\n`.
///
/// # Errors
/// `Control` or `TooLong`; never for being empty.
pub fn paragraphs(text: &str, max: usize) -> Result<String, TextError> {
    let is_refused = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    refuse(text, is_refused).map_err(|position| TextError::Control { position })?;
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.trim();
    fits(text, text.chars().count(), max)
}

fn fits(text: &str, got: usize, max: usize) -> Result<String, TextError> {
    if got > max { Err(TextError::TooLong { max, got }) } else { Ok(text.to_owned()) }
}

/// Where the first character is that is refused, either by the caller or because it overrides the
/// direction of text (Unicode Technical Report 36, section 2.1: such characters make a text read as
/// another one).
fn refuse(text: &str, is_refused: impl Fn(char) -> bool) -> Result<(), usize> {
    let is_bidi = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    text.chars().position(|c| is_bidi(c) || is_refused(c)).map_or(Ok(()), Err)
}

/// Blanks and the characters of no width that are used to write "nothing" where something is
/// demanded.
fn is_visible(c: char) -> bool {
    let is_filler = matches!(c, '\u{115F}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{FFA0}');
    let is_joiner =
        matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{FEFF}');
    let is_variant = matches!(c, '\u{180B}'..='\u{180F}' | '\u{FE00}'..='\u{FE0F}');
    let is_format = matches!(c, '\u{2060}'..='\u{206F}' | '\u{E0000}'..='\u{E0FFF}');
    !(is_filler || is_joiner || is_variant || is_format || c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_are_trimmed_and_measured_in_characters() {
        assert_eq!(line("  Café ☕ \n", 1, 6), Ok("Café ☕".to_owned()));
        assert_eq!(line("ñandú", 6, 9), Err(TextError::TooShort { min: 6 }));
        assert_eq!(line("ñandúes", 1, 6), Err(TextError::TooLong { max: 6, got: 7 }));
        assert_eq!(line("", 0, 6), Ok(String::new()));
    }

    #[test]
    fn what_nobody_can_see_is_empty() {
        for text in ["", "  \t\n ", "\u{200B}", "\u{3164}\u{2800}", "\u{FEFF} \u{AD}"] {
            assert_eq!(line(text, 1, 80), Err(TextError::Required), "{text:?}");
        }
    }

    #[test]
    fn characters_that_deceive_are_refused_with_their_place() {
        for c in ['\0', '\u{7}', '\n', '\t', '\u{85}', '\u{7F}', '\u{202E}', '\u{2066}', '\u{2028}']
        {
            assert_eq!(
                line(&format!(" ñ{c}b"), 1, 80),
                Err(TextError::Control { position: 2 }),
                "{c:?}"
            );
        }
        assert_eq!(
            line("👩‍👩‍👧 می‌خواهم", 1, 80),
            Ok("👩‍👩‍👧 می‌خواهم".to_owned()),
            "joiners are part of words"
        );
    }

    #[test]
    fn paragraphs_keep_lines_and_tabs() {
        assert_eq!(paragraphs(" a\r\n\tb\rc\n\n", 6), Ok("a\n\tb\nc".to_owned()));
        assert_eq!(paragraphs("", 6), Ok(String::new()));
        assert_eq!(paragraphs("1234567", 6), Err(TextError::TooLong { max: 6, got: 7 }));
        assert_eq!(paragraphs("a\r\n\u{202D}b", 60), Err(TextError::Control { position: 3 }));
    }

    #[test]
    fn messages_say_what_would_be_right() {
        assert_eq!(
            TextError::TooLong { max: 6, got: 7 }.message(),
            "Use at most 6 characters; these are 7"
        );
        assert_eq!(
            TextError::Control { position: 0 }.message(),
            "Remove the control character at place 1"
        );
    }

    proptest! {
        #[test]
        fn an_accepted_text_is_accepted_again_unchanged(text in any::<String>()) {
            if let Ok(once) = line(&text, 1, 40) {
                prop_assert_eq!(line(&once, 1, 40), Ok(once));
            }
            if let Ok(once) = paragraphs(&text, 40) {
                prop_assert!(!once.contains('\r') && once.chars().count() <= 40);
                prop_assert_eq!(paragraphs(&once, 40), Ok(once));
            }
        }
    }
}
