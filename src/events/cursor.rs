//! A place in a topic, as clients hold it: opaque text.
//!
//! 25 bytes in base64url: version, epoch of the database, topic, number. A cursor of another topic
//! is refused; one of another epoch is a gap, since its numbers mean nothing here.

use super::topic::Topic;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;

const VERSION: u8 = 1;

/// What a cursor says
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// Everything up to this number has been seen
    Number(i64),
    /// It was made in another life of the database
    OtherEpoch,
}

/// Why a text is no cursor of a topic
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Not made by us
    NoCursor,
    /// Made for another topic
    OtherTopic,
}

/// Writes the cursors of one topic in one epoch: what they share is made once.
#[derive(Clone, Copy, Debug)]
pub struct Cursors([u8; 17]);

impl Cursors {
    /// Of a topic, in this epoch.
    pub fn of(epoch: Uuid, topic: Topic) -> Self {
        let mut shared = [0; 17];
        let (head, tail) = shared.split_at_mut(1);
        head.copy_from_slice(&[VERSION]);
        let (first, second) = tail.split_at_mut(8);
        first.copy_from_slice(&short(epoch.as_bytes()));
        second.copy_from_slice(&short(topic.name().as_bytes()));
        Self(shared)
    }

    /// The cursor after an event.
    pub fn after(&self, number: i64) -> String {
        let mut bytes = [0; 25];
        let (shared, own) = bytes.split_at_mut(17);
        shared.copy_from_slice(&self.0);
        own.copy_from_slice(&number.to_be_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

/// Reads a cursor of a topic.
///
/// # Errors
/// It is not ours, or another topic's.
pub fn read_cursor(text: &str, epoch: Uuid, topic: Topic) -> Result<After, Unreadable> {
    let bytes: [u8; 25] = URL_SAFE_NO_PAD
        .decode(text)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(Unreadable::NoCursor)?;
    let part = |from: usize| {
        let mut part = [0; 8];
        part.iter_mut().zip(bytes.iter().skip(from)).for_each(|(to, byte)| *to = *byte);
        part
    };
    let number = i64::from_be_bytes(part(17));
    if bytes.first() != Some(&VERSION) || number < 0 {
        return Err(Unreadable::NoCursor);
    }
    if part(9) != short(topic.name().as_bytes()) {
        return Err(Unreadable::OtherTopic);
    }
    Ok(if part(1) == short(epoch.as_bytes()) { After::Number(number) } else { After::OtherEpoch })
}

fn short(bytes: &[u8]) -> [u8; 8] {
    let hash: [u8; 32] = Sha256::digest(bytes).into();
    let mut short = [0; 8];
    short.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entities::{OrderId, StoreId};

    #[test]
    fn a_cursor_belongs_to_one_topic_and_one_epoch() {
        let (epoch, topic) = (Uuid::from_u128(7), Topic::Order(OrderId(Uuid::from_u128(1))));
        let cursor = Cursors::of(epoch, topic).after(17);
        assert_eq!(read_cursor(&cursor, epoch, topic), Ok(After::Number(17)));
        assert_eq!(read_cursor(&cursor, Uuid::nil(), topic), Ok(After::OtherEpoch));
        let store = Topic::Store(StoreId(Uuid::from_u128(1)));
        assert_eq!(read_cursor(&cursor, epoch, store), Err(Unreadable::OtherTopic));
    }

    #[test]
    fn rubbish_is_no_cursor() {
        let topic = Topic::Order(OrderId(Uuid::nil()));
        let negative = Cursors::of(Uuid::nil(), topic).after(-1);
        for text in ["", "17", "AAAA", "ñ", negative.as_str(), &"A".repeat(34), &"A".repeat(1000)]
        {
            assert_eq!(read_cursor(text, Uuid::nil(), topic), Err(Unreadable::NoCursor), "{text}");
        }
    }
}
