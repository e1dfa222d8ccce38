//! Language tags of accounts.
//!
//! Owns: the shape and case of a tag. Leaves to others which languages have texts, and what to fall
//! back to.

/// Why a locale is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LocaleError {
    Invalid,
}

impl LocaleError {
    /// What would be right, for the person who sent the tag.
    pub fn message(self) -> &'static str {
        match self {
            Self::Invalid => {
                "Use a language and optionally a region, such as \"es\", \"es-NI\" or \"en-US\""
            }
        }
    }
}

/// A language of 2 or 3 letters, optionally a script of 4 letters, optionally a region of 2 letters
/// or 3 digits, in the case that BCP 47 recommends (`es-NI`, `zh-Hant-TW`, `es-419`). Underscores,
/// as phones write them, become dashes. Shape only: own code of ten lines rather than a crate with
/// tables, since any well-formed tag is stored.
///
/// # Errors
/// `Invalid` for anything of another shape.
pub fn locale(text: &str) -> Result<String, LocaleError> {
    let mut parts = text.trim().split(['-', '_']).peekable();
    let is_letters = |part: &&str, lengths: &[usize]| {
        lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    let is_region = |part: &&str| {
        is_letters(part, &[2]) || part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let language =
        parts.next().filter(|part| is_letters(part, &[2, 3])).ok_or(LocaleError::Invalid)?;
    let mut tag = language.to_ascii_lowercase();
    if let Some(script) = parts.next_if(|part| is_letters(part, &[4])) {
        let (first, rest) = script.split_at(1);
        tag = format!("{tag}-{}{}", first.to_ascii_uppercase(), rest.to_ascii_lowercase());
    }
    if let Some(region) = parts.next_if(is_region) {
        tag = format!("{tag}-{}", region.to_ascii_uppercase());
    }
    if parts.next().is_some() { Err(LocaleError::Invalid) } else { Ok(tag) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_get_their_usual_case() {
        let cases = [
            ("es", "es"),
            ("ES-ni", "es-NI"),
            (" en_us ", "en-US"),
            ("zh-hANT-tw", "zh-Hant-TW"),
            ("es-419", "es-419"),
            ("miq-NI", "miq-NI"),
            ("sr-latn", "sr-Latn"),
        ];
        for (text, expected) in cases {
            assert_eq!(locale(text), Ok(expected.to_owned()));
        }
    }

    #[test]
    fn tags_that_are_none() {
        for text in [
            "",
            "e",
            "español",
            "es-",
            "es-N",
            "es-NIC",
            "es--NI",
            "es-NI-x",
            "ñé",
            "es-NI.UTF-8",
            "C",
            "12",
        ] {
            assert_eq!(locale(text), Err(LocaleError::Invalid), "{text}");
        }
    }
}
