//! Which stored cells to read for "nearest first" and for "within so many metres".
//!
//! Owns: cutting the way from a cursor to the radius into rings, and how fine the cells of each
//! ring are. Leaves to `walk` which cells those are, and to loaders the SQL: `cell BETWEEN …` over
//! the ranges, then the exact condition and order by `chord2`, no further out than the page needs.

use std::f64::consts::PI;

use super::cells::{LEVELS, REACH_METRES, RESOLUTIONS};
use super::crowd::Crowd;
use super::point::{Point, chord2_of_metres, unit_vector};
use super::refine::refine;
use super::walk::{Ring, walk};

/// Largest radius of a search, in metres.
pub const MAX_RADIUS_METRES: f64 = 500_000.0;

/// Cells along the edges of a ring that its resolution aims at; neighbours join to about half as
/// many ranges. In a crowded town a thin ring far out crosses thousands of rows: many fine cells
/// there spare more than they cost. Who gets beyond the first ring is where rows are few: reading
/// some too many costs less there than more ranges.
const FIRST_CELLS: f64 = 600.0;
const LATER_CELLS: f64 = 40.0;
const COVER_CELLS: f64 = 250.0;

/// Where a sample of the rows is at hand: the part of the first ring that is searched by itself, and
/// from how many rows on a cell is cut there and in the rest of the ring. Reading as many costs
/// about what two ranges more do.
const FIRST_PART: f64 = 16.0;
const FIRST_ROWS: usize = 64;
const REST_ROWS: usize = 1024;

/// One ring around the centre: the points with `from_chord2 < chord2 <= to_chord2`.
#[derive(Clone, PartialEq, Debug)]
pub struct Band {
    /// Squared chord of the inner edge, itself outside
    pub from_chord2: f64,
    /// Squared chord of the outer edge, itself inside
    pub to_chord2: f64,
    /// Inclusive, sorted, disjoint ranges of stored cell numbers. Every point of the ring, both
    /// edges included, is in one; so are some others.
    pub ranges: Vec<(i64, i64)>,
}

/// Rings from `from_metres` (0, or where the cursor stands) out to `radius_metres`: the first
/// `first_width_metres` wide, each next one twice as wide, at most 17 for a first width of 10 m.
/// Each begins exactly where the one before ends, and the last ends at the radius. The first begins
/// a hair (10⁻¹² of its chord) before `from_metres`, so that rounding between metres and chord
/// skips no row: the cursor's own condition drops those already seen.
///
/// A first width below that of the cells which a ring there can afford is raised to it: the
/// narrow ring would read the same cells, and those after it would read them again.
///
/// With a sample of the rows the first ring may be two, a narrow one and the rest, so that there is
/// one more; and cells are fine where rows are many. What is covered does not depend on it.
///
/// Metres beyond 500 km count as 500 km; negative ones and NaN as 0. Empty only where the cursor
/// is beyond the radius.
pub fn bands(
    centre: Point,
    from_metres: f64,
    first_width_metres: f64,
    radius_metres: f64,
    crowd: &Crowd,
) -> Vec<Band> {
    let radius = within_reach(radius_metres);
    let from = within_reach(from_metres);
    if from > radius * (1.0 + 1e-9) {
        return Vec::new();
    }
    let from = from.min(radius);
    let (edges, ranges) = plan(centre, from, within_reach(first_width_metres), radius, crowd);
    let mut begin = (chord2_of_metres(from) * (1.0 - 1e-12)).next_down();
    let band = |(to, ranges): (&f64, _)| {
        let to_chord2 = chord2_of_metres(*to);
        Band { from_chord2: std::mem::replace(&mut begin, to_chord2), to_chord2, ranges }
    };
    edges[1..].iter().zip(ranges).map(band).collect()
}

/// The same rings the other way: from `from_metres` (the radius, or where the cursor stands) in to
/// the centre, for a list that is read from its end. The first begins a hair beyond `from_metres`.
pub fn bands_inwards(
    centre: Point,
    from_metres: f64,
    first_width_metres: f64,
    crowd: &Crowd,
) -> Vec<Band> {
    let from = within_reach(from_metres);
    let (edges, ranges) = plan(centre, from, within_reach(first_width_metres), 0.0, crowd);
    let mut begin = (chord2_of_metres(from) * (1.0 + 1e-12)).next_up();
    let band = |(to, ranges): (&f64, _)| {
        // A row at the very point is in the last one.
        let from_chord2 = if *to > 0.0 { chord2_of_metres(*to) } else { -1.0 };
        Band { from_chord2, to_chord2: std::mem::replace(&mut begin, from_chord2), ranges }
    };
    edges[1..].iter().zip(ranges).map(band).collect()
}

