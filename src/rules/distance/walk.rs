//! The walk down the H3 tree that finds the cells of rings.
//!
//! Owns: visiting each cell once for all rings. A branch is left where no descendant can lie in a
//! ring, taken whole where all must, and followed down to the ring's own level otherwise. Nothing
//! depends on neighbourhoods of cells, so poles, the antimeridian and pentagons are no special
//! cases. Leaves to `bands` which rings there are and how fine each is.

use std::sync::LazyLock;

use h3o::CellIndex;

use super::cells::{LEVELS, REACH_METRES, RESOLUTIONS, append, centre, range};
use super::point::{chord2, chord2_of_metres};

/// What the walk asks about a ring. Distances are squared chords from its centre.
pub(super) struct Ring {
    /// The finest level that is followed down to
    level: usize,
    /// By level: between which distances a centre lies where a descendant may be in the ring
    touched: [(f64, f64); LEVELS],
    /// By level: between which distances a centre has all its descendants in the ring
    filled: [(f64, f64); LEVELS],
}

impl Ring {
    /// `from` and `to` in metres.
    pub(super) fn new(from: f64, to: f64, level: usize) -> Self {
        let touched = |reach: f64| (chord2_of_metres(from - reach), chord2_of_metres(to + reach));
        let filled = |reach: f64| {
            let near = if from > 0.0 { chord2_of_metres(from + reach) } else { 0.0 };
            (near, if to > reach { chord2_of_metres(to - reach) } else { -1.0 })
        };
        Self { level, touched: REACH_METRES.map(touched), filled: REACH_METRES.map(filled) }
    }

    /// Whether a cell of a level, with this centre, may have descendants in the ring around `from`;
    /// and whether it has no others
    pub(super) fn touches(&self, from: [f64; 3], at: [f64; 3], level: usize) -> Option<bool> {
        let distance = chord2(from, at);
        let is_within = |(near, far): (f64, f64)| near <= distance && distance <= far;
        is_within(self.touched[level]).then(|| is_within(self.filled[level]))
    }
}

/// For each ring around `from` (a unit vector) its ranges of stored cells, sorted and joined.
/// At most 32 rings.
pub(super) fn walk(from: [f64; 3], rings: Vec<Ring>) -> Vec<Vec<(i64, i64)>> {
    let all = rings.iter().enumerate().fold(0, |bits, (index, _)| bits | 1_u32 << index);
    let found = vec![Vec::new(); rings.len()];
    let mut walk = Walk { from, rings, found };
    for (cell, at) in BASE_CELLS.iter() {
        walk.visit(*cell, 0, *at, all);
    }
    walk.found
}

pub(super) static BASE_CELLS: LazyLock<Vec<(CellIndex, [f64; 3])>> =
    LazyLock::new(|| CellIndex::base_cells().map(|cell| (cell, centre(cell))).collect());

struct Walk {
    from: [f64; 3],
    rings: Vec<Ring>,
    found: Vec<Vec<(i64, i64)>>,
}

impl Walk {
    /// Visits a cell for the rings in the bit set `wanted`. Children come in ascending order, so
    /// ranges do too; the first child has its parent's centre.
    fn visit(&mut self, cell: CellIndex, level: usize, at: [f64; 3], wanted: u32) {
        let distance = chord2(self.from, at);
        let is_within = |(near, far): (f64, f64)| near <= distance && distance <= far;
        let mut deeper = 0;
        for (index, ring) in self.rings.iter().enumerate() {
            let bit = 1 << index;
            if wanted & bit == 0 || !is_within(ring.touched[level]) {
                continue;
            }
            if level == ring.level || is_within(ring.filled[level]) {
                append(&mut self.found[index], range(cell));
            } else {
                deeper |= bit;
            }
        }
        if deeper == 0 {
            return;
        }
        for (index, child) in cell.children(RESOLUTIONS[level + 1]).enumerate() {
            let at = if index == 0 { at } else { centre(child) };
            self.visit(child, level + 1, at, deeper);
        }
    }
}
