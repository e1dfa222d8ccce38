//! Which passwords are too easy to guess.
//!
//! Owns: length, the list of common passwords, patterns, and what is known about the person. Leaves
//! to services hashing and the limit on attempts. Rules after NIST SP 800-63B, section 5.1.1.2:
//! length and lists, no demands for signs.

use unicode_normalization::UnicodeNormalization;

/// One a line, lower case, sorted; `#` begins a comment.
const COMMON: &str = include_str!("../common_passwords.txt");
const MIN: usize = 10;
const MAX: usize = 128;
/// Own letters and digits that must be left where pieces of the person's data are taken out.
const OWN: usize = 5;

/// Why a password is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PasswordError {
    TooShort,
    TooLong,
    Common,
    /// One character, a short piece repeated, or a run such as 1234567890 or qwertyuiop.
    Pattern,
    /// Holds, or is little more than, the person's handle, name, phone number or e-mail address.
    Personal,
}

impl PasswordError {
    /// What would be right, for the person who chose the password.
    pub fn message(self) -> &'static str {
        match self {
            Self::TooShort => {
                "Use at least 10 characters: a few words that only you would put together do well"
            }
            Self::TooLong => "Use at most 128 characters",
            Self::Common => "Choose another: this password is on the lists that are tried first",
            Self::Pattern => {
                "Use a few words instead of repeated characters or rows of the keyboard"
            }
            Self::Personal => {
                "Leave your handle, name, phone number and e-mail address out of the password"
            }
        }
    }
}

/// Accepts passwords of 10 to 128 characters that are hard to guess. `known` is what is known of
/// the person: handle, name, phone number and e-mail address; a value of five letters and digits or
/// more may not occur in the password, and shorter ones (and the words of longer ones) may not make
/// up nearly all of it. Case, accents and signs make no difference to any of this.
///
/// # Errors
/// The first of [`PasswordError`] that applies, in its order.
pub fn password(password: &str, known: &[&str]) -> Result<(), PasswordError> {
    let length = password.chars().count();
    if length < MIN {
        return Err(PasswordError::TooShort);
    }
    if length > MAX {
        return Err(PasswordError::TooLong);
    }
    let lower = password.to_lowercase();
    let plain = plain(password);
    if COMMON.lines().any(|common| common == lower || common == plain) {
        return Err(PasswordError::Common);
    }
    if is_pattern(&lower) || is_pattern(&plain) {
        return Err(PasswordError::Pattern);
    }
    if is_personal(&plain, known) { Err(PasswordError::Personal) } else { Ok(()) }
}

/// Letters and digits only, without accents, in lower case.
fn plain(text: &str) -> String {
    text.nfkd().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
}

/// A piece of up to four characters repeated, or nothing but runs of three or more along a row.
fn is_pattern(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let repeats = |period: usize| {
        chars.len() > period && chars.iter().zip(&chars[period..]).all(|(a, b)| a == b)
    };
    (1..=4).any(repeats) || is_runs(&chars)
}

fn is_runs(chars: &[char]) -> bool {
    let mut rest = chars;
    while !rest.is_empty() {
        let length = [1, -1].map(|step| run(rest, step)).into_iter().max().unwrap_or(0);
        if length < 3 {
            return false;
        }
        rest = &rest[length..];
    }
    !chars.is_empty()
}

/// How many characters from the first on follow each other in one row, forwards or backwards; rows
/// go round.
fn run(chars: &[char], step: isize) -> usize {
    const ROWS: [&str; 7] = [
        "abcdefghijklmnopqrstuvwxyz",
        "1234567890",
        "qwertyuiop",
        "qwertzuiop",
        "asdfghjkl",
        "asdfghjklñ",
        "zxcvbnm",
    ];
    let in_row = |row: &str| {
        let row: Vec<char> = row.chars().collect();
        let place = |c: &char| row.iter().position(|other| other == c).map(usize::cast_signed);
        let follows = |pair: &&[char]| match (place(&pair[0]), place(&pair[1])) {
            (Some(one), Some(next)) => (one + step).rem_euclid(row.len().cast_signed()) == next,
            _ => false,
        };
        1 + chars.windows(2).take_while(follows).count()
    };
    ROWS.into_iter().map(in_row).max().unwrap_or(0)
}

