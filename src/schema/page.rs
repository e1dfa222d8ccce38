//! Pages: arguments, cursors, `PageInfo`, and the connection that every list answers with.
//!
//! A cursor is a position (sort keys and id) with a hash of the list it belongs to: noun, parent,
//! filter and sort. On another list it is refused with a clear error, since the position would mean
//! nothing there.

use crate::db::{KeyExpr, KeyValue, Position, Slice, Sort};
use crate::error::{Code, Refusal, Refusals, Result};
use async_graphql::SimpleObject;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Rows of a page that does not say
const DEFAULT: u32 = 20;
/// Most rows of a page
pub const MAX: u32 = 100;

/// Where a page stands in its list
#[derive(Clone, Debug, Default, PartialEq, Eq, SimpleObject)]
pub struct PageInfo {
    /// There is something after this page
    pub has_next_page: bool,
    /// There is something before this page
    pub has_previous_page: bool,
    /// Cursor of the first edge; null where the page is empty
    pub start_cursor: Option<String>,
    /// Cursor of the last edge; null where the page is empty
    pub end_cursor: Option<String>,
}

/// Paging arguments as they come
#[derive(Clone, Debug, Default)]
pub struct PageArgs {
    pub first: Option<i32>,
    pub after: Option<String>,
    pub last: Option<i32>,
    pub before: Option<String>,
}

impl PageArgs {
    /// The slice they mean, on a list with this sort.
    ///
    /// # Errors
    /// Both directions at once, a size beyond its bounds, or a cursor of another list.
    pub fn slice(&self, list: ListHash, sort: &Sort) -> Result<Slice> {
        let mut refusals = Refusals::default();
        let backward = self.last.is_some() || (self.before.is_some() && self.first.is_none());
        if self.first.is_some() && self.last.is_some() {
            refusals.add(invalid("last", "Send first or last, not both"));
        }
        if self.after.is_some() && self.before.is_some() {
            refusals.add(invalid("before", "Send after or before, not both"));
        }
        if self.first.is_some() && self.before.is_some() {
            refusals.add(invalid("before", "before goes with last, and after with first"));
        }
        if self.last.is_some() && self.after.is_some() {
            refusals.add(invalid("after", "after goes with first, and before with last"));
        }
        let (field, size) = if backward { ("last", self.last) } else { ("first", self.first) };
        let limit = refusals.keep(size_of(field, size));
        let (field, cursor) =
            if backward { ("before", &self.before) } else { ("after", &self.after) };
        let past = cursor.as_ref().and_then(|cursor| refusals.keep(list.read(field, cursor, sort)));
        refusals.check()?;
        Ok(Slice { limit: limit.unwrap_or(DEFAULT), backward, past })
    }
}

fn invalid(field: &str, message: &'static str) -> Refusal {
    Refusal::new(Code::Invalid, message).at(field)
}

fn size_of(field: &str, size: Option<i32>) -> Result<u32, Refusal> {
    let Some(size) = size else { return Ok(DEFAULT) };
    match u32::try_from(size) {
        Ok(size) if (1..=MAX).contains(&size) => Ok(size),
        _ => Err(Refusal::new(Code::OutOfRange, format!("{field} is 1 to {MAX}")).at(field)),
    }
}

/// Which list a cursor belongs to
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListHash([u8; 8]);

const VERSION: u8 = 1;

impl ListHash {
    /// The hash of anything that prints all that makes up the list.
    pub fn of(list: &impl std::fmt::Debug) -> Self {
        let hash: [u8; 32] = Sha256::digest(format!("{list:?}")).into();
        let mut short = [0; 8];
        short.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        Self(short)
    }

