//! Words to terms: those of a message, and those that a searched word asks for.

use crate::rules::search_text::{
    self, INDEXED_TERMS, QUERY_TERMS, STOP_WORDS, TERM_BYTES, cut, plain, stem,
};
use rust_stemmers::{Algorithm, Stemmer};
use std::collections::BTreeSet;

/// English words that say nothing by themselves, and nothing in Spanish either
const ENGLISH_STOP_WORDS: [&str; 21] = [
    "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "is", "it", "of", "on", "or",
    "that", "the", "this", "to", "was", "with",
];

/// A searched word
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Word {
    /// The term of the word as written
    pub exact: String,
    /// Terms of its other forms
    pub forms: Vec<String>,
}

impl Word {
    fn new(word: &str) -> Self {
        let exact = format!("={word}");
        let mut forms = Vec::new();
        for (mark, stem) in stems(word) {
            // A message that has the stem itself as a word keeps it as that.
            for form in [format!("={stem}"), format!("{mark}{stem}")] {
                if form != exact && !forms.contains(&form) {
                    forms.push(form);
                }
            }
        }
        Self { exact, forms }
    }

    /// Whether a word of a message, in plain spelling, is one of its forms
    pub(super) fn is_form(&self, word: &str) -> bool {
        terms_of(word).any(|term| term == self.exact || self.forms.contains(&term))
    }
}

/// The terms by which a message is found, in order, each once.
pub fn message_terms(body: &str) -> Vec<String> {
    let plain = plain(body);
    let terms: BTreeSet<String> = words(&plain).take(INDEXED_TERMS).flat_map(terms_of).collect();
    terms.into_iter().collect()
}

/// The different words of a search, in order, at most 16. Empty where there is nothing but stop words
/// and signs.
pub fn searched_words(text: &str) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    for word in words(&plain(text)).map(Word::new) {
        if found.len() < QUERY_TERMS && !found.contains(&word) {
            found.push(word);
        }
    }
    found
}

/// Words of a text in plain spelling, but for stop words
pub(super) fn words(plain: &str) -> impl Iterator<Item = &str> {
    let says = |word: &&str| !STOP_WORDS.contains(word) && !ENGLISH_STOP_WORDS.contains(word);
    search_text::words(plain).filter(says).map(|word| cut(word, TERM_BYTES))
}

fn terms_of(word: &str) -> impl Iterator<Item = String> {
    let others = stems(word).into_iter().filter(move |(_, stem)| stem != word);
    let others = others.map(|(mark, stem)| format!("{mark}{stem}")).collect::<Vec<_>>();
    std::iter::once(format!("={word}")).chain(others)
}

/// The Spanish stem and the English one; words of other scripts stay as they are.
fn stems(word: &str) -> [(char, String); 2] {
    let english = if word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        Stemmer::create(Algorithm::English).stem(word).into_owned()
    } else {
        word.to_owned()
    };
    [('~', stem(word)), ('+', english)]
}
