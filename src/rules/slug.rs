//! Slugs: the readable names in addresses, such as `frutas-y-verduras`.

/// Shortest and longest slug
const LENGTH: std::ops::RangeInclusive<usize> = 2..=60;

/// What a slug must be
pub const EXPECTED: &str = "A slug has 2 to 60 characters: lowercase letters, digits and single hyphens, such as \"frutas-y-verduras\"";

/// Whether a text is a slug.
pub fn is_slug(text: &str) -> bool {
    LENGTH.contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.contains("--")
}

#[cfg(test)]
mod tests {
    use super::is_slug;

    #[test]
    fn only_readable_names_are_slugs() {
        assert!(is_slug("frutas-y-verduras"));
        for text in
            ["a", "Frutas", "frutas--verduras", "-frutas", "frutas-", "frutas y verduras", "café"]
        {
            assert!(!is_slug(text), "{text}");
        }
    }
}
