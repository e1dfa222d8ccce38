//! The part of a message that shows why it was found.
//!
//! Owns: which part, and the marks. The text is cut at spaces, and a run without any after so many
//! characters, since scripts without spaces and long addresses are one word.

use super::word::{Word, words};
use crate::rules::search_text::plain;
use std::ops::Range;

/// Most words shown
const WORDS: usize = 30;
/// Most characters of one of them
const PIECE: usize = 80;

/// A run without spaces, or a part of it
struct Piece<'a> {
    text: &'a str,
    /// There was a space before it
    spaced: bool,
    /// Places in the text that are words searched for, and which
    hits: Vec<(Range<usize>, usize)>,
}

/// About thirty words around the most of what was searched for, on one line: hits between « and »,
/// and … where text was left out. The body's own « » become “ ”, so that marks are hits alone.
pub fn excerpt(body: &str, searched: &[Word]) -> String {
    let pieces = pieces(body, searched);
    let shown = window(&pieces, searched.len());
    let mut text = String::new();
    if shown.start > 0 {
        text.push('…');
    }
    let rest = pieces.len() > shown.end;
    for (at, piece) in pieces.get(shown).unwrap_or_default().iter().enumerate() {
        if at > 0 && piece.spaced {
            text.push(' ');
        }
        piece.write(&mut text);
    }
    if rest {
        text.push('…');
    }
    text
}

impl Piece<'_> {
    fn write(&self, text: &mut String) {
        let mut written = 0;
        let own = |part: &str| part.replace('«', "“").replace('»', "”");
        for (hit, _) in &self.hits {
            text.push_str(&own(self.text.get(written..hit.start).unwrap_or_default()));
            text.push('«');
            text.push_str(self.text.get(hit.clone()).unwrap_or_default());
            text.push('»');
            written = hit.end;
        }
        text.push_str(&own(self.text.get(written..).unwrap_or_default()));
    }
}

/// The body in pieces, with what was searched for in them
fn pieces<'a>(body: &'a str, searched: &[Word]) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    for run in body.split_whitespace() {
        let hits = hits(run, searched);
        let mut start = 0;
        while start < run.len() {
            let rest = run.get(start..).unwrap_or_default();
            let end = rest.char_indices().nth(PIECE).map_or(run.len(), |(at, _)| start + at);
            let within = hits.iter().filter(|(hit, _)| hit.start < end && hit.end > start);
            let within = within
                .map(|(hit, word)| (hit.start.max(start) - start..hit.end.min(end) - start, *word));
            pieces.push(Piece {
                text: run.get(start..end).unwrap_or_default(),
                spaced: start == 0,
                hits: within.collect(),
            });
            start = end;
        }
    }
    pieces
}

/// Where a run has words that were searched for, and which
fn hits(run: &str, searched: &[Word]) -> Vec<(Range<usize>, usize)> {
    let mut tokens: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    for (at, c) in run.char_indices() {
        let end = at + c.len_utf8();
        match tokens.last_mut() {
            Some(token) if open && belongs(c) => token.end = end,
            _ if belongs(c) => tokens.push(at..end),
            _ => {}
        }
        open = belongs(c);
    }
    let hit = |token: Range<usize>| {
        let plain = plain(run.get(token.clone())?);
        let word = words(&plain)
            .find_map(|word| searched.iter().position(|searched| searched.is_form(word)))?;
        Some((token, word))
    };
    tokens.into_iter().filter_map(hit).collect()
}

/// Whether a character is part of a word: it has letters or digits in plain spelling, or is an accent
/// that has nothing.
fn belongs(c: char) -> bool {
    let plain = plain(c.encode_utf8(&mut [0; 4]));
    plain.is_empty() || plain.chars().any(char::is_alphanumeric)
}

/// The pieces to show: where the most of the words are, then the most hits, then the earliest; with
/// as much before the first as after the last.
fn window(pieces: &[Piece<'_>], searched: usize) -> Range<usize> {
    if pieces.len() <= WORDS {
        return 0..pieces.len();
    }
    let mut count = vec![0_usize; searched];
    let (mut hits, mut different) = (0_usize, 0_usize);
    let (mut best, mut found) = ((0, 0), 0);
    for (at, piece) in pieces.iter().enumerate() {
        for (_, word) in &piece.hits {
            if let Some(count) = count.get_mut(*word) {
                different += usize::from(*count == 0);
                (*count, hits) = (*count + 1, hits + 1);
            }
        }
        let gone = at.checked_sub(WORDS).and_then(|gone| pieces.get(gone));
        for (_, word) in gone.iter().flat_map(|piece| &piece.hits) {
            if let Some(count) = count.get_mut(*word) {
                (*count, hits) = (*count - 1, hits - 1);
                different -= usize::from(*count == 0);
            }
        }
        if (different, hits) > best {
            (best, found) = ((different, hits), at);
        }
    }
    // It ends with its last hit: the first is to stand as far from the start.
    let from = (found + 1).saturating_sub(WORDS);
    let within = pieces.get(from..=found).unwrap_or_default();
    let first = from + within.iter().position(|piece| !piece.hits.is_empty()).unwrap_or_default();
    let slack = WORDS.saturating_sub(found + 1 - first);
    let start = first.saturating_sub(slack / 2).min(pieces.len() - WORDS);
    start..start + WORDS
}
