//! H3 cells as integers that an ordinary index can search.
//!
//! Owns: the resolution of the stored column, which stored numbers lie below a coarser cell, and
//! how far from a cell's centre its descendants can lie. Leaves to `bands` which cells a search
//! needs. Source for the grid: <https://h3geo.org/docs/core-library/overview>, bit layout:
//! <https://h3geo.org/docs/core-library/h3Indexing>.

use h3o::{CellIndex, LatLng, Resolution};

use super::point::{EARTH_RADIUS_METRES, Point};

/// Resolution of the stored column: cells about 7 m across, so that a cell of a crowded town holds
/// few rows more than a page. Coarser ones are ranges of these numbers and cost no more.
pub(super) const STORED: Resolution = Resolution::Thirteen;
const STORED_LEVEL: usize = 13;
/// Bits of the levels below it, 14 and 15: all set
const DIGITS_BELOW_STORED: usize = 6;

/// Levels from the 122 base cells down to the stored column.
pub(super) const LEVELS: usize = STORED_LEVEL + 1;

/// The resolution of each level.
pub(super) const RESOLUTIONS: [Resolution; LEVELS] = [
    Resolution::Zero,
    Resolution::One,
    Resolution::Two,
    Resolution::Three,
    Resolution::Four,
    Resolution::Five,
    Resolution::Six,
    Resolution::Seven,
    Resolution::Eight,
    Resolution::Nine,
    Resolution::Ten,
    Resolution::Eleven,
    Resolution::Twelve,
    STORED,
];

/// How far from the centre of a cell a point can lie whose stored cell descends from it, in metres,
/// by resolution.
///
/// H3 children stick out of their parents, so the parent's own circumradius is too little. On the
/// unfolded icosahedron each child's centre is its parent's centre or a neighbour of it on the
/// child's grid, that is at most one grid spacing of the child's level away; the last level adds
/// the circumradius of a stored cell. Spacing at level `k` is `0.381966… / √7^k` earth radii
/// (`RES0_U_GNOMONIC` in the H3 sources) on a solid that encloses the sphere, and projecting to the
/// sphere only shortens ways: the sum bounds distances everywhere, around pentagons too. A metre
/// and a thousandth are added for rounding.
pub(super) const REACH_METRES: [f64; LEVELS] = reach_metres();

const fn reach_metres() -> [f64; LEVELS] {
    const SQRT_7: f64 = 2.645_751_311_064_590_7;
    const SQRT_3: f64 = 1.732_050_807_568_877_2;
    let mut spacing = [0.381_966_011_250_105 * EARTH_RADIUS_METRES; LEVELS];
    let mut level = 1;
    while level < LEVELS {
        spacing[level] = spacing[level - 1] / SQRT_7;
        level += 1;
    }
    let mut reach = [0.0; LEVELS];
    let mut below = spacing[STORED_LEVEL] / SQRT_3;
    let mut level = LEVELS;
    while level > 0 {
        level -= 1;
        reach[level] = below * 1.001 + 1.0;
        below += spacing[level];
    }
    reach
}

/// The number stored with a row: the H3 cell of its point at resolution 13. Always positive (an H3
/// index has 63 bits).
pub fn cell(point: Point) -> i64 {
    let place =
        LatLng::new(point.lat(), point.lon()).expect("a checked point has finite coordinates");
    number(place.to_cell(STORED))
}

/// Unit vector of a cell's centre.
pub(super) fn centre(cell: CellIndex) -> [f64; 3] {
    let place = LatLng::from(cell);
    let (sin_lat, cos_lat) = place.lat_radians().sin_cos();
    let (sin_lon, cos_lon) = place.lng_radians().sin_cos();
    [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat]
}

/// First and last stored number below `cell` (itself included, if it is of the stored resolution).
/// Every stored number in between descends from `cell` too: the numbers of siblings share the bits
/// above their level.
///
/// By its bits, which takes a fraction of the time of asking for its children: four for the
/// resolution, then three for each level's child, 0 to 6. The first child is 0 and the last 6 below
/// pentagons too, which have no child 1.
pub(super) fn range(cell: CellIndex) -> (i64, i64) {
    const RESOLUTION: u64 = 0b1111 << 52;
    const STORED_BITS: u64 = 13 << 52;
    const LAST: u64 = 0b110_110_110_110_110_110_110_110_110_110_110_110_110;
    let levels = STORED_LEVEL.saturating_sub(usize::from(u8::from(cell.resolution())));
    let below = ((1_u64 << (3 * levels)) - 1) << DIGITS_BELOW_STORED;
    let first = (u64::from(cell) & !(RESOLUTION | below)) | STORED_BITS;
    let last = first | ((LAST << DIGITS_BELOW_STORED) & below);
    (first.cast_signed(), last.cast_signed())
}

/// Appends a range that lies behind all those present, joining it to the last where no stored
/// number lies in between.
pub(super) fn append(ranges: &mut Vec<(i64, i64)>, (first, last): (i64, i64)) {
    match ranges.last_mut() {
        Some(before) if follows(before.1, first) => before.1 = last,
        _ => ranges.push((first, last)),
    }
}

fn follows(before: i64, after: i64) -> bool {
    let next = CellIndex::try_from(before.cast_unsigned()).ok().and_then(CellIndex::succ);
    next.is_some_and(|next| number(next) == after)
}

fn number(cell: CellIndex) -> i64 {
    u64::from(cell).cast_signed()
}
