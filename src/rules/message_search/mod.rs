//! Finding messages by their words, Spanish or English.
//!
//! Owns: the terms by which a message is found, which of them a searched word asks for, and the
//! excerpt that shows a match. Leaves to others: tables, statements, and spelling (`search_text`).
//!
//! - `word`: [`message_terms`], [`searched_words`], [`Word`]
//! - `excerpt`: [`excerpt`]
//!
//! **Two languages.** Neighbours write Spanish and English, often in one message, and a word does not
//! say which it is. So nobody guesses: a message has the Spanish *and* the English stem of each of its
//! words, and a searched word finds what has either in common with it. Were one stemmer run after the
//! other, each would cut endings that the other needs (`order` has a Spanish verb's). The price is a
//! word now and then that meets another by the wrong language's rules. Listings are sold in Spanish,
//! and stay with one stem.
//!
//! **Terms** say what they are by their first character: `=pedidos` as written, `~ped` the Spanish
//! stem, `+pedido` the English one. A stem that is the word itself is not kept twice.
//!
//! **Match**: a message matches where it has every searched word in some form. **Rank** is the share
//! of them that it has as written, but for accents and case: the same fraction on both databases.

mod excerpt;
mod word;

pub use excerpt::excerpt;
pub use word::{Word, message_terms, searched_words};

#[cfg(test)]
mod tests;