fn is_personal(password: &str, known: &[&str]) -> bool {
    let wholes = known.iter().flat_map(|value| {
        [plain(value), plain(value.split('@').next().unwrap_or(value)), number(value)]
    });
    if wholes.filter(|whole| whole.chars().count() >= 5).any(|whole| password.contains(&whole)) {
        return true;
    }
    let words =
        known.iter().flat_map(|value| value.split(|c: char| !c.is_alphanumeric())).map(plain);
    let mut words: Vec<String> = words.filter(|word| word.chars().count() >= 3).collect();
    words.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));
    // A blank in place of each word, so that what is left on both sides does not become a word.
    let rest =
        words.iter().fold(password.to_owned(), |rest, word| rest.replace(word.as_str(), " "));
    rest.contains(' ') && rest.chars().filter(|c| *c != ' ').count() < OWN
}

/// The last eight digits of a phone number: people leave the country code out. Empty for anything
/// else.
fn number(value: &str) -> String {
    let digits = plain(value);
    let is_number = digits.len() > 8 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let last = digits.len().saturating_sub(8);
    digits.get(last..).filter(|_| is_number).map(str::to_owned).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ANA: [&str; 4] = ["ana", "Ana López", "+50588880001", "ana.lopez@example.com"];

    #[test]
    fn good_passwords() {
        for text in [
            "plaza-demo-2026",
            "correct horse battery",
            "banana-split-77",
            "volcán masaya brilla",
            "xK4#pq9!Lm",
            "ñandú feliz 🦤",
        ] {
            assert_eq!(password(text, &ANA), Ok(()), "{text}");
        }
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(password("ñandúfeli", &[]), Err(PasswordError::TooShort));
        assert_eq!(password("ñandúfeliz", &[]), Ok(()));
        let long: String = "volcán masaya ".chars().cycle().take(129).collect();
        assert_eq!(password(&long, &[]), Err(PasswordError::TooLong));
    }

    #[test]
    fn common_ones_in_any_case_and_with_signs() {
        for text in [
            "password123",
            "PASSWORD123",
            "Password-123",
            "contraseña123",
            "iloveyou123",
            "teamomucho",
        ] {
            assert_eq!(password(text, &[]), Err(PasswordError::Common), "{text}");
        }
    }

    #[test]
    fn patterns() {
        for text in [
            "aaaaaaaaaa",
            "0123456789",
            "1234567890",
            "0987654321",
            "abcdefghij",
            "qwertyuiop",
            "poiuytrewq",
            "abcabcabcabc",
            "12121212121",
            "1234-1234-1234",
            "qwertyasdfgh",
            "abcd1234efgh",
            "asdfghjklñ",
            "!!!!!!!!!!!",
        ] {
            let found = password(text, &[]);
            assert!(
                matches!(found, Err(PasswordError::Pattern | PasswordError::Common)),
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn what_is_known_of_the_person() {
        for text in [
            "Ana-Lopez-2026",
            "analopez1234",
            "anaanaana77",
            "88880001-casa",
            "+505 8888 0001",
            "ana.lopez@example.com",
            "lopez-ana-99",
            "mi tel 50588880001",
        ] {
            assert_eq!(password(text, &ANA), Err(PasswordError::Personal), "{text}");
        }
        assert_eq!(password("quiero a bruno", &["bruno"]), Err(PasswordError::Personal));
        assert_eq!(password("quiero a bruno", &["", "-", "+"]), Ok(()));
    }

    #[test]
    fn the_list_can_be_searched_as_it_stands() {
        let lines: Vec<&str> = COMMON.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(lines.len() > 300, "{}", lines.len());
        assert!(lines.windows(2).all(|pair| pair[0] < pair[1]), "sorted, each once");
        assert!(lines.iter().all(|line| line.chars().count() >= MIN
            && line.to_lowercase() == *line
            && line.trim() == *line));
    }

    proptest! {
        #[test]
        fn no_password_holds_its_handle(
            handle in "[a-z][a-z0-9]{4,20}",
            before in "\\PC{0,20}",
            after in "\\PC{0,20}",
        ) {
            let text = format!("{before}{handle}{after}");
            prop_assert!(password(&text, &[&handle]).is_err());
        }
    }
}
