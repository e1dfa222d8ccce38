//! What lists of several nouns understand alike: words, distance, sort.

use super::value::NearInput;
use crate::db::{KeyExpr, KeyValue, Nearest, Slice, Sort};
use crate::entities::CategoryId;
use crate::error::{Code, Refusal, Result};
use crate::loaders::{CategoryTree, Loaders};
use crate::rules::distance::{
    Crowd, Point, bands, bands_inwards, chord2_of_metres, cover, metres_of_chord2, unit_vector,
};
use crate::rules::message_search::{Word, searched_words};
use crate::rules::search_text;
use std::sync::Arc;

/// Longest search text, in characters
const MAX_TEXT: usize = 200;
/// Width of the first ring of a list sorted by distance: where a town is crowded, a page lies within
const FIRST_RING_METRES: f64 = 10.0;

/// Words to search for; none where no text was sent.
///
/// # Errors
/// The text is too long or holds no word.
pub fn terms(text: Option<&str>) -> Result<Vec<String>> {
    let Some(text) = text else { return Ok(Vec::new()) };
    check_length(text, "filter.text")?;
    let terms = search_text::query_terms(text);
    if terms.is_empty() {
        let message = "This text holds no word to search for; leave it out to see everything";
        return Err(Refusal::new(Code::Invalid, message).at("filter.text").into());
    }
    Ok(terms)
}

/// Words to search messages for.
///
/// # Errors
/// The text is too long or holds no word.
pub fn words(text: &str) -> Result<Arc<[Word]>> {
    check_length(text, "text")?;
    let words = searched_words(text);
    if words.is_empty() {
        let message = "This text holds no word to search for; send one that says more";
        return Err(Refusal::new(Code::Invalid, message).at("text").into());
    }
    Ok(words.into())
}

fn check_length(text: &str, field: &str) -> Result<(), Refusal> {
    if text.chars().count() > MAX_TEXT {
        let message = format!("A search text has at most {MAX_TEXT} characters");
        return Err(Refusal::new(Code::TooLong, message).at(field));
    }
    Ok(())
}

/// A disk, checked; which cells to search is decided with [`nearest`].
#[derive(Clone, Copy, Debug)]
pub struct Disk {
    centre: Point,
    radius: f64,
}

/// The disk of a filter.
///
/// # Errors
/// The point is not on the globe, or the radius beyond its bounds.
pub fn disk(near: Option<NearInput>) -> Result<Option<Disk>> {
    Ok(near.map(NearInput::disk).transpose()?.map(|(centre, radius)| Disk { centre, radius }))
}

/// How to search a disk for a slice of a list with this sort. Where rows are many is a hint; an
/// empty one will do.
pub fn nearest(
    disk: Disk,
    sort: &Sort,
    slice: &Slice,
    crowd: impl FnOnce() -> Arc<Crowd>,
) -> Nearest {
    let by_distance = sort.keys.contains(&KeyExpr::Distance);
    let from = match slice.past.as_ref().and_then(|position| position.keys.first()) {
        Some(KeyValue::Float(chord2)) if by_distance => Some(metres_of_chord2(*chord2)),
        _ => None,
    };
    let bands = match (by_distance, slice.backward) {
        (false, _) => Vec::new(),
        (true, false) => {
            let from = from.unwrap_or_default().min(disk.radius);
            bands(disk.centre, from, FIRST_RING_METRES, disk.radius, &crowd())
        }
        (true, true) => {
            let from = from.map_or(disk.radius, |from| from.min(disk.radius));
            bands_inwards(disk.centre, from, FIRST_RING_METRES, &crowd())
        }
    };
    Nearest {
        centre: unit_vector(disk.centre),
        radius_chord2: chord2_of_metres(disk.radius),
        cover: if by_distance { Vec::new() } else { cover(disk.centre, disk.radius) },
        bands,
    }
}

/// A category and all below it.
///
/// # Errors
/// There is no such category.
pub async fn subtree(loaders: &Loaders, id: CategoryId) -> Result<Vec<CategoryId>> {
    let tree = loaders.load(CategoryTree(())).await?.unwrap_or_default();
    if tree.get(id).is_none() {
        return Err(Refusal::new(Code::NotFound, "There is no such category")
            .at("filter.categoryId")
            .into());
    }
    Ok(tree.subtree(id))
}

/// Refuses sorts that need something the filter does not have.
///
/// # Errors
/// DISTANCE without a place, RELEVANCE without words.
pub fn check_sort(sort: &Sort, near: bool, words: bool) -> Result<()> {
    let refuse = |message| Err(Refusal::new(Code::Invalid, message).at("sort").into());
    if sort.keys.contains(&KeyExpr::Distance) && !near {
        return refuse("DISTANCE needs filter.near: the point from which to measure");
    }
    if sort.keys.contains(&KeyExpr::Relevance) && !words {
        return refuse("RELEVANCE needs filter.text: the words to match");
    }
    Ok(())
}

/// A sort by keys that all run one way
pub fn sort(keys: &[KeyExpr], descending: bool) -> Sort {
    Sort { keys: keys.to_vec(), descending }
}
