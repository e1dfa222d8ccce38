//! What passes: told to whoever follows at this moment, over the bell alone, and stored nowhere.

use crate::entities::{MessageId, UserId};
use std::sync::Arc;
use uuid::Uuid;

/// Something that passes, as a stream hears it
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Passing {
    /// A person is writing, or no longer
    Typing { person: UserId, typing: bool },
    /// A reply goes on. `follows`: the stream has heard all that was before; else it has just come, or
    /// was slow
    Chunk { chunk: Chunk, follows: bool },
}

/// A reply's text from a place on, to the end of what there is
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Chunk {
    /// The reply
    pub message: MessageId,
    /// Number of its last piece; the first is 0
    pub index: i32,
    /// Where the text begins: UTF-16 code units, as JavaScript counts
    pub offset: i32,
    pub text: Arc<str>,
}

impl Chunk {
    /// Where the text ends: UTF-16 code units
    pub fn end(&self) -> i32 {
        self.offset.saturating_add(units(&self.text))
    }

    /// The same from another place on; None where it does not reach there, or says nothing more.
    pub(super) fn from(&self, offset: i32) -> Option<Self> {
        let skipped = offset.checked_sub(self.offset)?;
        if skipped < 0 || offset >= self.end() {
            return None;
        }
        let mut left = skipped;
        let text: String = self
            .text
            .chars()
            .skip_while(|char| {
                let inside = left > 0;
                left -= width(*char);
                inside
            })
            .collect();
        Some(Self { offset, text: text.into(), ..*self })
    }
}

/// The beginning of a text, up to so many UTF-16 code units
pub fn beginning(text: &str, units: i32) -> &str {
    let mut left = units;
    let end = text.char_indices().find(|(_, char)| {
        let over = left <= 0;
        left -= width(*char);
        over
    });
    end.map_or(text, |(at, _)| text.split_at(at).0)
}

/// UTF-16 code units of a text
pub fn units(text: &str) -> i32 {
    text.chars().fold(0_i32, |units, char| units.saturating_add(width(char)))
}

fn width(char: char) -> i32 {
    if char.len_utf16() == 2 { 2 } else { 1 }
}

/// The same as it is told, between servers and within one
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A person is writing. That they stopped is not told: each server notices by itself, so that it is
    /// noticed though the one that told of the beginning has died.
    Typing(UserId),
    /// A reply's text from a place on up to which it is stored, so that who has just come can read the
    /// rest. Who has heard the beginning takes what is new.
    Chunk(Chunk),
}

impl Told {
    /// As the bell carries it, in one line
    pub(super) fn write(&self) -> String {
        match self {
            Self::Typing(person) => format!("typing {}", person.0.simple()),
            Self::Chunk(Chunk { message, index, offset, text }) => {
                let text = serde_json::Value::from(&**text);
                format!("chunk {} {index} {offset} {text}", message.0.simple())
            }
        }
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(' ')?;
        match kind {
            "typing" => Some(Self::Typing(UserId(Uuid::try_parse(rest).ok()?))),
            "chunk" => {
                let mut parts = rest.splitn(4, ' ');
                Some(Self::Chunk(Chunk {
                    message: MessageId(Uuid::try_parse(parts.next()?).ok()?),
                    index: parts.next()?.parse().ok()?,
                    offset: parts.next()?.parse().ok()?,
                    text: serde_json::from_str::<String>(parts.next()?).ok()?.into(),
                }))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(offset: i32, text: &str) -> Chunk {
        Chunk { message: MessageId(Uuid::max()), index: 3, offset, text: text.into() }
    }

    #[test]
    fn what_the_bell_carries_is_read_back() {
        for told in [
            Told::Typing(UserId(Uuid::max())),
            Told::Chunk(chunk(7, "a line\nand \"another\" ñ 🦀")),
        ] {
            assert_eq!(Told::read(&told.write()), Some(told.clone()));
            assert!(!told.write().contains('\n'), "one line");
        }
        let nobody = "00000000000000000000000000000000";
        for text in ["", "17", "typing", "typing x", &format!("shouting {nobody}"), "chunk 1 2"] {
            assert_eq!(Told::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_chunk_is_cut_where_javascript_counts() {
        let whole = chunk(10, "a🦀ñb");
        assert_eq!(whole.end(), 15);
        let rest = |offset| whole.from(offset).map(|rest| rest.text.to_string());
        assert_eq!(rest(10).as_deref(), Some("a🦀ñb"));
        assert_eq!(rest(11).as_deref(), Some("🦀ñb"));
        assert_eq!(rest(13).as_deref(), Some("ñb"));
        assert_eq!(rest(14).as_deref(), Some("b"));
        assert_eq!(rest(15), None, "nothing more");
        assert_eq!(rest(9), None, "it does not reach there");
        assert_eq!(
            [0, 1, 3, 4, 9].map(|units| beginning("a🦀ñb", units)),
            ["", "a", "a🦀", "a🦀ñ", "a🦀ñb"]
        );
    }
}
