//! Text to terms: spelling, word limits, stop words and the Spanish stem.
//!
//! Owns: which spellings meet in one term. Leaves to `postgres` and `sqlite` how terms are written
//! down.
//!
//! People leave accents out, so the stem has to be taken of the spelling without them. The Snowball
//! stemmer for Spanish (<https://snowballstem.org/algorithms/spanish/stemmer.html>) tells some
//! endings by their accent, though, and cuts others that only a verb has with it. [`stem`]
//! therefore gives back the accents that spelling rules make certain before it asks the stemmer,
//! and evens out what the stemmer leaves of plurals.

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

/// Longest term, in bytes; longer words are cut at a character.
pub const TERM_BYTES: usize = 64;
/// Most terms taken from one text for an index; what follows is not found.
pub const INDEXED_TERMS: usize = 4_096;
/// Most different terms taken from a query.
pub const QUERY_TERMS: usize = 16;

/// Spanish words that say nothing by themselves
pub(in crate::rules) const STOP_WORDS: [&str; 26] = [
    "a", "al", "con", "de", "del", "e", "el", "en", "es", "la", "las", "lo", "los", "o", "para",
    "por", "que", "se", "su", "sus", "u", "un", "una", "unas", "unos", "y",
];

/// The terms of a text in order, repetitions included, at most `limit`. Terms hold letters and
/// digits only, of any script; scripts that write without spaces are not divided into words.
pub fn terms(text: &str, limit: usize) -> Vec<String> {
    let plain = plain(text);
    let wanted = words(&plain).filter(|word| !STOP_WORDS.contains(word)).take(limit);
    wanted.map(|word| stem(cut(word, TERM_BYTES))).collect()
}

/// The different terms of a query, in order, at most 16. Empty where there is nothing but stop
/// words and signs.
pub fn query_terms(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for term in terms(text, INDEXED_TERMS) {
        if found.len() < QUERY_TERMS && !found.contains(&term) {
            found.push(term);
        }
    }
    found
}

/// Compatibility forms resolved, accents dropped (ñ becomes n), lower case. Vowel signs that are
/// letters of their script stay.
pub(in crate::rules) fn plain(text: &str) -> String {
    let is_accent = |c: &char| {
        is_combining_mark(*c) && (canonical_combining_class(*c) != 0 || !c.is_alphabetic())
    };
    text.nfkd().flat_map(char::to_lowercase).filter(|c| !is_accent(c)).collect()
}

/// The words of a text in plain spelling
pub(in crate::rules) fn words(plain: &str) -> impl Iterator<Item = &str> {
    plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The longest beginning of at most `bytes` bytes that ends with a whole character.
pub(in crate::rules) fn cut(text: &str, bytes: usize) -> &str {
    text.split_at(text.floor_char_boundary(bytes)).0
}

/// The stem of a word in plain spelling; words that can't be Spanish stay as they are.
pub(in crate::rules) fn stem(word: &str) -> String {
    if !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return word.to_owned();
    }
    let stem = Stemmer::create(Algorithm::Spanish).stem(&accented(word)).into_owned();
    let stem = match stem.strip_suffix('z') {
        // luz, luces
        Some(start) => format!("{start}c"),
        None => stem,
    };
    // menús, laptops, autobús: an s that is no Spanish plural, or was part of one that is already
    // cut.
    match stem.strip_suffix('s') {
        Some(start) if start.len() >= 3 && !start.ends_with(['a', 'e', 'o', 's']) => {
            start.to_owned()
        }
        _ => stem,
    }
}

/// The accent that an ending has in Spanish, as far as the stemmer's choice of an ending depends on
/// it.
fn accented(word: &str) -> String {
    // inglés, ingleses: the plural's ending hides that of the singular.
    if let Some(start) = word.strip_suffix("eses").filter(|start| start.len() >= 3) {
        return format!("{start}es");
    }
    // educación, educaciones; and volcán, almacén, which are no forms of verbs (cantan, comen).
    let endings = [("ion", "ión"), ("an", "án"), ("en", "én")];
    let found =
        endings.iter().find_map(|(plain, accented)| Some((word.strip_suffix(plain)?, accented)));
    found.map_or_else(|| word.to_owned(), |(start, accented)| format!("{start}{accented}"))
}