/// Ranges of stored cell numbers that cover everything within `radius_metres` (at most 500 km) of
/// `centre`, for a filter without a distance sort: sorted, disjoint, inclusive, at most about 200.
/// The caller adds `chord2 <= chord2_of_metres(radius_metres)`.
pub fn cover(centre: Point, radius_metres: f64) -> Vec<(i64, i64)> {
    let radius = within_reach(radius_metres);
    let ring = Ring::new(0.0, radius, level(0.0, radius, COVER_CELLS));
    walk(unit_vector(centre), vec![ring]).concat()
}

fn within_reach(metres: f64) -> f64 {
    if metres.is_nan() { 0.0 } else { metres.clamp(0.0, MAX_RADIUS_METRES) }
}

/// The rings on the way to `goal`: where they begin and end, and the ranges of each.
fn plan(
    centre: Point,
    from: f64,
    first_width: f64,
    goal: f64,
    crowd: &Crowd,
) -> (Vec<f64>, Vec<Vec<(i64, i64)>>) {
    let centre = unit_vector(centre);
    let mut edges = edges(from, first_width, goal);
    if crowd.is_empty() {
        let ranges = walk(centre, rings(&edges));
        return (edges, ranges);
    }
    let whole = edges[1] - from;
    let part = (whole.abs() / FIRST_PART).max(first_width).copysign(whole);
    let mut fine = vec![FIRST_ROWS];
    if part.abs() < whole.abs() / 2.0 {
        edges.insert(1, from + part);
        fine.push(REST_ROWS);
    }
    let ring = |(edge, enough): (&[f64], usize)| {
        let ring = Ring::new(edge[0].min(edge[1]), edge[0].max(edge[1]), 0);
        refine(centre, &ring, crowd, enough)
    };
    let begun = fine.len();
    let mut ranges: Vec<_> = edges.windows(2).zip(fine).map(ring).collect();
    ranges.extend(walk(centre, later_rings(&edges[begun..])));
    (edges, ranges)
}

/// Distances in metres at which rings begin and end, on the way to `goal`; at least two.
fn edges(from: f64, first_width: f64, goal: f64) -> Vec<f64> {
    let (near, far) = if goal < from {
        ((from - first_width).max(0.0), from)
    } else {
        (from, from + first_width)
    };
    let mut width = first_width.max(REACH_METRES[level(near, far, FIRST_CELLS)]);
    let mut left = (goal - from).abs();
    let mut edges = vec![from];
    while width < left {
        left -= width;
        edges.push(if goal < from { goal + left } else { goal - left });
        width *= 2.0;
    }
    edges.push(goal);
    edges
}

fn rings(edges: &[f64]) -> Vec<Ring> {
    let mut rings = vec![ring(edges, FIRST_CELLS)];
    rings.extend(later_rings(&edges[1..]));
    rings
}

fn later_rings(edges: &[f64]) -> Vec<Ring> {
    edges.windows(2).map(|edge| ring(edge, LATER_CELLS)).collect()
}

/// The ring between the first two of these edges
fn ring(edges: &[f64], cells: f64) -> Ring {
    let (near, far) = (edges[0].min(edges[1]), edges[0].max(edges[1]));
    Ring::new(near, far, level(near, far, cells))
}

/// The finest level at which about `cells` cells meet the edges of a ring.
fn level(from: f64, to: f64, cells: f64) -> usize {
    let fits = |level: &usize| {
        edge_area(from, to, REACH_METRES[*level]) <= cells * RESOLUTIONS[*level].area_m2()
    };
    (1..LEVELS).rev().find(fits).unwrap_or(0)
}

/// Square metres within `reach` of either edge of a ring, as if on a plane.
fn edge_area(from: f64, to: f64, reach: f64) -> f64 {
    let ring = |inner: f64, outer: f64| PI * (outer * outer - inner.max(0.0).powi(2));
    if from <= 0.0 {
        ring(to - reach, to + reach)
    } else if to - from <= 2.0 * reach {
        ring(from - reach, to + reach)
    } else {
        ring(from - reach, from + reach) + ring(to - reach, to + reach)
    }
}