    /// The cursor of a position on this list
    pub fn cursor(self, position: &Position) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(&self.0);
        bytes.extend_from_slice(position.id.as_bytes());
        for key in &position.keys {
            match key {
                KeyValue::Int(value) => {
                    bytes.push(0);
                    bytes.extend_from_slice(&value.to_be_bytes());
                }
                KeyValue::Float(value) => {
                    bytes.push(1);
                    bytes.extend_from_slice(&value.to_be_bytes());
                }
                KeyValue::Text(value) => {
                    bytes.push(2);
                    // Sort keys are cut to 200 bytes.
                    bytes.push(u8::try_from(value.len()).unwrap_or(u8::MAX));
                    bytes.extend_from_slice(value.as_bytes());
                }
            }
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn read(self, field: &str, cursor: &str, sort: &Sort) -> Result<Position, Refusal> {
        let refuse = |message: &'static str| Refusal::new(Code::Invalid, message).at(field);
        let not_a_cursor =
            "This is not a cursor; send one back as it came, from pageInfo or an edge";
        let Some((hash, position)) = decode(cursor) else { return Err(refuse(not_a_cursor)) };
        if hash != self.0 {
            return Err(refuse(
                "This cursor is of another list: filter and sort must stay while paging; start again without it",
            ));
        }
        // The hash is no signature: what comes with it may still be made up.
        if fits(&position, sort) { Ok(position) } else { Err(refuse(not_a_cursor)) }
    }
}

/// Whether a position has one value a sort key, each of the key's kind
fn fits(position: &Position, sort: &Sort) -> bool {
    let fits = |(key, value): (&KeyExpr, &KeyValue)| match key {
        KeyExpr::Int(_) | KeyExpr::Relevance => matches!(value, KeyValue::Int(_)),
        KeyExpr::Text(_) => matches!(value, KeyValue::Text(text) if !text.contains('\0')),
        KeyExpr::Distance => matches!(value, KeyValue::Float(_)),
    };
    position.keys.len() == sort.keys.len() && sort.keys.iter().zip(&position.keys).all(fits)
}

fn decode(cursor: &str) -> Option<([u8; 8], Position)> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let ([VERSION], rest) = bytes.split_first_chunk::<1>()? else { return None };
    let (hash, rest) = rest.split_first_chunk::<8>()?;
    let (id, mut rest) = rest.split_first_chunk::<16>()?;
    let mut keys = Vec::new();
    while let Some((kind, tail)) = rest.split_first() {
        rest = match kind {
            0 => {
                let (value, tail) = tail.split_first_chunk::<8>()?;
                keys.push(KeyValue::Int(i64::from_be_bytes(*value)));
                tail
            }
            1 => {
                let (value, tail) = tail.split_first_chunk::<8>()?;
                let value = f64::from_be_bytes(*value);
                keys.push(KeyValue::Float(if value.is_finite() { value } else { return None }));
                tail
            }
            2 => {
                let (length, tail) = tail.split_first()?;
                let (value, tail) = tail.split_at_checked(usize::from(*length))?;
                keys.push(KeyValue::Text(std::str::from_utf8(value).ok()?.to_owned()));
                tail
            }
            _ => return None,
        };
    }
    Some((*hash, Position { keys, id: Uuid::from_bytes(*id) }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn position() -> impl Strategy<Value = Position> {
        let key = prop_oneof![
            any::<i64>().prop_map(KeyValue::Int),
            (-1e300_f64..1e300).prop_map(KeyValue::Float),
            "[a-z ]{0,40}".prop_map(KeyValue::Text),
        ];
        (prop::collection::vec(key, 1..4), any::<u128>())
            .prop_map(|(keys, id)| Position { keys, id: Uuid::from_u128(id) })
    }

    /// A sort that has positions with these values
    fn sort_of(keys: &[KeyValue]) -> Sort {
        let key = |value: &KeyValue| match value {
            KeyValue::Int(_) => KeyExpr::Int("created_at"),
            KeyValue::Float(_) => KeyExpr::Distance,
            KeyValue::Text(_) => KeyExpr::Text("name_key"),
        };
        Sort { keys: keys.iter().map(key).collect(), descending: false }
    }

    proptest! {
        #[test]
        fn a_cursor_comes_back_as_it_went(position in position()) {
            let (list, sort) = (ListHash::of(&"list"), sort_of(&position.keys));
            prop_assert_eq!(list.read("after", &list.cursor(&position), &sort), Ok(position));
        }

        #[test]
        fn a_cursor_with_other_keys_than_the_sort_is_refused(
            one in position(),
            other in position(),
        ) {
            let (list, sort) = (ListHash::of(&"list"), sort_of(&other.keys));
            let read = list.read("after", &list.cursor(&one), &sort);
            prop_assert_eq!(read.is_ok(), sort_of(&one.keys) == sort);
        }

        #[test]
        fn rubbish_is_refused(text in ".{0,60}") {
            let sort = sort_of(&[KeyValue::Int(0)]);
            prop_assert!(ListHash::of(&"list").read("after", &text, &sort).is_err());
        }
    }

    #[test]
    fn a_made_up_name_with_a_nul_is_refused() {
        let keys = vec![KeyValue::Text("a\0b".to_owned())];
        let (list, sort) = (ListHash::of(&"list"), sort_of(&keys));
        let cursor = list.cursor(&Position { keys, id: Uuid::nil() });
        assert!(list.read("after", &cursor, &sort).is_err());
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let position = Position { keys: vec![KeyValue::Int(1)], id: Uuid::nil() };
        let cursor = ListHash::of(&"newest").cursor(&position);
        let sort = sort_of(&position.keys);
        let refused =
            ListHash::of(&"cheapest").read("after", &cursor, &sort).expect_err("another list");
        assert!(refused.message.contains("another list"));
    }

    #[test]
    fn sizes_and_directions_are_checked() {
        let list = ListHash::of(&"list");
        let page = |first, last| {
            PageArgs { first, last, ..PageArgs::default() }
                .slice(list, &sort_of(&[KeyValue::Int(0)]))
                .map(|s| (s.limit, s.backward))
                .ok()
        };
        assert_eq!(page(None, None), Some((20, false)));
        assert_eq!(page(Some(100), None), Some((100, false)));
        assert_eq!(page(None, Some(1)), Some((1, true)));
        for (first, last) in [
            (Some(0), None),
            (Some(101), None),
            (Some(-1), None),
            (None, Some(0)),
            (Some(1), Some(1)),
        ] {
            assert_eq!(page(first, last), None, "{first:?} {last:?}");
        }
    }
}
