//! What errors say where introspection is off: a client's own words, and no name of the schema that
//! it did not send. The library names types, and what would have been right, in many of its errors;
//! so do our own, which helps whoever may read the schema anyway.
//!
//! That a name is unknown is still told: without it a client could not be mended. Whoever guesses a
//! name learns that it is one, and nothing of its neighbours.

use super::types::TypeMap;
use std::collections::HashSet;

/// Stands for a name that is not told
const HIDDEN: &str = "…";
/// Every schema has them
const KNOWN: [&str; 3] = ["Query", "Mutation", "Subscription"];

/// Every name of the schema
pub struct Veil(HashSet<String>);

impl Veil {
    /// Hides these types, their fields, arguments and values.
    pub fn new(types: &TypeMap) -> Self {
        let names = types.names().filter(|name| !KNOWN.contains(name));
        Self(names.map(str::to_owned).collect())
    }

    /// The message without names that the client did not say. Names are looked for between quotes;
    /// outside of them a word that looks like English is taken for that.
    pub fn over(&self, message: &str, said: &[&str]) -> String {
        let (mut told, mut quoted) = (String::with_capacity(message.len()), false);
        for part in parts(message) {
            quoted ^= part == "\"";
            let looks =
                quoted || part.bytes().any(|byte| byte.is_ascii_uppercase() || byte == b'_');
            let hides = looks && self.0.contains(part) && !said.iter().any(|text| says(text, part));
            told.push_str(if hides { HIDDEN } else { part });
        }
        // How many there are is nobody's business either.
        let pair = format!("{HIDDEN}, {HIDDEN}");
        while told.contains(&pair) {
            told = told.replace(&pair, HIDDEN);
        }
        told
    }
}

/// Names as one part each, and every other sign as one
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let name = rest.find(|sign| !is_of_name(sign)).unwrap_or(rest.len());
        let part;
        (part, rest) = rest.split_at_checked(name.max(first.len_utf8()))?;
        Some(part)
    })
}

/// Whether a text holds this name as a whole
fn says(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (text.get(..at), text.get(at + name.len()..));
        !before.unwrap_or_default().ends_with(is_of_name)
            && !after.unwrap_or_default().starts_with(is_of_name)
    })
}

fn is_of_name(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || sign == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    const SDL: &str = "
        enum Sort { NEWEST OLDEST }
        type Shop { name(in: Sort): String! }
        type Query { shops(first: Int, sort: Sort): [Shop!]! }";

    #[track_caller]
    fn told(message: &str, said: &str, expected: &str) {
        assert_eq!(Veil::new(&TypeMap::read(SDL)).over(message, &[said]), expected);
    }

    #[test]
    fn names_of_ours_are_hidden_and_those_of_the_client_are_not() {
        let unknown = "Unknown field \"nam\" on type \"Shop\".";
        told(unknown, "{ shops { nam } }", "Unknown field \"nam\" on type \"…\".");
        told(unknown, "{ ... on Shop { nam } }", unknown);
        told("\"[Shop!]!\"", "{ Shopping }", "\"[…!]!\"");
        told(
            "Variable \"$v\": one of NEWEST, OLDEST is expected",
            "",
            "Variable \"$v\": one of … is expected",
        );
        told("one of NEWEST, OLDEST", "query($s: Sort = OLDEST)", "one of …, OLDEST");
    }

    #[test]
    fn what_is_no_name_of_ours_stays() {
        for message in
            ["A first name", "Unknown field \"ñandú\" on type \"Query\"", "", "\"Int\" is expected"]
        {
            told(message, "", message);
        }
    }
}
