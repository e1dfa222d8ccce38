//! The cells of one ring, fine where rows are many and coarse where they are few.
//!
//! Owns: cutting cells that a ring touches for as long as a sample of the rows (`crowd`) says that
//! it spares enough of them. Far out, a ring of a page's rows is metres wide and hundreds of
//! kilometres round: cells all of one size would be kilometres wide, and a town that the ring
//! crosses would be read whole. Leaves to `bands` which rings are worth it.

use std::ops::Range;

use h3o::CellIndex;

use super::cells::{LEVELS, RESOLUTIONS, append, centre, range};
use super::crowd::Crowd;
use super::walk::{BASE_CELLS, Ring};

/// Most cells that a ring is cut into
const MOST: usize = 600;

#[derive(Clone)]
struct Piece {
    cell: CellIndex,
    at: [f64; 3],
    /// Its part of the sample
    part: Range<usize>,
    /// To be cut
    open: bool,
}

/// Ranges of stored cells that cover a ring around `from` (a unit vector), sorted and joined. Cells
/// with fewer rows than `enough`, as far as is known, are taken whole.
pub(super) fn refine(from: [f64; 3], ring: &Ring, crowd: &Crowd, enough: usize) -> Vec<(i64, i64)> {
    let piece = |cell: CellIndex, at: [f64; 3], level: usize, above: &Range<usize>| {
        let is_filled = ring.touches(from, at, level)?;
        let part = crowd.within(above, range(cell));
        let open = level + 1 < LEVELS && crowd.rows(&part) >= enough && !is_filled;
        Some(Piece { cell, at, part, open })
    };
    let base = BASE_CELLS.iter().filter_map(|(cell, at)| piece(*cell, *at, 0, &crowd.all()));
    let mut pieces: Vec<Piece> = base.collect();
    for (level, resolution) in RESOLUTIONS.into_iter().enumerate().skip(1) {
        if !pieces.iter().any(|piece| piece.open) {
            break;
        }
        let mut finer = Vec::with_capacity(pieces.len() * 3);
        for whole in &pieces {
            if !whole.open {
                finer.push(whole.clone());
                continue;
            }
            // The first child has its parent's centre.
            let children = whole.cell.children(resolution).enumerate();
            finer.extend(children.filter_map(|(index, child)| {
                let at = if index == 0 { whole.at } else { centre(child) };
                piece(child, at, level, &whole.part)
            }));
        }
        if finer.len() > MOST {
            break;
        }
        pieces = finer;
    }
    pieces.iter().fold(Vec::new(), |mut ranges, piece| {
        append(&mut ranges, range(piece.cell));
        ranges
    })
}
